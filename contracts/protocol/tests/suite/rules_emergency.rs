//! 5xx, 601 to 604: pauses and their caps, the duty to review them, modes, suspensions, what nothing blocks.

use crate::world::{
    DAY, HOUR, INCIDENT, MINUTE, Opened, REASON, REPORT, START, WEEK, World, adopt, approve, code_of, execute,
    key_named, pause, pause_for, reinstate, seat, set_mode, suspend,
};
use greatseal_protocol::{
    action::Action,
    bytes::{IncidentId, ReferenceHash},
    cells::{CellKey, CellsMut},
    command::Order,
    council::{Council, Suspender},
    emergency::{MOST_DUTIES, Use},
    event::Event,
    language::{
        council, emergency, operation,
        proposal::{self, Open},
    },
    row::RowId,
    scope::{Mode, Scope, Severity},
    state::State,
};

const OTHER: IncidentId = IncidentId([9; 16]);

fn consent(world: &World, scope: Scope) -> Action {
    let set_by = world.due(scope);
    let evidence = ReferenceHash([6; 32]);
    Action::Emergency(emergency::Action::Consent { scope, set_by, incident: INCIDENT, evidence })
}

fn until(world: &World, scope: Scope) -> u64 {
    world.cells.paused(scope, world.now).unwrap().map_or(0, |pause| pause.until)
}

/// Under this row, whatever row the helper would choose.
fn under(world: &mut World, who: &str, row: RowId, action: &Action) -> Option<u16> {
    let open = Open { row, ..world.opening(who, action) };
    let cell = world.cells.row(row).unwrap();
    let open = Open { approve_within: cell.approve_by, execute_within: cell.window, ..open };
    code_of(&world.order(who, Order::Proposal(proposal::Order::Open(Box::new(open))))).0
}

// Caps

/// One pause has an hour at most; the Sovereign's seventy-two; a micronode's half an hour.
#[test]
fn rule_14_pause_cap_501_of_one_pause() {
    for (mut world, who, most) in [
        (World::new(), "E0", HOUR),
        (World::new(), "S0", 72 * HOUR),
        (World::micronode(), "S0", HOUR / 2),
        (World::micronode(), "S1", HOUR / 2),
    ] {
        world.refused_action(who, &pause(Scope::Upgrades, 0), 501);
        world.refused_action(who, &pause(Scope::Upgrades, most + 1), 501);
        world.enact(who, &pause(Scope::Upgrades, most));
        assert_eq!(until(&world, Scope::Upgrades), world.now + most);
    }
}

/// The same of modes.
#[test]
fn rule_14_pause_cap_501_of_one_mode() {
    for (who, most) in [("E0", HOUR), ("S0", 72 * HOUR)] {
        let mut world = World::new();
        world.refused_action(who, &set_mode(Mode::ReadOnly, 0), 501);
        world.refused_action(who, &set_mode(Mode::ReadOnly, most + 1), 501);
        world.enact(who, &set_mode(Mode::ReadOnly, most));
        assert_eq!(world.cells.mode(world.now).unwrap().unwrap().until, world.now + most);
        world.wait(most);
        assert_eq!(world.cells.mode(world.now), Ok(None));
    }
}

/// Uses the four hours up, prolonging before each end; returns the second in which the last ends.
fn exhausted(world: &mut World, scope: Scope) -> u64 {
    world.paused(scope, HOUR);
    for _ in 0..3 {
        // The last second in which it is still in force.
        world.now = until(world, scope) - 1;
        let rest = until(world, scope) - world.now;
        world.paused(scope, HOUR);
        assert_eq!(until(world, scope), world.now + HOUR);
        assert_eq!(rest, 1);
    }
    // Three seconds are left, because each prolongation began a second early.
    until(world, scope)
}

