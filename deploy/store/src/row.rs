//! Rows of both databases, and what they are read as.

use crate::{Error, Value};
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, postgres::PgRow, sqlite::SqliteRow};
use std::borrow::Cow;

/// A row as its database gave it: it is read when it is asked for, so that a column of another type is found in its row.
pub enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

/// What a column can be read as.
pub trait Column:
    for<'r> Decode<'r, Sqlite> + Type<Sqlite> + for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin
{
}

impl Column for i64 {}
impl Column for String {}
impl Column for Vec<u8> {}
impl Column for Option<i64> {}
impl Column for Option<String> {}
impl Column for Option<Vec<u8>> {}

/// What a row can be read as.
pub trait FromRow: Sized {
    /// Reads a row.
    ///
    /// # Errors
    ///
    /// A column that holds something else.
    fn from_row(row: &Row) -> Result<Self, Error>;
}

impl Row {
    /// The column at a place, from 0.
    ///
    /// # Errors
    ///
    /// Where it holds something else, or is not there.
    pub fn get<T: Column>(&self, place: usize) -> Result<T, Error> {
        match self {
            Self::Sqlite(row) => row.try_get(place).map_err(Error::Failing),
            Self::Postgres(row) => row.try_get(place).map_err(Error::Server),
        }
    }

    /// The column at a place, as a value of its kind.
    pub(crate) fn value(&self, place: usize, kind: crate::Kind) -> Result<Value<'static>, Error> {
        Ok(match kind {
            crate::Kind::Int => Value::Int(self.get(place)?),
            crate::Kind::Text => Value::Text(self.get::<Option<String>>(place)?.map(Cow::from)),
            crate::Kind::Blob => Value::Blob(self.get::<Option<Vec<u8>>>(place)?.map(Cow::from)),
        })
    }
}

macro_rules! scalars {
    ($($type:ty),+) => { $(
        impl FromRow for $type {
            fn from_row(row: &Row) -> Result<Self, Error> {
                row.get(0)
            }
        }
    )+ };
}

scalars!(i64, String, Vec<u8>, Option<i64>, Option<String>, Option<Vec<u8>>);

macro_rules! tuples {
    ($(($($type:ident $place:tt),+))+) => { $(
        impl<$($type: Column),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row) -> Result<Self, Error> {
                Ok(($(row.get::<$type>($place)?,)+))
            }
        }
    )+ };
}

tuples! {
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
}
