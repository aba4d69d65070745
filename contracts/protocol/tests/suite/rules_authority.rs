//! 2xx: who may speak.

use crate::rules_envelope::with_approval;
use crate::world::{
    DAY, HOUR, Opened, SET_ASIDE, START, World, approve, cancel, code_of, economics, execute, first, genesis, key_of,
    label, pause, reject, row_at, seat, set_route, signer, tighter,
};
use greatseal_protocol::{
    bytes::{Label, ProposalDigest},
    cells::{CellKey, CellsMut},
    command::{Capacity, Command, Order},
    envelope::Envelope,
    event::Event,
    language::proposal::{self, Open},
    outcome::Outcome,
    proposal_id::ProposalId,
    row::{Executors, RowId},
    scope::{Scope, Watched},
    state::State,
};

#[test]
fn unreadable_190_refuses_what_asks_for_the_cell() {
    let (mut world, good) = with_approval();
    world.cells.store(&CellKey::Seat(seat("E1")), vec![0xFF]);
    world.refused_bytes(&good, 190);
    world.cells.store(&CellKey::KeySeat(key_of(&signer("E1"))), vec![]);
    world.refused_bytes(&good, 190);
}

#[test]
fn unknown_key_200_is_not_on_record() {
    let (mut world, good) = with_approval();
    let envelope = Envelope::parse(&good).unwrap();
    let stranger = world.seal(&signer("stranger"), envelope.command.clone());
    world.ignored_bytes(&stranger, 200);
    // A stranger who claims nothing has no order to give but to execute.
    let anyone = Command { capacity: Capacity::Anyone, ..envelope.command };
    let bytes = world.seal(&signer("stranger"), anyone.clone());
    world.ignored_bytes(&bytes, 204);
    // A member who claims nothing neither, but that is on record.
    let bytes = world.seal(&signer("E1"), anyone);
    world.refused_bytes(&bytes, 204);
}

#[test]
fn a_stranger_may_execute_what_anyone_may() {
    let (mut world, good) = with_approval();
    world.submit(&good);
    let envelope = Envelope::parse(&good).unwrap();
    let Order::Proposal(proposal::Order::Decide { id, digest, .. }) = envelope.command.order else { panic!() };
    let proposal = Opened { id, digest, action: pause(Scope::Route(1), HOUR) };
    let command = Command { capacity: Capacity::Anyone, expiry: START + 1, order: execute(&proposal) };
    let bytes = world.seal(&signer("stranger"), command);
    world.ignored_bytes(&bytes, 404);
    world.approve(&["E0"], &proposal);
    assert!(matches!(world.submit(&bytes), Outcome::Applied { .. }));
    world.ignored_bytes(&bytes, 409);
}

/// 201 to 203 for every order that needs a seat, by a state written into the cell.
#[test]
fn not_active_201_suspended_202_overdue_203_for_every_order() {
    let mut world = World::with_route();
    let same = set_route(1, Some(first()), economics());
    let proposal = world.open("S0", &same);
    let open = Order::Proposal(proposal::Order::Open(Box::new(world.opening(seat("S0"), &same))));
    let escalate = world.escalation("S0", Watched::Route(1));
    let seated = [approve(&proposal), reject(&proposal), cancel(&proposal), open, escalate];
    let accepted = world.cells.seat(seat("S0")).unwrap().accepted;
    for code in [201, 202] {
        world.poke("S0", |seat| match code {
            201 => seat.accepted = None,
            _ => (seat.accepted, seat.suspension) = (accepted, Some(SET_ASIDE)),
        });
        for order in &seated {
            world.refused("S0", order.clone(), code);
        }
        // Whoever is set aside may still execute as a stranger would: here there is no quorum.
        world.refused("S0", execute(&proposal), if code == 201 { 201 } else { 404 });
    }
    let now = world.now;
    world.poke("S0", |seat| (seat.suspension, seat.valid_until) = (None, now));
    for order in seated {
        world.refused("S0", order, 203);
    }
    // A key that sat here once is not the seat's key any more.
    world.poke("S0", |seat| seat.key = key_of(&signer("successor")));
    world.refused("S0", approve(&proposal), 201);
}

/// An overdue key is as good as a stranger's: it may execute what anyone may, and nothing that operators must.
#[test]
fn rule_05_an_overdue_seat_executes_as_a_stranger_would() {
    let mut table = genesis();
    let at = row_at(&table, RowId::BRIDGE_LOOSEN);
    table.rows[at].executors = Executors::Operator;
    for (genesis, wants) in [(genesis(), None), (table, Some(207))] {
        let mut world = World::deploy(genesis);
        let proposal = world.loosening(economics());
        world.wait(HOUR);
        let now = world.now;
        world.poke("O0", |seat| seat.valid_until = now);
        let mut overdue = world.clone();
        let outcome = overdue.order(seat("O0"), execute(&proposal));
        assert_eq!(code_of(&outcome), (wants, true));
        if wants.is_none() {
            assert_eq!(operator(&overdue), None, "nobody's name is in the log");
        }
        world.poke("O0", |seat| seat.valid_until = now + 1);
        world.execute("O0", &proposal);
        assert_eq!(operator(&world), Some(label("infra-operator")));
    }
}

/// Whom the last execution names in the deployment log.
fn operator(world: &World) -> Option<Label> {
    let log = world.records.iter().rev().find_map(|record| match &record.event {
        Event::Proposal(proposal::Event::Executed { log, .. }) => Some(log),
        _ => None,
    });
    log.unwrap().operator
}

