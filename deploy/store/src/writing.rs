//! The one writer: a transaction is committed as a whole, or its connection is not used again.

use crate::{Error, Place, Schema, migrate, postgres, query, session::Session, sqlite};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use tokio::{runtime::Handle, sync::MutexGuard, task::JoinHandle};

/// The writer's connection, while it has one.
#[derive(Default)]
pub(crate) struct Slot {
    pub(crate) connection: Option<Writer>,
    /// A connection whose transaction was not committed, while it is closed: nobody knows what it would do next.
    closing: Option<JoinHandle<()>>,
}

pub(crate) enum Writer {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// A transaction of the writer. Dropped without [`Self::commit`], it has changed nothing.
pub struct Writing<'d> {
    slot: MutexGuard<'d, Slot>,
    place: &'d str,
    committed: bool,
}

impl Writer {
    /// Connects, and takes the lock where it lives in the connection.
    pub(crate) async fn connect(place: &Place, schema: &Schema) -> Result<Self, Error> {
        Ok(match place {
            Place::File(path) => Self::Sqlite(sqlite::writer(path).await?),
            Place::Server(server) => Self::Postgres(postgres::writer(server, schema).await?),
        })
    }

    pub(crate) fn session<'s>(&'s mut self, place: &'s str) -> Session<'s> {
        match self {
            Self::Sqlite(connection) => Session::Sqlite(connection),
            Self::Postgres(connection) => Session::Postgres(connection, place),
        }
    }

    pub(crate) async fn close(self) {
        let closed = match self {
            Self::Sqlite(connection) => connection.close().await.map_err(Error::Failing),
            Self::Postgres(connection) => postgres::close(connection, "").await,
        };
        if let Err(error) = closed {
            tracing::debug!(%error, "a connection was not closed in order");
        }
    }
}

impl Slot {
    pub(crate) fn with(connection: Writer) -> Self {
        Self { connection: Some(connection), closing: None }
    }

    pub(crate) async fn close(&mut self, place: &Place, schema: &Schema) {
        self.closed().await;
        if self.connection.is_none() && matches!(place, Place::File(_)) {
            // A reader was the last one to close the file, and could not fold the log into it.
            self.connection = Writer::connect(place, schema).await.ok();
        }
        if let Some(writer) = self.connection.take() {
            writer.close().await;
        }
    }

    /// Waits until the last connection that failed is closed.
    async fn closed(&mut self) {
        if let Some(closing) = self.closing.take() {
            // It is closed either way.
            let _ = closing.await;
        }
    }
}

impl<'d> Writing<'d> {
    /// Begins, with a new connection where the last one failed: then what it reaches is compared with what was opened.
    pub(crate) async fn begin(
        mut slot: MutexGuard<'d, Slot>,
        place: &Place,
        name: &'d str,
        schema: &Schema,
        opened: &[(String, String)],
    ) -> Result<Self, Error> {
        slot.closed().await;
        let anew = slot.connection.is_none();
        if anew {
            let connected = Writer::connect(place, schema).await;
            slot.connection = Some(connected.map_err(|error| match error {
                Error::InUse { place } => Error::LockLost { place },
                other => other,
            })?);
        }
        let mut writing = Self { slot, place: name, committed: false };
        let mut session = writing.session()?;
        if anew {
            migrate::same(&mut session, schema, name, opened).await?;
        }
        let begin = migrate::begin(&session);
        session.execute(begin).await?;
        Ok(writing)
    }

    /// What it writes by.
    ///
    /// # Errors
    ///
    /// [`Error::Crashed`] where it has been committed.
    pub fn session(&mut self) -> Result<Session<'_>, Error> {
        let writer = self.slot.connection.as_mut().ok_or(Error::Crashed)?;
        Ok(writer.session(self.place))
    }

    /// Commits; durable on return. After an error nobody knows whether it was.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn commit(mut self) -> Result<(), Error> {
        self.session()?.execute(query("COMMIT")).await?;
        self.committed = true;
        Ok(())
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        match self.slot.connection.take() {
            // It may have rolled back by itself, or not; until it is closed, nobody else may write.
            Some(writer @ Writer::Sqlite(_)) => {
                self.slot.closing = Handle::try_current().ok().map(|runtime| runtime.spawn(writer.close()));
            }
            // The server rolls back when nobody listens any more.
            Some(Writer::Postgres(connection)) => drop(connection),
            None => {}
        }
    }
}
