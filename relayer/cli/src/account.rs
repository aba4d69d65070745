//! Who pays for a deployment: a development account, or a payer's key in a token or a sealed file.

use crate::error::CliError;
use greatseal_client::Paying;
use greatseal_signing::Source;

/// The key where keys are given, the development account otherwise.
///
/// # Errors
///
/// [`CliError::Signing`] for the key, [`CliError::Chain`] for the name.
pub async fn open(source: Option<Source>, key: &str, account: &str) -> Result<Paying, CliError> {
    match source {
        Some(source) => Ok(greatseal_payer::open(source, key).await?),
        None => Ok(Paying::dev(account)?),
    }
}
