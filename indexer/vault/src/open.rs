//! Places where contents are kept, and what is done before one is used.

use crate::{Vault, VaultError, http::Connector};
use futures::TryStreamExt as _;
use greatseal_content::MAX;
use greatseal_host::client::Address;
use object_store::{
    BackoffConfig, ObjectStore, ObjectStoreExt as _, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem,
    path::Path,
};
use std::{
    fs, io,
    path::{self, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

/// Unfinished uploads of restricted contents, whose name is known at their end.
pub(crate) const UPLOADING: &str = "uploading";
/// Age from which an unfinished upload in a bucket is nobody's any more.
const ABANDONED: Duration = Duration::from_secs(24 * 60 * 60);

/// How much of one content is taken, and how long a store is waited for.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Most bytes of one content.
    pub longest: u64,
    /// Longest pause in an answer of a store.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { longest: MAX, pause: Duration::from_secs(30) }
    }
}

/// Where contents are kept.
#[derive(Clone, Debug)]
pub enum Place {
    /// A folder; created where there is none.
    Folder(PathBuf),
    /// A bucket.
    S3(S3),
}

/// A bucket of an S3-compatible store.
#[derive(Clone)]
pub struct S3 {
    /// Its endpoint, `https://…` or `http://…`. Who may be on the way is the caller's to judge.
    pub url: String,
    /// Its name.
    pub bucket: String,
    /// The store's region.
    pub region: String,
    /// What keys of this vault begin with; may be empty.
    pub prefix: String,
    /// Name of the key that requests are signed with.
    pub access_key: String,
    /// That key.
    pub secret_key: String,
}

impl std::fmt::Debug for S3 {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "S3({}/{}/{})", self.url, self.bucket, self.prefix)
    }
}

impl Vault {
    /// Opens a place, and removes what unfinished uploads left there. One vault at a time uses a place.
    ///
    /// # Errors
    ///
    /// [`VaultError::Unusable`].
    pub async fn at(place: &Place) -> Result<Self, VaultError> {
        Self::within(place, &Limits::default()).await
    }

    /// With other limits.
    ///
    /// # Errors
    ///
    /// [`VaultError::Unusable`].
    pub async fn within(place: &Place, limits: &Limits) -> Result<Self, VaultError> {
        let vault = match place {
            Place::Folder(folder) => Self::folder(folder, limits.longest).map_err(|reason| VaultError::Unusable {
                place: folder.display().to_string(),
                reason: reason.to_string(),
            })?,
            Place::S3(s3) => Self::s3(s3, limits).map_err(|reason| of(s3, &reason))?,
        };
        let swept = vault.sweep().await;
        swept.map_err(|reason| match place {
            Place::Folder(folder) => {
                VaultError::Unusable { place: folder.display().to_string(), reason: reason.to_string() }
            }
            Place::S3(s3) => of(s3, &reason),
        })?;
        Ok(vault)
    }

    fn folder(folder: &path::Path, longest: u64) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        remove_staged(folder, 0)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(io::Error::other)?;
        // A stranger may make folders by the address: with their last content they go.
        let store = store.with_fsync(true).with_automatic_cleanup(true);
        Ok(Self { store: Arc::new(store), prefix: Path::default(), longest })
    }

    fn s3(s3: &S3, limits: &Limits) -> Result<Self, object_store::Error> {
        let generic = |source| object_store::Error::Generic { store: "S3", source };
        let address = Address::parse(&s3.url, None).map_err(|trouble| generic(Box::new(trouble)))?;
        let retry =
            RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), backoff: BackoffConfig::default() };
        let store = AmazonS3Builder::new()
            .with_endpoint(&s3.url)
            .with_bucket_name(&s3.bucket)
            .with_region(&s3.region)
            .with_access_key_id(&s3.access_key)
            .with_secret_access_key(&s3.secret_key)
            .with_http_connector(Connector::new(address, limits.pause))
            .with_retry(retry)
            .build()?;
        Ok(Self { store: Arc::new(store), prefix: Path::parse(&s3.prefix)?, longest: limits.longest })
    }

    async fn sweep(&self) -> Result<(), object_store::Error> {
        let mut uploading = self.store.list(Some(&self.inside(UPLOADING)));
        let mut abandoned = Vec::new();
        while let Some(object) = uploading.try_next().await? {
            let since = SystemTime::from(object.last_modified);
            if since.elapsed().is_ok_and(|age| age > ABANDONED) {
                abandoned.push(object.location);
            }
        }
        for path in abandoned {
            self.store.delete(&path).await?;
        }
        Ok(())
    }
}

fn of(s3: &S3, reason: &object_store::Error) -> VaultError {
    VaultError::Unusable { place: format!("{}/{}", s3.url, s3.bucket), reason: reason.to_string() }
}

/// Removes files that a killed process was writing, and no others. Contents lie three folders deep.
fn remove_staged(folder: &path::Path, depth: u8) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < 4 {
            remove_staged(&entry.path(), depth.saturating_add(1))?;
        } else if kind.is_file() && entry.file_name().to_str().is_some_and(is_staged) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Whether a file is called as the store calls one that is being written: `HEX#NUMBER` or `HEX.age#NUMBER`, with the digits of a
/// hash or of an upload whose name is known at its end.
fn is_staged(file: &str) -> bool {
    let Some((name, number)) = file.split_once('#') else { return false };
    let digits = name.strip_suffix(".age").unwrap_or(name);
    let lower = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    matches!(digits.len(), 32 | 64)
        && digits.bytes().all(lower)
        && !number.is_empty()
        && number.bytes().all(|digit| digit.is_ascii_digit())
}
