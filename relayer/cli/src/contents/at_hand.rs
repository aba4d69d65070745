//! Contents whose bytes are at hand, by address.

use super::{IN_MEMORY, MOST, secret::CIPHERTEXT};
use crate::{error::CliError, file};
use greatseal_content::check::Check;
use greatseal_protocol::{content::Address, hash};
use sha2::{Digest as _, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::{self, BufWriter, Read, Write as _},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Bytes that are read at once.
const PIECE: usize = 64 * 1024;
const TOO_LARGE: &str = "larger than 2 GiB, which no content is";

/// What the command line gave, with its bytes: each content by its address, and files that may be any.
#[derive(Debug, Default)]
pub struct AtHand(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    known: BTreeMap<Address, Source>,
    /// Files of `--content`: the bytes of a list do not say whose list they are.
    offered: Vec<Source>,
    /// Their names: each is read once.
    paths: BTreeSet<PathBuf>,
    /// Contents that somebody else may have filed before.
    filed: BTreeMap<Address, Filed>,
}

/// Whether somebody else has filed a content before, and may have filed it for some readers only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Filed {
    /// It was looked at before something was signed.
    Perhaps,
    /// The command confirms what another one has named.
    Surely,
    /// It was encrypted, and an identity opened it.
    Encrypted,
}

/// Where the bytes of a content are.
#[derive(Clone, Debug)]
pub enum Source {
    /// In memory.
    Memory(Arc<[u8]>),
    /// In a file that is open, with its length. Nobody can put another one in its place.
    File(Arc<File>, u64),
}

/// Bytes that are written to be read again: few ones in memory, more in a file without a name.
#[derive(Debug, Default)]
pub struct Spool {
    memory: Vec<u8>,
    file: Option<BufWriter<File>>,
    length: u64,
    /// Whether it is a ciphertext, which is a little longer than a content.
    ciphertext: bool,
}

impl AtHand {
    /// Words, whose UTF-8 bytes are the content.
    pub fn words(&self, text: &str) -> [u8; 32] {
        self.bytes(text.as_bytes().to_vec())
    }

    /// Bytes of any kind.
    pub fn bytes(&self, bytes: Vec<u8>) -> [u8; 32] {
        let hash = hash::sha256(&[&bytes]);
        self.add(Address::Sha256(hash), Source::Memory(bytes.into()));
        hash
    }

    /// A file, which is read once and stays open. What can be read only once is kept.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it cannot be read, or is larger than a content.
    pub fn file(&self, path: &Path, help: &'static str) -> Result<[u8; 32], CliError> {
        let (hash, source) = hashed(path, help)?;
        self.add(Address::Sha256(hash), source);
        Ok(hash)
    }

    /// The items of a list, one after the other, whose root is known.
    pub fn list(&self, address: Address, items: Source) {
        self.add(address, items);
    }

    /// A file that holds some content: whatever is asked for that its bytes fit. Of a short text the line end at its end may be
    /// an editor's. A file that was offered before is not read again.
    ///
    /// # Errors
    ///
    /// Those of [`Self::file`].
    pub fn offer(&self, path: &Path) -> Result<(), CliError> {
        const HELP: &str = "give the file whose bytes the command names by their hash";
        if self.inner().paths.contains(path) {
            return Ok(());
        }
        let (hash, source) = hashed(path, HELP)?;
        if let Source::Memory(bytes) = &source {
            let bare = bytes.strip_suffix(b"\n").map(|bare| bare.strip_suffix(b"\r").unwrap_or(bare));
            if let Some(bare) = bare {
                self.bytes(bare.to_vec());
            }
        }
        self.add(Address::Sha256(hash), source.clone());
        let mut inner = self.inner();
        inner.offered.push(source);
        inner.paths.insert(path.to_owned());
        Ok(())
    }

    /// The bytes of a content, where they are at hand.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where a file that was offered cannot be read.
    pub fn find(&self, address: &Address) -> Result<Option<Source>, CliError> {
        if let Some(known) = self.inner().known.get(address) {
            return Ok(Some(known.clone()));
        }
        if matches!(address, Address::Sha256(_)) {
            return Ok(None);
        }
        let offered = self.inner().offered.clone();
        for source in offered {
            if source
                .fits(address)
                .map_err(|error| CliError::input("--content", error, "give files that can be read"))?
            {
                self.add(*address, source.clone());
                return Ok(Some(source));
            }
        }
        Ok(None)
    }

