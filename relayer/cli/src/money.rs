//! What the files of money show together: what no contract can see, because it stands in entries and payments.
//!
//! Pure: nothing here reads a file or asks anybody.

pub mod claims;
pub mod compare;
pub mod record;
pub mod repaid;

use std::fmt;

/// An entry of one of several batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which batch, in the order in which whoever asks has them.
    pub batch: usize,
    /// The entry's index.
    pub entry: u32,
}

/// What became of an entry, as far as others depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Whether nothing more will happen to it.
    pub closed: bool,
    /// What arrived, at most what is due.
    pub paid: u128,
}

/// Entries of a batch as far as paying them again has to know them.
#[derive(Clone, Copy, Debug)]
pub struct Payments<'a> {
    /// Name of the key that its pseudonyms are made with.
    pub key: greatseal_protocol::bytes::Label,
    /// What each is due.
    pub amounts: &'a [u128],
    /// Codes of the persons.
    pub people: &'a [[u8; 32]],
    /// Which entries of the parent they pay again; empty where there is no parent.
    pub repaid: &'a [u32],
}

/// Most findings of a kind that are named; the others are counted.
pub const NAMED: usize = 1_000;

/// Findings: the first ones, and how many more there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings<T> {
    /// The first ones.
    pub found: Vec<T>,
    /// How many more.
    pub more: u64,
}

impl<T> Default for Findings<T> {
    fn default() -> Self {
        Self { found: Vec::new(), more: 0 }
    }
}

impl<T> Findings<T> {
    /// With one more.
    pub fn push(&mut self, finding: T) {
        match self.found.len() < NAMED {
            true => self.found.push(finding),
            false => self.more = self.more.saturating_add(1),
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        u64::try_from(self.found.len()).unwrap_or(u64::MAX).saturating_add(self.more)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "entry {}", self.entry)
    }
}
