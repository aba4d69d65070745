//! Records as wire rows: bytes and place, the facts in the bytes, and words for people.

mod event;
mod program;

use crate::wire::EventRow;
use greatseal_facts::{self as facts, NotFacts};
use greatseal_log::leaf::Leaf;
use greatseal_protocol::{
    bytes::to_hex,
    event::{Door, Record},
    words,
};
use greatseal_trail::tree::Hash;

pub use event::event;

/// An event row as it travels: facts, and the event in words.
///
/// # Errors
///
/// [`NotFacts`], which no event of the protocol gives.
pub fn event_row(record: &Record, leaf: &Leaf, hash: &Hash) -> Result<EventRow, NotFacts> {
    Ok(EventRow {
        seq: record.seq.to_string(),
        at: record.at.to_string(),
        door: door(record.door).into(),
        envelope: envelope(record.door),
        actor: record.actor.map(|key| key.to_string()),
        proposal: record.event.proposal().map(|id| id.to_string()),
        event: facts::event(&record.event)?,
        words: event(&record.event),
        block_number: leaf.block_number,
        block_hash: to_hex(&leaf.block_hash),
        time_ms: leaf.time_ms,
        extrinsic_index: leaf.extrinsic,
        event_index: leaf.index,
        transaction: to_hex(&leaf.transaction),
        record: to_hex(&leaf.record),
        leaf: hash.to_string(),
    })
}

fn door(door: Door) -> &'static str {
    match door {
        Door::Envelope(_) => "envelope",
        Door::Direct => "direct",
        Door::Constructor => "constructor",
    }
}

fn envelope(door: Door) -> Option<String> {
    match door {
        Door::Envelope(digest) => Some(digest.to_string()),
        Door::Direct | Door::Constructor => None,
    }
}

/// Lines of words as owned pairs.
pub fn pairs(lines: Vec<words::Line>) -> Vec<(String, String)> {
    lines.into_iter().map(|(label, value)| (label.to_owned(), value)).collect()
}
