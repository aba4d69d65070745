//! The identity of a reader of restricted contents, from files.

use greatseal_content::restricted::{Identity, LONGEST_FILE, RestrictedError};
use std::{
    fs::File,
    io::{self, Read as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Most bytes of a passphrase.
const LONGEST_PASSPHRASE: u64 = 1024;

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    /// A file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file is longer than any of its kind: cut off it would be another one.
    #[error("{} is longer than {most} bytes", path.display())]
    TooLong {
        /// Which.
        path: PathBuf,
        /// How long it may be.
        most: u64,
    },
    /// A passphrase is open to others.
    #[error("{} can be read by others than its owner", path.display())]
    TooOpen {
        /// Which file.
        path: PathBuf,
    },
    /// A passphrase is no line of text.
    #[error("{} holds no passphrase: one line of text", path.display())]
    NoPassphrase {
        /// Which file.
        path: PathBuf,
    },
    /// A file holds no identity, or is not opened.
    #[error("{}: {error}", path.display())]
    None {
        /// Which.
        path: PathBuf,
        /// Why.
        error: RestrictedError,
    },
}

impl IdentityError {
    /// What to do next.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "give the files of a reader's identity that you can read",
            Self::TooLong { .. } => "give the file of an identity, and one with its passphrase and nothing else",
            Self::TooOpen { .. } => "take the rights of others away: chmod 600",
            Self::NoPassphrase { .. } => "write the passphrase into the file, and nothing else",
            Self::None { error: RestrictedError::Locked, .. } => "give its passphrase with --identity-passphrase-file",
            Self::None { error, .. } => error.help(),
        }
    }
}

/// Reads an identity; its passphrase, where it has one, from a file that its owner alone can read.
pub(crate) fn load(path: &Path, passphrase: Option<&Path>) -> Result<Identity, IdentityError> {
    let bytes = read(path, &open(path)?, LONGEST_FILE)?;
    let passphrase = passphrase.map(secret).transpose()?;
    Identity::parse(&bytes, || passphrase).map_err(|error| IdentityError::None { path: path.to_owned(), error })
}

fn secret(path: &Path) -> Result<Zeroizing<String>, IdentityError> {
    let file = open(path)?;
    let found = file.metadata().map_err(|error| IdentityError::Unreadable { path: path.to_owned(), error })?;
    if found.permissions().mode() & 0o077 != 0 {
        return Err(IdentityError::TooOpen { path: path.to_owned() });
    }
    let bytes = read(path, &file, LONGEST_PASSPHRASE)?;
    let text = str::from_utf8(&bytes).map(|text| text.strip_suffix('\n').unwrap_or(text));
    match text {
        Ok(text) if !text.is_empty() && !text.contains(char::is_control) => Ok(Zeroizing::new(text.to_owned())),
        Ok(_) | Err(_) => Err(IdentityError::NoPassphrase { path: path.to_owned() }),
    }
}

fn open(path: &Path) -> Result<File, IdentityError> {
    File::open(path).map_err(|error| IdentityError::Unreadable { path: path.to_owned(), error })
}

/// The bytes of a file. There is room for all of them: a buffer that grows would leave copies.
fn read(path: &Path, file: &File, most: u64) -> Result<Zeroizing<Vec<u8>>, IdentityError> {
    let beyond = most.saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(beyond).unwrap_or_default()));
    let read = file.take(beyond).read_to_end(&mut bytes);
    read.map_err(|error| IdentityError::Unreadable { path: path.to_owned(), error })?;
    match u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        true => Ok(bytes),
        false => Err(IdentityError::TooLong { path: path.to_owned(), most }),
    }
}
