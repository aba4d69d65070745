//! A journal in a file: appended to under a lock, durable line by line, read by every process before it writes.

use super::{
    Journal, Receipt, Use,
    entry::{Continued, Entry, Line, VERSION, put},
    replay::{Left, Replay},
    second,
};
use crate::{Error, Result, keys, write};
use greatseal_protocol::{bytes::to_hex, hash::sha256, key::Signature};
use greatseal_trail::tree::Frontier;
use std::{
    fs::{self, File, TryLockError},
    io::{self, ErrorKind, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// A journal in a file. Several processes may use it at the same time: they take turns, line by line.
#[derive(Debug)]
pub struct FileJournal {
    path: PathBuf,
    open: Mutex<Option<Open>>,
}

/// What a journal holds.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its lines; all roots hold.
    pub lines: Vec<Line>,
    /// Root of the tree over all lines: with it and their number, a copy can be compared.
    pub head: [u8; 32],
    /// Numbers of the intentions whose signature was not released.
    pub unreleased: Vec<u64>,
    /// Length of a last line that is not whole; zero where it is.
    pub torn: u64,
}

/// The file, and what has been read of it.
struct Open {
    file: File,
    replay: Replay,
}

/// How long to wait for the other processes.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(5);

impl FileJournal {
    /// The journal at this place; it is opened when it is needed.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), open: Mutex::new(None) }
    }

    /// Starts a new journal: the file is there with its first line, or is not there.
    ///
    /// # Errors
    ///
    /// [`Error::JournalExists`]: a journal is never replaced.
    pub fn start(path: &Path) -> Result<()> {
        Self::begin(path, None, &[])
    }

    /// Starts a new journal with the lines of one of version 2, which is verified first and stays as it is. Its decisions
    /// bind as before.
    ///
    /// # Errors
    ///
    /// [`Error::JournalBroken`] where the old one does not hold or its end is not whole, [`Error::JournalExists`] where the
    /// new one is there.
    pub fn start_from(old: &Path, path: &Path) -> Result<()> {
        let file = open(old, File::options().read(true))?;
        lock(&file, old, File::try_lock_shared)?;
        let chain = second::read(&file, old)?;
        let lines = u64::try_from(chain.entries.len()).unwrap_or(u64::MAX).saturating_add(1);
        Self::begin(path, Some(Continued { lines, head: to_hex(&chain.head) }), &chain.entries)
    }

    /// Places a file with its first line, and lines that follow it.
    fn begin(path: &Path, continues: Option<Continued>, entries: &[Vec<u8>]) -> Result<()> {
        let unwritable = |reason| Error::JournalUnwritable { path: path.into(), reason };
        let entry = Entry::Started { version: VERSION, id: to_hex(&keys::random::<16>()?), continues };
        let started = Line { seq: 0, at: now(), entry }.write(&Frontier::new()).map_err(unwritable)?;
        let (bytes, _) = entries
            .iter()
            .try_fold(started, |(mut bytes, trail), json| {
                let (line, trail) = put(json, &trail)?;
                bytes.extend(line);
                Ok((bytes, trail))
            })
            .map_err(unwritable)?;
        write::folder(write::around(path)).map_err(unwritable)?;
        write::Part::new(path, &bytes).and_then(|part| part.place(path)).map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Error::JournalExists { path: path.into() },
            _ => unwritable(error),
        })
    }

    /// Reads and verifies a journal, and changes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::JournalBroken`] with the first line that does not hold.
    pub fn read(path: &Path) -> Result<Report> {
        let file = open(path, File::options().read(true))?;
        lock(&file, path, File::try_lock_shared)?;
        let mut replay = Replay::new();
        let mut lines = Vec::new();
        let torn = match replay.read(&file, path, |line| lines.push(line))? {
            Some(Left::Torn { bytes, .. }) => bytes,
            Some(Left::Unbroken) | None => 0,
        };
        let unreleased = replay.unreleased.into_iter().collect();
        Ok(Report { lines, head: *replay.trail.root().bytes(), unreleased, torn })
    }

    /// Reads what others have written, lets `entry` be made, appends it. All of it in one turn.
    fn append(&self, entry: impl FnOnce(&Replay) -> Result<Entry>) -> Result<u64> {
        let mut place = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        // Put back only when all has gone well: after an error everything is read anew.
        let mut journal = match place.take() {
            Some(journal) if journal.is_at(&self.path) => journal,
            _ => Open::new(&self.path)?,
        };
        lock(&journal.file, &self.path, File::try_lock)?;
        let appended = journal.catch_up(&self.path).and_then(|()| {
            let entry = entry(&journal.replay)?;
            journal.append(&self.path, entry)
        });
        // Closing the file unlocks as well.
        let unlocked = journal.file.unlock().is_ok();
        let refused = matches!(appended, Err(Error::OtherDecision { .. } | Error::OtherProposal { .. }));
        if unlocked && (appended.is_ok() || refused) {
            *place = Some(journal);
        }
        appended
    }
}

