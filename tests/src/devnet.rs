//! Starts the embedded chain as people start it: the built program, in a process of its own.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

const PROGRAM: &str = "greatseal-devnet";
const TIME_TO_START: Duration = Duration::from_secs(30);

/// A development chain that lives as long as this value.
#[derive(Debug)]
pub struct Devnet {
    url: String,
    genesis: String,
    http: reqwest::Client,
    /// Killed on drop. Its standard input stays open: the program ends when we do, however we end.
    _process: Child,
}

/// Why there is no development chain.
#[derive(Debug)]
pub enum NoDevnet {
    /// The program was not built.
    NotBuilt(PathBuf),
    /// The program could not be started.
    NotStarted(std::io::Error),
    /// The program did not say that it is ready.
    NotReady(String),
}

/// A JSON-RPC error as the server sent it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RpcError {
    /// Number of the error.
    pub code: i64,
    /// What it says.
    pub message: String,
    /// What it adds.
    pub data: Value,
}

impl Devnet {
    /// A fresh chain on a free port, with instant blocks.
    ///
    /// # Errors
    /// See [`NoDevnet`].
    pub async fn start() -> Result<Self, NoDevnet> {
        Self::start_with(&[]).await
    }

    /// As [`Self::start`], with more arguments.
    ///
    /// # Errors
    /// See [`NoDevnet`].
    pub async fn start_with(args: &[&str]) -> Result<Self, NoDevnet> {
        let program = built_program()?;
        let mut process = Command::new(program)
            .args(["--listen", "127.0.0.1:0", "--exit-with-parent"])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(NoDevnet::NotStarted)?;
        let line = match process.stdout.take() {
            Some(stdout) => timeout(TIME_TO_START, BufReader::new(stdout).lines().next_line())
                .await
                .map_err(|_| NoDevnet::NotReady("it said nothing in 30 seconds".to_owned()))?
                .map_err(NoDevnet::NotStarted)?
                .ok_or_else(|| NoDevnet::NotReady("it ended at once".to_owned()))?,
            None => return Err(NoDevnet::NotReady("it has no standard output".to_owned())),
        };
        let ready: Value = serde_json::from_str(&line).map_err(|_| NoDevnet::NotReady(line.clone()))?;
        match (ready["url"].as_str(), ready["genesis"].as_str()) {
            (Some(url), Some(genesis)) => Ok(Self {
                url: url.to_owned(),
                genesis: genesis.to_owned(),
                http: reqwest::Client::new(),
                _process: process,
            }),
            _ => Err(NoDevnet::NotReady(line)),
        }
    }

    /// Its WebSocket address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The hash of block 0.
    pub fn genesis(&self) -> &str {
        &self.genesis
    }

    /// Asks over HTTP, without any chain library in between.
    ///
    /// # Errors
    /// The server's error, or code 0 if it did not answer.
    pub async fn rpc(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let silent = |error: reqwest::Error| RpcError { code: 0, message: error.to_string(), data: Value::Null };
        let mut answer: Value = self
            .http
            .post(self.url.replacen("ws://", "http://", 1))
            .json(&json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }))
            .send()
            .await
            .map_err(silent)?
            .json()
            .await
            .map_err(silent)?;
        match answer.get_mut("error") {
            None => Ok(answer["result"].take()),
            Some(error) => Err(RpcError {
                code: error["code"].as_i64().unwrap_or_default(),
                message: error["message"].as_str().unwrap_or_default().to_owned(),
                data: error["data"].take(),
            }),
        }
    }

    /// Makes that many empty blocks at once; answers number, hash and timestamp (ms) of the last.
    ///
    /// # Errors
    /// The server's error.
    pub async fn seal(&self, count: u32) -> Result<Value, RpcError> {
        self.rpc("devnet_seal", json!([count])).await
    }

    /// Moves the chain's clock and makes one empty block; answers as [`Self::seal`] does.
    ///
    /// # Errors
    /// The server's error.
    pub async fn advance_time(&self, by: Duration) -> Result<Value, RpcError> {
        self.rpc("devnet_advanceTime", json!([by.as_secs()])).await
    }

    /// The number of the best block.
    ///
    /// # Errors
    /// The server's error.
    pub async fn height(&self) -> Result<u64, RpcError> {
        let header = self.rpc("chain_getHeader", json!([])).await?;
        let digits = header["number"].as_str().and_then(|text| text.strip_prefix("0x")).unwrap_or_default();
        u64::from_str_radix(digits, 16).map_err(|error| RpcError {
            code: 0,
            message: format!("no block number: {error}"),
            data: header,
        })
    }

    /// Waits until the best block has that number, for at most ten seconds.
    ///
    /// # Errors
    /// The server's error, or code 0 if the block does not come.
    pub async fn reach(&self, number: u64) -> Result<(), RpcError> {
        for _ in 0..500 {
            if self.height().await? >= number {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(RpcError { code: 0, message: format!("block {number} did not come"), data: Value::Null })
    }
}

impl std::fmt::Display for NoDevnet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotBuilt(path) => {
                write!(f, "{} is not there: run `cargo build -p {PROGRAM}` first", path.display())
            }
            Self::NotStarted(error) => write!(f, "{PROGRAM} could not be started: {error}"),
            Self::NotReady(said) => write!(f, "{PROGRAM} did not become ready: {said}"),
        }
    }
}

impl std::error::Error for NoDevnet {}

impl std::fmt::Display for RpcError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.code, self.message, self.data)
    }
}

impl std::error::Error for RpcError {}

/// Test executables lie in `<target>/<profile>/deps`, programs one folder above.
fn built_program() -> Result<PathBuf, NoDevnet> {
    let test = std::env::current_exe().map_err(NoDevnet::NotStarted)?;
    let folders = test.ancestors().skip(1).take(2);
    let candidates: Vec<_> =
        folders.map(|folder| folder.join(format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX))).collect();
    match candidates.iter().find(|path| path.is_file()) {
        Some(program) => Ok(program.clone()),
        None => Err(NoDevnet::NotBuilt(candidates.last().cloned().unwrap_or_else(|| Path::new(PROGRAM).to_path_buf()))),
    }
}