#[test]
fn rule_14_four_hours_in_any_seven_days() {
    let mut world = World::new();
    let scope = Scope::Upgrades;
    let end = exhausted(&mut world, scope);
    assert_eq!(world.cells.used(Some(scope)).unwrap().sum(world.now), 4 * 3_600 - 3);
    world.now = end - 1;
    world.refused_action("E0", &pause(scope, 5), 501);
    world.now = end;
    world.reviewed(INCIDENT, scope);
    // Not within seven days of the end, however short.
    for now in [end, end + DAY, end + WEEK - 5] {
        world.now = now;
        world.refused_action("E0", &pause(scope, 4), 501);
        // Everything overlaps with all; other scopes do not.
        world.refused_action("E0", &pause(Scope::Everything, 4), 501);
        let mut other = world.clone();
        other.paused(Scope::Route(1), HOUR);
        // The Sovereign is not counted.
        other.enact("S0", &pause(scope, 72 * HOUR));
    }
    // And within seven days and one bucket, for certain.
    world.now = end + WEEK + Use::BUCKET;
    world.paused(scope, HOUR);
    world.folds();
}

/// In nine buckets of 21 hours no second is forgotten before seven days have passed since the end of its pause.
#[test]
fn rule_14_no_use_is_forgotten_too_soon() {
    for offset in [0, 1, Use::BUCKET / 2, Use::BUCKET - 1] {
        let end = 40_000 * Use::BUCKET + offset;
        let used = Use::default().charged(3_600, end);
        let mut forgotten = 0;
        for late in 0..=8 * DAY / 60 {
            let at = end + late * 60;
            match used.sum(at) {
                0 => forgotten = if forgotten == 0 { at - end } else { forgotten },
                sum => assert!(sum == 3_600 && forgotten == 0, "{sum} at +{late} min"),
            }
        }
        assert!((WEEK..WEEK + Use::BUCKET + 60).contains(&forgotten), "{offset}: {forgotten}");
        // It never goes back, and a gap of many years forgets all of it.
        assert_eq!(used.moved_to(end - WEEK), used);
        assert_eq!(used.sum(u64::MAX), 0);
    }
}

/// `everything` overlaps with all: what was used anywhere counts against it, and the other way round.
#[test]
fn rule_14_everything_overlaps_with_all() {
    let mut world = World::new();
    for route in 1..=4 {
        world.paused(Scope::Route(route), HOUR);
    }
    world.refused_action("E0", &pause(Scope::Everything, 1), 501);
    world.refused_action("E0", &set_mode(Mode::Limited, 1), 501);
    let mut world = World::new();
    world.enact("E0", &set_mode(Mode::Limited, HOUR));
    world.paused(Scope::Everything, HOUR);
    world.wait(HOUR / 2);
    world.paused(Scope::Everything, HOUR);
    // Two and a half hours are used.
    world.paused(Scope::Upgrades, HOUR);
    world.paused(Scope::Route(1), HOUR);
    world.wait(HOUR / 2);
    world.refused_action("E0", &pause(Scope::Everything, HOUR), 501);
    assert_eq!(world.cells.used(None).unwrap().sum(world.now), 9 * 1_800);
}

/// Single accounts are frozen without being counted, each an hour at a time, each with its review.
#[test]
fn single_accounts_are_not_counted() {
    let mut world = World::new();
    for account in 0..20 {
        world.paused(Scope::Account([account; 32]), HOUR);
    }
    assert_eq!(world.cells.used(None).unwrap(), Use::default());
    world.paused(Scope::Everything, HOUR);
    world.wait(HOUR);
    world.refused_action("E0", &pause(Scope::Account([3; 32]), HOUR), 502);
    world.reviewed(INCIDENT, Scope::Account([3; 32]));
    world.paused(Scope::Account([3; 32]), HOUR);
    world.folds();
}

/// A prolongation that adds nothing uses nothing, and makes nothing forgotten.
#[test]
fn rule_14_a_prolongation_of_nothing_forgets_nothing() {
    let mut world = World::new();
    let end = exhausted(&mut world, Scope::Everything);
    world.now = end;
    world.reviewed(INCIDENT, Scope::Everything);
    world.wait(5 * DAY);
    world.enact("S0", &pause(Scope::Everything, 72 * HOUR));
    let before = world.cells.used(None).unwrap();
    world.paused(Scope::Everything, HOUR);
    assert_eq!(world.cells.used(None).unwrap(), before);
    world.refused_action("E0", &pause(Scope::Route(1), 60), 501);
}

