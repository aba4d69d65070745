//! SQLite: one file, write-ahead, full sync; a lock beside it keeps a second writer out.

use crate::{Error, Query, Schema, migrate, session::Session};
use greatseal_host::birth::{self, beside};
use sqlx::{
    Connection as _, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::{File, TryLockError},
    io,
    path::Path,
};

const READERS: u32 = 4;
/// SQLite's code of a file that is no database, and its generic one: there is no such table or column.
const NOT_A_DATABASE: &str = "26";
const GENERIC: &str = "1";

/// Makes the file, where nothing is there: it comes into the world whole.
pub(crate) async fn create(path: &Path, schema: &Schema, birth: Vec<Query<'_>>) -> Result<(), Error> {
    if path.symlink_metadata().is_ok() {
        return Ok(());
    }
    let mut memory = SqliteConnection::connect("sqlite::memory:").await.map_err(Error::Failing)?;
    migrate::create(&mut Session::Sqlite(&mut memory), schema, birth).await?;
    let image = memory.serialize(None).await.map_err(Error::Failing)?;
    birth::place(path, &image).map_err(|reason| Error::NotCreated { path: path.to_owned(), reason })?;
    Ok(())
}

/// A connection that only reads, beside a program that may be writing.
pub(crate) async fn reader(path: &Path) -> Result<SqliteConnection, Error> {
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    SqliteConnection::connect_with(&options).await.map_err(|error| unopenable(path, error))
}

/// A connection that only reads, and leaves nothing beside the file.
pub(crate) async fn look(path: &Path) -> Result<SqliteConnection, Error> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(Error::NotOurs { place: path.display().to_string() }),
        Err(error) => {
            return Err(Error::Unopenable { place: path.display().to_string(), reason: error.to_string() });
        }
    }
    // Without a log beside it nothing is to be read but the file, and SQLite need leave nothing beside it either.
    let closed = !beside(path, "-wal").exists();
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(closed);
    SqliteConnection::connect_with(&options).await.map_err(|error| unopenable(path, error))
}

/// The connection that writes.
pub(crate) async fn writer(path: &Path) -> Result<SqliteConnection, Error> {
    let options = SqliteConnectOptions::new().filename(path);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    // Keys that are hashes come in no order: their pages are kept, 64 MiB of them, and folded into the file when there are 32 MiB.
    let options = options.pragma("cache_size", "-65536").pragma("wal_autocheckpoint", "8192");
    SqliteConnection::connect_with(&options).await.map_err(Error::Failing)
}

/// So many connections, from the first to the last moment. One that is given up while the pool opens, tests or replaces
/// it is closed by a thread that nobody waits for, and where a reader is thereby the last one, the log stays.
pub(crate) async fn readers(path: &Path) -> Result<SqlitePool, Error> {
    let pool = SqlitePoolOptions::new().min_connections(READERS).max_connections(READERS);
    let pool = pool.test_before_acquire(false).idle_timeout(None).max_lifetime(None);
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    pool.connect_with(options).await.map_err(|error| unopenable(path, error))
}

/// Keeps a second program out: it would move the cursor of the first. A file beside the database, because closing the
/// database's own file a second time would drop SQLite's locks on it.
pub(crate) fn lock(path: &Path, place: &dyn std::fmt::Display) -> Result<File, Error> {
    let name = beside(path, ".lock");
    let unopenable =
        |error: io::Error| Error::Unopenable { place: name.display().to_string(), reason: error.to_string() };
    let file = File::options().create(true).truncate(false).write(true).open(&name).map_err(unopenable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse { place: place.to_string() }),
        Err(TryLockError::Error(error)) => Err(unopenable(error)),
    }
}

/// What an error says of a file that was not opened before.
pub(crate) fn unopenable(path: &Path, error: sqlx::Error) -> Error {
    let place = path.display().to_string();
    match &error {
        sqlx::Error::Database(found) if found.code().as_deref() == Some(NOT_A_DATABASE) => Error::NotOurs { place },
        other => Error::Unopenable { place, reason: other.to_string() },
    }
}

/// Whether a table or column is missing.
pub(crate) fn is_missing(error: &Error) -> bool {
    let code = |error: &dyn sqlx::error::DatabaseError| error.code().as_deref() == Some(GENERIC);
    matches!(error, Error::Failing(sqlx::Error::Database(error)) if code(&**error))
}
