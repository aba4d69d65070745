//! Databases to test on: a file and a real server, and somebody who may do anything with them.

use greatseal_postgres::{Base, shared};
use greatseal_store::{Place, Server};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::{
    fs,
    path::{Path, PathBuf},
};
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
                let statement = translated(statement);
                let free = "SET session_replication_role = replica; SET search_path = greatseal, public";
                sql(base, format!("{zeros}; {free}; {statement}")).await.unwrap();
            }
        }
    }

    /// Keeps what it holds, while nobody uses it, for [`Self::back`]: making another database takes far longer.
    pub(crate) fn keep(&self) {
        match &self.base {
            None => drop(fs::copy(&self.path, self.path.with_extension("kept")).unwrap()),
            Some(base) => {
                let copies = "DO $$ DECLARE name text; BEGIN \
                              FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'greatseal' LOOP \
                              EXECUTE format('CREATE TABLE kept.%I AS TABLE greatseal.%I', name, name); END LOOP; END $$";
                base.sql(&format!("CREATE SCHEMA kept; {copies}")).map(drop).unwrap();
            }
        }
    }

    /// Brings back what was kept.
    pub(crate) fn back(&self) {
        match &self.base {
            None => {
                for beside in ["db-wal", "db-shm"] {
                    let _ = fs::remove_file(self.path.with_extension(beside));
                }
                fs::copy(self.path.with_extension("kept"), &self.path).unwrap();
            }
            Some(base) => {
                let back = "DO $$ DECLARE name text; BEGIN \
                            FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP \
                            EXECUTE format('DELETE FROM greatseal.%I', name); \
                            EXECUTE format('INSERT INTO greatseal.%I SELECT * FROM kept.%I', name, name); END LOOP; END $$";
                base.sql(&format!("SET session_replication_role = replica; {back}")).map(drop).unwrap();
            }
        }
    }

    /// Another way to its server, by a socket in this folder.
    pub(crate) fn by(&self, folder: &Path) -> Place {
        let url = self.base.as_ref().unwrap().url_by("owner", folder).parse().unwrap();
        Place::Server(Server { url, password: None, files: self.path.clone() })
    }

    /// Its server's socket.
    pub(crate) fn socket(&self) -> PathBuf {
        self.base.as_ref().unwrap().socket()
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
                sql(base, as_owner).await.map_err(|error| error.to_string())
            }
        }
    }
}

/// Waits on another thread: a reader that was dropped ends its transaction on this one, and its locks are waited for.
async fn sql(base: &Base<'static>, statements: String) -> std::io::Result<()> {
    let name = base.name.clone();
    tokio::task::spawn_blocking(move || shared().sql(&name, &statements).map(drop)).await.unwrap()
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
