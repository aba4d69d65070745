//! Where a history begins and ends, and where its leaves stand.

use crate::history::{History, verified, verify};
use greatseal_audit::{Cause, Fault};
use greatseal_deployment::Deployment;
use greatseal_log::{
    evidence::{Evidence, Headers},
    files::{File, Part},
};
use greatseal_protocol::{event::Event, language::council, scale::Encode};
use std::collections::BTreeSet;

#[test]
fn rule_26_a_history_begins_with_its_deployment() {
    let history = History::all();
    let mut none = history.clone();
    none.made.records.clear();
    assert_eq!(none.verify().expect_err("empty"), Fault::Empty);
    let fault = history.without(|record| record.seq == 0).fault();
    assert_eq!(fault, "event 0: the history begins with Opened, not with its deployment");
}

#[test]
fn rule_26_the_deployment_is_the_one_of_the_file() {
    let log = History::all().made.log();
    let mut other = log.deployment.clone();
    other.deployment = [7; 32];
    assert!(matches!(verify(&other, &log), Err(Fault::OtherDeployment { .. })));
    type Change = (fn(&mut Deployment), &'static str);
    let changes: [Change; 5] = [
        (|deployment| deployment.contract[0] ^= 1, "event 0: contract, chain or block are not those"),
        (|deployment| deployment.chain_id += 1, "event 0: contract, chain or block are not those"),
        (|deployment| deployment.chain_genesis[0] ^= 1, "event 0: contract, chain or block are not those"),
        (|deployment| deployment.block_number += 1, "the log's head: it begins with another block"),
        (|deployment| deployment.block_hash[0] ^= 1, "event 0: contract, chain or block are not those"),
    ];
    for (change, told) in changes {
        let mut other = log.deployment.clone();
        change(&mut other);
        let fault = verify(&other, &log).expect_err("elsewhere").to_string();
        assert!(fault.starts_with(told), "{fault}");
    }
    // The head may name another deployment as well: then the first event tells.
    let mut renamed = log.clone();
    renamed.head.deployment = "07".repeat(32);
    let fault = verify(&Deployment { deployment: [7; 32], ..log.deployment }, &renamed).expect_err("another");
    assert!(matches!(fault, Fault::OtherDeployment { .. }), "{fault}");
}

#[test]
fn rule_26_a_tail_that_was_cut_off_has_another_head() {
    let history = History::golden("micronode-records");
    let whole = history.verify().unwrap();
    let mut cut_off = 0;
    for count in 1..history.records().len() {
        let shorter = history.clone().without(|record| record.seq >= u64::try_from(count).unwrap());
        match shorter.verify() {
            Ok(part) => {
                cut_off += 1;
                assert_ne!(part.head, whole.head);
            }
            // Within a command even the records show it.
            Err(fault) => assert!(matches!(fault, Fault::Event { cause: Cause::Interrupted { .. }, .. }), "{fault}"),
        }
    }
    assert!(cut_off > 10, "records alone do not know how many there were: {cut_off}");
}

#[test]
fn rule_26_times_do_not_fall() {
    // A10: an event earlier by a day than the one before it.
    let history = History::all();
    let at = history.first(|event| matches!(event, Event::Council(council::Event::Heartbeat { .. })));
    let fault = history.with(at, |record| record.at -= 86_400).fault();
    assert!(fault.ends_with("its time is before that of an earlier block"), "{fault}");
}

/// Evidence of the first 256 leaves.
fn evidence(size: u64) -> File {
    File::Evidence(Part { number: 0, width: size.min(256) })
}

#[test]
fn rule_23_headers_link_and_each_event_is_in_its_block() {
    let honest = History::all().made.log();
    let headers =
        File::headers(honest.head.last_block - honest.head.first_block + 1).next().map(File::Headers).unwrap();
    let read = |log: &greatseal_made::Log| Headers::parse(&log.files[&headers]).unwrap();
    type Forge = fn(&mut Headers);
    let forge: [(Forge, &str); 4] = [
        (|headers| headers.0[0][0] ^= 1, "block 5: its header is not of the block that the deployment file names"),
        (|headers| headers.0[3][0] ^= 1, "block 8: its header names another block before it"),
        (|headers| headers.0.swap(3, 4), "block 8: its header is of block 9"),
        (|headers| headers.0[3].push(0), "block 8: its bytes: 1 bytes follow the value"),
    ];
    for (forge, told) in forge {
        let mut log = honest.clone();
        let mut forged = read(&log);
        forge(&mut forged);
        log.files.insert(headers, forged.encode());
        assert_eq!(verified(&log).expect_err(told).to_string(), told);
    }
    // A header that was changed, and every one behind it made anew: the states do not prove what is said.
    let file = evidence(honest.head.size);
    type Change = fn(&mut Evidence);
    let changes: [(Change, &str); 5] = [
        (|evidence| drop(evidence.proofs.remove(2)), "nothing proves the events of its block"),
        (|evidence| evidence.proofs.swap(2, 3), "nothing proves the events of its block"),
        (|evidence| drop(evidence.proofs[2].nodes.pop()), "time and events of the block are not proved"),
        (|evidence| evidence.proofs[2].nodes = evidence.proofs[3].nodes.clone(), "are not proved"),
        (|evidence| evidence.proofs[2].spec_version = 8, "the file metadata/8"),
    ];
    for (change, told) in changes {
        let mut log = honest.clone();
        let mut forged = Evidence::parse(&log.files[&file]).unwrap();
        change(&mut forged);
        log.files.insert(file, forged.encode());
        let fault = verified(&log).expect_err(told).to_string();
        assert!(fault.contains(told), "{told}: {fault}");
    }
}

#[test]
fn a_proof_that_no_event_needs_is_found() {
    let honest = History::golden("micronode-records").made.log();
    let file = evidence(honest.head.size);
    let mut log = honest.clone();
    let mut forged = Evidence::parse(&log.files[&file]).unwrap();
    let last = forged.proofs.last().cloned().unwrap();
    forged.proofs.push(last);
    log.files.insert(file, forged.encode());
    let fault = verified(&log).expect_err("it is superfluous").to_string();
    assert!(fault.ends_with("a proof of it does not stand where its first event is"), "{fault}");
}

/// Leaves out each record by itself. What is not missed is what nothing builds upon: those alone need a head from elsewhere.
#[test]
fn rule_26_a_record_that_is_left_out_is_missed_wherever_something_builds_upon_it() {
    let history = History::golden("micronode-records");
    let (mut unnoticed, mut noticed) = (BTreeSet::new(), 0);
    for (at, left_out) in history.records().iter().enumerate() {
        let forged = history.clone().without(|record| record.seq == u64::try_from(at).unwrap());
        match forged.verify() {
            Ok(_) => drop(unnoticed.insert(left_out.event.kind())),
            Err(_) => noticed += 1,
        }
    }
    assert!(noticed > history.records().len() / 2, "{noticed} of {}: {unnoticed:?}", history.records().len());
}
