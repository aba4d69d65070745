//! The journal's file: whose it is, in which format, whether it is whole, and who writes it.

use super::{Entry, Journal, trail};
use crate::error::RelayerError;
use greatseal_deployment::Deployment;
use greatseal_host::birth;
use greatseal_protocol::{bytes::to_hex, companion::Sent, envelope::Envelope};
use sqlx::{
    ConnectOptions as _, Connection as _, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
};

/// `application_id` of journals: `GSJ` and the format.
pub(super) const FIRST_FORMAT: i64 = 0x4753_4a31;
pub(super) const SECOND_FORMAT: i64 = 0x4753_4a32;
pub(super) const FORMAT: i64 = 0x4753_4a33;
/// The schema, besides that of the trail: the evidence, and the queue.
const EVIDENCE: &str = include_str!("../../migrations/journal.sql");
const QUEUE: &str = include_str!("../../migrations/queue.sql");
/// Transactions after which the write-ahead log is folded into the file.
const FOLD: u32 = 256;

/// Whose a journal is.
type Names = [(&'static str, String); 3];

/// What a file is to a deployment and an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Their journal.
    Ours,
    /// Their journal in a format before: it is carried over when a relayer opens it.
    Earlier,
    /// Their journal, without the write-ahead log that belongs to it.
    Torn,
    /// Something else.
    Foreign,
}

impl Journal {
    /// Opens or creates the journal of a deployment and an account; carries a journal of an earlier format over.
    ///
    /// # Errors
    ///
    /// [`RelayerError::ForeignJournal`] where the file belongs to something else, [`RelayerError::TornJournal`] where a part
    /// of it is missing, [`RelayerError::JournalInUse`] where another process holds it, [`RelayerError::BrokenTrail`] where
    /// evidence is not as it was written. Nothing is written in these cases.
    pub async fn open(path: &Path, deployment: &Deployment, account: [u8; 32]) -> Result<Self, RelayerError> {
        let names = names(deployment, account);
        if path.symlink_metadata().is_err() {
            let image = image(&names).await?;
            birth::place(path, &image)
                .map_err(|error| RelayerError::NotCreated { path: path.to_owned(), reason: error })?;
        }
        // Looked at before it is opened for writing: what is not ours stays as it is, byte for byte.
        let kind = Self::kind(path, deployment, account).await?;
        match kind {
            Kind::Foreign => return Err(RelayerError::ForeignJournal(path.to_owned())),
            Kind::Torn => return Err(RelayerError::TornJournal(path.to_owned())),
            Kind::Ours | Kind::Earlier => {}
        }
        let lock = lock(path)?;
        if kind == Kind::Ours {
            let trail =
                look(path, async |reader: &mut SqliteConnection, _| Ok(trail::verify(reader, owner(&names)).await));
            let head = trail.await?.ok_or(RelayerError::Damaged)??.head();
            tracing::info!(journal = %path.display(), size = head.size, root = %head.root, "the trail of the evidence holds");
        }
        let writer = connection(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // Folded in by `fold` alone, which keeps the mark.
            .pragma("wal_autocheckpoint", "0");
        let mut writer = writer.connect().await.map_err(opening(path))?;
        if kind == Kind::Earlier {
            carry_over(&mut writer, &names).await?;
            tracing::info!(journal = %path.display(), "carried over to the present format");
        }
        let mut journal = Self { writer: Some(writer), written: 0, lock: Some(lock) };
        journal.fold().await?;
        Ok(journal)
    }

    /// What an existing file is to a deployment and an account; only reads.
    ///
    /// # Errors
    ///
    /// [`RelayerError::CannotOpen`], [`RelayerError::JournalInUse`].
    pub async fn kind(path: &Path, deployment: &Deployment, account: [u8; 32]) -> Result<Kind, RelayerError> {
        let names = names(deployment, account);
        look(path, async |reader: &mut SqliteConnection, alone| {
            let format = format(reader).await?;
            if ![FIRST_FORMAT, SECOND_FORMAT, FORMAT].contains(&format) || !bears(reader, &names).await? {
                return Ok(Kind::Foreign);
            }
            match format {
                FIRST_FORMAT => Ok(Kind::Earlier),
                _ if alone && !whole(reader).await? => Ok(Kind::Torn),
                SECOND_FORMAT => Ok(Kind::Earlier),
                _ => Ok(Kind::Ours),
            }
        })
        .await
        .map(|kind| kind.unwrap_or(Kind::Foreign))
    }

    /// Folds the write-ahead log into the file where it has grown.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`]: what was written is durable all the same.
    pub async fn tend(&mut self) -> Result<(), RelayerError> {
        if self.written < FOLD {
            return Ok(());
        }
        self.fold().await
    }

    /// Marks the file as a part, folds the log into it, and marks the whole in a new log.
    async fn fold(&mut self) -> Result<(), RelayerError> {
        self.mark(false).await?;
        // Where somebody reads meanwhile, a part is folded in, and the rest another time.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_optional(self.writer()?).await?;
        self.mark(true).await?;
        self.written = 0;
        Ok(())
    }

    async fn mark(&mut self, whole: bool) -> Result<(), RelayerError> {
        let mark = sqlx::query("UPDATE mark SET whole = $1").bind(i64::from(whole));
        mark.execute(self.writer()?).await?;
        Ok(())
    }

    /// Folds the write-ahead log into the file and gives it free; whoever still has the journal can do nothing with it.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`]: what was written is durable all the same.
    pub async fn close(&mut self) -> Result<(), RelayerError> {
        // Dropped, it would be closed by a thread that nobody waits for, and the process could end before.
        let mut marked = Ok(());
        if self.writer.is_some() {
            // Cut off while the log was folded in, the mark still says that the file is a part.
            marked = self.mark(true).await;
        }
        if let Some(writer) = self.writer.take() {
            // The last to close folds the log in, and the mark says that the file is whole.
            writer.close().await?;
        }
        self.lock = None;
        marked
    }
}

/// Reads an existing file without leaving anything beside it; `None` where it is no database. Says whether the file stands
/// alone, without a log beside it.
pub(super) async fn look<T>(
    path: &Path,
    read: impl AsyncFnOnce(&mut SqliteConnection, bool) -> Result<T, sqlx::Error>,
) -> Result<Option<T>, RelayerError> {
    // SQLite follows links, and keeps its log beside the file itself.
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let alone = !birth::beside(&place, "-wal").exists();
    let reader = connection(path).read_only(true).immutable(alone);
    let mut reader = reader.connect().await.map_err(opening(path))?;
    let found = read(&mut reader, alone).await;
    reader.close().await?;
    match found {
        Err(sqlx::Error::Database(error)) if error.message().contains("not a database") => Ok(None),
        other => other.map(Some).map_err(opening(path)),
    }
}

pub(super) async fn format(reader: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA application_id").fetch_one(reader).await
}

pub(super) async fn whole(reader: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    let whole: Option<i64> = sqlx::query_scalar("SELECT whole FROM mark").fetch_optional(reader).await?;
    Ok(whole == Some(1))
}

pub(super) fn connection(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_millis(500))
        .disable_statement_logging()
}

pub(super) fn opening(path: &Path) -> impl Fn(sqlx::Error) -> RelayerError {
    let path = path.to_owned();
    move |error| match &error {
        sqlx::Error::Database(database) if database.message().contains("locked") => {
            RelayerError::JournalInUse(path.clone())
        }
        _ => RelayerError::CannotOpen { path: path.clone(), source: error },
    }
}

/// Takes the lock file beside the journal, whatever name the journal is reached by. The file stays; its lock does not.
fn lock(path: &Path) -> Result<File, RelayerError> {
    let refused = |error: std::io::Error| RelayerError::CannotOpen { path: path.to_owned(), source: error.into() };
    let place: PathBuf = birth::beside(&path.canonicalize().map_err(refused)?, "-lock");
    let file = File::options().create(true).truncate(false).write(true).open(place).map_err(refused)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(RelayerError::JournalInUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(refused(error)),
    }
}

/// Whose the journal is, as its trail has it.
fn owner(names: &Names) -> trail::Owner<'_> {
    names.each_ref().map(|(_, value)| value.as_str())
}

