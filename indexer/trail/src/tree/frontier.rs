//! The right edge of a tree that grows.

use super::{Hash, Head, join, node_hash};

/// Everything that the root of a growing tree depends on: the hashes of its complete subtrees, the largest first. There
/// are as many of them as bits are set in the size, at most 64.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

/// The tree has 2^64 − 1 leaves and takes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tree is full")]
pub struct Full;

/// Stored hashes are no frontier of a tree of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tree of {size} leaves has {} complete subtrees, not {found}", size.count_ones())]
pub struct FrontierError {
    /// Number of leaves.
    pub size: u64,
    /// Number of hashes that were stored.
    pub found: usize,
}

impl Frontier {
    /// The frontier of a tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, hashes: Vec::new() }
    }

    /// Goes on from a stored size and its [`Self::hashes`].
    ///
    /// # Errors
    ///
    /// Where the number of hashes does not fit the size. Whether the hashes are those of a tree is only seen by its root.
    pub fn resume(size: u64, hashes: Vec<Hash>) -> Result<Self, FrontierError> {
        if u32::try_from(hashes.len()) == Ok(size.count_ones()) {
            Ok(Self { size, hashes })
        } else {
            Err(FrontierError { size, found: hashes.len() })
        }
    }

    /// Appends a leaf, by its [`leaf_hash`](super::leaf_hash).
    ///
    /// # Errors
    ///
    /// Where the tree is full.
    pub fn push(&mut self, leaf: Hash) -> Result<(), Full> {
        self.push_noting(leaf, |_, _| {})
    }

    /// Appends a leaf, and tells of each subtree that it completes: its height above the leaves, from 1 on, and its root.
    ///
    /// # Errors
    ///
    /// Where the tree is full.
    pub fn push_noting(&mut self, leaf: Hash, mut note: impl FnMut(u32, &Hash)) -> Result<(), Full> {
        let size = self.size.checked_add(1).ok_or(Full)?;
        let mut hash = leaf;
        for height in 1..=self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                hash = node_hash(&left, &hash);
                note(height, &hash);
            }
        }
        self.hashes.push(hash);
        self.size = size;
        Ok(())
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Hash of the whole tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        join(&self.hashes)
    }

    /// Size and root.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { size: self.size, root: self.root() }
    }

    /// What has to be stored, besides the size, to go on later.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }
}
