//! Stored rows go through the ledger again, part by part, and must come to where the cursor says.

use super::{Store, StoreError, append, checkpoints, read::StoredEvent};
use crate::{
    contents::names::Names,
    fold::Fold,
    ledger::{Breach, Ledger},
    progress::Progress,
    register::Register,
};
use greatseal_block::header::Header;
use greatseal_deployment::Deployment;
use greatseal_store::{Error, FromRow, Row, Session, query};
use greatseal_trail::tree::Head;
use std::{collections::HashMap, sync::Arc};
use tokio::task::spawn_blocking;

/// Rows that are read at once: what reads them holds no moment of the database for long.
const PART: u64 = 2048;

/// What the stored rows amount to.
#[derive(Debug)]
pub struct Replayed {
    /// State and place.
    pub ledger: Ledger,
    /// All proposals.
    pub register: Register,
    /// What the records name.
    pub names: Names,
    /// Time of the last block in milliseconds; 0 before the first.
    pub time_ms: u64,
}

impl From<Fold> for Replayed {
    fn from(fold: Fold) -> Self {
        let Fold { ledger, register, names, time_ms } = fold;
        Self { ledger, register, names, time_ms }
    }
}

/// Rows of the table `events` that follow each other, with what is kept about them.
struct Leaves {
    rows: Vec<StoredEvent>,
    /// Whether the row behind them cannot be read.
    broken: bool,
    /// Roots of the subtrees that they complete, by level and number.
    nodes: HashMap<(i64, i64), Vec<u8>>,
    /// Heads of checkpoints that end with one of them, the smallest first.
    heads: Vec<Head>,
}

/// Rows of the table `blocks` that follow each other: number, hash, header, time in milliseconds.
struct Blocks {
    rows: Vec<(i64, Vec<u8>, Vec<u8>, i64)>,
    /// Whether the row behind them cannot be read.
    broken: bool,
}

impl Store {
    /// Judges all that is stored.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`] with the first bad row, [`StoreError::DamagedBlock`].
    pub async fn replay(&self, deployment: &Arc<Deployment>) -> Result<Replayed, StoreError> {
        Ok(self.replay_behind(Fold::new(deployment)).await?.into())
    }

    /// Judges what is stored behind a fold, to the end.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`] with the first bad row, [`StoreError::DamagedBlock`].
    pub async fn replay_behind(&self, fold: Fold) -> Result<Fold, StoreError> {
        let deployment = fold.ledger.deployment().block_number;
        let (leaves, blocks) = self.size().await?;
        let first = fold.ledger.count().saturating_add(fold.ledger.next().saturating_sub(deployment));
        let progress = Progress::new("judging what is stored", first, leaves.saturating_add(blocks));
        let fold = self.judge(fold, None, &progress).await?;
        self.compare_ends(&fold.ledger).await?;
        Ok(fold)
    }

    /// Judges what is stored behind a fold, up to this number of leaves and this height.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`] with the first bad row, [`StoreError::DamagedBlock`].
    pub async fn judge(
        &self,
        mut fold: Fold,
        until: Option<(u64, u64)>,
        progress: &Progress,
    ) -> Result<Fold, StoreError> {
        let (leaves, next) = until.unwrap_or((u64::MAX, u64::MAX));
        let done = fold.ledger.next().saturating_sub(fold.ledger.deployment().block_number);
        loop {
            let first = fold.ledger.count();
            let behind = first.saturating_add(PART).min(leaves);
            let part = self.leaves(first, behind).await?;
            let ended = u64::try_from(part.rows.len()).is_ok_and(|found| found < behind.saturating_sub(first));
            fold = apart(fold, move |fold| judge_leaves(fold, part)).await?;
            progress.reach(fold.ledger.count().saturating_add(done));
            if ended || behind == leaves {
                break;
            }
        }
        loop {
            let first = fold.ledger.next();
            let behind = first.saturating_add(PART).min(next);
            let part = self.blocks(first, behind).await?;
            let ended = u64::try_from(part.rows.len()).is_ok_and(|found| found < behind.saturating_sub(first));
            fold = apart(fold, move |fold| judge_blocks(fold, part)).await?;
            let blocks = fold.ledger.next().saturating_sub(fold.ledger.deployment().block_number);
            progress.reach(fold.ledger.count().saturating_add(blocks));
            if ended || behind == next {
                break;
            }
        }
        Ok(fold)
    }

    /// Numbers of leaves and of blocks, as the cursor has them or nearly so: for those who wait.
    pub async fn size(&self) -> Result<(u64, u64), StoreError> {
        let ends = query(
            "SELECT (SELECT MAX(seq) FROM events), (SELECT MIN(number) FROM blocks), (SELECT MAX(number) FROM blocks)",
        );
        let (last, first_block, last_block): (Option<i64>, Option<i64>, Option<i64>) = self.database.one(ends).await?;
        // Rows where none should be are found where the ends are compared: here it only decides how long the work seems.
        let count = |first: Option<i64>, last: Option<i64>| {
            let count = first.zip(last).map(|(first, last)| last.saturating_sub(first).saturating_add(1));
            u64::try_from(count.unwrap_or_default()).unwrap_or_default()
        };
        Ok((count(Some(0), last), count(first_block, last_block)))
    }

