//! The upgrade drill on the real pallets: govern, retire, import, govern again.

use greatseal_lab::{
    Lab,
    chain::released,
    genesis::{default_genesis, key_of},
};
use greatseal_protocol::{
    action::Action,
    bytes::{ContractAddress, ContractCode, DocumentHash, Label, ReferenceHash},
    cells::{CellKey, Cells},
    command::{Capacity, Command, Order},
    council::SeatId,
    event::Event,
    language::{
        contract, council,
        proposal::{self, Execute, Open, Opened},
    },
    memory,
    outcome::{Outcome, Undone},
    proposal_id::Decision,
    refusal::Refusal,
    row::RowId,
    state::State,
    succession::{self, MOST_CELLS},
};

const NOW: u64 = 1_800_000_000;
const DAY: u64 = 24 * 60 * 60;

fn seat(name: &str) -> SeatId {
    name.parse().unwrap()
}

pub(crate) fn said(lab: &Lab, who: &str, order: Order) -> Vec<u8> {
    let epoch = lab.model.council(seat(who).council).unwrap().epoch;
    let capacity = Capacity::Seat { seat: seat(who), epoch };
    lab.envelope(&key_of(seat(who), 0), Command { capacity, expiry: lab.now() + 600, order })
}

pub(crate) fn tell(lab: &mut Lab, who: &str, order: Order) -> Vec<Event> {
    let envelope = said(lab, who, order);
    let answer = lab.submit(&[envelope]);
    assert!(matches!(answer.result.as_deref(), Ok([Outcome::Applied { .. }])), "{who}: {answer:?}");
    answer.records.into_iter().map(|record| record.event).collect()
}

fn opening(lab: &Lab, action: &Action) -> Order {
    let row = lab.model.row(RowId::RETIRE).unwrap();
    let nonce = lab.model.seat(seat("P0")).unwrap().nonce + 1;
    let (approve_within, execute_within) = (row.approve_by, row.window);
    let document = DocumentHash([9; 32]);
    Order::Proposal(proposal::Order::Open(Box::new(Open {
        row: row.id,
        action: action.clone(),
        document,
        approve_within,
        execute_within,
        nonce,
        approve: false,
    })))
}

/// Opened and approved by everybody whom the row counts.
fn carried(lab: &mut Lab, action: &Action) -> Opened {
    let order = opening(lab, action);
    let events = tell(lab, "P0", order);
    let Some(Event::Proposal(proposal::Event::Opened(opened))) = events.last().cloned() else { panic!("{events:?}") };
    let row = lab.model.row(opened.row).unwrap();
    // Each council as often as it must, and whoever is left for the rest.
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for (council, least) in row.minima.iter() {
        for index in 0..lab.model.council(council).unwrap().size {
            let seats = if index < least { &mut first } else { &mut others };
            seats.push(SeatId { council, index });
        }
    }
    for who in first.into_iter().chain(others).take(row.m.into()) {
        let decide = Order::Proposal(proposal::Order::Decide {
            id: opened.id,
            digest: opened.digest,
            decision: Decision::Approve,
        });
        tell(lab, &who.to_string(), decide);
    }
    *opened
}

pub(crate) fn executing(opened: &Opened) -> Order {
    let (version, sbom) = (Label::new("v2").unwrap(), ReferenceHash([0; 32]));
    Order::Proposal(proposal::Order::Execute(Box::new(Execute {
        id: opened.id,
        action: opened.action.clone(),
        version,
        sbom,
    })))
}

/// An approved retirement whose delay is over.
pub(crate) fn retirement(lab: &mut Lab, successor: ContractAddress, code: ContractCode) -> Opened {
    let opened = carried(lab, &Action::Contract(contract::Action::Retire { successor, code }));
    lab.wait(lab.model.row(opened.row).unwrap().delay.into());
    opened
}

