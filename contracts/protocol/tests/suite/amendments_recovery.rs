//! Recovery outlasts thieves: stolen keys against seven other seats, with the natural order of reactions.

use crate::{
    fixture::new_seat,
    world::{
        DAY, HOUR, Opened, REASON, START, World, approve, execute, key_named, lift, reinstate, reject, seat, suspend,
        veto,
    },
};
use greatseal_protocol::{
    action::Action, council::Council, event::Event, language::council, proposal_id::ProposalId, scope::Scope,
    state::State,
};

/// Seven of the ten other seats that may recover the Sovereign council.
const SEVEN: [&str; 7] = ["P0", "P1", "C0", "C1", "C2", "I0", "I1"];

/// New keys for the two stolen seats.
fn recovery(world: &World) -> Action {
    let new = |index: u8, name: &str, organisation: &str| {
        (index, new_seat(name, organisation, world.now + (90 + 8 * u64::from(index)) * DAY))
    };
    let seats = vec![new(0, "sara", "cabinet"), new(1, "sven", "justice")];
    Action::Council(council::Action::Recover { council: Council::Sovereign, epoch: 0, seats })
}

fn recovered(world: &mut World) -> Opened {
    let action = recovery(world);
    let proposal = world.open("P0", &action);
    world.approve(&SEVEN, &proposal);
    proposal
}

fn prolong(who: &str, recovery: ProposalId) -> Action {
    Action::Council(council::Action::Suspend {
        seat: seat(who),
        key: key_named(who),
        reason: REASON,
        recovery: Some(recovery),
    })
}

/// Done by these two of Emergency at once.
fn set_aside(world: &mut World, who: [&str; 2], action: &Action) {
    let proposal = world.open(who[0], action);
    world.approve(&who, &proposal);
    world.execute("nobody", &proposal);
}

/// The new keys sit.
fn heals(world: &mut World, proposal: &Opened) {
    world.execute("nobody", proposal);
    for (who, name) in [("S0", "sara"), ("S1", "sven")] {
        assert_eq!(world.cells.seat(seat(who)).unwrap().key, key_named(name));
        world.names.insert(key_named(name), name.into());
        let accept = world.acceptance(name);
        world.applied(name, accept);
    }
    world.wait(1);
    world.enact("sara", &crate::world::pause(Scope::Everything, HOUR));
    world.folds();
}

/// Two of the Sovereign and one of the Treasury: a seat of the Treasury was given to the recovery's new key.
#[test]
fn recovery_outlasts_thieves_who_seat_its_key() {
    let mut world = World::new();
    let proposal = recovered(&mut world);
    // The worst case: nobody was set aside meanwhile, and three stolen keys rotate M1 to the key that shall recover S0.
    world.wait(DAY);
    let thieves = world.rotation("M1", "sara");
    let stolen = world.open("M0", &thieves);
    world.approve(&["S0", "S1", "M0"], &stolen);
    world.wait(HOUR);
    world.execute("S0", &stolen);
    assert_eq!(world.cells.seat(seat("M1")).unwrap().key, key_named("sara"));
    // Emergency has set one of the two aside, once, so that their vetoes are none.
    set_aside(&mut world, ["E0", "E1"], &suspend("S0"));
    world.applied("S1", veto(&proposal));
    world.now = START + 10 * DAY;
    heals(&mut world, &proposal);
    let vacated = world.records.iter().find_map(|record| match record.event {
        Event::Council(council::Event::SeatVacated { seat, key, .. }) => Some((seat, key)),
        _ => None,
    });
    assert_eq!(vacated, Some((seat("M1"), key_named("sara"))));
    // The vacant seat is nobody's; its council gives it to somebody by a rotation like any other.
    assert!(world.cells.seat(seat("M1")).unwrap().vacant);
    let rotation = world.rotation("M1", "mona");
    let given = world.open("sara", &rotation);
    world.approve(&["sara", "sven", "M0"], &given);
    world.wait(HOUR);
    world.execute("nobody", &given);
    let accept = world.acceptance("mona");
    world.applied("mona", accept);
    assert_eq!(world.cells.seat_of(&key_named("sara")), Ok(Some(seat("S0"))), "what she has is hers");
    world.folds();
}

