//! Databases to test on: a file and a real server, and somebody who may do anything with them.

use greatseal_postgres::{Base, shared};
use greatseal_store::{Place, Server};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    File,
    Server,
}

pub(crate) const BOTH: [On; 2] = [On::File, On::Server];

/// A place for one test.
pub(crate) struct Spot {
    pub(crate) place: Place,
    /// The database's file; on a server what the files beside it begin with.
    pub(crate) path: PathBuf,
    base: Option<Base<'static>>,
    _home: TempDir,
}

impl Spot {
    pub(crate) fn new(on: On) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("audit.db");
        let base = (on == On::Server).then(|| shared().database().unwrap());
        let place = match &base {
            None => Place::File(path.clone()),
            Some(base) => {
                let url = base.url("owner").parse().unwrap();
                Place::Server(Server { url, password: None, files: path.clone() })
            }
        };
        Self { place, path, base, _home: home }
    }

    /// Does what no account may, as whoever owns the file or the server: neither triggers nor references are asked. Statements
    /// are SQLite's; of bytes there are `x'00'` and `zeroblob(1)`.
    pub(crate) async fn damage(&self, statement: &str) {
        match &self.base {
            None => {
                let mut vandal = vandal(&self.path).await;
                for trigger in ["events_keep", "events_stay", "blocks_keep", "blocks_stay", "nodes_keep"] {
                    execute(&mut vandal, &format!("DROP TRIGGER IF EXISTS {trigger}")).await.unwrap();
                }
                execute(&mut vandal, statement).await.unwrap();
                vandal.close().await.unwrap();
            }
            Some(base) => {
                let zeros = "CREATE OR REPLACE FUNCTION public.zeroblob(n int) RETURNS bytea LANGUAGE sql AS \
                             $$ SELECT decode(repeat('00', n), 'hex') $$";
                base.sql(&format!(
                    "{zeros}; SET session_replication_role = replica; SET search_path = greatseal, public; {}",
                    translated(statement)
                ))
                .unwrap();
            }
        }
    }

    /// Runs a statement as the owner of the tables, whom triggers ask; gives what is said where it is refused.
    pub(crate) async fn owner(&self, statement: &str) -> Result<(), String> {
        match &self.base {
            None => {
                let mut owner = vandal(&self.path).await;
                let done = execute(&mut owner, statement).await;
                owner.close().await.unwrap();
                done.map(drop).map_err(|error| error.to_string())
            }
            Some(base) => {
                let statement = translated(statement);
                let as_owner = format!("SET ROLE owner; SET search_path = greatseal; {statement}");
                base.sql(&as_owner).map(drop).map_err(|error| error.to_string())
            }
        }
    }
}

/// Bytes as PostgreSQL writes them.
fn translated(statement: &str) -> String {
    let mut parts = statement.split("x'");
    let mut text = parts.next().unwrap().to_owned();
    for part in parts {
        let (hex, rest) = part.split_once('\'').unwrap();
        text.push_str(&format!("'\\x{hex}'::bytea{rest}"));
    }
    text
}

pub(crate) async fn vandal(path: &Path) -> SqliteConnection {
    // Whoever owns the file need not keep its own rules.
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path).foreign_keys(false)).await.unwrap()
}

pub(crate) async fn execute(connection: &mut SqliteConnection, statement: &str) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(AssertSqlSafe(statement.to_owned())).execute(connection).await?;
    Ok(done.rows_affected())
}
