//! The journal in SQLite: append-only, durable before it answers, one writer.

use crate::error::RelayerError;
use greatseal_api::deployment::Deployment;
use greatseal_chain::Prepared;
use greatseal_host::birth;
use greatseal_protocol::bytes::{EnvelopeDigest, to_hex};
use sqlx::{
    ConnectOptions, Connection, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode, SqliteRow, SqliteSynchronous},
};
use std::path::Path;

/// Marks a file as a relayer's journal: `GSJ1`.
const APPLICATION: i64 = 0x4753_4a31;

/// An envelope that waits to be submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Number of the attempt.
    pub attempt: i64,
    /// The envelope's digest.
    pub envelope: EnvelopeDigest,
    /// Its bytes, with the companion's signature where it came with one.
    pub bytes: Vec<u8>,
}

/// A transaction whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number in the journal.
    pub tx: i64,
    /// Its hash.
    pub hash: [u8; 32],
    /// The account's nonce in it.
    pub nonce: u64,
    /// The last finalised block when it was made.
    pub born: u64,
    /// First block in which it can no longer be.
    pub dies: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Outcome {
    /// `applied`, `refused` or `failed`.
    pub state: String,
    /// Number of the refusal.
    pub refusal: Option<u16>,
    /// In words.
    pub reason: Option<String>,
    /// The transaction, where one was paid for.
    pub tx: Option<i64>,
    /// The block that holds it.
    pub block: Option<u64>,
    /// `seq` of its first event.
    pub seq: Option<u64>,
}

/// Latest attempt of an envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number.
    pub id: i64,
    /// Its bytes, with the companion's signature where it came with one.
    pub bytes: Vec<u8>,
    /// Hash of the transaction that carries or carried it.
    pub transaction: Option<[u8; 32]>,
    /// What became of it, if that is known.
    pub outcome: Option<Outcome>,
}

/// How a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In this block, with success.
    Succeeded(u64),
    /// In this block, undone.
    Failed(u64),
    /// It can no longer come.
    Expired,
    /// The node would not have it.
    Refused,
}

/// The journal, until it is closed.
#[derive(Debug)]
pub struct Journal(Option<SqliteConnection>);

impl Journal {
    /// Opens or creates the journal of a deployment and an account.
    ///
    /// # Errors
    ///
    /// [`RelayerError::ForeignJournal`] where the file belongs to something else, [`RelayerError::JournalInUse`] where
    /// another process holds it. Nothing is written in either case.
    pub async fn open(path: &Path, deployment: &Deployment, account: [u8; 32]) -> Result<Self, RelayerError> {
        let names = names(deployment, account);
        if path.symlink_metadata().is_err() {
            let image = image(&names).await.map_err(opening(path))?;
            birth::place(path, &image)
                .map_err(|error| RelayerError::NotCreated { path: path.to_owned(), reason: error })?;
        }
        // Looked at before it is opened for writing: what is not ours stays as it is, byte for byte.
        if !Self::belongs(path, deployment, account).await? {
            return Err(RelayerError::ForeignJournal(path.to_owned()));
        }
        let writer = connection(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .locking_mode(SqliteLockingMode::Exclusive);
        let mut writer = writer.connect().await.map_err(opening(path))?;
        // With exclusive locking the first write takes the lock for as long as this process lives.
        sqlx::query("BEGIN IMMEDIATE").execute(&mut writer).await.map_err(opening(path))?;
        sqlx::query("COMMIT").execute(&mut writer).await?;
        Ok(Self(Some(writer)))
    }

    /// Folds the write-ahead log into the file and gives it free; whoever still has the journal can do nothing with it.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`]: what was written is durable all the same.
    pub async fn close(&mut self) -> Result<(), RelayerError> {
        // Dropped, it would be closed by a thread that nobody waits for, and the process could end before.
        match self.0.take() {
            Some(writer) => Ok(writer.close().await?),
            None => Ok(()),
        }
    }

    fn writer(&mut self) -> Result<&mut SqliteConnection, RelayerError> {
        self.0.as_mut().ok_or(RelayerError::Journal(sqlx::Error::PoolClosed))
    }

    /// Whether an existing file is the journal of a deployment and an account; only reads.
    ///
    /// # Errors
    ///
    /// [`RelayerError::CannotOpen`], [`RelayerError::JournalInUse`].
    pub async fn belongs(path: &Path, deployment: &Deployment, account: [u8; 32]) -> Result<bool, RelayerError> {
        // Without a log beside it nothing is to be read but the file, and SQLite need leave nothing beside it either.
        let closed = !birth::beside(path, "-wal").exists();
        let reader = connection(path).read_only(true).immutable(closed);
        let mut reader = reader.connect().await.map_err(opening(path))?;
        let ours = bears(&mut reader, &names(deployment, account)).await;
        reader.close().await?;
        match ours {
            Err(sqlx::Error::Database(error)) if error.message().contains("not a database") => Ok(false),
            other => other.map_err(opening(path)),
        }
    }

    /// Writes an envelope down; durable when it returns.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`]: nothing was accepted.
    pub async fn accept(&mut self, envelope: EnvelopeDigest, bytes: &[u8], now: i64) -> Result<(), RelayerError> {
        sqlx::query("INSERT INTO attempts (envelope, bytes, at) VALUES ($1, $2, $3)")
            .bind(envelope.to_string())
            .bind(bytes)
            .bind(now)
            .execute(self.writer()?)
            .await?;
        Ok(())
    }

    /// The latest attempt of an envelope.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn latest(&mut self, envelope: EnvelopeDigest) -> Result<Option<Attempt>, RelayerError> {
        let row = sqlx::query(
            "SELECT a.id, a.bytes, o.attempt IS NOT NULL AS known, o.state, o.refusal, o.reason, o.tx, o.block, o.seq,
                    (SELECT t.hash FROM carried c JOIN transactions t ON t.id = c.tx
                      WHERE c.attempt = a.id ORDER BY t.id DESC LIMIT 1) AS hash
               FROM attempts a LEFT JOIN outcomes o ON o.attempt = a.id
              WHERE a.envelope = $1 ORDER BY a.id DESC LIMIT 1",
        )
        .bind(envelope.to_string())
        .fetch_optional(self.writer()?)
        .await?;
        row.map(|row| attempt(&row)).transpose()
    }

