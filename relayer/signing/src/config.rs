//! Where keys are, how they are opened, and which journal is kept of their use.

use crate::{Error, Result, SecretSource, Work};
use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

/// Keys and the journal of their use: all that a program needs to be told.
#[derive(Clone, Debug)]
pub struct Source {
    /// The keys.
    pub store: Store,
    /// The journal; [`Store::journal`] where nothing else was said.
    pub journal: PathBuf,
}

/// Where the keys are.
#[derive(Clone, Debug)]
pub enum Store {
    /// In a token, through PKCS#11.
    Token(Config),
    /// In a folder of sealed files.
    Sealed(Sealed),
}

/// Which token, behind which module, opened with whose PIN.
#[derive(Clone, Debug)]
pub struct Config {
    /// The vendor's PKCS#11 library.
    pub module: PathBuf,
    /// `CK_TOKEN_INFO.label`; slots have no stable number, labels do.
    pub token: String,
    /// Where the user PIN is read from.
    pub pin: SecretSource,
    /// Longest wait for one call, queue included.
    pub timeout: Duration,
    /// Whether `CKA_LOCAL` must be true. Switch it off for devices that never report it (NetHSM): an imported key is
    /// then still told by `CKA_ALWAYS_SENSITIVE` and `CKA_NEVER_EXTRACTABLE` (PKCS#11 v3.1, 4.9).
    pub demand_local: bool,
}

/// A folder with one sealed file a key, all under one passphrase.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The folder.
    pub folder: PathBuf,
    /// Where the passphrase is read from.
    pub passphrase: SecretSource,
    /// What a guess at the passphrase of a new key costs; existing files say it themselves.
    pub work: Work,
}

impl Source {
    /// Keys with the journal that is theirs by default.
    ///
    /// # Errors
    ///
    /// [`Error::NoPlaceForJournal`].
    pub fn new(store: Store) -> Result<Self> {
        Ok(Self { journal: store.journal()?, store })
    }
}

impl Store {
    /// Where the journal lies by default.
    ///
    /// # Errors
    ///
    /// [`Error::NoPlaceForJournal`].
    pub fn journal(&self) -> Result<PathBuf> {
        match self {
            Self::Token(config) => journal_of_token(&config.token),
            Self::Sealed(sealed) => Ok(journal_of_folder(&sealed.folder)),
        }
    }
}

/// Journal of a folder's keys: beside them.
pub fn journal_of_folder(folder: &Path) -> PathBuf {
    folder.join("signing.journal")
}

/// Journal of a token's keys: `$XDG_STATE_HOME/greatseal/LABEL.journal`, with `~/.local/state` where the variable is not
/// set. A byte of the label that is neither letter, digit, `-` nor `_` is written as `%` and two digits.
///
/// # Errors
///
/// [`Error::NoPlaceForJournal`] where there is no home folder either.
pub fn journal_of_token(label: &str) -> Result<PathBuf> {
    let folder = |variable| env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let state = folder("XDG_STATE_HOME").or_else(|| folder("HOME").map(|home| home.join(".local/state")));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let name: String = label
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    Ok(state.ok_or(Error::NoPlaceForJournal)?.join("greatseal").join(format!("{name}.journal")))
}

impl Config {
    /// Ten seconds for a call, `CKA_LOCAL` demanded.
    pub fn new(module: impl Into<PathBuf>, token: impl Into<String>, pin: SecretSource) -> Self {
        Self { module: module.into(), token: token.into(), pin, timeout: Duration::from_secs(10), demand_local: true }
    }
}

impl Sealed {
    /// New keys are sealed with [`Work::RECOMMENDED`].
    pub fn new(folder: impl Into<PathBuf>, passphrase: SecretSource) -> Self {
        Self { folder: folder.into(), passphrase, work: Work::RECOMMENDED }
    }
}
