//! Bundles: the entries themselves, 256 in a file.
//!
//! ```text
//! bundle = ( length (u16, big-endian) ‖ entry )*
//! ```

use super::{Place, WIDTH};
use crate::tree::{Hash, leaf_hash};

/// Longest entry, in bytes.
pub const LONGEST_ENTRY: usize = 65_535;

/// The name of a bundle. Its entries are the leaves of the tile of level 0 with its number and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Bundle {
    pub(super) place: Place,
}

/// Entries are no bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// An entry is too long for its length field.
    #[error("an entry has {length} bytes, and {LONGEST_ENTRY} is the most")]
    Entry {
        /// Number of bytes.
        length: usize,
    },
    /// Not as many entries as the bundle's name says.
    #[error("the bundle has {found} entries, not {wanted}")]
    Count {
        /// Number of entries.
        found: usize,
        /// Number in its name.
        wanted: u16,
    },
    /// The bytes end within an entry, or go on behind the last one.
    #[error("the bytes do not end with the bundle's last entry")]
    End,
    /// An entry is not the leaf at its place.
    #[error("entry {place} of the bundle is not the leaf of the tree")]
    Leaf {
        /// Its place in the bundle, from 0.
        place: usize,
    },
}

impl Bundle {
    /// The bundle with this number and width. `None` where no tree has it.
    #[must_use]
    pub fn new(index: u64, width: u16) -> Option<Self> {
        Place::new(index, width).map(|place| Self { place })
    }

    /// Its number, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.place.index
    }

    /// Number of entries, from 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.place.width
    }

    /// Most bytes that it can have.
    #[must_use]
    pub fn longest(&self) -> usize {
        usize::from(self.width()).saturating_mul(LONGEST_ENTRY.saturating_add(2))
    }

    /// Whether a tree of this size has this bundle.
    #[must_use]
    pub const fn is_of(&self, size: u64) -> bool {
        self.place.is_of(size)
    }

    /// All bundles of a tree of this size.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        Self::between(0, size)
    }

    /// The bundles that a tree needs and did not have when it was smaller.
    pub fn between(old: u64, size: u64) -> impl Iterator<Item = Self> {
        Place::between(old, size).map(|place| Self { place })
    }

    /// The bundle's bytes.
    ///
    /// # Errors
    ///
    /// Where an entry is too long, or their number is not the bundle's.
    pub fn encode<E: AsRef<[u8]>>(&self, entries: &[E]) -> Result<Vec<u8>, BundleError> {
        self.counted(entries.len())?;
        let mut bytes = Vec::new();
        for entry in entries.iter().map(AsRef::as_ref) {
            let length = u16::try_from(entry.len()).map_err(|_| BundleError::Entry { length: entry.len() })?;
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(entry);
        }
        Ok(bytes)
    }

    /// The entries of a bundle's bytes. Whether they are the tree's is not known yet.
    ///
    /// # Errors
    ///
    /// Where the bytes are not exactly so many entries.
    pub fn decode<'b>(&self, bytes: &'b [u8]) -> Result<Vec<&'b [u8]>, BundleError> {
        let (mut rest, mut entries) = (bytes, Vec::new());
        while !rest.is_empty() {
            if entries.len() >= WIDTH.into() {
                return Err(BundleError::End);
            }
            let (length, behind) = rest.split_first_chunk::<2>().ok_or(BundleError::End)?;
            let (entry, behind) =
                behind.split_at_checked(u16::from_be_bytes(*length).into()).ok_or(BundleError::End)?;
            entries.push(entry);
            rest = behind;
        }
        self.counted(entries.len())?;
        Ok(entries)
    }

    /// The entries of a bundle's bytes, compared with the leaf hashes of its tile.
    ///
    /// # Errors
    ///
    /// Where the bytes are no such bundle, or an entry is not the leaf at its place.
    pub fn verify<'b>(&self, bytes: &'b [u8], leaves: &[Hash]) -> Result<Vec<&'b [u8]>, BundleError> {
        let entries = self.decode(bytes)?;
        self.counted(leaves.len())?;
        match entries.iter().zip(leaves).position(|(entry, leaf)| leaf_hash(entry) != *leaf) {
            Some(place) => Err(BundleError::Leaf { place }),
            None => Ok(entries),
        }
    }

    fn counted(&self, found: usize) -> Result<(), BundleError> {
        let wanted = self.width();
        if found == usize::from(wanted) { Ok(()) } else { Err(BundleError::Count { found, wanted }) }
    }
}
