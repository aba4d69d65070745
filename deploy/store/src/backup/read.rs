//! From a file to a database: the file's hash first, then its rows in one transaction, then its own name.

use super::{Archive, BackupError, Copied, END, Hidden, MAGIC, MOST, ROW, head};
use crate::{
    Data, Error, Insert, Kind, Place, Schema, Server, Table,
    migrate::{self, Found},
    postgres, query,
    session::Session,
    sqlite,
    writing::Writer,
};
use greatseal_host::birth::{NotBorn, beside};
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{self, BufReader, Read},
    path::Path,
};

/// Rows that are held at once.
const PART: usize = 1024;
/// Bytes that are held at once, beyond the last row's.
const BYTES: usize = 8 * 1024 * 1024;

/// A value as it was read.
enum Held {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

/// The file, whose hash is known to fit.
struct Reader<'p> {
    file: BufReader<File>,
    path: &'p Path,
}

/// What a backup has to be of.
type Of<'o> = &'o [(&'o str, String)];

pub(super) async fn restore(
    path: &Path,
    place: &Place,
    schema: &'static Schema,
    of: Of<'_>,
) -> Result<Copied, BackupError> {
    let sha256 = hash(path)?;
    let rows = match place {
        Place::File(target) => into_file(path, target, schema, of).await?,
        Place::Server(server) => into_server(path, server, schema, of).await?,
    };
    Ok(Copied { rows, sha256 })
}

async fn into_file(path: &Path, target: &Path, schema: &'static Schema, of: Of<'_>) -> Result<u64, BackupError> {
    let place = Place::from(target);
    let failed = Archive::file(target);
    if target.symlink_metadata().is_ok() {
        return Err(BackupError::NotEmpty { place: place.to_string() });
    }
    for suffix in ["-wal", "-journal"] {
        let orphan = beside(target, suffix);
        if orphan.symlink_metadata().is_ok() {
            return Err(Error::NotCreated { path: target.to_owned(), reason: NotBorn::Orphan(orphan) }.into());
        }
    }
    // Removed last, and unlocked behind that: nobody else makes one meanwhile.
    let lock = sqlite::lock(target, &place)?;
    // One that was killed leaves it behind.
    let hidden = Hidden(beside(target, ".restoring"));
    hidden.remove().map_err(Archive::file(&hidden.0))?;
    sqlite::create(&hidden.0, schema, Vec::new()).await?;
    let mut writer = Writer::Sqlite(sqlite::writer(&hidden.0).await.map_err(|error| place.unopenable(error))?);
    let mut session = writer.session("");
    let filled = match fill(path, &mut session, schema, of).await {
        Ok(rows) => folded(&mut session).await.map(|whole| (rows, whole)).map_err(BackupError::from),
        Err(error) => Err(error),
    };
    // Ended before its files are removed: SQLite would remove those of the next attempt.
    writer.close().await;
    let (rows, whole) = filled?;
    if !whole || beside(&hidden.0, "-wal").symlink_metadata().is_ok() {
        return Err(failed(io::Error::other("SQLite has not folded its log into the file")));
    }
    File::open(&hidden.0).and_then(|file| file.sync_all()).map_err(&failed)?;
    Archive::publish(&hidden.0, target).map_err(&failed)?;
    drop(hidden);
    drop(lock);
    Ok(rows)
}

/// Moves all that is committed from the log into the file; says whether it is there. A file that is linked without its log would be
/// torn where this fails, and closing says nothing of that.
async fn folded(session: &mut Session<'_>) -> Result<bool, Error> {
    let (busy, left, _): (i64, i64, i64) = session.one(query("PRAGMA wal_checkpoint(TRUNCATE)")).await?;
    Ok(busy == 0 && left == 0)
}

async fn into_server(path: &Path, server: &Server, schema: &'static Schema, of: Of<'_>) -> Result<u64, BackupError> {
    let place = Place::Server(server.clone());
    let name = place.to_string();
    let connection = postgres::writer(server, schema).await;
    let mut writer = Writer::Postgres(connection.map_err(|error| place.unopenable(error))?);
    let mut session = writer.session(&name);
    match migrate::find(&mut session, schema, &name).await {
        Ok(Found::Nothing) => {}
        Err(error) if error.trouble().is_some() => return Err(place.unopenable(error).into()),
        _ => return Err(BackupError::NotEmpty { place: name }),
    }
    let rows = fill(path, &mut session, schema, of).await.map_err(|error| match error {
        BackupError::Database(Error::Forbidden { place, reason }) => BackupError::NotOwner { place, reason },
        other => other,
    })?;
    writer.close().await;
    Ok(rows)
}

/// All rows, in one transaction, and what they are of compared before it is committed.
async fn fill(path: &Path, session: &mut Session<'_>, schema: &'static Schema, of: Of<'_>) -> Result<u64, BackupError> {
    session.execute(migrate::begin(session)).await?;
    if session.is_server() {
        migrate::create_inside(session, schema).await?;
    }
    let rows = load(path, session, schema).await?;
    let identity = migrate::identity(session, schema, &path.display().to_string()).await?;
    for (what, expected) in of {
        let found = identity.iter().find(|(name, _)| name == what).map(|(_, value)| value.clone());
        let found = found.unwrap_or_default();
        if found != *expected {
            let (path, what, expected) = (path.to_owned(), (*what).to_owned(), expected.clone());
            return Err(BackupError::OtherIdentity { path, what, expected, found });
        }
    }
    session.execute(query("COMMIT")).await?;
    Ok(rows)
}

/// The hash of all before the hash at the file's end, which it has to be.
fn hash(path: &Path) -> Result<[u8; 32], BackupError> {
    let failed = Archive::file(path);
    let mut file = File::open(path).map_err(&failed)?;
    let length = file.metadata().map_err(&failed)?.len();
    let not_whole = |reason| BackupError::NotWhole { path: path.to_owned(), reason };
    let body = length.checked_sub(32).ok_or_else(|| not_whole("it is too short"))?;
    let (mut hash, mut left, mut buffer) = (Sha256::new(), body, vec![0; 1 << 20]);
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
        let count = file.read(buffer.get_mut(..most).unwrap_or_default()).map_err(&failed)?;
        if count == 0 {
            return Err(not_whole("it became shorter"));
        }
        hash.update(buffer.get(..count).unwrap_or_default());
        left = left.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX));
    }
    let mut told = [0; 32];
    file.read_exact(&mut told).map_err(&failed)?;
    let found: [u8; 32] = hash.finalize().into();
    if found != told {
        return Err(not_whole("its hash is not that of its bytes"));
    }
    Ok(found)
}

