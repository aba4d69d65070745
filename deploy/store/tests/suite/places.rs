//! Databases to test on, and a small program that keeps something in them.

use greatseal_postgres::{Base, shared};
use greatseal_store::{Database, Error, Kind, Legacy, Migration, Password, Place, Query, Schema, Server, Table, query};
use std::path::PathBuf;
use tempfile::TempDir;

pub(crate) static NOTES: Table = Table {
    name: "notes",
    columns: &[("number", Kind::Int), ("text", Kind::Text), ("bytes", Kind::Blob)],
    key: "number",
    changes: "",
    grows: true,
};
pub(crate) static COUNTER: Table = Table {
    name: "counter",
    columns: &[("id", Kind::Int), ("next", Kind::Int)],
    key: "id",
    changes: "next",
    grows: false,
};

const TABLES: &[&Table] = &[&NOTES, &COUNTER];
const FIRST: Migration = Migration {
    sqlite: "CREATE TABLE notes (number BIGINT NOT NULL PRIMARY KEY, text TEXT, bytes BLOB);
             CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, next BIGINT NOT NULL);",
    postgres: "CREATE TABLE notes (number BIGINT NOT NULL PRIMARY KEY, text TEXT, bytes BYTEA);
               CREATE TABLE counter (id BIGINT NOT NULL PRIMARY KEY, next BIGINT NOT NULL);",
};
const SECOND: Migration =
    Migration { sqlite: "CREATE INDEX by_text ON notes (text);", postgres: "CREATE INDEX by_text ON notes (text);" };
/// The second one, with a space more.
const CHANGED: Migration =
    Migration { sqlite: "CREATE INDEX by_text  ON notes (text);", postgres: "CREATE INDEX by_text  ON notes (text);" };
/// Fails after it has done something.
const BROKEN: Migration = Migration {
    sqlite: "CREATE TABLE half (a BIGINT); CREATE TABLE notes (a BIGINT);",
    postgres: "CREATE TABLE half (a BIGINT); CREATE TABLE notes (a BIGINT);",
};

const fn schema(migrations: &'static [Migration]) -> Schema {
    Schema {
        program: "notebook",
        namespace: "notebook",
        migrations,
        tables: TABLES,
        identity: "SELECT 'owner', text FROM notes WHERE number < 0 ORDER BY number",
        legacy: Some(Legacy { query: "SELECT text FROM notes WHERE number = 0", first: "first", counted: "counted" }),
    }
}

pub(crate) static ONE: Schema = schema(&[FIRST]);
pub(crate) static TWO: Schema = schema(&[FIRST, SECOND]);
pub(crate) static OTHER_TWO: Schema = schema(&[FIRST, CHANGED]);
pub(crate) static BROKEN_TWO: Schema = schema(&[FIRST, BROKEN]);
pub(crate) static STRANGER: Schema = Schema { program: "stranger", ..schema(&[FIRST]) };

/// A place for one test.
pub(crate) struct Spot {
    pub(crate) place: Place,
    pub(crate) base: Option<Base<'static>>,
    pub(crate) home: TempDir,
}

impl Spot {
    pub(crate) fn file() -> Self {
        let home = tempfile::tempdir().unwrap();
        Self { place: Place::File(home.path().join("a.db")), base: None, home }
    }

    pub(crate) fn server() -> Self {
        let (home, base) = (tempfile::tempdir().unwrap(), shared().database().unwrap());
        let files = home.path().join("a.db");
        Self { place: place(&base, "owner", None, files), base: Some(base), home }
    }

    pub(crate) fn both() -> [Self; 2] {
        [Self::file(), Self::server()]
    }

    pub(crate) async fn open(&self, schema: &'static Schema) -> Result<Database, Error> {
        Database::open(&self.place, schema, birth()).await
    }
}

pub(crate) fn place(base: &Base<'_>, account: &str, password: Option<&str>, files: PathBuf) -> Place {
    let password = password.map(str::to_owned).map(|password| Password::read_by(move || Ok(password.clone().into())));
    Place::Server(Server { url: base.url(account).parse().unwrap(), password, files })
}

pub(crate) fn birth() -> Vec<Query<'static>> {
    vec![query("INSERT INTO counter (id, next) VALUES (1, $1)").bind(7)]
}

pub(crate) async fn add(database: &Database, number: i64, text: &str) -> Result<(), Error> {
    let mut writing = database.write().await?;
    let note = query("INSERT INTO notes (number, text, bytes) VALUES ($1, $2, $3)");
    writing.session()?.execute(note.bind(number).bind(text).bind(&[1, 2, 3])).await?;
    writing.commit().await
}

pub(crate) async fn texts(database: &Database) -> Vec<String> {
    database.all(query("SELECT text FROM notes ORDER BY number")).await.unwrap()
}
