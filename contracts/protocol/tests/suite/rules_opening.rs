//! 3xx, and what a proposal needs to be opened: rows, bounds, slots, escalations.

use crate::world::{
    DAY, HOUR, LOOSEN, World, adopt, cancel, component, economics, execute, first, key_named, pause, register, seat,
    set_route, signer, tighter, version,
};
use greatseal_protocol::{
    command::{Capacity, Order},
    council::{Council, SeatId},
    event::Event,
    language::proposal::{self, Open},
    outcome::Outcome,
    proposal::Cause,
    registry::{ComponentKind, Risk},
    route::Economics,
    row::{Row, RowId},
    scale::Encode,
    scope::{Scope, Watched},
    state::State,
};

#[test]
fn rule_12_unknown_row_300_is_denied() {
    let mut world = World::new();
    let open = world.opening(seat("E0"), &pause(Scope::Everything, HOUR));
    for row in (0..=255).map(RowId).filter(|row| RowId::NAMED.iter().all(|(named, _)| named != row)) {
        world.refused("E0", Order::Proposal(proposal::Order::Open(Box::new(Open { row, ..open.clone() }))), 300);
    }
}

#[test]
fn out_of_bounds_303_clocks_of_a_proposal() {
    let mut world = World::with_route();
    world.escalate("O0", Watched::Route(1));
    let looser = set_route(1, Some(first()), Economics { tx_max: 20_000, ..economics() });
    let (hour, day) = (3_600, 86_400);
    // (author, action, approve within, execute within)
    let cases = [
        (
            "M0",
            &looser,
            [(300, true), (299, false), (0, false), (day, true), (day + 1, false), (u32::MAX, false)],
            true,
        ),
        (
            "M0",
            &looser,
            [(28_800, true), (28_799, false), (0, false), (3 * day, true), (3 * day + 1, false), (u32::MAX, false)],
            false,
        ),
        (
            "E0",
            &pause(Scope::Everything, HOUR),
            [(300, true), (299, false), (0, false), (hour, true), (hour + 1, false), (u32::MAX, false)],
            true,
        ),
        (
            "E0",
            &pause(Scope::Everything, HOUR),
            [(hour, true), (hour - 1, false), (0, false), (hour, true), (hour + 1, false), (u32::MAX, false)],
            false,
        ),
        (
            "S0",
            &tighter(),
            [(hour, true), (hour - 1, true), (299, false), (day, true), (day + 1, false), (u32::MAX, false)],
            true,
        ),
        (
            "S0",
            &tighter(),
            [(hour, true), (hour - 1, false), (0, false), (day, true), (day + 1, false), (u32::MAX, false)],
            false,
        ),
    ];
    for (who, action, values, approving) in cases {
        for (value, sound) in values {
            let mut world = world.clone();
            let mut open = world.opening(seat(who), action);
            *(if approving { &mut open.approve_within } else { &mut open.execute_within }) = value;
            match sound {
                true => world.applied(who, Order::Proposal(proposal::Order::Open(Box::new(open)))),
                false => world.refused(who, Order::Proposal(proposal::Order::Open(Box::new(open))), 303),
            }
        }
    }
}

/// An action has one row, or two where Emergency and Sovereign have one each: no other takes it.
#[test]
fn wrong_row_305_the_action_chooses_its_row() {
    let mut world = World::with_route();
    world.escalate("O0", Watched::Route(1));
    world.escalate("O0", Watched::Money);
    world.paused(Scope::Upgrades, HOUR);
    let looser = set_route(1, Some(first()), Economics { tx_max: 20_000, ..economics() });
    for action in [pause(Scope::Route(1), HOUR), world.lift(Scope::Upgrades), looser, tighter()] {
        let right = [world.opening("S0", &action).row, world.opening("E0", &action).row];
        for (row, _) in RowId::NAMED {
            let bounds: Row = world.cells.row(*row).unwrap();
            let (council, _) = bounds.minima.iter().next().unwrap();
            let council = if council == Council::PROGRAM { Council::Program(1) } else { council };
            let who = SeatId { council, index: 0 };
            let open = Open {
                row: *row,
                approve_within: bounds.approve_by,
                execute_within: bounds.window,
                ..world.opening(who, &action)
            };
            let mut world = world.clone();
            match right.contains(row) {
                true => world.applied(who, Order::Proposal(proposal::Order::Open(Box::new(open)))),
                // A programme's seats open what is about their programme, and nothing else.
                false if council == Council::Program(1) => {
                    world.refused(who, Order::Proposal(proposal::Order::Open(Box::new(open))), 206)
                }
                false => world.refused(who, Order::Proposal(proposal::Order::Open(Box::new(open))), 305),
            }
        }
    }
}

