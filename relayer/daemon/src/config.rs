//! Configuration of the relayer; docs/config/relayer.toml explains every key.

mod check;

pub use check::check;

use greatseal_host::config::{DeploymentFile, Key, Kind, Listen, Log, Node};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Every key.
pub const KEYS: &[Key] = &[
    Key::NODE,
    Key::DEPLOYMENT,
    Key::new("journal.file", Kind::Path).switch("--journal").required(),
    Key::new("account.kind", Kind::Text).switch("--account"),
    Key::new("account.name", Kind::Text),
    Key::new("account.module", Kind::Path),
    Key::new("account.token", Kind::Text),
    Key::new("account.path", Kind::Path),
    Key::new("account.key", Kind::Text),
    Key::new("account.pin_file", Kind::SecretFile),
    Key::new("account.passphrase_file", Kind::SecretFile),
    Key::new("account.signing_journal", Kind::Path),
    Key::LISTEN_ADDRESS,
    Key::LISTEN_CERTIFICATE,
    Key::LISTEN_KEY_FILE,
    Key::LISTEN_PLAIN,
    Key::LISTEN_CONNECTIONS,
    Key::LISTEN_CONNECTIONS_PER_PEER,
    Key::LISTEN_HEADER_TIMEOUT,
    Key::LOG_FILTER,
    Key::LOG_FORMAT,
    Key::EXIT_WITH_PARENT,
];

/// What the relayer is started with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The chain.
    #[serde(default)]
    pub node: Node,
    /// Which contract.
    pub deployment: DeploymentFile,
    /// What was accepted and sent.
    pub journal: Journal,
    /// Who pays.
    #[serde(default)]
    pub account: Account,
    /// Where envelopes are taken.
    #[serde(default)]
    pub listen: Listen<7700>,
    /// What goes to standard error.
    #[serde(default)]
    pub log: Log,
    /// How the process behaves.
    #[serde(default)]
    pub process: Process,
}

/// `[journal]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journal {
    /// SQLite file; created where it does not exist.
    pub file: PathBuf,
}

/// `[account]`: who pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, tag = "kind", rename_all = "lowercase")]
pub enum Account {
    /// A well-known account of development chains.
    Dev {
        /// Which one.
        name: DevName,
    },
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
        /// Journal of the key's use; the token's own where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signing_journal: Option<PathBuf>,
    },
    /// A key in a sealed file.
    Sealed {
        /// The folder of sealed files.
        path: PathBuf,
        /// Label of the key.
        key: String,
        /// File with the passphrase.
        passphrase_file: PathBuf,
        /// Journal of the key's use; the folder's own where left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signing_journal: Option<PathBuf>,
    },
}

impl Default for Account {
    fn default() -> Self {
        Self::Dev { name: DevName::Bob }
    }
}

/// A well-known account of development chains; the whole world knows its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "names of accounts")]
pub enum DevName {
    Alice,
    Bob,
    Charlie,
    Dave,
    Eve,
    Ferdie,
}

impl DevName {
    /// Its name in the chain client.
    pub fn account(self) -> &'static str {
        match self {
            Self::Alice => "dev:alice",
            Self::Bob => "dev:bob",
            Self::Charlie => "dev:charlie",
            Self::Dave => "dev:dave",
            Self::Eve => "dev:eve",
            Self::Ferdie => "dev:ferdie",
        }
    }
}

/// `[process]`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Process {
    /// Whether to end when standard input closes.
    pub exit_with_parent: bool,
}
