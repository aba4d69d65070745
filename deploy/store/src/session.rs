//! A connection that a query goes to, whichever database it is of.

use crate::{Error, FromRow, Insert, Query, Row, postgres};
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use sqlx::{PgConnection, SqliteConnection, postgres::PgRow, sqlite::SqliteRow};
use std::pin::Pin;

/// A connection in use.
pub enum Session<'c> {
    /// Of SQLite.
    Sqlite(&'c mut SqliteConnection),
    /// Of PostgreSQL, and how its server is called.
    Postgres(&'c mut PgConnection, &'c str),
}

/// Rows on their way.
pub(crate) type Rows<'s> = Pin<Box<dyn Stream<Item = Result<Row, Error>> + Send + 's>>;

impl Session<'_> {
    /// All rows, unread: the first one that cannot be read can be told from those before it.
    ///
    /// # Errors
    ///
    /// [`Error::Failing`], [`Error::Server`], [`Error::Silent`].
    pub async fn rows(&mut self, query: Query<'_>) -> Result<Vec<Row>, Error> {
        match self {
            Self::Sqlite(connection) => {
                let (text, arguments) = query.sqlite().map_err(Error::Failing)?;
                let rows: Vec<SqliteRow> =
                    sqlx::query_with(text, arguments).fetch_all(&mut **connection).await.map_err(Error::Failing)?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(connection, place) => {
                let (text, arguments) = query.postgres().map_err(Error::Server)?;
                let rows: Vec<PgRow> =
                    postgres::patiently(place, sqlx::query_with(text, arguments).fetch_all(&mut **connection)).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// All rows.
    ///
    /// # Errors
    ///
    /// [`Error::Failing`], [`Error::Server`], [`Error::Silent`].
    pub async fn all<T: FromRow>(&mut self, query: Query<'_>) -> Result<Vec<T>, Error> {
        self.rows(query).await?.iter().map(T::from_row).collect()
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    ///
    /// [`Error::Failing`], [`Error::Server`], [`Error::Silent`].
    pub async fn optional<T: FromRow>(&mut self, query: Query<'_>) -> Result<Option<T>, Error> {
        self.rows(query).await?.first().map(T::from_row).transpose()
    }

    /// The one row of a query that always has one.
    ///
    /// # Errors
    ///
    /// [`Error::Failing`], [`Error::Server`], [`Error::Silent`]; where there is none.
    pub async fn one<T: FromRow>(&mut self, query: Query<'_>) -> Result<T, Error> {
        self.optional(query).await?.ok_or(Error::Failing(sqlx::Error::RowNotFound))
    }

    /// Runs a statement; says how many rows it has touched.
    ///
    /// # Errors
    ///
    /// [`Error::Failing`], [`Error::Server`], [`Error::Silent`].
    pub async fn execute(&mut self, query: Query<'_>) -> Result<u64, Error> {
        match self {
            Self::Sqlite(connection) => {
                let (text, arguments) = query.sqlite().map_err(Error::Failing)?;
                let done = sqlx::query_with(text, arguments).execute(&mut **connection).await;
                done.map(|done| done.rows_affected()).map_err(Error::Failing)
            }
            Self::Postgres(connection, place) => {
                let (text, arguments) = query.postgres().map_err(Error::Server)?;
                let done = sqlx::query_with(text, arguments).execute(&mut **connection);
                postgres::patiently(place, done).await.map(|done| done.rows_affected())
            }
        }
    }

    /// Adds many rows at once.
    ///
    /// # Errors
    ///
    /// [`Error::Failing`], [`Error::Server`], [`Error::Silent`].
    pub async fn insert(&mut self, insert: Insert<'_>) -> Result<(), Error> {
        match self {
            Self::Sqlite(connection) => insert.into_sqlite(connection).await,
            Self::Postgres(connection, place) => insert.into_postgres(connection, place).await,
        }
    }

    /// Runs statements that a migration is made of.
    pub(crate) async fn script(&mut self, text: &'static str) -> Result<(), Error> {
        match self {
            Self::Sqlite(connection) => {
                sqlx::raw_sql(text).execute(&mut **connection).await.map(drop).map_err(Error::Failing)
            }
            // An index over a large table takes longer than any answer that is waited for elsewhere.
            Self::Postgres(connection, place) => {
                let done = sqlx::raw_sql(text).execute(&mut **connection).await;
                done.map(drop).map_err(|error| postgres::failed(place, error))
            }
        }
    }

    /// Rows one after the other: a table need not fit into memory.
    pub(crate) fn stream<'s>(&'s mut self, query: Query<'_>) -> Result<Rows<'s>, Error> {
        Ok(match self {
            Self::Sqlite(connection) => {
                let (text, arguments) = query.sqlite().map_err(Error::Failing)?;
                let rows = sqlx::query_with(text, arguments).fetch(&mut **connection);
                rows.map_ok(Row::Sqlite).map_err(Error::Failing).boxed()
            }
            Self::Postgres(connection, place) => {
                let (text, arguments) = query.postgres().map_err(Error::Server)?;
                let place = *place;
                let rows = sqlx::query_with(text, arguments).fetch(&mut **connection);
                rows.map_ok(Row::Postgres).map_err(move |error| postgres::failed(place, error)).boxed()
            }
        })
    }

    /// Whether this is PostgreSQL.
    pub(crate) fn is_server(&self) -> bool {
        matches!(self, Self::Postgres(..))
    }
}
