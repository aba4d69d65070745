//! Who pays for a deployment: a development account, or a payer's key in a token or a sealed file.

use crate::{error::CliError, keys::Keys};
use greatseal_chain::Paying;

/// The key where keys are given, the development account otherwise.
///
/// # Errors
///
/// [`CliError::Signing`] for the key, [`CliError::Chain`] for the name.
pub async fn open(keys: &Keys, key: &str, account: &str) -> Result<Paying, CliError> {
    if keys.token.is_none() && keys.sealed.is_none() {
        return Ok(Paying::dev(account)?);
    }
    let payer = keys.open().await?.payer(key).await?;
    Ok(Paying::key(payer.account(), payer.signing()))
}
