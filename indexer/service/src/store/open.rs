//! Opening: a file is looked at without writing to it, and refused unless it is this deployment's.

use super::{Store, StoreError, append, column};
use crate::ledger::Ledger;
use greatseal_deployment::Deployment;
use greatseal_host::birth;
use greatseal_protocol::bytes::to_hex;
use sqlx::{
    Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Version of the tables.
const SCHEMA: &str = "greatseal-indexer/3";
const READERS: u32 = 4;

impl Store {
    /// Opens the database of a deployment, or creates it where there is nothing.
    ///
    /// # Errors
    ///
    /// A file that is not this deployment's is refused before anything is written.
    pub async fn open(path: &Path, deployment: &Arc<Deployment>) -> Result<Self, StoreError> {
        let unopenable = |error: sqlx::Error| unopenable(path, &error);
        if path.symlink_metadata().is_err() {
            let image = image(deployment).await?;
            birth::place(path, &image).map_err(|reason| StoreError::NotCreated { path: path.to_owned(), reason })?;
        }
        Self::inspect(path, deployment).await?;
        let lock = Arc::new(lock(path)?);
        let options = SqliteConnectOptions::new().filename(path);
        let writing = options.clone().journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
        // Keys that are hashes come in no order: their pages are kept, 64 MiB of them, and folded into the file when there are 32 MiB.
        let writing = writing.pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "8192");
        let writer = steady(1).connect_with(writing).await.map_err(unopenable)?;
        let readers = steady(READERS).connect_with(options.read_only(true)).await.map_err(unopenable)?;
        Ok(Self { writer, readers, lock })
    }

    /// Whether an existing file is the database of a deployment; only reads.
    ///
    /// # Errors
    ///
    /// Why it is not.
    pub async fn inspect(path: &Path, deployment: &Deployment) -> Result<(), StoreError> {
        match std::fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => {}
            Ok(_) => return Err(StoreError::NotOurs { path: path.to_owned() }),
            Err(error) => return Err(StoreError::Unopenable { path: path.to_owned(), reason: error.to_string() }),
        }
        // Without a log beside it nothing is to be read but the file, and SQLite need leave nothing beside it either.
        let closed = !birth::beside(path, "-wal").exists();
        let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(closed);
        let mut connection =
            SqliteConnection::connect_with(&options).await.map_err(|error| unopenable(path, &error))?;
        let meta = meta(&mut connection, path).await;
        connection.close().await.map_err(|error| unopenable(path, &error))?;
        compare(&meta?, deployment, path)
    }
}

/// So many connections, from the first to the last moment. One that is given up while the pool opens, tests or replaces
/// it is closed by a thread that nobody waits for, and where a reader is thereby the last one, the log stays.
fn steady(connections: u32) -> SqlitePoolOptions {
    let pool = SqlitePoolOptions::new().min_connections(connections).max_connections(connections);
    pool.test_before_acquire(false).idle_timeout(None).max_lifetime(None)
}

/// Keeps a second indexer out: it would move the cursor of the first. A file beside the database, because closing the
/// database's own file a second time would drop SQLite's locks on it.
fn lock(path: &Path) -> Result<File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let unopenable = |error: io::Error| StoreError::Unopenable { path: name.clone().into(), reason: error.to_string() };
    let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(unopenable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(unopenable(error)),
    }
}

async fn meta(connection: &mut SqliteConnection, path: &Path) -> Result<BTreeMap<String, String>, StoreError> {
    let pairs = sqlx::query_as("SELECT key, value FROM meta").fetch_all(connection).await;
    let pairs: Vec<(String, String)> = pairs.map_err(|error| match error {
        sqlx::Error::Database(error) if error.code().as_deref() != Some(NOT_A_DATABASE) && is_missing(&*error) => {
            StoreError::NotOurs { path: path.to_owned() }
        }
        sqlx::Error::ColumnDecode { .. } => StoreError::NotOurs { path: path.to_owned() },
        other => unopenable(path, &other),
    })?;
    Ok(pairs.into_iter().collect())
}

/// SQLite's generic code: there is no such table or column.
fn is_missing(error: &dyn sqlx::error::DatabaseError) -> bool {
    error.code().as_deref() == Some("1")
}

const NOT_A_DATABASE: &str = "26";

fn unopenable(path: &Path, error: &sqlx::Error) -> StoreError {
    let path: PathBuf = path.to_owned();
    match error {
        sqlx::Error::Database(error) if error.code().as_deref() == Some(NOT_A_DATABASE) => StoreError::NotOurs { path },
        other => StoreError::Unopenable { path, reason: other.to_string() },
    }
}

fn compare(meta: &BTreeMap<String, String>, deployment: &Deployment, path: &Path) -> Result<(), StoreError> {
    match meta.get("schema") {
        Some(schema) if schema == SCHEMA => {}
        Some(schema) => return Err(StoreError::OtherSchema { expected: SCHEMA, found: schema.clone() }),
        None => return Err(StoreError::NotOurs { path: path.to_owned() }),
    }
    for (what, expected) in identity(deployment) {
        let found = meta.get(what).cloned().unwrap_or_default();
        if found != expected {
            return Err(StoreError::OtherDeployment { what, expected, found });
        }
    }
    Ok(())
}

/// What a database is of.
fn identity(deployment: &Deployment) -> [(&'static str, String); 7] {
    [
        ("deployment", to_hex(&deployment.deployment)),
        ("contract", to_hex(&deployment.contract)),
        ("chain_genesis", to_hex(&deployment.chain_genesis)),
        ("chain_id", deployment.chain_id.to_string()),
        ("code_hash", to_hex(&deployment.code_hash)),
        ("block_number", deployment.block_number.to_string()),
        ("block_hash", to_hex(&deployment.block_hash)),
    ]
}

/// Tables, identity and the cursor before the first block, as the bytes of a file.
async fn image(deployment: &Arc<Deployment>) -> Result<Vec<u8>, StoreError> {
    let mut memory = SqliteConnection::connect("sqlite::memory:").await?;
    sqlx::raw_sql(include_str!("sqlite.sql")).execute(&mut memory).await?;
    let schema = [("schema", SCHEMA.to_owned())];
    for (key, value) in schema.into_iter().chain(identity(deployment)) {
        sqlx::query("INSERT INTO meta (key, value) VALUES ($1, $2)").bind(key).bind(value).execute(&mut memory).await?;
    }
    let ledger = Ledger::new(Arc::clone(deployment));
    sqlx::query(
        "INSERT INTO reached (id, next_block, block_hash, size, root, frontier) VALUES (1, $1, NULL, 0, $2, $3)",
    )
    .bind(column(ledger.next())?)
    .bind(ledger.head().root.bytes().to_vec())
    .bind(append::frontier(ledger.tree()))
    .execute(&mut memory)
    .await?;
    Ok(memory.serialize(None).await?.to_vec())
}
