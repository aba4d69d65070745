//! What is kept beside the leaves: what brought them, and what proves that the chain has them. Nothing in here is committed to
//! by the tree, because it needs not be: an envelope has to be the one that its record names, a transaction the one that its leaf
//! names, a header the one that hashes to the block, and a proof has to come to the header's state root.

use greatseal_protocol::{
    bytes::EnvelopeDigest,
    digest,
    envelope::Envelope,
    scale::{Decode, Encode},
};
use parity_scale_codec::MemTrackingInput;
use scale_info::TypeInfo;

/// Leaves whose evidence stands in one file, as many as an entry bundle of C2SP tlog-tiles has.
pub const LEAVES: u64 = 256;
/// Headers in one file.
pub const HEADERS: u64 = 1024;
/// Most bytes of one file of evidence that are read.
pub const MOST: usize = 128 * 1024 * 1024;

/// Most bytes of memory that a file takes when it is read. What anybody writes takes little more than the file: an empty list takes one
/// byte there and 24 here, and 128 MiB of them would take 3 GiB.
pub const MOST_MEMORY: usize = 4 * MOST;

/// Reads a value that bytes hold, and nothing besides, in at most so many bytes of memory.
pub fn decode_within<T: Decode>(mut bytes: &[u8], most: usize) -> Option<T> {
    let value = T::decode(&mut MemTrackingInput::new(&mut bytes, most)).ok()?;
    bytes.is_empty().then_some(value)
}

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
        if bytes.len() > MOST { None } else { decode_within(bytes, MOST_MEMORY) }
    }
}

impl Headers {
    /// Reads a file of headers.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > MOST { None } else { decode_within(bytes, MOST_MEMORY) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Each zero is an empty list.
    #[test]
    fn a_file_of_zeros_does_not_become_many_times_as_large() {
        const SIZE: usize = 1 << 20;
        let zeros =
            [&greatseal_protocol::scale::Compact(u32::try_from(SIZE).unwrap_or(0)).encode()[..], &[0; SIZE]].concat();
        let read = |most| decode_within::<Headers>(&zeros, most).map(|headers| headers.0.len());
        assert_eq!(read(4 * SIZE), None);
        assert_eq!(read(25 * SIZE), Some(SIZE), "that is what they take");
        let headers = Headers(vec![vec![7; 300]; 1024]);
        let bytes = headers.encode();
        assert_eq!(decode_within(&bytes, 4 * bytes.len()), Some(headers));
        assert_eq!(decode_within::<Headers>(&[&bytes[..], &[0]].concat(), MOST_MEMORY), None, "a byte is left over");
    }
}
