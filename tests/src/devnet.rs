//! Starts the embedded chain as people start it: the built program, in a process of its own.

use std::{path::Path, time::Duration};

use serde_json::{Value, json};

use crate::program::{NoProgram, Program, command};

const PROGRAM: &str = "greatseal-devnet";

/// A development chain that lives as long as this value.
#[derive(Debug)]
pub struct Devnet {
    rpc: Rpc,
    genesis: String,
    /// Killed on drop.
    program: Program,
}

/// Asks a node over HTTP, without any chain library in between.
#[derive(Debug, Clone)]
pub struct Rpc {
    url: String,
    http: reqwest::Client,
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

impl Rpc {
    /// The node at this address, `ws://` or `http://`.
    pub fn at(url: &str) -> Self {
        Self { url: url.replacen("ws://", "http://", 1), http: reqwest::Client::new() }
    }

    /// Asks and waits for the answer.
    ///
    /// # Errors
    /// The server's error, or code 0 if it did not answer.
    pub async fn ask(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let silent = |error: reqwest::Error| RpcError { code: 0, message: error.to_string(), data: Value::Null };
        let question = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let answer = self.http.post(&self.url).json(&question).send().await.map_err(silent)?;
        let mut answer: Value = answer.json().await.map_err(silent)?;
        match answer.get_mut("error") {
            None => Ok(answer["result"].take()),
            Some(error) => Err(RpcError {
                code: error["code"].as_i64().unwrap_or_default(),
                message: error["message"].as_str().unwrap_or_default().to_owned(),
                data: error["data"].take(),
            }),
        }
    }

    /// The number of the best block.
    ///
    /// # Errors
    /// The server's error.
    pub async fn height(&self) -> Result<u64, RpcError> {
        let header = self.ask("chain_getHeader", json!([])).await?;
        let digits = header["number"].as_str().and_then(|text| text.strip_prefix("0x")).unwrap_or_default();
        u64::from_str_radix(digits, 16).map_err(|error| RpcError {
            code: 0,
            message: format!("no block number: {error}"),
            data: header,
        })
    }
}

impl Devnet {
    /// A fresh chain on a free port, with instant blocks.
    ///
    /// # Errors
    /// See [`NoProgram`].
    pub async fn start() -> Result<Self, NoProgram> {
        Self::start_with(&[]).await
    }

    /// Starts a devnet with more arguments.
    ///
    /// # Errors
    /// See [`NoProgram`].
    pub async fn start_with(args: &[&str]) -> Result<Self, NoProgram> {
        Self::start_in(&std::env::temp_dir(), args).await
    }

    /// Starts a devnet with more arguments, in a folder of its own.
    ///
    /// # Errors
    /// See [`NoProgram`].
    pub async fn start_in(folder: &Path, args: &[&str]) -> Result<Self, NoProgram> {
        let mut command = command(PROGRAM, folder)?;
        command.args(["--listen", "127.0.0.1:0", "--exit-with-parent"]).args(args);
        let program = Program::start(command).await?;
        let genesis = program.ready()["genesis"].as_str().unwrap_or_default().to_owned();
        Ok(Self { rpc: Rpc::at(program.url()), genesis, program })
    }

    /// Its WebSocket address.
    pub fn url(&self) -> &str {
        self.program.url()
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
        self.rpc.ask(method, params).await
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
        self.rpc.height().await
    }

    /// Memory that it occupies, in kilobytes.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn resident_kb(&self) -> crate::Outcome<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    /// Waits until the best block has that number, for at most a minute.
    ///
    /// # Errors
    /// The server's error, or code 0 if the block does not come.
    pub async fn reach(&self, number: u64) -> Result<(), RpcError> {
        for _ in 0..3000 {
            if self.height().await? >= number {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(RpcError { code: 0, message: format!("block {number} did not come"), data: Value::Null })
    }
}

impl std::fmt::Display for RpcError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.code, self.message, self.data)
    }
}

impl std::error::Error for RpcError {}
