//! A payer's key as an account of the chain. The signing crate knows no chain and the chain client knows no keys: here a
//! transaction of the one becomes a request to the other, part by part.

use greatseal_client::{Numbers, Part, Paying, Unsigned};
use greatseal_protocol::bytes::ChainGenesis;
use greatseal_signing::{Calls, Error, Extension, Keyring, Payer, Source, Transaction};

/// Opens a payer's key as an account.
///
/// # Errors
///
/// [`Error`] where the token or the folder does not open, or the key is none of a payer.
pub async fn open(source: Source, label: &str) -> Result<Paying, Error> {
    Ok(account(Keyring::open(source).await?.payer(label).await?))
}

/// A payer's key as an account.
pub fn account(payer: Payer) -> Paying {
    Paying::key(payer.account(), move |unsigned| {
        let payer = payer.clone();
        async move { sign(&payer, unsigned).await }
    })
}

/// A transaction in parts, as the signing crate reads it.
pub fn transaction(call: Vec<u8>, parts: Vec<Part>) -> Transaction {
    let extension = |Part { name, explicit, implicit }| Extension { name, explicit, implicit };
    Transaction { call, extensions: parts.into_iter().map(extension).collect() }
}

/// Reads a transaction and signs it, or says why not and what to do.
async fn sign(payer: &Payer, unsigned: Unsigned) -> Result<[u8; 64], String> {
    let Unsigned { call, parts, numbers, genesis, payload } = unsigned;
    let Numbers { pallet, call: number, map_account, instantiate, upload_code } = numbers;
    let calls = Calls { pallet, call: number, map_account, instantiate, upload_code };
    let paid = payer.read_and_pay(calls, ChainGenesis(genesis), &transaction(call, parts), &payload).await;
    paid.map_err(|error| format!("{error}; {}", error.help()))
}
