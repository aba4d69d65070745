//! The audit database: rows, blocks and the cursor, each batch in one transaction. SQLite, write-ahead, full sync.
//!
//! Trusted to keep what it was given and nothing more: what it holds is judged again at every start.

mod open;
mod read;
mod replay;
mod trouble;

pub use read::EventFilter;
pub use replay::Replayed;
pub use trouble::Trouble;

use crate::ledger::{Entry, Ledger};
use greatseal_client::{Block, BlockRef};
use greatseal_host::birth::NotBorn;
use greatseal_protocol::bytes::DocumentHash;
use sqlx::{Connection as _, Sqlite, SqliteConnection, SqlitePool, Transaction};
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
    /// A document's bytes do not hash to its name.
    #[error("the database is damaged at document sha256:{0}")]
    DamagedDocument(DocumentHash),
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
    /// Hash of the block before.
    pub parent: [u8; 32],
    /// Block time in milliseconds.
    pub time_ms: u64,
    /// Its rows.
    pub entries: Vec<Entry>,
}

impl Judged {
    /// A block with what the ledger made of it.
    pub fn new(block: &Block, entries: Vec<Entry>) -> Self {
        Self { at: block.at, parent: block.parent, time_ms: block.timestamp_ms, entries }
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
    pub async fn append(&self, before: &Ledger, after: &Ledger, blocks: &[Judged]) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        let stored = append(&mut connection, before, after, blocks).await;
        if stored.is_err() {
            // SQLite may have rolled back by itself, or not: its connection is not used again.
            let _ = connection.close().await;
        }
        stored
    }

    /// Keeps a document under its hash; keeping it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failing`].
    pub async fn keep_document(&self, hash: &DocumentHash, bytes: &[u8]) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO documents (sha256, bytes) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING")
            .bind(hash.0.to_vec())
            .bind(bytes)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Ends all connections, the writer last: it folds the write-ahead log into the file. Then gives it free.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        // Where this fails, the lock goes with the process.
        let _ = self.lock.unlock();
    }
}

async fn append(
    connection: &mut SqliteConnection,
    before: &Ledger,
    after: &Ledger,
    blocks: &[Judged],
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let stored: Cursor = sqlx::query_as("SELECT next_block, block_hash, row_hash, row_count FROM reached WHERE id = 1")
        .fetch_one(&mut *transaction)
        .await?;
    let places = places(before, blocks)?;
    let done = places.iter().position(|place| *place == stored).ok_or(StoreError::Overtaken)?;
    for block in blocks.iter().skip(done) {
        insert_block(&mut transaction, block).await?;
        for entry in &block.entries {
            insert_event(&mut transaction, entry).await?;
        }
    }
    sqlx::query("UPDATE reached SET next_block = $1, block_hash = $2, row_hash = $3, row_count = $4 WHERE id = 1")
        .bind(column(after.next())?)
        .bind(after.last().map(|hash| hash.to_vec()))
        .bind(after.head().0.to_vec())
        .bind(column(after.count())?)
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}

/// Where a database stands: next height, hash of the block before, hash and number of the rows.
type Cursor = (i64, Option<Vec<u8>>, Vec<u8>, i64);

/// Where the database may stand: before the blocks, or behind any of them, where an attempt was committed that was told
/// to have failed.
fn places(before: &Ledger, blocks: &[Judged]) -> Result<Vec<Cursor>, StoreError> {
    let begin = before.last().map(|hash| hash.to_vec());
    let (mut head, mut count) = (before.head().0.to_vec(), column(before.count())?);
    let mut places = vec![(column(before.next())?, begin, head.clone(), count)];
    for block in blocks {
        if let Some(last) = block.entries.last() {
            head = last.hash.0.to_vec();
            count = column(last.record.seq.saturating_add(1))?;
        }
        places.push((column(block.at.number.saturating_add(1))?, Some(block.at.hash.to_vec()), head.clone(), count));
    }
    Ok(places)
}

async fn insert_block(transaction: &mut Transaction<'_, Sqlite>, block: &Judged) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO blocks (number, hash, parent, time_ms) VALUES ($1, $2, $3, $4)")
        .bind(column(block.at.number)?)
        .bind(block.at.hash.to_vec())
        .bind(block.parent.to_vec())
        .bind(column(block.time_ms)?)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

async fn insert_event(transaction: &mut Transaction<'_, Sqlite>, entry: &Entry) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO events (seq, kind, proposal, block_number, block_hash, extrinsic_index, event_index, record, \
         previous, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(column(entry.record.seq)?)
    .bind(entry.record.event.kind())
    .bind(entry.record.event.proposal().map(|id| id.to_string()))
    .bind(column(entry.row.block_number)?)
    .bind(entry.row.block_hash.to_vec())
    .bind(i64::from(entry.row.extrinsic))
    .bind(i64::from(entry.row.index))
    .bind(&entry.row.record)
    .bind(entry.previous.0.to_vec())
    .bind(entry.hash.0.to_vec())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// A number as a column holds it.
fn column(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::TooLarge(number))
}
