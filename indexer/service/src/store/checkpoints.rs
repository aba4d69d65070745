//! Heads that were promised, checkpoints that were signed, and what witnesses have added.

use super::{Store, StoreError, column};
use greatseal_store::{Session, query};
use greatseal_trail::tree::{Hash, Head};

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
        let keep = query("INSERT INTO heads (size, root, at) VALUES ($1, $2, $3) ON CONFLICT (size) DO NOTHING");
        let keep = keep.bind(size).bind(head.root.bytes()).bind(column(at)?);
        let mut writing = self.database.write().await?;
        let mut session = writing.session()?;
        session.execute(keep).await?;
        let kept: Vec<u8> = session.one(query("SELECT root FROM heads WHERE size = $1").bind(size)).await?;
        writing.commit().await?;
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
    /// [`StoreError::Database`].
    pub async fn keep_checkpoint(&self, size: u64, note: &str) -> Result<(), StoreError> {
        let keep = query("INSERT INTO checkpoints (size, note) VALUES ($1, $2) ON CONFLICT (size) DO NOTHING");
        self.keep(keep.bind(column(size)?).bind(note)).await
    }

    /// Keeps what a witness has added, instead of what it had added to this checkpoint before.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn keep_cosignature(&self, size: u64, witness: &str, line: &str) -> Result<(), StoreError> {
        let keep = query(
            "INSERT INTO cosignatures (size, witness, line) VALUES ($1, $2, $3) \
             ON CONFLICT (size, witness) DO UPDATE SET line = excluded.line",
        );
        self.keep(keep.bind(column(size)?).bind(witness).bind(line)).await
    }

    /// The last head that was promised.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`].
    pub async fn last_head(&self) -> Result<Option<Head>, StoreError> {
        let last = query("SELECT size, root FROM heads ORDER BY size DESC LIMIT 1");
        let row: Option<(i64, Vec<u8>)> = self.database.optional(last).await?;
        row.map(head).transpose()
    }

    /// The checkpoint of this size; none where none was signed.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn checkpoint(&self, size: u64) -> Result<Option<KeptCheckpoint>, StoreError> {
        let Ok(place) = column(size) else { return Ok(None) };
        let note = query("SELECT note FROM checkpoints WHERE size = $1").bind(place);
        let note: Option<String> = self.database.optional(note).await?;
        let Some(note) = note else { return Ok(None) };
        let lines = query("SELECT line FROM cosignatures WHERE size = $1 ORDER BY witness").bind(place);
        let lines = self.database.all(lines).await?;
        Ok(Some(KeptCheckpoint { size, note, lines }))
    }

    /// Sizes of the last checkpoints with so many cosignatures or more, the last one first; at most 16.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn cosigned_sizes(&self, cosignatures: usize) -> Result<Vec<u64>, StoreError> {
        let sizes = query(
            "SELECT size FROM checkpoints c WHERE (SELECT COUNT(*) FROM cosignatures s WHERE s.size = c.size) >= $1 \
             ORDER BY size DESC LIMIT 16",
        );
        let least = i64::try_from(cosignatures).unwrap_or(i64::MAX);
        let sizes: Vec<i64> = self.database.all(sizes.bind(least)).await?;
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
pub(super) async fn heads(session: &mut Session<'_>, behind: i64, most: i64) -> Result<Vec<Head>, StoreError> {
    let heads = query("SELECT size, root FROM heads WHERE size > $1 AND size <= $2 ORDER BY size");
    let rows: Vec<(i64, Vec<u8>)> = session.all(heads.bind(behind).bind(most)).await?;
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
