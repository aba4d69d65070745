//! Recovery: a council that lost its quorum gets new keys from the others, in ten days, unless it says no.

use crate::world::{DAY, Opened, START, World, adopt, approve, execute, new_seat, reject, seat, veto};
use greatseal_protocol::{
    action::Action,
    cells::{CellKey, CellsMut},
    command::Order,
    council::{Council, SeatId},
    event::Event,
    genesis::NewSeat,
    language::{
        council, operation,
        proposal::{self, Open},
    },
    proposal::Cause,
    row::RowId,
    state::State,
};

/// New keys for these seats, named after them.
fn recover(world: &World, council: Council, indices: &[u8]) -> Action {
    let new = |index: &u8| {
        let id = SeatId { council, index: *index };
        let organisation = world.cells.seat(id).unwrap().organisation;
        let days = 90 + 8 * u64::from(*index);
        (*index, new_seat(&format!("new-{id}"), organisation.as_str(), world.now + days * DAY))
    };
    Action::Council(council::Action::Recover { council, epoch: 0, seats: indices.iter().map(new).collect() })
}

/// Seven of the ten other seats that may recover the Sovereign council.
const SEVEN: [&str; 7] = ["P0", "C0", "C1", "M0", "M1", "I0", "I1"];

fn approved(world: &mut World) -> Opened {
    let action = recover(world, Council::Sovereign, &[0, 1, 2]);
    let proposal = world.open("P0", &action);
    world.approve(&SEVEN, &proposal);
    proposal
}

#[test]
fn recovery_takes_seven_seats_and_ten_days() {
    let mut world = World::new();
    let action = recover(&world, Council::Sovereign, &[0, 1, 2]);
    for who in ["S0", "T0", "E0", "Pr:1-0", "O0", "A0"] {
        world.refused_action(who, &action, 206);
    }
    let proposal = world.open("P0", &action);
    world.approve(&SEVEN[..6], &proposal);
    world.refused("O0", execute(&proposal), 404);
    world.approve(&SEVEN[6..], &proposal);
    world.wait(10 * DAY - 1);
    world.refused("O0", execute(&proposal), 405);
    world.wait(1);
    world.execute("nobody", &proposal);
    assert_eq!(world.cells.council(Council::Sovereign).unwrap().epoch, 3, "one epoch a seat");
    for index in 0..3 {
        let name = format!("new-S{index}");
        world.names.insert(crate::world::key_named(&name), name.clone());
        let accept = world.acceptance(&name);
        world.applied(&name, accept);
        world.refused(format!("S{index}"), Order::Council(council::Order::SuspendSelf), 201);
    }
    world.wait(1);
    world.enact("new-S0", &crate::world::pause(greatseal_protocol::scope::Scope::Everything, DAY));
    world.folds();
}

/// The Sovereign's majority ends it, from its opening to the last second of the delay; one seat does not.
#[test]
fn rule_15_recovery_of_the_sovereign_is_stopped_by_its_majority_only() {
    for at in [0, 10 * DAY - 1] {
        let mut world = World::new();
        let proposal = approved(&mut world);
        world.wait(at);
        world.applied("S2", veto(&proposal));
        world.refused("S2", veto(&proposal), 402);
        for who in ["P0", "P1", "E0", "T0", "A0"] {
            world.refused(who, veto(&proposal), 204);
        }
        let mut alone = world.clone();
        alone.now = START + 10 * DAY;
        alone.execute("O0", &proposal);
        world.applied("S0", veto(&proposal));
        let Event::Proposal(proposal::Event::Rejected { cause, .. }) = world.records.last().unwrap().event else {
            panic!()
        };
        assert_eq!(cause, Cause::Veto);
        world.now = START + 10 * DAY;
        world.refused("O0", execute(&proposal), 408);
        world.folds();
    }
    // From its opening on, before anybody approved; and not when it may be executed.
    let mut world = World::new();
    let action = recover(&world, Council::Sovereign, &[0]);
    let proposal = world.open("C0", &action);
    world.clone().applied("S0", veto(&proposal));
    let proposal = approved(&mut world);
    world.wait(10 * DAY);
    world.refused("S0", veto(&proposal), 416);
}

