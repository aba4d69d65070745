//! A block as the ledger takes it: what its bytes prove, and the bytes themselves, to be kept.

use greatseal_client::{BlockRef, ContractEvent};

/// What a block holds for us, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its place.
    pub at: BlockRef,
    /// Hash of the block before.
    pub parent: [u8; 32],
    /// Block time in milliseconds, as its state says.
    pub time_ms: u64,
    /// Every event that a contract emitted, in order.
    pub events: Vec<ContractEvent>,
    /// Its transactions, in order: what brought the events is among them.
    pub transactions: Vec<Transaction>,
    /// SCALE bytes of its header.
    pub header: Vec<u8>,
    /// Version of the runtime that made it.
    pub spec_version: u32,
    /// Nodes of its state's trie that prove time and events.
    pub proof: Vec<Vec<u8>>,
    /// What proves that it is final, where the node gave it.
    pub justifications: Option<Vec<u8>>,
}

/// A transaction's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// BLAKE2-256 of them.
    pub hash: [u8; 32],
    /// With the length in front, as the block's body has them.
    pub bytes: Vec<u8>,
}