fn ignored(lab: &mut Lab, envelope: Vec<u8>) -> Refusal {
    match lab.submit(&[envelope]).result {
        Err(Undone::NothingAuthentic(outcomes)) => match outcomes[..] {
            [Outcome::Ignored { refusal }] => refusal,
            ref other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn beat(lab: &Lab) -> Order {
    Order::Council(council::Order::Heartbeat { nonce: lab.model.seat(seat("E0")).unwrap().nonce + 1 })
}

/// What the old contract asks the chain before it ends for ever.
#[test]
fn only_a_contract_of_the_decided_code_that_awaits_this_state_can_follow() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let own = lab.domain.contract;
    let (successor, code) = lab.await_state(released(), own);
    let (stranger, _) = lab.await_state(released(), ContractAddress([7; 20]));
    let others = [
        (successor, ContractCode([1; 32])),
        (stranger, code),
        (own, code),
        (ContractAddress([8; 20]), code),
        (ContractAddress([8; 20]), ContractCode([0; 32])),
    ];
    for (successor, code) in others {
        let order = opening(&lab, &Action::Contract(contract::Action::Retire { successor, code }));
        let envelope = said(&lab, "P0", order);
        assert_eq!(ignored(&mut lab, envelope), Refusal::NoSuccessor, "{successor}");
    }
    let order = opening(&lab, &Action::Contract(contract::Action::Retire { successor, code }));
    tell(&mut lab, "P0", order);
}

#[test]
fn another_contract_goes_on_where_this_one_ends() {
    let mut lab = Lab::deploy(&default_genesis(NOW), NOW);
    let own = lab.domain.contract;
    let (successor, code) = lab.await_state(released(), own);
    let order = beat(&lab);
    tell(&mut lab, "E0", order);
    let opened = carried(&mut lab, &Action::Contract(contract::Action::Retire { successor, code }));
    assert_eq!(lab.import(successor, &[CellKey::Head]).0, Err(Refusal::NotRetired), "not yet");
    lab.wait(7 * DAY);
    tell(&mut lab, "O0", executing(&opened));
    assert_eq!(lab.differences(), []);

    let (before, at) = (lab.model.clone(), lab.now());
    let order = beat(&lab);
    let old = said(&lab, "E0", order.clone());
    assert_eq!(ignored(&mut lab, old.clone()), Refusal::Retired);
    let keys: Vec<CellKey> = memory::keys(&before).collect();
    assert_eq!(keys.len(), usize::try_from(before.head().unwrap().cells).unwrap());
    assert_eq!(lab.import(successor, &[keys[0], CellKey::Route(77)]).0, Err(Refusal::NoSuchCell));
    assert_eq!(
        lab.import(successor, &[keys[2], CellKey::Head, keys[1], keys[2]]).0,
        Ok(u32::try_from(keys.len() - 2).unwrap())
    );
    assert_eq!(lab.import(successor, &keys[..MOST_CELLS + 1]).0, Err(Refusal::TooLarge));

    let (mut left, mut emitted) = (keys.len(), Vec::new());
    for chunk in keys.chunks(MOST_CELLS) {
        lab.speak_to(successor);
        let order = beat(&lab);
        let new = said(&lab, "E0", order);
        assert_eq!(ignored(&mut lab, new), Refusal::Awaiting);
        let (answer, records, weight) = lab.import(successor, chunk);
        left -= chunk.len();
        // Two are there already, and are passed over.
        assert_eq!(answer, Ok(u32::try_from(left).unwrap()));
        println!(
            "{} cells: {:.2} Gps, {} bytes of proof",
            chunk.len(),
            weight.ref_time() as f64 / 1e9,
            weight.proof_size()
        );
        emitted.extend(records);
        let again = if left == 0 { Err(Refusal::NothingAwaited) } else { Ok(u32::try_from(left).unwrap()) };
        assert_eq!(lab.import(successor, chunk).0, again, "nothing comes twice");
    }
    let [record] = &emitted[..] else { panic!("{emitted:?}") };
    let (last, cells) = (before.head().unwrap().seq - 1, u32::try_from(before.len()).unwrap());
    assert_eq!(
        record.event,
        Event::Contract(contract::Event::Succeeded { predecessor: own, contract: successor, last, cells })
    );
    assert_eq!((record.seq, record.at), (before.head().unwrap().seq, at));
    // The model has followed by the record alone: the cells that were brought are its, byte for byte.
    assert_eq!(lab.differences(), []);
    assert_eq!(lab.model.len(), before.len());

    assert_eq!(ignored(&mut lab, old), Refusal::WrongDomain);
    tell(&mut lab, "E0", order);
    assert_eq!(lab.differences(), []);
    assert_eq!(lab.model.head().unwrap().seq, record.seq + 2);

    // And once more, in favour of a third.
    let (third, code) = lab.await_state(released(), successor);
    let opened = carried(&mut lab, &Action::Contract(contract::Action::Retire { successor: third, code }));
    lab.wait(7 * DAY);
    tell(&mut lab, "O0", executing(&opened));
    let keys: Vec<CellKey> = memory::keys(&lab.model).collect();
    for chunk in keys.chunks(20) {
        lab.import(third, chunk).0.unwrap();
    }
    lab.speak_to(third);
    let order = beat(&lab);
    tell(&mut lab, "E0", order);
    assert_eq!(lab.differences(), []);
}
