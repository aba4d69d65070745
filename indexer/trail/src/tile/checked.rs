//! Tiles of others, which are believed only when the root proves them.

use super::{Builder, Bundle, BundleError, HEIGHT, HIGHEST, Place, Tile, WIDTH, builder::complete, hashes, subtree};
use crate::tree::{Frontier, Hash, Head, Nodes};

/// Whatever keeps tiles: a folder, a server.
pub trait Tiles {
    /// Why a tile cannot be had.
    type Error;

    /// The bytes of a tile, [`Tile::length`] of them. A source need not read more than one byte beyond.
    ///
    /// # Errors
    ///
    /// Where it is not there.
    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

impl<T: Tiles + ?Sized> Tiles for &mut T {
    type Error = T::Error;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, T::Error> {
        T::tile(self, tile)
    }
}

/// A tile cannot be had, or is not one of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError<E> {
    /// The source does not have it.
    #[error(transparent)]
    Source(E),
    /// It has the wrong length.
    #[error("{tile} has {length} bytes, not {}", tile.length())]
    Length {
        /// Which tile.
        tile: Tile,
        /// Number of bytes.
        length: usize,
    },
    /// Its hashes are not those of the tree.
    #[error("{tile} is not one of the tree")]
    Forged {
        /// Which tile.
        tile: Tile,
    },
    /// The partial tiles together are not those of the tree with this root. Which of them is wrong cannot be told.
    #[error("the last tiles do not lead to the root of {size} leaves")]
    Root {
        /// Number of leaves.
        size: u64,
    },
    /// The tree does not go so far.
    #[error("a tree of {size} leaves has no complete subtree {index} on level {level}")]
    Outside {
        /// Number of leaves.
        size: u64,
        /// Height of the subtree.
        level: u8,
        /// Its number on that level.
        index: u64,
    },
    /// A bundle is not the tree's.
    #[error(transparent)]
    Bundle(BundleError),
}

/// The tree of one head, read from tiles. The partial tiles are fetched at once and prove the root. A full tile is proved by the
/// tile above, up to a partial one. Of each level the last tile is kept: memory is bounded, and whoever goes through the tree
/// in order fetches each tile once.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    source: T,
    head: Head,
    edge: [Vec<Hash>; HIGHEST as usize + 1],
    kept: [Option<(u64, Vec<Hash>)>; HIGHEST as usize + 1],
}

impl<T: Tiles> Checked<T> {
    /// Fetches the partial tiles of a tree and compares them with its root.
    ///
    /// # Errors
    ///
    /// Where one cannot be had, or they do not lead to the root.
    pub fn open(mut source: T, head: Head) -> Result<Self, TileError<T::Error>> {
        let mut edge: [Vec<Hash>; HIGHEST as usize + 1] = Default::default();
        for tile in Tile::partial(head.size) {
            let hashes = fetched(&mut source, tile)?;
            if let Some(row) = edge.get_mut(usize::from(tile.level)) {
                *row = hashes;
            }
        }
        let parts = edge.iter().rev().flat_map(|row| complete(row)).collect();
        match Frontier::resume(head.size, parts) {
            Ok(frontier) if frontier.root() == head.root => Ok(Self { source, head, edge, kept: Default::default() }),
            _ => Err(TileError::Root { size: head.size }),
        }
    }

    /// Size and root.
    #[must_use]
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// A builder that goes on behind the last leaf.
    #[must_use]
    pub fn builder(&self) -> Builder {
        Builder::resume(self.head.size, self.edge.clone())
    }

    /// The leaf hashes of a bundle's entries.
    ///
    /// # Errors
    ///
    /// Where the tree has no such bundle, or a tile cannot be had or is forged.
    pub fn leaves(&mut self, bundle: Bundle) -> Result<Vec<Hash>, TileError<T::Error>> {
        if !bundle.is_of(self.head.size) {
            return Err(self.outside(0, bundle.index().wrapping_shl(HEIGHT.into())));
        }
        Ok(self.row(0, bundle.index())?.to_vec())
    }

    /// The entries of a bundle's bytes, proved by the root.
    ///
    /// # Errors
    ///
    /// Where one is not the tree's, or a tile cannot be had or is forged.
    pub fn entries<'b>(&mut self, bundle: Bundle, bytes: &'b [u8]) -> Result<Vec<&'b [u8]>, TileError<T::Error>> {
        let leaves = self.leaves(bundle)?;
        bundle.verify(bytes, &leaves).map_err(TileError::Bundle)
    }

    /// The hashes of a tile that has been proved.
    fn row(&mut self, level: u8, index: u64) -> Result<&[Hash], TileError<T::Error>> {
        let at = usize::from(level);
        if index >= hashes(self.head.size, level) >> HEIGHT {
            return Ok(self.edge.get(at).map(Vec::as_slice).unwrap_or_default());
        }
        let known = self.kept.get(at).is_some_and(|kept| kept.as_ref().is_some_and(|(of, _)| *of == index));
        if !known {
            let tile = Tile { level, place: Place { index, width: WIDTH } };
            let found = fetched(&mut self.source, tile)?;
            let place = usize::try_from(index & 255).unwrap_or(usize::MAX);
            let above = self.row(level.saturating_add(1), index >> HEIGHT)?.get(place);
            if above != Some(&subtree(&found)) {
                return Err(TileError::Forged { tile });
            }
            if let Some(kept) = self.kept.get_mut(at) {
                *kept = Some((index, found));
            }
        }
        Ok(self.kept.get(at).and_then(Option::as_ref).map(|(_, hashes)| hashes.as_slice()).unwrap_or_default())
    }

    const fn outside(&self, level: u8, index: u64) -> TileError<T::Error> {
        TileError::Outside { size: self.head.size, level, index }
    }
}

impl<T: Tiles> Nodes for Checked<T> {
    type Error = TileError<T::Error>;

    fn node(&mut self, level: u8, index: u64) -> Result<Hash, Self::Error> {
        let outside = self.outside(level, index);
        if level >= 64 || index >= self.head.size.wrapping_shr(level.into()) {
            return Err(outside);
        }
        // The subtree's hashes on the level of tiles below: 1, 2, 4 … or 128 of them, all in one tile.
        let within = level % HEIGHT;
        let first = index.wrapping_shl(within.into());
        let row = self.row(level / HEIGHT, first >> HEIGHT)?;
        let from = usize::try_from(first & 255).unwrap_or(usize::MAX);
        let part = row.get(from..from.saturating_add(1_usize.wrapping_shl(within.into())));
        part.map(subtree).ok_or(outside)
    }
}

fn fetched<T: Tiles>(source: &mut T, tile: Tile) -> Result<Vec<Hash>, TileError<T::Error>> {
    let bytes = source.tile(tile).map_err(TileError::Source)?;
    tile.decode(&bytes).ok_or(TileError::Length { tile, length: bytes.len() })
}