#[test]
fn a_mix_of_tightening_and_loosening_is_loosening() {
    let old = economics();
    let mut world = World::with_route();
    world.escalate("O0", Watched::Route(1));
    let open = |new, row| {
        let bounds: Row = world.cells.row(row).unwrap();
        let open = world.opening("M0", &set_route(1, Some(version(1, old)), new));
        let open = Open { row, approve_within: bounds.approve_by, execute_within: bounds.window, ..open };
        crate::world::code_of(&world.clone().order("M0", Order::Proposal(proposal::Order::Open(Box::new(open))))).0
    };
    // The other row does not take it.
    let row_of = |new| match (open(new, LOOSEN), open(new, RowId::BRIDGE_TIGHTEN)) {
        (None, Some(305)) => LOOSEN,
        (Some(305), None) => RowId::BRIDGE_TIGHTEN,
        other => panic!("{other:?}"),
    };
    assert_eq!(row_of(Economics { tx_max: 9_000, count_max: 6_000, ..old }), LOOSEN);
    let tight = RowId::BRIDGE_TIGHTEN;
    type Change = fn(&mut Economics);
    let changes: [(Change, RowId); 23] = [
        (|e| e.source.0[0] ^= 1, LOOSEN),
        (|e| e.destination.0[0] ^= 1, LOOSEN),
        (|e| e.rate_num -= 1, LOOSEN),
        (|e| e.rate_den += 1, LOOSEN),
        (|e| e.rate_from -= 1, LOOSEN),
        (|e| e.rate_from += 1, tight),
        (|e| e.rate_until += 1, LOOSEN),
        (|e| e.rate_until -= 1, tight),
        (|e| e.fee_bps += 1, LOOSEN),
        (|e| e.fee_min += 1, LOOSEN),
        (|e| e.fee_max -= 1, LOOSEN),
        (|e| e.tx_min -= 1, LOOSEN),
        (|e| e.tx_min += 1, tight),
        (|e| e.tx_max += 1, LOOSEN),
        (|e| e.account_max += 1, LOOSEN),
        (|e| e.account_max -= 1, tight),
        (|e| e.aggregate_max += 1, LOOSEN),
        (|e| e.aggregate_max -= 1, tight),
        (|e| e.count_max += 1, LOOSEN),
        (|e| e.count_max -= 1, tight),
        (|e| e.period -= 1, LOOSEN),
        (|e| e.large += 1, LOOSEN),
        (|e| e.large -= 1, tight),
    ];
    for (at, (change, row)) in changes.into_iter().enumerate() {
        let mut new = old;
        change(&mut new);
        assert_eq!(row_of(new), row, "change {at}");
    }
    // What is new lets more through than nothing did.
    let mut world = World::new();
    let open = Open { row: tight, execute_within: 86_400, ..world.opening("M0", &set_route(1, None, old)) };
    world.refused("M0", Order::Proposal(proposal::Order::Open(Box::new(open))), 305);
}

