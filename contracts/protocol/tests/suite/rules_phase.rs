//! 910 to 919: post-quantum phases, companions, the way back.

use crate::world::{DAY, HOUR, REASON, REPORT, START, World, code_of, execute, new_seat, pause, seat, set_mode};
use greatseal_protocol::{
    action::Action,
    bytes::{CompanionHash, ReferenceHash},
    cells::{CellKey, Cells},
    command::Order,
    council::{Council, Phase, SeatId},
    event::Event,
    hash,
    language::{
        council::{self, Reconstitute},
        operation, phase, proposal,
    },
    phase::{Companion, SetPhase, WayBack, companion_hash},
    scale::Encode,
    scope::{Mode, Scope},
    state::State,
};

const CLASSICAL: Phase = Phase::Classical;
const OPTIONAL: Phase = Phase::Optional;
const HYBRID: Phase = Phase::Hybrid;
const POST_QUANTUM: Phase = Phase::PostQuantum;

/// A sound step of a council from now on: a window of five days, a way back of ten.
pub(crate) fn step(world: &World, council: Council, previous: Phase, next: Phase) -> SetPhase {
    let not_after = world.now + 5 * DAY;
    let way_back = (next > previous).then_some(WayBack { to: previous, until: not_after + 10 * DAY });
    SetPhase {
        council,
        previous,
        next,
        not_before: world.now,
        not_after,
        property_tests: REPORT,
        performance: REASON,
        way_back,
    }
}

pub(crate) fn companion_of(who: &str) -> CompanionHash {
    companion_hash(who.as_bytes())
}

pub(crate) fn name_companion(who: &str) -> Order {
    Order::Phase(phase::Order::NameCompanion { companion: companion_of(who) })
}

fn phase(world: &World, council: Council) -> Phase {
    world.cells.council(council).unwrap().phase
}

fn enacts(world: &mut World, council: Council, previous: Phase, next: Phase) {
    let change = step(world, council, previous, next);
    world.enact("C0", &Action::Phase(phase::Action::SetPhase(change)));
}

/// The Sovereign council in phase 2; its way back leads to 1.
pub(crate) fn hybrid() -> World {
    let mut world = World::new();
    ["S0", "S1", "S2"].iter().for_each(|who| world.applied(who, name_companion(who)));
    enacts(&mut world, Council::Sovereign, CLASSICAL, OPTIONAL);
    enacts(&mut world, Council::Sovereign, OPTIONAL, HYBRID);
    world
}

fn opens(world: &World, change: SetPhase) -> Option<u16> {
    let open = world.opening("C0", &Action::Phase(phase::Action::SetPhase(change)));
    code_of(&world.clone().order("C0", Order::Proposal(proposal::Order::Open(Box::new(open))))).0
}

#[test]
fn phase_step_910_one_up_or_any_down() {
    for (at, steps) in [(CLASSICAL, [1]), (OPTIONAL, [2]), (HYBRID, [3]), (POST_QUANTUM, [9])] {
        for (next, _) in Phase::NAMED {
            let number = next.encode()[0];
            let wants = number < at.encode()[0] || steps.contains(&number);
            assert_eq!(at.leads_to(next), wants, "{at} to {next}");
        }
    }
    let mut world = World::new();
    for next in [CLASSICAL, HYBRID, POST_QUANTUM] {
        assert_eq!(opens(&world, step(&world, Council::Emergency, CLASSICAL, next)), Some(910), "{next}");
    }
    assert_eq!(opens(&world, step(&world, Council::Emergency, OPTIONAL, CLASSICAL)), Some(411));
    enacts(&mut world, Council::Emergency, CLASSICAL, OPTIONAL);
    assert_eq!(phase(&world, Council::Emergency), OPTIONAL);
    enacts(&mut world, Council::Emergency, OPTIONAL, CLASSICAL);
    assert_eq!(phase(&world, Council::Emergency), CLASSICAL);
    // Two were approved: the second builds on what is gone.
    let one = step(&world, Council::Emergency, CLASSICAL, OPTIONAL);
    let (one, two) = (
        world.carry("C0", &Action::Phase(phase::Action::SetPhase(one))),
        world.carry("C1", &Action::Phase(phase::Action::SetPhase(one))),
    );
    world.wait(HOUR);
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 411);
    world.folds();
}

