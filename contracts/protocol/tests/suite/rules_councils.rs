//! 2xx, 3xx, 6xx: who sits where. Rotation, acceptance, sizes of councils, rows of the table.

use crate::world::{
    DAY, HOUR, START, WEEK, World, approve, code_of, execute, issuer, key_named, label, new_seat, register, seat,
};
use greatseal_protocol::{
    action::Action,
    bytes::ReferenceHash,
    command::Order,
    council::{Council, Organisation, SeatId},
    event::Event,
    genesis::NewSeat,
    key::Key,
    language::{
        council::{self, Reconstitute},
        operation, policy,
        proposal::{self, Open},
    },
    policy::Broken,
    refusal::Refusal,
    row::{Minima, Row, RowId},
    state::State,
};

fn named_successor(world: &World, who: &str, successor: &str) -> Order {
    Order::Council(council::Order::NameSuccessor { successor: key_named(successor), nonce: world.nonce(who) })
}

fn accept(who: &str, previous: Option<&str>) -> Order {
    Order::Council(council::Order::AcceptSeat { seat: seat(who), previous: previous.map(key_named) })
}

fn rotate(who: &str, new: NewSeat) -> Action {
    Action::Council(council::Action::Rotate { seat: seat(who), previous: key_named(who), new })
}

fn organisation(world: &World, name: &str) -> Organisation {
    world.cells.organisation(label(name)).unwrap()
}

fn last(world: &World) -> &Event {
    &world.records.last().unwrap().event
}

fn row(id: RowId) -> Row {
    World::new().cells.row(id).unwrap()
}

/// The next version of a row, with changes.
fn next(id: RowId, change: impl FnOnce(&mut Row)) -> Row {
    let mut row = Row { version: 1, ..row(id) };
    change(&mut row);
    row
}

fn minima(list: &[(Council, u8)]) -> Minima {
    Minima::new(list.to_vec()).unwrap()
}

// Rotation

/// Section 8: the leaving key names the new one, the new one names the leaving one; size and rows stay.
#[test]
fn a_rotation_replaces_a_key_and_nothing_else() {
    for (names, continuity) in [(true, true), (false, false)] {
        let mut world = World::new();
        if names {
            let order = named_successor(&world, "T1", "anna");
            world.applied("T1", order);
        }
        let before = world.cells.council(Council::Technical).unwrap();
        let action = world.rotation("T1", "anna");
        let rows: Vec<Row> = RowId::NAMED.iter().map(|(id, _)| world.cells.row(*id).unwrap()).collect();
        world.enact("S0", &action);
        let Event::Council(council::Event::SeatReplaced { seat: id, previous, continuity: proof, epoch, .. }) =
            last(&world)
        else {
            panic!()
        };
        assert_eq!((*id, *previous, *proof), (seat("T1"), key_named("T1"), continuity));
        let after = world.cells.council(Council::Technical).unwrap();
        assert_eq!((after.size, after.epoch, *epoch), (before.size, before.epoch + 1, before.epoch + 1));
        let now: Vec<Row> = RowId::NAMED.iter().map(|(id, _)| world.cells.row(*id).unwrap()).collect();
        assert_eq!(rows, now, "no row changes");
        // The old key is nobody, the new one not yet somebody.
        world.refused("T1", Order::Council(council::Order::SuspendSelf), 201);
        world.refused("anna", Order::Council(council::Order::SuspendSelf), 201);
        // New to old: the acceptance names the key before, and no other.
        world.refused("anna", accept("T1", None), 411);
        world.refused("anna", accept("T1", Some("T0")), 411);
        world.applied("anna", accept("T1", Some("T1")));
        assert_eq!(
            *last(&world),
            Event::Council(council::Event::SeatAccepted { seat: seat("T1"), previous: Some(key_named("T1")) })
        );
        world.folds();
    }
}

