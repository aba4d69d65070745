//! Configuration of the indexer; docs/config/indexer.toml explains every key.

mod check;
mod content;
mod database;
mod witnesses;

pub use check::check;
pub use content::{Content, Place, Size};
pub use database::Database;
pub use witnesses::{Listed, WitnessList};

use greatseal_host::config::{DeploymentFile, Key, Kind, Listen, Log, Node, Seconds};
use serde::{Deserialize, Serialize};
use std::{path::PathBuf, time::Duration};

/// Every key.
pub const KEYS: &[Key] = &[
    Key::NODE,
    Key::DEPLOYMENT,
    Key::new("database.file", Kind::Path).switch("--database").required(),
    Key::new("database.url", Kind::Text).switch("--database-url"),
    Key::new("database.password_file", Kind::SecretFile),
    Key::new("content.kind", Kind::Text),
    Key::new("content.path", Kind::Path),
    Key::new("content.url", Kind::Text),
    Key::new("content.allow_http", Kind::Flag),
    Key::new("content.bucket", Kind::Text),
    Key::new("content.region", Kind::Text),
    Key::new("content.prefix", Kind::Text),
    Key::new("content.access_key_file", Kind::SecretFile),
    Key::new("content.secret_key_file", Kind::SecretFile),
    Key::new("content.unnamed_max", Kind::Text),
    Key::new("content.unnamed_days", Kind::Number),
    Key::new("content.restricted_max", Kind::Text),
    Key::new("checkpoint.kind", Kind::Text),
    Key::new("checkpoint.interval", Kind::Text),
    Key::new("checkpoint.module", Kind::Path),
    Key::new("checkpoint.token", Kind::Text),
    Key::new("checkpoint.path", Kind::Path),
    Key::new("checkpoint.key", Kind::Text),
    Key::new("checkpoint.pin_file", Kind::SecretFile),
    Key::new("checkpoint.passphrase_file", Kind::SecretFile),
    Key::new("witnesses.list", Kind::Text),
    Key::new("witnesses.quorum", Kind::Number),
    Key::new("witnesses.authority", Kind::Path),
    Key::LISTEN_ADDRESS,
    Key::LISTEN_CERTIFICATE,
    Key::LISTEN_KEY_FILE,
    Key::LISTEN_PLAIN,
    Key::LISTEN_CONNECTIONS,
    Key::LISTEN_CONNECTIONS_PER_PEER,
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
    /// Where contents are kept.
    #[serde(default)]
    pub content: Content,
    /// With which key the log's checkpoints are signed.
    #[serde(default)]
    pub checkpoint: Checkpoint,
    /// Who cosigns them.
    #[serde(default)]
    pub witnesses: Witnesses,
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

/// `[checkpoint]`: with which key the log's checkpoints are signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "lowercase")]
pub enum Checkpoint {
    /// None: there are no checkpoints.
    #[default]
    None,
    /// A key in a PKCS#11 token.
    Token {
        /// The vendor's library.
        module: PathBuf,
        /// Label of the token.
        token: String,
        /// Label of the key.
        key: String,
        /// File with the PIN.
        pin_file: PathBuf,
        /// Longest time between two checkpoints.
        #[serde(default = "minute")]
        interval: Seconds,
    },
    /// A key in a sealed file.
    Sealed {
        /// The folder of sealed files.
        path: PathBuf,
        /// Label of the key.
        key: String,
        /// File with the passphrase.
        passphrase_file: PathBuf,
        /// Longest time between two checkpoints.
        #[serde(default = "minute")]
        interval: Seconds,
    },
}

fn minute() -> Seconds {
    Seconds(Duration::from_secs(60))
}

/// `[witnesses]`: who cosigns checkpoints before they are published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Witnesses {
    /// Their keys and addresses.
    pub list: WitnessList,
    /// How many of them have to cosign.
    pub quorum: u16,
    /// Certificates of the authorities that they are trusted by with TLS; those of this machine where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<PathBuf>,
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
