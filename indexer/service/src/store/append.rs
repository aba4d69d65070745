//! Judged blocks become rows: all or nothing, in one transaction.

use super::{
    Judged, StoreError, column,
    schema::{BLOCKS, ENVELOPES, EVENTS, NODES, TRANSACTIONS},
};
use crate::ledger::{Cause, Entry, Ledger, Node, Place};
use greatseal_protocol::scale::Encode as _;
use greatseal_store::{Data, Insert, Session, Writing, query};
use greatseal_trail::tree::{Frontier, Head};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Where attempts end of which nobody knows whether they were committed.
pub(super) type Unknown = Arc<Mutex<BTreeSet<Cursor>>>;

pub(super) async fn append(
    mut writing: Writing<'_>,
    unknown: &Unknown,
    before: Place,
    after: &Ledger,
    blocks: &[Judged],
) -> Result<(), StoreError> {
    let mut session = writing.session()?;
    let cursor = query("SELECT next_block, block_hash, size, root FROM reached WHERE id = 1");
    let stored: Cursor = session.one(cursor).await?;
    let places = places(before, blocks)?;
    let Some(done) = places.iter().position(|place| *place == stored) else {
        return Err(elsewhere(unknown, before, &stored));
    };
    let new = blocks.get(done..).unwrap_or_default();
    let entries: Vec<&Entry> = new.iter().flat_map(|block| &block.entries).collect();
    insert_blocks(&mut session, new).await?;
    insert_events(&mut session, &entries).await?;
    insert_nodes(&mut session, &entries).await?;
    keep_causes(&mut session, &entries).await?;
    let head = after.head();
    let last = after.last();
    let update =
        query("UPDATE reached SET next_block = $1, block_hash = $2, size = $3, root = $4, frontier = $5 WHERE id = 1");
    let update = update.bind(column(after.next())?).bind(last.as_ref().map(<[u8; 32]>::as_slice));
    let update = update.bind(column(head.size)?).bind(head.root.bytes()).bind(frontier(after.tree()));
    session.execute(update).await?;
    // Kept before it is known how this ends: whoever waits for the answer may be given up.
    if let Some(end) = places.last() {
        lock(unknown).insert(end.clone());
    }
    writing.commit().await?;
    lock(unknown).clear();
    Ok(())
}

/// Where a database stands: next height, hash of the block before, size and root of the tree.
type Cursor = (i64, Option<Vec<u8>>, i64, Vec<u8>);

/// Why the cursor is at none of the places where it may be.
fn elsewhere(unknown: &Unknown, before: Place, stored: &Cursor) -> StoreError {
    let (next, _, size, _) = stored;
    // What no column can hold is no place of a ledger.
    let back = |found: i64, was: u64| u64::try_from(found).is_ok_and(|found| found < was);
    if lock(unknown).contains(stored) {
        StoreError::Stored
    } else if back(*next, before.next) || back(*size, before.head.size) {
        StoreError::Behind { found: *next, expected: before.next }
    } else {
        StoreError::Overtaken
    }
}

fn lock(unknown: &Unknown) -> MutexGuard<'_, BTreeSet<Cursor>> {
    unknown.lock().unwrap_or_else(PoisonError::into_inner)
}

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

async fn insert_blocks(session: &mut Session<'_>, blocks: &[Judged]) -> Result<(), StoreError> {
    let with_events = |block: &&Judged| !block.entries.is_empty();
    let proof = |block: &Judged| Some(block).filter(with_events).map(|block| block.proof.0.encode());
    let proofs: Vec<Option<Vec<u8>>> = blocks.iter().map(proof).collect();
    let justifications = blocks.iter().map(|block| Some(block).filter(with_events)?.proof.1.as_deref());
    let columns = vec![
        Data::ints(columns(blocks.iter().map(|block| block.at.number))?),
        Data::blobs(blocks.iter().map(|block| block.at.hash.as_slice())),
        Data::ints(columns(blocks.iter().map(|block| block.time_ms))?),
        Data::blobs(blocks.iter().map(|block| block.header.as_slice())),
        Data::ints(blocks.iter().map(|block| block.spec_version.into())),
        Data::Blobs(proofs.iter().map(Option::as_deref).collect()),
        Data::Blobs(justifications.collect()),
    ];
    Ok(session.insert(Insert::new(&BLOCKS, columns)).await?)
}

async fn insert_events(session: &mut Session<'_>, entries: &[&Entry]) -> Result<(), StoreError> {
    let proposal = |entry: &&Entry| entry.record.event.proposal().map(|id| id.to_string());
    let proposals: Vec<Option<String>> = entries.iter().map(proposal).collect();
    let columns = vec![
        Data::ints(columns(entries.iter().map(|entry| entry.record.seq))?),
        Data::texts(entries.iter().map(|entry| entry.record.event.kind())),
        Data::Texts(proposals.iter().map(Option::as_deref).collect()),
        Data::ints(columns(entries.iter().map(|entry| entry.leaf.block_number))?),
        Data::ints(entries.iter().map(|entry| entry.leaf.extrinsic.into())),
        Data::ints(entries.iter().map(|entry| entry.leaf.index.into())),
        Data::blobs(entries.iter().map(|entry| entry.leaf.transaction.as_slice())),
        Data::blobs(entries.iter().map(|entry| entry.leaf.record.as_slice())),
        Data::blobs(entries.iter().map(|entry| entry.hash.bytes().as_slice())),
    ];
    Ok(session.insert(Insert::new(&EVENTS, columns)).await?)
}

async fn insert_nodes(session: &mut Session<'_>, entries: &[&Entry]) -> Result<(), StoreError> {
    let nodes: Vec<&Node> = entries.iter().flat_map(|entry| &entry.nodes).collect();
    let columns = vec![
        Data::ints(nodes.iter().map(|node| node.level.into())),
        Data::ints(columns(nodes.iter().map(|node| node.number))?),
        Data::blobs(nodes.iter().map(|node| node.hash.bytes().as_slice())),
    ];
    Ok(session.insert(Insert::new(&NODES, columns)).await?)
}

/// Several records of one command have one cause: it is kept once.
async fn keep_causes(session: &mut Session<'_>, entries: &[&Entry]) -> Result<(), StoreError> {
    let (mut envelopes, mut transactions) = (BTreeMap::new(), BTreeMap::new());
    for cause in entries.iter().filter_map(|entry| entry.cause.as_ref()) {
        match cause {
            Cause::Envelope(digest, bytes) => envelopes.insert(digest.0, bytes.as_slice()),
            Cause::Transaction(found) => transactions.insert(found.hash, found.bytes.as_slice()),
        };
    }
    for (table, causes) in [(&ENVELOPES, envelopes), (&TRANSACTIONS, transactions)] {
        let names = Data::blobs(causes.keys().map(<[u8; 32]>::as_slice));
        let columns = vec![names, Data::blobs(causes.values().copied())];
        session.insert(Insert::new(table, columns).keeping()).await?;
    }
    Ok(())
}

fn columns(numbers: impl Iterator<Item = u64>) -> Result<Vec<i64>, StoreError> {
    numbers.map(column).collect()
}

/// The frontier's hashes, one after the other: how many there are, the size says.
pub(super) fn frontier(tree: &Frontier) -> Vec<u8> {
    tree.hashes().iter().flat_map(|hash| *hash.bytes()).collect()
}
