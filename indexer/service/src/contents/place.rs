//! From the configuration to a vault.

use super::Contents;
use crate::config::{Config, Place};
use greatseal_host::birth;
use greatseal_signing::{Error, SecretSource};
use greatseal_vault::{Place as At, S3, Vault, VaultError};
use std::path::{Path, PathBuf};

/// What the folder's name ends with where none is named; the database's name stands before.
const CONTENTS: &str = ".contents";

/// Opens the place of contents.
///
/// # Errors
///
/// [`VaultError`].
pub async fn open(config: &Config) -> Result<Contents, VaultError> {
    let place = match &config.content.place {
        Place::Folder(_) => At::Folder(folder(config).unwrap_or_default()),
        Place::S3 { url, bucket, region, prefix, access_key_file, secret_key_file, .. } => At::S3(S3 {
            url: url.clone(),
            bucket: bucket.clone(),
            region: region.clone(),
            prefix: prefix.clone(),
            access_key: secret(access_key_file)?,
            secret_key: secret(secret_key_file)?,
        }),
    };
    Contents::new(Vault::at(&place).await?, config.content.clone()).await
}

/// The folder, where it is one.
pub(crate) fn folder(config: &Config) -> Option<PathBuf> {
    match &config.content.place {
        Place::Folder(path) => Some(path.clone().unwrap_or_else(|| birth::beside(&config.database.file, CONTENTS))),
        Place::S3 { .. } => None,
    }
}

/// A secret of one line, of 255 bytes at most.
fn secret(path: &Path) -> Result<String, VaultError> {
    let unusable = |error: Error| VaultError::Unusable { place: path.display().to_string(), reason: error.to_string() };
    SecretSource::File(path.to_owned()).text().map(|text| text.to_string()).map_err(unusable)
}
