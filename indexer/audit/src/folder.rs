//! A log in a folder: what `greatseal audit export` wrote, or anybody else who keeps its form.

use greatseal_log::{
    evidence,
    files::{File, LogHead},
};
use greatseal_trail::note;
use std::{
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
};

/// Most bytes of a file `head`.
const MOST_HEAD: u64 = 64 * 1024;

/// A folder whose files have the paths of [`File::path`], and `head`.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// Why a log in a folder cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file cannot be read.
    #[error("{}: {error}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A file is larger than any that is written.
    #[error("{} is larger than {most} bytes", path.display())]
    TooLarge {
        /// Which.
        path: PathBuf,
        /// How large it may be.
        most: u64,
    },
    /// The head has another form.
    #[error("{}: {reason}", path.display())]
    NoHead {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

impl Folder {
    /// Nothing is read yet.
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// How far the log is said to be.
    ///
    /// # Errors
    ///
    /// [`FolderError`].
    pub fn head(&self) -> Result<LogHead, FolderError> {
        let path = self.0.join("head");
        let bytes = bounded(&path, MOST_HEAD)?;
        let head = serde_json::from_slice(&bytes);
        head.map_err(|error| FolderError::NoHead { path, reason: error.to_string() })
    }

    /// The note of its checkpoint; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`FolderError`].
    pub fn checkpoint(&self) -> Result<Option<Vec<u8>>, FolderError> {
        match bounded(&self.0.join("checkpoint"), u64::try_from(note::LONGEST).unwrap_or(u64::MAX)) {
            Ok(note) => Ok(Some(note)),
            Err(FolderError::Unreadable { error, .. }) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// [`FolderError`].
    pub fn file(&self, file: File) -> Result<Vec<u8>, FolderError> {
        bounded(&self.0.join(file.path()), u64::try_from(evidence::MOST).unwrap_or(u64::MAX))
    }
}

fn bounded(path: &Path, most: u64) -> Result<Vec<u8>, FolderError> {
    let unreadable = |error| FolderError::Unreadable { path: path.to_owned(), error };
    let file = fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unreadable)?;
    match u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
        true => Ok(bytes),
        false => Err(FolderError::TooLarge { path: path.to_owned(), most }),
    }
}
