//! Who pays for a deployment: a development account, or a payer's key in a token or a sealed file.

use crate::error::CliError;
use greatseal_client::{Numbers, Paying, Unsigned};
use greatseal_protocol::bytes::ChainGenesis;
use greatseal_signing::{Calls, Extension, Keyring, Payer, Source, Transaction};

/// The key where keys are given, the development account otherwise.
///
/// # Errors
///
/// [`CliError::Signing`] for the key, [`CliError::Chain`] for the name.
pub async fn open(source: Option<Source>, key: &str, account: &str) -> Result<Paying, CliError> {
    match source {
        Some(source) => Ok(paying(Keyring::open(source).await?.payer(key).await?)),
        None => Ok(Paying::dev(account)?),
    }
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
