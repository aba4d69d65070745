//! Where a bundle is: a folder, or a tar that is read where it lies.

use crate::{
    name::is_name,
    tar::{self, MOST_FILES, NotATar, Span},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, Read},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Files under names ([`is_name`]). Nothing in them is believed.
#[derive(Debug)]
pub struct Bundle {
    path: PathBuf,
    root: Root,
    /// Names of the files that somebody has opened to look at them.
    opened: Mutex<BTreeSet<String>>,
}

#[derive(Debug)]
enum Root {
    Folder,
    Tar { file: File, index: BTreeMap<String, Span> },
}

/// Why a bundle cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// A file cannot be read.
    #[error("{file}: {error}")]
    Unreadable {
        /// Which, with the path of the bundle.
        file: String,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A file is not there.
    #[error("{file}: is not there")]
    Absent {
        /// Which, with the path of the bundle.
        file: String,
    },
    /// A file is larger than any that is written.
    #[error("{file} is larger than {most} bytes")]
    TooLarge {
        /// Which, with the path of the bundle.
        file: String,
        /// How large it may be.
        most: u64,
    },
    /// Something in a folder is neither a file nor a folder, or has no name of a bundle.
    #[error("{file}: a bundle has no such file")]
    Foreign {
        /// Which, with the path of the bundle.
        file: String,
    },
    /// There are more files than a bundle may have.
    #[error("{file} holds more than {MOST_FILES} files")]
    TooMany {
        /// The bundle.
        file: String,
    },
    /// A file is no tar of a bundle.
    #[error("{file}: byte {at} {reason}")]
    Tar {
        /// The tar.
        file: String,
        /// Where the header begins that does not fit.
        at: u64,
        /// What is wrong with it.
        reason: NotATar,
    },
}

impl Bundle {
    /// A folder, or a tar whose headers are read now.
    ///
    /// # Errors
    ///
    /// [`BundleError::Unreadable`], [`BundleError::Tar`].
    pub fn open(path: &Path) -> Result<Self, BundleError> {
        let unreadable = |error| BundleError::Unreadable { file: path.display().to_string(), error };
        let found = fs::metadata(path).map_err(unreadable)?;
        if found.is_dir() {
            return Ok(Self::folder(path));
        }
        if !found.is_file() {
            return Err(BundleError::Foreign { file: path.display().to_string() });
        }
        let file = File::open(path).map_err(unreadable)?;
        let mut reader = io::BufReader::with_capacity(1024, &file);
        match tar::index(&mut reader, found.len()).map_err(unreadable)? {
            Ok(index) => Ok(Self::of(path, Root::Tar { file, index })),
            Err((at, reason)) => Err(BundleError::Tar { file: path.display().to_string(), at, reason }),
        }
    }

    /// A folder; nothing is read yet.
    pub fn folder(path: &Path) -> Self {
        Self::of(path, Root::Folder)
    }

