//! State in memory: replay, verification, tests.

use crate::{
    bytes::Written,
    cells::{CellKey, Cells, CellsMut, Succession},
    merkle::{self, TreeHead},
};
use alloc::{collections::BTreeMap, vec::Vec};

/// State in memory: replay, verification, tests.
pub type Memory = BTreeMap<CellKey, Vec<u8>>;

impl Succession for Memory {
    fn state(&self) -> Option<TreeHead> {
        state(self)
    }
}

impl Cells for Memory {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.get(key).cloned()
    }
}

impl CellsMut for Memory {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.insert(*key, bytes);
    }

    fn count(&mut self, _: u32) -> u32 {
        let others =
            self.range(CellKey::Import..).count().saturating_add(usize::from(self.contains_key(&CellKey::Head)));
        u32::try_from(self.len().saturating_sub(others)).unwrap_or(u32::MAX)
    }
}

/// Cells of the state by the bytes of their keys: the order in which they are imported, and that of the tree.
pub fn ordered(state: &Memory) -> Vec<(Vec<u8>, CellKey)> {
    let mut keys: Vec<_> = state.range(..CellKey::Import).map(|(key, _)| (Written::once(key), *key)).collect();
    keys.sort_unstable();
    keys
}

/// The state as a tree (RFC 9162): a leaf is SCALE(key) ‖ bytes. Nothing where there are more cells than a tree can have.
pub fn state(state: &Memory) -> Option<TreeHead> {
    let leaf = |(key, bytes): (&CellKey, &Vec<u8>)| {
        let name = Written::once(key);
        let hash = state.sha256(&[&[merkle::LEAF], &name, bytes]);
        (name, hash)
    };
    let mut leaves: Vec<_> = state.range(..CellKey::Import).map(leaf).collect();
    leaves.sort_unstable();
    let leaves: Vec<_> = leaves.into_iter().map(|(_, hash)| hash).collect();
    TreeHead::of(&leaves, &|parts| state.sha256(parts))
}