    /// Whether the database has this block at this height.
    pub(crate) async fn has_block(&self, number: u64, hash: [u8; 32]) -> Result<bool, StoreError> {
        let Ok(number) = i64::try_from(number) else { return Ok(false) };
        let found = query("SELECT hash FROM blocks WHERE number = $1").bind(number);
        let found: Option<Vec<u8>> = self.database.optional(found).await?;
        Ok(found.is_some_and(|found| found == hash))
    }

    async fn leaves(&self, first: u64, behind: u64) -> Result<Leaves, StoreError> {
        let (from, to) = (column(first), column(behind));
        let mut moment = self.database.read().await?;
        let mut session = moment.session();
        let found = session.rows(query(StoredEvent::BETWEEN).bind(from).bind(to)).await?;
        let (rows, broken) = readable(&found)?;
        let mut nodes = HashMap::new();
        let heights = (1_i64..).zip((8_u32..64).step_by(8)).take_while(|(_, height)| behind >> height > 0);
        for (level, height) in heights {
            let found = query("SELECT number, hash FROM nodes WHERE level = $1 AND number >= $2 AND number < $3");
            let found = found.bind(level).bind(column(first >> height)).bind(column(behind >> height));
            let found: Vec<(i64, Vec<u8>)> = session.all(found).await?;
            nodes.extend(found.into_iter().map(|(number, hash)| ((level, number), hash)));
        }
        let heads = checkpoints::heads(&mut session, from, to).await?;
        Ok(Leaves { rows, broken, nodes, heads })
    }

    async fn blocks(&self, first: u64, behind: u64) -> Result<Blocks, StoreError> {
        let found = query(
            "SELECT number, hash, header, time_ms FROM blocks WHERE number >= $1 AND number < $2 ORDER BY number",
        );
        let mut moment = self.database.read().await?;
        let found = moment.session().rows(found.bind(column(first)).bind(column(behind))).await?;
        let (rows, broken) = readable(&found)?;
        Ok(Blocks { rows, broken })
    }

    /// Nothing stands before the first row or behind the last, and the cursor is where the ledger is.
    async fn compare_ends(&self, ledger: &Ledger) -> Result<(), StoreError> {
        let mut moment = self.database.read().await?;
        let mut session = moment.session();
        let ends = "SELECT (SELECT MIN(seq) FROM events), (SELECT MAX(seq) FROM events), \
                     (SELECT MIN(number) FROM blocks), (SELECT MAX(number) FROM blocks), \
                     (SELECT MIN(size) FROM heads), (SELECT MAX(size) FROM heads), (SELECT COUNT(*) FROM nodes)";
        type Ends = (Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<i64>, i64);
        let ends: Ends = session.one(query(ends)).await?;
        let (first_event, last_event, first_block, last_block, least_head, most_head, nodes) = ends;
        let (count, next, begin) = (ledger.count(), ledger.next(), ledger.deployment().block_number);
        let damaged = |seq: u64, reason: &str| Err(StoreError::DamagedEvent { seq, reason: reason.into() });
        if first_event.is_some_and(|seq| seq < 0) || least_head.is_some_and(|size| size < 1) {
            return damaged(0, "a row stands before the first");
        }
        if last_event.is_some_and(|seq| seq >= column(count)) {
            return damaged(count, "the row is missing");
        }
        if first_block.is_some_and(|number| number < column(begin)) {
            return Err(StoreError::DamagedBlock { number: begin, reason: "a block stands before the first".into() });
        }
        if last_block.is_some_and(|number| number >= column(next)) {
            return Err(StoreError::DamagedBlock { number: next, reason: "the block is missing".into() });
        }
        if let Some(size) = most_head.filter(|size| *size > column(count)) {
            return damaged(count, &format!("a checkpoint of {size} leaves was signed, and the row is missing"));
        }
        let complete = (8_u32..64).step_by(8).map(|height| count >> height).sum::<u64>();
        if nodes != column(complete) {
            return damaged(count, "the tree has nodes that its leaves do not make, or lacks one");
        }
        compare_cursor(&mut session, ledger).await
    }
}

/// On a thread of its own: a part takes longer than others should have to wait.
async fn apart(
    mut fold: Fold,
    judge: impl FnOnce(&mut Fold) -> Result<(), StoreError> + Send + 'static,
) -> Result<Fold, StoreError> {
    let judged = spawn_blocking(move || judge(&mut fold).map(|()| fold)).await;
    // Only the end of the program takes its threads away.
    judged.map_err(|_| Error::Crashed)?
}

