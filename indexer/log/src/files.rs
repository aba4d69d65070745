//! The log as files: the same paths over HTTP under `/log/`, in a folder and in a bundle.
//!
//! ```text
//! tile/<L>/<N>[.p/<W>]         hashes of the tree (C2SP tlog-tiles)
//! tile/entries/<N>[.p/<W>]     256 leaves: two bytes of length, big-endian, and the leaf, for each (C2SP tlog-tiles)
//! evidence/<N>[.p/<W>]         SCALE(Evidence) of the same leaves
//! headers/<K>[.p/<W>]          SCALE(Headers) of 1024 blocks, the first from the deployment's block on
//! metadata/<V>                 the metadata of version V of the runtime, as `state_getMetadata` gives it
//! ```
//!
//! N and K are in groups of three digits, all but the last with an `x` before them. A file that is not full yet has its
//! width in its name: files never change.

use crate::evidence::{HEADERS, LEAVES};
use greatseal_spelling::decimal;
use greatseal_trail::tile::Bundle;
use serde::{Deserialize, Serialize};

/// Name of the form of [`LogHead`].
pub const SCHEMA: &str = "greatseal.log/2";

/// How far the log is. It is no evidence: a checkpoint is, which somebody signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogHead {
    /// [`SCHEMA`].
    pub schema: String,
    /// Deployment id.
    pub deployment: String,
    /// Number of leaves.
    #[serde(with = "decimal")]
    pub size: u64,
    /// Root of their tree.
    pub root: String,
    /// Height of the deployment's block: that of the first header.
    #[serde(with = "decimal")]
    pub first_block: u64,
    /// Height of the last block that was looked at.
    #[serde(with = "decimal")]
    pub last_block: u64,
    /// Its hash.
    pub last_block_hash: String,
}

/// A file of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum File {
    /// Hashes of the tree: `level` is the tile's, each of which has eight of the tree's.
    Tile {
        /// From 0.
        level: u8,
        /// From 0.
        part: Part,
    },
    /// Leaves.
    Entries(Part),
    /// Evidence of the same leaves.
    Evidence(Part),
    /// Headers by height.
    Headers(Part),
    /// By which states are read.
    Metadata {
        /// Version of the runtime.
        spec_version: u32,
    },
}

/// Which one of a row of files, and how much is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Part {
    /// From 0.
    pub number: u64,
    /// How many leaves, hashes or headers it holds: at least one.
    pub width: u64,
}

/// The parts of something that has `count` of `most` each.
fn parts(count: u64, most: u64) -> impl Iterator<Item = Part> {
    let part = move |number: u64| {
        let behind = count.saturating_sub(number.saturating_mul(most));
        Part { number, width: behind.min(most) }
    };
    (0..count.div_ceil(most)).map(part)
}

impl File {
    /// The leaves of a log of this size.
    pub fn entries(size: u64) -> impl Iterator<Item = Part> {
        parts(size, LEAVES)
    }

    /// The headers of this many blocks.
    pub fn headers(blocks: u64) -> impl Iterator<Item = Part> {
        parts(blocks, HEADERS)
    }

    /// Tiles of the tree of this size, from the leaves up.
    pub fn tiles(size: u64) -> impl Iterator<Item = Self> {
        let hashes = std::iter::successors(Some(size), |count| Some(count / LEAVES)).take_while(|count| *count > 0);
        (0_u8..).zip(hashes).flat_map(|(level, count)| parts(count, LEAVES).map(move |part| Self::Tile { level, part }))
    }

    /// Its path below the log's.
    pub fn path(&self) -> String {
        match self {
            Self::Tile { level, part } => format!("tile/{level}/{}", part.path(LEAVES)),
            Self::Entries(part) => format!("tile/entries/{}", part.path(LEAVES)),
            Self::Evidence(part) => format!("evidence/{}", part.path(LEAVES)),
            Self::Headers(part) => format!("headers/{}", part.path(HEADERS)),
            Self::Metadata { spec_version } => format!("metadata/{spec_version}"),
        }
    }