/// The Sovereign's pause has no cap over time and asks for no review: it is renewed as long as it takes.
#[test]
fn rule_15_the_sovereign_pauses_when_emergency_is_lost() {
    let mut world = World::new();
    for _ in 0..5 {
        world.enact("S0", &pause(Scope::Everything, 72 * HOUR));
        assert_eq!(until(&world, Scope::Everything), world.now + 72 * HOUR);
        world.wait(72 * HOUR - 60);
    }
    assert_eq!(world.cells.duty(Scope::Everything), Ok(None));
    assert_eq!(world.cells.used(None).unwrap(), Use::default());
}

// Reviews

/// After a pause ends, the next on an overlapping scope waits for the review, filed and attested.
#[test]
fn rule_14_review_due_502_until_it_is_filed_and_attested() {
    let mut world = World::new();
    let scope = Scope::Upgrades;
    world.paused(scope, HOUR);
    world.wait(HOUR - 1);
    // While it runs it is prolonged without.
    let mut running = world.clone();
    running.paused(scope, HOUR);
    world.wait(1);
    for overlapping in [scope, Scope::Everything] {
        world.refused_action("E0", &pause(overlapping, HOUR), 502);
    }
    world.refused_action("E0", &set_mode(Mode::Limited, HOUR), 502);
    world.clone().paused(Scope::Route(1), HOUR);
    world.applied("E1", world.file_review(scope, INCIDENT));
    world.refused_action("E0", &pause(scope, HOUR), 502);
    world.applied("A1", world.attest_review(scope, INCIDENT));
    assert_eq!(world.cells.duty(scope), Ok(None));
    world.paused(scope, HOUR);
    world.folds();
}

#[test]
fn reviews_504_505_506_507_411_and_who_may() {
    let mut world = World::new();
    let scope = Scope::Upgrades;
    world.refused("E0", world.file_review(scope, INCIDENT), 504);
    world.refused("A0", world.attest_review(scope, INCIDENT), 504);
    world.paused(scope, HOUR);
    world.refused("E0", world.file_review(scope, OTHER), 504);
    world.refused("E0", world.file_review(Scope::Everything, INCIDENT), 504);
    world.refused("A0", world.attest_review(scope, INCIDENT), 505);
    world.wait(HOUR - 1);
    world.refused("E0", world.file_review(scope, INCIDENT), 507);
    world.wait(1);
    for who in ["P0", "T0", "O0", "A0", "X0", "M1"] {
        world.refused(who, world.file_review(scope, INCIDENT), 204);
    }
    world.clone().applied("S2", world.file_review(scope, INCIDENT));
    world.applied("E0", world.file_review(scope, INCIDENT));
    let report = world.cells.report(scope, seat("E0"), world.due(scope)).unwrap().unwrap();
    assert_eq!((report.version, report.severity), (1, Severity::Sev3), "in hindsight");
    world.refused("E0", world.file_review(scope, INCIDENT), 506);
    world.clone().applied("E1", world.file_review(scope, INCIDENT));
    for who in ["E0", "S0", "O0", "X0"] {
        world.refused(who, world.attest_review(scope, INCIDENT), 204);
    }
    let (set_by, report) = (world.due(scope), ReferenceHash([1; 32]));
    let attest =
        |of, version| emergency::Order::AttestReview { scope, set_by, incident: INCIDENT, of, version, report };
    let other = Order::Emergency(attest(seat("E0"), 1));
    world.refused("A0", other, 411);
    assert_ne!(REPORT, ReferenceHash([1; 32]));
    world.applied("A0", world.attest_review(scope, INCIDENT));
    world.refused("A0", world.attest_review(scope, INCIDENT), 504);
    world.refused("E0", world.file_review(scope, INCIDENT), 504);
}