async fn load(path: &Path, session: &mut Session<'_>, schema: &'static Schema) -> Result<u64, BackupError> {
    let file = File::open(path).map_err(Archive::file(path))?;
    let mut reader = Reader { file: BufReader::with_capacity(1 << 20, file), path };
    if reader.bytes(MAGIC.len())? != MAGIC {
        return Err(reader.malformed("it does not begin as one"));
    }
    let program = reader.name()?;
    let found = i64::from_le_bytes(reader.array()?);
    let (expected, known) = (schema.program, schema.newest());
    if program != expected || found != known {
        return Err(BackupError::OtherVersion { path: path.to_owned(), program, found, expected, known });
    }
    if usize::from(u16::from_le_bytes(reader.array()?)) != schema.tables.len() {
        return Err(reader.malformed("it has other tables"));
    }
    let mut count = 0_u64;
    for table in schema.tables {
        let head = head(table);
        if reader.bytes(head.len())? != head {
            return Err(reader.malformed("it has other tables"));
        }
        loop {
            let (rows, ended) = reader.part(table)?;
            count = count.saturating_add(u64::try_from(rows.len()).unwrap_or(u64::MAX));
            if !rows.is_empty() {
                session.insert(Insert::new(table, columns(table, &rows))).await?;
            }
            if ended {
                break;
            }
        }
    }
    // The hash is all that is left.
    let mut rest = Vec::new();
    reader.file.by_ref().take(33).read_to_end(&mut rest).map_err(Archive::file(path))?;
    match rest.len() {
        32 => Ok(count),
        _ => Err(reader.malformed("it does not end behind its last table")),
    }
}

