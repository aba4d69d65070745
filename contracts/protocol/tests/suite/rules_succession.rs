//! 92x: a contract ends, and another one goes on with its state and its history.

use crate::{
    dice::{Dice, throw},
    world::{CONTRACT, DAY, HOUR, World, approve, awaiting, bring, code_of, component, execute, register, retire},
};
use greatseal_protocol::{
    bytes::{ContractAddress, ContractCode},
    cells::{CellKey, Cells, Head, Succession},
    command::Order,
    decide::{Via, decide},
    digest::Domain,
    event::{Door, Event, Record},
    evolve::{Unfit, evolve},
    key::Software,
    language::{contract, council, proposal},
    memory::{self, Memory},
    outcome::Outcome,
    refusal::Refusal,
    registry::{ComponentKind, Risk},
    row::RowId,
    state::State,
    submit, succession,
};
use parity_scale_codec::Encode;

const NEXT: ContractAddress = ContractAddress([0xD0; 20]);
const OTHER: ContractAddress = ContractAddress([0xD1; 20]);
/// The lab's own suite plays a succession between contracts that are there.
const NOBODY_THERE: &str = "on a chain no contract awaits the state at this address";

fn keys(world: &World) -> Vec<CellKey> {
    memory::keys(&world.cells).collect()
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
fn a_retirement_waits_a_week_and_is_the_end() {
    let mut world = World::with_route();
    world.unheard(NOBODY_THERE);
    let proposal = world.carry("P0", &retire(NEXT));
    assert_eq!(world.cells.proposal(proposal.id).unwrap().row, RowId::RETIRE);
    world.wait(7 * DAY - 1);
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
    world.wait(7 * DAY);
    assert_eq!(says(&world, "O0", execute(&proposal), false), Err(Refusal::NoSuccessor));
    assert!(says(&world, "O0", execute(&proposal), true).is_ok());
}

/// However it is cut, and in whatever order it comes: the same cells, the next number.
#[test]
fn the_state_after_the_import_is_the_state_before() {
    let world = retired();
    let (before, sorted) = (world.cells.clone(), keys(&world));
    throw(40, |dice| {
        let mut keys = sorted.clone();
        for at in (1..keys.len()).rev() {
            keys.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap());
        }
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
        let head = before.head().unwrap();
        let (last, cells) = (head.seq - 1, u32::try_from(before.len()).unwrap());
        let event = Event::Contract(contract::Event::Succeeded { predecessor: CONTRACT, contract: NEXT, last, cells });
        assert_eq!(record, Record { seq: head.seq, at: world.now, door: Door::Constructor, actor: None, event });
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
        let (old, new): (Head, Head) = (*head, *next.head().unwrap());
        assert_eq!((new.domain.contract, new.successor, new.seq), (NEXT, None, old.seq + 1));
        assert_eq!(Head { domain: old.domain, successor: old.successor, seq: old.seq, ..new }, old);
    });
}

#[test]
fn what_is_there_is_passed_over_and_what_is_not_is_refused_924() {
    let world = retired();
    let (old, keys) = (&world.cells, keys(&world));
    let all = u32::try_from(keys.len()).unwrap();
    let mut next = awaiting(CONTRACT);
    let brings = |next: &mut Memory, keys: &[CellKey]| bring(next, NEXT, keys, world.now, old).map(|(left, _)| left);
    assert_eq!(brings(&mut next, &[]), Ok(all), "how many there are is known from the first call on");
    // No cell of the state, or not there.
    assert_eq!(brings(&mut next, &[keys[3], CellKey::Route(77)]), Err(Refusal::NoSuchCell));
    assert_eq!(brings(&mut next, &[CellKey::Head, CellKey::Import]), Ok(all), "the contract reads them itself, or not");
    assert_eq!(brings(&mut next, &[keys[5], keys[2], keys[5]]), Ok(all - 2), "in any order, one of them twice");
    assert_eq!(brings(&mut next, &keys[..9]), Ok(all - 9));
    assert_eq!(brings(&mut next, &keys[..9]), Ok(all - 9), "again");
    // One that is left out can come last.
    assert_eq!(brings(&mut next, &keys[10..]), Ok(1));
    assert_eq!(brings(&mut next, &keys[10..]), Ok(1));
    assert_eq!(brings(&mut next, &keys[9..10]), Ok(0));
    assert_eq!(brings(&mut next, &keys[9..10]), Err(Refusal::NothingAwaited));
}

