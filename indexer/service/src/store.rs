//! The audit database: rows, blocks and the cursor, each batch in one transaction. SQLite, write-ahead, full sync.
//!
//! Trusted to keep what it was given and nothing more: what it holds is judged again at every start.

mod append;
mod checkpoints;
mod log;
mod open;
mod read;
mod replay;
mod tree;
mod trouble;

pub use checkpoints::KeptCheckpoint;
pub use read::EventFilter;
pub use replay::Replayed;
pub use trouble::Trouble;

use crate::{
    block::Block,
    ledger::{Entry, Ledger, Place},
};
use greatseal_client::BlockRef;
use greatseal_host::birth::NotBorn;
use greatseal_trail::tree::Head;
use sqlx::SqlitePool;
use std::{fs::File, path::PathBuf, sync::Arc};

/// What the database refuses, or cannot do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be created.
    #[error("cannot create {}: {reason}", path.display())]
    NotCreated {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: NotBorn,
    },
    /// The file cannot be opened.
    #[error("cannot open {}: {reason}", path.display())]
    Unopenable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The file is something else.
    #[error("{} is not a database of this program", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The database was written by another version of this program.
    #[error("the database has schema {found}, this program knows schema {expected}")]
    OtherSchema {
        /// The program's.
        expected: &'static str,
        /// The file's.
        found: String,
    },
    /// The database belongs to another deployment.
    #[error("the database is of another deployment: its {what} is {found}, the deployment file says {expected}")]
    OtherDeployment {
        /// What differs.
        what: &'static str,
        /// The deployment file's.
        expected: String,
        /// The database's.
        found: String,
    },
    /// A row is not the one that was stored.
    #[error("the database is damaged at event {seq}: {reason}")]
    DamagedEvent {
        /// The first bad row.
        seq: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A block is not the one that was stored.
    #[error("the database is damaged at block {number}: {reason}")]
    DamagedBlock {
        /// The first bad block.
        number: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The rows amount to another state than the snapshot from which this run began.
    #[error("the rows amount to another state than the snapshot {}", path.display())]
    DamagedState {
        /// Where the snapshot is now.
        path: PathBuf,
    },
    /// The database ends before a checkpoint that was signed of it.
    #[error("the database has been rewound: it has {found} leaves, and by {} a checkpoint of {signed} was signed", heads.display())]
    Rewound {
        /// Size of the checkpoint.
        signed: u64,
        /// Number of leaves.
        found: u64,
        /// The file that says so.
        heads: PathBuf,
    },
    /// The database has another history than the checkpoint that was signed of it.
    #[error(
        "the first {signed} leaves of the database have another root than the checkpoint that was signed by {}",
        heads.display()
    )]
    OtherHistory {
        /// Size of the checkpoint.
        signed: u64,
        /// The file that says so.
        heads: PathBuf,
    },
    /// Another indexer has the database open.
    #[error("another indexer is using {}", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// Another process writes into this database.
    #[error("another process has moved the cursor of this database")]
    Overtaken,
    /// A number that no column can hold.
    #[error("{0} does not fit a column")]
    TooLarge(u64),
    /// The database does not do what it is asked.
    #[error("the database fails: {0}")]
    Failing(#[from] sqlx::Error),
}

/// A block that the ledger has judged.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its place.
    pub at: BlockRef,
    /// Block time in milliseconds.
    pub time_ms: u64,
    /// SCALE bytes of its header.
    pub header: Vec<u8>,
    /// Version of the runtime that made it.
    pub spec_version: u32,
    /// What proves its events and that it is final; kept where it has leaves.
    pub proof: (Vec<Vec<u8>>, Option<Vec<u8>>),
    /// Its leaves.
    pub entries: Vec<Entry>,
    /// The tree behind it.
    pub head: Head,
}

impl Judged {
    /// A block with what the ledger made of it, and the tree behind it.
    pub fn new(block: Block, entries: Vec<Entry>, head: Head) -> Self {
        let Block { at, time_ms, header, spec_version, proof, justifications, .. } = block;
        Self { at, time_ms, header, spec_version, proof: (proof, justifications), entries, head }
    }
}

/// An open database of one deployment.
#[derive(Clone, Debug)]
pub struct Store {
    /// One connection: there is one writer.
    writer: SqlitePool,
    readers: SqlitePool,
    /// Locked until this is closed; the operating system unlocks it however the process ends.
    lock: Arc<File>,
}

impl Store {
    /// Stores judged blocks and moves the cursor from `before` to `after`, all or nothing, durable on return.
    ///
    /// # Errors
    ///
    /// [`StoreError::Overtaken`] where the cursor is at neither of them. After an error nobody knows whether the
    /// transaction was committed, so that the same blocks may be given again: where they are stored already, nothing is
    /// left to do.
    pub async fn append(&self, before: Place, after: &Ledger, blocks: &[Judged]) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        let stored = append::append(&mut connection, before, after, blocks).await;
        if stored.is_err() {
            // SQLite may have rolled back by itself, or not: its connection is not used again.
            let _ = connection.close().await;
        }
        stored
    }

    /// Ends all connections, the writer last: it folds the write-ahead log into the file. Then gives it free.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        // Where this fails, the lock goes with the process.
        let _ = self.lock.unlock();
    }
}

/// A number as a column holds it.
fn column(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::TooLarge(number))
}