/// The Sovereign lets one more pause through: once, wherever it overlaps. What is owed grows.
#[test]
fn rule_14_consent_is_used_once() {
    let mut world = World::new();
    let scope = Scope::Upgrades;
    world.refused_action("S0", &consent(&world, scope), 504);
    world.paused(scope, HOUR);
    world.wait(HOUR);
    let set_by = world.due(scope);
    let consenting = |incident, evidence| emergency::Action::Consent { scope, set_by, incident, evidence };
    let bare = Action::Emergency(consenting(INCIDENT, ReferenceHash([0; 32])));
    world.refused_action("S0", &bare, 413);
    let other = Action::Emergency(consenting(OTHER, REASON));
    world.refused_action("S0", &other, 504);
    world.enact("S0", &consent(&world, scope));
    // Everything overlaps, and uses it up.
    let mut everything = world.clone();
    everything.paused_for(OTHER, Scope::Everything, HOUR);
    assert!(!everything.cells.duty(scope).unwrap().unwrap().consent);
    world.paused_for(OTHER, scope, HOUR);
    world.wait(HOUR);
    world.refused_action("E0", &pause(scope, HOUR), 502);
    let duty = world.cells.duty(scope).unwrap().unwrap();
    assert_eq!((duty.pauses, duty.incident, duty.consent), (2, OTHER, false));
    world.reviewed(OTHER, scope);
    world.paused(scope, HOUR);
    world.folds();
}

/// The consent is for the pause that needs it: to prolong one that runs takes none, and uses none up.
#[test]
fn rule_14_a_prolongation_uses_no_consent_up() {
    let mut world = World::new();
    let (everything, route) = (Scope::Everything, Scope::Route(1));
    world.paused(everything, HOUR);
    world.wait(HOUR / 2);
    world.paused(route, HOUR);
    world.wait(HOUR / 2);
    world.enact("S0", &consent(&world, everything));
    let mut another = world.clone();
    world.paused(route, HOUR);
    assert!(world.cells.duty(everything).unwrap().unwrap().consent);
    // One that begins does.
    another.paused_for(OTHER, Scope::Route(2), HOUR);
    assert!(!another.cells.duty(everything).unwrap().unwrap().consent);
    world.paused_for(OTHER, Scope::Upgrades, HOUR);
    assert!(!world.cells.duty(everything).unwrap().unwrap().consent);
    world.refused_action("E0", &pause(Scope::Route(2), HOUR), 502);
    world.folds();
}

/// A single account overlaps with itself alone: to freeze one uses no other's consent up.
#[test]
fn rule_14_a_frozen_account_uses_no_consent_up() {
    let mut world = World::new();
    world.paused(Scope::Everything, HOUR);
    world.wait(HOUR);
    world.enact("S0", &consent(&world, Scope::Everything));
    world.paused(Scope::Account([3; 32]), HOUR);
    world.paused_for(OTHER, Scope::Everything, HOUR);
    world.wait(HOUR);
    world.refused_action("E0", &pause(Scope::Everything, HOUR), 502);
    world.folds();
}

/// What adds nothing to a pause of the Sovereign's leaves the review that was filed as it is.
#[test]
fn rule_14_a_prolongation_of_nothing_drops_no_review() {
    let mut world = World::new();
    let scope = Scope::Upgrades;
    world.paused(scope, HOUR);
    world.enact("S0", &pause(scope, 24 * HOUR));
    world.wait(HOUR);
    world.applied("E0", world.file_review(scope, INCIDENT));
    let before = world.cells.duty(scope).unwrap();
    assert_eq!(before.unwrap().reports, 1);
    world.enact("E0", &pause(scope, MINUTE));
    assert_eq!(world.cells.duty(scope).unwrap(), before);
    world.applied("A0", world.attest_review(scope, INCIDENT));
    world.folds();
}

