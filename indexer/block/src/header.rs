//! Headers: from a block hash to the roots of its state and of its body.

use crate::{
    Hash, Malformed, blake2_256,
    bytes::{Reader, at_most, exactly},
};
use parity_scale_codec::{Compact, Encode};

/// Longest header that is read, in bytes. Change of an authority set of a thousand takes 40 KB.
pub const MAX_HEADER: usize = 1 << 20;

/// A header of `Header<u32, BlakeTwo256>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Hash of the parent.
    pub parent: Hash,
    /// Height.
    pub number: u32,
    /// Root of the state after this block.
    pub state_root: Hash,
    /// Root of the body.
    pub extrinsics_root: Hash,
    /// What the block's author and the runtime say to the consensus.
    pub digest: Vec<DigestItem>,
}

/// An item of a header's digest. Its tag is the number in the variant's description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DigestItem {
    /// 0: for whoever wants it.
    Other(Vec<u8>),
    /// 4: from the runtime to the consensus engine.
    Consensus([u8; 4], Vec<u8>),
    /// 5: the author's seal.
    Seal([u8; 4], Vec<u8>),
    /// 6: from the consensus engine to the runtime.
    PreRuntime([u8; 4], Vec<u8>),
    /// 8: the code or the heap of the runtime has changed: from the next block on other metadata may hold.
    RuntimeEnvironmentUpdated,
}

impl Header {
    /// Reads all of the bytes as a header.
    ///
    /// # Errors
    ///
    /// [`Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        at_most(bytes, MAX_HEADER)?;
        exactly(bytes, |reader| {
            let (parent, number) = (reader.array()?, reader.compact_u32()?);
            let (state_root, extrinsics_root) = (reader.array()?, reader.array()?);
            let count = reader.compact_u32()?;
            let digest = (0..count).map(|_| DigestItem::read(reader)).collect::<Result<_, _>>()?;
            Ok(Self { parent, number, state_root, extrinsics_root, digest })
        })
    }

    /// The bytes of the header.
    pub fn encode(&self) -> Vec<u8> {
        let Self { parent, number, state_root, extrinsics_root, digest } = self;
        let mut out = (parent, Compact(*number), state_root, extrinsics_root).encode();
        Compact(u32::try_from(digest.len()).unwrap_or(u32::MAX)).encode_to(&mut out);
        digest.iter().for_each(|item| out.extend(item.encode()));
        out
    }

    /// The block's hash.
    pub fn hash(&self) -> Hash {
        blake2_256(&self.encode())
    }

    /// Whether the block changes the runtime, so that the next block may need other metadata.
    pub fn changes_runtime(&self) -> bool {
        self.digest.contains(&DigestItem::RuntimeEnvironmentUpdated)
    }
}

impl DigestItem {
    /// Reads all of the bytes as one item: JSON-RPC gives a header's digest item by item.
    ///
    /// # Errors
    ///
    /// [`Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        at_most(bytes, MAX_HEADER)?;
        exactly(bytes, Self::read)
    }

    /// The bytes of the item.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Other(bytes) => (0_u8, bytes).encode(),
            Self::Consensus(engine, bytes) => (4_u8, engine, bytes).encode(),
            Self::Seal(engine, bytes) => (5_u8, engine, bytes).encode(),
            Self::PreRuntime(engine, bytes) => (6_u8, engine, bytes).encode(),
            Self::RuntimeEnvironmentUpdated => vec![8],
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(match reader.byte()? {
            0 => Self::Other(reader.prefixed()?.to_vec()),
            4 => Self::Consensus(reader.array()?, reader.prefixed()?.to_vec()),
            5 => Self::Seal(reader.array()?, reader.prefixed()?.to_vec()),
            6 => Self::PreRuntime(reader.array()?, reader.prefixed()?.to_vec()),
            8 => Self::RuntimeEnvironmentUpdated,
            _ => return Err(Malformed::Form("a header has no digest item with this tag")),
        })
    }
}
