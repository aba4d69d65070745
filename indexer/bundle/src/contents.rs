//! Contents in a bundle: the bytes behind the hashes of its events, under the names that they have in every store.

use crate::{
    parts::Part,
    place::{Bundle, BundleError},
    seal::SealError,
    tar::MOST_FILES,
};
use greatseal_content::Name;
use greatseal_protocol::content::Address;
use serde::Deserialize;
use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader, Read as _},
};

/// The folder.
const FOLDER: &str = "contents/";
/// Longest line of [`Part::Contents`]: all of its values are short.
const LONGEST_LINE: u64 = 1024;

/// Name of the file of a content in a bundle.
pub fn file(name: &Name) -> String {
    format!("{FOLDER}{name}")
}

/// Which content a file of a bundle is; nothing where it is none.
pub fn parse(file: &str) -> Option<Name> {
    Name::parse(file.strip_prefix(FOLDER)?)
}

/// The contents that the events of a bundle name, each once, by the part that was made of them.
///
/// # Errors
///
/// [`SealError::Bundle`], [`SealError::Form`].
pub fn named(bundle: &Bundle) -> Result<BTreeSet<Address>, SealError> {
    #[derive(Deserialize)]
    struct Line {
        address: String,
    }
    let file = Part::Contents.name();
    let form = || SealError::Form { file: file.to_owned() };
    let (mut reader, mut named) = (BufReader::new(bundle.reader(file)?), BTreeSet::new());
    loop {
        let mut line = Vec::new();
        let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line);
        if read.map_err(|error| BundleError::Unreadable { file: file.to_owned(), error })? == 0 {
            return Ok(named);
        }
        let line: Line = serde_json::from_slice(&line).map_err(|_| form())?;
        named.insert(line.address.parse().map_err(|_| form())?);
        if named.len() > MOST_FILES {
            return Err(BundleError::TooMany { file: bundle.path().display().to_string() }.into());
        }
    }
}