/// No more than eight scopes owe a review: the list has a size.
#[test]
fn rule_18_review_due_502_at_eight_scopes() {
    let mut world = World::new();
    for route in 0..u32::try_from(MOST_DUTIES).unwrap() {
        if route == 4 {
            world.wait(2 * HOUR);
        }
        world.paused(Scope::Route(route), HOUR);
    }
    world.refused_action("E0", &pause(Scope::Route(8), HOUR), 502);
    // Those that run are prolonged, and single accounts frozen.
    world.wait(MINUTE);
    world.paused(Scope::Route(7), HOUR);
    world.paused(Scope::Account([1; 32]), HOUR);
    world.reviewed(INCIDENT, Scope::Route(0));
    world.paused(Scope::Route(8), HOUR);
    world.bounded();
}

/// The Sovereign lifts a pause: the review can begin; the mode that still runs is waited for.
#[test]
fn a_review_waits_for_whatever_still_narrows_everything() {
    let mut world = World::new();
    world.paused(Scope::Everything, HOUR);
    world.wait(HOUR / 2);
    world.enact("E0", &set_mode(Mode::Limited, HOUR));
    world.enact("S0", &world.lift(Scope::Everything));
    world.refused("E0", world.file_review(Scope::Everything, INCIDENT), 507);
    let mut other = world.clone();
    other.wait(HOUR);
    other.applied("E0", other.file_review(Scope::Everything, INCIDENT));
    world.enact("S0", &world.leave_mode());
    world.applied("E0", world.file_review(Scope::Everything, INCIDENT));
    // The other way round: the mode is left, the pause runs on.
    let mut world = World::new();
    world.enact("E0", &set_mode(Mode::Limited, HOUR));
    world.wait(HOUR / 2);
    world.paused(Scope::Everything, HOUR);
    world.enact("S0", &world.leave_mode());
    world.wait(HOUR - 1);
    world.refused("E0", world.file_review(Scope::Everything, INCIDENT), 507);
    world.wait(1);
    world.applied("E0", world.file_review(Scope::Everything, INCIDENT));
    world.folds();
}

// Modes

#[test]
fn modes_503_411_303_and_who_replaces_them() {
    let mut world = World::new();
    world.refused_action("E0", &set_mode(Mode::Normal, HOUR), 303);
    world.refused_action("S0", &world.leave_mode(), 503);
    world.enact("E0", &set_mode(Mode::Limited, HOUR));
    world.refused_action("E0", &set_mode(Mode::ReadOnly, HOUR), 411);
    let set_by = world.cells.mode(world.now).unwrap().unwrap().set_by;
    world.refused_action("S0", &Action::Emergency(emergency::Action::LeaveMode { set_by, incident: OTHER }), 411);
    // The same is prolonged; the Sovereign's word replaces it, and may shorten it.
    world.wait(MINUTE);
    world.enact("E0", &set_mode(Mode::Limited, HOUR));
    world.enact("S0", &set_mode(Mode::ReadOnly, MINUTE));
    let mode = world.cells.mode(world.now).unwrap().unwrap();
    assert_eq!((mode.mode, mode.until), (Mode::ReadOnly, world.now + MINUTE));
    // Under both rows the Sovereign leaves it.
    for row in [RowId::DEGRADED_MODE_OFF, RowId::MANUAL_OVERRIDE] {
        assert_eq!(under(&mut world.clone(), "S0", row, &world.leave_mode()), None);
    }
    assert_eq!(mode.sovereign_until, mode.until);
    world.enact("S0", &world.leave_mode());
    assert_eq!(world.cells.mode(world.now), Ok(None));
    world.folds();
}

