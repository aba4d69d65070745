//! A whole deployment: chain, contract, relayer, indexer, tokens, and the command that people type.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    Outcome,
    node::Node,
    program::{Answer, NoProgram, Program, command, run},
    tokens,
};

/// Nobody listens there.
pub const NOWHERE: &str = "127.0.0.1:1";

/// What a world starts with besides chain and contract.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// More arguments of the chain.
    pub devnet: &'a [&'a str],
    /// Whether a relayer runs.
    pub relayer: bool,
    /// Whether an indexer runs.
    pub indexer: bool,
}

/// All of it; everything ends when this value does.
#[derive(Debug)]
pub struct World {
    // Programs first: they are gone before their folder is.
    relayer: Option<Program>,
    indexer: Option<Program>,
    node: Node,
    folder: TempDir,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { devnet: &[], relayer: true, indexer: true }
    }
}

impl World {
    /// Starts a chain, deploys the released contract with the seats of [`tokens::SEATS`], and starts the services.
    ///
    /// # Errors
    /// What did not start.
    pub async fn start(options: Options<'_>) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("greatseal-story-").tempdir()?;
        let path = folder.path().to_owned();
        tokens::copy_to(&path)?;
        crate::acts::write_papers(&path)?;
        let node = Node::start_in(&path, options.devnet).await?;
        let mut world = Self { relayer: None, indexer: None, node, folder };
        world.deploy("deployment.json").await?.done()?;
        if options.relayer {
            world.start_relayer().await?;
        }
        if options.indexer {
            world.start_indexer().await?;
        }
        Ok(world)
    }

    /// Deploys the released contract (once more), into this deployment file.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn deploy(&self, out: &str) -> Result<Answer, NoProgram> {
        let artefact = artefact();
        let artefact = artefact.to_string_lossy();
        let [account, _] = self.node.payers();
        let paid = ["--account", &account, "--artefact", &artefact, "--yes"];
        let args = [&["deploy", "--seats", "seats.json", "--out", out][..], &paid].concat();
        self.greatseal(&args).await
    }

    /// The chain.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// A file in the world's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the relayer on `relayer.db`.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn start_relayer(&mut self) -> Result<(), NoProgram> {
        self.start_relayer_on("relayer.db").await
    }

    /// Starts the relayer on another journal.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn start_relayer_on(&mut self, journal: &str) -> Result<(), NoProgram> {
        let node = self.node.url().to_owned();
        self.start_relayer_with(&node, journal).await
    }

    /// Starts the relayer with something between it and the node.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn start_relayer_with(&mut self, node: &str, journal: &str) -> Result<(), NoProgram> {
        self.relayer = None;
        let [_, account] = self.node.payers();
        let args = ["--journal", journal, "--account", &account, "--exit-with-parent"];
        let command = self.service("greatseal-relayer", node, &args)?;
        self.relayer = Some(Program::start(command).await?);
        Ok(())
    }

    /// Starts the indexer on `audit.db`.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn start_indexer(&mut self) -> Result<(), NoProgram> {
        self.indexer = None;
        self.indexer = Some(self.another_indexer("audit.db").await?);
        Ok(())
    }

    /// One more indexer of the same deployment; the command does not ask this one.
    ///
    /// # Errors
    /// [`NoProgram`].
    pub async fn another_indexer(&self, database: &str) -> Result<Program, NoProgram> {
        Program::start(self.indexer_command(database)?).await
    }

    /// How an indexer is started.
    ///
    /// # Errors
    /// [`NoProgram::NotBuilt`].
    pub fn indexer_command(&self, database: &str) -> Result<Command, NoProgram> {
        self.service("greatseal-indexer", self.node.url(), &["--database", database, "--exit-with-parent"])
    }

    /// A service on a free port, with more arguments.
    ///
    /// # Errors
    /// [`NoProgram::NotBuilt`].
    pub fn service(&self, name: &str, node: &str, args: &[&str]) -> Result<Command, NoProgram> {
        let mut command = command(name, self.folder.path())?;
        command.args(["--deployment", "deployment.json", "--node", node, "--listen", "127.0.0.1:0"]).args(args);
        Ok(command)
    }

    /// The relayer, to be killed or ended.
    pub fn take_relayer(&mut self) -> Option<Program> {
        self.relayer.take()
    }

    /// The indexer, to be killed or ended.
    pub fn take_indexer(&mut self) -> Option<Program> {
        self.indexer.take()
    }

    /// Ends everything; dropping does so as well, but cannot say that something was left behind.
    ///
    /// # Errors
    /// Where the folder cannot be removed.
    pub fn done(self) -> std::io::Result<()> {
        let Self { relayer, indexer, node, folder } = self;
        drop((relayer, indexer, node));
        folder.close()
    }

    /// Where the relayer serves.
    pub fn relayer_url(&self) -> String {
        url(self.relayer.as_ref())
    }

    /// Where the indexer serves.
    pub fn indexer_url(&self) -> String {
        url(self.indexer.as_ref())
    }

    /// Runs `greatseal --json …`.
    ///
    /// # Errors
    /// [`NoProgram`] where it does not run or does not end; what it answers is not judged.
    pub async fn greatseal(&self, args: &[&str]) -> Result<Answer, NoProgram> {
        let mut command = self.command(args)?;
        command.arg("--json");
        run(command).await
    }

    /// `greatseal …` for people, in the world's environment; whatever is in `args` wins.
    ///
    /// # Errors
    /// [`NoProgram::NotBuilt`].
    pub fn command(&self, args: &[&str]) -> Result<Command, NoProgram> {
        let mut command = command("greatseal", self.folder.path())?;
        command
            .env("SOFTHSM2_CONF", self.file("softhsm2.conf"))
            .env("GREATSEAL_DEPLOYMENT", self.file("deployment.json"))
            .env("GREATSEAL_NODE", self.node.url())
            .env("GREATSEAL_RELAYER", self.relayer_url())
            .env("GREATSEAL_INDEXER", self.indexer_url())
            .args(args);
        Ok(command)
    }
}

