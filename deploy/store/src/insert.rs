//! Many rows in one statement: on SQLite a list of values, on PostgreSQL an array for each column.

use crate::{Error, Table, postgres};
use sqlx::{
    Arguments as _, AssertSqlSafe, PgConnection, SqliteConnection, postgres::PgArguments, sqlite::SqliteArguments,
};

/// Rows of one statement of SQLite. Statements of this number of rows are prepared once.
const ROWS: usize = 64;
/// Rows of one statement of PostgreSQL, and the bytes from which one is sent although it has fewer.
const MOST: usize = 16_384;
const BYTES: usize = 16 * 1024 * 1024;

/// Rows for a table, column by column.
#[derive(Debug)]
pub struct Insert<'q> {
    table: &'static Table,
    columns: Vec<Data<'q>>,
    /// Whether rows whose key is there already are left as they are.
    keeps: bool,
}

/// A column of new rows. `None` is a NULL.
#[derive(Debug)]
pub enum Data<'q> {
    /// Numbers.
    Ints(Vec<Option<i64>>),
    /// Texts.
    Texts(Vec<Option<&'q str>>),
    /// Bytes.
    Blobs(Vec<Option<&'q [u8]>>),
}

impl<'q> Data<'q> {
    /// Numbers that are all there.
    pub fn ints(numbers: impl IntoIterator<Item = i64>) -> Self {
        Self::Ints(numbers.into_iter().map(Some).collect())
    }

    /// Texts that are all there.
    pub fn texts(texts: impl IntoIterator<Item = &'q str>) -> Self {
        Self::Texts(texts.into_iter().map(Some).collect())
    }

    /// Bytes that are all there.
    pub fn blobs(blobs: impl IntoIterator<Item = &'q [u8]>) -> Self {
        Self::Blobs(blobs.into_iter().map(Some).collect())
    }

    fn len(&self) -> usize {
        match self {
            Self::Ints(all) => all.len(),
            Self::Texts(all) => all.len(),
            Self::Blobs(all) => all.len(),
        }
    }

    /// Bytes of a value.
    fn bytes(&self, row: usize) -> usize {
        match self {
            Self::Ints(_) => 8,
            Self::Texts(all) => all.get(row).copied().flatten().map_or(0, str::len),
            Self::Blobs(all) => all.get(row).copied().flatten().map_or(0, <[u8]>::len),
        }
    }
}

impl<'q> Insert<'q> {
    /// Rows for a table: all its columns, in their order, each as long as the others.
    pub fn new(table: &'static Table, columns: Vec<Data<'q>>) -> Self {
        debug_assert_eq!(table.columns.len(), columns.len(), "{}", table.name);
        Self { table, columns, keeps: false }
    }

    /// Rows whose key is there already are left as they are.
    pub fn keeping(self) -> Self {
        Self { keeps: true, ..self }
    }

    fn rows(&self) -> usize {
        self.columns.iter().map(Data::len).min().unwrap_or_default()
    }

    /// `INSERT INTO table (columns) `, and what stands at the end.
    fn frame(&self) -> (String, String) {
        let head = format!("INSERT INTO {} ({}) ", self.table.name, self.table.names());
        let tail = if self.keeps { format!(" ON CONFLICT ({}) DO NOTHING", self.table.key) } else { String::new() };
        (head, tail)
    }

    pub(crate) async fn into_sqlite(self, connection: &mut SqliteConnection) -> Result<(), Error> {
        let (head, tail) = self.frame();
        let text = |rows: usize| {
            let mut text = format!("{head}VALUES ");
            let mut place = 0_usize;
            for row in 0..rows {
                text.push_str(if row == 0 { "(" } else { ", (" });
                for column in 0..self.columns.len() {
                    place = place.saturating_add(1);
                    text.push_str(if column == 0 { "$" } else { ", $" });
                    text.push_str(&place.to_string());
                }
                text.push(')');
            }
            text.push_str(&tail);
            text
        };
        let whole = (self.rows() >= ROWS).then(|| text(ROWS));
        let mut first = 0;
        while first < self.rows() {
            let behind = first.saturating_add(ROWS).min(self.rows());
            let mut arguments = SqliteArguments::default();
            arguments.reserve((behind - first).saturating_mul(self.columns.len()), 0);
            for row in first..behind {
                for column in &self.columns {
                    let added = match column {
                        Data::Ints(all) => arguments.add(all.get(row).copied().flatten()),
                        Data::Texts(all) => arguments.add(all.get(row).copied().flatten()),
                        Data::Blobs(all) => arguments.add(all.get(row).copied().flatten()),
                    };
                    added.map_err(|error| Error::Failing(sqlx::Error::Encode(error)))?;
                }
            }
            let usual = whole.as_ref().filter(|_| behind - first == ROWS);
            let statement = usual.cloned().unwrap_or_else(|| text(behind - first));
            let query = sqlx::query_with(AssertSqlSafe(statement), arguments).persistent(usual.is_some());
            query.execute(&mut *connection).await.map_err(Error::Failing)?;
            first = behind;
        }
        Ok(())
    }

    pub(crate) async fn into_postgres(self, connection: &mut PgConnection, place: &str) -> Result<(), Error> {
        let (head, tail) = self.frame();
        let arrays =
            (1_usize..).zip(self.table.columns).map(|(place, (_, kind))| format!("${place}::{}[]", kind.postgres()));
        let text = format!("{head}SELECT * FROM UNNEST({}){tail}", arrays.collect::<Vec<_>>().join(", "));
        let mut first = 0;
        while first < self.rows() {
            let behind = self.part(first);
            let mut arguments = PgArguments::default();
            for column in &self.columns {
                let added = match column {
                    Data::Ints(all) => arguments.add(all.get(first..behind).unwrap_or_default()),
                    Data::Texts(all) => arguments.add(all.get(first..behind).unwrap_or_default()),
                    Data::Blobs(all) => arguments.add(all.get(first..behind).unwrap_or_default()),
                };
                added.map_err(|error| Error::Server(sqlx::Error::Encode(error)))?;
            }
            let query = sqlx::query_with(AssertSqlSafe(text.as_str()), arguments);
            postgres::patiently(place, query.execute(&mut *connection)).await?;
            first = behind;
        }
        Ok(())
    }

    /// The row behind those that go into one statement from this one on: at least one.
    fn part(&self, first: usize) -> usize {
        let (mut behind, mut bytes) = (first, 0_usize);
        while behind < self.rows() && behind - first < MOST && bytes < BYTES {
            bytes = self.columns.iter().map(|column| column.bytes(behind)).fold(bytes, usize::saturating_add);
            behind = behind.saturating_add(1);
        }
        behind
    }
}
