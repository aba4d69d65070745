//! A snapshot of what leaves and blocks amount to, in a file beside the database, so that a start need not judge all of them
//! before it answers.
//!
//! ```text
//! "greatseal.state/1\n" ‖ SHA-256 of the rest (32) ‖ fold
//! ```
//!
//! It has no authority. It is used where the database has its place: the root of the tree at its size, and its last block.
//! What it says of the state is believed until [`crate::verification`] has judged every leaf before it; nothing is signed
//! until then. Whoever removes it makes the next start slower.

use crate::{
    fold::{Fold, NoFold},
    live::Live,
    store::{Replayed, Store, StoreError},
};
use greatseal_deployment::Deployment;
use greatseal_host::birth::{beside, folder};
use greatseal_protocol::hash::sha256;
use std::{
    convert::Infallible,
    fs::{self, File},
    io::{self, ErrorKind, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    task::spawn_blocking,
    time::{Instant, sleep},
};

/// What the name of the file ends with; the database's name stands before.
pub const STATE: &str = ".state";
/// What its name ends with once it has been found to be wrong.
const REFUSED: &str = ".state.refused";
/// Version of the file and of the fold in it: another one where the same leaves amount to other bytes.
const SCHEMA: &[u8] = b"greatseal.state/1\n";
/// Longest file, in bytes.
const MOST: u64 = 2 * 1024 * 1024 * 1024;

/// Leaves and blocks below which a database is judged whole at the start, and no snapshot is kept.
pub const LEAST: u64 = 50_000;
/// Leaves and blocks after which a new snapshot is kept.
const EVERY: u64 = 50_000;
/// Time after which a new snapshot is kept, where anything is new.
const INTERVAL: Duration = Duration::from_secs(600);
const LOOK: Duration = Duration::from_secs(5);

/// Why there is no snapshot to start from.
#[derive(Debug, thiserror::Error)]
enum Unusable {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// It is longer than any snapshot.
    #[error("it is longer than {MOST} bytes")]
    TooLong,
    /// It is of another version.
    #[error("it is of another version")]
    OtherVersion,
    /// Its bytes are not those that were written.
    #[error("its bytes do not have the hash that stands in it")]
    Damaged,
    /// It holds something else.
    #[error(transparent)]
    Fold(#[from] NoFold),
    /// The database has another history, or ends before.
    #[error("the database does not have its place: it was brought back from elsewhere, or one of them was changed")]
    Elsewhere,
    /// The rows behind it do not follow from it.
    #[error("what is stored behind it does not follow from it: {0}")]
    NotFollowed(StoreError),
}

/// What is believed until it has been verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Leaves of the snapshot.
    pub leaves: u64,
    /// Its next height.
    pub next: u64,
    /// SHA-256 of its fold.
    pub hash: [u8; 32],
}

/// What a start has come to.
#[derive(Debug)]
pub struct Started {
    /// What the rows amount to.
    pub replayed: Replayed,
    /// What of it rests on a snapshot; `None` where every row was judged.
    pub pending: Option<Pending>,
}

/// Goes on from the snapshot beside the database, where it can be used and the database is not small; judges every row
/// otherwise. `least` says how many leaves and blocks are not few ([`LEAST`]).
///
/// # Errors
///
/// [`StoreError`]: a database that is damaged, as far as it was looked at, is refused.
pub async fn start(
    store: &Store,
    deployment: &Arc<Deployment>,
    database: &Path,
    least: u64,
) -> Result<Started, StoreError> {
    let (leaves, blocks) = store.size().await?;
    if leaves.saturating_add(blocks) >= least {
        let path = beside(database, STATE);
        match resume(store, deployment, &path).await? {
            Ok(Some(started)) => return Ok(started),
            Ok(None) => tracing::info!(file = %path.display(), "no snapshot: every row is judged first"),
            Err(reason) => {
                tracing::warn!(file = %path.display(), %reason, "the snapshot is not used: every row is judged first");
            }
        }
    }
    Ok(Started { replayed: store.replay(deployment).await?, pending: None })
}

async fn resume(
    store: &Store,
    deployment: &Arc<Deployment>,
    path: &Path,
) -> Result<Result<Option<Started>, Unusable>, StoreError> {
    let (path, deployment) = (path.to_owned(), Arc::clone(deployment));
    let read = spawn_blocking(move || read(&path, &deployment)).await.map_err(|_| greatseal_store::Error::Crashed)?;
    let (fold, hash) = match read {
        Ok(Some(read)) => read,
        Ok(None) => return Ok(Ok(None)),
        Err(reason) => return Ok(Err(reason)),
    };
    let pending = Pending { leaves: fold.ledger.count(), next: fold.ledger.next(), hash };
    if !holds(store, &fold).await? {
        return Ok(Err(Unusable::Elsewhere));
    }
    match store.replay_behind(fold).await {
        Ok(fold) => Ok(Ok(Some(Started { replayed: fold.into(), pending: Some(pending) }))),
        // Which of them is wrong, all rows together tell.
        Err(damaged @ (StoreError::DamagedEvent { .. } | StoreError::DamagedBlock { .. })) => {
            Ok(Err(Unusable::NotFollowed(damaged)))
        }
        Err(failing) => Err(failing),
    }
}

/// Whether the database has the fold's last block, and its root at its size.
async fn holds(store: &Store, fold: &Fold) -> Result<bool, StoreError> {
    let head = fold.ledger.head();
    let Some(last) = fold.ledger.last() else { return Ok(false) };
    if !store.has_block(fold.ledger.next().saturating_sub(1), last).await? {
        return Ok(false);
    }
    match store.root(head.size).await {
        Ok(root) => Ok(root == head.root),
        Err(StoreError::DamagedEvent { .. } | StoreError::TooLarge(_)) => Ok(false),
        Err(failing) => Err(failing),
    }
}

/// The fold in a file, and its hash; none where there is no file.
fn read(path: &Path, deployment: &Arc<Deployment>) -> Result<Option<(Fold, [u8; 32])>, Unusable> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let mut bytes = Vec::new();
    file.take(MOST.saturating_add(1)).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > MOST) {
        return Err(Unusable::TooLong);
    }
    let rest = bytes.strip_prefix(SCHEMA).ok_or(Unusable::OtherVersion)?;
    let (hash, fold) = rest.split_first_chunk::<32>().ok_or(Unusable::Damaged)?;
    if sha256(&[fold]) != *hash {
        return Err(Unusable::Damaged);
    }
    Ok(Some((Fold::parse(fold, deployment)?, *hash)))
}

