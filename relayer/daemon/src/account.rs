//! Who pays, from the configuration to a key that can sign.

use crate::{config::Account, error::RelayerError};
use greatseal_chain::DevAccount;

/// The account that a configuration names.
///
/// # Errors
///
/// [`RelayerError::NotYet`] for the kinds that this version only reads.
pub fn payer(account: &Account) -> Result<DevAccount, RelayerError> {
    match account {
        Account::Dev { name } => Ok(DevAccount::named(name.account())?),
        Account::Token { .. } => Err(RelayerError::NotYet("token")),
        Account::Sealed { .. } => Err(RelayerError::NotYet("sealed")),
    }
}