/// The Emergency council's rows and the Sovereign's do not stand for each other.
#[test]
fn wrong_row_305_of_emergency_actions() {
    let cases = [
        ("E0", RowId::EMERGENCY_PAUSE, suspend("T0")),
        ("E0", RowId::SEAT_SUSPENSION, pause(Scope::Upgrades, HOUR)),
        ("E0", RowId::DEGRADED_MODE, pause(Scope::Upgrades, HOUR)),
        ("E0", RowId::EMERGENCY_PAUSE, set_mode(Mode::Limited, HOUR)),
        ("S0", RowId::SOVEREIGN_SUSPENSION, pause(Scope::Upgrades, HOUR)),
        ("S0", RowId::SOVEREIGN_PAUSE, suspend("T0")),
        ("S0", RowId::DISPUTE_OVERRIDE, set_mode(Mode::Limited, HOUR)),
        ("S0", RowId::LIFT_EARLY, suspend("T0")),
        ("P0", RowId::DOCUMENT_ONLY, pause(Scope::Upgrades, HOUR)),
        ("S0", RowId::SOVEREIGN_PAUSE, adopt("charter")),
    ];
    let mut world = World::new();
    for (who, row, action) in cases {
        assert_eq!(under(&mut world, who, row, &action), Some(305), "{row} {action:?}");
    }
}

// What nothing blocks

/// Every row, while everything is paused, read-only or limited: the closed list of section 7 goes on, the rest is blocked.
#[test]
fn rule_14_never_blocked_is_a_closed_list() {
    let free: &[u8] =
        &[5, 6, 7, 8, 9, 10, 11, 14, 15, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 39];
    // Documents, disputes and small batches go on in limited issuance.
    let limited: &[u8] = &[1, 20];
    let stops: [(&str, Option<Action>, bool); 4] = [
        ("nothing", None, false),
        ("pause", Some(pause(Scope::Everything, HOUR)), false),
        ("read-only", Some(set_mode(Mode::ReadOnly, HOUR)), false),
        ("limited", Some(set_mode(Mode::Limited, HOUR)), true),
    ];
    for (name, stop, narrow) in stops {
        let mut world = World::new();
        if let Some(stop) = &stop {
            world.enact("S0", stop);
        }
        for (id, _) in RowId::NAMED {
            assert_eq!(id.never_blocked(), free.contains(&id.0), "{id}");
            let blocked = stop.is_some() && !free.contains(&id.0) && !(narrow && limited.contains(&id.0));
            // A proposal of that row which is as good as executed: it adopts a text, which is another row's action.
            let outcome = approved_under(&world, *id);
            let passes = if *id == RowId::DOCUMENT_ONLY { None } else { Some(305) };
            assert_eq!(outcome, if blocked { Some(500) } else { passes }, "{name}: {id}");
        }
    }
}

/// What the execution of a proposal of this row is answered.
fn approved_under(world: &World, id: RowId) -> Option<u16> {
    let mut world = world.clone();
    let text = world.open("P0", &adopt("any"));
    world.approve(&["P0"], &text);
    let mut cell = world.cells.proposal(text.id).unwrap();
    let row = world.cells.row(id).unwrap();
    (cell.row, cell.m, cell.executors, cell.direct) = (id, row.m, row.executors, row.direct);
    cell.tallies = row
        .minima
        .iter()
        .map(|(council, least)| {
            let council = if council == Council::PROGRAM { Council::Program(1) } else { council };
            let size = world.cells.council(council).unwrap().size;
            greatseal_protocol::proposal::Tally { council, epoch: 0, size, least, approve: u32::MAX, reject: 0 }
        })
        .collect();
    world.cells.put(&CellKey::proposal(text.id), &cell);
    code_of(&world.order("O0", execute(&text))).0
}

/// A pause of one scope blocks what is about it and nothing else.
#[test]
fn rule_14_a_scope_blocks_its_own_and_nothing_else() {
    use greatseal_protocol::registry::{ComponentKind, Risk};
    let component = crate::world::register(crate::world::component("node", ComponentKind::Node, Risk::High));
    let document = adopt("charter");
    for (scope, upgrades) in [(Scope::Upgrades, true), (Scope::Route(1), false), (Scope::Program(1), false)] {
        let mut world = World::new();
        let upgrade = world.carry("P0", &component);
        world.wait(DAY);
        let text = world.carry("P1", &document);
        world.paused(scope, HOUR);
        world.execute("O0", &text);
        let outcome = world.order("O0", execute(&upgrade));
        assert_eq!(code_of(&outcome).0, upgrades.then_some(500), "{scope}");
        if upgrades {
            world.wait(HOUR - 1);
            world.refused("O0", execute(&upgrade), 500);
            world.wait(1);
            world.execute("O0", &upgrade);
        }
    }
}

