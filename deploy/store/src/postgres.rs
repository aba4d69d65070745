//! PostgreSQL: sessions with settings of their own, and a lock that lives as long as the writer's connection.

use crate::{Error, Password, Schema, Server, place::Host, query, session::Session, sha256};
use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
};
use std::{env, io, time::Duration};
use tokio::time::{sleep, timeout};

const READERS: u32 = 8;
/// Longest time for a connection to be made or ended, and for a statement. Migrations take as long as they take.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);
pub(crate) const ANSWER: Duration = Duration::from_secs(120);
/// Longest time that a reader waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How often the lock is asked for, and the pause before the next time: a server notices a little later that a writer was killed.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);
/// The oldest server, as it numbers itself.
const OLDEST: i64 = 150_000;
/// What the driver would take from the environment, and nothing here would override.
const FOREIGN: [&str; 4] = ["PGOPTIONS", "PGSSLCERT", "PGSSLKEY", "PGSSLROOTCERT"];
/// What would replace the authorities of this machine, which a server with TLS is trusted by.
const TRUST: [&str; 2] = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

/// A transaction that reads.
type Moment = Transaction<'static, Postgres>;

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
    within(place, ANSWER, async { answer.await.map_err(|error| failed(place, error)) }).await
}

/// Waits for so long.
pub(crate) async fn within<T>(
    place: &str,
    limit: Duration,
    answer: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    match timeout(limit, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Silent { place: place.to_owned() }),
    }
}

/// What a server's error says. Tables are asked for where they are known to be: they are not found where the account lacks the
/// right to use their schema.
pub(crate) fn failed(place: &str, error: sqlx::Error) -> Error {
    match state(&error).as_deref() {
        Some("42501" | "42P01") => Error::Forbidden { place: place.to_owned(), reason: error.to_string() },
        _ => Error::Server(error),
    }
}

/// What an error says of a connection that is being made: a server that ends in the middle of a word is one that is lost.
pub(crate) fn unconnected(place: &str, error: sqlx::Error) -> Error {
    match error {
        sqlx::Error::Protocol(reason) => Error::Server(sqlx::Error::Io(io::Error::other(reason))),
        other => failed(place, other),
    }
}

fn options(server: &Server, schema: &Schema, purpose: Use) -> Result<PgConnectOptions, Error> {
    let trust = TRUST.iter().filter(|_| matches!(server.url.host, Host::Verified(_)));
    if let Some(name) = FOREIGN.iter().chain(trust).find(|name| env::var_os(name).is_some()) {
        let reason = format!("the environment has {name}, which would change how it is reached: unset it");
        return Err(Error::Unopenable { place: server.url.to_string(), reason });
    }
    // It is read for each connection: passwords are changed while programs run.
    let password = server.password.as_ref().map(Password::read).transpose().map_err(|reason| {
        let reason = format!("the password of the account cannot be read: {reason}");
        Error::Server(sqlx::Error::Io(io::Error::other(reason)))
    })?;
    let url = &server.url;
    let options = PgConnectOptions::new_without_pgpass().port(url.port).username(&url.account).database(&url.database);
    // An empty password is none, and keeps one of the environment out.
    let options = options.password(password.as_ref().map_or("", |password| password));
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
        ("tcp_user_timeout", "25s".into()),
        ("client_connection_check_interval", "10s".into()),
    ]))
}

/// A connection; the server is asked whether it keeps what it is given.
pub(crate) async fn connect(server: &Server, schema: &Schema, purpose: Use) -> Result<PgConnection, Error> {
    let place = server.url.to_string();
    let options = options(server, schema, purpose)?;
    let mut connection = match timeout(CONNECT, PgConnection::connect_with(&options)).await {
        Ok(connection) => connection.map_err(|error| unconnected(&place, error))?,
        Err(_) => return Err(Error::Silent { place }),
    };
    suitable(&mut connection, &place, purpose).await?;
    Ok(connection)
}

async fn suitable(connection: &mut PgConnection, place: &str, purpose: Use) -> Result<(), Error> {
    let settings = "SELECT current_setting('server_version_num')::BIGINT, current_setting('fsync'), \
                    current_setting('full_page_writes'), current_setting('server_encoding'), \
                    (CASE WHEN pg_is_in_recovery() THEN 1 ELSE 0 END)::BIGINT";
    let mut session = Session::Postgres(connection, place);
    type Settings = (i64, String, String, String, i64);
    let (version, fsync, pages, encoding, recovery): Settings = session.one(query(settings)).await?;
    let unsuitable =
        |setting, found: String, wanted| Err(Error::Unsuitable { place: place.to_owned(), setting, found, wanted });
    if version < OLDEST {
        return unsuitable("server_version_num", version.to_string(), "150000 or more");
    }
    for (setting, found, wanted) in
        [("fsync", fsync, "on"), ("full_page_writes", pages, "on"), ("server_encoding", encoding, "UTF8")]
    {
        if found != wanted {
            return unsuitable(setting, found, wanted);
        }
    }
    if purpose == Use::Write && recovery != 0 { Err(Error::Replica { place: place.to_owned() }) } else { Ok(()) }
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
    let unlocked =
        async { Session::Postgres(&mut connection, place).rows(query("SELECT pg_advisory_unlock_all()")).await };
    within(place, CONNECT, unlocked).await?;
    within(place, CONNECT, async { connection.close().await.map_err(Error::Server) }).await
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

/// A moment of one of them. Where the account is not let in any more its password is read anew, once.
pub(crate) async fn moment(pool: &PgPool, server: &Server, schema: &Schema) -> Result<Moment, Error> {
    let place = server.url.to_string();
    match begin(pool, &place).await {
        Err(Error::Server(error)) if state(&error).is_some_and(|state| state.starts_with("28")) => {
            pool.set_connect_options(options(server, schema, Use::Read)?);
            begin(pool, &place).await
        }
        moment => moment,
    }
}

async fn begin(pool: &PgPool, place: &str) -> Result<Moment, Error> {
    let begun = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    within(place, ANSWER, async { begun.await.map_err(|error| unconnected(place, error)) }).await
}

/// Ends them, and does not wait long for one that hangs.
pub(crate) async fn close_readers(pool: &PgPool) {
    if timeout(CONNECT, pool.close()).await.is_err() {
        tracing::debug!("connections that read were not closed in order");
    }
}

/// PostgreSQL's state of an error.
fn state(error: &sqlx::Error) -> Option<String> {
    error.as_database_error()?.code().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Trouble;

    #[test]
    fn half_a_word_is_waited_for_while_connecting_and_a_fault_later() {
        let half = || sqlx::Error::Protocol("unexpected response".into());
        assert_eq!(unconnected("there", half()).trouble(), Some(Trouble::Lost));
        assert_eq!(failed("there", half()).trouble(), None);
    }
}
