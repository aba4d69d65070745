//! From a database to a file: one moment, table by table, row by row.

use super::{Archive, BackupError, Copied, END, Hidden, MOST, ROW, beginning, head};
use crate::{
    Error, Look, Place, Query, Row, Schema, Table, Value,
    postgres::{self, Use},
    query,
    session::Session,
    sqlite,
};
use futures::TryStreamExt as _;
use greatseal_host::birth::beside;
use sha2::{Digest as _, Sha256};
use sqlx::Connection as _;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

/// Hashes what goes through.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

pub(super) async fn write(path: &Path, place: &Place, schema: &Schema) -> Result<Copied, BackupError> {
    let name = place.to_string();
    // What is not this program's is refused, and so is an older version: its tables are not these.
    let look = Look::at(place, schema).await?.ok_or_else(|| BackupError::Nothing { place: name.clone() })?;
    let (found, known) = (look.version(), schema.newest());
    look.close().await?;
    if found != known {
        return Err(Error::NotMigrated { place: name, found, known }.into());
    }
    let failed = Archive::file(path);
    if path.symlink_metadata().is_ok() {
        return Err(failed(io::ErrorKind::AlreadyExists.into()));
    }
    let part = beside(path, ".part");
    let file = File::options().write(true).create_new(true).mode(0o600).open(&part).map_err(Archive::file(&part))?;
    let part = Hidden(part);
    let copied = copy(BufWriter::new(file), place, &name, schema, &failed).await?;
    Archive::publish(&part.0, path).map_err(&failed)?;
    Ok(copied)
}

async fn copy(
    file: BufWriter<File>,
    place: &Place,
    name: &str,
    schema: &Schema,
    failed: &impl Fn(io::Error) -> BackupError,
) -> Result<Copied, BackupError> {
    let mut out = Hashing { inner: file, hash: Sha256::new() };
    let rows = match place {
        Place::File(path) => {
            let mut connection = sqlite::reader(path).await?;
            let mut session = Session::Sqlite(&mut connection);
            session.execute(query("BEGIN")).await?;
            let rows = tables(&mut session, name, schema, &mut out, failed).await?;
            connection.close().await.map_err(Error::Failing)?;
            rows
        }
        Place::Server(server) => {
            let connection = postgres::connect(server, schema, Use::Read).await;
            let mut connection = connection.map_err(|error| place.unopenable(error))?;
            let mut session = Session::Postgres(&mut connection, name);
            session.execute(query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")).await?;
            let rows = tables(&mut session, name, schema, &mut out, failed).await?;
            let closed = async { connection.close().await.map_err(Error::Server) };
            postgres::within(name, postgres::CONNECT, closed).await?;
            rows
        }
    };
    let sha256: [u8; 32] = out.hash.finalize().into();
    let mut file = out.inner;
    file.write_all(&sha256).map_err(failed)?;
    let file = file.into_inner().map_err(|error| failed(error.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(Copied { rows, sha256 })
}

async fn tables(
    session: &mut Session<'_>,
    place: &str,
    schema: &Schema,
    out: &mut Hashing<BufWriter<File>>,
    failed: &impl Fn(io::Error) -> BackupError,
) -> Result<u64, BackupError> {
    let mut count = 0_u64;
    out.write_all(&beginning(schema)).map_err(failed)?;
    for table in schema.tables {
        out.write_all(&head(table)).map_err(failed)?;
        let text = format!("SELECT {} FROM {} ORDER BY {}", table.names(), table.name, table.key);
        let mut rows = session.stream(Query::assembled(text))?;
        while let Some(row) = postgres::within(place, postgres::ANSWER, rows.try_next()).await? {
            out.write_all(&values(table, &row)?).map_err(failed)?;
            count = count.saturating_add(1);
        }
        out.write_all(&[END]).map_err(failed)?;
    }
    Ok(count)
}

fn values(table: &Table, row: &Row) -> Result<Vec<u8>, BackupError> {
    let mut bytes = vec![ROW];
    for (place, (_, kind)) in table.columns.iter().enumerate() {
        let long = match row.value(place, *kind)? {
            Value::Int(None) | Value::Text(None) | Value::Blob(None) => {
                bytes.push(0);
                continue;
            }
            Value::Int(Some(number)) => {
                bytes.push(1);
                bytes.extend(number.to_le_bytes());
                continue;
            }
            Value::Text(Some(text)) => (2, text.into_owned().into_bytes()),
            Value::Blob(Some(blob)) => (3, blob.into_owned()),
        };
        let length = u32::try_from(long.1.len()).ok().filter(|length| *length <= MOST);
        let length = length.ok_or(Error::Failing(sqlx::Error::InvalidArgument("a value is too long".into())))?;
        bytes.push(long.0);
        bytes.extend(length.to_le_bytes());
        bytes.extend(long.1);
    }
    Ok(bytes)
}