/// Naming another successor than the one that comes proves nothing.
#[test]
fn continuity_is_of_the_very_key() {
    let mut world = World::new();
    let order = named_successor(&world, "T1", "bertha");
    world.applied("T1", order);
    let action = world.rotation("T1", "anna");
    world.enact("S0", &action);
    assert!(matches!(last(&world), Event::Council(council::Event::SeatReplaced { continuity: false, .. })));
}

#[test]
fn a_seat_counts_from_the_second_after_its_acceptance() {
    let mut world = World::new();
    let action = world.rotation("P0", "anna");
    world.enact("S0", &action);
    world.applied("anna", accept("P0", Some("P0")));
    let open = world.opening("anna", &crate::world::adopt("charter"));
    world.refused("anna", Order::Proposal(proposal::Order::Open(Box::new(open.clone()))), 201);
    world.wait(1);
    let proposal = world.open_as("anna", open);
    world.applied("anna", approve(&proposal));
    world.execute("O0", &proposal);
}

/// Whoever is set aside can do nothing, not even take the seat; the Sovereign gives it back at once.
#[test]
fn seat_suspended_202_accepts_when_it_is_over() {
    let mut world = World::new();
    let action = world.rotation("P0", "anna");
    world.enact("S0", &action);
    let reason = ReferenceHash([7; 32]);
    let pending =
        Action::Council(council::Action::Suspend { seat: seat("P0"), key: key_named("anna"), reason, recovery: None });
    world.enact("E0", &pending);
    world.refused("anna", accept("P0", Some("P0")), 202);
    let back = Action::Council(council::Action::Reinstate { seat: seat("P0"), key: key_named("anna"), reason });
    world.enact("S0", &back);
    world.applied("anna", accept("P0", Some("P0")));
    world.folds();
}

#[test]
fn already_accepted_600_not_the_seat_211_and_nobody_204() {
    let mut world = World::new();
    world.refused("S0", accept("S0", None), 600);
    let action = world.rotation("T1", "anna");
    world.enact("S0", &action);
    world.refused("anna", accept("T2", Some("T1")), 211);
    let command = greatseal_protocol::command::Command {
        capacity: greatseal_protocol::command::Capacity::Anyone,
        ..world.command("anna", accept("T1", Some("T1")))
    };
    let bytes = world.seal_as("anna", command);
    world.refused_bytes(&bytes, 204);
    world.applied("anna", accept("T1", Some("T1")));
    world.refused("anna", accept("T1", Some("T1")), 600);
    world.ignored_bytes(&world.clone().envelope("stranger", accept("T1", Some("T1"))), 204);
}

/// A rotation kills what was open: two of one council cannot pass one after the other.
#[test]
fn rule_10_rotations_execute_alone() {
    let mut world = World::new();
    let (one, two) = (world.rotation("T1", "anna"), world.rotation("T2", "bertha"));
    let (one, two) = (world.carry("S0", &one), world.carry("S1", &two));
    let upgrade = world.open(
        "T0",
        &Action::Operation(operation::Action::SetBaseline {
            name: greatseal_protocol::parameter::Parameter::Inflight,
            previous: None,
            value: 100,
        }),
    );
    world.approve(&["T0", "P0", "P1"], &upgrade);
    world.wait(DAY);
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 407);
    world.refused("O0", execute(&upgrade), 407);
}

#[test]
fn precondition_changed_411_and_out_of_bounds_303_of_a_rotation() {
    let mut world = World::new();
    let new = world.newcomer(seat("T1"), "anna", "standards");
    let of = |id: SeatId, previous: &str| {
        Action::Council(council::Action::Rotate { seat: id, previous: key_named(previous), new })
    };
    world.refused_action("S0", &of(seat("T1"), "T0"), 411);
    world.refused_action("S0", &of(SeatId { council: Council::Technical, index: 3 }, "T1"), 303);
    // No such programme, and the one that stands for all of them: nobody sits there.
    for program in [2, 0] {
        let action = of(SeatId { council: Council::Program(program), index: 0 }, "Pr:1-0");
        let open = Open { row: RowId::ROTATE_PROGRAM, ..world.opening("S0", &rotate("T1", new)) };
        let open = Open { action, ..open };
        world.refused("S0", Order::Proposal(proposal::Order::Open(Box::new(open))), 303);
    }
    // The key left in between, by a rotation that was executed first: its proposal is stale before that is asked.
    let action = of(seat("T1"), "T1");
    let proposal = world.carry("S0", &action);
    world.poke("T1", |held| held.key = key_named("other"));
    world.wait(DAY);
    world.refused("O0", execute(&proposal), 411);
}