    /// Notes that somebody else may have filed a content.
    pub fn note_filed(&self, address: Address, filed: Filed) {
        let mut inner = self.inner();
        let known = inner.filed.entry(address).or_insert(filed);
        *known = filed.max(*known);
    }

    /// Whether somebody else may have filed a content; `None` for one of the command's own.
    pub(super) fn filed(&self, address: &Address) -> Option<Filed> {
        self.inner().filed.get(address).copied()
    }

    /// What was found elsewhere.
    pub(super) fn add(&self, address: Address, source: Source) {
        self.inner().known.insert(address, source);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Source {
    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            Self::File(_, length) => *length,
        }
    }

    /// Its bytes, from the first one on.
    pub fn open(&self) -> Box<dyn Read + Send> {
        match self {
            Self::Memory(bytes) => Box::new(io::Cursor::new(Arc::clone(bytes))),
            Self::File(file, _) => Box::new(From { file: Arc::clone(file), at: 0 }),
        }
    }

    /// All of its bytes, where they are few.
    ///
    /// # Errors
    ///
    /// What kept them from being read.
    pub fn short(&self, most: u64) -> io::Result<Option<Vec<u8>>> {
        if self.length() > most {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.open().take(self.length()).read_to_end(&mut bytes)?;
        Ok(Some(bytes))
    }

    /// Whether they are the content of this address.
    ///
    /// # Errors
    ///
    /// What kept them from being read.
    pub fn fits(&self, address: &Address) -> io::Result<bool> {
        let mut check = Check::new(address);
        each(&mut self.open(), |piece| {
            check.push(piece);
            Ok(())
        })?;
        Ok(check.finish().is_ok())
    }
}

impl Spool {
    /// For what is encrypted.
    pub(super) fn for_ciphertext() -> Self {
        Self { ciphertext: true, ..Self::default() }
    }

    /// With more bytes.
    ///
    /// # Errors
    ///
    /// What kept them from being written.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length = self.length.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if self.length > if self.ciphertext { CIPHERTEXT } else { MOST } {
            return Err(io::Error::other(TOO_LARGE));
        }
        if self.length <= IN_MEMORY {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => {
                let file = self.file.insert(BufWriter::new(tempfile::tempfile()?));
                file.write_all(&std::mem::take(&mut self.memory))?;
                file.write_all(bytes)
            }
        }
    }

    /// What was written.
    ///
    /// # Errors
    ///
    /// [`CliError::Input`] where it could not be written.
    pub fn end(self) -> Result<Source, CliError> {
        let Some(file) = self.file else { return Ok(Source::Memory(self.memory.into())) };
        let file = file.into_inner().map_err(|error| full(error.error()))?;
        Ok(Source::File(Arc::new(file), self.length))
    }
}

/// [`Spool`] as a place to write to.
impl io::Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.push(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), BufWriter::flush)
    }
}

/// A file that several readers read, each at its own place.
struct From {
    file: Arc<File>,
    at: u64,
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(into, self.at)?;
        self.at = self.at.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(read)
    }
}

/// Nothing could be written to a temporary file.
pub(super) fn full(error: &io::Error) -> CliError {
    CliError::input("temporary file", error, "make room in the folder that TMPDIR names")
}

/// The pieces of something that is read.
pub(super) fn each(source: &mut dyn Read, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        let read = match source.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        match piece.get(..read) {
            Some(bytes) if read > 0 => take(bytes)?,
            _ => return Ok(()),
        }
    }
}

