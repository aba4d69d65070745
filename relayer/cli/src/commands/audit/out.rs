//! A file of evidence that is written as it comes: whole under its name or not at all, and never over another unless that is
//! asked for.

use crate::error::CliError;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

const HELP: &str = "choose a folder that exists and can be written";
/// For its owner only: like everything that commands write.
const PRIVATE: u32 = 0o600;
const THERE: &str = "choose another name, or replace what is there with --replace";

/// A file that is being written.
pub(super) struct Out {
    /// What was asked for.
    path: PathBuf,
    kind: Kind,
    file: BufWriter<File>,
}

enum Kind {
    /// A device or a pipe, which takes what comes.
    Straight,
    /// A file beside the place, which gets its name at the end.
    Beside { hidden: Hidden, place: PathBuf, replaces: Option<fs::Permissions> },
}

/// A file that is removed unless it has got its name.
struct Hidden(PathBuf);

impl Drop for Hidden {
    fn drop(&mut self) {
        // Where it has its name already there is nothing to remove.
        let _ = fs::remove_file(&self.0);
    }
}

impl Out {
    /// Opens a place to write to. What is there is looked at first, so that nobody waits for a refusal.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where something is there that is not to be replaced.
    pub(super) fn begin(path: &Path, replace: bool) -> Result<Self, CliError> {
        let unusable = |error: io::Error| CliError::file(path, error, HELP);
        let (place, replaces) = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => (path.to_owned(), None),
            Err(error) => return Err(unusable(error)),
            Ok(_) => {
                // A link stays one: what it leads to is what is there.
                let found = fs::metadata(path).map_err(|error| CliError::file(path, error, THERE))?;
                if takes_what_comes(&found) {
                    let file = OpenOptions::new().write(true).open(path).map_err(unusable)?;
                    return Ok(Self { path: path.to_owned(), kind: Kind::Straight, file: BufWriter::new(file) });
                }
                match found.is_file() {
                    true if !replace => return Err(CliError::file(path, "exists already", THERE)),
                    true if found.permissions().readonly() => {
                        return Err(CliError::file(path, "is write-protected", HELP));
                    }
                    true => (fs::canonicalize(path).map_err(unusable)?, Some(found.permissions())),
                    false => return Err(CliError::file(path, "is not a file", HELP)),
                }
            }
        };
        let (file, hidden) = beside(&place).map_err(unusable)?;
        let kind = Kind::Beside { hidden, place, replaces };
        Ok(Self { path: path.to_owned(), kind, file: BufWriter::new(file) })
    }

    /// Makes it last, and gives it its name.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it cannot be written, or somebody has put another file there meanwhile.
    pub(super) fn finish(self) -> Result<(), CliError> {
        let Self { path, kind, file } = self;
        let unusable = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => CliError::file(&path, "exists already", THERE),
            _ => CliError::file(&path, error, HELP),
        };
        let file = file.into_inner().map_err(|error| unusable(error.into_error()))?;
        let Kind::Beside { hidden, place, replaces } = kind else { return Ok(()) };
        file.sync_all().map_err(unusable)?;
        match replaces {
            Some(permissions) => {
                file.set_permissions(permissions).map_err(unusable)?;
                fs::rename(&hidden.0, &place).map_err(unusable)?;
            }
            None => name(&hidden.0, &place).map_err(unusable)?,
        }
        drop(hidden);
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(unusable)
    }

    pub(super) fn failed(&self, error: &io::Error) -> CliError {
        CliError::file(&self.path, error, HELP)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Gives a file its name. One that is taken meanwhile is not taken away.
fn name(hidden: &Path, place: &Path) -> io::Result<()> {
    match fs::hard_link(hidden, place) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && fs::symlink_metadata(place).is_err() => {
            // Some file systems have no second names.
            fs::rename(hidden, place)
        }
        linked => linked,
    }
}

/// A new file beside the place, under a name that nobody else has.
fn beside(place: &Path) -> io::Result<(File, Hidden)> {
    let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy();
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|_| io::ErrorKind::Other)?;
    let hidden = place.with_file_name(format!(".{name}.{}.part", greatseal_protocol::bytes::to_hex(&random)));
    // Never one that is there, and never through a link.
    let file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(&hidden)?;
    Ok((file, Hidden(hidden)))
}

fn takes_what_comes(found: &fs::Metadata) -> bool {
    found.file_type().is_fifo() || found.file_type().is_char_device()
}
