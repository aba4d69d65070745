//! The log in a bundle: what `greatseal audit export` wrote, or anybody else who keeps its form.

use greatseal_bundle::{Bundle, BundleError, history};
use greatseal_log::files::{File, LogHead};
use greatseal_trail::note;
use std::path::Path;

/// A folder or a tar with `log/`, whose files have the paths of [`File::path`], and `head`.
#[derive(Debug)]
pub struct Folder(Bundle);

/// Why a log in a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// The head has another form.
    #[error("{file}: {reason}")]
    NoHead {
        /// Which file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl Folder {
    /// Opens a bundle; of a tar the headers are read.
    ///
    /// # Errors
    ///
    /// [`FolderError`].
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        Ok(Self(Bundle::open(path)?))
    }

    /// The bundle.
    pub fn bundle(&self) -> &Bundle {
        &self.0
    }

    /// How far the log is said to be.
    ///
    /// # Errors
    ///
    /// [`FolderError`].
    pub fn head(&self) -> Result<LogHead, FolderError> {
        let bytes = self.0.read("log/head", history::MOST_HEAD)?;
        serde_json::from_slice(&bytes).map_err(|error| FolderError::NoHead {
            file: self.0.path().join("log/head").display().to_string(),
            reason: error.to_string(),
        })
    }

    /// The note of its checkpoint; `None` where there is none.
    ///
    /// # Errors
    ///
    /// [`FolderError`].
    pub fn checkpoint(&self) -> Result<Option<Vec<u8>>, FolderError> {
        match self.0.read("log/checkpoint", u64::try_from(note::LONGEST).unwrap_or(u64::MAX)) {
            Ok(note) => Ok(Some(note)),
            Err(BundleError::Absent { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    ///
    /// [`FolderError`].
    pub fn file(&self, file: File) -> Result<Vec<u8>, FolderError> {
        Ok(history::file(&self.0, file)?)
    }
}
