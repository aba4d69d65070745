//! Proofs are made from the hashes of complete subtrees, wherever they are kept.

use super::{Full, Hash, join, node_hash};

/// Whatever keeps the hashes of a tree: tiles, a database, a vector.
pub trait Nodes {
    /// Why a hash cannot be had.
    type Error;

    /// The hash of the complete subtree over the leaves from `index · 2^level` up to, without it, `(index + 1) · 2^level`.
    ///
    /// # Errors
    ///
    /// Where it is not there.
    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// There is no such proof, or a hash for it cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unprovable<E> {
    /// The leaf, or the earlier tree, goes beyond the tree.
    #[error("{wanted} goes beyond a tree of {size} leaves")]
    Outside {
        /// Number of the leaf, or size of the earlier tree.
        wanted: u64,
        /// Number of leaves.
        size: u64,
    },
    /// A hash cannot be had.
    #[error(transparent)]
    Nodes(E),
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
///
/// Where a hash cannot be had.
pub fn root<N: Nodes>(nodes: &mut N, size: u64) -> Result<Hash, N::Error> {
    subtree(nodes, 0, size)
}

/// The path that proves a leaf in the tree of the first `size` leaves: RFC 9162, section 2.1.3.1.
///
/// # Errors
///
/// Where there is no such leaf, or a hash cannot be had.
pub fn inclusion<N: Nodes>(nodes: &mut N, index: u64, size: u64) -> Result<Vec<Hash>, Unprovable<N::Error>> {
    let outside = Unprovable::Outside { wanted: index, size };
    let last = size.checked_sub(1).filter(|last| index <= *last).ok_or(outside)?;
    let mut path = Vec::new();
    siblings(nodes, &mut path, 0, index, last, size).map_err(Unprovable::Nodes)?;
    Ok(path)
}

/// The path that proves that the tree of the first `old` leaves is the beginning of that of the first `size`: RFC 9162,
/// section 2.1.4.1. It is empty where `old` is 0 or `size`.
///
/// # Errors
///
/// Where `old` exceeds `size`, or a hash cannot be had.
pub fn consistency<N: Nodes>(nodes: &mut N, old: u64, size: u64) -> Result<Vec<Hash>, Unprovable<N::Error>> {
    if old > size {
        return Err(Unprovable::Outside { wanted: old, size });
    }
    let mut path = Vec::new();
    if old == 0 || old == size {
        return Ok(path);
    }
    let (mut node, mut last, mut level) = (old.saturating_sub(1), size.saturating_sub(1), 0_u8);
    while node & 1 == 1 {
        (node, last, level) = (node >> 1, last >> 1, level.saturating_add(1));
    }
    // A complete tree is known by its root already.
    if node != 0 {
        path.push(nodes.node(level, node).map_err(Unprovable::Nodes)?);
    }
    siblings(nodes, &mut path, level, node, last, size).map_err(Unprovable::Nodes)?;
    Ok(path)
}

/// The siblings on the way up from a node to the root.
fn siblings<N: Nodes>(
    nodes: &mut N,
    path: &mut Vec<Hash>,
    mut level: u8,
    mut node: u64,
    mut last: u64,
    size: u64,
) -> Result<(), N::Error> {
    while last > 0 {
        if node & 1 == 1 {
            path.push(nodes.node(level, node.saturating_sub(1))?);
        } else if node < last {
            let begin = shifted(node.saturating_add(1), level);
            let end = begin.saturating_add(shifted(1, level)).min(size);
            path.push(subtree(nodes, begin, end)?);
        }
        (node, last, level) = (node >> 1, last >> 1, level.saturating_add(1));
    }
    Ok(())
}

/// The hash over the leaves from `begin` up to, without it, `end`. `begin` is a multiple of a power of two that is not below
/// their number.
fn subtree<N: Nodes>(nodes: &mut N, begin: u64, end: u64) -> Result<Hash, N::Error> {
    let width = end.saturating_sub(begin);
    let (mut at, mut parts) = (begin, Vec::new());
    for level in (0..64_u8).rev().filter(|level| width & shifted(1, *level) != 0) {
        parts.push(nodes.node(level, at.wrapping_shr(level.into()))?);
        at = at.saturating_add(shifted(1, level));
    }
    Ok(join(&parts))
}

/// `number · 2^level`, for a level below 64.
fn shifted(number: u64, level: u8) -> u64 {
    number.wrapping_shl(level.into())
}

/// All hashes of a tree in memory: for small trees, and to compare others with.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// Hashes of complete subtrees by level.
    levels: Vec<Vec<Hash>>,
}

/// The tree has no such subtree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no node {index} on level {level}")]
pub struct Missing {
    /// Height of the subtree.
    pub level: u8,
    /// Its number on that level.
    pub index: u64,
}

impl Memory {
    /// A tree without leaves.
    #[must_use]
    pub const fn new() -> Self {
        Self { levels: Vec::new() }
    }

    /// Number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().and_then(|leaves| leaves.len().try_into().ok()).unwrap_or(0)
    }

    /// Appends a leaf.
    ///
    /// # Errors
    ///
    /// Where the tree is full.
    pub fn push(&mut self, leaf: Hash) -> Result<(), Full> {
        self.size().checked_add(1).ok_or(Full)?;
        let mut hash = leaf;
        for level in 0.. {
            if self.levels.len() == level {
                self.levels.push(Vec::new());
            }
            let Some(row) = self.levels.get_mut(level) else { break };
            let left = row.last().copied();
            row.push(hash);
            match left {
                Some(left) if row.len() & 1 == 0 => hash = node_hash(&left, &hash),
                _ => break,
            }
        }
        Ok(())
    }
}

impl Nodes for Memory {
    type Error = Missing;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Missing> {
        let row = self.levels.get(usize::from(level));
        let hash = row.and_then(|row| row.get(usize::try_from(index).ok()?));
        hash.copied().ok_or(Missing { level, index })
    }
}
