//! A row as it is shown, and what its bytes say.

use super::Cause;
use crate::{
    link::{Row, RowHash},
    render,
    wire::EventRow,
};
use greatseal_facts::EventFacts;
use greatseal_protocol::{
    bytes::{parse_hex, parse_hex_bytes},
    event::Record,
    scale::DecodeAll,
};
use serde_json::{Map, Value};

/// Place and bytes, and the record in them.
pub(super) fn read(shown: &EventRow) -> Result<(Row, Record), Cause> {
    let unreadable = |field, what| Cause::Unreadable { field, what };
    let row = Row {
        block_number: shown.block_number,
        block_hash: parse_hex(&shown.block_hash).map_err(|_| unreadable("block_hash", "a hash"))?,
        extrinsic: shown.extrinsic_index,
        index: shown.event_index,
        record: parse_hex_bytes(&shown.record).map_err(|_| unreadable("record", "hexadecimal"))?,
    };
    let record = Record::decode_all(&mut &*row.record).map_err(|_| unreadable("record", "a record of the protocol"))?;
    Ok((row, record))
}

/// Every fact that is shown is what record, place and link say. Words are for people, and are not looked at.
pub(super) fn compare(
    shown: &EventRow,
    record: &Record,
    row: &Row,
    previous: RowHash,
    hash: RowHash,
) -> Result<(), Cause> {
    if (&shown.previous, &shown.hash) != (&previous.to_hex(), &hash.to_hex()) {
        return Err(Cause::Link);
    }
    let unreadable = |_| Cause::Unreadable { field: "record", what: "a record whose facts this program can tell" };
    let facts = render::evidence(record, row, previous, hash).map_err(unreadable)?;
    let EventRow {
        seq,
        at,
        door,
        envelope,
        actor,
        proposal,
        event: EventFacts { kind, subject, fields },
        words: _,
        block_number: _,
        block_hash,
        extrinsic_index: _,
        event_index: _,
        record: bytes,
        previous: _,
        hash: _,
    } = shown;
    let same = [
        ("seq", *seq == facts.seq),
        ("at", *at == facts.at),
        ("door", *door == facts.door),
        ("envelope", *envelope == facts.envelope),
        ("actor", *actor == facts.actor),
        ("proposal", *proposal == facts.proposal),
        ("event.kind", *kind == facts.event.kind),
        ("event.subject", *subject == facts.event.subject),
        // One spelling: the same bytes in capitals are another text.
        ("block_hash", *block_hash == facts.block_hash),
        ("record", *bytes == facts.record),
    ];
    let differs = same.iter().find(|(_, same)| !same).map(|(field, _)| (*field).to_owned());
    let differs = differs.or_else(|| differs_in("event.fields", fields, &facts.event.fields));
    match differs {
        Some(field) => Err(Cause::Shown { field }),
        None => Ok(()),
    }
}

/// The path of the first field that is shown and not there, there and not shown, or another one.
fn differs_in(path: &str, shown: &Map<String, Value>, facts: &Map<String, Value>) -> Option<String> {
    let at = |name: &str| format!("{path}.{name}");
    if let Some(name) = shown.keys().find(|name| !facts.contains_key(*name)) {
        return Some(at(name));
    }
    facts.iter().find_map(|(name, fact)| match (shown.get(name), fact) {
        (Some(Value::Object(shown)), Value::Object(fact)) => differs_in(&at(name), shown, fact),
        (Some(shown), fact) if shown == fact => None,
        _ => Some(at(name)),
    })
}