/// The panel's seats are a matter of the policy table.
#[test]
fn a_panel_seat_rotates_under_the_policy_table() {
    let mut world = World::new();
    let action = world.rotation("X0", "anna");
    assert_eq!(world.row_for("S0", &action), RowId::POLICY_TABLE);
    world.enact("S0", &action);
    world.applied("anna", accept("X0", Some("X0")));
}

// Keys, holders, organisations, expiries

/// A key sits in one seat for ever.
#[test]
fn rule_13_key_used_before_210() {
    let mut world = World::new();
    world.rotated("T1", "anna");
    let fresh = world.newcomer(seat("T2"), "bertha", "it-agency");
    // Present keys of any council, and one that left.
    for used in ["T2", "T0", "S0", "O1", "anna", "T1"] {
        world.refused_action("S0", &rotate("T2", NewSeat { key: key_named(used), ..fresh }), 210);
        let order = named_successor(&world, "T2", used);
        world.refused("T2", order, 210);
    }
    // Taken while the proposal waited.
    let one = world.carry("S0", &rotate("T2", fresh));
    let key = fresh.key;
    let custody = world.newcomer(seat("C1"), "carl", "security-office");
    world.enact(
        "S1",
        &Action::Council(council::Action::Rotate {
            seat: seat("C1"),
            previous: key_named("C1"),
            new: NewSeat { key, ..custody },
        }),
    );
    world.wait(DAY);
    world.refused("O0", execute(&one), 210);
    // Twice in one action.
    let twice = world.newcomer(seat("S0"), "dora", "cabinet");
    let other = NewSeat { valid_until: twice.valid_until - 2 * WEEK, organisation: label("justice"), ..twice };
    let other = NewSeat { holder: crate::world::holder_of("emil"), ..other };
    let action = Action::Council(council::Action::Recover {
        council: Council::Sovereign,
        epoch: 0,
        seats: vec![(0, twice), (1, other)],
    });
    world.refused_action("P0", &action, 210);
}

#[test]
fn weak_key_105_is_not_given_a_seat_nor_named() {
    let mut world = World::new();
    let fresh = world.newcomer(seat("T1"), "anna", "standards");
    for key in [Key::Ed25519([0; 32]), Key::P256([5; 33]), Key::P256([0xFF; 33])] {
        world.refused_action("S0", &rotate("T1", NewSeat { key, ..fresh }), 105);
        let order = Order::Council(council::Order::NameSuccessor { successor: key, nonce: world.nonce("T1") });
        world.refused("T1", order, 105);
    }
}

#[test]
fn rule_13_holder_taken_606_one_person_one_seat() {
    let mut world = World::new();
    let fresh = world.newcomer(seat("T1"), "anna", "standards");
    let with = |holder: &str| rotate("T1", NewSeat { holder: crate::world::holder_of(holder), ..fresh });
    for taken in ["T0", "S0", "O1", "X1", "Pr:1-2"] {
        world.refused_action("S0", &with(taken), 606);
    }
    // The same person with another key, and afterwards nobody else.
    world.enact("S0", &with("T1"));
    world.applied("anna", accept("T1", Some("T1")));
    world.wait(1);
    // Who left is free.
    world.rotated("C1", "carl");
    let again = world.newcomer(seat("I0"), "ida", "civil-registry");
    let action = Action::Council(council::Action::Rotate {
        seat: seat("I0"),
        previous: key_named("I0"),
        new: NewSeat { holder: crate::world::holder_of("C1"), ..again },
    });
    world.enact("S0", &action);
    world.folds();
}