impl Journal for FileJournal {
    fn ready(&self, first: bool) -> Result<()> {
        match Self::read(&self.path) {
            Err(Error::JournalMissing { .. }) if first => match Self::start(&self.path) {
                Err(Error::JournalExists { .. }) => Ok(()),
                answer => answer,
            },
            answer => answer.map(|_| ()),
        }
    }

    fn intend(&self, used: &Use) -> Result<Receipt> {
        let intended = Box::new(used.into());
        self.append(|replay| replay.guard(&intended).map(|()| Entry::Intended(intended))).map(Receipt)
    }

    fn release(&self, Receipt(of): Receipt, signature: &Signature) -> Result<()> {
        let bytes: &[u8] = match signature {
            Signature::Ed25519(bytes) => bytes,
            Signature::P256(bytes) => bytes,
        };
        let signature = to_hex(&sha256(&[bytes]));
        self.append(|_| Ok(Entry::Released { of, signature })).map(|_| ())
    }
}

impl Open {
    fn new(path: &Path) -> Result<Self> {
        let file = open(path, File::options().read(true).append(true))?;
        Ok(Self { file, replay: Replay::new() })
    }

    /// Whether the file is still the one of that name.
    fn is_at(&self, path: &Path) -> bool {
        match (self.file.metadata(), fs::metadata(path)) {
            (Ok(held), Ok(named)) => (held.dev(), held.ino()) == (named.dev(), named.ino()),
            _ => false,
        }
    }

    /// Reads to the end, and mends what a crash has left there: nothing was done for a line that is not whole.
    fn catch_up(&mut self, path: &Path) -> Result<()> {
        let unwritable = |reason| Error::JournalUnwritable { path: path.into(), reason };
        match self.replay.read(&self.file, path, drop)? {
            None => Ok(()),
            Some(Left::Unbroken) => {
                (&self.file).write_all(b"\n").and_then(|()| self.file.sync_all()).map_err(unwritable)?;
                self.replay.end = self.replay.end.saturating_add(1);
                tracing::warn!(path = %path.display(), "the last line has got its line break");
                Ok(())
            }
            Some(Left::Torn { bytes, sha256 }) => {
                self.file.set_len(self.replay.end).and_then(|()| self.file.sync_all()).map_err(unwritable)?;
                tracing::error!(path = %path.display(), bytes, "a last line that was not whole is taken away");
                self.append(path, Entry::Torn { bytes, sha256: to_hex(&sha256) }).map(|_| ())
            }
        }
    }

    fn append(&mut self, path: &Path, entry: Entry) -> Result<u64> {
        let unwritable = |reason| Error::JournalUnwritable { path: path.into(), reason };
        let seq = self.replay.next;
        let line = Line { seq, at: now(), entry };
        let (bytes, _) = line.write(&self.replay.trail).map_err(unwritable)?;
        if let Err(error) = (&self.file).write_all(&bytes).and_then(|()| self.file.sync_data()) {
            // Part of it may be there; what cannot be cut now is found as a torn line later.
            let _ = self.file.set_len(self.replay.end);
            return Err(unwritable(error));
        }
        // What was written is what is read, now and later.
        match self.replay.read(&self.file, path, drop)? {
            None => Ok(seq),
            Some(_) => Err(unwritable(ErrorKind::UnexpectedEof.into())),
        }
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Open").field("lines", &self.replay.next).finish_non_exhaustive()
    }
}

fn open(path: &Path, options: &mut fs::OpenOptions) -> Result<File> {
    let unreadable = |reason: io::Error| match reason.kind() {
        ErrorKind::NotFound => Error::JournalMissing { path: path.into() },
        _ => Error::JournalUnreadable { path: path.into(), reason },
    };
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(unreadable(io::Error::other("it is no regular file")));
    }
    let file = options.open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.mode() & 0o7777;
    match mode & 0o022 {
        0 => Ok(file),
        _ => Err(Error::JournalTooOpen { path: path.into(), mode }),
    }
}

fn lock(file: &File, path: &Path, attempt: fn(&File) -> std::result::Result<(), TryLockError>) -> Result<()> {
    let since = Instant::now();
    loop {
        match attempt(file) {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if since.elapsed() < PATIENCE => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(Error::JournalBusy { path: path.into() }),
            Err(TryLockError::Error(reason)) => return Err(Error::JournalUnreadable { path: path.into(), reason }),
        }
    }
}

/// Seconds since the Unix epoch by this machine's clock.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
