//! Who pays, from the configuration to a key that can sign.

use crate::{config, error::RelayerError};
use greatseal_chain::{Account, AccountSignature, ChainError, DevAccount};
use greatseal_signing::{Config, Keyring, Payer, Sealed, SecretSource, Source, Store};
use std::path::PathBuf;

/// Who pays.
pub enum Paying {
    /// One of the accounts whose keys the whole world knows.
    Dev(Box<DevAccount>),
    /// A key of our own.
    Key(Payer),
}

/// Opens the account that a configuration names.
///
/// # Errors
///
/// [`RelayerError::Signing`] where the token or the folder does not open, or the key is none of a payer.
pub async fn open(account: &config::Account) -> Result<Paying, RelayerError> {
    let (store, journal, key) = match account {
        config::Account::Dev { name } => return Ok(Paying::Dev(Box::new(DevAccount::named(name.account())?))),
        config::Account::Token { module, token, key, pin_file, signing_journal } => {
            let pin = SecretSource::File(pin_file.clone());
            (Store::Token(Config::new(module, token, pin)), signing_journal, key)
        }
        config::Account::Sealed { path, key, passphrase_file, signing_journal } => {
            let passphrase = SecretSource::File(passphrase_file.clone());
            (Store::Sealed(Sealed::new(path, passphrase)), signing_journal, key)
        }
    };
    let keyring = Keyring::open(source(store, journal.as_ref())?).await?;
    let payer = keyring.payer(key).await?;
    payer.ready().await?;
    Ok(Paying::Key(payer))
}

fn source(store: Store, journal: Option<&PathBuf>) -> Result<Source, RelayerError> {
    match journal {
        Some(journal) => Ok(Source { store, journal: journal.clone() }),
        None => Ok(Source::new(store)?),
    }
}

impl Account for Paying {
    fn id(&self) -> [u8; 32] {
        match self {
            Self::Dev(account) => account.id(),
            Self::Key(payer) => payer.account(),
        }
    }

    async fn sign(&self, payload: &[u8]) -> Result<AccountSignature, ChainError> {
        match self {
            Self::Dev(account) => account.sign(payload).await,
            Self::Key(payer) => match payer.pay(payload).await {
                Ok(signature) => Ok(AccountSignature::Ed25519(signature)),
                Err(error) => Err(ChainError::Account(format!("{error}; {}", error.help()))),
            },
        }
    }
}