/// Operating, auditing, arbitrating and approving are in different hands; an issuer does not operate.
#[test]
fn rule_05_separation_of_duties_208() {
    let mut world = World::new();
    world.enact("I0", &register(issuer("births", "births-office")));
    let cases = [
        ("T1", "infra-operator"),
        ("T1", "audit-court"),
        ("T1", "ext-auditor-1"),
        ("O0", "cabinet"),
        ("O0", "audit-firm"),
        ("O0", "births-office"),
        ("A0", "treasury"),
        ("A0", "infra-operator"),
        ("X0", "cabinet"),
        ("X0", "audit-court"),
    ];
    for (who, organisation) in cases {
        let new = world.newcomer(seat(who), &format!("new-{who}"), organisation);
        world.refused_action("S0", &rotate(who, new), 208);
    }
    // And the other way round.
    world.refused_action("I0", &register(issuer("deaths", "infra-operator")), 208);
    world.enact("I0", &register(issuer("deaths", "cabinet")));
    // An operator's organisation that has left may approve.
    let before = organisation(&world, "infra-operator");
    assert_eq!(before, Organisation { operator: 2, ..Organisation::default() });
    for (who, name) in [("O0", "olga"), ("O1", "otto")] {
        let new = world.newcomer(seat(who), name, "another-operator");
        let proposal = world.carry("S0", &rotate(who, new));
        world.wait(DAY);
        world.execute("anybody", &proposal);
    }
    assert_eq!(organisation(&world, "infra-operator"), Organisation::default());
    let new = world.newcomer(seat("T1"), "anna", "infra-operator");
    let open = world.opening("S0", &rotate("T1", new));
    world.applied("S0", Order::Proposal(proposal::Order::Open(Box::new(open))));
    world.folds();
}

/// While a rotation waited its organisation took another duty.
#[test]
fn rule_05_separation_of_duties_208_is_asked_again() {
    let mut world = World::new();
    let new = world.newcomer(seat("O0"), "olga", "newcomers");
    let proposal = world.carry("S0", &rotate("O0", new));
    world.enact("I0", &register(issuer("births", "newcomers")));
    world.wait(DAY);
    world.refused("O1", execute(&proposal), 208);
}

#[test]
fn rule_05_organisation_cap_209() {
    let mut world = World::new();
    for (who, organisation, wants) in [
        ("S0", "justice", Some(209)),
        ("S0", "cabinet", None),
        ("M0", "treasury", Some(209)),
        ("O0", "infra-operator", None),
        ("A0", "audit-firm", None),
    ] {
        let new = world.newcomer(seat(who), &format!("new-{who}-{organisation}"), organisation);
        let open = world.opening("S1", &rotate(who, new));
        let outcome = world.clone().order("S1", Order::Proposal(proposal::Order::Open(Box::new(open))));
        assert_eq!(code_of(&outcome), (wants, true), "{who} {organisation}");
    }
    // Of five seats an organisation has two at most.
    let seats = |names: [(&str, &str); 2]| {
        let new = |at: usize| new_seat(names[at].0, names[at].1, START + (90 + 7 * u64::try_from(at).unwrap()) * DAY);
        grown(vec![new(0), new(1)])
    };
    world.refused_action("S0", &seats([("emma", "cert"), ("emil", "cert")]), 209);
    world.enact("S0", &seats([("emma", "cert"), ("emil", "justice")]));
}

#[test]
fn rule_15_expiries_too_close_605_half_open() {
    let mut world = World::new();
    let fresh = world.newcomer(seat("T1"), "anna", "standards");
    let others = ["T0", "T2"].map(|who| world.cells.seat(seat(who)).unwrap().valid_until);
    let now = world.now;
    let cases = [
        (now, Some(605)),
        (now + 1, None),
        (now + 120 * DAY, None),
        (now + 120 * DAY + 1, Some(605)),
        (others[0] - WEEK, None),
        (others[0] - WEEK + 1, Some(605)),
        (others[0], Some(605)),
        (others[1], Some(605)),
        (others[1] + WEEK - 1, Some(605)),
        (others[1] + WEEK, None),
    ];
    for (valid_until, wants) in cases {
        let open = world.opening("S0", &rotate("T1", NewSeat { valid_until, ..fresh }));
        let outcome = world.clone().order("S0", Order::Proposal(proposal::Order::Open(Box::new(open))));
        assert_eq!(code_of(&outcome), (wants, true), "{}", i128::from(valid_until) - i128::from(now));
    }
    // It would be overdue by the time that it is given.
    let proposal = world.carry("S0", &rotate("T1", NewSeat { valid_until: now + DAY, ..fresh }));
    world.wait(DAY);
    world.refused("O0", execute(&proposal), 605);
}

