//! State in memory: replay, verification, tests.

use crate::cells::{CellKey, Cells, CellsMut, Succession};
use alloc::{collections::BTreeMap, vec::Vec};

/// State in memory: replay, verification, tests.
pub type Memory = BTreeMap<CellKey, Vec<u8>>;

impl Succession for Memory {}

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

/// Keys of the cells of the state besides the head, which a successor reads by itself.
pub fn keys(state: &Memory) -> impl Iterator<Item = CellKey> {
    state.keys().filter(|key| **key != CellKey::Head && !key.apart()).copied()
}
