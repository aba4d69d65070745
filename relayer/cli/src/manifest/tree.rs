//! The tree of a manifest, built leaf by leaf: it holds as many hashes as the tree is high, not as many as it has leaves.

use greatseal_protocol::{hash, merkle::TreeHead};

/// What a node is hashed with (RFC 9162, section 2.1.1).
const NODE: u8 = 1;

/// Roots of the perfect trees that the leaves so far make, the largest first; each with its height.
#[derive(Default)]
pub(crate) struct Tree {
    roots: Vec<(u32, [u8; 32])>,
    size: u32,
}

impl Tree {
    /// Adds a leaf, already hashed; `None` where a tree cannot have more.
    pub(crate) fn push(&mut self, leaf: [u8; 32]) -> Option<()> {
        self.size = self.size.checked_add(1)?;
        let (mut height, mut hash) = (0_u32, leaf);
        while let Some((_, left)) = self.roots.pop_if(|(other, _)| *other == height) {
            (height, hash) = (height.saturating_add(1), node(&left, &hash));
        }
        self.roots.push((height, hash));
        Some(())
    }

    /// The tree as a batch commits to it; `None` without a leaf.
    pub(crate) fn head(&self) -> Option<TreeHead> {
        let root = self.roots.iter().rev().map(|(_, hash)| *hash).reduce(|right, left| node(&left, &right))?;
        Some(TreeHead { size: self.size, root })
    }
}

fn node(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    hash::sha256(&[&[NODE], left, right])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaf_by_leaf_it_is_the_tree_of_all_leaves() {
        let mut tree = Tree::default();
        assert_eq!(tree.head(), None);
        let mut leaves = Vec::new();
        for number in 0..130_u32 {
            let leaf = hash::sha256(&[&number.to_be_bytes()]);
            leaves.push(leaf);
            assert_eq!(tree.push(leaf), Some(()));
            assert_eq!(tree.head(), TreeHead::of(&leaves, &hash::sha256), "{number}");
        }
    }
}