fn names(deployment: &Deployment, account: [u8; 32]) -> Names {
    [
        ("deployment", to_hex(&deployment.deployment)),
        ("chain", to_hex(&deployment.chain_genesis)),
        ("account", to_hex(&account)),
    ]
}

/// A fresh journal, as the bytes of its file.
async fn image(names: &Names) -> Result<Vec<u8>, RelayerError> {
    let mut memory = SqliteConnection::connect("sqlite::memory:").await?;
    sqlx::raw_sql(EVIDENCE).execute(&mut memory).await?;
    sqlx::raw_sql(QUEUE).execute(&mut memory).await?;
    for (name, value) in names {
        sqlx::query("INSERT INTO meta VALUES ($1, $2)").bind(*name).bind(value).execute(&mut memory).await?;
    }
    trail::begin(&mut memory, owner(names)).await?;
    set_format(&mut memory).await?;
    Ok(memory.serialize(None).await?.to_vec())
}

async fn set_format(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let pragma = sqlx::AssertSqlSafe(format!("PRAGMA application_id = {FORMAT}"));
    sqlx::raw_sql(pragma).execute(connection).await.map(|_| ())
}

/// Brings a journal of an earlier format to the present one, all or nothing.
async fn carry_over(writer: &mut SqliteConnection, names: &Names) -> Result<(), RelayerError> {
    let mut all = writer.begin().await?;
    if format(&mut all).await? == FIRST_FORMAT {
        add_queue(&mut all).await?;
    }
    trail::begin(&mut all, owner(names)).await?;
    set_format(&mut all).await?;
    Ok(all.commit().await?)
}

