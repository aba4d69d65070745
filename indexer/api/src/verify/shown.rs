//! A row as it is shown, and what its bytes say.

use super::Cause;
use crate::{
    link::{Row, RowHash},
    render,
    wire::EventRow,
};
use greatseal_protocol::{
    bytes::{parse_hex, parse_hex_bytes},
    event::Record,
    scale::DecodeAll,
};

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

/// Every fact that is shown is what record, place and link say. The words in `fields` are for people, and are not looked at.
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
    let facts = render::facts(record, row, previous, hash);
    let EventRow {
        seq,
        at,
        door,
        envelope,
        actor,
        kind,
        proposal,
        fields: _,
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
        ("kind", *kind == facts.kind),
        ("proposal", *proposal == facts.proposal),
        // One spelling: the same bytes in capitals are another text.
        ("block_hash", *block_hash == facts.block_hash),
        ("record", *bytes == facts.record),
    ];
    match same.iter().find(|(_, same)| !same) {
        Some((field, _)) => Err(Cause::Shown { field }),
        None => Ok(()),
    }
}
