//! What is kept beside the leaves: what brought them, and what proves that the chain has them. Nothing in here is committed to
//! by the tree, because it needs not be: an envelope has to be the one that its record names, a transaction the one that its leaf
//! names, a header the one that hashes to the block, and a proof has to come to the header's state root.

use greatseal_protocol::{
    bytes::EnvelopeDigest,
    digest,
    envelope::Envelope,
    scale::{Decode, DecodeAll, Encode},
};
use scale_info::TypeInfo;

/// Leaves whose evidence stands in one file, as many as an entry bundle of C2SP tlog-tiles has.
pub const LEAVES: u64 = 256;
/// Headers in one file.
pub const HEADERS: u64 = 1024;
/// Most bytes of one file of evidence that are read.
pub const MOST: usize = 128 * 1024 * 1024;

/// What brought a record.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Cause {
    /// What brought the record before it.
    Same,
    /// The signed envelope that the record names.
    Envelope(Vec<u8>),
    /// The whole transaction: of a record without an envelope, or whose envelope the transaction does not hold in one piece.
    Transaction(Vec<u8>),
}

/// What proves the events of a block that has leaves.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Proof {
    /// Height of the block.
    pub block_number: u64,
    /// Version of the runtime that made it, by whose metadata its events are read.
    pub spec_version: u32,
    /// Nodes of its state's trie that lead to `System.Events`, `Timestamp.Now` and `System.LastRuntimeUpgrade`, each once, in the
    /// order in which they are met on the way from the root to the values.
    pub nodes: Vec<Vec<u8>>,
    /// What proves that it is final, where the node gave it: (engine, justification) in SCALE.
    pub justifications: Option<Vec<u8>>,
}

/// Evidence of up to [`LEAVES`] leaves: one cause for each, and one proof for each block whose first leaf is among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Evidence {
    /// One for each leaf, in order; the first is never [`Cause::Same`].
    pub causes: Vec<Cause>,
    /// By height.
    pub proofs: Vec<Proof>,
}

/// Headers by height, without a gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Headers(pub Vec<Vec<u8>>);

impl Evidence {
    /// Reads a file of evidence.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST {
            return None;
        }
        Self::decode_all(&mut &*bytes).ok()
    }
}

impl Headers {
    /// Reads a file of headers.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST {
            return None;
        }
        Self::decode_all(&mut &*bytes).ok()
    }
}

/// The envelope of this digest in a transaction, wherever in it it stands: in a call of the contract, in a batch, behind a
/// proxy. None where the transaction does not hold it in one piece.
pub fn envelope_in(transaction: &[u8], named: EnvelopeDigest) -> Option<&[u8]> {
    let places = transaction.iter().enumerate().filter(|(_, byte)| **byte == Envelope::VERSION).map(|(at, _)| at);
    places.filter_map(|at| envelope_at(transaction.get(at..)?)).find(|bytes| digest::envelope_digest(bytes) == named)
}

/// The envelope with which bytes begin.
fn envelope_at(bytes: &[u8]) -> Option<&[u8]> {
    let bounded = bytes.get(..Envelope::MAX).unwrap_or(bytes);
    let mut rest = bounded;
    Envelope::decode(&mut rest).ok()?;
    bytes.get(..bounded.len().saturating_sub(rest.len()))
}
