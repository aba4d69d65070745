//! Merkle trees of RFC 9162, section 2.1, with SHA-256.
//!
//! ```text
//! leaf = SHA-256( 0x00 ‖ data )      node = SHA-256( 0x01 ‖ left ‖ right )      empty tree = SHA-256( )
//! ```
//!
//! [`Frontier`] makes the root of a tree that grows, in memory of the tree's height. [`verify_inclusion`] and
//! [`verify_consistency`] judge proofs; [`inclusion`] and [`consistency`] make them from whatever keeps the [`Nodes`].

mod frontier;
mod nodes;
mod proof;

pub use frontier::{Frontier, FrontierError, Full};
pub use nodes::{Memory, Missing, Nodes, Unprovable, consistency, inclusion, root};
pub use proof::{LONGEST_PATH, ProofError, verify_consistency, verify_inclusion};

use crate::text::{from_base64, to_base64};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// SHA-256 of a leaf or a node.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; 32]);

/// A tree at one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of leaves.
    pub size: u64,
    /// Hash of the whole tree.
    pub root: Hash,
}

/// Hash of a leaf.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(data).finalize().into())
}

/// Hash of a node over its two children.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Hash of a tree without leaves.
#[must_use]
pub fn empty_root() -> Hash {
    Hash(Sha256::new().finalize().into())
}

/// Hash over parts of a tree that stand beside each other, the largest first: each is the left side of all behind it.
pub(crate) fn join(parts: &[Hash]) -> Hash {
    parts.iter().rev().copied().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

impl Hash {
    /// A hash that was computed elsewhere.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its 44 characters in base 64.
    #[must_use]
    pub fn to_base64(&self) -> String {
        to_base64(&self.0)
    }

    /// Reads 44 characters of base 64.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        from_base64(text)?.try_into().ok().map(Self)
    }
}

/// Lower-case hexadecimal.
impl fmt::Display for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}
