//! What can go wrong in the relayer, and what to do about it.

use greatseal_client::ChainError;
use greatseal_deployment::NotADeployment;
use greatseal_facts as facts;
use greatseal_host::{birth::NotBorn, config::ConfigError, serve::CannotListen, service::Failure};
use greatseal_protocol::cells::CellKey;
use std::{borrow::Cow, path::PathBuf};

/// An error variant is a decision: see [`RelayerError::help`] and [`RelayerError::exit_code`].
#[derive(Debug, thiserror::Error)]
pub enum RelayerError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The key of the account.
    #[error(transparent)]
    Signing(#[from] greatseal_signing::Error),
    /// The deployment file cannot be used.
    #[error(transparent)]
    Deployment(#[from] NotADeployment),
    /// The node serves another chain.
    #[error("the node serves the chain 0x{found}, the deployment is on 0x{expected}")]
    WrongChain {
        /// Of the deployment file.
        expected: String,
        /// Of the node.
        found: String,
    },
    /// The address runs other code, or belongs to another deployment.
    #[error("the contract is not the one of the deployment file: {0}")]
    WrongContract(String),
    /// A cell of the contract has another form than this program knows: nothing is submitted without what it says.
    #[error("the contract's cell {} cannot be read", facts::brief(.0))]
    UnreadableCell(CellKey),
    /// The file is not the journal of this deployment and account.
    #[error("{path} is not the journal of this deployment and account", path = .0.display())]
    ForeignJournal(PathBuf),
    /// The file was copied without the write-ahead log that belongs to it: what was acknowledged last is not in it.
    #[error("{path} is a part of a journal: its -wal is missing", path = .0.display())]
    TornJournal(PathBuf),
    /// The copy could not be made.
    #[error("cannot write the backup {path}: {reason}", path = path.display())]
    NoBackup {
        /// The copy.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Another process holds the journal.
    #[error("{path} is in use by another relayer", path = .0.display())]
    JournalInUse(PathBuf),
    /// The journal cannot be opened.
    #[error("cannot open the journal {path}: {source}", path = path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
    /// The journal cannot be created.
    #[error("cannot create the journal {path}: {reason}", path = path.display())]
    NotCreated {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: NotBorn,
    },
    /// The journal cannot be read or written.
    #[error("the journal cannot be used: {0}")]
    Journal(#[from] sqlx::Error),
    /// The journal holds what was never written.
    #[error("the journal is damaged")]
    Damaged,
    /// Evidence is not as it was written.
    #[error("the journal is damaged: {0}")]
    BrokenTrail(String),
    /// The address cannot be listened on.
    #[error(transparent)]
    Listen(#[from] CannotListen),
    /// The chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl RelayerError {
    /// What to do next.
    pub fn help(&self) -> Cow<'static, str> {
        if let Self::Config(error) = self {
            return error.help().into();
        }
        self.fixed_help().into()
    }

    fn fixed_help(&self) -> &'static str {
        match self {
            Self::Config(_) => "see docs/config/relayer.toml",
            Self::Signing(error) => error.help(),
            Self::Deployment(_) => "give the file that `greatseal deploy` wrote, with --deployment",
            Self::WrongChain { .. } => "connect to a node of the deployment's chain with --node",
            Self::WrongContract(_) => {
                "compare the deployment file with the chain; do not sign anything until they agree"
            }
            Self::UnreadableCell(_) => "run the relayer of the release that the contract's code is from",
            Self::ForeignJournal(_) => "give another file with --journal; nothing was written to this one",
            Self::TornJournal(_) => {
                "bring its -wal back beside it, or a copy that `greatseal-relayer journal backup` made"
            }
            Self::NoBackup { .. } => "name a file that is not there, in a folder that can be written",
            Self::JournalInUse(_) => "stop the other relayer first: one account has one writer",
            Self::NotCreated { reason: NotBorn::Orphan(_), .. } => {
                "bring the journal back that it belongs to, or move it away and keep it"
            }
            Self::CannotOpen { .. } | Self::NotCreated { .. } => "check the folder and its permissions",
            Self::Journal(_) => "check the disk; nothing was acknowledged that is not written down",
            Self::Damaged | Self::BrokenTrail(_) => "keep the file as evidence and restore the journal from its backup",
            Self::Listen(error) => error.help(),
            Self::Chain(error) => error.help(),
        }
    }

    /// Exit code of the program.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config(error) => error.exit_code(),
            Self::Signing(_) => 6,
            Self::Deployment(_) | Self::Chain(ChainError::NoSuchAccount(_)) => 3,
            Self::Chain(error) if error.passing() => 5,
            Self::WrongChain { .. }
            | Self::WrongContract(_)
            | Self::UnreadableCell(_)
            | Self::ForeignJournal(_)
            | Self::TornJournal(_)
            | Self::Damaged
            | Self::BrokenTrail(_) => 7,
            Self::Listen(CannotListen::Plain { .. } | CannotListen::Tls(_)) => 3,
            Self::JournalInUse(_) | Self::Listen(CannotListen::Refused { .. }) => 9,
            Self::CannotOpen { .. }
            | Self::NotCreated { .. }
            | Self::NoBackup { .. }
            | Self::Journal(_)
            | Self::Chain(_) => 1,
        }
    }
}

impl Failure for RelayerError {
    fn help(&self) -> Cow<'static, str> {
        self.help()
    }

    fn exit_code(&self) -> u8 {
        self.exit_code()
    }
}
