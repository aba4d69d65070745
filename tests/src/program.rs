//! The built programs as children: awaited until they say that they are ready, or until they end.

use std::{
    fs::File,
    io::{Read as _, Seek as _},
    os::unix::process::ExitStatusExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::ChildStdout,
    time::timeout,
};

const TIME_TO_START: Duration = Duration::from_secs(30);
/// Longer than the command line waits for an outcome.
const TIME_TO_ANSWER: Duration = Duration::from_secs(150);
const TIME_TO_END: Duration = Duration::from_secs(10);

/// A program that serves, as long as this value lives.
#[derive(Debug)]
pub struct Program {
    ready: Value,
    /// Its standard input stays open: the program ends when we do, however we end.
    child: Child,
    /// Its standard error; a file without a name.
    log: File,
}

/// What a program that ran to its end has said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Exit code; 128 and the signal's number where one ended it.
    pub code: i32,
    /// Standard output as JSON; null where it is not.
    pub json: Value,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// Why there is no program.
#[derive(Debug)]
pub enum NoProgram {
    /// It was not built.
    NotBuilt(PathBuf),
    /// It could not be started.
    NotStarted(std::io::Error),
    /// It did not say that it is ready.
    NotReady(String),
    /// It did not end in time.
    NoEnd(String),
}

/// A built program, about to be run in this folder and with nothing of our environment that could change what it does.
///
/// # Errors
/// [`NoProgram::NotBuilt`].
pub fn command(name: &str, folder: &Path) -> Result<Command, NoProgram> {
    let mut command = Command::new(built(name)?);
    command.current_dir(folder);
    for (variable, _) in std::env::vars_os() {
        let text = variable.to_string_lossy();
        if text.starts_with("GREATSEAL_") || text == "RUST_LOG" || text == "SOFTHSM2_CONF" {
            command.env_remove(&variable);
        }
    }
    // Journals of tokens' keys stay in the folder.
    command.env("XDG_STATE_HOME", folder.join("state"));
    Ok(command)
}

/// Runs a program to its end; its standard input is empty.
///
/// # Errors
/// [`NoProgram`] where it does not start or does not end.
pub async fn run(command: Command) -> Result<Answer, NoProgram> {
    let words = format!("{command:?}");
    let mut command = tokio::process::Command::from(command);
    let running = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = timeout(TIME_TO_ANSWER, running).await.map_err(|_| NoProgram::NoEnd(words))?;
    let output = output.map_err(NoProgram::NotStarted)?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(Answer {
        code: code(output.status),
        json: serde_json::from_str(&stdout).unwrap_or_default(),
        stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

impl Program {
    /// Starts a program that says in one JSON line that it is ready.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn start(command: Command) -> Result<Self, NoProgram> {
        let mut program = Self::spawn(command)?;
        program.await_ready().await?;
        Ok(program)
    }

    /// Starts a program and does not wait.
    ///
    /// # Errors
    /// [`NoProgram::NotStarted`].
    pub fn spawn(mut command: Command) -> Result<Self, NoProgram> {
        let log = tempfile::tempfile().map_err(NoProgram::NotStarted)?;
        let written = log.try_clone().map_err(NoProgram::NotStarted)?;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(written);
        let child = command.spawn().map_err(NoProgram::NotStarted)?;
        Ok(Self { ready: Value::Null, child, log })
    }

    async fn await_ready(&mut self) -> Result<(), NoProgram> {
        let log = self.log();
        let silent = |what: &str| NoProgram::NotReady(format!("{what}; {}", log()));
        let stdout = self.child.stdout.take().ok_or_else(|| silent("it has no standard output"))?;
        let stdout = ChildStdout::from_std(stdout).map_err(NoProgram::NotStarted)?;
        let line = timeout(TIME_TO_START, BufReader::new(stdout).lines().next_line())
            .await
            .map_err(|_| silent("it said nothing in 30 seconds"))?
            .map_err(NoProgram::NotStarted)?
            .ok_or_else(|| silent("it ended at once"))?;
        self.ready = serde_json::from_str(&line).map_err(|_| NoProgram::NotReady(line.clone()))?;
        match self.ready["url"].is_string() {
            true => Ok(()),
            false => Err(NoProgram::NotReady(line)),
        }
    }

    /// Reads what stands on standard error by then.
    fn log(&self) -> impl Fn() -> String + use<> {
        let log = self.log.try_clone();
        move || {
            let mut text = String::new();
            let read = log.as_ref().map(|mut log| log.rewind().and_then(|()| log.read_to_string(&mut text)));
            if matches!(read, Ok(Ok(_))) { text } else { "its standard error cannot be read".to_owned() }
        }
    }

    /// What it said when it was ready.
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// Where it serves.
    pub fn url(&self) -> &str {
        self.ready["url"].as_str().unwrap_or_default()
    }

    /// Its number among the system's processes.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL, and waits until it is gone.
    pub fn kill(self) {
        drop(self);
    }

    /// Closes its standard input and waits until it has ended by itself; answers its exit code.
    ///
    /// # Errors
    /// [`NoProgram::NoEnd`] where it does not; it is then killed.
    pub async fn end(mut self) -> Result<i32, NoProgram> {
        drop(self.child.stdin.take());
        let within = crate::wait::eventually("the program ends", TIME_TO_END, async || match self.child.try_wait() {
            Ok(Some(status)) => Ok(code(status)),
            other => Err(format!("{other:?}")),
        });
        within.await.map_err(|late| NoProgram::NoEnd(late.to_string()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only where the child has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl std::fmt::Display for NoProgram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotBuilt(path) => {
                write!(f, "{} is not there: run `cargo build --workspace --bins` first", path.display())
            }
            Self::NotStarted(error) => write!(f, "a program could not be started: {error}"),
            Self::NotReady(said) => write!(f, "a program did not become ready: {said}"),
            Self::NoEnd(words) => write!(f, "a program did not end in time: {words}"),
        }
    }
}

impl std::error::Error for NoProgram {}

/// The folder of the build profile, and the one around it. Programs lie in the former, tests in its `deps`.
pub(crate) fn target() -> Result<(PathBuf, PathBuf), NoProgram> {
    let us = std::env::current_exe().map_err(NoProgram::NotStarted)?;
    let folders = us.ancestors().skip(1).skip_while(|folder| folder.ends_with("deps"));
    let mut folders = folders.map(Path::to_path_buf);
    match (folders.next(), folders.next()) {
        (Some(profile), Some(target)) => Ok((profile, target)),
        _ => Err(NoProgram::NotBuilt(us)),
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}

fn built(name: &str) -> Result<PathBuf, NoProgram> {
    let path = target()?.0.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if path.is_file() { Ok(path) } else { Err(NoProgram::NotBuilt(path)) }
}
