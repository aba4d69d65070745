//! A file of evidence that is written as it comes: whole under its name or not at all, and never over another unless that is
//! asked for.

use crate::{
    error::CliError,
    file::{PRIVATE, Part},
};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::FileTypeExt as _,
    path::{Path, PathBuf},
};

const HELP: &str = "choose a folder that exists and can be written";
const THERE: &str = "choose another name, or replace what is there with --replace";

/// A file that is being written.
pub(super) struct Out {
    /// What was asked for.
    path: PathBuf,
    target: BufWriter<Target>,
}

enum Target {
    /// A device or a pipe, which takes what comes.
    Stream(File),
    /// A file beside the place, which gets its name at the end.
    Part(Box<Part>),
}

impl Out {
    /// Opens a place to write to. What is there is looked at first, so that nobody waits for a refusal.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where something is there that is not to be replaced.
    pub(super) fn begin(path: &Path, replace: bool) -> Result<Self, CliError> {
        let unusable = |error: io::Error| CliError::file(path, error, HELP);
        let target = match fs::symlink_metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Target::Part(Box::new(Part::new(path, PRIVATE).map_err(unusable)?))
            }
            Err(error) => return Err(unusable(error)),
            Ok(_) => {
                // A link stays one: what it leads to is what is there.
                let found = fs::metadata(path).map_err(|error| CliError::file(path, error, THERE))?;
                match found.file_type() {
                    kind if kind.is_fifo() || kind.is_char_device() => {
                        Target::Stream(OpenOptions::new().write(true).open(path).map_err(unusable)?)
                    }
                    kind if !kind.is_file() => return Err(CliError::file(path, "is not a file", HELP)),
                    _ if !replace => return Err(CliError::file(path, "exists already", THERE)),
                    _ => Target::Part(Box::new(Part::instead(path, found).map_err(unusable)?)),
                }
            }
        };
        Ok(Self { path: path.to_owned(), target: BufWriter::new(target) })
    }

    /// Makes it last, and gives it its name.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it cannot be written, or somebody has put another file there meanwhile.
    pub(super) fn finish(self) -> Result<(), CliError> {
        let Self { path, target } = self;
        let unusable = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => CliError::file(&path, "exists already", THERE),
            _ => CliError::file(&path, error, HELP),
        };
        match target.into_inner().map_err(|error| unusable(error.into_error()))? {
            Target::Stream(_) => Ok(()),
            Target::Part(part) => part.place().map_err(unusable),
        }
    }

    pub(super) fn failed(&self, error: &io::Error) -> CliError {
        CliError::file(&self.path, error, HELP)
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.target.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.flush()
    }
}

impl Write for Target {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(file) => file.write(bytes),
            Self::Part(part) => part.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(file) => file.flush(),
            Self::Part(part) => part.flush(),
        }
    }
}
