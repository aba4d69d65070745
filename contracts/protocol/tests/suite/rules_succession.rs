//! 92x: a contract ends, and another one goes on with its state and its history.

use crate::{
    dice::throw,
    world::{CONTRACT, DAY, HOUR, World, approve, awaiting, bring, code_of, component, execute, register, retire},
};
use greatseal_protocol::{
    bytes::{ContractAddress, ContractCode},
    cells::{CellKey, Cells, Head, Succession},
    command::Order,
    decide::{Via, decide},
    event::{Door, Event, Record},
    evolve::{Unfit, evolve},
    key::Software,
    language::{contract, council, proposal},
    memory::{self, Memory, ordered},
    merkle::TreeHead,
    outcome::Outcome,
    refusal::Refusal,
    registry::{ComponentKind, Risk},
    row::RowId,
    state::State,
    submit, succession,
};

const NEXT: ContractAddress = ContractAddress([0xD0; 20]);
const OTHER: ContractAddress = ContractAddress([0xD1; 20]);
/// The lab's own suite plays a succession between contracts that are there.
const NOBODY_THERE: &str = "on a chain no contract awaits the state at this address";

fn keys(world: &World) -> Vec<CellKey> {
    ordered(&world.cells).into_iter().map(|(_, key)| key).collect()
}

fn retired() -> World {
    let mut world = World::with_route();
    world.unheard(NOBODY_THERE);
    world.enact("P0", &retire(NEXT));
    world
}

fn heartbeat(world: &World) -> Order {
    Order::Council(council::Order::Heartbeat { nonce: world.nonce("E0") })
}

#[test]
fn a_retirement_waits_a_day_and_is_the_end() {
    let mut world = World::with_route();
    world.unheard(NOBODY_THERE);
    let proposal = world.carry("P0", &retire(NEXT));
    assert_eq!(world.cells.proposal(proposal.id).unwrap().row, RowId::HIGH_RISK_UPGRADE);
    world.wait(DAY - 1);
    world.refused("O0", execute(&proposal), 405);
    world.wait(1);
    world.execute("O0", &proposal);
    let head = world.cells.head().unwrap();
    assert_eq!((head.successor, head.domain.contract), (Some(NEXT), CONTRACT));
    // Whatever is said: nothing is on record any more.
    for order in [heartbeat(&world), execute(&proposal), Order::Council(council::Order::SuspendSelf)] {
        assert_eq!(code_of(&world.order("E0", order)), (Some(921), false));
    }
    let order = heartbeat(&world);
    assert_eq!(code_of(&world.act("E0", order)), (Some(921), false));
    world.ignored_bytes(&[], 921);
    assert_eq!(world.cells.head().unwrap(), head);
    world.folds();
}

/// What the chain says about the address is asked when it is proposed, and again when it is executed.
#[test]
fn no_successor_922_where_the_chain_knows_of_none() {
    struct Chain<'a>(&'a Memory, bool);
    impl Succession for Chain<'_> {
        fn awaits(&self, successor: &ContractAddress, code: &ContractCode) -> Option<bool> {
            assert_eq!((*successor, *code), (NEXT, ContractCode([0xCC; 32])));
            Some(self.1)
        }
    }
    impl Cells for Chain<'_> {
        fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
            self.0.load(key)
        }
    }
    let mut world = World::new();
    let says = |world: &World, who: &str, order: Order, awaits| {
        let key = crate::world::key_named(who);
        decide(&Chain(&world.cells, awaits), &key, &world.command(who, order), Via::Envelope, world.now)
    };
    let open = Order::Proposal(proposal::Order::Open(Box::new(world.opening("P0", &retire(NEXT)))));
    assert_eq!(says(&world, "P0", open.clone(), false), Err(Refusal::NoSuccessor));
    assert!(says(&world, "P0", open, true).is_ok());
    world.unheard(NOBODY_THERE);
    let proposal = world.carry("P0", &retire(NEXT));
    world.wait(DAY);
    assert_eq!(says(&world, "O0", execute(&proposal), false), Err(Refusal::NoSuccessor));
    assert!(says(&world, "O0", execute(&proposal), true).is_ok());
}