    /// Attempts without an outcome that no transaction under way carries, oldest first.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn pending(&mut self) -> Result<Vec<Pending>, RelayerError> {
        let rows = sqlx::query(
            "SELECT a.id, a.envelope, a.bytes FROM attempts a
              WHERE NOT EXISTS (SELECT 1 FROM outcomes o WHERE o.attempt = a.id)
                AND NOT EXISTS (SELECT 1 FROM carried c WHERE c.attempt = a.id
                                   AND NOT EXISTS (SELECT 1 FROM ended e WHERE e.tx = c.tx))
              ORDER BY a.id LIMIT 64",
        )
        .fetch_all(self.writer()?)
        .await?;
        rows.iter()
            .map(|row| {
                let envelope: String = row.try_get("envelope")?;
                let envelope = envelope.parse().map_err(|_| RelayerError::Damaged)?;
                Ok(Pending { attempt: row.try_get("id")?, envelope, bytes: row.try_get("bytes")? })
            })
            .collect()
    }

    /// The transaction under way, if one is.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn under_way(&mut self) -> Result<Option<Sent>, RelayerError> {
        let row = sqlx::query(
            "SELECT * FROM transactions t WHERE NOT EXISTS (SELECT 1 FROM ended e WHERE e.tx = t.id) ORDER BY t.id",
        )
        .fetch_optional(self.writer()?)
        .await?;
        row.map(|row| {
            Ok(Sent {
                tx: row.try_get("id")?,
                hash: hash(&row.try_get::<String, _>("hash")?)?,
                nonce: unsigned(row.try_get("nonce")?)?,
                born: unsigned(row.try_get("born")?)?,
                dies: unsigned(row.try_get("dies")?)?,
                bytes: row.try_get("bytes")?,
            })
        })
        .transpose()
    }

    /// Attempts that a transaction carries, in their order.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn carried(&mut self, tx: i64) -> Result<Vec<(i64, EnvelopeDigest)>, RelayerError> {
        let rows = sqlx::query(
            "SELECT a.id, a.envelope FROM carried c JOIN attempts a ON a.id = c.attempt WHERE c.tx = $1 ORDER BY place",
        )
        .bind(tx)
        .fetch_all(self.writer()?)
        .await?;
        rows.iter()
            .map(|row| {
                let envelope: String = row.try_get("envelope")?;
                Ok((row.try_get("id")?, envelope.parse().map_err(|_| RelayerError::Damaged)?))
            })
            .collect()
    }

    /// How many transactions have carried this attempt in vain.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn tries(&mut self, attempt: i64) -> Result<i64, RelayerError> {
        let tries = sqlx::query_scalar("SELECT count(*) FROM carried WHERE attempt = $1").bind(attempt);
        Ok(tries.fetch_one(self.writer()?).await?)
    }

    /// Writes a signed transaction down before it is sent.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`]: it must not be sent.
    pub async fn prepared(&mut self, tx: &Prepared, attempts: &[i64], now: i64) -> Result<(), RelayerError> {
        let mut all = self.writer()?.begin().await?;
        let id: i64 = sqlx::query_scalar(
            "INSERT INTO transactions (hash, nonce, born, dies, bytes, at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )
        .bind(to_hex(&tx.hash))
        .bind(signed(tx.nonce)?)
        .bind(signed(tx.born)?)
        .bind(signed(tx.dies)?)
        .bind(&tx.bytes)
        .bind(now)
        .fetch_one(&mut *all)
        .await?;
        for (place, attempt) in (0_i64..).zip(attempts) {
            let carried = sqlx::query("INSERT INTO carried VALUES ($1, $2, $3)").bind(id).bind(place).bind(attempt);
            carried.execute(&mut *all).await?;
        }
        Ok(all.commit().await?)
    }

    /// Writes the end of a transaction and the outcomes that it brought, all or nothing.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn end(
        &mut self,
        tx: i64,
        end: End,
        reason: Option<&str>,
        outcomes: &[(i64, Outcome)],
        now: i64,
    ) -> Result<(), RelayerError> {
        let (kind, block) = match end {
            End::Succeeded(block) => ("succeeded", Some(signed(block)?)),
            End::Failed(block) => ("failed", Some(signed(block)?)),
            End::Expired => ("expired", None),
            End::Refused => ("refused", None),
        };
        let mut all = self.writer()?.begin().await?;
        let ended = sqlx::query("INSERT INTO ended VALUES ($1, $2, $3, $4, $5)");
        ended.bind(tx).bind(kind).bind(block).bind(reason).bind(now).execute(&mut *all).await?;
        for (attempt, outcome) in outcomes {
            write_outcome(&mut all, *attempt, outcome, now).await?;
        }
        Ok(all.commit().await?)
    }

    /// Writes an outcome that needed no transaction.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn decided(&mut self, attempt: i64, outcome: &Outcome, now: i64) -> Result<(), RelayerError> {
        write_outcome(self.writer()?, attempt, outcome, now).await
    }
}

