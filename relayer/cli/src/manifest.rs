//! The file of a manifest: read once from its beginning to its end, and taken only where nothing is wrong with any entry.

mod entry;
mod faults;
mod header;
pub mod outcome;
mod source;
mod tally;
mod tree;

pub use faults::{Fault, Faults, quoted};
pub use header::header;

use crate::{
    answers::{
        Text,
        manifest::{Manifest, Warnings},
    },
    error::CliError,
};
use greatseal_protocol::{
    batch::{Header, Rail},
    bytes::{EntriesRoot, Label, ManifestHash},
    digest,
    merkle::TreeHead,
};
use header::{HeaderFile, HeaderLine};
use serde::Serialize;
use source::Read;
use std::{
    cmp::Reverse,
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};
use tally::Tally;

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
    /// Name of the key that its pseudonyms are made with.
    pub key: Label,
    /// What somebody should look at before the batch is proposed or approved.
    pub warnings: Warnings,
    amounts: Vec<u128>,
}

/// Reads a manifest and checks it for a rail: the header's, where there is one and none is given.
///
/// # Errors
///
/// [`CliError::Faults`] with everything that is not right.
pub fn load(path: &Path, rail: Option<Rail>) -> Result<Checked, CliError> {
    let (mut faults, mut broken) = (Faults::default(), Faults::default());
    let mut tally = Tally::new(rail.unwrap_or(Rail::Queryable));
    let mut header = None;
    source::each(path, HELP, &mut broken, &mut |line, read| {
        let wrong = match read {
            Ok(Read::Header(found)) => match found.header() {
                Ok(found) => {
                    tally.on(rail.unwrap_or(found.rail));
                    header = Some(found);
                    return;
                }
                Err(reason) => return faults.add(line, reason),
            },
            Ok(Read::Entry(entry)) => match entry.entry() {
                Ok((entry, account)) => return tally.add(line, &entry, account.as_ref(), &mut faults),
                Err(wrong) => wrong,
            },
            Err(reason) => vec![reason],
        };
        tally.skip();
        wrong.into_iter().for_each(|reason| faults.add(line, reason));
    })?;
    faults.append(broken);
    let checked = tally.end(&mut faults).and_then(|checked| checked.under(header, &mut faults));
    checked.ok_or_else(|| CliError::Faults { what: path.display().to_string(), faults, help: HELP })
}

/// Reads a manifest that has a header, which names a batch.
///
/// # Errors
///
/// Those of [`load`], and [`CliError::Input`] where it has none.
pub fn headed(path: &Path) -> Result<(Header, Checked), CliError> {
    const HELP: &str = "give the file that `greatseal manifest make` wrote";
    let checked = load(path, None)?;
    let header = checked.header.ok_or_else(|| CliError::file(path, "has no header", HELP))?;
    Ok((header, checked))
}

/// Writes a manifest: the header, and the entries of a file.
///
/// # Errors
///
/// [`CliError::Input`] where the entries cannot be read again, or the file is there already.
pub fn write(entries: &Path, header: &Header, out: &Path) -> Result<(), CliError> {
    const OUT: &str = "choose a new file in a folder that can be written";
    let failed = |error: io::Error| CliError::file(out, error, OUT);
    let mut file = BufWriter::new(File::create_new(out).map_err(failed)?);
    let mut result = put(&mut file, &HeaderLine { header: HeaderFile::of(header) });
    let mut broken = Faults::default();
    source::each(entries, HELP, &mut broken, &mut |_, read| {
        if let (Ok(()), Ok(Read::Entry(entry))) = (&result, read) {
            result = put(&mut file, &entry);
        }
    })?;
    result.and_then(|()| file.flush()).map_err(failed)
}

fn put(file: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *file, line)?;
    file.write_all(b"\n")
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
    let (header, checked) = headed(path)?;
    Ok((digest::manifest_hash(&header), Some(checked)))
}

impl Checked {
    /// With the header of its file, which says the same of the entries as they do.
    fn under(mut self, header: Option<Header>, faults: &mut Faults) -> Option<Self> {
        let Some(header) = header else { return Some(self) };
        let (count, total, root) = (self.head.size, self.total, self.root());
        if (header.count, header.total, header.root) != (count, total, root) {
            let said =
                format!("the header has {} entries, {} and the root {}", header.count, header.total, header.root);
            faults.whole(format!("{said}; the entries are {count}, {total} and {root}"));
            return None;
        }
        self.header = Some(header);
        Some(self)
    }

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

    /// Sum of the amounts of these entries; `None` where there are not so many.
    pub fn sum(&self, from: u32, up_to: u32) -> Option<u128> {
        let range = usize::try_from(from).ok()?..usize::try_from(up_to).ok()?;
        self.amounts.get(range)?.iter().try_fold(0_u128, |sum, amount| sum.checked_add(*amount))
    }

    /// What a batch of it commits to, as answers say it.
    pub fn facts(&self) -> Manifest {
        let (root, total) = (Text(self.root()), Text(self.total));
        Manifest { manifest: self.hash().map(Text), root, count: self.head.size, total }
    }
}
