//! A manifest is written whole or not at all, and with the entries that were checked.

use super::{
    Faults, HELP,
    entry::EntryFile,
    header::{HeaderFile, HeaderLine},
    source::{self, Read},
    tree::Tree,
};
use crate::{
    error::CliError,
    file::{PRIVATE, Part},
};
use greatseal_protocol::batch::Header;
use serde::Serialize;
use std::{
    io::{self, BufWriter, Write},
    path::Path,
};

const OUT: &str = "choose a new file in a folder that can be written";
const STILL: &str = "make it again, from entries that nobody writes to meanwhile";
const TWICE: &str = "give a file: the entries are read twice, to be checked and to be written";

/// Whether a place for a manifest is free, and its entries can be read a second time. Asked first, so that nobody waits for
/// a refusal.
///
/// # Errors
///
/// [`CliError::Input`].
pub fn can(entries: &Path, out: &Path) -> Result<(), CliError> {
    if out.symlink_metadata().is_ok() {
        return Err(CliError::file(out, "exists already", OUT));
    }
    let found = entries.metadata().map_err(|error| CliError::file(entries, error, TWICE))?;
    if !found.is_file() {
        return Err(CliError::file(entries, "is not a file that can be read again", TWICE));
    }
    Ok(())
}

/// Writes a manifest: the header, and the entries of a file, which are those that the header commits to.
///
/// # Errors
///
/// [`CliError::Input`] where the entries are not those any more, or the file is there already. Then there is no new file.
pub fn write(entries: &Path, header: &Header, out: &Path) -> Result<(), CliError> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => CliError::file(out, "exists already", OUT),
        _ => CliError::file(out, error, OUT),
    };
    let mut file = BufWriter::new(Part::new(out, PRIVATE).map_err(failed)?);
    let mut copy = Copy { tree: Tree::default(), total: Some(0), same: true };
    let mut result = put(&mut file, &HeaderLine { header: HeaderFile::of(header) });
    let mut broken = Faults::default();
    source::each(entries, HELP, &mut broken, &mut |_, read| {
        if let (Ok(()), Some(entry)) = (&result, copy.take(read)) {
            result = put(&mut file, &entry);
        }
    })?;
    result.map_err(failed)?;
    if !broken.is_empty() || !copy.is(header) {
        return Err(CliError::file(entries, "has changed while the manifest was made of it", STILL));
    }
    let part = file.into_inner().map_err(|error| failed(error.into_error()))?;
    part.place().map_err(failed)
}

/// What was read the second time.
struct Copy {
    tree: Tree,
    total: Option<u128>,
    /// Whether every line was an entry.
    same: bool,
}

impl Copy {
    fn take(&mut self, read: Read) -> Option<EntryFile> {
        let entry = match read {
            Read::Entry(Ok(entry)) => entry,
            Read::Entry(Err(_)) | Read::Header(_) => {
                self.same = false;
                return None;
            }
        };
        let sound = entry.entry().ok().and_then(|(entry, _)| {
            self.total = self.total.and_then(|total| total.checked_add(entry.amount));
            self.tree.push(entry.leaf())
        });
        self.same &= sound.is_some();
        Some(entry)
    }

    /// Whether the header commits to it.
    fn is(&self, header: &Header) -> bool {
        let head = self.tree.head();
        let committed = head.is_some_and(|head| (head.size, head.root) == (header.count, header.root.0));
        self.same && committed && self.total == Some(header.total)
    }
}

fn put(file: &mut impl Write, line: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *file, line)?;
    file.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::{self, samples};
    use greatseal_protocol::batch::Rail;
    use std::fs;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn entry(index: u32, amount: u32) -> String {
        samples::entry(index, index, amount, None)
    }

    #[test]
    fn a_manifest_has_the_entries_that_were_checked_or_is_none() -> Outcome {
        let home = tempfile::tempdir()?;
        let (entries, out) = (home.path().join("entries.jsonl"), home.path().join("out.jsonl"));
        let sound = [entry(0, 10), entry(1, 20)].concat();
        fs::write(&entries, &sound)?;
        let header = samples::header(&manifest::entries(&entries, Rail::Queryable, false)?, None);
        for changed in [
            [entry(0, 10), entry(1, 21)].concat(),
            entry(0, 10),
            [sound.as_str(), "not an entry\n"].concat(),
            [sound.as_str(), "{\"header\":{}}\n"].concat(),
            [entry(1, 20), entry(0, 10)].concat(),
        ] {
            fs::write(&entries, changed)?;
            let refused = write(&entries, &header, &out).map_err(|error| error.to_string());
            assert!(refused.is_err_and(|told| told.contains("has changed while the manifest was made of it")));
            assert_eq!(fs::read_dir(home.path())?.count(), 1, "nothing is left, not even a part");
        }
        fs::write(&entries, &sound)?;
        write(&entries, &header, &out)?;
        assert_eq!(manifest::load(&out, None)?.header, Some(header));
        let again = write(&entries, &header, &out).map_err(|error| error.to_string());
        assert!(again.is_err_and(|told| told.contains("exists already")));
        Ok(())
    }
}
