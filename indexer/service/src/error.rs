//! Why the program ends: a sentence, what to do next, a word that stays, and the exit code.

use crate::{
    follow::{Interruption, Stop},
    store::StoreError,
};
use greatseal_chain::ChainError;
use greatseal_host::{birth::NotBorn, config::ConfigError};
use std::{borrow::Cow, io, net::SocketAddr, path::PathBuf};

/// Why the program ends.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The deployment file cannot be read as one.
    #[error("{} is not a deployment file: {reason}", path.display())]
    Deployment {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The node does not answer, or not yet.
    #[error(transparent)]
    Node(Interruption),
    /// The node is another one, or following has stopped and was asked to end the program.
    #[error(transparent)]
    Stop(Stop),
    /// The database is refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nothing can be served at the address.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The operating system refuses something else.
    #[error("cannot serve: {0}")]
    Serving(#[from] io::Error),
}

impl From<Interruption> for Error {
    fn from(interruption: Interruption) -> Self {
        match interruption {
            Interruption::Stop(stop) => Self::Stop(stop),
            passing => Self::Node(passing),
        }
    }
}

/// A stable word, its exit code, and what to do next.
type Verdict = (&'static str, u8, &'static str);

impl Error {
    /// The word that stays.
    pub fn code(&self) -> &'static str {
        self.verdict().0
    }

    /// The exit code.
    pub fn exit_code(&self) -> u8 {
        self.verdict().1
    }

    /// What to do next.
    pub fn help(&self) -> Cow<'static, str> {
        match self {
            Self::Config(error) => error.help().into(),
            other => other.verdict().2.into(),
        }
    }

    fn verdict(&self) -> Verdict {
        match self {
            Self::Config(error) => ("configuration", error.exit_code(), "see docs/config/indexer.toml"),
            Self::Deployment { .. } => {
                ("deployment_malformed", 3, "give the file that `greatseal deploy` wrote, unchanged")
            }
            Self::Node(Interruption::Lost(error)) => ("node_unreachable", 5, error.help()),
            Self::Node(Interruption::TooEarly { .. }) => ("node_behind", 5, "wait until the node has caught up"),
            Self::Node(_) => ("node_unreachable", 5, "look at the node's log, or name another one with --node"),
            Self::Stop(stop) => stop_verdict(stop),
            Self::Store(error) => store_verdict(error),
            Self::Listen { source, .. } if source.kind() == io::ErrorKind::AddrInUse => {
                ("address_in_use", 9, "stop the other program, or choose another port with --listen 127.0.0.1:0")
            }
            Self::Listen { .. } => ("cannot_listen", 1, "choose an address of this machine with --listen"),
            Self::Serving(_) => ("cannot_serve", 1, "look at the limits of open files and memory"),
        }
    }
}

fn stop_verdict(stop: &Stop) -> Verdict {
    match stop {
        Stop::WrongChain { .. } => ("wrong_chain", 7, "name a node of the deployment's chain with --node"),
        Stop::WrongCode { .. } => ("wrong_code", 7, "do not trust this contract; compare it with the released code"),
        Stop::Breach(_) => {
            ("ledger_breach", 1, "keep the database and the node as they are, and find out which of them is wrong")
        }
        Stop::Chain(error @ ChainError::NoContract(_)) => ("no_contract", 7, error.help()),
        Stop::Chain(error) => ("chain_unusable", 1, error.help()),
        Stop::Store(error) => store_verdict(error),
    }
}

fn store_verdict(error: &StoreError) -> Verdict {
    match error {
        StoreError::Unopenable { .. } => ("database_unopenable", 1, "look at the path, its permissions and the disk"),
        StoreError::NotCreated { reason: NotBorn::Orphan(_), .. } => {
            ("database_orphan", 1, "bring the database back that it belongs to, or move it away and keep it")
        }
        StoreError::NotCreated { .. } => ("database_unopenable", 1, "look at the path, its permissions and the disk"),
        StoreError::NotOurs { .. } => ("database_foreign", 7, "name another file with --database"),
        StoreError::OtherSchema { .. } => {
            ("database_schema", 7, "use the program that wrote it, or index anew into another file")
        }
        StoreError::OtherDeployment { .. } => {
            ("database_foreign", 7, "name the database of this deployment, or another file, with --database")
        }
        StoreError::DamagedEvent { .. } | StoreError::DamagedBlock { .. } | StoreError::DamagedDocument(_) => {
            ("ledger_damaged", 7, "keep the file as evidence, and index anew into another one")
        }
        StoreError::InUse { .. } => {
            ("database_in_use", 9, "stop the other indexer, or name another file with --database")
        }
        StoreError::Overtaken => ("database_overtaken", 1, "run one indexer for each database"),
        StoreError::TooLarge(_) | StoreError::Failing(_) => {
            ("database_failing", 1, "look at the disk, then start again: what was stored is whole")
        }
    }
}
