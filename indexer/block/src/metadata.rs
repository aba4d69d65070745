//! The runtime's description of itself: which bytes mean what.
//!
//! No block proves it. A wrong one can give a pallet another name. The runtime that executes a block is the one in the
//! state of its parent: ask for the metadata there.

mod parts;

use crate::{
    Malformed,
    bytes::{Reader, at_most, exactly},
};
pub(crate) use parts::{Contracts, Extrinsics, TransactionExtension};
use parts::{Hashing, Parts};
use scale_info::PortableRegistry;
use twox_hash::XxHash64;

/// Longest metadata that are read, in bytes. Those of Polkadot's system chains have less than one million.
pub const MAX_METADATA: usize = 4 << 20;

/// What is needed of the metadata of a runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metadata {
    parts: Parts,
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
    pub fn decode(bytes: &[u8]) -> Result<Self, MetadataError> {
        at_most(bytes, MAX_METADATA)?;
        let mut reader = Reader::new(bytes);
        if reader.array()? != *b"meta" {
            return Err(Malformed::Form("metadata begin with `meta`").into());
        }
        let version = reader.byte()?;
        let parts = Parts::decode(version, reader.rest())?;
        let runtime = parts.version.as_deref().and_then(|constant| exactly(constant, Runtime::read).ok());
        Ok(Self { parts, version, runtime })
    }

    /// Reads the answer of the runtime's `Metadata_metadata_at_version`: an `Option` of bytes with their length.
    ///
    /// # Errors
    ///
    /// [`MetadataError`].
    pub fn decode_at_version(answer: &[u8]) -> Result<Self, MetadataError> {
        let bytes = exactly(answer, |reader| match reader.byte()? {
            0 => Ok(None),
            1 => reader.prefixed().map(Some),
            _ => Err(Malformed::Form("an option is neither 0 nor 1")),
        })?;
        Self::decode(bytes.ok_or(MetadataError::None)?)
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
        self.plain_key("System", "Events").ok_or(MetadataError::Lacks("System.Events"))
    }

    /// Storage key of the block's time (`Timestamp.Now`). [`decode_now`] reads its value.
    ///
    /// # Errors
    ///
    /// [`MetadataError::Lacks`].
    pub fn now_key(&self) -> Result<Vec<u8>, MetadataError> {
        self.plain_key("Timestamp", "Now").ok_or(MetadataError::Lacks("Timestamp.Now"))
    }

    /// Storage key of the hash of an earlier block (`System.BlockHash`), whose value is 32 bytes.
    ///
    /// # Errors
    ///
    /// [`MetadataError::Lacks`].
    pub fn block_hash_key(&self, height: u32) -> Result<Vec<u8>, MetadataError> {
        let stored = self.parts.stored("System", "BlockHash").filter(|stored| stored.hashing == Hashing::Twox64Concat);
        let stored = stored.ok_or(MetadataError::Lacks("System.BlockHash"))?;
        let number = height.to_le_bytes();
        let mut key = prefix(&stored.prefix, "BlockHash");
        key.extend(twox64(0, &number));
        key.extend(number);
        Ok(key)
    }

    /// All types.
    pub(crate) fn types(&self) -> &PortableRegistry {
        &self.parts.types
    }

    /// Type of the value of `System.Events`.
    pub(crate) fn events_type(&self) -> Option<u32> {
        self.parts.stored("System", "Events").map(|stored| stored.value)
    }

    /// The form of signed transactions, if it is described.
    pub(crate) fn extrinsics(&self) -> Option<&Extrinsics> {
        self.parts.extrinsics.as_ref()
    }

    /// pallet-revive, if the runtime has it with calls.
    pub(crate) fn contracts(&self) -> Option<Contracts> {
        self.parts.contracts
    }

    fn plain_key(&self, pallet: &str, entry: &str) -> Option<Vec<u8>> {
        let stored = self.parts.stored(pallet, entry).filter(|stored| stored.hashing == Hashing::Plain)?;
        Some(prefix(&stored.prefix, entry))
    }
}

impl Runtime {
    /// `RuntimeVersion` of the Polkadot SDK since version 4 of its API `Core`.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Malformed> {
        let spec_name = match std::str::from_utf8(reader.prefixed()?) {
            Ok(name) => name.to_owned(),
            Err(_) => return Err(Malformed::Form("a text is not UTF-8")),
        };
        let _implementation = reader.prefixed()?;
        let _authoring = reader.array::<4>()?;
        let spec_version = u32::from_le_bytes(reader.array()?);
        let _implementation_version = reader.array::<4>()?;
        for _ in 0..reader.compact_u32()? {
            reader.take(8 + 4)?;
        }
        let transaction_version = u32::from_le_bytes(reader.array()?);
        let _state_version = reader.byte()?;
        Ok(Self { spec_name, spec_version, transaction_version })
    }
}

/// Reads the value of `Timestamp.Now`: milliseconds since 1970.
///
/// # Errors
///
/// [`Malformed`].
pub fn decode_now(value: &[u8]) -> Result<u64, Malformed> {
    exactly(value, |reader| reader.array().map(u64::from_le_bytes))
}

/// Storage key of the version of the runtime that made the block (`System.LastRuntimeUpgrade`): which metadata hold is asked
/// before there are any.
pub fn last_upgrade_key() -> Vec<u8> {
    prefix("System", "LastRuntimeUpgrade")
}

/// What the keys of one entry begin with.
fn prefix(pallet: &str, entry: &str) -> Vec<u8> {
    [pallet, entry].iter().flat_map(|name| [twox64(0, name.as_bytes()), twox64(1, name.as_bytes())]).flatten().collect()
}

fn twox64(seed: u64, bytes: &[u8]) -> [u8; 8] {
    XxHash64::oneshot(seed, bytes).to_le_bytes()
}