/// However it is cut: the same cells, the same tree, the next number.
#[test]
fn the_state_after_the_import_is_the_state_before() {
    let world = retired();
    let (before, keys) = (world.cells.clone(), keys(&world));
    throw(40, |dice| {
        let mut next = awaiting(CONTRACT);
        let (mut at, mut end) = (0, None);
        while at < keys.len() {
            let up_to = keys.len().min(at + 1 + usize::try_from(dice.below(40)).unwrap());
            let (left, record) = bring(&mut next, NEXT, &keys[at..up_to], world.now, &before).unwrap();
            assert_eq!(usize::try_from(left).unwrap(), keys.len() - up_to);
            assert_eq!(record.is_some(), left == 0);
            (at, end) = (up_to, record);
        }
        let record = end.unwrap();
        let state = memory::state(&before).unwrap();
        let event = Event::Contract(contract::Event::Succeeded { predecessor: CONTRACT, contract: NEXT, state });
        let seq = before.head().unwrap().seq;
        assert_eq!(record, Record { seq, at: world.now, door: Door::Constructor, actor: None, event });
        let same = |next: &Memory, but: &[CellKey]| {
            let cells = |cells: &Memory| -> Memory {
                cells
                    .iter()
                    .filter(|(key, _)| !key.apart() && !but.contains(key))
                    .map(|(k, v)| (*k, v.clone()))
                    .collect()
            };
            assert_eq!(cells(next), cells(&before));
        };
        same(&next, &[]);
        evolve(&mut next, &record).unwrap();
        same(&next, &[CellKey::Head]);
        let (old, new): (Head, Head) = (*before.head().unwrap(), *next.head().unwrap());
        assert_eq!((new.domain.contract, new.successor, new.seq), (NEXT, None, old.seq + 1));
        assert_eq!(Head { domain: old.domain, successor: old.successor, seq: old.seq, ..new }, old);
    });
}

#[test]
fn cells_are_brought_once_in_order_and_without_a_gap() {
    let world = retired();
    let (old, keys) = (&world.cells, keys(&world));
    let brings = |next: &Memory, keys: &[CellKey]| bring(&mut next.clone(), NEXT, keys, world.now, old).err();
    let fresh = awaiting(CONTRACT);
    assert_eq!(keys[0], CellKey::Head, "how many there are is known from the first");
    assert_eq!(brings(&fresh, &[]), Some(Refusal::NotRetired));
    assert_eq!(brings(&fresh, &keys[1..5]), Some(Refusal::NotNext));
    assert_eq!(brings(&fresh, &[keys[0], keys[2], keys[1]]), Some(Refusal::NotNext));
    assert_eq!(brings(&fresh, &[keys[0], keys[0]]), Some(Refusal::NotNext));
    assert_eq!(brings(&fresh, &[keys[0], CellKey::Import]), Some(Refusal::NotNext));
    // Not there.
    assert_eq!(brings(&fresh, &[keys[0], CellKey::Route(77)]), Some(Refusal::NotNext));
    let mut half = fresh.clone();
    bring(&mut half, NEXT, &keys[..9], world.now, old).unwrap();
    assert_eq!(brings(&half, &keys[..9]), Some(Refusal::NotNext), "twice");
    assert_eq!(brings(&half, &keys[8..12]), Some(Refusal::NotNext), "again");
    // Whoever leaves one out never comes to an end.
    let mut gap = half.clone();
    let (left, record) = bring(&mut gap, NEXT, &keys[10..], world.now, old).unwrap();
    assert_eq!((left, record), (1, None));
    assert_eq!(brings(&gap, &keys[9..10]), Some(Refusal::NotNext));
}

/// Where one is left out by mistake or out of spite, it would be the end of the contract: so none can be.
#[test]
fn only_a_contract_retired_for_this_one_is_read() {
    let world = retired();
    let keys = keys(&world);
    let mut next = awaiting(CONTRACT);
    assert_eq!(bring(&mut next, OTHER, &keys[..9], world.now, &world.cells), Err(Refusal::NotRetired));
    let living = World::new();
    assert_eq!(bring(&mut next, NEXT, &keys[..1], world.now, &living.cells), Err(Refusal::NotRetired));
    // No contract of ours at the address.
    let silent = |_: &ContractAddress, _: &[CellKey]| None;
    assert_eq!(succession::import(&mut next, NEXT, &keys[..1], world.now, silent), Err(Refusal::NotNext));
    // A contract with a genesis of its own awaits nothing.
    assert_eq!(bring(&mut living.cells.clone(), NEXT, &keys[..1], 0, &world.cells), Err(Refusal::NothingAwaited));
}