/// Somebody else brings whatever they like between every two calls of an honest importer, who looks at nothing but what is
/// missing: it always ends, with the same state.
#[test]
fn import_needs_nobodys_honesty() {
    let world = retired();
    let (old, keys) = (&world.cells, keys(&world));
    throw(60, |dice| {
        let mut next = awaiting(CONTRACT);
        let mut end = None;
        let hostile = |next: &mut Memory, dice: &mut Dice| {
            let any = |dice: &mut Dice| match dice.below(6) {
                0 => [CellKey::Head, CellKey::Import, CellKey::Route(99)][usize::try_from(dice.below(3)).unwrap()],
                _ => keys[usize::try_from(dice.below(keys.len() as u64)).unwrap()],
            };
            let call: Vec<CellKey> = (0..dice.below(12)).map(|_| any(dice)).collect();
            bring(next, NEXT, &call, world.now, old).ok().and_then(|(_, record)| record)
        };
        for _ in 0..keys.len() {
            end = end.or(hostile(&mut next, dice));
            let missing: Vec<CellKey> = keys.iter().filter(|key| !next.contains_key(key)).take(7).copied().collect();
            if end.is_some() {
                break;
            }
            let (_, record) = bring(&mut next, NEXT, &missing, world.now, old).unwrap();
            end = record;
        }
        evolve(&mut next, &end.unwrap()).unwrap();
        let mut expected = old.clone();
        let head = *old.head().unwrap();
        let domain = Domain { contract: NEXT, ..head.domain };
        expected.insert(CellKey::Head, Head { domain, successor: None, seq: head.seq + 1, ..head }.encode());
        next.remove(&CellKey::Import);
        assert_eq!(next, expected);
    });
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
    assert_eq!(succession::import(&mut next, NEXT, &keys[..1], world.now, silent), Err(Refusal::NoSuchCell));
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
    world.wait(7 * DAY);
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
    let seq = world.cells.head().unwrap().seq;
    let count = u32::try_from(world.cells.len()).unwrap();
    let folds = |predecessor, contract, last, cells| {
        let event = Event::Contract(contract::Event::Succeeded { predecessor, contract, last, cells });
        let record = Record { seq, at: world.now, door: Door::Constructor, actor: None, event };
        evolve(&mut world.cells.clone(), &record)
    };
    assert_eq!(folds(CONTRACT, NEXT, seq - 1, count), Ok(()));
    assert_eq!(folds(OTHER, NEXT, seq - 1, count), Err(Unfit::Missing));
    assert_eq!(folds(CONTRACT, OTHER, seq - 1, count), Err(Unfit::Missing));
    for (last, cells) in [(seq, count), (seq - 2, count), (u64::MAX, count), (seq - 1, count - 1), (seq - 1, count + 1)]
    {
        assert_eq!(folds(CONTRACT, NEXT, last, cells), Err(Unfit::Missing));
    }
    let living = World::with_route();
    let head = living.cells.head().unwrap();
    let cells = u32::try_from(living.cells.len()).unwrap();
    let record = Record {
        seq: head.seq,
        at: living.now + HOUR,
        door: Door::Constructor,
        actor: None,
        event: Event::Contract(contract::Event::Succeeded {
            predecessor: CONTRACT,
            contract: NEXT,
            last: head.seq - 1,
            cells,
        }),
    };
    assert_eq!(evolve(&mut living.cells.clone(), &record), Err(Unfit::Missing));
}
