//! Databases of the services: SQLite and PostgreSQL behind one port.
//!
//! A database is named by a [`Place`]: a file, or a server's address. A program states its tables and migrations in a [`Schema`]; one
//! query text serves both databases. There is one writer at a time ([`Writing`]), and any number of readers, each of
//! which sees one moment ([`Reading`]).

mod backup;
mod database;
mod error;
mod insert;
mod look;
mod migrate;
mod place;
mod postgres;
mod query;
mod roles;
mod row;
mod schema;
mod session;
mod sqlite;
mod writing;

pub use backup::{Archive, BackupError, Copied};
pub use database::{Database, Reading};
pub use error::{Error, Trouble};
pub use insert::{Data, Insert};
pub use look::Look;
pub use place::{Password, Place, Server, ServerUrl};
pub use query::{Query, Value, query};
pub use roles::Roles;
pub use row::{Column, FromRow, Row};
pub use schema::{Kind, Legacy, Migration, Schema, Table};
pub use session::Session;
pub use writing::Writing;

/// What one thing is, in bytes that stay: of a migration's text, of a backup.
fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}