/// Only the custody row, and only where there is somebody.
#[test]
fn phase_belongs_to_custody_and_to_a_council_with_seats_919() {
    let mut world = World::new();
    let change = Action::Phase(phase::Action::SetPhase(step(&world, Council::Treasury, CLASSICAL, OPTIONAL)));
    for who in ["S0", "T0", "E0", "O0", "A0"] {
        world.refused_action(who, &change, 206);
    }
    for council in [Council::Program(2), Council::PROGRAM] {
        assert_eq!(opens(&world, step(&world, council, CLASSICAL, OPTIONAL)), Some(919), "{council}");
    }
    for council in [Council::Program(1), Council::Operator, Council::Panel, Council::Custody] {
        assert_eq!(opens(&world, step(&world, council, CLASSICAL, OPTIONAL)), None, "{council}");
    }
}

#[test]
fn phase_evidence_911_and_bounds_303() {
    let world = World::new();
    let sound = step(&world, Council::Identity, CLASSICAL, OPTIONAL);
    let none = ReferenceHash([0; 32]);
    assert_eq!(opens(&world, sound), None);
    assert_eq!(opens(&world, SetPhase { property_tests: none, ..sound }), Some(911));
    assert_eq!(opens(&world, SetPhase { performance: none, ..sound }), Some(911));
    let way = |to, until| SetPhase { way_back: Some(WayBack { to, until }), ..sound };
    let end = sound.not_after;
    for (change, wants) in [
        (SetPhase { way_back: None, ..sound }, None),
        (way(OPTIONAL, end), Some(303)),
        (way(HYBRID, end), Some(303)),
        (way(CLASSICAL, end), None),
        (way(CLASSICAL, end - 1), Some(303)),
        (way(CLASSICAL, end + 30 * DAY), None),
        (way(CLASSICAL, end + 30 * DAY + 1), Some(303)),
        (way(CLASSICAL, u64::MAX), Some(303)),
        (SetPhase { not_before: end, ..sound }, Some(303)),
        (SetPhase { not_before: end - 1, ..sound }, None),
    ] {
        assert_eq!(opens(&world, change), wants, "{change:?}");
    }
    // On the way down there is no way back: up is a decision.
    let mut world = world;
    enacts(&mut world, Council::Identity, CLASSICAL, OPTIONAL);
    let down = step(&world, Council::Identity, OPTIONAL, CLASSICAL);
    let back = Some(WayBack { to: CLASSICAL, until: down.not_after });
    assert_eq!(opens(&world, SetPhase { way_back: back, ..down }), Some(303));
    assert_eq!(opens(&world, down), None);
}

/// Half-open at both ends, asked at the opening and at the execution.
#[test]
fn phase_window_912() {
    let mut world = World::new();
    let begins = world.now + 2 * HOUR;
    let change = SetPhase { not_before: begins, ..step(&world, Council::Panel, CLASSICAL, OPTIONAL) };
    let change = SetPhase { not_after: begins + HOUR, ..change };
    let change = SetPhase { way_back: Some(WayBack { to: CLASSICAL, until: change.not_after }), ..change };
    let late = SetPhase { not_before: START - 9, not_after: world.now, ..change };
    let late = SetPhase { way_back: Some(WayBack { to: CLASSICAL, until: world.now + 1 }), ..late };
    assert_eq!(opens(&world, late), Some(912));
    let proposal = world.carry("C0", &Action::Phase(phase::Action::SetPhase(change)));
    for (now, wants) in [(begins - 1, Some(912)), (begins, None), (begins + HOUR - 1, None), (begins + HOUR, Some(912))]
    {
        world.now = now;
        assert_eq!(code_of(&world.clone().order("O0", execute(&proposal))).0, wants, "{now}");
    }
}

