//! What a program keeps: its tables, and the migrations that lead to them.

/// What a program keeps in its database.
#[derive(Debug)]
pub struct Schema {
    /// The program's name: a database belongs to one program.
    pub program: &'static str,
    /// PostgreSQL's schema that holds the tables.
    pub namespace: &'static str,
    /// From nothing to the present tables. Released ones never change: the database holds their hashes.
    pub migrations: &'static [Migration],
    /// The present tables, a table behind those that it refers to.
    pub tables: &'static [&'static Table],
    /// Gives pairs of texts, a name and a value, in the same order each time: what a database is of, for ever.
    pub identity: &'static str,
    /// How databases look that were written before migrations were counted.
    pub legacy: Option<Legacy>,
}

/// One step, applied in one transaction. Its number is its place, from 1.
#[derive(Debug)]
pub struct Migration {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

/// An SQLite database without a table of migrations.
#[derive(Debug)]
pub struct Legacy {
    /// Gives one text, the name of its schema.
    pub query: &'static str,
    /// The name of the schema that the first migration makes.
    pub first: &'static str,
    /// The name that says that migrations are counted.
    pub counted: &'static str,
}

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// All columns, in their order.
    pub columns: &'static [(&'static str, Kind)],
    /// The columns of its primary key.
    pub key: &'static str,
    /// Columns that the writer may change; rows are only added where there is none.
    pub changes: &'static str,
    /// Whether the writer adds rows at all.
    pub grows: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `BIGINT`.
    Int,
    /// `TEXT`.
    Text,
    /// `BLOB`, on PostgreSQL `BYTEA`.
    Blob,
}

impl Schema {
    /// The newest version: the number of the last migration.
    pub fn newest(&self) -> i64 {
        i64::try_from(self.migrations.len()).unwrap_or(i64::MAX)
    }
}

impl Table {
    /// The columns' names, as a query lists them.
    pub(crate) fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

impl Kind {
    /// PostgreSQL's name of the type.
    pub(crate) fn postgres(self) -> &'static str {
        match self {
            Self::Int => "bigint",
            Self::Text => "text",
            Self::Blob => "bytea",
        }
    }
}
