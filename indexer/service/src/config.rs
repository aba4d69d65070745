//! Configuration of the indexer; docs/config/indexer.toml explains every key. It needs no secret.

use crate::{error::Error, store::Store};
use greatseal_deployment::Deployment;
use greatseal_host::{
    check::Finding,
    config::{DeploymentFile, Key, Kind, Listen, Log, Node},
};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Every key.
pub const KEYS: &[Key] = &[
    Key::NODE,
    Key::DEPLOYMENT,
    Key::new("database.file", Kind::Path).switch("--database").required(),
    Key::LISTEN_ADDRESS,
    Key::LISTEN_CONNECTIONS,
    Key::LISTEN_HEADER_TIMEOUT,
    Key::LOG_FILTER,
    Key::LOG_FORMAT,
    Key::new("process.exit_on_stop", Kind::Flag).switch("--exit-on-stop"),
    Key::EXIT_WITH_PARENT,
];

/// What the indexer is started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The chain.
    #[serde(default)]
    pub node: Node,
    /// Which contract.
    pub deployment: DeploymentFile,
    /// The audit database.
    pub database: Database,
    /// Where questions are answered.
    #[serde(default)]
    pub listen: Listen<7701>,
    /// What goes to standard error.
    #[serde(default)]
    pub log: Log,
    /// How the process behaves.
    #[serde(default)]
    pub process: Process,
}

/// `[database]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// SQLite file; created where there is none.
    pub file: PathBuf,
}

/// `[process]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Process {
    /// Whether to end with an error when following must stop.
    pub exit_on_stop: bool,
    /// Whether to end when standard input closes.
    pub exit_with_parent: bool,
}

/// Looks at every file that the configuration names, without a network; changes nothing.
pub async fn check(config: &Config) -> Vec<Finding> {
    let wrong = |key, error: Error| Finding::wrong(key, &error, error.help());
    let path = &config.database.file;
    let deployment = Deployment::read(&config.deployment.file);
    let database = match &deployment {
        _ if path.symlink_metadata().is_err() => Finding::creatable("database.file", path),
        Err(_) => Finding::readable("database.file", path),
        Ok(deployment) => match Store::inspect(path, deployment).await {
            Ok(()) => Finding::good("database.file", format!("{}, of this deployment", path.display())),
            Err(error) => wrong("database.file", error.into()),
        },
    };
    let deployment = match deployment {
        Ok(deployment) => Finding::good("deployment.file", format!("contract {}", deployment.contract())),
        Err(error) => wrong("deployment.file", error.into()),
    };
    vec![deployment, database]
}
