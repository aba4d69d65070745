//! The files of a folder, with what they are.

use super::kind::{BEGINNING, Kind};
use crate::{error::CliError, file};
use std::{
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
};

const HELP: &str = "give a folder with manifests, outcomes and conversions; its own folders are not looked into";
/// What to do where a file changes under the reader.
pub(super) const STILL: &str = "verify a copy of the folder that nobody writes to";
/// Most files of a folder that is looked at.
const MOST: usize = 100_000;

/// A file.
pub(super) struct Found {
    pub(super) path: PathBuf,
    /// Its name, without the folder.
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// Regular files of a folder by name. Folders, and files whose name begins with a dot, are passed over.
pub(super) fn files(folder: &Path) -> Result<Vec<Found>, CliError> {
    let failed = |error: io::Error| CliError::file(folder, error, HELP);
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') || !path.is_file() {
            continue;
        }
        if found.len() >= MOST {
            return Err(CliError::file(folder, format!("has more than {MOST} files"), HELP));
        }
        let mut beginning = Vec::new();
        let read = file::open(&path, HELP)?.take(BEGINNING).read_to_end(&mut beginning);
        read.map_err(|error| CliError::file(&path, error, HELP))?;
        found.push(Found { path, name, kind: Kind::of(&beginning) });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}
