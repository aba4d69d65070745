//! 5xx and 7xx: pauses, what they block, and the parameters of a bridge.

use crate::world::{
    DAY, HOUR, INCIDENT, MINUTE, NO_PROPOSAL, START, World, code_of, economics, execute, first, pause, reject, seat,
    set_route, version,
};
use greatseal_protocol::{
    action::Action,
    bytes::IncidentId,
    cells::{CellKey, Cells},
    command::Order,
    emergency::Paused,
    event::Event,
    language::{bridge, emergency, proposal},
    route::Economics,
    scope::{Scope, Watched},
    state::State,
};

fn pause_cell(world: &World, scope: Scope) -> Paused {
    world.cells.cell(&CellKey::Pause(scope)).unwrap().unwrap()
}

#[test]
fn rule_14_blocked_500_by_everything_or_by_the_route_and_by_nothing_else() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    world.wait(HOUR);
    let others = [Scope::Upgrades, Scope::Route(2), Scope::Program(1), Scope::Account([1; 32])];
    for (scope, blocks) in
        [(Scope::Everything, true), (Scope::Route(1), true)].into_iter().chain(others.map(|s| (s, false)))
    {
        let mut world = world.clone();
        world.paused(scope, HOUR);
        match blocks {
            true => world.refused("O0", execute(&proposal), 500),
            false => world.execute("O0", &proposal),
        }
    }
    // Half-open: over in the second `until`.
    world.paused(Scope::Route(1), HOUR);
    world.wait(HOUR - 1);
    world.refused("O0", execute(&proposal), 500);
    world.wait(1);
    world.execute("O0", &proposal);
}

#[test]
fn rule_14_a_pause_stops_executions_and_never_the_cure() {
    let mut world = World::with_route();
    world.paused(Scope::Everything, HOUR);
    world.paused(Scope::Route(1), HOUR);
    // Opening and deciding go on, for loosening too.
    let looser = Economics { tx_max: 20_000, ..economics() };
    let loosening = world.loosening(looser);
    world.applied("S2", reject(&loosening));
    // Tightening, another pause and the lift take effect.
    let tighter = world.open("S0", &set_route(1, Some(first()), Economics { tx_max: 9_000, ..economics() }));
    world.approve(&["S0", "M0", "M1"], &tighter);
    world.execute("O0", &tighter);
    world.paused(Scope::Upgrades, HOUR);
    for scope in [Scope::Everything, Scope::Route(1), Scope::Upgrades] {
        let lift = world.open("S1", &world.lift(scope));
        world.approve(&["S1", "S2"], &lift);
        world.execute("O0", &lift);
        assert_eq!(pause_cell(&world, scope).until, world.now);
        assert!(world.cells.paused(scope, world.now).unwrap().is_none(), "lifted in that very second");
    }
    world.folds();
}

#[test]
fn pause_cap_501_between_a_second_and_an_hour() {
    let mut world = World::new();
    for (seconds, sound) in [(0, false), (1, true), (HOUR, true), (HOUR + 1, false), (u64::from(u32::MAX), false)] {
        let mut world = world.clone();
        let open = Order::Proposal(proposal::Order::Open(Box::new(
            world.opening(seat("E0"), &pause(Scope::Everything, seconds)),
        )));
        match sound {
            true => world.applied("E0", open),
            false => world.refused("E0", open, 501),
        }
    }
    world.paused(Scope::Everything, HOUR);
    assert_eq!(pause_cell(&world, Scope::Everything).until, START + HOUR);
}

#[test]
fn not_paused_503_when_opened_and_when_executed() {
    let mut world = World::new();
    let lift = crate::world::lift(Scope::Route(1), NO_PROPOSAL);
    let open = Order::Proposal(proposal::Order::Open(Box::new(world.opening(seat("S0"), &lift))));
    world.refused("S0", open.clone(), 503);
    world.paused(Scope::Everything, HOUR);
    world.refused("S0", open, 503); // that scope is not paused, another is
    world.paused(Scope::Route(1), 30 * MINUTE);
    world.refused_action("S0", &lift, 411); // the scope is paused, by another proposal
    let proposal = world.open("S0", &world.lift(Scope::Route(1)));
    world.approve(&["S0", "S1"], &proposal);
    world.wait(30 * MINUTE - 1);
    let mut before = world.clone();
    before.execute("O0", &proposal);
    world.wait(1);
    world.refused("O0", execute(&proposal), 503);
}

/// What was approved for one incident does not end the pause of the next.
#[test]
fn precondition_changed_411_a_lift_is_for_one_incident() {
    let (scope, another) = (Scope::Everything, IncidentId([6; 16]));
    let mut world = World::new();
    world.paused(scope, 10 * MINUTE);
    let set_by = world.cells.paused(scope, world.now).unwrap().unwrap().set_by;
    for (incident, code) in [(another, Some(411)), (INCIDENT, None)] {
        let open = Order::Proposal(proposal::Order::Open(Box::new(
            world.opening(seat("S0"), &Action::Emergency(emergency::Action::Lift { scope, set_by, incident })),
        )));
        let outcome = world.clone().order(seat("S0"), open);
        assert_eq!(code_of(&outcome), (code, true));
    }
    let consent = world.open("S0", &world.lift(scope));
    world.approve(&["S0", "S1"], &consent);
    world.wait(10 * MINUTE - 1);
    let mut running = world.clone();
    world.wait(HOUR); // the pause is long over, nobody needed the lift
    world.refused("O0", execute(&consent), 503);
    world.reviewed(INCIDENT, scope);
    world.paused_for(another, scope, HOUR);
    world.refused("O0", execute(&consent), 411);
    assert_eq!(pause_cell(&world, scope).until, world.now + HOUR, "the new pause holds");
    // A pause that runs keeps its name: prolonging it under another one does not dodge the lift that was approved.
    running.paused_for(another, scope, MINUTE);
    let next = Order::Proposal(proposal::Order::Open(Box::new(
        running.opening(seat("S2"), &Action::Emergency(emergency::Action::Lift { scope, set_by, incident: another })),
    )));
    running.clone().order(seat("S2"), next);
    assert_eq!(pause_cell(&running, scope).incident, INCIDENT);
    running.execute("O0", &consent);
    running.folds();
}