/// As allowed: by an operator, to that phase, until then, once; and at once.
#[test]
fn no_way_back_913_half_open() {
    let mut world = hybrid();
    let back = |council, from, to, nonce| Order::Phase(phase::Order::RollBack { council, from, to, nonce });
    // Above every nonce that is used here, and rising.
    let nonce = std::cell::Cell::new(100);
    let order = |from, to| back(Council::Sovereign, from, to, nonce.replace(nonce.get() + 1));
    let way: Option<WayBack> =
        world.cells.cell::<Option<WayBack>>(&CellKey::WayBack(Council::Sovereign)).unwrap().flatten();
    let until = way.unwrap().until;
    for who in ["C0", "S0", "T0", "A0"] {
        world.refused(who, order(HYBRID, OPTIONAL), 204);
    }
    world.refused("O0", order(OPTIONAL, CLASSICAL), 411);
    world.refused("O0", order(HYBRID, CLASSICAL), 411);
    world.refused("O0", back(Council::Custody, HYBRID, OPTIONAL, 1_000), 913);
    for (now, wants) in [(until - 1, None), (until, Some(913))] {
        let mut world = world.clone();
        world.now = now;
        assert_eq!(code_of(&world.order("O0", order(HYBRID, OPTIONAL))).0, wants, "{now}");
    }
    // It is a cure, which waits for no pause and no mode but the Sovereign's pause of upgrades.
    for stop in [pause(Scope::Everything, HOUR), set_mode(Mode::ReadOnly, HOUR), pause(Scope::Upgrades, HOUR)] {
        let mut world = world.clone();
        world.enact("E0", &stop);
        world.applied("O0", order(HYBRID, OPTIONAL));
    }
    let mut stopped = world.clone();
    stopped.enact("S0", &pause(Scope::Upgrades, HOUR));
    stopped.refused("O0", order(HYBRID, OPTIONAL), 500);
    let before = world.now;
    world.applied("O1", order(HYBRID, OPTIONAL));
    assert_eq!((phase(&world, Council::Sovereign), world.now), (OPTIONAL, before), "one order, in its own second");
    assert!(matches!(world.records.last().unwrap().event, Event::Phase(phase::Event::PhaseRolledBack { .. })));
    for (from, to) in [(OPTIONAL, CLASSICAL), (HYBRID, OPTIONAL), (OPTIONAL, OPTIONAL)] {
        world.refused("O0", order(from, to), 913);
    }
    world.folds();
}

#[test]
fn companion_missing_914_at_opening_and_execution() {
    let mut world = World::new();
    enacts(&mut world, Council::Sovereign, CLASSICAL, OPTIONAL);
    let change = step(&world, Council::Sovereign, OPTIONAL, HYBRID);
    for who in ["S0", "S1", "S2"] {
        assert_eq!(opens(&world, change), Some(914));
        world.applied(who, name_companion(who));
    }
    let proposal = world.carry("C0", &Action::Phase(phase::Action::SetPhase(change)));
    // The rotation drops what the old key had named.
    world.rotated("S1", "anna");
    world.refused("O0", execute(&proposal), 914);
    world.applied("anna", name_companion("anna"));
    world.execute("O0", &proposal);
    assert_eq!(phase(&world, Council::Sovereign), HYBRID);
    let third = step(&world, Council::Sovereign, HYBRID, POST_QUANTUM);
    world.enact("C0", &Action::Phase(phase::Action::SetPhase(third)));
    assert_eq!(phase(&world, Council::Sovereign), POST_QUANTUM);
    world.folds();
}

/// A seat of each council names one in every phase; nobody names two, and nobody another's.
#[test]
fn companion_named_915_used_916_and_109() {
    let mut world = World::new();
    world.applied("S0", name_companion("S0"));
    let held: Companion = world.cells.cell(&CellKey::Companion(seat("S0"))).unwrap().unwrap();
    assert_eq!(held, Companion { key: crate::world::key_named("S0"), companion: companion_of("S0") });
    world.refused("S0", name_companion("S0"), 915);
    world.refused("S0", name_companion("other"), 915);
    for who in ["S1", "M0", "A0"] {
        world.refused(who, name_companion("S0"), 916);
    }
    let outcome = world.act("S1", name_companion("S1"));
    assert_eq!(code_of(&outcome), (Some(109), true));
    world.rotated("S0", "anna");
    // Dropped, but not free for anybody.
    for who in ["anna", "S1"] {
        world.refused(who, name_companion("S0"), 916);
    }
    world.refused("S0", name_companion("S0"), 201);
    world.applied("anna", name_companion("anna"));
    world.folds();
}