// Suspensions

/// A suspended seat stays in its council's size and rows: it does not count, and nothing else changes.
#[test]
fn a_suspended_seat_stays_in_the_size() {
    let mut world = World::new();
    let before = world.cells.council(Council::Technical).unwrap();
    let open = world.open(
        "T1",
        &Action::Operation(operation::Action::SetBaseline {
            name: greatseal_protocol::parameter::Parameter::Inflight,
            previous: None,
            value: 100,
        }),
    );
    world.approve(&["T1", "T0"], &open);
    world.enact("E0", &suspend("T1"));
    let after = world.cells.council(Council::Technical).unwrap();
    assert_eq!((before.size, before.epoch), (after.size, after.epoch));
    world.refused("T1", approve(&open), 202);
    world.approve(&["P0"], &open);
    assert!(!world.records.iter().any(
        |record| matches!(record.event, Event::Proposal(proposal::Event::QuorumReached { id, .. }) if id == open.id)
    ));
    world.approve(&["P1"], &open);
    world.wait(HOUR);
    world.execute("O0", &open);
}

/// Set aside by the Emergency council a seat is back after seven days, to the second.
#[test]
fn rule_15_a_suspension_by_emergency_lapses_after_seven_days() {
    let mut world = World::new();
    world.enact("E0", &suspend("P0"));
    let ends = world.now + WEEK;
    world.now = ends - 1;
    world.refused("P0", named(&world, "P0"), 202);
    world.now = ends;
    world.applied("P0", named(&world, "P0"));
    world.folds();
}

fn named(world: &World, who: &str) -> Order {
    Order::Council(council::Order::NameSuccessor { successor: key_named("somebody"), nonce: world.nonce(who) })
}

/// One seat of a council at a time, each once in an epoch, never its own.
#[test]
fn suspension_cap_603_already_602_and_own_council_204() {
    let mut world = World::new();
    for own in ["E0", "E2"] {
        world.refused_action("E0", &suspend(own), 204);
    }
    world.enact("E0", &suspend("T1"));
    world.refused_action("E0", &suspend("T1"), 602);
    world.refused_action("E0", &suspend("T0"), 603);
    // Councils do not stand in each other's way, not even those that do not count.
    for other in ["S0", "P0", "C0", "M0", "I0", "Pr:1-0", "O0", "A0", "X0"] {
        let order = world.opening("E1", &suspend(other));
        assert_eq!(
            code_of(&world.clone().order("E1", Order::Proposal(proposal::Order::Open(Box::new(order))))).0,
            None,
            "{other}"
        );
    }
    world.wait(WEEK - 1);
    world.refused_action("E0", &suspend("T0"), 603);
    world.wait(1);
    // Once in an epoch: another, not the same.
    world.refused_action("E0", &suspend("T1"), 603);
    world.enact("E0", &suspend("T0"));
    world.wait(WEEK);
    world.rotated("T2", "theo");
    world.enact("E0", &suspend("T1"));
    world.folds();
}

/// The Sovereign confirms: no end, and the Emergency council has its one seat again.
#[test]
fn the_sovereign_confirms_a_suspension() {
    let mut world = World::new();
    world.enact("E0", &suspend("T1"));
    world.enact("S0", &suspend("T1"));
    world.refused_action("S1", &suspend("T1"), 602);
    world.refused_action("E0", &suspend("T1"), 602);
    world.enact("E0", &suspend("T0"));
    world.wait(60 * DAY);
    world.refused("T1", named(&world, "T1"), 202);
    world.enact("S1", &reinstate("T1"));
    world.applied("T1", named(&world, "T1"));
    world.refused_action("S1", &reinstate("T1"), 601);
    let other = Action::Council(council::Action::Reinstate { seat: seat("T1"), key: key_named("T0"), reason: REASON });
    world.refused_action("S1", &other, 411);
}

