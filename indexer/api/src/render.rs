//! Records as wire rows: bytes, place and links, the facts in the bytes, and words for people.

mod event;
mod program;

use crate::{
    link::{Row, RowHash},
    wire::EventRow,
};
use greatseal_facts::{self as facts, NotFacts};
use greatseal_protocol::{
    bytes::to_hex,
    event::{Door, Record},
    words,
};

pub use event::event;

/// An event row as it travels: facts, and the event in words.
///
/// # Errors
///
/// [`NotFacts`], which no event of the protocol gives.
pub fn event_row(record: &Record, row: &Row, previous: RowHash, hash: RowHash) -> Result<EventRow, NotFacts> {
    Ok(EventRow { words: event(&record.event), ..evidence(record, row, previous, hash)? })
}

/// A row without words: bytes, place and links, and what follows from them. It has one spelling.
///
/// # Errors
///
/// [`NotFacts`], which no event of the protocol gives.
pub fn evidence(record: &Record, row: &Row, previous: RowHash, hash: RowHash) -> Result<EventRow, NotFacts> {
    Ok(EventRow {
        seq: record.seq.to_string(),
        at: record.at.to_string(),
        door: door(record.door).into(),
        envelope: envelope(record.door),
        actor: record.actor.map(|key| key.to_string()),
        proposal: record.event.proposal().map(|id| id.to_string()),
        event: facts::event(&record.event)?,
        words: Vec::new(),
        block_number: row.block_number,
        block_hash: to_hex(&row.block_hash),
        extrinsic_index: row.extrinsic,
        event_index: row.index,
        record: to_hex(&row.record),
        previous: previous.to_hex(),
        hash: hash.to_hex(),
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
