//! Migrations: numbered, each applied in one transaction and recorded with the hash of its text.

use crate::{Error, Migration, Query, Schema, query, session::Session, sha256, sqlite};

/// The name of the table of migrations.
pub(crate) const TABLE: &str = "migrations";
/// The table, the same on both databases but for the name of bytes.
const TABLE_SQLITE: &str = "\
CREATE TABLE migrations (number BIGINT NOT NULL PRIMARY KEY, program TEXT NOT NULL, sha256 BLOB NOT NULL);
CREATE TRIGGER migrations_keep BEFORE UPDATE ON migrations BEGIN SELECT RAISE(ABORT, 'migrations are append-only'); END;
CREATE TRIGGER migrations_stay BEFORE DELETE ON migrations BEGIN SELECT RAISE(ABORT, 'migrations are append-only'); END;";
const TABLE_POSTGRES: &str = "\
CREATE TABLE migrations (number BIGINT NOT NULL PRIMARY KEY, program TEXT NOT NULL, sha256 BYTEA NOT NULL);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION '% are append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER migrations_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON migrations
  FOR EACH STATEMENT EXECUTE FUNCTION refuse();";

/// What is found in a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing at all.
    Nothing,
    /// A database of this version, without a table of migrations.
    Legacy,
    /// A database of this version.
    Version(i64),
}

impl Found {
    pub(crate) fn version(self) -> i64 {
        match self {
            Self::Nothing => 0,
            Self::Legacy => 1,
            Self::Version(version) => version,
        }
    }
}

/// What a database is of.
pub(crate) type Identity = Vec<(String, String)>;

/// What a database is of; only reads.
pub(crate) async fn identity(session: &mut Session<'_>, schema: &Schema, place: &str) -> Result<Identity, Error> {
    match session.all(query(schema.identity)).await {
        Err(error) if error.undecodable() => Err(Error::NotOurs { place: place.to_owned() }),
        identity => identity,
    }
}

/// After a lost connection: what was opened stands there still, with the newest tables. Whoever answers at an address may be a
/// replica, a restored copy or another server since.
pub(crate) async fn same(
    session: &mut Session<'_>,
    schema: &Schema,
    place: &str,
    opened: &[(String, String)],
) -> Result<(), Error> {
    let replaced = |reason: &str| Err(Error::Replaced { place: place.to_owned(), reason: reason.into() });
    match find(session, schema, place).await {
        Ok(Found::Version(version)) if version == schema.newest() => {}
        Ok(Found::Nothing) => return replaced("it is empty"),
        Ok(found) => return replaced(&format!("it has version {}", found.version())),
        Err(error @ (Error::NotOurs { .. } | Error::Newer { .. } | Error::OtherMigration { .. })) => {
            return replaced(&error.to_string());
        }
        Err(other) => return Err(other),
    }
    let found = match identity(session, schema, place).await {
        Err(error @ Error::NotOurs { .. }) => return replaced(&error.to_string()),
        found => found?,
    };
    match found.as_slice() == opened {
        true => Ok(()),
        false => replaced("it says that it is of something else"),
    }
}

/// What stands in a database; only reads.
pub(crate) async fn find(session: &mut Session<'_>, schema: &Schema, place: &str) -> Result<Found, Error> {
    let not_ours = || Error::NotOurs { place: place.to_owned() };
    match session.is_server() {
        true => {
            let there = "SELECT (SELECT COUNT(*) FROM pg_catalog.pg_namespace WHERE nspname = $1), \
                         (SELECT COUNT(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n \
                          ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = 'migrations')";
            match session.one::<(i64, i64)>(query(there).bind(schema.namespace)).await? {
                (0, _) => return Ok(Found::Nothing),
                (_, 0) => return Err(not_ours()),
                _ => {}
            }
        }
        false => {
            let there = "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'";
            if session.one::<i64>(query(there)).await? == 0 {
                return legacy(session, schema, place).await;
            }
        }
    }
    let applied = query("SELECT number, program, sha256 FROM migrations ORDER BY number");
    let applied: Vec<(i64, String, Vec<u8>)> = match session.all(applied).await {
        Err(error) if error.undecodable() || sqlite::is_missing(&error) => return Err(not_ours()),
        applied => applied?,
    };
    if applied.is_empty() || applied.iter().any(|(_, program, _)| program != schema.program) {
        return Err(not_ours());
    }
    let found = i64::try_from(applied.len()).unwrap_or(i64::MAX);
    if found > schema.newest() {
        return Err(Error::Newer { known: schema.newest(), found });
    }
    for ((number, _, hash), (expected, migration)) in applied.iter().zip((1..).zip(schema.migrations)) {
        if *number != expected || hash.as_slice() != hash_of(session, migration).as_slice() {
            return Err(Error::OtherMigration { number: expected });
        }
    }
    Ok(Found::Version(found))
}