// Sizes

/// The Emergency council with five seats, and the rows that need three of them then.
fn grown(added: Vec<NewSeat>) -> Action {
    let three = |id| next(id, |row| (row.m, row.minima) = (3, minima(&[(Council::Emergency, 3)])));
    let rows = vec![three(RowId::EMERGENCY_PAUSE), three(RowId::SEAT_SUSPENSION), three(RowId::DEGRADED_MODE)];
    Action::Council(council::Action::Reconstitute(Reconstitute {
        council: Council::Emergency,
        epoch: 0,
        size: 5,
        added,
        rows,
    }))
}

fn two() -> Vec<NewSeat> {
    vec![new_seat("emma", "cert-two", START + 97 * DAY), new_seat("emil", "cert-three", START + 104 * DAY)]
}

fn with(change: impl FnOnce(&mut Reconstitute)) -> Action {
    let Action::Council(council::Action::Reconstitute(mut reconstitute)) = grown(two()) else { panic!() };
    change(&mut reconstitute);
    Action::Council(council::Action::Reconstitute(reconstitute))
}

/// Size and rows change together, up and down; who comes has yet to accept, who leaves is gone.
#[test]
fn rule_11_a_council_grows_and_shrinks_with_its_rows() {
    let mut world = World::new();
    let pending = world.open("E0", &crate::world::pause(greatseal_protocol::scope::Scope::Upgrades, HOUR));
    world.enact("S0", &grown(two()));
    let head = world.cells.council(Council::Emergency).unwrap();
    assert_eq!((head.size, head.epoch), (5, 1));
    assert_eq!(world.cells.row(RowId::EMERGENCY_PAUSE).unwrap().m, 3);
    world.refused("E1", approve(&pending), 407);
    for (name, id) in [("emma", "E3"), ("emil", "E4")] {
        world.refused(name, Order::Council(council::Order::Heartbeat { nonce: 1 }), 201);
        world.refused(name, accept(id, Some("E0")), 411);
        world.applied(name, accept(id, None));
    }
    world.wait(1);
    let stop = world.open("E0", &crate::world::pause(greatseal_protocol::scope::Scope::Upgrades, HOUR));
    world.approve(&["E0", "emma"], &stop);
    world.refused("O0", execute(&stop), 404);
    world.approve(&["emil"], &stop);
    world.execute("O0", &stop);
    assert_eq!(organisation(&world, "cert-three").approving, 1);

    let back = |id| Row { version: 2, ..row(id) };
    let rows = vec![back(RowId::EMERGENCY_PAUSE), back(RowId::SEAT_SUSPENSION), back(RowId::DEGRADED_MODE)];
    let shrink = Reconstitute { council: Council::Emergency, epoch: 1, size: 3, added: vec![], rows };
    world.enact("S0", &Action::Council(council::Action::Reconstitute(shrink)));
    assert_eq!(world.cells.council(Council::Emergency).unwrap().size, 3);
    assert_eq!(organisation(&world, "cert-three"), Organisation::default());
    // Their keys are remembered, their persons are free.
    world.refused("emil", Order::Council(council::Order::Heartbeat { nonce: 9 }), 201);
    let again = world.newcomer(seat("T1"), "anna", "cert-three");
    world.refused_action("S0", &rotate("T1", NewSeat { key: key_named("emil"), ..again }), 210);
    world.enact("S0", &rotate("T1", NewSeat { holder: crate::world::holder_of("emil"), ..again }));
    world.folds();
}

