//! What the ledger takes and what it refuses.

use crate::history::{FIRST_BLOCK, History, block_hash, event};
use greatseal_deployment::Deployment;
use greatseal_indexer::{
    block::Block,
    ledger::{Breach, Cause, Ledger},
    register::Register,
};
use greatseal_protocol::{
    cells::CellKey,
    council::{Council, SeatId},
    event::{Door, Event, Record},
    evolve::Unfit,
    language::{contract, proposal},
    proposal_id::Decision,
    standing::Status,
    state::State,
};
use greatseal_trail::tree::{Frontier, leaf_hash};
use std::sync::Arc;

fn record(block: &Block, place: usize) -> Record {
    block.events[place].record().unwrap()
}

/// The ledger after the first blocks, and the block after them.
fn before(history: &History, count: usize) -> (Ledger, Block) {
    let mut ledger = history.ledger();
    history.blocks[..count].iter().for_each(|block| drop(ledger.take(block).unwrap()));
    (ledger, history.blocks[count].clone())
}

/// Refused, and nothing has changed: the true block is still accepted.
#[track_caller]
fn refuses(history: &History, count: usize, damage: impl FnOnce(&mut Block), expected: Breach) {
    assert_eq!(refusal(history, count, damage), expected);
}

#[track_caller]
fn refusal(history: &History, count: usize, damage: impl FnOnce(&mut Block)) -> Breach {
    let (mut ledger, mut block) = before(history, count);
    let (head, rows, cells) = (ledger.head(), ledger.count(), ledger.cells().clone());
    damage(&mut block);
    let breach = ledger.take(&block).unwrap_err();
    assert_eq!((ledger.head(), ledger.count(), ledger.cells()), (head, rows, &cells));
    ledger.take(&history.blocks[count]).expect("the true block follows");
    breach
}

#[test]
fn a_true_history_folds_to_the_contracts_own_cells() {
    let history = History::full();
    let mut ledger = history.ledger();
    let mut tree = Frontier::new();
    for block in &history.blocks {
        for entry in ledger.take(block).unwrap() {
            assert_eq!(entry.hash, leaf_hash(&entry.leaf.to_bytes().unwrap()));
            tree.push(entry.hash).unwrap();
            let envelope = matches!(entry.record.door, Door::Envelope(_));
            assert_eq!(matches!(entry.cause, Some(Cause::Envelope(..))), envelope, "{}", entry.record.seq);
        }
    }
    assert_eq!(ledger.cells(), &history.cells);
    assert_eq!(ledger.count(), history.cells.head().unwrap().seq);
    assert_eq!(ledger.head(), tree.head());
    assert!(history.cells.contains_key(&CellKey::Head));
}

#[test]
fn other_contracts_are_ignored() {
    let history = History::new(1);
    let mut ledger = history.ledger();
    assert_eq!(ledger.take(&history.blocks[0]).unwrap().len(), 1);
    let mut other = (*history.deployment).clone();
    other.contract = [9; 20];
    assert!(Ledger::new(Arc::new(other)).take(&history.blocks[0]).unwrap().is_empty());
}

#[test]
fn rule_24_a_missing_height_is_a_gap() {
    let history = History::full();
    let next = FIRST_BLOCK + 2;
    refuses(&history, 2, |block| block.at.number += 1, Breach::Gap { expected: next, found: next + 1 });
    refuses(&history, 2, |block| block.at.number -= 1, Breach::Gap { expected: next, found: next - 1 });
}

#[test]
fn rule_23_another_parent_is_a_fork_below_finality() {
    let history = History::full();
    let number = FIRST_BLOCK + 1;
    let fork = Breach::Fork { number, expected: block_hash(number), found: [3; 32] };
    refuses(&history, 2, |block| block.parent = [3; 32], fork);
    let fork = Breach::Fork { number: FIRST_BLOCK, expected: block_hash(FIRST_BLOCK), found: [3; 32] };
    refuses(&history, 0, |block| block.at.hash = [3; 32], fork);
}

#[test]
fn rule_25_what_our_contract_emits_is_never_skipped() {
    let history = History::full();
    let damages: [fn(&mut Block); 8] = [
        |block| block.events[2].data.truncate(70),
        |block| block.events[2].data.truncate(63),
        |block| block.events[2].data.push(0),
        |block| block.events[2].data.clear(),
        |block| block.events[2].topics[0] = Record::signature_topic("Opened"),
        |block| block.events[2].topics[1][0] ^= 1,
        |block| block.events[2].topics[2] = [0; 32],
        |block| block.events[2].topics.clear(),
    ];
    for damage in damages {
        let breach = refusal(&history, 2, damage);
        assert!(
            matches!(breach, Breach::Undecodable { number, index: 3, .. } if number == FIRST_BLOCK + 2),
            "{breach}"
        );
    }
}

