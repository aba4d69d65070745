//! Evidence: attempts, transactions and outcomes. Rows are added, with what that changes in the queue.

use super::{
    After, Attempt, End, Entry, Journal, Open, Outcome, Sent, Verdict, Waiting, count, hash, signed,
    trail::{self, Kind},
    unsigned,
};
use crate::error::RelayerError;
use greatseal_client::Prepared;
use greatseal_protocol::bytes::{EnvelopeDigest, to_hex};
use sqlx::{Row as _, SqliteConnection, sqlite::SqliteRow};

impl Journal {
    /// Writes an envelope down; durable when it returns.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`]: nothing was accepted.
    pub async fn accept(
        &mut self,
        envelope: EnvelopeDigest,
        bytes: &[u8],
        entry: &Entry,
        now: i64,
    ) -> Result<(), RelayerError> {
        let mut all = self.begin().await?;
        let attempt: i64 =
            sqlx::query_scalar("INSERT INTO attempts (envelope, bytes, at) VALUES ($1, $2, $3) RETURNING id")
                .bind(envelope.to_string())
                .bind(bytes)
                .bind(now)
                .fetch_one(&mut *all)
                .await?;
        sqlx::query("INSERT INTO queue (attempt, envelope, signer, expiry, priority) VALUES ($1, $2, $3, $4, $5)")
            .bind(attempt)
            .bind(envelope.to_string())
            .bind(&entry.signer)
            .bind(entry.expiry)
            .bind(entry.priority)
            .execute(&mut *all)
            .await?;
        trail::append(&mut all, Kind::Attempt, attempt, 0).await?;
        Ok(all.commit().await?)
    }

    /// The latest attempt of an envelope.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn latest(&mut self, envelope: EnvelopeDigest) -> Result<Option<Attempt>, RelayerError> {
        let row = sqlx::query(
            "SELECT a.id, a.bytes, o.attempt IS NOT NULL AS known, o.state, o.refusal, o.reason, o.tx, o.block, o.seq,
                    q.attempt IS NOT NULL AS open, q.tx AS carrier, q.expiry, q.code, q.refusal AS expected,
                    q.reason AS why, q.block AS seen, q.not_before,
                    (SELECT t.hash FROM carried c JOIN transactions t ON t.id = c.tx
                      WHERE c.attempt = a.id ORDER BY c.tx DESC LIMIT 1) AS hash
               FROM attempts a LEFT JOIN outcomes o ON o.attempt = a.id LEFT JOIN queue q ON q.attempt = a.id
              WHERE a.envelope = $1 ORDER BY a.id DESC LIMIT 1",
        )
        .bind(envelope.to_string())
        .fetch_optional(self.writer()?)
        .await?;
        row.map(|row| attempt(&row)).transpose()
    }

    /// The transaction in flight, if one is.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn in_flight(&mut self) -> Result<Option<Sent>, RelayerError> {
        let row = sqlx::query("SELECT t.* FROM in_flight f JOIN transactions t ON t.id = f.tx")
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

    /// Attempts that a transaction carries, in their order, with how many fees were paid in vain for each.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn carried(&mut self, tx: i64) -> Result<Vec<(i64, EnvelopeDigest, u32)>, RelayerError> {
        let rows = sqlx::query(
            "SELECT a.id, a.envelope, coalesce(q.paid, 0) AS paid FROM carried c
               JOIN attempts a ON a.id = c.attempt LEFT JOIN queue q ON q.attempt = a.id
              WHERE c.tx = $1 ORDER BY place",
        )
        .bind(tx)
        .fetch_all(self.writer()?)
        .await?;
        rows.iter()
            .map(|row| {
                let envelope: String = row.try_get("envelope")?;
                let envelope = envelope.parse().map_err(|_| RelayerError::Damaged)?;
                Ok((row.try_get("id")?, envelope, count(row.try_get("paid")?)?))
            })
            .collect()
    }

    /// Writes a signed transaction down before it is sent.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`]: it must not be sent.
    pub async fn prepared(&mut self, tx: &Prepared, attempts: &[i64], now: i64) -> Result<(), RelayerError> {
        let mut all = self.begin().await?;
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
        trail::append(&mut all, Kind::Transaction, id, 0).await?;
        sqlx::query("INSERT INTO in_flight VALUES (1, $1)").bind(id).execute(&mut *all).await?;
        for (place, attempt) in (0_i64..).zip(attempts) {
            let carried = sqlx::query("INSERT INTO carried VALUES ($1, $2, $3)").bind(id).bind(place).bind(attempt);
            carried.execute(&mut *all).await?;
            trail::append(&mut all, Kind::Carried, id, place).await?;
            let queued = "UPDATE queue SET tx = $1, code = NULL, refusal = NULL, reason = NULL WHERE attempt = $2";
            sqlx::query(queued).bind(id).bind(attempt).execute(&mut *all).await?;
        }
        Ok(all.commit().await?)
    }

    /// Writes the end of the transaction in flight, and what that means for each attempt, all or nothing.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn end(
        &mut self,
        tx: i64,
        end: End,
        reason: Option<&str>,
        attempts: &[(i64, After)],
        now: i64,
    ) -> Result<(), RelayerError> {
        let (kind, block) = match end {
            End::Succeeded(block) => ("succeeded", Some(signed(block)?)),
            End::Failed(block) => ("failed", Some(signed(block)?)),
            End::Expired => ("expired", None),
        };
        let mut all = self.begin().await?;
        let ended = sqlx::query("INSERT INTO ended VALUES ($1, $2, $3, $4, $5)");
        ended.bind(tx).bind(kind).bind(block).bind(reason).bind(now).execute(&mut *all).await?;
        trail::append(&mut all, Kind::Ended, tx, 0).await?;
        sqlx::query("DELETE FROM in_flight WHERE tx = $1").bind(tx).execute(&mut *all).await?;
        for (attempt, after) in attempts {
            match after {
                After::Decided(outcome) => decide(&mut all, *attempt, outcome, now).await?,
                After::Again { paid, waiting } => {
                    sqlx::query("UPDATE queue SET tx = NULL, paid = paid + $1 WHERE attempt = $2")
                        .bind(i64::from(*paid))
                        .bind(attempt)
                        .execute(&mut *all)
                        .await?;
                    super::queue::wait(&mut all, *attempt, waiting).await?;
                }
            }
        }
        Ok(all.commit().await?)
    }

    /// Writes an outcome that needed no transaction: one that the bytes themselves prove.
    ///
    /// # Errors
    ///
    /// [`RelayerError::Journal`].
    pub async fn decided(&mut self, attempt: i64, outcome: &Outcome, now: i64) -> Result<(), RelayerError> {
        let mut all = self.begin().await?;
        decide(&mut all, attempt, outcome, now).await?;
        Ok(all.commit().await?)
    }
}

