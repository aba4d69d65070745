//! A query with its values: one text for both databases, with `$1`, `$2`, … in it.

use sqlx::{Arguments as _, AssertSqlSafe, SqlSafeStr as _, SqlStr, postgres::PgArguments, sqlite::SqliteArguments};
use std::borrow::Cow;

/// A query with its values.
#[derive(Debug)]
pub struct Query<'q> {
    text: SqlStr,
    values: Vec<Value<'q>>,
}

/// A value of a query. `None` is a NULL of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'q> {
    /// A number.
    Int(Option<i64>),
    /// A text.
    Text(Option<Cow<'q, str>>),
    /// Bytes.
    Blob(Option<Cow<'q, [u8]>>),
}

/// A query of this text.
pub fn query(text: &'static str) -> Query<'static> {
    Query { text: text.into_sql_str(), values: Vec::new() }
}

impl<'q> Query<'q> {
    /// A query whose text the program has put together, of names that it knows.
    pub(crate) fn assembled(text: String) -> Self {
        Self { text: AssertSqlSafe(text).into_sql_str(), values: Vec::new() }
    }

    /// With its next value.
    pub fn bind<'v, V: Into<Value<'v>>>(self, value: V) -> Query<'v>
    where
        'q: 'v,
    {
        let mut values: Vec<Value<'v>> = self.values;
        values.push(value.into());
        Query { text: self.text, values }
    }

    pub(crate) fn sqlite(self) -> Result<(SqlStr, SqliteArguments), sqlx::Error> {
        let mut arguments = SqliteArguments::default();
        for value in self.values {
            let added = match value {
                Value::Int(number) => arguments.add(number),
                Value::Text(text) => arguments.add(text.map(Cow::into_owned)),
                Value::Blob(bytes) => arguments.add(bytes.map(Cow::into_owned)),
            };
            added.map_err(sqlx::Error::Encode)?;
        }
        Ok((self.text, arguments))
    }

    pub(crate) fn postgres(self) -> Result<(SqlStr, PgArguments), sqlx::Error> {
        let mut arguments = PgArguments::default();
        for value in &self.values {
            let added = match value {
                Value::Int(number) => arguments.add(*number),
                Value::Text(text) => arguments.add(text.as_deref()),
                Value::Blob(bytes) => arguments.add(bytes.as_deref()),
            };
            added.map_err(sqlx::Error::Encode)?;
        }
        Ok((self.text, arguments))
    }
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl<'q> From<&'q str> for Value<'q> {
    fn from(text: &'q str) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl<'q> From<&'q String> for Value<'q> {
    fn from(text: &'q String) -> Self {
        Self::Text(Some(text.into()))
    }
}

impl<'q> From<&'q [u8]> for Value<'q> {
    fn from(bytes: &'q [u8]) -> Self {
        Self::Blob(Some(bytes.into()))
    }
}

impl<'q, const N: usize> From<&'q [u8; N]> for Value<'q> {
    fn from(bytes: &'q [u8; N]) -> Self {
        Self::Blob(Some(bytes.as_slice().into()))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Blob(Some(bytes.into()))
    }
}

impl<'q> From<&'q Vec<u8>> for Value<'q> {
    fn from(bytes: &'q Vec<u8>) -> Self {
        Self::Blob(Some(bytes.into()))
    }
}

impl<'q> From<Option<&'q [u8]>> for Value<'q> {
    fn from(bytes: Option<&'q [u8]>) -> Self {
        Self::Blob(bytes.map(Cow::from))
    }
}