#[test]
fn rule_24_records_come_once_and_in_order() {
    let history = History::full();
    let seq = record(&history.blocks[2], 1).seq;
    let missing = Breach::OutOfSequence { expected: seq, found: seq + 1 };
    refuses(&history, 2, |block| drop(block.events.remove(1)), missing.clone());
    refuses(&history, 2, |block| block.events.swap(1, 2), missing);
    let twice = Breach::OutOfSequence { expected: seq + 1, found: seq };
    refuses(&history, 2, |block| block.events.insert(1, block.events[1].clone()), twice);
}

#[test]
fn a_record_must_fit_the_state() {
    let history = History::full();
    let forge = |block: &mut Block| {
        let mut forged = record(block, 1);
        if let Event::Proposal(proposal::Event::Decided { id, .. }) = &mut forged.event {
            id.serial += 40;
        }
        block.events[1] = event(&forged, 2);
    };
    let seq = record(&history.blocks[2], 1).seq;
    refuses(&history, 2, forge, Breach::Unfit { seq, cause: Unfit::Missing });
}

#[test]
fn the_first_record_must_deploy_what_the_file_names() {
    let history = History::full();
    let other = History::new(2);
    refuses(&history, 0, |block| block.events = other.blocks[0].events.clone(), Breach::OtherDeployment);

    // The id of ours with councils of another's making: the id is the hash of the genesis, and is computed again.
    let forge = |block: &mut Block| {
        let mut forged = record(block, 1);
        if let Event::Contract(contract::Event::Deployed { genesis, .. }) = &mut forged.event {
            genesis.rows.pop();
        }
        block.events[1] = event(&forged, 2);
    };
    refuses(&history, 0, forge, Breach::OtherDeployment);

    let (mut no_deployment, block) = before(&history, 0);
    let mut first = record(&block, 1);
    first.event = record(&history.blocks[1], 1).event;
    let forged = Block { events: vec![event(&first, 2)], ..block };
    assert_eq!(no_deployment.take(&forged).unwrap_err(), Breach::OtherDeployment);
}

#[test]
fn a_finished_proposal_outlives_its_slot() {
    let history = History::full();
    let (mut ledger, mut register) = (history.ledger(), Register::default());
    for block in &history.blocks {
        ledger.take(block).unwrap().iter().for_each(|entry| register.enter(entry));
    }
    let now = history.now;
    let status = |serial| register.get(serial).unwrap().status(ledger.cells(), now).unwrap().to_string();
    assert_eq!([status(1), status(2), status(3)], ["executed", "expired", "open"]);
    let overwritten = register.get(2).unwrap();
    assert!(ledger.cells().proposal(overwritten.id).is_err(), "its slot holds another");
    let seat = SeatId { council: Council::Emergency, index: 2 };
    assert_eq!(overwritten.proposal.decision(seat), Some(Decision::Reject));
    assert_eq!(register.below(3).map(|entered| entered.id.serial).collect::<Vec<_>>(), [2, 1]);
    let executable = register.get(1).unwrap().execution.unwrap();
    assert_eq!(executable.1 - executable.0, 3600);
    assert!(register.get(4).is_none());
}

#[test]
fn time_alone_expires_a_proposal() {
    let mut history = History::new(1);
    history.open(SeatId { council: Council::Emergency, index: 0 }, "{}");
    history.seal();
    let (mut ledger, mut register) = (history.ledger(), Register::default());
    for block in &history.blocks {
        ledger.take(block).unwrap().iter().for_each(|entry| register.enter(entry));
    }
    let entered = register.get(1).unwrap();
    let approve_by = entered.proposal.approve_by;
    assert_eq!(entered.status(ledger.cells(), approve_by - 1), Ok(Status::Open));
    assert_eq!(entered.status(ledger.cells(), approve_by).unwrap().to_string(), "expired");
}

#[test]
fn a_deployment_file_is_compared_field_by_field() {
    let history = History::new(1);
    let changes: [fn(&mut Deployment); 3] =
        [|file| file.deployment[0] ^= 1, |file| file.chain_genesis[0] ^= 1, |file| file.chain_id += 1];
    for change in changes {
        let mut file = (*history.deployment).clone();
        change(&mut file);
        let refused = Ledger::new(Arc::new(file)).take(&history.blocks[0]).unwrap_err();
        assert_eq!(refused, Breach::OtherDeployment);
    }
}