/// A change of size that leaves a row behind is refused.
#[test]
fn rule_11_a_size_without_its_rows_is_refused() {
    let mut world = World::new();
    world.refused_action("S0", &with(|change| change.rows.clear()), 345);
    world.refused_action("S0", &with(|change| change.rows.truncate(2)), 345);
    // Two seats of a council of which two are needed: none to spare.
    let shrink = |council, size| {
        Action::Council(council::Action::Reconstitute(Reconstitute {
            council,
            epoch: 0,
            size,
            added: vec![],
            rows: vec![],
        }))
    };
    world.refused_action("S0", &shrink(Council::Emergency, 2), 346);
    world.refused_action("S0", &shrink(Council::Sovereign, 1), 341);
    // Councils in no row change freely.
    world.enact("S0", &shrink(Council::Panel, 1));
}

#[test]
fn seat_count_607_and_other_refusals_of_a_size() {
    let mut world = World::new();
    type Change = fn(&mut Reconstitute);
    let cases: [(Change, u16); 12] = [
        (|change| change.size = 0, 607),
        (|change| change.size = 17, 607),
        (|change| change.size = 3, 607),
        (|change| (change.size, change.added) = (3, vec![]), 607),
        (|change| change.size = 4, 607),
        (|change| change.added.truncate(1), 607),
        (|change| change.council = Council::Program(1), 607),
        (|change| change.epoch = 1, 411),
        (|change| change.rows[0].version = 2, 411),
        (|change| change.rows.swap(0, 1), 341),
        (|change| change.rows[1] = change.rows[0].clone(), 341),
        (|change| change.added[1].holder = change.added[0].holder, 606),
    ];
    for (at, (change, code)) in cases.into_iter().enumerate() {
        let open = world.opening("S0", &with(change));
        let outcome = world.order("S0", Order::Proposal(proposal::Order::Open(Box::new(open))));
        assert_eq!(code_of(&outcome).0, Some(code), "case {at}");
    }
    world.refused_action("S0", &with(|change| change.added[1].valid_until = change.added[0].valid_until), 605);
    world.refused_action("S0", &with(|change| change.added[1].organisation = label("audit-court")), 208);
}

// Rows

fn set(id: RowId, change: impl FnOnce(&mut Row)) -> Action {
    Action::Policy(policy::Action::SetRow(next(id, change)))
}

/// A row's version rises, and proposals of the old one are stale.
#[test]
fn rule_10_a_changed_row_ends_what_was_open() {
    let mut world = World::new();
    let pending = world.open("P0", &crate::world::adopt("charter"));
    let action = set(RowId::DOCUMENT_ONLY, |row| row.approve_by = 3_600);
    world.enact("S0", &action);
    assert_eq!(world.cells.row(RowId::DOCUMENT_ONLY).unwrap().approve_by, 3_600);
    world.refused("P0", approve(&pending), 407);
    // The same again builds on what is no longer there.
    world.refused_action("S0", &action, 411);
    let pending = world.open("P0", &crate::world::adopt("charter"));
    world.applied("P0", approve(&pending));
    world.folds();
}

#[test]
fn rule_04_delay_halved_306_at_most_to_the_half() {
    let mut world = World::new();
    let policy = |delay| set(RowId::PROGRAM_CREATE, |row| row.delay = delay);
    let present = row(RowId::PROGRAM_CREATE).delay;
    world.refused_action("S0", &policy(present / 2 - 1), 306);
    world.refused_action("S0", &policy(0), 306);
    world.enact("S0", &policy(present / 2));
    // An odd delay is halved upwards.
    let odd =
        |version, delay| Action::Policy(policy::Action::SetRow(Row { version, delay, ..row(RowId::PROGRAM_CREATE) }));
    world.enact("S0", &odd(2, present / 2 - 1));
    let half = (present / 2 - 1).div_ceil(2);
    assert_eq!((present / 2 - 1) % 2, 1);
    world.refused_action("S0", &odd(3, half - 1), 306);
    world.enact("S0", &odd(3, half));
}

