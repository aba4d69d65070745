//! An open database: one writer, and readers that each see one moment.

use crate::{
    Error, FromRow, Place, Query, Schema, Server,
    migrate::{self, Identity},
    postgres,
    session::Session,
    sqlite,
    writing::{Slot, Writer, Writing},
};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use std::{fmt, fs::File, sync::Arc};
use tokio::sync::Mutex;

/// An open database. Copies are the same one.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    place: Place,
    name: String,
    schema: &'static Schema,
    /// What it was of when it was opened.
    identity: Identity,
    writer: Mutex<Slot>,
    readers: Readers,
    /// Locked until this is closed; the operating system unlocks it however the process ends.
    lock: File,
}

enum Readers {
    Sqlite(SqlitePool),
    Postgres(PgPool, Server),
}

/// One moment of the database.
pub enum Reading<'d> {
    /// Of SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of PostgreSQL, and how its server is called.
    Postgres(Transaction<'static, Postgres>, &'d str),
}

impl fmt::Debug for Database {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Database({})", self.inner.name)
    }
}

impl Database {
    /// Opens the database for writing, creates it where there is nothing, and migrates it. `birth` is what a new one begins with.
    ///
    /// # Errors
    ///
    /// [`Error::InUse`] where another program writes into it; [`Error::NotMigrated`] where this account may not change
    /// its tables.
    pub async fn open(place: &Place, schema: &'static Schema, birth: Vec<Query<'_>>) -> Result<Self, Error> {
        let name = place.to_string();
        let birth = match place {
            Place::File(path) => sqlite::create(path, schema, birth).await.map(|()| Vec::new())?,
            Place::Server(_) => birth,
        };
        let lock = sqlite::lock(place.files(), place)?;
        let mut writer = Writer::connect(place, schema).await.map_err(|error| place.unopenable(error))?;
        prepare(&mut writer, schema, &name, birth).await.map_err(|error| place.unopenable(error))?;
        let readers = match place {
            Place::File(path) => Readers::Sqlite(sqlite::readers(path).await?),
            Place::Server(server) => Readers::Postgres(postgres::readers(server, schema)?, server.clone()),
        };
        let identity = migrate::identity(&mut writer.session(&name), schema, &name).await?;
        let writer = Mutex::new(Slot::with(writer));
        Ok(Self { inner: Arc::new(Inner { place: place.clone(), name, schema, identity, writer, readers, lock }) })
    }

    /// One moment, to read. Nothing written later is seen in it.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn read(&self) -> Result<Reading<'_>, Error> {
        Ok(match &self.inner.readers {
            Readers::Sqlite(pool) => Reading::Sqlite(pool.begin().await.map_err(Error::Failing)?),
            Readers::Postgres(pool, server) => {
                let moment = postgres::moment(pool, server, self.inner.schema);
                Reading::Postgres(moment.await?, &self.inner.name)
            }
        })
    }

    /// All rows of one query.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn all<T: FromRow>(&self, query: Query<'_>) -> Result<Vec<T>, Error> {
        self.read().await?.session().all(query).await
    }

    /// The first row of one query, if there is one.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn optional<T: FromRow>(&self, query: Query<'_>) -> Result<Option<T>, Error> {
        self.read().await?.session().optional(query).await
    }

    /// The one row of one query.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn one<T: FromRow>(&self, query: Query<'_>) -> Result<T, Error> {
        self.read().await?.session().one(query).await
    }

    /// Begins a transaction of the writer; waits until the last one has ended.
    ///
    /// # Errors
    ///
    /// What the database says; [`Error::LockLost`] where the lock ended with the last connection, and is held elsewhere;
    /// [`Error::Replaced`] where another database stands there since.
    pub async fn write(&self) -> Result<Writing<'_>, Error> {
        let Inner { place, name, schema, identity, writer, .. } = &*self.inner;
        Writing::begin(writer.lock().await, place, name, schema, identity).await
    }

    /// Ends all connections, the writer last: SQLite's folds the write-ahead log into the file. Then gives it free.
    pub async fn close(&self) {
        match &self.inner.readers {
            Readers::Sqlite(pool) => pool.close().await,
            Readers::Postgres(pool, _) => postgres::close_readers(pool).await,
        }
        let Inner { place, schema, writer, .. } = &*self.inner;
        writer.lock().await.close(place, schema).await;
        // Where this fails, the lock goes with the process.
        let _ = self.inner.lock.unlock();
    }
}

impl Reading<'_> {
    /// What it reads by.
    pub fn session(&mut self) -> Session<'_> {
        match self {
            Self::Sqlite(transaction) => Session::Sqlite(transaction),
            Self::Postgres(transaction, place) => Session::Postgres(transaction, place),
        }
    }
}

/// Creates or migrates what the lock is held of.
async fn prepare(writer: &mut Writer, schema: &Schema, name: &str, birth: Vec<Query<'_>>) -> Result<(), Error> {
    let mut session = writer.session(name);
    let found = migrate::find(&mut session, schema, name).await?;
    let known = schema.newest();
    let done = match found {
        migrate::Found::Nothing => migrate::create(&mut session, schema, birth).await,
        migrate::Found::Version(version) if version == known => Ok(()),
        older => migrate::migrate(&mut session, schema, older).await,
    };
    done.map_err(|error| match error {
        Error::Forbidden { place, .. } => Error::NotMigrated { place, found: found.version(), known },
        other => other,
    })
}
