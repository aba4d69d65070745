//! Who pays, from the configuration to a key that can sign.

use crate::{
    config::{Account, DevName},
    error::RelayerError,
};
use greatseal_client::Paying;
use greatseal_signing::{Config, Keyring, Sealed, SecretSource, Source, Store};

/// What a configuration says about who pays.
pub enum Means<'a> {
    /// A well-known account.
    Dev(DevName),
    /// A key of one's own.
    Own {
        /// Where it is, and which journal is kept of its use.
        source: Source,
        /// Its label.
        label: &'a str,
    },
}

/// Opens the account that a configuration names.
///
/// # Errors
///
/// [`RelayerError::Signing`] where the token or the folder does not open, the key is none of a payer, or its journal
/// does not hold.
pub async fn open(account: &Account) -> Result<Paying, RelayerError> {
    match means(account)? {
        Means::Dev(name) => Ok(Paying::dev(name.account())?),
        Means::Own { source, label } => {
            let payer = Keyring::open(source).await?.payer(label).await?;
            payer.ready().await?;
            Ok(greatseal_payer::account(payer))
        }
    }
}

/// What a configuration says, before anything is opened.
///
/// # Errors
///
/// [`RelayerError::Signing`] where there is no place for the journal.
pub fn means(account: &Account) -> Result<Means<'_>, RelayerError> {
    let (store, journal, label) = match account {
        Account::Dev { name } => return Ok(Means::Dev(*name)),
        Account::Token { module, token, key, pin_file, signing_journal } => {
            let pin = SecretSource::File(pin_file.clone());
            (Store::Token(Config::new(module, token, pin)), signing_journal, key)
        }
        Account::Sealed { path, key, passphrase_file, signing_journal } => {
            let passphrase = SecretSource::File(passphrase_file.clone());
            (Store::Sealed(Sealed::new(path, passphrase)), signing_journal, key)
        }
    };
    let source = match journal {
        Some(journal) => Source { store, journal: journal.clone() },
        None => Source::new(store)?,
    };
    Ok(Means::Own { source, label })
}