#[test]
fn rule_12_impossible_threshold_301() {
    let mut world = World::new();
    world.refused_action("S0", &set(RowId::CUSTODY, |row| row.m = 0), 301);
    world.refused_action("S0", &set(RowId::CUSTODY, |row| row.m = 4), 301);
    world.refused_action("S0", &set(RowId::CUSTODY, |row| row.m = 255), 301);
    world.refused_action("S0", &set(RowId::CUSTODY, |row| row.minima = minima(&[(Council::Program(9), 1)])), 301);
}

/// Every invariant of a row, by the number of its refusal.
#[test]
fn rule_11_invariants_341_to_352_hold_on_every_write() {
    use Council::{Operator as O, Policy as P, Sovereign as S, Technical as T, Treasury as M};
    let cases: [(u16, Action); 13] = [
        (341, Action::Policy(policy::Action::SetRow(Row { id: RowId(99), ..next(RowId::CUSTODY, |_| ()) }))),
        (342, set(RowId::DOCUMENT_ONLY, |row| row.minima = minima(&[(P, 2)]))),
        (343, set(RowId::BATCH_LARGE, |row| (row.m, row.minima) = (3, minima(&[(Council::PROGRAM, 2), (O, 1)])))),
        (344, set(RowId::CUSTODY, |row| (row.m, row.minima) = (1, minima(&[(Council::Custody, 1)])))),
        (345, set(RowId::CONFIG_OUTSIDE_BAND, |row| row.minima = minima(&[(S, 1), (T, 1)]))),
        (346, set(RowId::LIFT_EARLY, |row| row.m = 3)),
        (347, set(RowId::BRIDGE_LOOSEN, |row| row.minima = minima(&[(S, 2), (P, 0), (M, 1)]))),
        (348, set(RowId::SOVEREIGN_PAUSE, |row| (row.m, row.minima) = (3, minima(&[(S, 2), (M, 0)])))),
        (348, set(RowId::RECOVER_POLICY, |row| (row.m, row.minima) = (2, minima(&[(Council::Custody, 2)])))),
        (349, set(RowId::POLICY_TABLE, |row| row.delay = 2 * 86_400 - 1)),
        (350, set(RowId::CUSTODY, |row| row.window = 8 * 3_600 - 1)),
        (351, set(RowId::EMERGENCY_PAUSE, |row| (row.delay, row.window) = (60, 86_400))),
        (352, set(RowId::ROTATE_TECHNICAL, |row| row.delay = 86_400 - 1)),
    ];
    let mut world = World::new();
    for (code, action) in cases {
        world.refused_action("S0", &action, code);
    }
    // Numbers of the policy and of the refusals are the same thing.
    for (number, _) in greatseal_protocol::policy::NAMES {
        let refusal = Refusal::from(Broken { invariant: number, row: 0 });
        // Numbers from 15 to 26 are of what tests hold.
        assert_eq!(refusal.code(), u16::from(number) + if number <= 14 { 340 } else { 328 });
    }
}

/// The table is judged again when the change takes effect: two changes, each sound alone.
#[test]
fn rule_11_two_changes_that_do_not_go_together() {
    let mut world = World::new();
    // What custody decides may take as long as the rotation of its seats; and that may become faster, but not both.
    let custody = set(RowId::CUSTODY, |row| row.delay = 2 * 3_600);
    let rotate = set(RowId::ROTATE_CUSTODY, |row| row.delay = 2 * 3_600);
    world.refused_action("S0", &custody, 352);
    let rotate = world.carry("S0", &rotate);
    world.wait(2 * DAY);
    world.execute("O0", &rotate);
    let custody = world.carry("S0", &custody);
    let back =
        world.carry("S1", &Action::Policy(policy::Action::SetRow(Row { version: 2, ..row(RowId::ROTATE_CUSTODY) })));
    world.wait(2 * DAY);
    world.execute("O0", &custody);
    world.refused("O0", execute(&back), 352);
}
