//! The file of a manifest: one entry a line, or a JSON list of them. Nothing is taken from it before all of it is checked.

use crate::{error::CliError, session::read};
use greatseal_protocol::{
    batch::Rail,
    bytes::{Label, ManifestRoot, ReferenceHash, parse_hex},
    manifest::{Destination, Entry, EntrySalt, Manifest, Pseudonym},
};
use serde::Deserialize;
use std::{fmt::Display, path::Path};

const HELP: &str = "see `greatseal manifest check --help` for the entries of a manifest";
const RAIL: &str = "a rail is queryable or opaque";
const ROOT: &str = "a batch is named by the root of its manifest, 64 hexadecimal digits, or by the manifest's file";

/// A manifest that was read from a file and checked.
pub struct Checked {
    /// Root, number of entries, total.
    pub manifest: Manifest,
    /// The entries.
    pub entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryFile {
    index: u32,
    person: PersonFile,
    destination: Option<String>,
    amount: String,
    eligibility: String,
    revocation: String,
    salt: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonFile {
    key: String,
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    entries: Vec<EntryFile>,
}

/// Reads a manifest and checks it for a rail.
///
/// # Errors
///
/// [`CliError::Input`] with the first entry that is not right.
pub fn load(path: &Path, rail: Rail) -> Result<Checked, CliError> {
    let wrong = |reason: &dyn Display| CliError::file(path, reason, HELP);
    let mut entries = Vec::new();
    for (at, entry) in parse(path)?.into_iter().enumerate() {
        entries.push(entry.entry().map_err(|reason| wrong(&format!("entry {at}: {reason}")))?);
    }
    let manifest = Manifest::of(&entries, rail).map_err(|flaw| wrong(&flaw))?;
    Ok(Checked { manifest, entries })
}

/// The kind of a rail.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn rail(text: &str) -> Result<Rail, CliError> {
    text.parse().map_err(|_| CliError::input("--rail", format!("`{text}` is none"), RAIL))
}

/// The root of a manifest as people copy it.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn root(text: &str) -> Result<ManifestRoot, CliError> {
    text.parse().map_err(|_| CliError::input(text, "it is no root", ROOT))
}

/// What names a batch: its root, or its manifest's file, whose entries then are at hand.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn named(text: &str) -> Result<(ManifestRoot, Option<Checked>), CliError> {
    if let Ok(root) = text.parse() {
        return Ok((root, None));
    }
    let path = Path::new(text);
    if !path.exists() {
        return Err(CliError::input(text, "it is no root and no file", ROOT));
    }
    // The root is the same on every rail; whether destinations are stated was asked when the batch was proposed.
    let checked = load(path, Rail::Opaque)?;
    Ok((checked.manifest.root(), Some(checked)))
}

impl Checked {
    /// Sum of the amounts of these entries; nothing where there are not so many.
    pub fn sum(&self, from: u32, up_to: u32) -> Option<u128> {
        let range = usize::try_from(from).ok()?..usize::try_from(up_to).ok()?;
        self.entries.get(range)?.iter().try_fold(0_u128, |sum, entry| sum.checked_add(entry.amount))
    }
}

fn parse(path: &Path) -> Result<Vec<EntryFile>, CliError> {
    let bytes = read(path, HELP)?;
    let wrong = |reason: &dyn Display| CliError::file(path, reason, HELP);
    if path.extension().is_some_and(|end| end == "jsonl") {
        let lines = bytes.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
        let entry = |(at, line): (usize, &[u8])| {
            serde_json::from_slice(line).map_err(|error| wrong(&format!("line {}: {error}", at.saturating_add(1))))
        };
        return lines.map(entry).collect();
    }
    match bytes.trim_ascii_start().first() {
        Some(b'[') => serde_json::from_slice(&bytes).map_err(|error| wrong(&error)),
        _ => serde_json::from_slice::<Whole>(&bytes).map(|whole| whole.entries).map_err(|error| wrong(&error)),
    }
}

impl EntryFile {
    fn entry(&self) -> Result<Entry, String> {
        let hash = |what: &str, text: &str| {
            parse_hex(text).map_err(|_| format!("{what} `{text}` is not 64 hexadecimal digits"))
        };
        let destination = match &self.destination {
            None => None,
            Some(text) => {
                Some(Destination::new(text).ok_or_else(|| format!("destination `{text}` is no CAIP-10 account"))?)
            }
        };
        let key = &self.person.key;
        let salt = parse_hex(&self.salt).map_err(|_| format!("salt `{}` is not 32 hexadecimal digits", self.salt))?;
        Ok(Entry {
            index: self.index,
            person: Pseudonym {
                key: Label::new(key).ok_or_else(|| format!("key `{key}` is no name: 1 to 32 of a-z, 0-9 and -"))?,
                code: hash("code", &self.person.code)?,
            },
            destination,
            amount: self.amount.parse().map_err(|_| format!("amount `{}` is no whole number", self.amount))?,
            eligibility: ReferenceHash(hash("eligibility", &self.eligibility)?),
            revocation: ReferenceHash(hash("revocation", &self.revocation)?),
            salt: EntrySalt(salt),
        })
    }
}
