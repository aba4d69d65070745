//! The file of a manifest: read once from its beginning to its end, and taken only where nothing is wrong with any entry.

mod entry;
mod faults;
mod source;
mod tally;
mod tree;

pub use faults::{Fault, Faults, quoted};

use crate::{
    answers::{
        Text,
        manifest::{Manifest, Warnings},
    },
    error::CliError,
};
use greatseal_protocol::{
    batch::Rail,
    bytes::{Label, ManifestHash},
    merkle::TreeHead,
};
use std::path::Path;
use tally::Tally;

const HELP: &str = "see `greatseal manifest check --help` for the entries of a manifest";
const RAIL: &str = "a rail is queryable or opaque";
const ROOT: &str = "a batch is named by the root of its manifest, 64 hexadecimal digits, or by the manifest's file";

/// A manifest that was read from a file and checked.
pub struct Checked {
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

/// Reads a manifest and checks it for a rail.
///
/// # Errors
///
/// [`CliError::Faults`] with everything that is not right.
pub fn load(path: &Path, rail: Rail) -> Result<Checked, CliError> {
    let (mut faults, mut broken, mut tally) = (Faults::default(), Faults::default(), Tally::new(rail));
    source::each(path, HELP, &mut broken, &mut |line, entry| {
        let wrong = match entry.map_err(|reason| vec![reason]).and_then(|entry| entry.entry()) {
            Ok((entry, account)) => return tally.add(line, &entry, account.as_ref(), &mut faults),
            Err(wrong) => wrong,
        };
        tally.skip();
        wrong.into_iter().for_each(|reason| faults.add(line, reason));
    })?;
    faults.append(broken);
    let checked = tally.end(&mut faults);
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

/// The root of a manifest as people copy it.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn root(text: &str) -> Result<ManifestHash, CliError> {
    text.parse().map_err(|_| CliError::input(text, "it is no root", ROOT))
}

/// What names a batch: its root, or its manifest's file, whose entries then are at hand.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn named(text: &str) -> Result<(ManifestHash, Option<Checked>), CliError> {
    if let Ok(root) = text.parse() {
        return Ok((root, None));
    }
    let path = Path::new(text);
    if !path.exists() {
        return Err(CliError::input(text, "it is no root and no file", ROOT));
    }
    // The root is the same on every rail; whether destinations are stated was asked when the batch was proposed.
    let checked = load(path, Rail::Opaque)?;
    Ok((checked.root(), Some(checked)))
}

impl Checked {
    /// What names its batch.
    pub fn root(&self) -> ManifestHash {
        ManifestHash(self.head.root)
    }

    /// Sum of the amounts of these entries; `None` where there are not so many.
    pub fn sum(&self, from: u32, up_to: u32) -> Option<u128> {
        let range = usize::try_from(from).ok()?..usize::try_from(up_to).ok()?;
        self.amounts.get(range)?.iter().try_fold(0_u128, |sum, amount| sum.checked_add(*amount))
    }

    /// What names its batch, as answers say it.
    pub fn facts(&self) -> Manifest {
        Manifest { root: Text(self.root()), count: self.head.size, total: Text(self.total) }
    }
}
