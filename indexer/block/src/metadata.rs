//! The runtime's description of itself: which bytes mean what.
//!
//! No block proves it. A wrong one can give a pallet another name.

use crate::Malformed;
use scale_info::PortableRegistry;

/// Longest metadata that are read, in bytes. Those of Polkadot's system chains have less than one million.
pub const MAX_METADATA: usize = 4 << 20;

/// What is needed of the metadata of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    pub(crate) types: PortableRegistry,
    version: u8,
    runtime: Option<Runtime>,
}

/// Which runtime, as its constant `System.Version` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// Its name.
    pub spec_name: String,
    /// Its version: metadata hold for one.
    pub spec_version: u32,
    /// Version of the form of its transactions.
    pub transaction_version: u32,
}

/// Why metadata cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MetadataError {
    /// They are none.
    #[error("the metadata are malformed: {0}")]
    Malformed(#[from] Malformed),
    /// A version other than 14, 15 and 16.
    #[error("metadata of version {0} cannot be read")]
    Version(u8),
    /// The node has no metadata of the version that it was asked for.
    #[error("there are no metadata of that version")]
    None,
    /// The runtime lacks what is needed, or has it in another form.
    #[error("the metadata have no {0} as it is known here")]
    Lacks(&'static str),
}

impl Metadata {
    /// Reads all of the bytes as metadata: the answer of `state_getMetadata`.
    ///
    /// # Errors
    ///
    /// [`MetadataError`].
    pub fn decode(_bytes: &[u8]) -> Result<Self, MetadataError> {
        todo!()
    }

    /// Reads the answer of the runtime's `Metadata_metadata_at_version`: an `Option` of bytes with their length.
    ///
    /// # Errors
    ///
    /// [`MetadataError`].
    pub fn decode_at_version(_answer: &[u8]) -> Result<Self, MetadataError> {
        todo!()
    }

    /// Version of the metadata: 14, 15 or 16.
    pub fn version(&self) -> u8 {
        self.version
    }

    /// Which runtime; `None` where it does not say so in the form that is known here.
    pub fn runtime(&self) -> Option<&Runtime> {
        self.runtime.as_ref()
    }

    /// Storage key of the events of a block (`System.Events`).
    ///
    /// # Errors
    ///
    /// [`MetadataError::Lacks`].
    pub fn events_key(&self) -> Result<Vec<u8>, MetadataError> {
        todo!()
    }

    /// Storage key of the block's time (`Timestamp.Now`).
    ///
    /// # Errors
    ///
    /// [`MetadataError::Lacks`].
    pub fn now_key(&self) -> Result<Vec<u8>, MetadataError> {
        todo!()
    }

    /// Storage key of the hash of an earlier block (`System.BlockHash`), whose value is 32 bytes.
    ///
    /// # Errors
    ///
    /// [`MetadataError::Lacks`].
    pub fn block_hash_key(&self, _height: u32) -> Result<Vec<u8>, MetadataError> {
        todo!()
    }
}

/// Reads the value of `Timestamp.Now`: milliseconds since 1970.
///
/// # Errors
///
/// [`Malformed`].
pub fn decode_now(_value: &[u8]) -> Result<u64, Malformed> {
    todo!()
}