fn judge_leaves(fold: &mut Fold, part: Leaves) -> Result<(), StoreError> {
    let Fold { ledger, register, names, .. } = fold;
    let mut heads = part.heads.into_iter().peekable();
    for stored in part.rows {
        let seq = ledger.count();
        let damaged = |reason: &str| StoreError::DamagedEvent { seq, reason: reason.into() };
        if u64::try_from(stored.seq) != Ok(seq) {
            return Err(damaged("the row is missing"));
        }
        if stored.block_hash.is_none() {
            return Err(damaged("its block is not there"));
        }
        let leaf = stored.leaf().ok_or_else(|| damaged("a column does not hold what it should"))?;
        let entry = ledger.replay(leaf).map_err(|breach| damaged(&breach.to_string()))?;
        if stored.leaf != entry.hash.bytes() {
            return Err(damaged("the row does not hash to what is stored with it"));
        }
        let event = &entry.record.event;
        if stored.kind != event.kind() || stored.proposal != event.proposal().map(|id| id.to_string()) {
            return Err(damaged("kind or proposal differ from the record"));
        }
        register.enter(&entry);
        names.enter(&entry);
        for node in &entry.nodes {
            let kept = part.nodes.get(&(node.level.into(), column(node.number)));
            if kept.is_none_or(|kept| kept != node.hash.bytes()) {
                return Err(damaged("a node of the tree is not the one that its leaves make"));
            }
        }
        if let Some(head) = heads.next_if(|head| head.size <= ledger.count())
            && head != ledger.head()
        {
            return Err(damaged("the leaves up to here are not those of the checkpoint that was signed"));
        }
    }
    if part.broken {
        let reason = "a column does not hold what it should".into();
        return Err(StoreError::DamagedEvent { seq: ledger.count(), reason });
    }
    Ok(())
}

fn judge_blocks(fold: &mut Fold, part: Blocks) -> Result<(), StoreError> {
    let Fold { ledger, time_ms, .. } = fold;
    for (stored, hash, header, time) in part.rows {
        let number = ledger.next();
        let damaged = |reason: &str| StoreError::DamagedBlock { number, reason: reason.into() };
        let fields = (u64::try_from(stored), <[u8; 32]>::try_from(hash), Header::decode(&header), u64::try_from(time));
        let (Ok(stored), Ok(hash), Ok(header), Ok(time)) = fields else {
            return Err(damaged("a column does not hold what it should"));
        };
        if header.hash() != hash || u64::from(header.number) != stored {
            return Err(damaged("its header is of another block"));
        }
        ledger.follows(stored, hash, header.parent).map_err(|breach| match breach {
            // The parent is what the block before should hash to: that one, or this one, was changed.
            Breach::Fork { number, .. } => StoreError::DamagedBlock { number, reason: breach.to_string() },
            other => damaged(&other.to_string()),
        })?;
        ledger.pass(stored, hash);
        *time_ms = time;
    }
    if part.broken {
        let reason = "a column does not hold what it should".into();
        return Err(StoreError::DamagedBlock { number: ledger.next(), reason });
    }
    Ok(())
}

async fn compare_cursor(session: &mut Session<'_>, ledger: &Ledger) -> Result<(), StoreError> {
    type Cursor = (i64, Option<Vec<u8>>, Vec<u8>, i64, Vec<u8>);
    let cursor = query("SELECT next_block, block_hash, root, size, frontier FROM reached WHERE id = 1");
    let cursor: Option<Cursor> = session.optional(cursor).await?;
    let damaged = |seq: u64, reason: &str| StoreError::DamagedEvent { seq, reason: reason.into() };
    let Some((next, block_hash, root, count, frontier)) = cursor else {
        return Err(damaged(ledger.count(), "the cursor is missing"));
    };
    let (Ok(next), Ok(count)) = (u64::try_from(next), u64::try_from(count)) else {
        return Err(damaged(ledger.count(), "the cursor does not hold what it should"));
    };
    if count != ledger.count() {
        let text = format!("the cursor counts {count} rows, there are {}", ledger.count());
        return Err(damaged(count.min(ledger.count()), &text));
    }
    if root != ledger.head().root.bytes() || frontier != append::frontier(ledger.tree()) {
        return Err(damaged(count.saturating_sub(1), "the last row is not the one of the cursor"));
    }
    if next != ledger.next() || block_hash.as_deref() != ledger.last().as_ref().map(<[u8; 32]>::as_slice) {
        let reason = "the last block is not the one of the cursor".to_owned();
        return Err(StoreError::DamagedBlock { number: next.min(ledger.next()), reason });
    }
    Ok(())
}

/// A bound of a range: what no column can hold stands behind all that it holds.
fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The rows up to the first that cannot be read, and whether there is one: a column of another type is damage, anything else a
/// failing database.
fn readable<T: FromRow>(found: &[Row]) -> Result<(Vec<T>, bool), StoreError> {
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        match T::from_row(row) {
            Ok(row) => rows.push(row),
            Err(error) if error.undecodable() => return Ok((rows, true)),
            Err(error) => return Err(error.into()),
        }
    }
    Ok((rows, false))
}
