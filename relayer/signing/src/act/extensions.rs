//! What surrounds the call: the chain's transaction extensions, each by its name and its bytes.

use super::no;
use crate::Result;
use greatseal_protocol::{
    bytes::ChainGenesis,
    scale::{Compact, DecodeAll, Encode},
    words::Line,
};
use std::collections::BTreeSet;

/// Most blocks that a transaction may live. A longer life would let it count when nobody thinks of it any more.
const LONGEST_LIFE: u64 = 256;

/// What one transaction extension adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Its name in the chain's metadata.
    pub name: String,
    /// What is in the transaction.
    pub explicit: Vec<u8>,
    /// What is signed and not sent, since both sides know it.
    pub implicit: Vec<u8>,
}

/// What the extensions say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Envelope {
    nonce: u64,
    life: u64,
    runtime: u32,
}

impl Envelope {
    /// Reads the extensions. One that is not known here must add nothing.
    pub(super) fn read(genesis: ChainGenesis, extensions: &[Extension]) -> Result<Self> {
        let (mut nonce, mut life, mut runtime, mut at_home) = (None, None, None, false);
        let mut names = BTreeSet::new();
        for Extension { name, explicit, implicit } in extensions {
            if !names.insert(name) {
                return no("an extension stands there twice");
            }
            match (name.as_str(), explicit.as_slice(), implicit.as_slice()) {
                ("CheckGenesis", [], hash) if hash == genesis.0 => at_home = true,
                ("CheckGenesis", ..) => return no("it is for another chain"),
                ("CheckSpecVersion", [], version) => runtime = Some(number(version)?),
                ("CheckTxVersion", [], version) => drop(number(version)?),
                ("CheckMortality" | "CheckEra", era, [_, ..]) if implicit.len() == 32 => life = Some(mortal(era)?),
                ("CheckNonce", count, []) => nonce = Some(counted(count)?),
                // The tip; and the asset in which fees are paid, which is the chain's own.
                ("ChargeTransactionPayment", [0], []) | ("ChargeAssetTxPayment", [0, 0], []) => {}
                ("ChargeTransactionPayment" | "ChargeAssetTxPayment", ..) => {
                    return no("it gives a tip, or pays in another asset");
                }
                // Without a hash of the metadata.
                ("CheckMetadataHash", [0], [0]) | (_, [], []) => {}
                _ => return no("an extension adds what is not known here"),
            }
        }
        match (nonce, life, runtime, at_home) {
            (Some(nonce), Some(life), Some(runtime), true) => Ok(Self { nonce, life, runtime }),
            _ => no("it lacks its nonce, its era, the runtime's version or the chain's genesis"),
        }
    }

    pub(super) fn words(&self) -> Vec<Line> {
        vec![
            ("account's nonce", self.nonce.to_string()),
            ("lives for", format!("{} blocks", self.life)),
            ("runtime", self.runtime.to_string()),
            ("tip", "none".into()),
        ]
    }
}

fn number(bytes: &[u8]) -> Result<u32> {
    match bytes.try_into() {
        Ok(bytes) => Ok(u32::from_le_bytes(bytes)),
        Err(_) => no("a version is no number"),
    }
}

fn counted(bytes: &[u8]) -> Result<u64> {
    match Compact::<u64>::decode_all(&mut &*bytes) {
        Ok(count) if count.encode() == bytes => Ok(count.0),
        _ => no("its nonce cannot be read"),
    }
}

/// Blocks that an era lasts: two bytes whose low four bits say which power of two (Polkadot SDK, `Era`).
fn mortal(bytes: &[u8]) -> Result<u64> {
    let [low, high] = bytes else { return no("it lives for ever, or its era cannot be read") };
    let bits = u16::from_le_bytes([*low, *high]);
    let period = 2_u64 << (bits % 16);
    match (4..=LONGEST_LIFE).contains(&period) && bits % 16 != 0 {
        true => Ok(period),
        false => no("it lives for too many blocks"),
    }
}