    /// The file of a path; none where it is not exactly as [`path`](Self::path) writes it.
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, rest) = path.split_once('/')?;
        let file = match kind {
            "metadata" => Self::Metadata { spec_version: rest.parse().ok()? },
            "evidence" => Self::Evidence(Part::parse(rest, LEAVES)?),
            "headers" => Self::Headers(Part::parse(rest, HEADERS)?),
            "tile" => match rest.split_once('/')? {
                ("entries", rest) => Self::Entries(Part::parse(rest, LEAVES)?),
                (level, rest) => Self::Tile {
                    level: level.parse().ok().filter(|level| *level < 8)?,
                    part: Part::parse(rest, LEAVES)?,
                },
            },
            _ => return None,
        };
        (file.path() == path).then_some(file)
    }
}

impl Part {
    /// The leaves in the bytes of this file of leaves; none where they are not as many, or are followed by something.
    pub fn leaves(self, bytes: &[u8]) -> Option<Vec<&[u8]>> {
        Bundle::new(self.number, u16::try_from(self.width).ok()?)?.decode(bytes).ok()
    }

    fn path(&self, most: u64) -> String {
        let Self { mut number, width } = *self;
        let mut path = format!("{:03}", number % 1000);
        while number >= 1000 {
            number /= 1000;
            path = format!("x{:03}/{path}", number % 1000);
        }
        if width < most { format!("{path}.p/{width}") } else { path }
    }

    fn parse(path: &str, most: u64) -> Option<Self> {
        let (number, width) = match path.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok().filter(|width| (1..most).contains(width))?),
            None => (path, most),
        };
        let digits = |sum: u64, group: &str| {
            let group = group.strip_prefix('x').unwrap_or(group);
            sum.checked_mul(1000)?.checked_add(group.parse().ok().filter(|_| group.len() == 3)?)
        };
        Some(Self { number: number.split('/').try_fold(0, digits)?, width })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_form() {
        let part = |number, width| Part { number, width };
        for (file, path) in [
            (File::Entries(part(0, 256)), "tile/entries/000"),
            (File::Entries(part(1_234_067, 3)), "tile/entries/x001/x234/067.p/3"),
            (File::Tile { level: 1, part: part(5, 255) }, "tile/1/005.p/255"),
            (File::Evidence(part(999, 256)), "evidence/999"),
            (File::Headers(part(1000, 1023)), "headers/x001/000.p/1023"),
            (File::Metadata { spec_version: 1_003_000 }, "metadata/1003000"),
        ] {
            assert_eq!(file.path(), path);
            assert_eq!(File::parse(path), Some(file));
        }
        for wrong in [
            "",
            "tile",
            "tile/0",
            "tile/8/000",
            "tile/00/000",
            "tile/entries/0",
            "tile/entries/x000/001",
            "tile/entries/000.p/256",
            "tile/entries/000.p/0",
            "tile/entries/000.p/+1",
            "tile/entries/001/001",
            "headers/000.p/1024",
            "metadata/01",
            "metadata/-1",
            "evidence/000/",
            "../000",
            "evidence/x018/x446/x744/x073/x709/x551/616",
        ] {
            assert_eq!(File::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tiles_and_leaves_have_the_names_of_the_specification() {
        for (number, width) in [(0, 256), (7, 255), (999, 1), (1_000, 256), (123_456_789, 30)] {
            let part = Part { number, width: width.into() };
            let tile = greatseal_trail::tile::Tile::new(2, number, width).map(|tile| tile.to_string());
            assert_eq!(tile, Some(File::Tile { level: 2, part }.path()));
            let bundle = Bundle::new(number, width).map(|bundle| bundle.to_string());
            assert_eq!(bundle, Some(File::Entries(part).path()));
        }
    }

    #[test]
    fn the_files_of_a_size_hold_it_once() {
        for size in [0, 1, 255, 256, 257, 65_536, 65_537, 200_000] {
            let entries: u64 = File::entries(size).map(|part| part.width).sum();
            assert_eq!(entries, size);
            let leaves: u64 = File::tiles(size)
                .filter_map(|file| match file {
                    File::Tile { level: 0, part } => Some(part.width),
                    _ => None,
                })
                .sum();
            assert_eq!(leaves, size);
        }
        let top: Vec<_> = File::tiles(65_537).filter(|file| matches!(file, File::Tile { level: 1.., .. })).collect();
        let tile = |level, number, width| File::Tile { level, part: Part { number, width } };
        assert_eq!(top, [tile(1, 0, 256), tile(2, 0, 1)]);
    }
}