#[test]
fn who_awaits_a_state_answers_920_until_it_is_whole() {
    let world = retired();
    let mut next = awaiting(CONTRACT);
    let keys = keys(&world);
    let mut moved = world.clone();
    moved.domain.contract = NEXT;
    let envelope = moved.envelope("E0", heartbeat(&world));
    let submit = |cells: &Memory| submit::submit(&mut cells.clone(), &envelope, world.now, &Software).unwrap();
    for part in [&keys[..20], &keys[20..keys.len() - 1]] {
        assert_eq!(submit(&next), (Outcome::Ignored { refusal: Refusal::Awaiting }, None));
        bring(&mut next, NEXT, part, world.now, &world.cells).unwrap();
    }
    assert_eq!(submit(&next).0, Outcome::Ignored { refusal: Refusal::Awaiting });
    let (_, record) = bring(&mut next, NEXT, &keys[keys.len() - 1..], world.now, &world.cells).unwrap();
    evolve(&mut next, &record.unwrap()).unwrap();
    assert!(matches!(submit(&next).0, Outcome::Applied { .. }));
    assert_eq!(bring(&mut next, NEXT, &keys[..1], world.now, &world.cells), Err(Refusal::NothingAwaited));
}

/// What was decided goes on; what was signed for the old address counts nowhere any more.
#[test]
fn proposals_go_on_and_old_envelopes_do_not() {
    let mut world = World::with_route();
    world.unheard(NOBODY_THERE);
    let seal = world.carry("P0", &retire(NEXT));
    world.wait(DAY);
    let half = world.open("P0", &register(component("node", ComponentKind::Node, Risk::High)));
    let approvers = world.approvers(&half);
    world.applied(&approvers[0], approve(&half));
    let old = world.envelope(&approvers[1], approve(&half));
    world.execute("O0", &seal);
    // Brought over by hand, because the retirement is done.
    let mut next = awaiting(CONTRACT);
    let keys = keys(&world);
    let (_, record) = bring(&mut next, NEXT, &keys, world.now, &world.cells).unwrap();
    evolve(&mut next, record.as_ref().unwrap()).unwrap();
    next.retain(|key, _| !key.apart());
    (world.cells, world.domain.contract) = (next, NEXT);
    world.records.extend(record);
    world.ignored_bytes(&old, 103);
    let seq = world.cells.head().unwrap().seq;
    world.approve(&approvers[1..].iter().map(String::as_str).collect::<Vec<_>>(), &half);
    world.wait(DAY);
    world.execute("O0", &half);
    assert_eq!(world.records.last().unwrap().seq + 1, world.cells.head().unwrap().seq);
    assert!(world.records.last().unwrap().seq >= seq);
    // And once more.
    world.succeeded(OTHER, 32);
    let beat = heartbeat(&world);
    world.applied("E0", beat);
    let mut replay = Memory::new();
    world.records.iter().for_each(|record| evolve(&mut replay, record).unwrap());
    assert_eq!(replay, world.cells, "one history over three addresses");
    assert_eq!(replay.head().unwrap().domain.deployment, world.domain.deployment);
}

/// Whoever replays finds a state that was not taken over as it was, and a contract that nobody named.
#[test]
fn a_replay_refuses_another_state_and_another_contract() {
    let world = retired();
    let state = memory::state(&world.cells).unwrap();
    let seq = world.cells.head().unwrap().seq;
    let folds = |predecessor, contract, state| {
        let event = Event::Contract(contract::Event::Succeeded { predecessor, contract, state });
        let record = Record { seq, at: world.now, door: Door::Constructor, actor: None, event };
        evolve(&mut world.cells.clone(), &record)
    };
    assert_eq!(folds(CONTRACT, NEXT, state), Ok(()));
    assert_eq!(folds(OTHER, NEXT, state), Err(Unfit::Missing));
    assert_eq!(folds(CONTRACT, OTHER, state), Err(Unfit::Missing));
    assert_eq!(folds(CONTRACT, NEXT, TreeHead { size: state.size - 1, ..state }), Err(Unfit::Missing));
    assert_eq!(folds(CONTRACT, NEXT, TreeHead { root: [0; 32], ..state }), Err(Unfit::Missing));
    let living = World::with_route();
    let record = Record {
        seq: living.cells.head().unwrap().seq,
        at: living.now + HOUR,
        door: Door::Constructor,
        actor: None,
        event: Event::Contract(contract::Event::Succeeded {
            predecessor: CONTRACT,
            contract: NEXT,
            state: memory::state(&living.cells).unwrap(),
        }),
    };
    assert_eq!(evolve(&mut living.cells.clone(), &record), Err(Unfit::Missing));
}
