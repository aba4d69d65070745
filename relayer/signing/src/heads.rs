//! The last heads that a key was asked to sign: the journal of an audit key and of a witness's.
//!
//! One JSON file, replaced as a whole and durable before a signature is made. It stands for the promise that two checkpoints
//! of one log never contradict each other, so it must not be brought back from an older copy.
//!
//! ```text
//! {"schema": "greatseal.heads/1", "logs": {ORIGIN: text of a checkpoint, or its note}}
//! ```

use crate::{Error, Result, write};
use greatseal_trail::checkpoint::{Checkpoint, Origin, Signed};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io::{self, ErrorKind, Read as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

const SCHEMA: &str = "greatseal.heads/1";
/// Longest file, in bytes.
const MAX: u64 = 64 * 1024 * 1024;

/// An open file of last heads. Clones share it; no other process has it open.
#[derive(Clone, Debug)]
pub struct HeadFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    logs: Mutex<BTreeMap<String, String>>,
    /// Locked until this is closed; the operating system unlocks it however the process ends.
    _lock: File,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    schema: String,
    logs: BTreeMap<String, String>,
}

impl HeadFile {
    /// Opens a file; where there is none, there are no heads yet.
    ///
    /// # Errors
    ///
    /// [`Error::HeadsUnreadable`], [`Error::HeadsBusy`].
    pub fn open(path: &Path) -> Result<Self> {
        let lock = lock(path)?;
        let logs = Self::read(path)?;
        Ok(Self(Arc::new(Inner { path: path.to_owned(), logs: Mutex::new(logs), _lock: lock })))
    }

    /// The texts in a file by origin, without holding it.
    ///
    /// # Errors
    ///
    /// [`Error::HeadsUnreadable`].
    pub fn read(path: &Path) -> Result<BTreeMap<String, String>> {
        let unreadable = |reason: String| Error::HeadsUnreadable { path: path.to_owned(), reason };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(unreadable(error.to_string())),
        };
        let mut text = String::new();
        let length = file.take(MAX.saturating_add(1)).read_to_string(&mut text);
        if u64::try_from(length.map_err(|error| unreadable(error.to_string()))?).is_ok_and(|length| length > MAX) {
            return Err(unreadable("it is longer than 64 MiB".into()));
        }
        let form: Form = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
        if form.schema != SCHEMA {
            return Err(unreadable(format!("it has the schema {}, not {SCHEMA}", form.schema)));
        }
        for (origin, text) in &form.logs {
            let checkpoint = checkpoint(text).ok_or_else(|| unreadable(format!("the text of {origin} is no checkpoint")))?;
            if checkpoint.origin().as_str() != origin {
                return Err(unreadable(format!("the text of {origin} is one of {}", checkpoint.origin())));
            }
        }
        Ok(form.logs)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The text that is kept of a log: its last checkpoint's, or that one's note.
    pub fn text(&self, origin: &Origin) -> Option<String> {
        self.0.logs.lock().unwrap_or_else(PoisonError::into_inner).get(origin.as_str()).cloned()
    }

    /// The last checkpoint of a log.
    pub fn last(&self, origin: &Origin) -> Option<Checkpoint> {
        checkpoint(&self.text(origin)?)
    }

    /// Keeps a text instead of the one whose checkpoint is `before`; durable on return.
    pub(crate) fn replace(&self, origin: &Origin, before: Option<&Checkpoint>, text: String) -> Result<()> {
        let mut logs = self.0.logs.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = logs.get(origin.as_str());
        if kept.and_then(|text| checkpoint(text)).as_ref() != before {
            return Err(Error::HeadMoved { origin: origin.to_string() });
        }
        if kept == Some(&text) {
            return Ok(());
        }
        let mut after = logs.clone();
        after.insert(origin.to_string(), text);
        let unwritable = |reason: io::Error| Error::HeadsUnwritable { path: self.0.path.clone(), reason };
        let form = Form { schema: SCHEMA.into(), logs: after };
        let mut bytes = serde_json::to_vec_pretty(&form).map_err(|error| unwritable(error.into()))?;
        bytes.push(b'\n');
        write::Part::new(&self.0.path, &bytes).and_then(|part| part.replace(&self.0.path)).map_err(unwritable)?;
        *logs = form.logs;
        Ok(())
    }
}

/// The checkpoint of a text, with or without signatures.
fn checkpoint(text: &str) -> Option<Checkpoint> {
    let signed = Signed::parse(text.as_bytes()).ok().map(|signed| signed.checkpoint().clone());
    signed.or_else(|| text.parse().ok())
}

/// A file beside it: its own is replaced.
fn lock(path: &Path) -> Result<File> {
    let unwritable = |reason| Error::HeadsUnwritable { path: path.to_owned(), reason };
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let file = File::options().create(true).truncate(false).write(true).open(name).map_err(unwritable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::HeadsBusy { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(unwritable(error)),
    }
}
