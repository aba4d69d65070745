//! Verification of proofs, step by step as RFC 9162 has it.

use super::{Hash, Head, empty_root, node_hash};

/// No path of a tree with 64-bit sizes is longer: one hash for each level, and one to begin a consistency proof.
pub const LONGEST_PATH: usize = 65;

/// A proof does not prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The leaf lies behind the tree's end.
    #[error("a tree of {size} leaves has no leaf {index}")]
    Outside {
        /// Number of the leaf, from 0.
        index: u64,
        /// Number of leaves.
        size: u64,
    },
    /// The tree would have shrunk.
    #[error("a tree of {old} leaves does not become one of {new}")]
    Shrunk {
        /// Number of leaves before.
        old: u64,
        /// Number of leaves after.
        new: u64,
    },
    /// The path has more or fewer hashes than a tree of this size gives.
    #[error("a path of {length} hashes does not fit these sizes")]
    Length {
        /// Number of hashes.
        length: usize,
    },
    /// The path leads to a different root.
    #[error("the proof leads to a different root")]
    Root,
}

/// Whether the leaf with this hash and number is in the tree: RFC 9162, section 2.1.3.2.
///
/// # Errors
///
/// Where it is not proved.
pub fn verify_inclusion(leaf: Hash, index: u64, tree: &Head, path: &[Hash]) -> Result<(), ProofError> {
    let length = ProofError::Length { length: path.len() };
    let outside = ProofError::Outside { index, size: tree.size };
    let last = tree.size.checked_sub(1).filter(|last| index <= *last).ok_or(outside)?;
    let mut place = Place { node: index, last };
    let mut root = leaf;
    for hash in path {
        root = match place.climb().ok_or(length)? {
            Side::Left => node_hash(hash, &root),
            Side::Right => node_hash(&root, hash),
        };
    }
    match place.last {
        0 if root == tree.root => Ok(()),
        0 => Err(ProofError::Root),
        _ => Err(length),
    }
}

/// Whether the tree `old` is the beginning of the tree `new`: RFC 9162, section 2.1.4.2. Every tree begins with the empty
/// one, and with itself; both are proved by an empty path.
///
/// # Errors
///
/// Where it is not proved.
pub fn verify_consistency(old: &Head, new: &Head, path: &[Hash]) -> Result<(), ProofError> {
    let length = ProofError::Length { length: path.len() };
    if old.size > new.size {
        return Err(ProofError::Shrunk { old: old.size, new: new.size });
    }
    if old.size == 0 || old.size == new.size {
        let empty = old.size > 0 || old.root == empty_root();
        let same = old.size < new.size || old.root == new.root;
        return match path {
            [] if empty && same => Ok(()),
            [] => Err(ProofError::Root),
            _ => Err(length),
        };
    }
    if path.is_empty() {
        return Err(length);
    }
    // A complete tree is its own first step.
    let complete = old.size.is_power_of_two().then_some(old.root);
    let mut steps = complete.into_iter().chain(path.iter().copied());
    let first = steps.next().ok_or(length)?;
    let mut place = Place { node: old.size.saturating_sub(1), last: new.size.saturating_sub(1) };
    while place.node & 1 == 1 {
        place.up();
    }
    let (mut before, mut after) = (first, first);
    for hash in steps {
        match place.climb().ok_or(length)? {
            Side::Left => {
                before = node_hash(&hash, &before);
                after = node_hash(&hash, &after);
            }
            Side::Right => after = node_hash(&after, &hash),
        }
    }
    match place.last {
        0 if before == old.root && after == new.root => Ok(()),
        0 => Err(ProofError::Root),
        _ => Err(length),
    }
}

/// A node and the last node of its level: `fn` and `sn` of the RFC.
struct Place {
    node: u64,
    last: u64,
}

/// On which side of the way up the next hash of a path stands.
enum Side {
    Left,
    Right,
}

impl Place {
    /// Goes up past the next sibling. `None` at the root, which has none.
    fn climb(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.node & 1 == 1 || self.node == self.last {
            // The last node of a level goes up by itself until it has a sibling on its left.
            while self.node & 1 == 0 && self.node != 0 {
                self.up();
            }
            Side::Left
        } else {
            Side::Right
        };
        self.up();
        Some(side)
    }

    fn up(&mut self) {
        self.node >>= 1;
        self.last >>= 1;
    }
}
