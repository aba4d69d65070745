//! Which states are kept, and what of the others can go.
//!
//! A block's state differs from its parent's by the nodes that it wrote and dropped. When the parent's state goes, so do
//! the nodes that the block dropped; when a replaced block goes, so do the nodes that it wrote.

use std::{
    collections::{BTreeMap, HashMap},
    num::NonZeroU32,
    sync::Arc,
};

use sp_core::H256;

use crate::{
    chain::{Block, Heads},
    runtime::BlockNumber,
    state::{Archive, Changes},
};

#[derive(Debug)]
pub(super) struct States {
    /// Of the newest blocks; of all of them where there is no number.
    keep: Option<NonZeroU32>,
    /// The states of all blocks below are gone.
    first: BlockNumber,
    journal: HashMap<H256, Keys>,
    abandoned: BTreeMap<BlockNumber, Vec<H256>>,
}

#[derive(Debug)]
struct Keys {
    written: Vec<Vec<u8>>,
    dropped: Vec<Vec<u8>>,
}

impl States {
    pub(super) fn keeping(keep: Option<NonZeroU32>) -> Self {
        Self { keep, first: 0, journal: HashMap::new(), abandoned: BTreeMap::new() }
    }

    pub(super) fn has(&self, number: BlockNumber) -> bool {
        number >= self.first
    }

    pub(super) fn note(&mut self, block: H256, changes: Changes) {
        if self.keep.is_some() {
            let written = changes.written.into_iter().map(|(key, _)| key).collect();
            self.journal.insert(block, Keys { written, dropped: changes.dropped });
        }
    }

    pub(super) fn abandon(&mut self, block: &Block) {
        if self.keep.is_some() {
            self.abandoned.entry(block.header.number).or_default().push(block.hash);
        }
    }

    /// Releases what no kept state needs. The newest final block's state stays, and all after it: a re-organisation may
    /// begin there.
    pub(super) fn prune(&mut self, heads: Heads, canonical: &[Arc<Block>], archive: &Archive) {
        let Some(keep) = self.keep else { return };
        let first = heads.best.saturating_add(1).saturating_sub(keep.get()).min(heads.finalized);
        while self.first < first {
            self.first = self.first.saturating_add(1);
            let successor = usize::try_from(self.first).ok().and_then(|index| canonical.get(index));
            if let Some(keys) = successor.and_then(|block| self.journal.remove(&block.hash)) {
                archive.release(&keys.dropped);
            }
        }
        let kept = self.abandoned.split_off(&self.first);
        for hash in std::mem::replace(&mut self.abandoned, kept).into_values().flatten() {
            if let Some(keys) = self.journal.remove(&hash) {
                archive.release(&keys.written);
            }
        }
    }
}
