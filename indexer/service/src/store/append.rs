//! Judged blocks become rows: all or nothing, in one transaction.

use super::{Judged, StoreError, column};
use crate::ledger::{Cause, Entry, Ledger, Node, Place};
use greatseal_protocol::scale::Encode as _;
use greatseal_trail::tree::{Frontier, Head};
use sqlx::{Connection as _, QueryBuilder, Sqlite, SqliteConnection, Transaction};
use std::collections::BTreeMap;

/// Rows of one statement.
const ROWS: usize = 64;

pub(super) async fn append(
    connection: &mut SqliteConnection,
    before: Place,
    after: &Ledger,
    blocks: &[Judged],
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    let stored: Cursor = sqlx::query_as("SELECT next_block, block_hash, size, root FROM reached WHERE id = 1")
        .fetch_one(&mut *transaction)
        .await?;
    let places = places(before, blocks)?;
    let done = places.iter().position(|place| *place == stored).ok_or(StoreError::Overtaken)?;
    let new = blocks.get(done..).unwrap_or_default();
    let entries: Vec<&Entry> = new.iter().flat_map(|block| &block.entries).collect();
    insert_blocks(&mut transaction, new).await?;
    insert_events(&mut transaction, &entries).await?;
    insert_nodes(&mut transaction, &entries).await?;
    keep_causes(&mut transaction, &entries).await?;
    let update =
        "UPDATE reached SET next_block = $1, block_hash = $2, size = $3, root = $4, frontier = $5 WHERE id = 1";
    let head = after.head();
    sqlx::query(update)
        .bind(column(after.next())?)
        .bind(after.last().map(|hash| hash.to_vec()))
        .bind(column(head.size)?)
        .bind(head.root.bytes().to_vec())
        .bind(frontier(after.tree()))
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}

/// Where a database stands: next height, hash of the block before, size and root of the tree.
type Cursor = (i64, Option<Vec<u8>>, i64, Vec<u8>);

/// Where the database may stand: before the blocks, or behind any of them, where an attempt was committed that was told
/// to have failed.
fn places(before: Place, blocks: &[Judged]) -> Result<Vec<Cursor>, StoreError> {
    let cursor = |next: u64, hash: Option<[u8; 32]>, head: Head| {
        let hash = hash.map(|hash| hash.to_vec());
        Ok::<_, StoreError>((column(next)?, hash, column(head.size)?, head.root.bytes().to_vec()))
    };
    let mut places = vec![cursor(before.next, before.last, before.head)?];
    for block in blocks {
        places.push(cursor(block.at.number.saturating_add(1), Some(block.at.hash), block.head)?);
    }
    Ok(places)
}

async fn insert_blocks(transaction: &mut Transaction<'_, Sqlite>, blocks: &[Judged]) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for block in blocks {
        rows.push((numbers([block.at.number, block.time_ms])?, block));
    }
    for part in rows.chunks(ROWS) {
        let columns = "INSERT INTO blocks (number, hash, time_ms, header, spec_version, proof, justifications) ";
        let mut query = QueryBuilder::new(columns);
        query.push_values(part, |mut row, ([number, time_ms], block)| {
            let kept = (!block.entries.is_empty()).then_some(&block.proof);
            row.push_bind(*number)
                .push_bind(block.at.hash.as_slice())
                .push_bind(*time_ms)
                .push_bind(block.header.as_slice())
                .push_bind(i64::from(block.spec_version))
                .push_bind(kept.map(|(proof, _)| proof.encode()))
                .push_bind(kept.and_then(|(_, justifications)| justifications.as_deref()));
        });
        run(transaction, query, part.len()).await?;
    }
    Ok(())
}

