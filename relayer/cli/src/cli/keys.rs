//! Where the keys are: the switches that every command with a key has in common.

use crate::error::CliError;
use clap::{ArgGroup, Args, ValueEnum};
use greatseal_signing::{
    Algorithm, Asked, Config, Purpose, Sealed, SecretSource, Source, Store, journal_of_folder, journal_of_token,
};
use std::path::PathBuf;

/// A token with its PIN, or a folder of sealed files with its passphrase.
#[derive(Clone, Debug, Args)]
pub struct Keys {
    /// Label of the token that holds the key.
    #[arg(long, value_name = "LABEL", help_heading = TOKEN)]
    pub token: Option<String>,
    /// File that holds the token's PIN, readable by its owner only; asked for at the terminal where left out.
    #[arg(long, value_name = "FILE", group = "pin", requires = "token", conflicts_with = "sealed", help_heading = TOKEN)]
    pub pin_file: Option<PathBuf>,
    /// Open file descriptor to read the PIN from.
    #[arg(long, value_name = "NUMBER", group = "pin", requires = "token", conflicts_with = "sealed", help_heading = TOKEN)]
    pub pin_fd: Option<i32>,
    /// PKCS#11 module of the token.
    #[arg(long, value_name = "FILE", env = "GREATSEAL_MODULE", default_value = "/usr/lib/softhsm/libsofthsm2.so", help_heading = TOKEN)]
    pub module: PathBuf,
    /// Folder of sealed files that holds the key.
    #[arg(long, value_name = "FOLDER", help_heading = SEALED)]
    pub sealed: Option<PathBuf>,
    /// File that holds their passphrase, readable by its owner only; asked for at the terminal where left out.
    #[arg(long, value_name = "FILE", group = "passphrase", requires = "sealed", conflicts_with = "token", help_heading = SEALED)]
    pub passphrase_file: Option<PathBuf>,
    /// Open file descriptor to read the passphrase from.
    #[arg(long, value_name = "NUMBER", group = "passphrase", requires = "sealed", conflicts_with = "token", help_heading = SEALED)]
    pub passphrase_fd: Option<i32>,
    /// Journal of the keys' use; FOLDER/signing.journal or $XDG_STATE_HOME/greatseal/LABEL.journal where left out.
    #[arg(long, value_name = "FILE", requires = "store", help_heading = "Signing journal")]
    pub journal: Option<PathBuf>,
}

const TOKEN: &str = "Keys in a token";
const SEALED: &str = "Keys in sealed files";

/// Which journal.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct JournalOf {
    /// Of this token's keys.
    #[arg(long, value_name = "LABEL")]
    pub token: Option<String>,
    /// Of this folder's keys.
    #[arg(long, value_name = "FOLDER")]
    pub sealed: Option<PathBuf>,
    /// In this file.
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

/// What a new key is for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum For {
    /// A council member's seat: signs commands.
    Seat,
    /// An account: pays for transactions.
    Payer,
    /// A seat's post-quantum companion (ML-DSA-65), in a sealed file: signs beside the seat's key.
    Companion,
    /// The audit database's log: signs its checkpoints.
    Audit,
    /// A witness: cosigns checkpoints of logs.
    Witness,
}

/// What a new key signs with.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum With {
    /// Ed25519.
    Ed25519,
    /// ECDSA on P-256.
    P256,
}

/// A token or a folder, not both.
pub(super) fn store(required: bool) -> ArgGroup {
    ArgGroup::new("store").args(["token", "sealed"]).required(required)
}

impl Keys {
    /// The token or the folder.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where neither is named, [`CliError::Signing`] where there is no place for the journal.
    pub fn source(&self) -> Result<Source, CliError> {
        required(self.named(false)?)
    }

    /// The token or the folder that a new key goes to: a new passphrase is typed twice.
    ///
    /// # Errors
    ///
    /// Those of [`Self::source`].
    pub fn source_for_new_key(&self) -> Result<Source, CliError> {
        required(self.named(true)?)
    }

    /// The token or the folder; `None` where neither is named.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`] where there is no place for the journal.
    pub fn source_if_named(&self) -> Result<Option<Source>, CliError> {
        self.named(false)
    }

    fn named(&self, twice: bool) -> Result<Option<Source>, CliError> {
        let store = match (&self.token, &self.sealed) {
            (Some(token), _) => {
                let pin = secret(&self.pin_file, self.pin_fd, Asked { what: "PIN of the token", twice: false });
                Store::Token(Config::new(&self.module, token, pin))
            }
            (None, Some(folder)) => {
                let asked = Asked { what: "passphrase of the sealed files", twice };
                Store::Sealed(Sealed::new(folder, secret(&self.passphrase_file, self.passphrase_fd, asked)))
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(match &self.journal {
            Some(journal) => Source { store, journal: journal.clone() },
            None => Source::new(store)?,
        }))
    }
}

fn required(source: Option<Source>) -> Result<Source, CliError> {
    source.ok_or_else(|| CliError::input("--token", "missing", "give --token LABEL or --sealed FOLDER"))
}

impl JournalOf {
    /// Where the journal lies.
    ///
    /// # Errors
    ///
    /// [`CliError::Signing`] where there is no place for a token's.
    pub fn path(&self) -> Result<PathBuf, CliError> {
        match (&self.token, &self.sealed, &self.journal) {
            (Some(token), ..) => Ok(journal_of_token(token)?),
            (_, Some(folder), _) => Ok(journal_of_folder(folder)),
            (.., Some(file)) => Ok(file.clone()),
            (None, None, None) => Err(CliError::input("--journal", "missing", "give --journal FILE")),
        }
    }
}

impl From<With> for Algorithm {
    fn from(with: With) -> Self {
        match with {
            With::Ed25519 => Self::Ed25519,
            With::P256 => Self::P256,
        }
    }
}

impl From<For> for Purpose {
    fn from(purpose: For) -> Self {
        match purpose {
            For::Seat => Self::Seat,
            For::Payer => Self::Payer,
            For::Companion => Self::Companion,
            For::Audit => Self::Audit,
            For::Witness => Self::Witness,
        }
    }
}

/// A file, a descriptor, or whoever sits at the terminal.
pub fn secret(file: &Option<PathBuf>, descriptor: Option<i32>, asked: Asked) -> SecretSource {
    match (file, descriptor) {
        (Some(path), _) => SecretSource::File(path.clone()),
        (None, Some(descriptor)) => SecretSource::Descriptor(descriptor),
        (None, None) => SecretSource::Terminal(asked),
    }
}
