//! The manifest of files: what `sha256sum -c` takes, and one hash for all of them.

use crate::place::{Bundle, BundleError, pieces};
use greatseal_protocol::bytes::to_hex;
use sha2::{Digest as _, Sha256};
use std::io::{self, BufRead as _, Read, Write};

/// Name of the file.
pub const NAME: &str = "MANIFEST.sha256";
/// Digits, two spaces, a name, a line feed.
const LONGEST_LINE: usize = 64 + 2 + crate::name::LONGEST + 1;

/// A manifest that fits its bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Number of files, but for itself.
    pub files: u64,
    /// SHA-256 of the manifest: it names every byte of the bundle.
    pub sha256: [u8; 32],
}

/// What is wrong with a manifest, or with a bundle by its manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotListed {
    /// A line has another form, or does not rise.
    #[error("line {line} of {NAME} is not a hash and a name that comes behind the one before it")]
    Line {
        /// From 1.
        line: u64,
    },
    /// A file is not in the manifest.
    #[error("the file {name} is not in {NAME}")]
    Unlisted {
        /// Which.
        name: String,
    },
    /// A file of the manifest is not there.
    #[error("the file {name} is in {NAME}, and is not there")]
    Missing {
        /// Which.
        name: String,
    },
    /// A file has another hash.
    #[error("the file {name} is not the one of {NAME}: it was changed")]
    Changed {
        /// Which.
        name: String,
    },
}

/// Why a manifest was not checked to its end.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// The bundle cannot be read.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// It does not hold.
    #[error(transparent)]
    NotListed(#[from] NotListed),
}

/// Writes the manifest of all files of a bundle but the manifest itself.
///
/// # Errors
///
/// [`BundleError`].
pub fn write(bundle: &Bundle, out: &mut impl Write) -> Result<Listed, BundleError> {
    let (mut files, mut whole) = (0_u64, Sha256::new());
    for name in bundle.names()?.iter().filter(|name| *name != NAME) {
        let line = format!("{}  {name}\n", to_hex(&digest(bundle, name)?));
        whole.update(&line);
        let unwritable = |error| BundleError::Unreadable { file: NAME.to_owned(), error };
        out.write_all(line.as_bytes()).map_err(unwritable)?;
        files = files.saturating_add(1);
    }
    Ok(Listed { files, sha256: whole.finalize().into() })
}

/// Compares every file of a bundle with its manifest. None where it has no manifest.
///
/// # Errors
///
/// [`ManifestError`].
pub fn check(bundle: &Bundle) -> Result<Option<Listed>, ManifestError> {
    if !bundle.has(NAME)? {
        return Ok(None);
    }
    let names = bundle.names()?;
    let mut there = names.iter().filter(|name| *name != NAME);
    let mut lines = Lines::of(bundle)?;
    while let Some((hash, name)) = lines.next()? {
        match there.next() {
            Some(file) if *file == name => {}
            Some(file) if *file < name => return Err(NotListed::Unlisted { name: file.clone() }.into()),
            _ => return Err(NotListed::Missing { name }.into()),
        }
        if to_hex(&digest(bundle, &name)?) != hash {
            return Err(NotListed::Changed { name }.into());
        }
    }
    match there.next() {
        Some(file) => Err(NotListed::Unlisted { name: file.clone() }.into()),
        None => Ok(Some(lines.listed())),
    }
}

/// SHA-256 of a file, in constant memory.
fn digest(bundle: &Bundle, name: &str) -> Result<[u8; 32], BundleError> {
    let (mut reader, mut hash) = (bundle.bytes(name)?, Sha256::new());
    pieces(&mut reader, |piece| hash.update(piece)).map_err(|error| bundle.unreadable(name, error))?;
    Ok(hash.finalize().into())
}

/// Lines of a manifest, none longer than it may be.
struct Lines<'a> {
    reader: io::BufReader<crate::place::Reader<'a>>,
    file: String,
    whole: Sha256,
    last: String,
    line: u64,
}

impl<'a> Lines<'a> {
    fn of(bundle: &'a Bundle) -> Result<Self, BundleError> {
        let file = bundle.path().join(NAME).display().to_string();
        let reader = io::BufReader::new(bundle.reader(NAME)?);
        Ok(Self { reader, file, whole: Sha256::new(), last: String::new(), line: 0 })
    }

    fn next(&mut self) -> Result<Option<(String, String)>, ManifestError> {
        let mut bytes = Vec::new();
        let most = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
        let read = self.reader.by_ref().take(most).read_until(b'\n', &mut bytes);
        read.map_err(|error| BundleError::Unreadable { file: self.file.clone(), error })?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.line = self.line.saturating_add(1);
        self.whole.update(&bytes);
        match parse(&bytes).filter(|(_, name)| *name > &*self.last) {
            Some((hash, name)) => {
                name.clone_into(&mut self.last);
                Ok(Some((hash.to_owned(), name.to_owned())))
            }
            None => Err(NotListed::Line { line: self.line }.into()),
        }
    }

    fn listed(self) -> Listed {
        Listed { files: self.line, sha256: self.whole.finalize().into() }
    }
}

fn parse(line: &[u8]) -> Option<(&str, &str)> {
    let (hash, name) = str::from_utf8(line).ok()?.strip_suffix('\n')?.split_once("  ")?;
    let digits = hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (digits && crate::name::is_name(name) && name != NAME).then_some((hash, name))
}
