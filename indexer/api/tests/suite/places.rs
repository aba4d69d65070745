//! Where a history begins and ends, and where its rows stand.

use crate::history::{History, verify};
use greatseal_api::{
    link::Row,
    render::event_row,
    verify::{Cause, Fault, Verifier},
    wire::EventRow,
};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::parse_hex,
    event::{Event, Record},
    language::council,
    scale::{DecodeAll, Encode},
};
use std::collections::BTreeSet;

#[test]
fn rule_26_a_history_begins_with_its_deployment() {
    let history = History::all();
    assert_eq!(verify(&history.deployment, &[]).expect_err("empty"), Fault::Empty);
    let late = &history.rows()[1..];
    let fault = verify(&history.deployment, late).expect_err("the first is missing");
    assert_eq!(fault, Fault::Event { seq: 0, cause: Cause::OutOfSequence { found: 1 } });
    let fault = history.without(|record| record.seq == 0).fault();
    assert_eq!(fault, "event 0: the history begins with Opened, not with its deployment");
}

#[test]
fn rule_26_the_deployment_is_the_one_of_the_file() {
    let history = History::all();
    let mut other = history.deployment.clone();
    other.deployment = [7; 32];
    let fault = verify(&other, &history.rows()).expect_err("another deployment");
    assert!(matches!(fault, Fault::OtherDeployment { .. }), "{fault}");
    let changes: [fn(&mut Deployment); 5] = [
        |deployment| deployment.contract[0] ^= 1,
        |deployment| deployment.chain_id += 1,
        |deployment| deployment.chain_genesis[0] ^= 1,
        |deployment| deployment.block_number += 1,
        |deployment| deployment.block_hash[0] ^= 1,
    ];
    for change in changes {
        let mut other = history.deployment.clone();
        change(&mut other);
        let fault = verify(&other, &history.rows()).expect_err("elsewhere");
        assert_eq!(fault, Fault::Event { seq: 0, cause: Cause::ElsewhereDeployed });
    }
}

#[test]
fn rule_26_a_tail_that_was_cut_off_has_another_head() {
    let history = History::all();
    let (rows, whole) = (history.rows(), history.verify().unwrap());
    let mut verifier = Verifier::new(history.deployment);
    let mut cut_off = 0;
    for row in &rows[..rows.len() - 1] {
        let entry = verifier.read(row).unwrap();
        verifier.fold(entry).unwrap();
        match verifier.clone().finish() {
            Ok(part) => {
                cut_off += 1;
                assert_ne!(part.last.hash, whole.last.hash);
            }
            // Within a command even the records show it.
            Err(fault) => assert!(matches!(fault, Fault::Event { cause: Cause::Interrupted { .. }, .. }), "{fault}"),
        }
    }
    assert!(cut_off > 100, "records alone do not know how many there were");
}

#[test]
fn rule_26_times_do_not_fall() {
    // A10: a row earlier by a day than the one before it.
    let history = History::all();
    let at = history.first(|event| matches!(event, Event::Council(council::Event::Heartbeat { .. })));
    let fault = history.clone().with(at, |record| record.at -= 86_400).fault();
    assert!(fault.starts_with(&format!("event {at}: has the time ")), "{fault}");
    // Within a block all events have one time.
    let pair = history.records.windows(2).position(|pair| pair[0].at == pair[1].at).unwrap();
    let rows = history.rows();
    let mut verifier = Verifier::new(history.deployment);
    for row in &rows[..=pair] {
        let entry = verifier.read(row).unwrap();
        verifier.fold(entry).unwrap();
    }
    let (mut row, mut record) = place_of(&rows[pair + 1]);
    record.at += 1;
    row.record = record.encode();
    let told = event_row(&record, &row, verifier.head(), verifier.head().then(&row)).unwrap();
    let fault = verifier.read(&told).expect_err("it is in the same block");
    assert!(matches!(fault, Fault::Event { cause: Cause::TimeFalls { .. }, .. }), "{fault}");
}

#[test]
fn rule_23_a_height_has_one_block() {
    let history = History::all();
    let rows = history.rows();
    let pair = rows.windows(2).position(|pair| pair[0].block_number == pair[1].block_number).unwrap();
    let mut verifier = Verifier::new(history.deployment);
    for row in &rows[..=pair] {
        let entry = verifier.read(row).unwrap();
        verifier.fold(entry).unwrap();
    }
    let expect = |change: fn(&mut Row), cause| {
        let (mut row, record) = place_of(&rows[pair + 1]);
        change(&mut row);
        let told = event_row(&record, &row, verifier.head(), verifier.head().then(&row)).unwrap();
        let seq = record.seq;
        assert_eq!(verifier.read(&told), Err(Fault::Event { seq, cause }));
    };
    expect(|row| row.block_hash = [0xEE; 32], Cause::OtherBlock);
    expect(|row| row.index -= 1, Cause::NotAfter);
    expect(|row| row.extrinsic = 0, Cause::NotAfter);
    expect(|row| row.block_number -= 1, Cause::NotAfter);
}

fn place_of(told: &EventRow) -> (Row, Record) {
    let row = Row {
        block_number: told.block_number,
        block_hash: parse_hex(&told.block_hash).unwrap(),
        extrinsic: told.extrinsic_index,
        index: told.event_index,
        record: hex::decode(&told.record).unwrap(),
    };
    let record = Record::decode_all(&mut &*row.record).unwrap();
    (row, record)
}

/// Leaves out each record by itself. What is not missed is what nothing builds upon: those alone need a head from elsewhere.
#[test]
fn rule_26_a_record_that_is_left_out_is_missed_wherever_something_builds_upon_it() {
    let history = History::all();
    let mut verifier = Verifier::new(history.deployment.clone());
    let rows = history.rows();
    let mut unnoticed = BTreeSet::new();
    let mut noticed = 0;
    for (at, left_out) in history.records.iter().enumerate() {
        let forged = history.clone().without(|record| record.seq == u64::try_from(at).unwrap());
        let mut later = verifier.clone();
        let rest = forged.rows().into_iter().skip(at).try_for_each(|row| {
            let entry = later.read(&row)?;
            later.fold(entry)
        });
        match rest.and_then(|()| later.finish().map(|_| ())) {
            Ok(()) => {
                unnoticed.insert(left_out.event.kind());
            }
            Err(_) => noticed += 1,
        }
        let entry = verifier.read(&rows[at]).unwrap();
        verifier.fold(entry).unwrap();
    }
    assert!(noticed > 250, "{noticed} of {}", history.records.len());
    // An execution without an effect is one of a text that is adopted.
    let kinds = [
        "ConversionAuthorized",
        "ConversionCompleted",
        "DecidedTogether",
        "DisputeRetracted",
        "DrillFiled",
        "EntryHeld",
        "Escalated",
        "Executed",
        "Heartbeat",
        "RateWithdrawn",
        "Refused",
        "ReviewAttested",
        "SeatAccepted",
        "SeatSuspended",
        "StatementFinal",
        "StatementMade",
        "Tuned",
        "WordGiven",
    ];
    assert_eq!(unnoticed.into_iter().collect::<Vec<_>>(), kinds);
}
