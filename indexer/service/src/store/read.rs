//! Questions of the HTTP side. Rows and `indexed_to` of one answer come from one moment.

use super::{Store, StoreError, column};
use greatseal_api::{
    render,
    wire::{EventPage, EventRow},
};
use greatseal_log::leaf::{EDITION, Leaf};
use greatseal_store::{Error, FromRow, Row, query};
use greatseal_trail::tree::leaf_hash;

/// A row of the table `events`, with its block's hash and time.
#[derive(Debug)]
pub(super) struct StoredEvent {
    pub(super) seq: i64,
    pub(super) kind: String,
    pub(super) proposal: Option<String>,
    pub(super) block_number: i64,
    /// Nothing where the block is not there.
    pub(super) block_hash: Option<Vec<u8>>,
    pub(super) time_ms: Option<i64>,
    pub(super) extrinsic_index: i64,
    pub(super) event_index: i64,
    pub(super) tx: Vec<u8>,
    pub(super) record: Vec<u8>,
    pub(super) leaf: Vec<u8>,
}

impl FromRow for StoredEvent {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            seq: row.get(0)?,
            kind: row.get(1)?,
            proposal: row.get(2)?,
            block_number: row.get(3)?,
            block_hash: row.get(4)?,
            time_ms: row.get(5)?,
            extrinsic_index: row.get(6)?,
            event_index: row.get(7)?,
            tx: row.get(8)?,
            record: row.get(9)?,
            leaf: row.get(10)?,
        })
    }
}

/// Which rows are asked for.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Only rows after this number.
    pub after: Option<u64>,
    /// Only rows of this kind.
    pub kind: Option<String>,
    /// Only rows about this proposal, in the text form of its id.
    pub proposal: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT seq, kind, proposal, block_number, b.hash AS block_hash, b.time_ms AS time_ms, extrinsic_index, ",
            "event_index, tx, record, leaf FROM events LEFT JOIN blocks b ON b.number = block_number ",
            $rest
        )
    };
}

impl StoredEvent {
    /// Rows from a number to before another.
    pub(super) const BETWEEN: &str = select!("WHERE seq >= $1 AND seq < $2 ORDER BY seq");

    /// The leaf; nothing where a column holds what no leaf has.
    pub(super) fn leaf(&self) -> Option<Leaf> {
        Some(Leaf {
            edition: EDITION,
            block_number: u64::try_from(self.block_number).ok()?,
            block_hash: self.block_hash.as_deref()?.try_into().ok()?,
            time_ms: u64::try_from(self.time_ms?).ok()?,
            extrinsic: u32::try_from(self.extrinsic_index).ok()?,
            index: u32::try_from(self.event_index).ok()?,
            transaction: self.tx.as_slice().try_into().ok()?,
            record: self.record.clone(),
        })
    }

    fn wire(&self) -> Result<EventRow, StoreError> {
        let seq = u64::try_from(self.seq).unwrap_or_default();
        let damaged = |reason: String| StoreError::DamagedEvent { seq, reason };
        let read = || {
            let bytes = self.leaf()?.to_bytes().ok()?;
            let (leaf, record) = Leaf::parse(&bytes).ok()?;
            let hash = leaf_hash(&bytes);
            (self.leaf == hash.bytes()).then_some((leaf, record, hash))
        };
        let (leaf, record, hash) = read().ok_or_else(|| damaged("it was changed while this program ran".into()))?;
        render::event_row(&record, &leaf, &hash).map_err(|fault| damaged(fault.to_string()))
    }
}

impl Store {
    /// Rows by number, at most `limit`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn events(&self, filter: &EventFilter, limit: u32) -> Result<EventPage, StoreError> {
        let after = filter.after.map_or(Ok(-1), column)?;
        let more = i64::from(limit).saturating_add(1);
        let mut moment = self.database.read().await?;
        let mut session = moment.session();
        let text = match (&filter.kind, &filter.proposal) {
            (None, None) => select!("WHERE seq > $1 ORDER BY seq LIMIT $2"),
            (Some(_), None) => select!("WHERE seq > $1 AND kind = $3 ORDER BY seq LIMIT $2"),
            (None, Some(_)) => select!("WHERE seq > $1 AND proposal = $3 ORDER BY seq LIMIT $2"),
            (Some(_), Some(_)) => select!("WHERE seq > $1 AND kind = $3 AND proposal = $4 ORDER BY seq LIMIT $2"),
        };
        let filters = filter.kind.iter().chain(&filter.proposal);
        let filtered = filters.fold(query(text).bind(after).bind(more), |query, value| query.bind(value));
        let mut rows: Vec<StoredEvent> = session.all(filtered).await?;
        let next: i64 = session.one(query("SELECT next_block FROM reached WHERE id = 1")).await?;
        drop(moment);

        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let continues = rows.len() > limit;
        rows.truncate(limit);
        let events = rows.iter().map(StoredEvent::wire).collect::<Result<Vec<_>, _>>()?;
        let next_after = events.last().filter(|_| continues).map(|row| row.seq.clone());
        let indexed_to = u64::try_from(next).map(|next| next.saturating_sub(1)).map_err(|_| {
            StoreError::DamagedBlock { number: 0, reason: format!("the cursor says that block {next} is next") }
        })?;
        Ok(EventPage { events, next: next_after, indexed_to })
    }

    /// One row.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub async fn event(&self, seq: u64) -> Result<Option<EventRow>, StoreError> {
        let Ok(seq) = column(seq) else { return Ok(None) };
        let row: Option<StoredEvent> = self.database.optional(query(select!("WHERE seq = $1")).bind(seq)).await?;
        row.map(|row| row.wire()).transpose()
    }
}
