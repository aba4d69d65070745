//! The start: every stored row goes through the ledger again, and must come to where the cursor says.

use super::{Store, StoreError, append, checkpoints, read::StoredEvent};
use crate::{
    contents::names::Names,
    ledger::{Breach, Ledger},
    register::Register,
};
use futures::TryStreamExt;
use greatseal_block::header::Header;
use greatseal_deployment::Deployment;
use greatseal_trail::tree::{Frontier, Hash};
use sqlx::SqliteConnection;
use std::{collections::HashMap, sync::Arc};

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

impl Store {
    /// Judges all that is stored.
    ///
    /// # Errors
    ///
    /// [`StoreError::DamagedEvent`] with the first bad row, [`StoreError::DamagedBlock`].
    pub async fn replay(&self, deployment: &Arc<Deployment>) -> Result<Replayed, StoreError> {
        let mut transaction = self.readers.begin().await?;
        let mut ledger = Ledger::new(Arc::clone(deployment));
        let (register, names) = replay_events(&mut transaction, &mut ledger).await?;
        let time_ms = replay_blocks(&mut transaction, &mut ledger).await?;
        compare_cursor(&mut transaction, &ledger).await?;
        Ok(Replayed { ledger, register, names, time_ms })
    }
}

async fn replay_events(
    connection: &mut SqliteConnection,
    ledger: &mut Ledger,
) -> Result<(Register, Names), StoreError> {
    let (mut register, mut names) = (Register::default(), Names::default());
    let mut nodes = Nodes::load(connection).await?;
    let mut heads = checkpoints::heads(&mut *connection).await?.into_iter().peekable();
    let mut rows = sqlx::query_as::<_, StoredEvent>(StoredEvent::ALL).fetch(&mut *connection);
    loop {
        let seq = ledger.count();
        let damaged = |reason: &str| StoreError::DamagedEvent { seq, reason: reason.into() };
        let Some(stored) = rows.try_next().await.map_err(|error| undecodable(error, damaged))? else { break };
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
        nodes.push(entry.hash).ok_or_else(|| damaged("a node of the tree is not the one that its leaves make"))?;
        if let Some(head) = heads.next_if(|head| head.size <= ledger.count())
            && head != ledger.head()
        {
            return Err(damaged("the leaves up to here are not those of the checkpoint that was signed"));
        }
    }
    match heads.next() {
        Some(head) => Err(StoreError::DamagedEvent {
            seq: ledger.count(),
            reason: format!("a checkpoint of {} leaves was signed, and the row is missing", head.size),
        }),
        None => Ok((register, names)),
    }
}

/// Stored roots of complete subtrees, held against the leaves one after the other.
struct Nodes {
    stored: HashMap<(i64, i64), Vec<u8>>,
    /// On each level the subtree that is not complete yet, and how many are.
    open: Vec<(Frontier, i64)>,
}

impl Nodes {
    async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let nodes = sqlx::query_as::<_, (i64, i64, Vec<u8>)>("SELECT level, number, hash FROM nodes");
        let nodes = nodes.fetch_all(connection).await?;
        let stored = nodes.into_iter().map(|(level, number, hash)| ((level, number), hash)).collect();
        Ok(Self { stored, open: Vec::new() })
    }

    /// Takes the next leaf. None where a subtree is complete and another root is stored, or none.
    fn push(&mut self, leaf: Hash) -> Option<()> {
        let mut hash = leaf;
        for level in 1_usize.. {
            if self.open.len() < level {
                self.open.push((Frontier::new(), 0));
            }
            let (tree, complete) = self.open.get_mut(level.saturating_sub(1))?;
            tree.push(hash).ok()?;
            if tree.size() < append::TILE {
                break;
            }
            let number = *complete;
            (hash, *tree, *complete) = (tree.root(), Frontier::new(), number.saturating_add(1));
            let stored = self.stored.get(&(i64::try_from(level).ok()?, number))?;
            if stored != hash.bytes() {
                return None;
            }
        }
        Some(())
    }
}

async fn replay_blocks(connection: &mut SqliteConnection, ledger: &mut Ledger) -> Result<u64, StoreError> {
    let mut time_ms = 0;
    let blocks = "SELECT number, hash, header, time_ms FROM blocks ORDER BY number";
    let mut blocks = sqlx::query_as::<_, (i64, Vec<u8>, Vec<u8>, i64)>(blocks).fetch(connection);
    loop {
        let number = ledger.next();
        let damaged = |reason: &str| StoreError::DamagedBlock { number, reason: reason.into() };
        let Some(block) = blocks.try_next().await.map_err(|error| undecodable(error, damaged))? else { break };
        let (stored, hash, header, time) = block;
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
        time_ms = time;
    }
    Ok(time_ms)
}

async fn compare_cursor(connection: &mut SqliteConnection, ledger: &Ledger) -> Result<(), StoreError> {
    let cursor = "SELECT next_block, block_hash, root, size, frontier FROM reached WHERE id = 1";
    let cursor = sqlx::query_as::<_, (i64, Option<Vec<u8>>, Vec<u8>, i64, Vec<u8>)>(cursor);
    let cursor = cursor.fetch_optional(connection).await?;
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

/// A column of another type is damage, anything else a failing database.
fn undecodable(error: sqlx::Error, damaged: impl FnOnce(&str) -> StoreError) -> StoreError {
    match error {
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => damaged("a column does not hold what it should"),
        other => StoreError::Failing(other),
    }
}