async fn insert_events(transaction: &mut Transaction<'_, Sqlite>, entries: &[&Entry]) -> Result<(), StoreError> {
    let mut places = Vec::new();
    for entry in entries {
        places.push(numbers([entry.record.seq, entry.leaf.block_number])?);
    }
    for (entries, places) in entries.chunks(ROWS).zip(places.chunks(ROWS)) {
        let columns = "INSERT INTO events \
                       (seq, kind, proposal, block_number, extrinsic_index, event_index, tx, record, leaf) ";
        let mut query = QueryBuilder::new(columns);
        query.push_values(entries.iter().zip(places), |mut row, (entry, [seq, block_number])| {
            row.push_bind(*seq)
                .push_bind(entry.record.event.kind())
                .push_bind(entry.record.event.proposal().map(|id| id.to_string()))
                .push_bind(*block_number)
                .push_bind(i64::from(entry.leaf.extrinsic))
                .push_bind(i64::from(entry.leaf.index))
                .push_bind(entry.leaf.transaction.as_slice())
                .push_bind(entry.leaf.record.as_slice())
                .push_bind(entry.hash.bytes().as_slice());
        });
        run(transaction, query, entries.len()).await?;
    }
    Ok(())
}

async fn insert_nodes(transaction: &mut Transaction<'_, Sqlite>, entries: &[&Entry]) -> Result<(), StoreError> {
    let mut nodes: Vec<(i64, Node)> = Vec::new();
    for node in entries.iter().flat_map(|entry| &entry.nodes) {
        nodes.push((column(node.number)?, *node));
    }
    for part in nodes.chunks(ROWS) {
        let mut query = QueryBuilder::new("INSERT INTO nodes (level, number, hash) ");
        query.push_values(part, |mut row, (number, node)| {
            row.push_bind(i64::from(node.level)).push_bind(*number).push_bind(node.hash.bytes().as_slice());
        });
        run(transaction, query, part.len()).await?;
    }
    Ok(())
}

/// Several records of one command have one cause: it is kept once.
async fn keep_causes(transaction: &mut Transaction<'_, Sqlite>, entries: &[&Entry]) -> Result<(), StoreError> {
    let (mut envelopes, mut transactions) = (BTreeMap::new(), BTreeMap::new());
    for cause in entries.iter().filter_map(|entry| entry.cause.as_ref()) {
        match cause {
            Cause::Envelope(digest, bytes) => envelopes.insert(digest.0, bytes.as_slice()),
            Cause::Transaction(found) => transactions.insert(found.hash, found.bytes.as_slice()),
        };
    }
    for (columns, conflict, causes) in [
        ("INSERT INTO envelopes (digest, bytes) ", " ON CONFLICT (digest) DO NOTHING", envelopes),
        ("INSERT INTO transactions (hash, bytes) ", " ON CONFLICT (hash) DO NOTHING", transactions),
    ] {
        let causes: Vec<_> = causes.into_iter().collect();
        for part in causes.chunks(ROWS) {
            let mut query = QueryBuilder::new(columns);
            query.push_values(part, |mut row, (name, bytes)| {
                row.push_bind(name.as_slice()).push_bind(*bytes);
            });
            query.push(conflict);
            run(transaction, query, part.len()).await?;
        }
    }
    Ok(())
}

/// A statement of so many rows. Those of the usual number are prepared once.
async fn run(
    transaction: &mut Transaction<'_, Sqlite>,
    mut query: QueryBuilder<Sqlite>,
    rows: usize,
) -> Result<(), StoreError> {
    query.build().persistent(rows == ROWS).execute(&mut **transaction).await?;
    Ok(())
}

fn numbers<const N: usize>(numbers: [u64; N]) -> Result<[i64; N], StoreError> {
    let mut columns = [0; N];
    for (to, from) in columns.iter_mut().zip(numbers) {
        *to = column(from)?;
    }
    Ok(columns)
}

/// The frontier's hashes, one after the other: how many there are, the size says.
pub(super) fn frontier(tree: &Frontier) -> Vec<u8> {
    tree.hashes().iter().flat_map(|hash| *hash.bytes()).collect()
}