/// Section 8: expiry is soft; overdue seats of Emergency pause on, from the opening to the effect.
#[test]
fn rule_15_an_overdue_emergency_can_still_pause() {
    let mut world = World::with_route();
    let tighter = world.opening(seat("S0"), &tighter());
    world.now = START + 200 * DAY;
    let everything = pause(Scope::Everything, HOUR);
    let taken_back = world.open("E0", &everything);
    world.applied("E0", cancel(&taken_back));
    let unwanted = world.open("E1", &everything);
    world.applied("E0", reject(&unwanted));
    let proposal = world.open("E0", &everything);
    world.approve(&["E0", "E2"], &proposal);
    world.execute("E1", &proposal);
    assert!(world.cells.paused(Scope::Everything, world.now).unwrap().is_some());
    // Nothing else: no other row, no other council under this row, no other order.
    for row in [RowId::LIFT_EARLY, RowId::BRIDGE_LOOSEN, RowId::BRIDGE_TIGHTEN] {
        world.refused(
            "E0",
            Order::Proposal(proposal::Order::Open(Box::new(Open { row, nonce: 100, ..tighter.clone() }))),
            203,
        );
    }
    let open = world.opening(seat("S0"), &everything);
    world.refused("S0", Order::Proposal(proposal::Order::Open(Box::new(open))), 203);
    world.refused("S0", approve(&unwanted), 203);
    world.refused("S0", cancel(&unwanted), 203);
    let escalate = world.escalation("E0", Watched::Route(1));
    world.refused("E0", escalate, 203);
    // Soft is expiry only.
    world.poke("E1", |seat| seat.suspension = Some(SET_ASIDE));
    world.refused("E1", approve(&unwanted), 202);
}

/// Votes and cancels look the proposal up before they ask how old the seat is.
#[test]
fn overdue_203_comes_after_unknown_400_and_wrong_digest_401() {
    let mut world = World::with_route();
    let proposal = world.open("S0", &tighter());
    let now = world.now;
    world.poke("S0", |seat| seat.valid_until = now);
    let unknown = Opened { id: ProposalId { serial: 99, ..proposal.id }, ..proposal.clone() };
    for order in [approve(&unknown), reject(&unknown), cancel(&unknown)] {
        world.refused("S0", order, 400);
    }
    let crossed = Opened { digest: ProposalDigest([0; 32]), ..proposal };
    world.refused("S0", approve(&crossed), 401);
    world.refused("S0", cancel(&crossed), 203);
}

#[test]
fn rule_05_overdue_203_half_open_at_valid_until() {
    let mut world = World::with_route();
    let until = world.cells.seat(seat("S0")).unwrap().valid_until;
    world.now = until - 1;
    let proposal = world.open("S1", &set_route(1, Some(first()), economics()));
    let before = world.clone();
    world.approve(&["S0"], &proposal);
    let mut world = before;
    world.now = until;
    world.refused("S0", approve(&proposal), 203);
    world.approve(&["S1"], &proposal);
}

#[test]
fn wrong_council_204_claims_another_council_or_votes_outside_its_rows() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    for who in ["S0", "M0", "O0", "A0"] {
        world.refused(who, approve(&proposal), 204);
        world.refused(who, reject(&proposal), 204);
    }
    let mut command = world.command(seat("S0"), approve(&proposal));
    command.capacity = Capacity::Seat { seat: seat("E0"), epoch: 0 };
    let bytes = world.seal(&signer("S0"), command);
    world.refused_bytes(&bytes, 204);
    for who in ["S0", "E0", "M0"] {
        let order = world.escalation(who, Watched::Route(1));
        world.refused(who, order, 204);
    }
}

#[test]
fn rule_10_wrong_epoch_205() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    let mut command = world.command(seat("E1"), approve(&proposal));
    command.capacity = Capacity::Seat { seat: seat("E1"), epoch: 1 };
    let bytes = world.seal(&signer("E1"), command);
    world.refused_bytes(&bytes, 205);
}

#[test]
fn not_an_author_206_opening_and_cancelling() {
    let mut world = World::new();
    for who in ["S0", "M0", "O0", "A0"] {
        let open = world.opening("E0", &pause(Scope::Everything, HOUR));
        world.refused(
            who,
            Order::Proposal(proposal::Order::Open(Box::new(Open { nonce: world.nonce(who), ..open }))),
            206,
        );
    }
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    for who in ["E1", "S0", "O0"] {
        world.refused(who, cancel(&proposal), 206);
    }
}

#[test]
fn not_an_executor_207_operators_first_the_council_after_half_the_window() {
    let mut genesis = genesis();
    let at = row_at(&genesis, RowId::BRIDGE_LOOSEN);
    genesis.rows[at].executors = Executors::Operator;
    let mut world = World::deploy(genesis);
    // To execute is not to propose; and operators approve nothing.
    world.escalate("O0", Watched::Route(1));
    let open = world.opening(seat("O0"), &set_route(1, None, economics()));
    world.refused("O0", Order::Proposal(proposal::Order::Open(Box::new(open))), 206);
    let proposal = world.open("M0", &set_route(1, None, economics()));
    world.refused("O0", approve(&proposal), 204);
    world.approve(&["S0", "S1", "M0"], &proposal);
    world.wait(HOUR);
    let (mut operator, half) = (world.clone(), world.now + 36 * HOUR);
    operator.execute("O1", &proposal);
    for who in ["S0", "M1", "E0", "A0"] {
        world.refused(who, execute(&proposal), 207);
    }
    world.now = half - 1;
    world.refused("S2", execute(&proposal), 207);
    world.now = half;
    world.refused("E0", execute(&proposal), 207);
    let command = Command { capacity: Capacity::Anyone, expiry: half + 1, order: execute(&proposal) };
    let stranger = world.seal(&signer("stranger"), command);
    world.ignored_bytes(&stranger, 207);
    world.execute("S2", &proposal);
}