/// Adds the outcome, and takes the attempt out of the queue.
async fn decide(
    connection: &mut SqliteConnection,
    attempt: i64,
    outcome: &Outcome,
    now: i64,
) -> Result<(), RelayerError> {
    sqlx::query("INSERT INTO outcomes VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(attempt)
        .bind(outcome.verdict.word())
        .bind(outcome.refusal.map(i64::from))
        .bind(&outcome.reason)
        .bind(outcome.tx)
        .bind(outcome.block.map(signed).transpose()?)
        .bind(outcome.seq.map(signed).transpose()?)
        .bind(now)
        .execute(&mut *connection)
        .await?;
    trail::append(connection, Kind::Outcome, attempt, 0).await?;
    sqlx::query("DELETE FROM queue WHERE attempt = $1").bind(attempt).execute(connection).await?;
    Ok(())
}

fn attempt(row: &SqliteRow) -> Result<Attempt, RelayerError> {
    let flag = |name: &str| Ok::<_, RelayerError>(row.try_get::<i64, _>(name)? != 0);
    let number = |value: Option<i64>| value.map(unsigned).transpose();
    let refusal = |name: &str| Ok::<_, RelayerError>(row.try_get::<Option<i64>, _>(name)?.and_then(code));
    let outcome = || -> Result<Outcome, RelayerError> {
        Ok(Outcome {
            verdict: Verdict::read(&row.try_get::<String, _>("state")?)?,
            refusal: refusal("refusal")?,
            reason: row.try_get("reason")?,
            tx: row.try_get("tx")?,
            block: number(row.try_get("block")?)?,
            seq: number(row.try_get("seq")?)?,
        })
    };
    let open = || -> Result<Open, RelayerError> {
        let waiting = match row.try_get::<Option<String>, _>("code")? {
            None => None,
            Some(code) => Some(Waiting {
                code,
                refusal: refusal("expected")?,
                reason: row.try_get::<Option<String>, _>("why")?.unwrap_or_default(),
                block: number(row.try_get("seen")?)?.unwrap_or_default(),
                not_before: row.try_get("not_before")?,
            }),
        };
        let in_flight = row.try_get::<Option<i64>, _>("carrier")?.is_some();
        Ok(Open { in_flight, expiry: row.try_get("expiry")?, waiting })
    };
    let transaction: Option<String> = row.try_get("hash")?;
    Ok(Attempt {
        id: row.try_get("id")?,
        bytes: row.try_get("bytes")?,
        transaction: transaction.as_deref().map(hash).transpose()?,
        outcome: flag("known")?.then(outcome).transpose()?,
        open: flag("open")?.then(open).transpose()?,
    })
}

fn code(number: i64) -> Option<u16> {
    u16::try_from(number).ok()
}
