//! PostgreSQL: sessions with settings of their own, and a lock that lives as long as the writer's connection.

use crate::{Error, Schema, Server, place::Host, query, session::Session, sha256};
use sqlx::{
    Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use std::{env, time::Duration};
use tokio::time::{sleep, timeout};

const READERS: u32 = 8;
/// Longest time for a connection, and for a statement.
const CONNECT: Duration = Duration::from_secs(10);
const ANSWER: Duration = Duration::from_secs(120);
/// Longest time that a reader waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How often the lock is asked for, and the pause before the next time: a server notices a little later that a writer was killed.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);
/// The oldest server, as it numbers itself.
const OLDEST: i64 = 150_000;
/// What the driver would take from the environment, and nothing here would override.
const FOREIGN: [&str; 4] = ["PGOPTIONS", "PGSSLCERT", "PGSSLKEY", "PGSSLROOTCERT"];

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Write,
    Read,
}

/// Waits for a server's answer, and not for ever: a network that is cut says nothing.
pub(crate) async fn patiently<T>(
    place: &str,
    answer: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, Error> {
    match timeout(ANSWER, answer).await {
        Ok(answer) => answer.map_err(Error::Server),
        Err(_) => Err(Error::Silent { place: place.to_owned() }),
    }
}

fn options(server: &Server, schema: &Schema, purpose: Use) -> Result<PgConnectOptions, Error> {
    if let Some(name) = FOREIGN.iter().find(|name| env::var_os(name).is_some()) {
        let reason = format!("the environment has {name}, which would change how it is reached: unset it");
        return Err(Error::Unopenable { place: server.url.to_string(), reason });
    }
    let url = &server.url;
    let options = PgConnectOptions::new_without_pgpass().port(url.port).username(&url.account).database(&url.database);
    // An empty password is none, and keeps one of the environment out.
    let options = options.password(server.password.as_ref().map_or("", |password| password));
    let options = match &url.host {
        Host::Socket(folder) => options.host("localhost").socket(folder).ssl_mode(PgSslMode::Disable),
        Host::Local(name) => options.host(name).ssl_mode(PgSslMode::Disable),
        Host::Verified(name) => options.host(name).ssl_mode(PgSslMode::VerifyFull),
    };
    let options = match &url.authority {
        Some(authority) => options.ssl_root_cert(authority),
        None => options,
    };
    let read_only = if purpose == Use::Read { "on" } else { "off" };
    // Nobody else's tables and functions are found. A client that is gone is noticed, and its lock given free.
    Ok(options.application_name(schema.program).options([
        ("search_path", format!("{},pg_temp", schema.namespace)),
        ("default_transaction_read_only", read_only.into()),
        ("synchronous_commit", "on".into()),
        ("idle_in_transaction_session_timeout", "60s".into()),
        ("tcp_keepalives_idle", "10".into()),
        ("tcp_keepalives_interval", "5".into()),
        ("tcp_keepalives_count", "3".into()),
    ]))
}

/// A connection; the server is asked whether it keeps what it is given.
pub(crate) async fn connect(server: &Server, schema: &Schema, purpose: Use) -> Result<PgConnection, Error> {
    let place = server.url.to_string();
    let options = options(server, schema, purpose)?;
    let mut connection = match timeout(CONNECT, PgConnection::connect_with(&options)).await {
        Ok(connection) => connection.map_err(Error::Server)?,
        Err(_) => return Err(Error::Silent { place }),
    };
    suitable(&mut connection, &place).await?;
    Ok(connection)
}

async fn suitable(connection: &mut PgConnection, place: &str) -> Result<(), Error> {
    let settings = "SELECT current_setting('server_version_num')::BIGINT, current_setting('fsync'), \
                    current_setting('full_page_writes'), current_setting('server_encoding')";
    let mut session = Session::Postgres(connection, place);
    let (version, fsync, pages, encoding): (i64, String, String, String) = session.one(query(settings)).await?;
    let unsuitable =
        |setting, found: String, wanted| Err(Error::Unsuitable { place: place.to_owned(), setting, found, wanted });
    match () {
        () if version < OLDEST => unsuitable("server_version_num", version.to_string(), "150000 or more"),
        () if fsync != "on" => unsuitable("fsync", fsync, "on"),
        () if pages != "on" => unsuitable("full_page_writes", pages, "on"),
        () if encoding != "UTF8" => unsuitable("server_encoding", encoding, "UTF8"),
        () => Ok(()),
    }
}

/// The connection that writes, once it has the lock. The lock ends with it, however it ends.
pub(crate) async fn writer(server: &Server, schema: &Schema) -> Result<PgConnection, Error> {
    let mut connection = connect(server, schema, Use::Write).await?;
    let place = server.url.to_string();
    let lock = "SELECT (CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END)::BIGINT";
    for _ in 0..TRIES {
        let mut session = Session::Postgres(&mut connection, &place);
        if session.one::<i64>(query(lock).bind(key(schema))).await? == 1 {
            return Ok(connection);
        }
        sleep(PAUSE).await;
    }
    Err(Error::InUse { place })
}

/// Gives the lock free, and ends the connection.
pub(crate) async fn close(mut connection: PgConnection, place: &str) -> Result<(), Error> {
    // Otherwise the server would do so, and the next writer could be faster.
    Session::Postgres(&mut connection, place).rows(query("SELECT pg_advisory_unlock_all()")).await?;
    patiently(place, connection.close()).await
}

/// The number of the lock: locks belong to a database of the server, and programs have numbers of their own.
fn key(schema: &Schema) -> i64 {
    let hash = sha256(&[b"greatseal-store/writer\n", schema.namespace.as_bytes(), b"\n", schema.program.as_bytes()]);
    i64::from_be_bytes(hash.first_chunk().copied().unwrap_or_default())
}

/// Connections that read, made when they are needed, and tried before they are used again.
pub(crate) fn readers(server: &Server, schema: &Schema) -> Result<PgPool, Error> {
    let pool = PgPoolOptions::new().max_connections(READERS).acquire_timeout(ACQUIRE);
    Ok(pool.connect_lazy_with(options(server, schema, Use::Read)?))
}

/// What an error says of a server that was not reached before.
pub(crate) fn unopenable(place: String, error: &sqlx::Error) -> Error {
    match state(error).as_deref() {
        Some("42501") => Error::Forbidden { place, reason: error.to_string() },
        _ => Error::Unopenable { place, reason: error.to_string() },
    }
}

/// PostgreSQL's state of an error.
pub(crate) fn state(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

/// Whether the account may not do that.
pub(crate) fn is_forbidden(error: &Error) -> bool {
    matches!(error, Error::Server(error) if state(error).as_deref() == Some("42501"))
}
