//! What a payer's key signs: transactions that are read first, and that move no money but fees and deposits.
//!
//! The numbers that name a call come from a node's metadata, which a node could make up: it could call a transfer
//! `Revive.call`. So it is the form that counts. A call of a contract has a contract, no value, two limits of weight, a
//! deposit and data, in that order and to the last byte; a transfer has none of that.

use super::{Call, Extension, LONGEST_PAYLOAD, PROTOCOL, Transaction, extensions::Envelope, no};
use crate::Result;
use greatseal_protocol::{
    bytes::{ChainGenesis, to_hex},
    hash::sha256,
    scale::{Compact, DecodeAll, Encode},
};

/// Numbers that the chain's metadata gives to pallet-revive and its calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// Of the pallet.
    pub pallet: u8,
    /// Of `call`.
    pub call: u8,
    /// Of `map_account`.
    pub map_account: u8,
    /// Of `instantiate`.
    pub instantiate: u8,
    /// Of `upload_code`.
    pub upload_code: u8,
}

/// A transaction that was read and understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    message: Vec<u8>,
    words: Vec<(String, String)>,
}

/// `Revive.instantiate` behind its two numbers: value, weight in time and proof, deposit, code hash, data, salt.
type Instantiate = (Compact<u128>, Compact<u64>, Compact<u64>, Compact<u128>, [u8; 32], Vec<u8>, Option<[u8; 32]>);
/// `Revive.upload_code` behind its two numbers: code, deposit.
type Upload = (Vec<u8>, Compact<u128>);

impl Payment {
    /// Reads a transaction that a payer shall sign: a call of a contract or a new contract, without value, code for the
    /// chain, or `map_account`; signed for this chain, mortal, without a tip.
    ///
    /// # Errors
    ///
    /// [`Error::NoAct`](crate::Error::NoAct) for everything else.
    pub fn read(calls: Calls, genesis: ChainGenesis, transaction: &Transaction) -> Result<Self> {
        let mut words = deed(calls, &transaction.call)?;
        let around = Envelope::read(genesis, &transaction.extensions)?;
        words.extend(around.words().into_iter().map(|(label, value)| (label.to_owned(), value)));
        let parts = |part: fn(&Extension) -> &[u8]| transaction.extensions.iter().map(part);
        let payload: Vec<&[u8]> = [transaction.call.as_slice()]
            .into_iter()
            .chain(parts(|extension| &extension.explicit))
            .chain(parts(|extension| &extension.implicit))
            .collect();
        let payload = payload.concat();
        if payload.starts_with(PROTOCOL) {
            return no("it begins as a message of the protocol does");
        }
        let message = match payload.len() > LONGEST_PAYLOAD {
            true => sp_crypto_hashing::blake2_256(&payload).to_vec(),
            false => payload,
        };
        Ok(Self { message, words })
    }

    /// The bytes for the key, made here and nowhere else.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// What it does, a line a fact.
    pub fn words(&self) -> &[(String, String)] {
        &self.words
    }
}

/// What the call does, in words; refused where it is not entirely understood.
fn deed(calls: Calls, call: &[u8]) -> Result<Vec<(String, String)>> {
    let Some(([pallet, number], rest)) = call.split_first_chunk::<2>() else { return no("it calls nothing") };
    if *pallet != calls.pallet {
        return no("it calls something else than a contract");
    }
    let line = |label: &str, value: String| (label.to_owned(), value);
    match *number {
        it if it == calls.call => {
            let (contract, Compact(value), _, _, Compact(deposit), data) = exactly::<Call>(rest)?;
            moves_nothing(value)?;
            Ok(vec![
                line("call", to_hex(&contract)),
                line("data", format!("{} bytes, sha256:{}", data.len(), to_hex(&sha256(&[&data])))),
                line("deposit at most", format!("{deposit} base units")),
            ])
        }
        it if it == calls.instantiate => {
            let (Compact(value), _, _, Compact(deposit), code, ..) = exactly::<Instantiate>(rest)?;
            moves_nothing(value)?;
            Ok(vec![line("new contract", to_hex(&code)), line("deposit at most", format!("{deposit} base units"))])
        }
        it if it == calls.upload_code => {
            let (code, Compact(deposit)) = exactly::<Upload>(rest)?;
            Ok(vec![
                line("code", format!("{} bytes, sha256:{}", code.len(), to_hex(&sha256(&[&code])))),
                line("deposit at most", format!("{deposit} base units")),
            ])
        }
        it if it == calls.map_account && rest.is_empty() => Ok(vec![line("call", "map_account".to_owned())]),
        _ => no("it calls something else than a contract"),
    }
}

/// Decodes all of it. What is longer than it must be would decode to the same.
fn exactly<T: DecodeAll + Encode>(bytes: &[u8]) -> Result<T> {
    match T::decode_all(&mut &*bytes) {
        Ok(read) if read.encode() == bytes => Ok(read),
        Ok(_) => no("its call is not in its one form"),
        Err(_) => no("its call cannot be read"),
    }
}

fn moves_nothing(value: u128) -> Result<()> {
    if value == 0 { Ok(()) } else { no("it moves money") }
}
