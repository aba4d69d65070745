//! Names of tiles and bundles: their paths below the log's prefix.
//!
//! ```text
//! tile/LEVEL/N          tile/LEVEL/N.p/WIDTH          tile/entries/N          tile/entries/N.p/WIDTH
//! ```
//!
//! N is in groups of three digits, of which all but the last begin with an `x`: 1234067 is `x001/x234/067`.

use super::{Bundle, Place, Tile, WIDTH};
use crate::text::decimal;
use std::{fmt, str::FromStr};

/// A path names no tile or bundle, or not in its one spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the path names no tile")]
pub struct PathError;

/// Longest path, in bytes: longer ones are not looked at.
const LONGEST: usize = 64;

impl fmt::Display for Tile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "tile/{}/{}", self.level, self.place)
    }
}

impl FromStr for Tile {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        let rest = path.strip_prefix("tile/").filter(|_| path.len() <= LONGEST).ok_or(PathError)?;
        let (level, place) = rest.split_once('/').ok_or(PathError)?;
        let level = decimal(level).and_then(|level| level.try_into().ok()).ok_or(PathError)?;
        let place: Place = place.parse()?;
        Self::new(level, place.index, place.width).ok_or(PathError)
    }
}

impl fmt::Display for Bundle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "tile/entries/{}", self.place)
    }
}

impl FromStr for Bundle {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        let place = path.strip_prefix("tile/entries/").filter(|_| path.len() <= LONGEST).ok_or(PathError)?;
        Ok(Self { place: place.parse()? })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.index.to_string();
        let missing = digits.len().next_multiple_of(3).saturating_sub(digits.len());
        let padded = "0".repeat(missing) + &digits;
        let (groups, _) = padded.as_bytes().as_chunks::<3>();
        for (place, group) in groups.iter().enumerate() {
            let last = place.saturating_add(1) == groups.len();
            let [a, b, c] = group.map(char::from);
            write!(out, "{}{a}{b}{c}{}", if last { "" } else { "x" }, if last { "" } else { "/" })?;
        }
        if self.width == WIDTH { Ok(()) } else { write!(out, ".p/{}", self.width) }
    }
}

impl FromStr for Place {
    type Err = PathError;

    /// Reads the numbers and compares with what would be written: so there is one spelling.
    fn from_str(text: &str) -> Result<Self, PathError> {
        let (groups, width) = match text.split_once(".p/") {
            Some((groups, width)) => (groups, decimal(width).and_then(|width| width.try_into().ok())),
            None => (text, Some(WIDTH)),
        };
        let digits: String = groups.chars().filter(char::is_ascii_digit).collect();
        let digits = digits.trim_start_matches('0');
        let index = decimal(if digits.is_empty() { "0" } else { digits });
        let place = index.zip(width).and_then(|(index, width)| Self::new(index, width)).ok_or(PathError)?;
        if place.to_string() == text { Ok(place) } else { Err(PathError) }
    }
}