/// The Sovereign sets any seat aside but its own, and a minority of each council at most.
#[test]
fn suspension_cap_603_of_the_sovereign_and_never_itself_204() {
    let mut world = World::new();
    for own in ["S0", "S1", "S2"] {
        world.refused_action("S0", &suspend(own), 204);
    }
    for (one, another) in [("P0", "P1"), ("E0", "E1"), ("T1", "T2"), ("Pr:1-2", "Pr:1-0"), ("O1", "O0"), ("A0", "A1")] {
        world.enact("S0", &suspend(one));
        world.refused_action("S1", &suspend(another), 603);
        // Once the first is back, the other.
        world.enact("S1", &reinstate(one));
        world.enact("S0", &suspend(another));
    }
}

/// Who gives itself up has no way back but another key, and nobody can make it come back.
#[test]
fn rule_05_own_word_604_a_key_suspends_itself_at_once() {
    let mut world = World::new();
    world.applied("S2", Order::Council(council::Order::SuspendSelf));
    let told = Event::Council(council::Event::SeatSuspended {
        id: None,
        seat: seat("S2"),
        by: Suspender::Itself,
        until: u64::MAX,
    });
    assert_eq!(world.records.last().unwrap().event, told);
    world.refused("S2", Order::Council(council::Order::SuspendSelf), 602);
    world.refused("S2", named(&world, "S2"), 202);
    world.refused_action("S0", &reinstate("S2"), 604);
    world.refused_action("E0", &suspend("S2"), 602);
    // Whoever is set aside for a week can still give up for good.
    world.enact("E0", &suspend("T0"));
    world.applied("T0", Order::Council(council::Order::SuspendSelf));
    world.refused_action("S0", &suspend("T0"), 602);
    world.wait(30 * DAY);
    world.rotated("S2", "sophie");
    world.applied("sophie", named(&world, "sophie"));
    world.folds();
}

/// Somebody who follows is not set aside with the seat.
#[test]
fn a_suspension_is_of_the_key() {
    let mut world = World::new();
    let proposal = world.carry("E0", &suspend("P1"));
    world.rotate("P1", "petra");
    world.refused("O0", execute(&proposal), 411);
    let index = greatseal_protocol::council::SeatId { council: Council::Policy, index: 2 };
    world.refused_action(
        "E1",
        &Action::Council(council::Action::Suspend {
            seat: index,
            key: key_named("P1"),
            reason: REASON,
            recovery: None,
        }),
        303,
    );
    let nobody = greatseal_protocol::council::SeatId { council: Council::PROGRAM, index: 0 };
    world.refused_action(
        "E1",
        &Action::Council(council::Action::Suspend {
            seat: nobody,
            key: key_named("P1"),
            reason: REASON,
            recovery: None,
        }),
        303,
    );
}

/// A pause that is asked for again is still the pause of its incident, and can be lifted as such.
#[test]
fn rule_14_a_new_name_dodges_no_lift() {
    let mut world = World::new();
    world.paused(Scope::Upgrades, HOUR);
    let lifting: Opened = world.open("S0", &world.lift(Scope::Upgrades));
    world.approve(&["S0", "S1"], &lifting);
    world.wait(MINUTE);
    world.paused_for(OTHER, Scope::Upgrades, HOUR);
    world.execute("O0", &lifting);
    assert_eq!(until(&world, Scope::Upgrades), 0);
    // And an expired one is not revived.
    let again = world.open("E0", &pause_for(OTHER, Scope::Route(1), HOUR));
    world.approve(&["E0", "E1"], &again);
    world.execute("O0", &again);
    world.refused("O0", execute(&again), 409);
    assert_eq!(START + MINUTE, world.now);
}