/// The Policy council stops its recovery with both of its seats.
#[test]
fn recovery_of_policy_is_stopped_by_both_of_its_seats() {
    let mut world = World::new();
    let action = recover(&world, Council::Policy, &[0, 1]);
    for who in ["P0", "P1", "T0"] {
        world.refused_action(who, &action, 206);
    }
    let proposal = world.open("S0", &action);
    world.approve(&["S0", "S1", "S2", "C0", "C1", "C2"], &proposal);
    world.applied("P1", veto(&proposal));
    world.refused("S0", veto(&proposal), 204);
    world.approve(&["M0"], &proposal);
    let mut stopped = world.clone();
    stopped.applied("P0", veto(&proposal));
    stopped.wait(10 * DAY);
    stopped.refused("O0", execute(&proposal), 408);
    world.wait(10 * DAY);
    world.execute("O0", &proposal);
}

/// Other councils rotate in ten days: who sat there all the time goes on counting, who came has no part in it.
#[test]
fn rule_10_recovery_survives_other_rotations() {
    let mut world = World::new();
    let action = recover(&world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("P0", &action);
    world.approve(&["P0", "C0", "C1", "M0", "I0", "I1"], &proposal);
    world.rotated("C2", "carl");
    world.rotated("M0", "mary");
    world.refused("carl", approve(&proposal), 205);
    world.refused("mary", approve(&proposal), 205);
    // Mary's seat had approved: its approval left with the key. Two more are needed, not one.
    world.approve(&["P1"], &proposal);
    world.refused("O0", execute(&proposal), 404);
    world.approve(&["M1"], &proposal);
    world.wait(10 * DAY);
    world.execute("O0", &proposal);
    world.folds();
}

/// A rotation of the council itself is another story: whoever wants to recover it looks again.
#[test]
fn rule_10_recovery_does_not_survive_a_rotation_of_its_own_council() {
    let mut world = World::new();
    let proposal = approved(&mut world);
    world.rotated("S1", "sophie");
    world.now = START + 10 * DAY;
    world.refused("O0", execute(&proposal), 411);
}

/// A veto leaves with the key that gave it, and who comes later has none.
#[test]
fn rule_10_a_veto_is_not_inherited() {
    let mut world = World::new();
    let upgrade = world.open(
        "P0",
        &Action::Operation(operation::Action::SetBaseline {
            name: greatseal_protocol::parameter::Parameter::Inflight,
            previous: None,
            value: 1,
        }),
    );
    world.approve(&["P0", "T0", "T1"], &upgrade);
    world.applied("S1", veto(&upgrade));
    world.rotate("S1", "sophie");
    let now = world.now;
    world.poke("S1", |held| held.accepted = Some(now + 1));
    world.wait(2);
    world.refused("sophie", veto(&upgrade), 205);
    world.applied("S0", veto(&upgrade));
    world.clone().applied("S2", veto(&upgrade));
    world.now = START + 3_600;
    world.execute("O0", &upgrade);
}

/// Rejections by those who vote end a recovery when seven are no longer possible.
#[test]
fn recovery_is_rejected_when_seven_are_no_longer_possible() {
    let mut world = World::new();
    let action = recover(&world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("P0", &action);
    for who in ["C0", "M0", "I0"] {
        world.applied(who, reject(&proposal));
    }
    world.approve(&["P0"], &proposal);
    world.applied("I1", reject(&proposal));
    assert!(matches!(
        world.records.last().unwrap().event,
        Event::Proposal(proposal::Event::Rejected { cause: Cause::Decisions, .. })
    ));
}

/// A council that has become smaller in the ten days: who rejected and is gone is not taken off those who are left.
#[test]
fn rejects_of_seats_that_are_no_more_end_no_recovery() {
    let mut world = World::new();
    let action = recover(&world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("P0", &action);
    let mut cell = world.cells.proposal(proposal.id).unwrap();
    let tally = cell.tallies.iter_mut().find(|tally| tally.council == Council::Identity).unwrap();
    tally.reject = 0b1_1000;
    world.cells.put(&CellKey::proposal(proposal.id), &cell);
    for who in ["C0", "M0", "I0"] {
        world.applied(who, reject(&proposal));
    }
    assert!(matches!(world.records.last().unwrap().event, Event::Proposal(proposal::Event::Decided { .. })));
    world.applied("I1", reject(&proposal));
    assert!(matches!(
        world.records.last().unwrap().event,
        Event::Proposal(proposal::Event::Rejected { cause: Cause::Decisions, .. })
    ));
}

#[test]
fn seats_607_precondition_411_and_rows_305_of_a_recovery() {
    let mut world = World::new();
    let sound = recover(&world, Council::Sovereign, &[0, 1]);
    type Change = fn(&mut Council, &mut u32, &mut Vec<(u8, NewSeat)>);
    let cases: [(Change, u16); 6] = [
        (|_, _, seats| seats.clear(), 607),
        (|_, _, seats| seats.swap(0, 1), 607),
        (|_, _, seats| seats[1].0 = 0, 607),
        (|_, _, seats| seats[1].0 = 3, 607),
        (|_, epoch, _| *epoch = 1, 411),
        (|council, _, _| *council = Council::Technical, 305),
    ];
    for (at, (change, code)) in cases.into_iter().enumerate() {
        let Action::Council(council::Action::Recover { mut council, mut epoch, mut seats }) = sound.clone() else {
            panic!()
        };
        change(&mut council, &mut epoch, &mut seats);
        let action = Action::Council(council::Action::Recover { council, epoch, seats });
        let outcome = crate::world::code_of(&{
            let open = world.opening("P0", &action);
            world.order("P0", Order::Proposal(proposal::Order::Open(Box::new(open))))
        });
        assert_eq!(outcome, (Some(code), true), "case {at}");
    }
    // Under the other council's row.
    let open = Open { row: RowId::RECOVER_POLICY, ..world.opening("C0", &sound) };
    world.refused("C0", Order::Proposal(proposal::Order::Open(Box::new(open))), 305);
}

// Vetoes of other rows

/// What has a delay is stopped by two of the Sovereign while it runs; what has none, or has no quorum, is not.
#[test]
fn no_veto_416_but_while_the_delay_runs() {
    let mut world = World::new();
    let baseline = Action::Operation(operation::Action::SetBaseline {
        name: greatseal_protocol::parameter::Parameter::Inflight,
        previous: None,
        value: 1,
    });
    let proposal = world.open("P0", &baseline);
    world.refused("S0", veto(&proposal), 416);
    world.approve(&["P0", "T0", "T1"], &proposal);
    world.refused("P1", veto(&proposal), 204);
    let wrong = Opened { digest: greatseal_protocol::bytes::ProposalDigest([0; 32]), ..proposal.clone() };
    world.refused("S0", veto(&wrong), 401);
    world.applied("S0", veto(&proposal));
    world.wait(3_599);
    let mut stopped = world.clone();
    stopped.applied("S1", veto(&proposal));
    stopped.refused("S2", veto(&proposal), 408);
    stopped.wait(1);
    stopped.refused("O0", execute(&proposal), 408);
    world.wait(1);
    world.refused("S1", veto(&proposal), 416);
    world.execute("O0", &proposal);
    world.refused("S1", veto(&proposal), 409);
    // No delay, no veto.
    let text = world.carry("P0", &adopt("charter"));
    world.refused("S0", veto(&text), 416);
    // A veto of a seat that is set aside does not count any more.
    let again = world.carry(
        "P0",
        &Action::Operation(operation::Action::SetBaseline {
            name: greatseal_protocol::parameter::Parameter::CacheTtl,
            previous: None,
            value: 1,
        }),
    );
    world.applied("S0", veto(&again));
    world.enact("E0", &crate::world::suspend("S0"));
    world.applied("S1", veto(&again));
    assert!(world.cells.seat(seat("S0")).unwrap().suspended(world.now));
    world.wait(3_600);
    world.execute("O0", &again);
}
