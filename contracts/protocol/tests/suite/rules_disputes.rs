//! 64x: disputes have clocks that are shown; being late is on record and changes nothing by itself.

use crate::world::{self, DAY, HOUR, MINUTE, World, dispute, dispute_of, doubtful, execute, suspend};
use greatseal_protocol::{
    action::Action,
    bytes::{ManifestHash, ReferenceHash},
    cells::{CellKey, Cells},
    command::Order,
    council::Council,
    dispute::{Dispute, DisputeId, Resolution, Subject},
    event::Event,
    language::{council, dispute},
    state::State,
};

const SUBJECT: Subject = Subject::Other(ReferenceHash([0xD1; 32]));

fn own() -> DisputeId {
    dispute_of("A0", SUBJECT)
}

fn open() -> Order {
    dispute(SUBJECT)
}

fn acknowledge() -> Order {
    world::acknowledge(own())
}

fn triage() -> Order {
    world::triage(own())
}

fn retract() -> Order {
    world::retract(SUBJECT)
}

fn extend(previous: u64, until: u64) -> Action {
    world::extend(own(), previous, until)
}

fn resolve(world: &World) -> Action {
    world::resolve(&world.cells, own(), Resolution::Upheld)
}

fn disputed() -> World {
    let mut world = World::new();
    world.applied("A0", open());
    world
}

fn held(world: &World) -> Dispute {
    world.cells.dispute(own()).unwrap().unwrap()
}

#[test]
fn acknowledged_by_those_who_answer_then_triaged_644() {
    let mut world = World::new();
    for order in [acknowledge(), triage(), retract()] {
        let who = if order == acknowledge() { "O0" } else { "A0" };
        world.refused(who, order, 641);
    }
    world.applied("A0", open());
    world.refused("A1", triage(), 644);
    for who in ["A0", "E0", "X0", "Pr:1-0"] {
        world.refused(who, acknowledge(), 204);
    }
    world.applied("O0", acknowledge());
    world.refused("S0", acknowledge(), 643);
    for who in ["O0", "S0"] {
        world.refused(who, triage(), 204);
    }
    world.refused_action("S0", &extend(0, world.now + DAY), 644);
    // Whoever looks is of another organisation than whoever disputes, as long as there is one that can act.
    world.refused("A0", triage(), 208);
    let mut alone = world.clone();
    alone.enact("E0", &suspend("A1"));
    alone.applied("A0", triage());
    world.applied("A1", triage());
    world.refused("A0", triage(), 645);
    world.folds();
}

#[test]
fn the_clocks_are_an_hour_a_day_and_a_day() {
    for (acknowledged, triaged, late) in
        [(HOUR - 1, DAY - 1, [false, false]), (HOUR, DAY - 1, [true, false]), (HOUR - 1, DAY, [false, true])]
    {
        let mut world = disputed();
        let start = world.now;
        assert_eq!(held(&world).decide_by(), start + 2 * DAY);
        world.now = start + acknowledged;
        world.applied("S0", acknowledge());
        world.now = start + triaged;
        world.applied("A1", triage());
        let shown: Vec<bool> = world
            .records
            .iter()
            .filter_map(|record| match record.event {
                Event::Dispute(dispute::Event::DisputeAcknowledged { late, .. })
                | Event::Dispute(dispute::Event::DisputeTriaged { late, .. }) => Some(late),
                _ => None,
            })
            .collect();
        assert_eq!(shown, late);
        let due = held(&world).decide_by();
        assert_eq!(due, start + triaged + DAY);
        assert_eq!(held(&world).late(due - 1), late != [false, false]);
        assert!(held(&world).late(due));
        // Late or not, it is answered like any other.
        world.now = due + DAY;
        world.enact("S0", &resolve(&world));
        assert_eq!(held(&world).closed(), Some(world.now));
        world.folds();
    }
}

#[test]
fn an_extension_has_a_reason_and_an_end() {
    let mut world = disputed();
    world.applied("O0", acknowledge());
    world.applied("A1", triage());
    let due = held(&world).decide_by();
    world.refused_action("S0", &extend(due + 1, due + DAY), 411);
    let without = Action::Dispute(dispute::Action::Extend {
        dispute: own(),
        previous: due,
        until: due + DAY,
        reason: ReferenceHash([0; 32]),
    });
    world.refused_action("S0", &without, 413);
    for until in [0, due, world.now + 14 * DAY + 1] {
        world.refused_action("S0", &extend(due, until), 303);
    }
    let (one, two) = (world.carry("S0", &extend(due, due + DAY)), world.carry("S1", &extend(due, due + 2 * DAY)));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 411);
    assert_eq!(held(&world).decide_by(), due + DAY);
    // Too late it can still be given more time, and the record says so.
    world.now = due + DAY;
    world.enact("S0", &extend(due + DAY, due + 3 * DAY));
    let late = world.records.iter().rev().find_map(|record| match record.event {
        Event::Dispute(dispute::Event::DisputeExtended { late, .. }) => Some(late),
        _ => None,
    });
    assert_eq!(late, Some(true));
    world.enact("S0", &resolve(&world));
    world.refused_action("S0", &extend(due + 3 * DAY, due + 4 * DAY), 641);
    world.folds();
}

