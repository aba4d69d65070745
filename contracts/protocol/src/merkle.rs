//! Merkle trees of RFC 9162, section 2.1: roots, and proofs that a leaf is in one.
//!
//! Leaves and nodes are hashed with prefixes of their own, no leaf is doubled, and the size is a part of what is
//! committed: neither a node nor another size can stand for a leaf.

use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Longest path of a proof: trees have at most 2^32 leaves.
pub const LONGEST_PATH: usize = 32;

/// What a leaf is hashed with.
const LEAF: u8 = 0;

/// SHA-256 over the parts, one after the other.
pub type Sha256<'a> = &'a dyn Fn(&[&[u8]]) -> [u8; 32];

/// A tree as it is committed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u32,
    /// Its root.
    pub root: [u8; 32],
}

/// That a leaf is at a place in a tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Inclusion {
    /// The leaf's place, from 0.
    pub index: u32,
    /// Hashes of the other sides, from the leaf up; at most [`LONGEST_PATH`].
    pub path: Vec<[u8; 32]>,
}

impl TreeHead {
    /// The tree of these leaves, each already hashed by [`leaf`].
    ///
    /// Nothing where there are more than a tree can have.
    pub fn of(leaves: &[[u8; 32]], sha256: Sha256<'_>) -> Option<Self> {
        Some(Self { size: u32::try_from(leaves.len()).ok()?, root: root(leaves, sha256) })
    }

    /// Whether the leaf, already hashed by [`leaf`], is in the tree where the proof says (RFC 9162, section 2.1.3.2).
    pub fn holds(&self, leaf: [u8; 32], proof: &Inclusion, sha256: Sha256<'_>) -> bool {
        if proof.index >= self.size || proof.path.len() > LONGEST_PATH {
            return false;
        }
        let (mut place, mut last) = (proof.index, self.size.saturating_sub(1));
        let mut hash = leaf;
        for other in &proof.path {
            if last == 0 {
                return false;
            }
            if place % 2 == 1 || place == last {
                hash = node(other, &hash, sha256);
                while place.is_multiple_of(2) && place != 0 {
                    (place, last) = (place / 2, last / 2);
                }
            } else {
                hash = node(&hash, other, sha256);
            }
            (place, last) = (place / 2, last / 2);
        }
        last == 0 && hash == self.root
    }
}

/// Hash of a leaf: SHA-256(`0x00` ‖ bytes).
pub fn leaf(bytes: &[u8], sha256: Sha256<'_>) -> [u8; 32] {
    sha256(&[&[LEAF], bytes])
}

/// Hash of a node: SHA-256(`0x01` ‖ left ‖ right).
fn node(left: &[u8; 32], right: &[u8; 32], sha256: Sha256<'_>) -> [u8; 32] {
    sha256(&[&[1], left, right])
}

/// Root of these leaves (RFC 9162, section 2.1.1); SHA-256 of nothing where there is none.
pub fn root(leaves: &[[u8; 32]], sha256: Sha256<'_>) -> [u8; 32] {
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        level = above(&level, sha256);
    }
    level.first().copied().unwrap_or_else(|| sha256(&[]))
}

/// The next level of a tree: a node without a neighbour goes up as it is, which is the same tree as the RFC's recursion.
fn above(level: &[[u8; 32]], sha256: Sha256<'_>) -> Vec<[u8; 32]> {
    let pairs = level.chunks(2).filter_map(|pair| match pair {
        [left, right] => Some(node(left, right, sha256)),
        [alone] => Some(*alone),
        _ => None,
    });
    pairs.collect()
}

/// The proof for the leaf at `index`; nothing where there is no such leaf.
pub fn inclusion(leaves: &[[u8; 32]], index: u32, sha256: Sha256<'_>) -> Option<Inclusion> {
    let mut place = usize::try_from(index).ok()?;
    leaves.get(place)?;
    let mut path = Vec::new();
    let mut level = leaves.to_vec();
    while level.len() > 1 {
        path.extend(level.get(place ^ 1).copied());
        place /= 2;
        level = above(&level, sha256);
    }
    Some(Inclusion { index, path })
}