    fn of(path: &Path, root: Root) -> Self {
        Self { path: path.to_owned(), root, opened: Mutex::default() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it has a file of this name.
    ///
    /// # Errors
    ///
    /// [`BundleError::Foreign`] where something else has it, [`BundleError::Unreadable`].
    pub fn has(&self, name: &str) -> Result<bool, BundleError> {
        match self.find(name) {
            Ok(_) => Ok(true),
            Err(BundleError::Absent { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The bytes of a file of at most so many.
    ///
    /// # Errors
    ///
    /// [`BundleError`].
    pub fn read(&self, name: &str, most: u64) -> Result<Vec<u8>, BundleError> {
        let mut bytes = Vec::new();
        let mut reader = self.reader(name)?.take(most.saturating_add(1));
        reader.read_to_end(&mut bytes).map_err(|error| self.unreadable(name, error))?;
        match u64::try_from(bytes.len()).is_ok_and(|length| length <= most) {
            true => Ok(bytes),
            false => Err(BundleError::TooLarge { file: self.shown(name), most }),
        }
    }

    /// Reads a file from its beginning. [`Bundle::unopened`] does not name it any more.
    ///
    /// # Errors
    ///
    /// [`BundleError`].
    pub fn reader(&self, name: &str) -> Result<Reader<'_>, BundleError> {
        let reader = self.bytes(name)?;
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
        Ok(reader)
    }

    /// The first file that nobody has opened and that is none of these; None where there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Bundle::names`].
    pub fn unopened(&self, but: &[&str]) -> Result<Option<String>, BundleError> {
        let names = self.names()?;
        let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(names.into_iter().find(|name| !opened.contains(name) && !but.contains(&&**name)))
    }

    /// Bytes of a file, for whoever looks at all files alike: it does not count as opened.
    pub(crate) fn bytes(&self, name: &str) -> Result<Reader<'_>, BundleError> {
        Ok(match (self.find(name)?, &self.root) {
            (Found::Within((at, left)), Root::Tar { file, .. }) => Reader(Bytes::Tar { file, at, left }),
            (Found::Beside(path), _) => {
                Reader(Bytes::Folder(File::open(path).map_err(|error| self.unreadable(name, error))?))
            }
            (Found::Within(_), Root::Folder) => return Err(BundleError::Absent { file: self.shown(name) }),
        })
    }

    /// Length of a file in bytes.
    ///
    /// # Errors
    ///
    /// [`BundleError`].
    pub fn length(&self, name: &str) -> Result<u64, BundleError> {
        match self.find(name)? {
            Found::Within((_, length)) => Ok(length),
            Found::Beside(path) => {
                fs::metadata(path).map(|found| found.len()).map_err(|error| self.unreadable(name, error))
            }
        }
    }

    /// Names of all files, rising byte by byte.
    ///
    /// # Errors
    ///
    /// [`BundleError::Foreign`] where something is no file of a bundle, [`BundleError::TooMany`], [`BundleError::Unreadable`].
    pub fn names(&self) -> Result<Vec<String>, BundleError> {
        if let Root::Tar { index, .. } = &self.root {
            return Ok(index.keys().cloned().collect());
        }
        let (mut names, mut folders) = (Vec::new(), vec![String::new()]);
        while let Some(folder) = folders.pop() {
            let listed = fs::read_dir(self.path.join(&folder)).map_err(|error| self.unreadable(&folder, error))?;
            for entry in listed {
                let entry = entry.map_err(|error| self.unreadable(&folder, error))?;
                let last = entry.file_name();
                let name = match (last.to_str(), folder.is_empty()) {
                    (Some(last), true) => last.to_owned(),
                    (Some(last), false) => format!("{folder}/{last}"),
                    (None, _) => return Err(BundleError::Foreign { file: entry.path().display().to_string() }),
                };
                // Of the entry itself: a link is none of a bundle, wherever it leads.
                let kind = entry.file_type().map_err(|error| self.unreadable(&name, error))?;
                match is_name(&name) {
                    true if kind.is_dir() => folders.push(name),
                    true if kind.is_file() => names.push(name),
                    _ => return Err(BundleError::Foreign { file: self.shown(&name) }),
                }
                if names.len().saturating_add(folders.len()) > MOST_FILES {
                    return Err(BundleError::TooMany { file: self.path.display().to_string() });
                }
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn find(&self, name: &str) -> Result<Found, BundleError> {
        let absent = || BundleError::Absent { file: self.shown(name) };
        if !is_name(name) {
            return Err(absent());
        }
        match &self.root {
            Root::Tar { index, .. } => index.get(name).copied().map(Found::Within).ok_or_else(absent),
            Root::Folder => {
                // Each piece by itself: a folder that is a link is none of a bundle, as a file is none.
                let (mut path, mut pieces) = (self.path.clone(), name.split('/').peekable());
                while let Some(piece) = pieces.next() {
                    path.push(piece);
                    match fs::symlink_metadata(&path) {
                        Ok(found) if pieces.peek().is_some() && found.is_dir() => {}
                        Ok(found) if pieces.peek().is_none() && found.is_file() => {}
                        Ok(_) => return Err(BundleError::Foreign { file: path.display().to_string() }),
                        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(absent()),
                        Err(error) => return Err(self.unreadable(name, error)),
                    }
                }
                Ok(Found::Beside(path))
            }
        }
    }

    /// What kept a file from being read.
    pub fn unreadable(&self, name: &str, error: io::Error) -> BundleError {
        BundleError::Unreadable { file: self.shown(name), error }
    }

    fn shown(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }
}

/// Bytes that are read at a time.
const STEP: usize = 64 * 1024;

/// Gives all bytes to `take`, in constant memory.
///
/// # Errors
///
/// What kept them from being read.
pub fn pieces(reader: &mut impl Read, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut piece = vec![0; STEP];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return Ok(()),
            Ok(length) => take(piece.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

enum Found {
    Within(Span),
    Beside(PathBuf),
}

/// Bytes of one file.
#[derive(Debug)]
pub struct Reader<'a>(Bytes<'a>);

#[derive(Debug)]
enum Bytes<'a> {
    Folder(File),
    Tar { file: &'a File, at: u64, left: u64 },
}

impl Read for Reader<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        match &mut self.0 {
            Bytes::Folder(file) => file.read(into),
            Bytes::Tar { file, at, left } => {
                let most = usize::try_from(*left).unwrap_or(usize::MAX).min(into.len());
                let Some(room) = into.get_mut(..most).filter(|room| !room.is_empty()) else { return Ok(0) };
                let read = file.read_at(room, *at)?;
                let step = u64::try_from(read).unwrap_or(0);
                (*at, *left) = (at.saturating_add(step), left.saturating_sub(step));
                match read {
                    0 => Err(io::ErrorKind::UnexpectedEof.into()),
                    read => Ok(read),
                }
            }
        }
    }
}
