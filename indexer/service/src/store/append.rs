//! Judged blocks become rows: all or nothing, in one transaction.

use super::{Judged, StoreError, column};
use crate::ledger::{Cause, Entry, Ledger, Node, Place};
use greatseal_protocol::scale::Encode as _;
use greatseal_trail::tree::{Frontier, Head};
use sqlx::{Connection as _, Sqlite, SqliteConnection, Transaction};

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
    for block in blocks.iter().skip(done) {
        insert_block(&mut transaction, block).await?;
        for entry in &block.entries {
            insert_event(&mut transaction, entry).await?;
            keep_cause(&mut transaction, entry).await?;
            for node in &entry.nodes {
                insert_node(&mut transaction, node).await?;
            }
        }
    }
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

async fn insert_block(transaction: &mut Transaction<'_, Sqlite>, block: &Judged) -> Result<(), StoreError> {
    let (proof, justifications) = match block.entries.is_empty() {
        true => (None, None),
        false => (Some(block.proof.0.encode()), block.proof.1.clone()),
    };
    sqlx::query(
        "INSERT INTO blocks (number, hash, time_ms, header, spec_version, proof, justifications) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(column(block.at.number)?)
    .bind(block.at.hash.to_vec())
    .bind(column(block.time_ms)?)
    .bind(&block.header)
    .bind(i64::from(block.spec_version))
    .bind(proof)
    .bind(justifications)
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

async fn insert_event(transaction: &mut Transaction<'_, Sqlite>, entry: &Entry) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO events (seq, kind, proposal, block_number, extrinsic_index, event_index, tx, record, leaf) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(column(entry.record.seq)?)
    .bind(entry.record.event.kind())
    .bind(entry.record.event.proposal().map(|id| id.to_string()))
    .bind(column(entry.leaf.block_number)?)
    .bind(i64::from(entry.leaf.extrinsic))
    .bind(i64::from(entry.leaf.index))
    .bind(entry.leaf.transaction.to_vec())
    .bind(&entry.leaf.record)
    .bind(entry.hash.bytes().to_vec())
    .execute(&mut **transaction)
    .await?;
    Ok(())
}

/// Several records of one command have one cause: it is kept once.
async fn keep_cause(transaction: &mut Transaction<'_, Sqlite>, entry: &Entry) -> Result<(), StoreError> {
    let (query, name, bytes) = match &entry.cause {
        None => return Ok(()),
        Some(Cause::Envelope(digest, bytes)) => {
            ("INSERT INTO envelopes (digest, bytes) VALUES ($1, $2) ON CONFLICT (digest) DO NOTHING", digest.0, bytes)
        }
        Some(Cause::Transaction(found)) => (
            "INSERT INTO transactions (hash, bytes) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
            found.hash,
            &found.bytes,
        ),
    };
    sqlx::query(query).bind(name.to_vec()).bind(bytes).execute(&mut **transaction).await?;
    Ok(())
}

async fn insert_node(transaction: &mut Transaction<'_, Sqlite>, node: &Node) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO nodes (level, number, hash) VALUES ($1, $2, $3)")
        .bind(i64::from(node.level))
        .bind(column(node.number)?)
        .bind(node.hash.bytes().to_vec())
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The frontier's hashes, one after the other: how many there are, the size says.
pub(super) fn frontier(tree: &Frontier) -> Vec<u8> {
    tree.hashes().iter().flat_map(|hash| *hash.bytes()).collect()
}