async fn write_outcome(
    connection: &mut SqliteConnection,
    attempt: i64,
    outcome: &Outcome,
    now: i64,
) -> Result<(), RelayerError> {
    sqlx::query("INSERT INTO outcomes VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(attempt)
        .bind(&outcome.state)
        .bind(outcome.refusal.map(i64::from))
        .bind(&outcome.reason)
        .bind(outcome.tx)
        .bind(outcome.block.map(signed).transpose()?)
        .bind(outcome.seq.map(signed).transpose()?)
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

fn attempt(row: &SqliteRow) -> Result<Attempt, RelayerError> {
    let known: bool = row.try_get::<i64, _>("known")? != 0;
    let outcome = || -> Result<Outcome, RelayerError> {
        let refusal: Option<i64> = row.try_get("refusal")?;
        let number = |value: Option<i64>| value.map(unsigned).transpose();
        Ok(Outcome {
            state: row.try_get("state")?,
            refusal: refusal.and_then(|code| u16::try_from(code).ok()),
            reason: row.try_get("reason")?,
            tx: row.try_get("tx")?,
            block: number(row.try_get("block")?)?,
            seq: number(row.try_get("seq")?)?,
        })
    };
    let transaction: Option<String> = row.try_get("hash")?;
    Ok(Attempt {
        id: row.try_get("id")?,
        bytes: row.try_get("bytes")?,
        transaction: transaction.as_deref().map(hash).transpose()?,
        outcome: known.then(outcome).transpose()?,
    })
}

/// Whose a journal is.
type Names = [(&'static str, String); 3];

fn names(deployment: &Deployment, account: [u8; 32]) -> Names {
    [
        ("deployment", to_hex(&deployment.deployment)),
        ("chain", to_hex(&deployment.chain_genesis)),
        ("account", to_hex(&account)),
    ]
}

fn connection(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(std::time::Duration::from_millis(500))
        .disable_statement_logging()
}

/// A fresh journal, as the bytes of its file.
async fn image(names: &Names) -> Result<Vec<u8>, sqlx::Error> {
    let mut memory = SqliteConnection::connect("sqlite::memory:").await?;
    sqlx::raw_sql(include_str!("../migrations/journal.sql")).execute(&mut memory).await?;
    for (name, value) in names {
        sqlx::query("INSERT INTO meta VALUES ($1, $2)").bind(*name).bind(value).execute(&mut memory).await?;
    }
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("PRAGMA application_id = {APPLICATION}"))).execute(&mut memory).await?;
    Ok(memory.serialize(None).await?.to_vec())
}

/// Whether the database is a journal of these names.
async fn bears(reader: &mut SqliteConnection, names: &Names) -> Result<bool, sqlx::Error> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *reader).await?;
    if application != APPLICATION {
        return Ok(false);
    }
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

fn opening(path: &Path) -> impl Fn(sqlx::Error) -> RelayerError {
    let path = path.to_owned();
    move |error| match &error {
        sqlx::Error::Database(database) if database.message().contains("locked") => {
            RelayerError::JournalInUse(path.clone())
        }
        _ => RelayerError::CannotOpen { path: path.clone(), source: error },
    }
}

fn hash(text: &str) -> Result<[u8; 32], RelayerError> {
    greatseal_protocol::bytes::parse_hex(text).map_err(|_| RelayerError::Damaged)
}

fn signed(value: u64) -> Result<i64, RelayerError> {
    i64::try_from(value).map_err(|_| RelayerError::Damaged)
}

fn unsigned(value: i64) -> Result<u64, RelayerError> {
    u64::try_from(value).map_err(|_| RelayerError::Damaged)
}
