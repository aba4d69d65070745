//! Tiles are made while leaves come one after the other.

use super::{HIGHEST, Place, Tile, WIDTH, hashes, subtree};
use crate::tree::{Frontier, Full, Hash};

/// The partial tiles of a tree that grows: at most 255 hashes a level, however large it is.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    size: u64,
    /// Hashes of the partial tile of each level.
    rows: [Vec<Hash>; HIGHEST as usize + 1],
}

/// A tile with its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its name.
    pub tile: Tile,
    /// Its hashes, one behind the other.
    pub bytes: Vec<u8>,
}

impl Builder {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Goes on with the partial tiles of a tree, from level 0 on.
    pub(super) const fn resume(size: u64, rows: [Vec<Hash>; HIGHEST as usize + 1]) -> Self {
        Self { size, rows }
    }

    /// Appends a leaf and gives the tiles that it has filled, from the lowest level on: none, or one, seldom more.
    ///
    /// # Errors
    ///
    /// Where the tree is full.
    pub fn push(&mut self, leaf: Hash) -> Result<Vec<Written>, Full> {
        self.size = self.size.checked_add(1).ok_or(Full)?;
        let (mut hash, mut full) = (leaf, Vec::new());
        for (level, row) in (0_u8..).zip(&mut self.rows) {
            row.push(hash);
            if row.len() < WIDTH.into() {
                break;
            }
            let index = (hashes(self.size, level) >> super::HEIGHT).saturating_sub(1);
            full.push(written(Tile { level, place: Place { index, width: WIDTH } }, row));
            hash = subtree(row);
            row.clear();
        }
        Ok(full)
    }

    /// The partial tiles of the tree as it is, from the lowest level on. It can grow afterwards.
    #[must_use]
    pub fn partial(&self) -> Vec<Written> {
        let rows = Tile::partial(self.size).filter_map(|tile| Some((tile, self.rows.get(usize::from(tile.level))?)));
        rows.map(|(tile, row)| written(tile, row)).collect()
    }

    /// Number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The tree's complete subtrees, and with them its root.
    #[must_use]
    pub fn frontier(&self) -> Frontier {
        let parts = self.rows.iter().rev().flat_map(|row| complete(row)).collect();
        Frontier::resume(self.size, parts).unwrap_or_default()
    }
}

/// The hashes of the complete subtrees of a partial row, the largest first.
pub(super) fn complete(row: &[Hash]) -> Vec<Hash> {
    let (mut rest, mut parts) = (row, Vec::new());
    while let Some(largest) = rest.len().checked_ilog2() {
        let (part, behind) = rest.split_at_checked(1_usize.wrapping_shl(largest)).unwrap_or((rest, &[]));
        parts.push(subtree(part));
        rest = behind;
    }
    parts
}

fn written(tile: Tile, row: &[Hash]) -> Written {
    Written { tile, bytes: row.iter().flat_map(Hash::bytes).copied().collect() }
}