/// An SQLite database from before migrations were counted.
async fn legacy(session: &mut Session<'_>, schema: &Schema, place: &str) -> Result<Found, Error> {
    let not_ours = || Error::NotOurs { place: place.to_owned() };
    let legacy = schema.legacy.as_ref().ok_or_else(not_ours)?;
    let name: Option<String> = match session.optional(query(legacy.query)).await {
        Err(error) if error.undecodable() || sqlite::is_missing(&error) => return Err(not_ours()),
        name => name?,
    };
    match name {
        Some(name) if name == legacy.first => Ok(Found::Legacy),
        // A later name without its table: somebody has taken it away.
        Some(name) if name == legacy.counted => Err(not_ours()),
        Some(found) => Err(Error::OtherSchema { first: legacy.first, found }),
        None => Err(not_ours()),
    }
}

/// Creates everything where there is nothing, with the rows that it begins with, in one transaction.
pub(crate) async fn create(session: &mut Session<'_>, schema: &Schema, birth: Vec<Query<'_>>) -> Result<(), Error> {
    session.execute(begin(session)).await?;
    create_inside(session, schema).await?;
    for row in birth {
        session.execute(row).await?;
    }
    session.execute(query("COMMIT")).await?;
    Ok(())
}

/// Creates all tables, inside a transaction.
pub(crate) async fn create_inside(session: &mut Session<'_>, schema: &Schema) -> Result<(), Error> {
    if session.is_server() {
        session.execute(Query::assembled(format!("CREATE SCHEMA {}", schema.namespace))).await?;
    }
    session.script(table(session)).await?;
    for (number, migration) in (1..).zip(schema.migrations) {
        apply(session, schema, number, migration).await?;
    }
    Ok(())
}

/// Applies what is missing, each in a transaction of its own.
pub(crate) async fn migrate(session: &mut Session<'_>, schema: &Schema, found: Found) -> Result<(), Error> {
    if found == Found::Legacy {
        session.execute(begin(session)).await?;
        session.script(table(session)).await?;
        if let Some(first) = schema.migrations.first() {
            record(session, schema, 1, first).await?;
        }
        session.execute(query("COMMIT")).await?;
    }
    let missing = (1..).zip(schema.migrations).filter(|(number, _)| *number > found.version());
    for (number, migration) in missing {
        session.execute(begin(session)).await?;
        apply(session, schema, number, migration).await?;
        session.execute(query("COMMIT")).await?;
        tracing::info!(number, "the database was migrated");
    }
    Ok(())
}

async fn apply(session: &mut Session<'_>, schema: &Schema, number: i64, migration: &Migration) -> Result<(), Error> {
    session.script(text(session, migration)).await?;
    record(session, schema, number, migration).await
}

async fn record(session: &mut Session<'_>, schema: &Schema, number: i64, migration: &Migration) -> Result<(), Error> {
    let hash = hash_of(session, migration);
    let row = query("INSERT INTO migrations (number, program, sha256) VALUES ($1, $2, $3)").bind(number);
    session.execute(row.bind(schema.program).bind(hash.as_slice())).await?;
    Ok(())
}

pub(crate) fn begin(session: &Session<'_>) -> Query<'static> {
    match session.is_server() {
        // Another writer's change of the cursor, which the lock should have kept out, is found instead of waited for. The session
        // writes unless told otherwise; said once more, a replica would refuse it as something that it cannot do at all (0A000).
        true => query("BEGIN ISOLATION LEVEL REPEATABLE READ"),
        false => query("BEGIN IMMEDIATE"),
    }
}

fn table(session: &Session<'_>) -> &'static str {
    if session.is_server() { TABLE_POSTGRES } else { TABLE_SQLITE }
}

fn text(session: &Session<'_>, migration: &Migration) -> &'static str {
    if session.is_server() { migration.postgres } else { migration.sqlite }
}

fn hash_of(session: &Session<'_>, migration: &Migration) -> [u8; 32] {
    sha256(&[text(session, migration).as_bytes()])
}