#[test]
fn rule_07_precondition_changed_411_when_opened_and_when_executed() {
    let mut world = World::with_route();
    let other = Economics { tx_max: 20_000, ..economics() };
    world.escalate("O0", Watched::Route(1));
    let others = [None, Some(version(1, other)), Some(version(2, economics())), Some(version(0, economics()))];
    let others = others.into_iter().map(|previous| (1, previous));
    for (route, previous) in others.chain([(2, Some(first())), (2, Some(version(0, other)))]) {
        let open = Open { row: LOOSEN, ..world.opening(seat("M0"), &set_route(route, previous, other)) };
        let open = Open { approve_within: 86_400, execute_within: 86_400, ..open };
        world.refused("M0", Order::Proposal(proposal::Order::Open(Box::new(open))), 411);
    }
    let change = world.loosening(other);
    let second = world.open("S0", &tighter());
    world.approve(&["S0", "S1", "M0"], &second);
    world.execute("O0", &second);
    world.wait(HOUR);
    world.refused("O0", execute(&change), 411);
}

/// Approved for the route as it was, not for its numbers: a value that comes back has a version of its own.
#[test]
fn rule_07_a_change_of_a_route_does_not_survive_there_and_back() {
    let mut world = World::with_route();
    let (old, tight) = (economics(), Economics { tx_max: 9_000, ..economics() });
    let loose = world.loosening(Economics { tx_max: 20_000, ..old });
    let change = world.open("S0", &tighter());
    world.approve(&["S0", "S1", "M0"], &change);
    world.execute("O0", &change); // an emergency: tightened
    let back = world.open("M1", &set_route(1, Some(version(2, tight)), old));
    world.approve(&["S0", "S1", "M0"], &back);
    world.wait(HOUR);
    world.execute("O0", &back); // and carefully back
    world.escalate("O0", Watched::Route(1));
    assert_eq!(world.cells.route(1), Ok(Some(Box::new(version(3, old)))));
    world.refused("O0", execute(&loose), 411); // what was meant for before the emergency
    let again = world.opening(seat("M0"), &set_route(1, Some(first()), old));
    world.refused("M0", Order::Proposal(proposal::Order::Open(Box::new(again))), 411);
    world.folds();
}

#[test]
fn rule_18_slots_full_412_until_one_ends() {
    let mut world = World::new();
    let action = pause(Scope::Everything, HOUR);
    let first = world.open("E0", &action);
    let slots: Vec<u8> = (0..3).map(|_| world.open("E0", &action).id.slot).collect();
    assert_eq!((first.id.slot, slots), (0, vec![1, 2, 3]));
    let open = world.opening(seat("E0"), &action);
    world.refused("E0", Order::Proposal(proposal::Order::Open(Box::new(open))), 412);
    let cells = world.cells.len();
    world.open("E1", &action); // another author has slots of its own
    assert_eq!(world.cells.len(), cells + 1);
    world.applied("E0", cancel(&first));
    let next = world.open("E0", &action);
    assert_eq!(next.id.slot, 0);
    assert!(next.id.serial > first.id.serial);
    // Time ends them too, and the record says so when the slot is given away.
    world.wait(HOUR);
    let last = world.open("E0", &action);
    let expired = Event::Proposal(proposal::Event::Rejected { id: next.id, cause: Cause::ApproveByPassed });
    assert_eq!(world.records[world.records.len() - 2].event, expired);
    assert_eq!(last.id.slot, 0);
    assert_eq!(world.cells.len(), cells + 1, "storage does not grow with history");
    world.folds();
}

#[test]
fn no_escalation_414_missing_used_elsewhere_or_older_than_seven_days() {
    let mut world = World::new();
    let new = set_route(1, None, economics());
    let open = |world: &World| Order::Proposal(proposal::Order::Open(Box::new(world.opening(seat("M0"), &new))));
    let order = open(&world);
    world.refused("M0", order.clone(), 414);
    world.escalate("A0", Watched::Route(2));
    world.refused("M0", order.clone(), 414);
    world.escalate("A1", Watched::Route(1));
    for (wait, code) in [(7 * DAY - 1, None), (7 * DAY, Some(414))] {
        let mut world = world.clone();
        world.wait(wait);
        let outcome = world.order(seat("M0"), order.clone());
        assert_eq!(crate::world::code_of(&outcome).0, code);
    }
    // One record serves one change: of two approved proposals the second finds it used.
    let change = world.open("M0", &new);
    world.approve(&["S0", "S1", "M0"], &change);
    world.wait(HOUR);
    world.execute("O0", &change);
    let looser = set_route(1, Some(first()), Economics { tx_max: 20_000, ..economics() });
    let again = Order::Proposal(proposal::Order::Open(Box::new(world.opening(seat("M0"), &looser))));
    world.refused("M0", again, 414);
    world.escalate("O1", Watched::Route(1));
    world.open("M0", &looser);
}

