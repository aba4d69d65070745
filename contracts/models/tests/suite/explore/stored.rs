//! Cells of which most are the same in all states: what changed lies over what was founded.

use greatseal_protocol::{
    cells::{CellKey, Cells, CellsMut, Succession},
    memory::Memory,
};
use std::{collections::BTreeMap, sync::Arc};

#[derive(Clone)]
pub(crate) struct Stored {
    founded: Arc<Memory>,
    changed: BTreeMap<CellKey, Arc<[u8]>>,
}

impl Stored {
    pub(crate) fn new(founded: Memory) -> Self {
        Self { founded: Arc::new(founded), changed: BTreeMap::new() }
    }

    pub(crate) fn largest(&self) -> usize {
        self.changed.values().map(|bytes| bytes.len()).max().unwrap_or(0)
    }
}

impl Succession for Stored {}

impl Cells for Stored {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        match self.changed.get(key) {
            Some(bytes) => Some(bytes.to_vec()),
            None => self.founded.get(key).cloned(),
        }
    }
}

impl CellsMut for Stored {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.changed.insert(*key, bytes.into());
    }

    fn count(&mut self, _: u32) -> u32 {
        let new = self.changed.keys().filter(|key| !self.founded.contains_key(key)).count();
        // The head is among those that were founded, and does not count.
        u32::try_from(self.founded.len() + new).map_or(u32::MAX, |all| all.saturating_sub(1))
    }
}