#[test]
fn retracted_by_who_opened_it() {
    let mut world = disputed();
    // Nobody else has this dispute.
    world.refused("A1", retract(), 641);
    world.refused("S0", retract(), 641);
    world.wait(DAY);
    let answer = world.carry("S0", &resolve(&world));
    world.wait(MINUTE);
    world.applied("A0", retract());
    world.refused("A0", retract(), 641);
    world.refused("O0", execute(&answer), 641);
    assert_eq!((held(&world).retracted, held(&world).resolved), (Some(world.now), None));
    world.folds();
}

/// The attack: an answer that waits for its execution answers the seat's next dispute, which nobody has read.
#[test]
fn an_answer_411_is_to_the_dispute_that_was_there() {
    let mut world = disputed();
    world.wait(DAY);
    let answer = world.carry("S0", &resolve(&world));
    world.applied("A0", retract());
    world.wait(HOUR);
    world.applied("A0", open());
    world.refused("O0", execute(&answer), 411);
    world.refused_action("S0", &answer.action, 411);
    world.wait(DAY);
    world.enact("S0", &resolve(&world));
    world.folds();
}

/// A council that has become smaller has no doubts of seats that it has no more; of a seat that never was there is none.
#[test]
fn no_dispute_641_of_a_seat_that_is_not_there() {
    let mut world = World::new();
    world.applied("A1", open());
    let theirs = dispute_of("A1", SUBJECT);
    let smaller = council::Reconstitute { council: Council::Auditor, epoch: 0, size: 1, added: vec![], rows: vec![] };
    world.refused("O0", world::acknowledge(DisputeId { seat: "A9".parse().unwrap(), ..theirs }), 641);
    world.enact("S0", &Action::Council(council::Action::Reconstitute(smaller)));
    world.refused("O0", world::acknowledge(theirs), 641);
    world.refused_action("S0", &world::resolve(&world.cells, theirs, Resolution::Upheld), 641);
    world.folds();
}

/// The envelope that opened it lives an hour at most: nobody opens it again with that.
#[test]
fn just_closed_646_until_no_old_envelope_counts() {
    let mut world = World::new();
    let command = greatseal_protocol::command::Command { expiry: world.now + HOUR, ..world.command("A0", open()) };
    let old = world.seal_as("A0", command);
    world.submit(&old);
    world.applied("A0", retract());
    world.refused_bytes(&old, 646);
    world.wait(HOUR - 1);
    world.refused_bytes(&old, 646);
    world.wait(1);
    world.ignored_bytes(&old, 106);
    world.applied("A1", open());
    world.folds();
}

#[test]
fn too_many_disputes_642_of_one_seat() {
    let mut world = World::new();
    let about = |at: u8| dispute(doubtful(at));
    (1..=16).for_each(|at| world.applied("A0", about(at)));
    world.refused("A0", about(17), 642);
    world.applied("A1", about(17));
    world.applied("A0", world::retract(doubtful(3)));
    world.applied("A0", about(18));
    world.refused("A0", about(19), 642);
    // Subjects of another kind are counted by themselves: batches are not shut out by doubts about papers.
    world.applied("A0", dispute(Subject::Batch(ManifestHash([1; 32]))));
    world.folds();
}

/// Three proposals of the author wait, and of each council that decided about them a seat is set aside since: whether
/// they stand is to be counted again, from every seat.
#[test]
fn an_author_with_disturbed_proposals_opens_another_one() {
    let mut world = World::new();
    for seat in ["T0", "C0", "I0"] {
        let action = world.rotation(seat, &format!("{seat} anew"));
        world.carry("S0", &action);
    }
    for seat in ["S2", "T1", "C1", "I1"] {
        world.enact("E0", &suspend(seat));
    }
    world.wait(1);
    world.applied("A0", dispute(doubtful(1)));
    world.open("S0", &world::resolve(&world.cells, dispute_of("A0", doubtful(1)), Resolution::Dismissed));
    let slots = (0..4).filter(|slot| world.cells.load(&CellKey::Proposal("S0".parse().unwrap(), *slot)).is_some());
    assert_eq!(slots.count(), 4);
}
