//! Tiles of the tree, made from the leaves while they go by, and held against those that are handed out.

use crate::fault::{Fault, FileFault};
use greatseal_log::files::{File, Part};
use greatseal_trail::{
    tile::{Builder, Written},
    tree::Hash,
};
use std::collections::VecDeque;

/// Tiles in the making, and those that are to be compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tiles {
    builder: Builder,
    due: VecDeque<Written>,
}

impl Tiles {
    /// Takes the next leaf; behind the last one the tiles that are not full are due as well. None where the tree is full.
    pub(crate) fn push(&mut self, leaf: Hash, last: bool) -> Option<()> {
        self.due.extend(self.builder.push(leaf).ok()?);
        if last {
            self.due.extend(self.builder.partial());
        }
        Some(())
    }

    /// The file that is compared next.
    pub(crate) fn due(&self) -> Option<File> {
        self.due.front().map(file)
    }

    /// Compares it.
    pub(crate) fn compare(&mut self, asked: File, bytes: &[u8]) -> Result<(), Fault> {
        match self.due.pop_front() {
            Some(made) if file(&made) == asked && made.bytes == bytes => Ok(()),
            _ => Err(Fault::File { path: asked.path(), what: FileFault::Form }),
        }
    }
}

fn file(written: &Written) -> File {
    let tile = written.tile;
    File::Tile { level: tile.level(), part: Part { number: tile.index(), width: tile.width().into() } }
}