/// Two of the Sovereign, one of any other council, one of Emergency: set aside at once, approvals later, prolonged.
#[test]
fn recovery_outlasts_thieves_with_the_natural_order_of_reactions() {
    for third in ["M0", "P0", "I2"] {
        let mut world = World::new();
        // The thieves are first: they silence an Emergency seat; the third stolen one of Emergency says no.
        let silenced = world.open("S0", &suspend("E1"));
        world.approve(&["S0", "S1"], &silenced);
        world.execute("S0", &silenced);
        let proposal = world.open("E1", &suspend("S0"));
        world.applied("E0", reject(&proposal));
        world.approve(&["E1", "E2"], &proposal);
        world.execute("nobody", &proposal);
        // About anything else she is silent.
        world.refused("E1", approve(&proposal), 409);
        world.refused_action("E1", &suspend("T0"), 202);
        // Seven approvals take four days; the seat of a thief among them does not count on anybody.
        world.wait(4 * DAY);
        let action = recovery(&world);
        let recovery = world.open("C0", &action);
        let honest = ["P0", "P1", "C0", "C1", "C2", "M0", "M1", "I0", "I1", "I2"];
        let seven: Vec<&str> = honest.into_iter().filter(|who| *who != third).take(7).collect();
        // Before its quorum stands, nothing is prolonged.
        world.refused_action("E1", &prolong("S0", recovery.id), 608);
        world.approve(&seven, &recovery);
        world.refused_action("E1", &prolong("S1", recovery.id), 601);
        world.refused_action("E2", &prolong("T0", recovery.id), 608);
        // What two Sovereign keys and another can do takes both of them, and one is set aside all the time.
        world.refused("S0", veto(&recovery), 202);
        world.applied("S1", veto(&recovery));
        for (day, done) in [(6, false), (12, false), (14, true)] {
            world.now = START + day * DAY;
            if !done {
                set_aside(&mut world, ["E1", "E2"], &prolong("S0", recovery.id));
                assert_eq!(world.cells.seat(seat("S0")).unwrap().suspension.unwrap().until, world.now + 7 * DAY);
            }
            world.refused_action("S0", &lift(Scope::Everything, recovery.id), 202);
        }
        heals(&mut world, &recovery);
    }
}

/// Two stolen keys of the Sovereign waited out the one suspension of each, and vetoed the next recovery for ever.
#[test]
fn recovery_outlasts_thieves_who_wait() {
    let mut world = World::new();
    set_aside(&mut world, ["E0", "E1"], &suspend("S0"));
    world.wait(8 * DAY);
    set_aside(&mut world, ["E0", "E1"], &suspend("S1"));
    world.wait(8 * DAY);
    // Both are back, and cannot be set aside again.
    world.refused_action("E0", &suspend("S0"), 603);
    world.refused_action("E0", &suspend("S1"), 603);
    let proposal = recovered(&mut world);
    for who in ["S0", "S1"] {
        world.applied(who, veto(&proposal));
    }
    // Whom the Sovereign council has reinstated has a voice again.
    let mut other = World::new();
    set_aside(&mut other, ["E0", "E1"], &suspend("S2"));
    let back = other.open("S0", &reinstate("S2"));
    other.approve(&["S0", "S1"], &back);
    other.execute("S0", &back);
    let vetoed = recovered(&mut other);
    other.applied("S2", veto(&vetoed));
    other.applied("S1", veto(&vetoed));
    other.wait(10 * DAY);
    other.refused("O0", execute(&vetoed), 408);
    // Two weeks later the thieves would be heard again.
    let mut late = world.clone();
    late.wait(10 * DAY);
    heals(&mut late, &proposal);
    let mut late = world;
    late.applied("P0", reject(&proposal));
    late.wait(14 * DAY);
    let again = recovered_again(&mut late);
    late.applied("S0", veto(&again));
    late.applied("S1", veto(&again));
    late.wait(10 * DAY);
    late.refused("O0", execute(&again), 408);
    late.folds();
}

fn recovered_again(world: &mut World) -> Opened {
    let action = recovery(world);
    let proposal = world.open("C0", &action);
    world.approve(&SEVEN, &proposal);
    proposal
}

