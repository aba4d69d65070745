//! Heads that were promised, checkpoints that were signed, and what witnesses have added.

use super::{Store, StoreError, column};
use greatseal_trail::tree::{Hash, Head};
use sqlx::SqliteConnection;

/// A signed checkpoint with what witnesses have added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptCheckpoint {
    /// Number of leaves.
    pub size: u64,
    /// The note with the log's signature.
    pub note: String,
    /// Lines of cosignatures.
    pub lines: Vec<String>,
}

impl Store {
    /// Keeps a head that is about to be signed; durable on return. Keeping it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`] where another head of this size is kept.
    pub async fn keep_head(&self, head: &Head, at: u64) -> Result<(), StoreError> {
        let size = column(head.size)?;
        sqlx::query("INSERT INTO heads (size, root, at) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING")
            .bind(size)
            .bind(head.root.bytes().to_vec())
            .bind(column(at)?)
            .execute(&self.writer)
            .await?;
        let query = sqlx::query_scalar("SELECT root FROM heads WHERE size = $1").bind(size);
        let kept: Vec<u8> = query.fetch_one(&self.writer).await?;
        if kept == head.root.bytes() {
            return Ok(());
        }
        let reason = "a checkpoint of this size and another root was signed".into();
        Err(StoreError::DamagedEvent { seq: head.size.saturating_sub(1), reason })
    }

    /// Keeps the note of a checkpoint whose head is kept. Keeping it again changes nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failing`].
    pub async fn keep_checkpoint(&self, size: u64, note: &str) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO checkpoints (size, note) VALUES ($1, $2) ON CONFLICT (size) DO NOTHING")
            .bind(column(size)?)
            .bind(note)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    /// Keeps what a witness has added, instead of what it had added to this checkpoint before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failing`].
    pub async fn keep_cosignature(&self, size: u64, witness: &str, line: &str) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO cosignatures (size, witness, line) VALUES ($1, $2, $3) \
             ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line",
        )
        .bind(column(size)?)
        .bind(witness)
        .bind(line)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The last head that was promised.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`].
    pub async fn last_head(&self) -> Result<Option<Head>, StoreError> {
        let query = sqlx::query_as("SELECT size, root FROM heads ORDER BY size DESC LIMIT 1");
        let row: Option<(i64, Vec<u8>)> = query.fetch_optional(&self.readers).await?;
        row.map(head).transpose()
    }

    /// The checkpoint of this size; none where none was signed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failing`].
    pub async fn checkpoint(&self, size: u64) -> Result<Option<KeptCheckpoint>, StoreError> {
        let Ok(place) = column(size) else { return Ok(None) };
        let query = sqlx::query_scalar("SELECT note FROM checkpoints WHERE size = $1").bind(place);
        let note: Option<String> = query.fetch_optional(&self.readers).await?;
        let Some(note) = note else { return Ok(None) };
        let query = sqlx::query_scalar("SELECT line FROM cosignatures WHERE size = $1 ORDER BY witness").bind(place);
        let lines = query.fetch_all(&self.readers).await?;
        Ok(Some(KeptCheckpoint { size, note, lines }))
    }

    /// Sizes of the last checkpoints with so many cosignatures or more, the last one first; at most 16.
    ///
    /// # Errors
    ///
    /// [`StoreError::Failing`].
    pub async fn cosigned_sizes(&self, cosignatures: usize) -> Result<Vec<u64>, StoreError> {
        let query = sqlx::query_scalar(
            "SELECT size FROM checkpoints c WHERE (SELECT COUNT(*) FROM cosignatures s WHERE s.size = c.size) >= $1 \
             ORDER BY size DESC LIMIT 16",
        );
        let least = i64::try_from(cosignatures).unwrap_or(i64::MAX);
        let sizes: Vec<i64> = query.bind(least).fetch_all(&self.readers).await?;
        let size = |size: i64| {
            u64::try_from(size).map_err(|_| StoreError::DamagedEvent {
                seq: 0,
                reason: format!("a checkpoint of {size} leaves is said to have been signed"),
            })
        };
        sizes.into_iter().map(size).collect()
    }
}

/// Heads that were promised of more leaves than `behind`, up to `most`; the smallest first.
pub(super) async fn heads(connection: &mut SqliteConnection, behind: i64, most: i64) -> Result<Vec<Head>, StoreError> {
    let query = sqlx::query_as("SELECT size, root FROM heads WHERE size > $1 AND size <= $2 ORDER BY size");
    let rows: Vec<(i64, Vec<u8>)> = query.bind(behind).bind(most).fetch_all(connection).await?;
    rows.into_iter().map(head).collect()
}

fn head((size, root): (i64, Vec<u8>)) -> Result<Head, StoreError> {
    let size = u64::try_from(size).map_err(|_| StoreError::DamagedEvent {
        seq: 0,
        reason: format!("a checkpoint of {size} leaves is said to have been signed"),
    })?;
    match <[u8; 32]>::try_from(root) {
        Ok(root) => Ok(Head { size, root: Hash::new(root) }),
        Err(_) => Err(StoreError::DamagedEvent {
            seq: size.saturating_sub(1),
            reason: "the root of a checkpoint is not 32 bytes long".into(),
        }),
    }
}