/// One hour after the other, without a break: after four it is over for the week.
#[test]
fn rule_18_emergency_alone_pauses_at_most_four_hours_in_seven_days() {
    let mut world = World::new();
    for _ in 0..4 {
        world.paused(Scope::Everything, HOUR);
        world.wait(HOUR - 1);
    }
    let cell = pause_cell(&world, Scope::Everything);
    assert_eq!(cell.until - cell.since, 4 * HOUR - 3);
    for (seconds, code) in [(4, None), (5, Some(501)), (HOUR, Some(501))] {
        let open =
            Order::Proposal(proposal::Order::Open(Box::new(world.opening("E0", &pause(Scope::Everything, seconds)))));
        assert_eq!(code_of(&world.clone().order("E0", open)).0, code, "{seconds}");
    }
    // What overlaps is counted with it, what does not is not; and the Sovereign council has no such cap.
    world.refused_action("E0", &pause(Scope::Route(1), HOUR), 501);
    world.paused(Scope::Account([1; 32]), HOUR);
    world.enact("S0", &pause(Scope::Everything, 72 * HOUR));
}

#[test]
fn a_pause_counts_from_its_execution_never_shortens_and_keeps_its_beginning() {
    let mut world = World::new();
    let scope = Scope::Everything;
    let proposal = world.open("E0", &pause(scope, HOUR));
    world.approve(&["E0", "E1"], &proposal);
    world.wait(30 * MINUTE);
    world.execute("O0", &proposal);
    let begun = world.now;
    assert_eq!(pause_cell(&world, scope).until, begun + HOUR);
    world.wait(10 * MINUTE);
    world.paused(scope, MINUTE); // shorter than what runs
    assert_eq!((pause_cell(&world, scope).since, pause_cell(&world, scope).until), (begun, begun + HOUR));
    world.now = begun + HOUR - 1;
    world.paused(scope, HOUR); // an extension, while it holds
    assert_eq!((pause_cell(&world, scope).since, pause_cell(&world, scope).until), (begun, begun + 2 * HOUR - 1));
    world.now = begun + 2 * HOUR - 1;
    world.reviewed(INCIDENT, scope);
    world.paused(scope, HOUR); // not any more: a new one
    assert_eq!(pause_cell(&world, scope).since, world.now);
    world.folds();
}

#[test]
fn bad_economics_700_one_field_at_a_time() {
    let mut world = World::new();
    world.escalate("O0", Watched::Route(1));
    type Change = fn(&mut Economics);
    let bad: [Change; 12] = [
        |e| e.rate_num = 0,
        |e| e.rate_den = 0,
        |e| e.rate_until = e.rate_from,
        |e| e.rate_from = e.rate_until + 1,
        |e| e.fee_bps = 10_001,
        |e| e.fee_min = e.fee_max + 1,
        |e| e.tx_min = e.tx_max + 1,
        |e| e.tx_max = e.account_max + 1,
        |e| e.account_max = e.aggregate_max + 1,
        |e| e.period = 479,
        |e| e.period = 0,
        |e| e.aggregate_max = 0,
    ];
    for change in bad {
        let mut economics = economics();
        change(&mut economics);
        let open = world.opening(seat("M0"), &set_route(1, None, economics));
        world.refused("M0", Order::Proposal(proposal::Order::Open(Box::new(open))), 700);
    }
    let edges: [Change; 6] = [
        |e| e.fee_bps = 10_000,
        |e| e.fee_min = e.fee_max,
        |e| e.period = 480,
        |e| e.tx_min = e.tx_max,
        |e| (e.tx_max, e.account_max) = (e.aggregate_max, e.aggregate_max),
        |e| e.rate_until = e.rate_from + 1,
    ];
    for change in edges {
        let mut world = world.clone();
        let mut economics = economics();
        change(&mut economics);
        world.open("M0", &set_route(1, None, economics));
    }
}

#[test]
fn route_versions_rise_by_one_and_tightening_uses_no_escalation() {
    let mut world = World::with_route();
    world.escalate("A0", Watched::Route(1));
    let tighter = Economics { tx_max: 9_000, ..economics() };
    let proposal = world.open("S0", &set_route(1, Some(first()), tighter));
    world.approve(&["S0", "S1", "M0"], &proposal);
    world.execute("O0", &proposal);
    let Event::Bridge(bridge::Event::RouteChanged { version: number, escalation, economics, .. }) =
        world.records.last().unwrap().event
    else {
        panic!()
    };
    assert_eq!((number, escalation, economics), (2, false, tighter));
    // The escalation is still there for the next loosening.
    world.wait(DAY);
    world.open("M0", &set_route(1, Some(version(2, tighter)), crate::world::economics()));
    world.folds();
}