/// A file's hash, and its bytes: of a short one in memory, of a pipe in a file of their own.
pub(super) fn hashed(path: &Path, help: &'static str) -> Result<([u8; 32], Source), CliError> {
    let failed = |error: io::Error| CliError::file(path, error, help);
    let mut file = file::open(path, help)?;
    let about = file.metadata().map_err(failed)?;
    if about.is_file() && about.len() > MOST {
        return Err(CliError::file(path, TOO_LARGE, help));
    }
    if about.len() <= IN_MEMORY && about.is_file() {
        let mut bytes = Vec::new();
        (&mut file).take(IN_MEMORY.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length <= IN_MEMORY) {
            return Ok((hash::sha256(&[&bytes]), Source::Memory(bytes.into())));
        }
    }
    let mut sha256 = Sha256::new();
    if about.is_file() {
        let file = Arc::new(file);
        let mut length = 0_u64;
        each(&mut From { file: Arc::clone(&file), at: 0 }, |piece| {
            length = length.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if length > MOST {
                return Err(io::Error::other(TOO_LARGE));
            }
            sha256.update(piece);
            Ok(())
        })
        .map_err(failed)?;
        return Ok((sha256.finalize().into(), Source::File(file, length)));
    }
    let mut spool = Spool::default();
    each(&mut file, |piece| {
        sha256.update(piece);
        spool.push(piece)
    })
    .map_err(failed)?;
    Ok((sha256.finalize().into(), spool.end()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::merkle::TreeHead;

    fn address(bytes: &[u8]) -> Address {
        Address::Sha256(hash::sha256(&[bytes]))
    }

    fn all(source: &Source) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        source.open().read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn a_file_is_read_as_it_was_when_it_was_hashed() -> Result<(), Box<dyn std::error::Error>> {
        let home = tempfile::tempdir()?;
        for length in [0, 1, 65_536, 65_537, 300_000] {
            let (at_hand, path) = (AtHand::default(), home.path().join("report.pdf"));
            let bytes = vec![7; length];
            std::fs::write(&path, &bytes)?;
            let found = at_hand.file(&path, "")?;
            assert_eq!(Address::Sha256(found), address(&bytes));
            // Another file takes its place; what is brought is the one that was hashed.
            std::fs::remove_file(&path)?;
            std::fs::write(&path, "another")?;
            let source = at_hand.find(&address(&bytes))?.ok_or("not at hand")?;
            assert_eq!((source.length(), all(&source)?), (u64::try_from(length)?, bytes.clone()));
            assert_eq!(all(&source)?, bytes, "a second indexer gets it too");
            assert!(at_hand.find(&address(b"another"))?.is_none());
        }
        Ok(())
    }

    #[test]
    fn what_is_offered_is_whatever_its_bytes_fit() -> Result<(), Box<dyn std::error::Error>> {
        let home = tempfile::tempdir()?;
        let (at_hand, path) = (AtHand::default(), home.path().join("offered"));
        std::fs::write(&path, "rate feed compromised\n")?;
        at_hand.offer(&path)?;
        for text in ["rate feed compromised\n", "rate feed compromised"] {
            let source = at_hand.find(&address(text.as_bytes()))?.ok_or("not at hand")?;
            assert_eq!(all(&source)?, text.as_bytes());
        }
        let accounts = [[1; 32], [2; 32], [3; 32]];
        let path = home.path().join("accounts");
        std::fs::write(&path, accounts.concat())?;
        let leaves = accounts.map(|account| greatseal_protocol::merkle::leaf(&account, &hash::sha256));
        let root = TreeHead::of(&leaves, &hash::sha256).ok_or("no tree")?.root;
        assert!(at_hand.find(&Address::Accounts(root))?.is_none());
        at_hand.offer(&path)?;
        assert!(at_hand.find(&Address::Accounts(root))?.is_some());
        assert!(at_hand.find(&Address::Carried(root))?.is_none(), "of another kind it is none");
        Ok(())
    }

    #[test]
    fn what_is_spooled_is_the_same_in_memory_and_in_a_file() -> Result<(), Box<dyn std::error::Error>> {
        for pieces in [0, 1, 10, 1_000] {
            let mut spool = Spool::default();
            for number in 0..pieces {
                spool.push(&[u8::try_from(number % 251)?; 100])?;
            }
            let source = spool.end()?;
            let expected: Vec<u8> =
                (0..pieces).flat_map(|number: u16| [u8::try_from(number % 251).unwrap_or_default(); 100]).collect();
            assert_eq!(all(&source)?, expected);
            assert_eq!(source.short(IN_MEMORY)?.is_some(), expected.len() <= 65_536);
        }
        Ok(())
    }
}