/// Replaces the file as a whole; durable on return.
fn write(path: &Path, fold: &Fold) -> io::Result<()> {
    let fold = fold.to_bytes();
    let part = beside(path, ".part");
    // Nobody else writes it: the database is locked, and a keeper writes one at a time. A run that was killed may have left one.
    match fs::remove_file(&part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&part)?;
    for bytes in [SCHEMA, &sha256(&[&fold]), &fold] {
        file.write_all(bytes)?;
    }
    file.sync_all()?;
    fs::rename(&part, path)?;
    File::open(folder(path))?.sync_all()
}

/// Takes a snapshot out of the way, so that the next start judges every row; says where it is now.
///
/// # Errors
///
/// What the operating system says.
pub(crate) fn set_aside(database: &Path) -> io::Result<PathBuf> {
    let (path, aside) = (beside(database, STATE), beside(database, REFUSED));
    fs::rename(&path, &aside)?;
    File::open(folder(&path))?.sync_all()?;
    Ok(aside)
}

/// Keeps snapshots of what has been verified.
#[derive(Debug)]
pub struct Keeper {
    live: Live,
    path: PathBuf,
    least: u64,
    /// Leaves and blocks of the last one, and when it was kept.
    last: (u64, Instant),
    /// Leaves and blocks of the last one that was written. Locked while one is: a keeper that is dropped meanwhile does not end that.
    written: Arc<Mutex<u64>>,
}

impl Keeper {
    /// Beside this database.
    pub fn new(live: Live, database: &Path, least: u64) -> Self {
        Self { live, path: beside(database, STATE), least, last: (0, Instant::now()), written: Arc::default() }
    }

    /// Keeps one from time to time. It may be dropped at any moment.
    pub async fn run(&mut self) -> Infallible {
        self.live.until_verified().await;
        loop {
            sleep(LOOK).await;
            let grown = self.size().saturating_sub(self.last.0);
            if grown >= EVERY || (grown > 0 && self.last.1.elapsed() >= INTERVAL) {
                self.keep().await;
            }
        }
    }

    /// Keeps one now, if anything is new, all of it has been verified, and it is not little.
    pub async fn keep(&mut self) {
        let size = self.size();
        if size < self.least || size == self.last.0 || !self.live.is_verified() {
            return;
        }
        let (fold, path, written) = (self.live.read().fold(), self.path.clone(), Arc::clone(&self.written));
        let written = spawn_blocking(move || {
            let mut last = written.lock().unwrap_or_else(PoisonError::into_inner);
            // A later one was faster.
            if *last < size {
                write(&path, &fold)?;
                *last = size;
            }
            Ok::<_, io::Error>(())
        })
        .await;
        match written.map_err(io::Error::other).flatten() {
            Ok(()) => tracing::debug!(file = %self.path.display(), size, "kept a snapshot"),
            Err(reason) => {
                tracing::warn!(file = %self.path.display(), %reason, "no snapshot could be kept; trying again later");
            }
        }
        self.last = (size, Instant::now());
    }

    fn size(&self) -> u64 {
        let state = self.live.read();
        let blocks = state.ledger.next().saturating_sub(state.ledger.deployment().block_number);
        state.ledger.count().saturating_add(blocks)
    }
}
