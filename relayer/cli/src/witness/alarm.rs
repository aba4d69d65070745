//! Evidence on disk: an alarm lasts until a person has removed its file.

use greatseal_trail::{checkpoint::{Origin, Signed}, witness};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Name of the form of [`Evidence`].
const SCHEMA: &str = "greatseal.split-view/1";

/// Files of alarms, beside the witness's state.
#[derive(Debug)]
pub struct Alarms {
    state: PathBuf,
    /// Alarms whose evidence could not be written: they last until the end of this run.
    unwritten: Mutex<BTreeSet<Origin>>,
}

/// Two checkpoints of one size with different roots, both signed by the log: whoever has its key can check that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// `greatseal.split-view/1`.
    pub schema: String,
    /// When it was found, in seconds since the Unix epoch by the witness's clock.
    #[serde(with = "greatseal_api::spelling::decimal")]
    pub at: u64,
    /// The note that the witness had cosigned.
    pub kept: String,
    /// The note that contradicts it.
    pub submitted: String,
}

/// A checkpoint whose proof does not prove growth. No evidence by itself: the proof was anybody's.
#[derive(Debug, Serialize)]
pub(super) struct Refused {
    schema: &'static str,
    #[serde(with = "greatseal_api::spelling::decimal")]
    at: u64,
    reason: String,
    kept: Option<String>,
    submitted: String,
}

impl Evidence {
    pub(super) fn of(evidence: &witness::Evidence, at: u64) -> Self {
        let (kept, submitted) = (evidence.kept.note().to_string(), evidence.submitted.note().to_string());
        Self { schema: SCHEMA.into(), at, kept, submitted }
    }
}

impl Refused {
    pub(super) fn of(kept: Option<&Signed>, submitted: &Signed, reason: &str, at: u64) -> Self {
        let kept = kept.map(|kept| kept.note().to_string());
        Self { schema: "greatseal.refused-checkpoint/1", at, reason: reason.into(), kept, submitted: submitted.note().to_string() }
    }
}

impl Alarms {
    /// Those beside a file of state.
    pub fn beside(state: &Path) -> Self {
        Self { state: state.to_owned(), unwritten: Mutex::default() }
    }

    /// The file of an alarm about a log that nobody has dealt with; `None` where there is none. What cannot be looked for is
    /// taken to be there.
    pub fn of(&self, origin: &Origin) -> Option<PathBuf> {
        let path = self.path(origin, "alarm");
        let unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).contains(origin);
        let there = !matches!(path.symlink_metadata(), Err(error) if error.kind() == io::ErrorKind::NotFound);
        (unwritten || there).then_some(path)
    }

    /// Writes the evidence, durably, and never over another.
    pub(super) fn sound(&self, origin: &Origin, evidence: &Evidence) -> io::Result<PathBuf> {
        let path = self.path(origin, "alarm");
        let written = serde_json::to_vec_pretty(evidence).map_err(io::Error::from).and_then(|bytes| {
            let mut file = File::create_new(&path)?;
            file.write_all(&bytes)?;
            file.write_all(b"\n")?;
            file.sync_all()?;
            File::open(folder(&path))?.sync_all()
        });
        if written.is_err() {
            self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).insert(origin.clone());
        }
        written.map(|()| path)
    }

    /// Keeps the last checkpoint that was not proved, for whoever wants to look into it.
    pub(super) fn keep_refused(&self, origin: &Origin, refused: &Refused) -> io::Result<PathBuf> {
        let path = self.path(origin, "refused");
        fs::write(&path, serde_json::to_vec_pretty(refused)?)?;
        Ok(path)
    }

    /// `STATE.LAST.alarm`, where LAST is the last part of the origin: a deployment id.
    fn path(&self, origin: &Origin, suffix: &str) -> PathBuf {
        let plain = |byte: char| if byte.is_ascii_alphanumeric() { byte } else { '-' };
        let last = origin.as_str().rsplit('/').next().unwrap_or_default();
        let last: String = last.chars().map(plain).collect();
        let mut name = self.state.as_os_str().to_owned();
        name.push(format!(".{last}.{suffix}"));
        name.into()
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