#[test]
fn no_escalation_414_when_it_was_used_or_grew_old_before_the_execution() {
    let mut world = World::new();
    world.escalate("O0", Watched::Route(1));
    world.wait(7 * DAY - 1);
    let proposal = world.open("M0", &set_route(1, None, economics()));
    world.approve(&["S0", "S1", "M0"], &proposal);
    world.wait(HOUR);
    world.refused("O0", execute(&proposal), 414);
    world.escalate("A0", Watched::Route(1));
    world.execute("O0", &proposal);
}

/// An approval that comes with the opening does what the opening and the approval do one after the other, byte for byte.
#[test]
fn an_approval_with_the_opening_is_the_opening_and_the_approval() {
    let at_once = [
        ("E0", pause(Scope::Everything, HOUR)),
        ("P0", adopt("charter")),
        ("P1", adopt("charter")),
        ("M0", tighter()),
        ("S1", tighter()),
    ];
    for (who, action) in at_once {
        let mut world = World::with_route();
        let mut other = world.clone();
        let open = Open { approve: true, ..world.opening(who, &action) };
        world.applied(who, Order::Proposal(proposal::Order::Open(Box::new(open))));
        let opened = other.open(who, &action);
        other.approve(&[who], &opened);
        assert_eq!(world.cells, other.cells, "{who}");
        let told = |world: &World| world.records.iter().map(|record| record.event.clone()).collect::<Vec<_>>();
        assert_eq!(told(&world), told(&other), "{who}");
    }
}

/// A row that needs one approval has its quorum with the opening, and the delay begins.
#[test]
fn an_approval_with_the_opening_may_be_the_quorum() {
    let mut world = World::new();
    let open = Open { approve: true, ..world.opening("P0", &adopt("charter")) };
    world.applied("P0", Order::Proposal(proposal::Order::Open(Box::new(open))));
    let kinds: Vec<_> = world.records.iter().rev().take(3).map(|record| record.event.kind()).collect();
    assert_eq!(kinds, ["QuorumReached", "Decided", "Opened"]);
}

/// Who may open but not vote has no approval to give, and opens nothing in trying.
#[test]
fn wrong_council_204_an_operator_opens_but_does_not_approve() {
    let mut world = World::new();
    let open = world.opening("O0", &register(component("node", ComponentKind::Node, Risk::Routine)));
    world.refused("O0", Order::Proposal(proposal::Order::Open(Box::new(Open { approve: true, ..open.clone() }))), 204);
    world.open_as("O0", open);
}

/// A key claims the very seat that it has.
#[test]
fn a_command_names_the_seat_of_its_key() {
    let mut world = World::new();
    let open = Order::Proposal(proposal::Order::Open(Box::new(world.opening("E0", &pause(Scope::Everything, HOUR)))));
    for (claimed, code) in [("E1", 211), ("S0", 204)] {
        let mut command = world.command("E0", open.clone());
        command.capacity = Capacity::Seat { seat: seat(claimed), epoch: 0 };
        let bytes = world.seal(&signer("E0"), command.clone());
        world.refused_bytes(&bytes, code);
        // By the direct door it is the same.
        let bare = (key_named("E0"), command).encode();
        assert!(matches!(world.act_bytes(&bare, true), Outcome::Refused { refusal, .. } if refusal.code() == code));
    }
    world.applied("E0", open);
}