/// Adds the queue to a journal of the first format: what its evidence shows as open.
async fn add_queue(all: &mut SqliteConnection) -> Result<(), RelayerError> {
    sqlx::raw_sql(QUEUE).execute(&mut *all).await?;
    sqlx::query(
        "INSERT INTO in_flight SELECT 1, id FROM transactions t
          WHERE NOT EXISTS (SELECT 1 FROM ended e WHERE e.tx = t.id) ORDER BY id LIMIT 1",
    )
    .execute(&mut *all)
    .await?;
    let open = sqlx::query(
        "SELECT a.id, a.envelope, a.bytes,
                (SELECT f.tx FROM in_flight f JOIN carried c ON c.tx = f.tx WHERE c.attempt = a.id) AS tx
           FROM attempts a WHERE NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.attempt = a.id)",
    )
    .fetch_all(&mut *all)
    .await?;
    for row in open {
        let bytes: Vec<u8> = row.try_get("bytes")?;
        let envelope = Sent::parse(&bytes).and_then(|sent| Envelope::parse(sent.envelope()));
        let entry = envelope.map_or_else(|_| Entry::unreadable(), |found| Entry::of(&found.key, &found.command));
        sqlx::query(
            "INSERT INTO queue (attempt, envelope, signer, expiry, priority, tx) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(row.try_get::<i64, _>("id")?)
        .bind(row.try_get::<String, _>("envelope")?)
        .bind(entry.signer)
        .bind(entry.expiry)
        .bind(entry.priority)
        .bind(row.try_get::<Option<i64>, _>("tx")?)
        .execute(&mut *all)
        .await?;
    }
    Ok(())
}

/// Whether the database is a journal of these names.
async fn bears(reader: &mut SqliteConnection, names: &Names) -> Result<bool, sqlx::Error> {
    for (name, value) in names {
        let found: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE name = $1")
            .bind(*name)
            .fetch_optional(&mut *reader)
            .await?;
        if found.as_ref() != Some(value) {
            return Ok(false);
        }
    }
    Ok(true)
}
