//! A file of a bundle that gets its name once its bytes were checked; else it goes, with its folders.

use crate::error::CliError;
use greatseal_bundle::contents;
use greatseal_content::Name;
use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

pub(super) const HELP: &str = "choose a place that has room, in a folder that can be written";

pub(super) struct Writing {
    /// The bundle.
    folder: PathBuf,
    path: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Writing {
    /// Nothing is written before the first bytes.
    pub(super) fn new(folder: &Path, name: &Name) -> Self {
        Self { folder: folder.to_owned(), path: folder.join(contents::file(name)), file: None }
    }

    /// Takes the next bytes.
    pub(super) fn push(&mut self, piece: &[u8]) -> io::Result<()> {
        self.opened()?.write_all(piece)
    }

    /// Gives it its name.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`].
    pub(super) fn keep(mut self) -> Result<(), CliError> {
        let write = |writing: &mut Self| {
            // The content of an empty list is a file, too.
            let file = writing.opened()?;
            file.flush()?;
            file.get_ref().sync_all()?;
            fs::rename(writing.beside(), &writing.path)
        };
        write(&mut self).map_err(|error| self.failed(error))?;
        self.file = None;
        Ok(())
    }

    /// What kept it from being written, at the prompt.
    pub(super) fn failed(&self, error: io::Error) -> CliError {
        CliError::file(&self.folder, error, HELP)
    }

    fn opened(&mut self) -> io::Result<&mut BufWriter<File>> {
        let beside = self.beside();
        match &mut self.file {
            Some(file) => Ok(file),
            file => {
                if let Some(folder) = self.path.parent() {
                    fs::create_dir_all(folder)?;
                }
                Ok(file.insert(BufWriter::new(File::create(beside)?)))
            }
        }
    }

    /// Where it is until it was checked. No file of a bundle has such a name.
    fn beside(&self) -> PathBuf {
        self.path.with_extension("part~")
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if self.file.take().is_some() {
            let _ = fs::remove_file(self.beside());
            // Folders in which nothing else is.
            for folder in self.path.ancestors().skip(1).take_while(|folder| *folder != self.folder) {
                let _ = fs::remove_dir(folder);
            }
        }
    }
}