/// Whoever follows in a hybrid council names a companion before anything else; a word against itself needs none.
#[test]
fn no_companion_917_until_it_is_named() {
    let mut world = hybrid();
    world.rotated("S1", "anna");
    let subject = world.open("S0", &pause(Scope::Everything, HOUR));
    world.refused("anna", crate::world::approve(&subject), 917);
    let order = Order::Council(council::Order::NameSuccessor { successor: crate::world::key_named("bert"), nonce: 1 });
    world.refused("anna", order, 917);
    let mut gives_up = world.clone();
    gives_up.applied("anna", Order::Council(council::Order::SuspendSelf));
    world.applied("anna", name_companion("anna"));
    world.approve(&["anna", "S0"], &subject);
    world.execute("O0", &subject);
    // Others are not concerned.
    world.applied("E0", Order::Council(council::Order::Heartbeat { nonce: 1 }));
    world.folds();
}

/// What comes from an account has no companion's signature beside it.
#[test]
fn phase_door_918() {
    let mut world = World::new();
    let heartbeat = |nonce| Order::Council(council::Order::Heartbeat { nonce });
    ["E0", "E1", "E2"].iter().for_each(|who| world.applied(who, name_companion(who)));
    enacts(&mut world, Council::Emergency, CLASSICAL, OPTIONAL);
    assert_eq!(code_of(&world.act("E0", heartbeat(1))), (None, true));
    enacts(&mut world, Council::Emergency, OPTIONAL, HYBRID);
    assert_eq!(code_of(&world.act("E0", heartbeat(2))), (Some(918), true));
    world.applied("E0", heartbeat(2));
    assert_eq!(
        code_of(&world.act("E1", Order::Council(council::Order::SuspendSelf))),
        (None, true),
        "giving up needs nothing"
    );
    world.folds();
}

/// A larger council keeps its phase, and whoever comes names a companion.
#[test]
fn a_reconstituted_council_keeps_its_phase() {
    let mut world = World::new();
    ["O0", "O1"].iter().for_each(|who| world.applied(who, name_companion(who)));
    enacts(&mut world, Council::Operator, CLASSICAL, OPTIONAL);
    enacts(&mut world, Council::Operator, OPTIONAL, HYBRID);
    let id = SeatId { council: Council::Operator, index: 2 };
    let added = vec![world.newcomer(id, "third-operator", "infra-operator-2")];
    let change = Reconstitute { council: Council::Operator, epoch: 0, size: 3, added, rows: Vec::new() };
    world.enact("P0", &Action::Council(council::Action::Reconstitute(change)));
    assert_eq!(phase(&world, Council::Operator), HYBRID);
    let accept = world.acceptance("third-operator");
    world.applied("third-operator", accept);
    world.wait(1);
    let drill = |nonce| {
        Order::Operation(operation::Order::FileDrill { kind: crate::world::label("phase"), report: REPORT, nonce })
    };
    world.refused("third-operator", drill(1), 917);
    world.applied("third-operator", name_companion("third-operator"));
    world.applied("third-operator", drill(1));
    world.folds();
}

/// Recovery goes on in a council whose companions are lost with its keys.
#[test]
fn a_hybrid_council_recovers() {
    let mut world = hybrid();
    let new = new_seat("anna", "justice", world.now + 100 * DAY);
    world.names.insert(new.key, "anna".into());
    let recover =
        Action::Council(council::Action::Recover { council: Council::Sovereign, epoch: 0, seats: vec![(1, new)] });
    world.enact("C0", &recover);
    let accept = world.acceptance("anna");
    world.applied("anna", accept);
    world.wait(1);
    world.applied("anna", name_companion("anna"));
    let subject = world.open("anna", &pause(Scope::Everything, HOUR));
    world.approve(&["anna", "S2"], &subject);
    world.execute("O0", &subject);
}

/// A hash of its own: not that of the bare key, and the algorithm is in it.
#[test]
fn companions_are_named_by_a_tagged_hash() {
    let key = [7; greatseal_protocol::phase::KEY_BYTES];
    assert_eq!(companion_hash(&key).0, hash::sha256(&[&[0x14, 3], &key]));
}
