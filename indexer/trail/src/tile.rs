//! The tree as static files: tiles of hashes, and bundles of entries. <https://c2sp.org/tlog-tiles>
//!
//! A tile has up to 256 hashes beside each other. Those of level 0 are leaf hashes; each hash of a higher level is that of a
//! full tile below. Full tiles never change. The last tile of a level is partial where the level's number of hashes is no
//! multiple of 256; its width is part of its name, so it never changes either.
//!
//! [`Builder`] makes tiles of leaf hashes. [`Checked`] reads tiles that somebody else keeps and believes none that the root
//! does not prove.

mod builder;
mod bundle;
mod checked;
mod path;

pub use builder::{Builder, Written};
pub use bundle::{Bundle, BundleError, LONGEST_ENTRY};
pub use checked::{Checked, TileError, Tiles};
pub use path::PathError;

use crate::tree::Hash;

/// Hashes of a full tile, and entries of a full bundle.
pub const WIDTH: u16 = 256;
/// Levels of a tree above one tile: 256 is 2^8.
const HEIGHT: u8 = 8;
/// Highest level of tiles: a tree with 64-bit sizes has no hash above it.
pub const HIGHEST: u8 = 7;

/// The name of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    level: u8,
    place: Place,
}

/// Where a tile or a bundle lies on its level, and how many parts it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place {
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile of a level with this number and width. `None` where no tree has it.
    #[must_use]
    pub fn new(level: u8, index: u64, width: u16) -> Option<Self> {
        let place = Place::new(index, width)?;
        // The leaves that it needs are as many as a tree can have.
        (level <= HIGHEST && place.end() <= hashes(u64::MAX, level)).then_some(Self { level, place })
    }

    /// Its level: a hash in it covers 256^level leaves.
    #[must_use]
    pub const fn level(&self) -> u8 {
        self.level
    }

    /// Its number on the level, from 0.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.place.index
    }

    /// Number of hashes, from 1 to 256.
    #[must_use]
    pub const fn width(&self) -> u16 {
        self.place.width
    }

    /// Number of bytes, from 32 to 8,192.
    #[must_use]
    pub fn length(&self) -> usize {
        usize::from(self.width()).saturating_mul(32)
    }

    /// Whether a tree of this size has this tile.
    #[must_use]
    pub const fn is_of(&self, size: u64) -> bool {
        self.place.is_of(hashes(size, self.level))
    }

    /// Reads its hashes. `None` where the bytes are of a different length.
    #[must_use]
    pub fn decode(&self, bytes: &[u8]) -> Option<Vec<Hash>> {
        let (chunks, rest) = bytes.as_chunks::<32>();
        let fits = bytes.len() == self.length() && rest.is_empty();
        fits.then(|| chunks.iter().copied().map(Hash::new).collect())
    }

    /// All tiles of a tree of this size, full and partial, level by level.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        Self::between(0, size)
    }

    /// The tiles that a tree needs and did not have when it was smaller: full ones, and the partial ones of its new size.
    pub fn between(old: u64, size: u64) -> impl Iterator<Item = Self> {
        (0..=HIGHEST).flat_map(move |level| {
            Place::between(hashes(old, level), hashes(size, level)).map(move |place| Self { level, place })
        })
    }

    /// The partial tiles of a tree of this size, from the lowest level to the highest. They prove its root.
    pub fn partial(size: u64) -> impl Iterator<Item = Self> {
        (0..=HIGHEST).filter_map(move |level| Place::partial(hashes(size, level)).map(|place| Self { level, place }))
    }
}

impl Place {
    fn new(index: u64, width: u16) -> Option<Self> {
        let before = index.checked_mul(WIDTH.into())?;
        let inside = (1..=WIDTH).contains(&width) && before.checked_add(width.into()).is_some();
        inside.then_some(Self { index, width })
    }

    const fn is_full(self) -> bool {
        self.width == WIDTH
    }

    /// Number of hashes on the level up to and with its last one.
    fn end(self) -> u64 {
        self.index.wrapping_shl(HEIGHT.into()).saturating_add(self.width.into())
    }

    /// Whether a level of so many hashes has it.
    const fn is_of(self, hashes: u64) -> bool {
        let full = hashes >> HEIGHT;
        if self.is_full() { self.index < full } else { self.index == full && self.width as u64 == hashes & 255 }
    }

    /// The last place of a level of so many hashes, where it is partial.
    fn partial(hashes: u64) -> Option<Self> {
        let width = u16::try_from(hashes & 255).ok()?;
        (width > 0).then_some(Self { index: hashes >> HEIGHT, width })
    }

    /// What a level of `new` hashes has and one of `old` hashes has not.
    fn between(old: u64, new: u64) -> impl Iterator<Item = Self> {
        let full = (old >> HEIGHT)..(new >> HEIGHT);
        let partial = if old < new { Self::partial(new) } else { None };
        full.map(|index| Self { index, width: WIDTH }).chain(partial)
    }
}

/// Number of hashes on a level of tiles.
const fn hashes(size: u64, level: u8) -> u64 {
    if level > HIGHEST { 0 } else { size.wrapping_shr((level as u32).saturating_mul(HEIGHT as u32)) }
}

/// The hash over a complete subtree, from the hashes of one level of it. Their number is a power of two.
fn subtree(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.chunks(2).map(crate::tree::join).collect();
    }
    crate::tree::join(&row)
}
