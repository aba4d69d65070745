//! Keeps contents by their addresses, in a folder or in an S3-compatible store.
//!
//! A content is there under its name only once it was checked and is durable. What is read is checked again: bytes that do not fit
//! are damage, and no whole answer is ever made of them. Both ways are streams; memory does not depend on a content's size.
//!
//! Public contents are `SCHEME/HH/HEX`, where HH are the first two digits. Restricted ones are
//! `restricted/SCHEME/HEX/SHA256.age`: nobody here can tell what is in them, so that an address may have several.

mod http;
mod open;
mod read;
mod upload;

pub use greatseal_content::Name;
pub use open::{Limits, Place, S3};
pub use read::Reading;
pub use upload::Upload;

use futures::TryStreamExt as _;
use greatseal_content::check::Unfit;
use object_store::{ObjectStore, ObjectStoreExt as _, path::Path};
use std::{sync::Arc, time::SystemTime};

/// What a vault refuses, or cannot do.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The place cannot be used at all.
    #[error("the contents cannot be kept at {place}: {reason}")]
    Unusable {
        /// Folder or bucket.
        place: String,
        /// Why.
        reason: String,
    },
    /// The bytes do not fit.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// What is to be restricted is not encrypted.
    #[error("the bytes are no file in the age format")]
    NotEncrypted,
    /// It is longer than a content may be.
    #[error("the content is longer than {0} bytes")]
    TooLong(u64),
    /// What is kept is not what was brought.
    #[error("the content {0} is damaged where it is kept")]
    Damaged(Name),
    /// There is no room left where contents are kept.
    #[error("there is no room left for contents")]
    Full,
    /// The place does not answer, or not well.
    #[error("the store of contents fails: {0}")]
    Failing(String),
}

impl From<object_store::Error> for VaultError {
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(inner) = cause {
            if inner.downcast_ref::<std::io::Error>().is_some_and(is_full) {
                return Self::Full;
            }
            cause = inner.source();
        }
        Self::Failing(error.to_string())
    }
}

fn is_full(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded)
}

/// What is kept under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub name: Name,
    /// Its length in bytes.
    pub size: u64,
    /// When it was brought.
    pub since: SystemTime,
}

/// Contents by name.
#[derive(Clone, Debug)]
pub struct Vault {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
    /// Longest content in bytes.
    longest: u64,
}

impl Vault {
    /// Everything that is kept.
    ///
    /// # Errors
    ///
    /// [`VaultError::Failing`].
    pub async fn list(&self) -> Result<Vec<Kept>, VaultError> {
        let mut objects = self.store.list(Some(&self.prefix));
        let mut kept = Vec::new();
        while let Some(object) = objects.try_next().await? {
            let parts = object.location.prefix_match(&self.prefix);
            let path: Option<Vec<_>> = parts.map(|parts| parts.map(|part| part.as_ref().to_owned()).collect());
            if let Some(name) = path.and_then(|path| Name::parse(&path.join("/"))) {
                kept.push(Kept { name, size: object.size, since: object.last_modified.into() });
            }
        }
        Ok(kept)
    }

    /// Begins to keep the public content of an address.
    pub fn keep(&self, address: greatseal_protocol::content::Address) -> Upload {
        Upload::public(self.clone(), address)
    }

    /// Begins to keep a ciphertext of the content of an address.
    pub fn keep_restricted(&self, address: greatseal_protocol::content::Address) -> Upload {
        Upload::restricted(self.clone(), address)
    }

    /// Opens a content; none where it is not kept.
    ///
    /// # Errors
    ///
    /// [`VaultError::Damaged`] where it is short and does not fit; longer ones tell it at the end of the reading.
    pub async fn open(&self, name: Name) -> Result<Option<Reading>, VaultError> {
        match self.store.get(&self.path(&name)).await {
            Ok(found) => Reading::begin(name, found).await.map(Some),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes a content; nothing happens where it is not kept.
    ///
    /// # Errors
    ///
    /// [`VaultError::Failing`].
    pub async fn remove(&self, name: &Name) -> Result<(), VaultError> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn path(&self, name: &Name) -> Path {
        self.inside(&name.to_string())
    }

    /// A path below the vault's own.
    fn inside(&self, path: &str) -> Path {
        let parts = self.prefix.parts().map(|part| part.as_ref().to_owned());
        Path::from_iter(parts.chain(path.split('/').map(str::to_owned)))
    }
}
