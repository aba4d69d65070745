//! A leaf of the log: a record, where the chain has it, and what brought it. Its bytes are an entry of the tree of RFC 9162.

use greatseal_protocol::{
    event::Record,
    scale::{Decode, DecodeAll, Encode},
};
use scale_info::TypeInfo;

/// Most bytes of a leaf: entries of C2SP tlog-tiles carry their length in two bytes.
pub const MAX: usize = 65_535;

/// The first byte of every leaf: the edition of this form.
pub const EDITION: u8 = 2;

/// What is committed to for each record of the contract.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Leaf {
    /// [`EDITION`].
    pub edition: u8,
    /// Height of the block.
    pub block_number: u64,
    /// Hash of the block: BLAKE2-256 of its header.
    pub block_hash: [u8; 32],
    /// Time of the block in milliseconds since the Unix epoch (`Timestamp.Now` in its state).
    pub time_ms: u64,
    /// Index of the transaction in its block.
    pub extrinsic: u32,
    /// Index of the event in its block.
    pub index: u32,
    /// BLAKE2-256 of the bytes of the transaction that brought it.
    pub transaction: [u8; 32],
    /// SCALE bytes of the protocol record, which names its envelope.
    pub record: Vec<u8>,
}

/// Why bytes are no leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoLeaf {
    /// They are longer than [`MAX`].
    #[error("a leaf of {0} bytes is longer than 65,535")]
    TooLong(usize),
    /// They are of an edition that this program does not know.
    #[error("the leaf is of edition {0}; this program reads edition 2")]
    OtherEdition(u8),
    /// They are not one leaf.
    #[error("the bytes are not a leaf")]
    Undecodable,
    /// What is in it is not one record of the protocol.
    #[error("the leaf holds no record of the protocol")]
    NoRecord,
}

impl Leaf {
    /// Its bytes: the entry of the log.
    ///
    /// # Errors
    ///
    /// [`NoLeaf::TooLong`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, NoLeaf> {
        let bytes = self.encode();
        if bytes.len() > MAX { Err(NoLeaf::TooLong(bytes.len())) } else { Ok(bytes) }
    }

    /// Reads an entry: every leaf has one form, and every form one leaf.
    ///
    /// # Errors
    ///
    /// [`NoLeaf`].
    pub fn parse(bytes: &[u8]) -> Result<(Self, Record), NoLeaf> {
        if bytes.len() > MAX {
            return Err(NoLeaf::TooLong(bytes.len()));
        }
        match bytes.first() {
            Some(&EDITION) => {}
            Some(&other) => return Err(NoLeaf::OtherEdition(other)),
            None => return Err(NoLeaf::Undecodable),
        }
        let leaf = Self::decode_all(&mut &*bytes).map_err(|_| NoLeaf::Undecodable)?;
        // Compact lengths have one shortest form; only that one comes back.
        if leaf.encode() != bytes {
            return Err(NoLeaf::Undecodable);
        }
        let record = Record::decode_all(&mut &*leaf.record).map_err(|_| NoLeaf::NoRecord)?;
        Ok((leaf, record))
    }
}
