//! Why the program ends: a sentence, what to do next, a word that stays, and the exit code.

use crate::{
    interruption::{Interruption, Stop, Verdict, database_verdict, store_verdict},
    store::StoreError,
};
use greatseal_deployment::NotADeployment;
use greatseal_host::{client::Trouble, config::ConfigError, serve::CannotListen, service::Failure};
use greatseal_store::BackupError;
use greatseal_trail::cosignature::PolicyError;
use greatseal_vault::VaultError;
use std::{borrow::Cow, io};

/// Why the program ends.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The deployment file cannot be read as one.
    #[error(transparent)]
    Deployment(#[from] NotADeployment),
    /// The node does not answer, or not yet.
    #[error(transparent)]
    Node(Interruption),
    /// The node is another one, or following has stopped and was asked to end the program.
    #[error(transparent)]
    Stop(Stop),
    /// The database is refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The password of the database's account cannot be read.
    #[error("the password of the database cannot be read: {0}")]
    Password(greatseal_signing::Error),
    /// There is no backup, or nothing was restored.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Contents cannot be kept.
    #[error(transparent)]
    Contents(#[from] VaultError),
    /// The key of the checkpoints does not open, or its file of heads.
    #[error("checkpoints cannot be signed: {0}")]
    Signing(#[from] greatseal_signing::Error),
    /// The witnesses make no policy.
    #[error("the witnesses of the configuration cannot be used: {0}")]
    Witnesses(#[from] PolicyError),
    /// A witness's address cannot be used.
    #[error("the witness at {url} cannot be asked: {reason}")]
    WitnessAddress {
        /// Its URL.
        url: String,
        /// What is wrong.
        reason: Trouble,
    },
    /// Nothing can be served at the address.
    #[error(transparent)]
    Listen(#[from] CannotListen),
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
            Self::Deployment(_) => {
                ("deployment_malformed", 3, "give the file that `greatseal deploy` wrote, unchanged")
            }
            Self::Node(interruption) => interruption.verdict(),
            Self::Stop(stop) => stop.verdict(),
            Self::Store(error) => store_verdict(error),
            Self::Password(error) => ("database_password", 3, error.help()),
            Self::Backup(BackupError::Database(error)) => database_verdict(error),
            Self::Backup(error @ (BackupError::NotWhole { .. } | BackupError::OtherVersion { .. })) => {
                ("backup_unusable", 3, error.help())
            }
            Self::Backup(error @ BackupError::OtherIdentity { .. }) => ("database_foreign", 7, error.help()),
            Self::Backup(error @ BackupError::NotOwner { .. }) => ("database_forbidden", 7, error.help()),
            Self::Backup(error @ BackupError::NotEmpty { .. }) => ("database_not_empty", 7, error.help()),
            Self::Backup(error @ BackupError::Nothing { .. }) => ("database_missing", 7, error.help()),
            Self::Backup(error @ BackupError::File { .. }) => ("backup_failing", 1, error.help()),
            Self::Contents(_) => (
                "contents_unusable",
                1,
                "look at [content]: folder or bucket, its keys, and whether this account may write there",
            ),
            Self::Signing(error) => ("checkpoint_key", 6, error.help()),
            Self::Witnesses(_) => (
                "witnesses",
                3,
                "give each witness once in `witnesses.list`, and a `witnesses.quorum` from 1 to their number",
            ),
            Self::WitnessAddress { .. } => {
                ("witnesses", 3, "correct its line in `witnesses.list`, or `witnesses.authority`")
            }
            Self::Listen(error) if error.in_use() => ("address_in_use", 9, error.help()),
            Self::Listen(error @ (CannotListen::Plain { .. } | CannotListen::Tls(_))) => {
                ("configuration", 3, error.help())
            }
            Self::Listen(error) => ("cannot_listen", 1, error.help()),
            Self::Serving(_) => ("cannot_serve", 1, "look at the limits of open files and memory"),
        }
    }
}

impl Failure for Error {
    fn sentence(&self) -> String {
        format!("{self} ({})", self.code())
    }

    fn help(&self) -> Cow<'static, str> {
        self.help()
    }

    fn exit_code(&self) -> u8 {
        self.exit_code()
    }
}