/// A holder and an organisation stand in a recovery's way no more than a key does.
#[test]
fn recovery_outlasts_thieves_who_take_holder_or_organisation() {
    let mut world = World::new();
    let proposal = recovered(&mut world);
    // The person who shall sit in S0, under a key that nobody accepts; and the cabinet as an operator.
    let rotation = world.rotation("M1", "other");
    let Action::Council(council::Action::Rotate { seat: id, previous, mut new }) = rotation else { panic!() };
    new.holder = crate::fixture::holder_of("sara");
    let stolen = world.open("M0", &Action::Council(council::Action::Rotate { seat: id, previous, new }));
    world.approve(&["S0", "S1", "M0"], &stolen);
    world.wait(HOUR);
    world.execute("S0", &stolen);
    set_aside(&mut world, ["E0", "E1"], &suspend("S0"));
    world.now = START + 10 * DAY;
    // The key that was to take the seat does not, once it is vacant.
    let accept = world.acceptance("other");
    heals(&mut world, &proposal);
    world.refused("other", accept, 201);
}

/// A thief's four proposals blocked the slots of the seat's new key for a week.
#[test]
fn a_seat_cleans_up() {
    let mut world = World::new();
    let mut left = Vec::new();
    for _ in 0..4 {
        let action = recovery(&world);
        left.push(world.open("P0", &action));
    }
    world.approve(&["P0"], &left[0]);
    world.approve(&["P1", "C0", "C1", "C2", "M0", "I0", "I1"], &left[3]);
    world.rotated("P0", "petra");
    // The first three are hers to cancel, and make room by themselves; the one that seven have approved is not.
    world.applied("petra", crate::world::cancel(&left[0]));
    world.refused("petra", crate::world::cancel(&left[3]), 415);
    world.refused("P1", crate::world::cancel(&left[1]), 206);
    let action = crate::world::adopt("charter");
    for slot in [0, 1, 2] {
        assert_eq!(world.open("petra", &action).id.slot, slot);
    }
    for gone in &left[..3] {
        world.refused("P1", approve(gone), 400);
    }
    let open = world.opening("petra", &action);
    let open = greatseal_protocol::language::proposal::Order::Open(Box::new(open));
    world.refused("petra", greatseal_protocol::command::Order::Proposal(open), 412);
    assert!(world.cells.proposal(left[3].id).is_ok(), "what seven have approved is left alone");
    world.folds();
}

/// Strangers wrote "presidency 9-9-9" into the deployment log.
#[test]
fn the_log_is_the_executors() {
    use crate::world::{execute_with, label};
    use greatseal_protocol::{
        command::Order,
        language::proposal::{self, Execute},
    };
    let mut world = World::new();
    let log = |world: &World| {
        let executed = world.records.iter().rev().find_map(|record| match &record.event {
            Event::Proposal(proposal::Event::Executed { log, .. }) => Some(log.clone()),
            _ => None,
        });
        executed.unwrap()
    };
    let says = |proposal: &Opened, version: &str| {
        let Order::Proposal(proposal::Order::Execute(sound)) = execute_with(proposal, proposal.action.clone()) else {
            panic!("an execution")
        };
        let execute = Execute { version: label(version), sbom: REASON, ..*sound };
        Order::Proposal(proposal::Order::Execute(Box::new(execute)))
    };
    let lifted = world.carry("E0", &crate::world::pause(Scope::Everything, HOUR));
    // Of anyone, with a key that sits too, nothing is written down.
    let order = says(&lifted, "9-9-9");
    let mut other = world.clone();
    let command = greatseal_protocol::command::Command {
        capacity: greatseal_protocol::command::Capacity::Anyone,
        expiry: other.now + 60,
        order: order.clone(),
    };
    let bytes = other.seal_as("O0", command);
    other.submit(&bytes);
    let mut stranger = world.clone();
    stranger.applied("nobody", order.clone());
    for world in [&other, &stranger] {
        let log = log(world);
        assert_eq!((log.operator, log.version), (None, None));
        assert_eq!(log.sbom, greatseal_protocol::bytes::ReferenceHash([0; 32]));
    }
    // Of a seat it is the seat's organisation, and what it gives.
    world.applied("O1", order);
    let log = log(&world);
    assert_eq!((log.operator, log.version, log.sbom), (Some(label("infra-operator")), Some(label("9-9-9")), REASON));
    world.folds();
}
