//! What is put on top of the files of a log or a selection: readable parts, then the manifest of all files; and the tar.

use crate::{
    history::{self, Brought, HistoryError},
    manifest::{self, Listed},
    parts::{Part, Parts, Unwritable},
    place::{Bundle, BundleError},
    tar::Writer,
};
use greatseal_deployment::Deployment;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::Path,
};

/// Why a bundle cannot be finished.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Its files cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// Its log cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// Its parts cannot be made.
    #[error(transparent)]
    Parts(#[from] Unwritable),
    /// A file has another form.
    #[error("{file} has another form than a log has")]
    Form {
        /// Which.
        file: String,
    },
    /// The tree does not give a proof.
    #[error("the tree: {0}")]
    Tree(String),
    /// Nothing proves the block of an event.
    #[error("nothing proves the block of event {seq}")]
    NoProof {
        /// Number of the event.
        seq: u64,
    },
    /// A header is not there.
    #[error("there is no header of block {number}")]
    NoHeader {
        /// Its height.
        number: u64,
    },
    /// A file cannot be written.
    #[error("{file}: {error}")]
    Write {
        /// Which.
        file: String,
        /// Why.
        #[source]
        error: io::Error,
    },
}

/// The files of parts while they are written.
#[derive(Debug)]
pub struct PartFiles {
    parts: Parts,
    files: BTreeMap<Part, BufWriter<File>>,
}

impl PartFiles {
    /// New files in a folder.
    ///
    /// # Errors
    ///
    /// [`SealError::Write`].
    pub fn begin(folder: &Path, deployment: &Deployment) -> Result<Self, SealError> {
        let mut files = BTreeMap::new();
        for part in Part::ALL {
            let path = folder.join(part.name());
            let create = || -> io::Result<File> {
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent)?;
                }
                File::create_new(&path)
            };
            files.insert(part, BufWriter::new(create().map_err(|error| failed(part, error))?));
        }
        Ok(Self { parts: Parts::new(&deployment.deployment, deployment.contract()), files })
    }

    /// Takes the next record.
    ///
    /// # Errors
    ///
    /// [`SealError`].
    pub fn take(&mut self, brought: &Brought) -> Result<(), SealError> {
        let Self { parts, files } = self;
        let mut out = |part: Part, bytes: &[u8]| put(files, part, bytes);
        parts.take(&brought.leaf, &brought.record, &brought.cause, &mut out)
    }

    /// Ends them, and makes them last.
    ///
    /// # Errors
    ///
    /// [`SealError`].
    pub fn finish(self) -> Result<(), SealError> {
        let Self { parts, mut files } = self;
        parts.finish(&mut |part: Part, bytes: &[u8]| put(&mut files, part, bytes))?;
        for (part, file) in files {
            let file = file.into_inner().map_err(|error| failed(part, error.into_error()))?;
            file.sync_all().map_err(|error| failed(part, error))?;
        }
        Ok(())
    }
}

fn put(files: &mut BTreeMap<Part, BufWriter<File>>, part: Part, bytes: &[u8]) -> Result<(), SealError> {
    match files.get_mut(&part) {
        Some(file) => file.write_all(bytes).map_err(|error| failed(part, error)),
        None => Ok(()),
    }
}

fn failed(part: Part, error: io::Error) -> SealError {
    SealError::Write { file: part.name().to_owned(), error }
}

/// Writes the parts of a whole log beside it.
///
/// # Errors
///
/// [`SealError`].
pub fn parts(folder: &Path, deployment: &Deployment) -> Result<(), SealError> {
    let bundle = Bundle::folder(folder);
    let mut files = PartFiles::begin(folder, deployment)?;
    history::walk(&bundle, history::head(&bundle)?.size, |brought| files.take(&brought))?;
    files.finish()
}

/// Writes the manifest of all files in a folder: nothing is added afterwards.
///
/// # Errors
///
/// [`SealError`].
pub fn manifest(folder: &Path) -> Result<Listed, SealError> {
    let failed = |error| SealError::Write { file: manifest::NAME.to_owned(), error };
    let mut file = BufWriter::new(File::create_new(folder.join(manifest::NAME)).map_err(failed)?);
    let listed = manifest::write(&Bundle::folder(folder), &mut file)?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(listed)
}

/// Writes a bundle as a tar: the same files are the same bytes.
///
/// # Errors
///
/// [`SealError`].
pub fn tar<W: Write>(bundle: &Bundle, out: W) -> Result<W, SealError> {
    let mut tar = Writer(out);
    let failed = |name: &str, error| SealError::Write { file: name.to_owned(), error };
    for name in bundle.names()? {
        tar.append(&name, bundle.length(&name)?, &mut bundle.reader(&name)?).map_err(|error| failed(&name, error))?;
    }
    tar.finish().map_err(|error| failed("the tar", error))
}
