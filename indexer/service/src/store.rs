//! The audit database: rows, blocks and the cursor, each batch in one transaction, on SQLite or PostgreSQL.
//!
//! Trusted to keep what it was given and nothing more: what it holds is judged again at every start.

mod append;
mod checkpoints;
mod log;
mod open;
mod read;
mod replay;
mod schema;
mod tree;

pub use checkpoints::KeptCheckpoint;
pub use read::EventFilter;
pub use replay::Replayed;
pub use schema::SCHEMA;

use crate::{
    block::Block,
    ledger::{Entry, Ledger, Place},
};
use append::Unknown;
use greatseal_client::BlockRef;
use greatseal_store::{Database, Query, Roles};
use greatseal_trail::tree::Head;
use std::path::PathBuf;

pub use greatseal_store::Trouble;

/// What the database refuses, or cannot do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database is refused, or does not do what it is asked.
    #[error(transparent)]
    Database(#[from] greatseal_store::Error),
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
    /// The database ends before what was written to it.
    #[error("the database has lost what was written to it: its next block is {found}, it was {expected}")]
    Behind {
        /// The next block.
        found: i64,
        /// What it was.
        expected: u64,
    },
    /// An attempt was stored after all that seemed to have failed: the database is read on from there.
    #[error("the database holds more than was known to be stored")]
    Stored,
    /// Another process writes into this database.
    #[error("another process has moved the cursor of this database")]
    Overtaken,
    /// A number that no column can hold.
    #[error("{0} does not fit a column")]
    TooLarge(u64),
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

impl StoreError {
    /// The trouble, where trying again may help without anybody's touching the database.
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            Self::Database(error) => error.trouble(),
            Self::OtherDeployment { .. }
            | Self::DamagedEvent { .. }
            | Self::DamagedBlock { .. }
            | Self::DamagedState { .. }
            | Self::Rewound { .. }
            | Self::OtherHistory { .. }
            | Self::Behind { .. }
            | Self::Stored
            | Self::Overtaken
            | Self::TooLarge(_) => None,
        }
    }
}

/// An open database of one deployment.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
    /// Where the database may stand besides: attempts of which nobody knows whether they were committed.
    unknown: Unknown,
}

impl Store {
    /// Stores judged blocks and moves the cursor from `before` to `after`, all or nothing, durable on return.
    ///
    /// # Errors
    ///
    /// After an error nobody knows whether the transaction was committed, so that the same blocks may be given again: where they
    /// are stored already, nothing is left to do. [`StoreError::Stored`] where others are given, and an attempt turns out
    /// to be stored: what it held is to be read. [`StoreError::Behind`] where the cursor has gone back,
    /// [`StoreError::Overtaken`] where it is anywhere else.
    pub async fn append(&self, before: Place, after: &Ledger, blocks: &[Judged]) -> Result<(), StoreError> {
        append::append(self.database.write().await?, &self.unknown, before, after, blocks).await
    }

    /// Gives accounts of a server their rights, and takes all others from them.
    ///
    /// # Errors
    ///
    /// What the database says; a file has no accounts.
    pub async fn grant(&self, roles: &Roles) -> Result<(), StoreError> {
        Ok(self.database.grant(&SCHEMA, roles).await?)
    }

    /// Whether this account of a server could change or remove rows of the ledger.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn could_rewrite(&self) -> Result<bool, StoreError> {
        Ok(self.database.could_rewrite(&SCHEMA).await?)
    }

    /// Ends all connections, and gives the database free.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Runs one statement of the writer; durable on return.
    async fn keep(&self, statement: Query<'_>) -> Result<(), StoreError> {
        let mut writing = self.database.write().await?;
        writing.session()?.execute(statement).await?;
        Ok(writing.commit().await?)
    }
}

/// A number as a column holds it.
fn column(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::TooLarge(number))
}
