//! Who pays, from the configuration to a key that can sign.

use crate::{
    config::{Account, DevName},
    error::RelayerError,
};
use greatseal_client::{Numbers, Paying, Unsigned};
use greatseal_protocol::bytes::ChainGenesis;
use greatseal_signing::{Calls, Config, Extension, Keyring, Payer, Sealed, SecretSource, Source, Store, Transaction};

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
            Ok(paying(payer))
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

/// Reads a transaction and signs it, or says why not and what to do.
async fn pay(payer: &Payer, unsigned: Unsigned) -> Result<[u8; 64], String> {
    let Unsigned { call, parts, numbers, genesis, payload } = unsigned;
    let Numbers { pallet, call: number, map_account, instantiate, upload_code } = numbers;
    let calls = Calls { pallet, call: number, map_account, instantiate, upload_code };
    let extensions = parts.into_iter();
    let extensions = extensions
        .map(|part| Extension { name: part.name, explicit: part.explicit, implicit: part.implicit })
        .collect();
    let transaction = Transaction { call, extensions };
    let paid = payer.read_and_pay(calls, ChainGenesis(genesis), &transaction, &payload).await;
    paid.map_err(|error| format!("{error}; {}", error.help()))
}

/// A payer's key as an account of the chain.
fn paying(payer: Payer) -> Paying {
    Paying::key(payer.account(), move |unsigned| {
        let payer = payer.clone();
        async move { pay(&payer, unsigned).await }
    })
}
