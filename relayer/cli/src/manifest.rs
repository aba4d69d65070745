//! The file of a manifest: read once from its beginning to its end, and taken only where nothing is wrong with any entry.

mod entry;
mod faults;
mod header;
pub mod outcome;
mod reading;
#[cfg(test)]
pub(crate) mod samples;
mod source;
mod tally;
pub(crate) mod tree;
mod write;

pub use faults::{Fault, Faults, quoted};
pub use header::{header, header_of};
pub use write::{can, write};

use crate::{
    answers::{
        Text,
        manifest::{Manifest, Warnings},
    },
    contents::{AtHand, Source},
    error::CliError,
    money::Payments,
};
use greatseal_protocol::{
    batch::{Header, Rail},
    bytes::{EntriesRoot, Label, ManifestHash},
    content::Address,
    digest,
    merkle::TreeHead,
};
use reading::Reading;
use std::{cmp::Reverse, path::Path};

const HELP: &str = "see `greatseal manifest check --help` for the entries of a manifest";
const RAIL: &str = "a rail is queryable or opaque";
const NAME: &str = "a batch is named by the hash of its manifest, 64 hexadecimal digits, or by the manifest's file";

/// A manifest that was read from a file and checked.
pub struct Checked {
    /// What its batch commits to, where the file says so.
    pub header: Option<Header>,
    /// Root and number of its entries.
    pub head: TreeHead,
    /// Sum of their amounts.
    pub total: u128,
    /// The rail for which it was checked.
    pub rail: Rail,
    /// Name of the key that its pseudonyms are made with.
    pub key: Label,
    /// What somebody should look at before the batch is proposed or approved.
    pub warnings: Warnings,
    amounts: Vec<u128>,
    /// Codes of the persons, by entry.
    people: Vec<[u8; 32]>,
    /// Entries of the parent that are paid again, by entry; empty where none is.
    repaid: Vec<u32>,
    /// The entries as bytes, one after the other, where they were kept.
    items: Option<Source>,
}

/// Reads a manifest and checks it for a rail: the header's, where there is one and none is given.
///
/// # Errors
///
/// [`CliError::Faults`] with everything that is not right.
pub fn load(path: &Path, rail: Option<Rail>) -> Result<Checked, CliError> {
    read(path, Reading::new(rail))
}

/// Reads a manifest like [`load`], and keeps its entries at hand: they are a content, by their root.
///
/// # Errors
///
/// Those of [`load`].
pub fn kept(at_hand: &AtHand, path: &Path, rail: Option<Rail>) -> Result<Checked, CliError> {
    let mut checked = read(path, Reading::new(rail).keeping())?;
    if let Some(items) = checked.items.take() {
        at_hand.list(Address::Entries(checked.root().0), items);
    }
    Ok(checked)
}

/// The entries of a header as an indexer keeps them: one after the other, each as it is hashed.
///
/// # Errors
///
/// [`CliError::Faults`] with everything that is not right; [`CliError::Input`] where they cannot be read.
pub fn of_items(items: &Source, header: &Header) -> Result<Checked, CliError> {
    let what = format!("the entries {}", header.root);
    let (mut faults, mut reading) = (Faults::default(), Reading::of_header(*header));
    let mut input = items.open();
    let mut number = 0_u64;
    let read = entry::each(&mut input, |entry| {
        number = number.saturating_add(1);
        reading.add(number, entry, &mut faults);
    });
    read.map_err(|error| CliError::input(&what, error, HELP))?;
    reading.end(&mut faults).ok_or(CliError::Faults { what, faults, help: HELP })
}

/// Reads entries that get a header, of a batch with a parent or without one.
///
/// # Errors
///
/// [`CliError::Faults`] with everything that is not right.
pub fn entries(path: &Path, rail: Rail, child: bool) -> Result<Checked, CliError> {
    read(path, Reading::of_entries(rail, child))
}

fn read(path: &Path, mut reading: Reading) -> Result<Checked, CliError> {
    let (mut faults, mut broken) = (Faults::default(), Faults::default());
    source::each(path, HELP, &mut broken, &mut |line, read| reading.take(line, read, &mut faults))?;
    faults.append(broken);
    let checked = reading.end(&mut faults);
    checked.ok_or_else(|| CliError::Faults { what: path.display().to_string(), faults, help: HELP })
}

/// The kind of a rail.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn rail(text: &str) -> Result<Rail, CliError> {
    text.parse().map_err(|_| CliError::input("--rail", format!("{} is none", quoted(text)), RAIL))
}

/// What names a batch: its hash, or its manifest's file, whose entries then are at hand.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn named(text: &str) -> Result<(ManifestHash, Option<Checked>), CliError> {
    if let Ok(hash) = text.parse() {
        return Ok((hash, None));
    }
    let path = Path::new(text);
    if !path.exists() {
        return Err(CliError::input(text, "it is no hash and no file", NAME));
    }
    let (hash, checked) = headed(path)?;
    Ok((hash, Some(checked)))
}

/// A manifest with its header, and the hash that names its batch.
///
/// # Errors
///
/// [`CliError::Input`] where it has none, [`CliError::Faults`].
pub fn headed(path: &Path) -> Result<(ManifestHash, Checked), CliError> {
    let (header, checked) = whole(path, load(path, None)?)?;
    Ok((digest::manifest_hash(&header), checked))
}

/// A manifest with its header, whose entries are kept at hand.
///
/// # Errors
///
/// Those of [`headed`].
pub fn with_header(at_hand: &AtHand, path: &Path) -> Result<(Header, Checked), CliError> {
    whole(path, kept(at_hand, path, None)?)
}

fn whole(path: &Path, checked: Checked) -> Result<(Header, Checked), CliError> {
    const HELP: &str = "give the file that `greatseal manifest make` wrote: entries alone name no batch";
    let header = checked.header.ok_or_else(|| CliError::file(path, "has no header", HELP))?;
    Ok((header, checked))
}

impl Checked {
    /// Root of the tree of its entries.
    pub fn root(&self) -> EntriesRoot {
        EntriesRoot(self.head.root)
    }

    /// What names its batch, where the file has a header.
    pub fn hash(&self) -> Option<ManifestHash> {
        self.header.as_ref().map(digest::manifest_hash)
    }

    /// The largest entries, the largest first: index and amount.
    pub fn largest(&self, most: usize) -> Vec<(u32, u128)> {
        let mut entries: Vec<_> = (0_u32..).zip(self.amounts.iter().copied()).collect();
        entries.sort_by_key(|(index, amount)| (Reverse(*amount), *index));
        entries.truncate(most);
        entries
    }

    /// What an entry is due; `None` where there is no such entry.
    pub fn due(&self, entry: u32) -> Option<u128> {
        self.amounts.get(usize::try_from(entry).ok()?).copied()
    }

    /// Whether its entries pay entries of a parent again.
    pub fn pays_again(&self) -> bool {
        !self.repaid.is_empty()
    }

    /// Its entries as far as paying them again has to know them.
    pub fn payments(&self) -> Payments<'_> {
        Payments { key: self.key, amounts: &self.amounts, people: &self.people, repaid: &self.repaid }
    }

    /// What a batch of it commits to, as answers say it.
    pub fn facts(&self) -> Manifest {
        let (root, total) = (Text(self.root()), Text(self.total));
        Manifest { manifest: self.hash().map(Text), root, count: self.head.size, total }
    }
}
