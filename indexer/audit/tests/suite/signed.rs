//! Who signed it: the contract's own entry points over the golden envelopes.

use crate::history::{cells, golden_cells, verified};
use greatseal_audit::{Fault, Resting};
use greatseal_log::{
    evidence::{Cause as Kept, Evidence},
    files::{File, Part},
};
use greatseal_made::Made;
use greatseal_protocol::{envelope::Envelope, event::Door, key::Signature, scale::Encode};

#[test]
fn every_command_is_decided_again_from_its_envelope() {
    for (records, envelopes, golden) in
        [("records", "envelopes", "cells"), ("micronode-records", "micronode-envelopes", "micronode-cells")]
    {
        let made = Made::golden(records, envelopes);
        let verified = verified(&made.log()).unwrap_or_else(|fault| panic!("{records}: {fault}"));
        let under = |door: fn(&Door) -> bool| made.records.iter().filter(|record| door(&record.door)).count();
        let signed = u64::try_from(under(|door| matches!(door, Door::Envelope(_)))).unwrap();
        assert_eq!(verified.bases.by_envelope, signed, "{records}");
        // The transactions of those who came in by themselves are none.
        let direct = u64::try_from(under(|door| *door == Door::Direct)).unwrap();
        assert_eq!(verified.bases.by_block.get(&Resting::Unreadable).copied().unwrap_or_default(), direct);
        assert_eq!(verified.bases.by_block.get(&Resting::Constructor), Some(&1));
        assert_eq!(cells(&verified), golden_cells(golden), "{records}");
    }
}

/// The evidence of a leaf, changed.
fn with(made: &Made, at: usize, change: impl FnOnce(&mut Kept)) -> Result<(), Fault> {
    let mut log = made.log();
    let (number, place) = (at / 256, at % 256);
    let width = log.head.size.saturating_sub(u64::try_from(number * 256).unwrap()).min(256);
    let file = File::Evidence(Part { number: u64::try_from(number).unwrap(), width });
    let mut evidence = Evidence::parse(&log.files[&file]).unwrap();
    change(&mut evidence.causes[place]);
    log.files.insert(file, evidence.encode());
    verified(&log).map(|_| ())
}

#[test]
fn rule_26_an_approval_that_nobody_signed_is_found() {
    let made = Made::all();
    let at = made.records.iter().position(|record| record.event.kind() == "Decided").unwrap();
    let told = |result: Result<(), Fault>| result.expect_err("it was forged").to_string();
    let at_event = |what: &str| format!("event {at}: {what}");
    let forged = |change: &dyn Fn(&mut Envelope)| {
        with(&made, at, |cause| {
            let Kept::Envelope(bytes) = cause else { panic!("no envelope") };
            let mut envelope = Envelope::parse(bytes).unwrap();
            change(&mut envelope);
            *bytes = envelope.to_bytes();
        })
    };
    // Every byte of an envelope is in its name, which the record has.
    let other = at_event("what is kept as having brought it is another envelope");
    assert_eq!(told(forged(&|envelope| envelope.signature = Signature::Ed25519([7; 64]))), other);
    assert_eq!(told(forged(&|envelope| envelope.command.expiry += 1)), other);
    assert_eq!(told(with(&made, at, |cause| *cause = Kept::Envelope(Vec::new()))), other);
    let elsewhere = at_event("what is kept as having brought it is another transaction");
    assert_eq!(told(with(&made, at, |cause| *cause = Kept::Transaction(vec![1]))), elsewhere);
    assert_eq!(told(with(&made, at, |cause| *cause = Kept::Same)), other);

    // A record that names an envelope which its key never signed.
    let mut invented = made.clone();
    let Door::Envelope(name) = invented.records[at].door else { panic!("no envelope") };
    let mut envelope = Envelope::parse(&invented.envelopes[&name]).unwrap();
    envelope.signature = Signature::Ed25519([7; 64]);
    let bytes = envelope.to_bytes();
    let digest = Envelope::digest(&bytes);
    invented.envelopes.insert(digest, bytes);
    for record in invented.records.iter_mut().filter(|record| record.door == Door::Envelope(name)) {
        record.door = Door::Envelope(digest);
    }
    let fault = verified(&invented.log()).expect_err("nobody signed it").to_string();
    assert!(fault.starts_with(&at_event("what is kept as having brought it is ignored: 10")), "{fault}");
}

#[test]
fn all_events_of_a_command_have_one_cause_and_one_transaction() {
    let made = Made::all();
    let pair = made.records.windows(2).position(|pair| pair[0].door == pair[1].door).unwrap();
    let (first, second) = (made.records[pair].seq, pair + 1);
    let fault =
        with(&made, second, |cause| *cause = Kept::Transaction(vec![1])).expect_err("another cause").to_string();
    assert_eq!(
        fault,
        format!("event {}: what is kept as having brought it is another envelope or transaction", first + 1)
    );
    let log = made.log();
    let forged = log.parts().forged(|record, leaf, _| {
        if record.seq == first + 1 {
            leaf.transaction = [7; 32];
        }
        true
    });
    let fault = verified(&forged.log(log.deployment.clone())).expect_err("another transaction").to_string();
    assert_eq!(fault, format!("event {}: what is kept as having brought it is another transaction", first + 1));
}

#[test]
fn rule_26_what_the_command_does_is_what_is_on_record() {
    let made = Made::all();
    for at in (1..made.records.len()).step_by(5) {
        let mut left_out = made.clone();
        left_out.records.remove(at);
        (0..).zip(&mut left_out.records).for_each(|(seq, record)| record.seq = seq);
        // A command by itself may never have come; a part of one is missed.
        let door = |at: usize| made.records.get(at).map(|record| record.door);
        let part = door(at) == door(at - 1) || door(at) == door(at + 1);
        assert!(verified(&left_out.log()).is_err() || !part, "{at} left out");
        let mut twice = made.clone();
        twice.records.insert(at, made.records[at].clone());
        (0..).zip(&mut twice.records).for_each(|(seq, record)| record.seq = seq);
        assert!(verified(&twice.log()).is_err(), "{at} twice");
    }
}
