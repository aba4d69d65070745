//! Exports of audit databases, made up row by row: golden histories, and real ones that somebody rewrote.

use greatseal_api::{link::{Row, RowHash}, render::event_row, wire::EventRow};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::{parse_hex, parse_hex_bytes},
    event::{Event, Record},
    language::contract,
    scale::{DecodeAll, Encode},
};
use greatseal_tests::Outcome;
use serde_json::Value;
use std::{fs, path::Path};

/// A golden history of the protocol, which has every kind of event: its deployment, and its rows in blocks that are made up.
pub(crate) fn golden() -> Outcome<(Deployment, Vec<EventRow>)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../contracts/protocol/vectors/records.json");
    let vectors: Value = serde_json::from_slice(&fs::read(path)?)?;
    let mut records = Vec::new();
    for record in vectors["records"].as_array().ok_or("no records")? {
        let bytes = parse_hex_bytes(record["record"].as_str().ok_or("no record")?)?;
        records.push(Record::decode_all(&mut &*bytes)?);
    }
    let Some(Event::Contract(contract::Event::Deployed { deployment, contract, genesis })) =
        records.first().map(|first| &first.event)
    else {
        return Err("no deployment".into());
    };
    let block_hash = |number: u64| [u8::try_from(number % 251).unwrap_or_default(); 32];
    let deployment = Deployment {
        deployment: deployment.0,
        contract: contract.0,
        chain_genesis: genesis.chain.0,
        chain_id: genesis.chain_id,
        code_hash: [0xCC; 32],
        block_number: 5,
        block_hash: block_hash(5),
    };
    let (mut number, mut index, mut time) = (4, 0, None);
    let mut rows = Vec::new();
    for record in &records {
        if time != Some(record.at) {
            (number, index, time) = (number + 1, 0, Some(record.at));
        }
        index += 1;
        rows.push(Row {
            block_number: number,
            block_hash: block_hash(number),
            extrinsic: 1,
            index,
            record: record.encode(),
        });
    }
    let first = RowHash::before_first(&deployment.domain().deployment);
    Ok((deployment, linked(first, rows)?))
}

/// Rows with every link made anew.
pub(crate) fn linked(mut previous: RowHash, rows: Vec<Row>) -> Outcome<Vec<EventRow>> {
    let mut told = Vec::new();
    for row in rows {
        let record = Record::decode_all(&mut &*row.record)?;
        let hash = previous.then(&row);
        told.push(event_row(&record, &row, previous, hash)?);
        previous = hash;
    }
    Ok(told)
}

/// Rows as they were exported, forged, numbered and linked anew from the first on.
pub(crate) fn forged(
    honest: &[EventRow],
    mut forge: impl FnMut(&mut Record, &mut Row) -> bool,
) -> Outcome<Vec<EventRow>> {
    let first = honest.first().ok_or("no rows")?;
    let mut rows = Vec::new();
    for told in honest {
        let (mut row, mut record) = read(told)?;
        if forge(&mut record, &mut row) {
            record.seq = u64::try_from(rows.len())?;
            row.record = record.encode();
            rows.push(row);
        }
    }
    linked(RowHash(parse_hex(&first.previous)?), rows)
}

/// Place and record of a row.
pub(crate) fn read(told: &EventRow) -> Outcome<(Row, Record)> {
    let row = Row {
        block_number: told.block_number,
        block_hash: parse_hex(&told.block_hash)?,
        extrinsic: told.extrinsic_index,
        index: told.event_index,
        record: parse_hex_bytes(&told.record)?,
    };
    let record = Record::decode_all(&mut &*row.record)?;
    Ok((row, record))
}

/// Reads an export.
pub(crate) fn import(path: &Path) -> Outcome<Vec<EventRow>> {
    let text = fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// Writes an export.
pub(crate) fn export(path: &Path, rows: &[EventRow]) -> Outcome {
    let mut text = String::new();
    for row in rows {
        text.push_str(&serde_json::to_string(row)?);
        text.push('\n');
    }
    Ok(fs::write(path, text)?)
}

/// Rewrites an indexer's database in place, as whoever owns the file can: records and hashes of these rows become those, byte
/// for byte, past every trigger.
pub(crate) fn rewrite_database(path: &Path, honest: &[EventRow], forged: &[EventRow]) -> Outcome {
    let mut database = fs::read(path)?;
    for (old, new) in honest.iter().zip(forged) {
        for (old, new) in [(&old.record, &new.record), (&old.hash, &new.hash)] {
            let (old, new) = (parse_hex_bytes(old)?, parse_hex_bytes(new)?);
            if old != new {
                replace(&mut database, &old, &new)?;
            }
        }
    }
    Ok(fs::write(path, database)?)
}

fn replace(bytes: &mut [u8], old: &[u8], new: &[u8]) -> Outcome {
    if old.len() != new.len() {
        return Err("another length".into());
    }
    let mut found = 0;
    let mut at = 0;
    while let Some(rest) = bytes.get_mut(at..) {
        let Some(next) = rest.windows(old.len()).position(|window| window == old) else { break };
        rest.get_mut(next..next + new.len()).ok_or("beyond the end")?.copy_from_slice(new);
        at += next + new.len();
        found += 1;
    }
    if found == 0 { Err("the database does not hold it in one piece".into()) } else { Ok(()) }
}
