//! The queue: what is open, what is due, and what each attempt waits for. Every question costs what is open.

use super::{Journal, Load, Pending, Waiting, count, signed};
use crate::error::RelayerError;
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

/// Longest time in seconds for which an attempt waits before it is looked at again, and a little more.
const LONGEST_WAIT: i64 = 120;
/// Most attempts that one step looks at.
const MOST: i64 = 64;

impl Journal {
    /// How much is open, and how much of it a key has.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn load(&mut self, signer: &str) -> Result<Load, RelayerError> {
        let row = sqlx::query(
            "SELECT count(*) AS open, count(tx) AS carried, coalesce(sum(signer = $1), 0) AS own FROM queue",
        )
        .bind(signer)
        .fetch_one(self.writer()?)
        .await?;
        Ok(Load {
            open: count(row.try_get("open")?)?,
            in_flight: count(row.try_get("carried")?)?,
            of_signer: count(row.try_get("own")?)?,
        })
    }

    /// Attempts that no transaction carries and that are due, the most urgent first, and among them those that were looked at least.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn due(&mut self, now: i64) -> Result<Vec<Pending>, RelayerError> {
        let rows = sqlx::query(
            "SELECT q.attempt, q.envelope, q.tries, a.bytes FROM queue q JOIN attempts a ON a.id = q.attempt
              WHERE q.tx IS NULL AND (q.not_before <= $1 OR q.not_before > $2)
              ORDER BY q.priority, q.tries, q.attempt LIMIT $3",
        )
        .bind(now)
        // Nothing waits for longer: what is due later was written by a clock that was ahead.
        .bind(now.saturating_add(LONGEST_WAIT))
        .bind(MOST)
        .fetch_all(self.writer()?)
        .await?;
        rows.iter().map(pending).collect()
    }

    /// Attempts that no transaction carries and that no block of this time or a later one can carry out.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn expired(&mut self, block_time: u64) -> Result<Vec<(i64, Option<String>)>, RelayerError> {
        let rows = sqlx::query("SELECT attempt, reason FROM queue WHERE tx IS NULL AND expiry <= $1 LIMIT $2")
            .bind(signed(block_time)?)
            .bind(MOST)
            .fetch_all(self.writer()?)
            .await?;
        rows.iter().map(|row| Ok((row.try_get("attempt")?, row.try_get("reason")?))).collect()
    }

    /// Notes what an attempt waits for, and when it is looked at again.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn wait(&mut self, attempt: i64, waiting: &Waiting) -> Result<(), RelayerError> {
        self.written = self.written.saturating_add(1);
        wait(self.writer()?, attempt, waiting).await
    }

    /// Has an attempt that waits looked at at once.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn nudge(&mut self, attempt: i64) -> Result<(), RelayerError> {
        let nudge = "UPDATE queue SET not_before = 0, code = NULL, refusal = NULL, reason = NULL WHERE attempt = $1";
        sqlx::query(nudge).bind(attempt).execute(self.writer()?).await?;
        Ok(())
    }
}

pub(super) async fn wait(
    connection: &mut SqliteConnection,
    attempt: i64,
    waiting: &Waiting,
) -> Result<(), RelayerError> {
    sqlx::query(
        "UPDATE queue SET not_before = $1, tries = tries + 1, code = $2, refusal = $3, reason = $4, block = $5
          WHERE attempt = $6",
    )
    .bind(waiting.not_before)
    .bind(&waiting.code)
    .bind(waiting.refusal.map(i64::from))
    .bind(&waiting.reason)
    .bind(signed(waiting.block)?)
    .bind(attempt)
    .execute(connection)
    .await?;
    Ok(())
}

fn pending(row: &SqliteRow) -> Result<Pending, RelayerError> {
    let envelope: String = row.try_get("envelope")?;
    let envelope = envelope.parse().map_err(|_| RelayerError::Damaged)?;
    let tries = count(row.try_get("tries")?)?;
    Ok(Pending { attempt: row.try_get("attempt")?, envelope, bytes: row.try_get("bytes")?, tries })
}