fn columns<'r>(table: &Table, rows: &'r [Vec<Held>]) -> Vec<Data<'r>> {
    let column = |(place, (_, kind)): (usize, &(&str, Kind))| {
        let values = rows.iter().map(|row| row.get(place));
        match kind {
            Kind::Int => {
                Data::Ints(values.map(|held| if let Some(Held::Int(n)) = held { Some(*n) } else { None }).collect())
            }
            Kind::Text => {
                Data::Texts(values.map(|held| if let Some(Held::Text(t)) = held { Some(&**t) } else { None }).collect())
            }
            Kind::Blob => {
                Data::Blobs(values.map(|held| if let Some(Held::Blob(b)) = held { Some(&**b) } else { None }).collect())
            }
        }
    };
    table.columns.iter().enumerate().map(column).collect()
}

impl Reader<'_> {
    /// Rows of a table, and whether they are its last.
    fn part(&mut self, table: &Table) -> Result<(Vec<Vec<Held>>, bool), BackupError> {
        let (mut rows, mut bytes) = (Vec::new(), 0_usize);
        while rows.len() < PART && bytes < BYTES {
            match self.array::<1>()? {
                [ROW] => {}
                [END] => return Ok((rows, true)),
                _ => return Err(self.malformed("a row does not begin as one")),
            }
            let mut row = Vec::with_capacity(table.columns.len());
            for (_, kind) in table.columns {
                let held = self.value(*kind)?;
                bytes = bytes.saturating_add(match &held {
                    Held::Null | Held::Int(_) => 8,
                    Held::Text(text) => text.len(),
                    Held::Blob(blob) => blob.len(),
                });
                row.push(held);
            }
            rows.push(row);
        }
        Ok((rows, false))
    }

    fn value(&mut self, kind: Kind) -> Result<Held, BackupError> {
        let [tag] = self.array()?;
        match (tag, kind) {
            (0, _) => Ok(Held::Null),
            (1, Kind::Int) => Ok(Held::Int(i64::from_le_bytes(self.array()?))),
            (2, Kind::Text) => {
                let text = String::from_utf8(self.long()?);
                text.map(Held::Text).map_err(|_| self.malformed("a text is not UTF-8"))
            }
            (3, Kind::Blob) => Ok(Held::Blob(self.long()?)),
            _ => Err(self.malformed("a value is not of its column")),
        }
    }

    fn long(&mut self) -> Result<Vec<u8>, BackupError> {
        match u32::from_le_bytes(self.array()?) {
            length if length <= MOST => self.bytes(usize::try_from(length).unwrap_or_default()),
            _ => Err(self.malformed("a value is too long")),
        }
    }

    fn name(&mut self) -> Result<String, BackupError> {
        let length = u16::from_le_bytes(self.array()?);
        let bytes = self.bytes(length.into())?;
        String::from_utf8(bytes).map_err(|_| self.malformed("a name is not UTF-8"))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], BackupError> {
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes).map_err(Archive::file(self.path))?;
        Ok(bytes)
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>, BackupError> {
        let mut bytes = vec![0; length];
        self.file.read_exact(&mut bytes).map_err(Archive::file(self.path))?;
        Ok(bytes)
    }

    fn malformed(&self, reason: &'static str) -> BackupError {
        BackupError::NotWhole { path: self.path.to_owned(), reason }
    }
}