impl Answer {
    /// The JSON answer of a command that did what it was told.
    ///
    /// # Errors
    /// All that it said, where it did not.
    pub fn done(self) -> Outcome<Value> {
        match self.code {
            0 => Ok(self.json),
            code => Err(format!("exit code {code}\nstdout: {}\nstderr: {}", self.stdout, self.stderr).into()),
        }
    }
}

impl Answer {
    /// Whether it was refused by this rule, with its words, and nobody paid.
    ///
    /// # Errors
    /// All that it said, where it was not.
    pub fn refused(&self, number: u16) -> Outcome {
        let right = self.code == 4
            && self.json["refusal"] == number
            && self.json["exit_code"] == 4
            && self.json["error"].as_str().is_some_and(|text| text.ends_with("(no fee paid)"))
            && self.stderr.starts_with("error: refused with ")
            && self.stderr.contains("\nhelp: ");
        let said = || format!("refusal {number} expected, not exit code {}: {}{}", self.code, self.stdout, self.stderr);
        right.then_some(()).ok_or_else(|| said().into())
    }
}

/// The first fact of this name in an answer, however deep it lies; null where there is none.
pub fn fact(value: &Value, name: &str) -> Value {
    let inside = |value: &Value| Some(fact(value, name)).filter(|found| !found.is_null());
    match value {
        Value::Object(fields) => {
            fields.get(name).cloned().or_else(|| fields.values().find_map(inside)).unwrap_or_default()
        }
        Value::Array(list) => list.iter().find_map(inside).unwrap_or_default(),
        _ => Value::Null,
    }
}

/// The released artefact.
pub fn artefact() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/governance/released")
}

/// Reads the deployment file, changes one entry and writes it under another name.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn change_deployment(world: &World, entry: &str, value: &str, out: &str) -> Outcome {
    let mut deployment: Value = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    deployment[entry] = value.into();
    Ok(fs::write(world.file(out), serde_json::to_vec(&deployment)?)?)
}

fn url(program: Option<&Program>) -> String {
    program.map_or_else(|| format!("http://{NOWHERE}"), |program| program.url().to_owned())
}
