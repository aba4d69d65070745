//! Section 6: whose approvals count, and since when the quorum stands.

use crate::world::{
    DAY, HOUR, MINUTE, Opened, SET_ASIDE, World, adopt, approve, cancel, code_of, decide, economics, execute, pause,
    reinstate, reject, set_route, signer, suspend,
};
use greatseal_protocol::{
    action::Action,
    command::{Capacity, Command, Order},
    council::{Council, Suspender, Suspension},
    event::Event,
    language::{policy, proposal},
    outcome::Outcome,
    proposal::{Proposal, Stage},
    proposal_id::Decision,
    row::{Row, RowId},
    scope::{Scope, Watched},
    standing::Status,
    state::State,
};

fn set_aside(world: &mut World, who: &str) {
    world.poke(who, |seat| seat.suspension = Some(SET_ASIDE));
}

/// The order of whoever has just taken a seat.
fn as_successor(world: &mut World, name: &str, council: Council, order: Order) -> Outcome {
    let epoch = world.cells.council(council).unwrap().epoch;
    let command = Command {
        capacity: Capacity::Seat { seat: world.seat_of(name).unwrap(), epoch },
        expiry: world.now + MINUTE,
        order,
    };
    let bytes = world.seal(&signer(name), command);
    world.submit(&bytes)
}

/// An approved pause of everything, which nobody has executed.
fn approved_pause() -> (World, Opened) {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    world.approve(&["E0", "E1"], &proposal);
    (world, proposal)
}

#[test]
fn a_late_approval_moves_nothing_and_a_reject_brings_the_quorum_down_and_restarts_the_delay() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    let quorum_at = world.now;
    let stage = |world: &World| world.cells.proposal(proposal.id).unwrap().stage;
    world.wait(10 * MINUTE);
    world.approve(&["S2"], &proposal);
    assert_eq!(stage(&world), Stage::Approved { quorum_at });
    assert!(matches!(
        world.records.last().unwrap().event,
        Event::Proposal(proposal::Event::Decided { quorum: true, .. })
    ));
    world.applied("S2", reject(&proposal)); // three approvals are left
    assert_eq!(stage(&world), Stage::Approved { quorum_at });
    world.applied("S1", reject(&proposal)); // two: it fell
    assert_eq!(stage(&world), Stage::Open);
    world.wait(HOUR);
    world.refused("O0", execute(&proposal), 404);
    world.approve(&["M1"], &proposal);
    let (eta, execute_by) = (world.now + HOUR, world.now + HOUR + 3 * DAY);
    let reached = Event::Proposal(proposal::Event::QuorumReached { id: proposal.id, eta, execute_by });
    assert_eq!(world.records.last().unwrap().event, reached);
    world.now = eta - 1;
    world.refused("O0", execute(&proposal), 405);
    assert_eq!(
        world.cells.proposal(proposal.id).unwrap().status(&world.cells, eta),
        Ok(Status::Executable(execute_by))
    );
    world.now = eta;
    world.execute("O0", &proposal);
    world.folds();
}

#[test]
fn protective_proposals_survive_one_epoch_but_no_change_of_the_row() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    world.approve(&["E0"], &proposal);
    world.epoch(Council::Emergency, 1);
    world.approve(&["E1"], &proposal);
    let mut changed = world.clone();
    changed.poke_row(RowId::EMERGENCY_PAUSE, |row| row.version = 1);
    changed.refused("E2", execute(&proposal), 407);
    world.execute("E2", &proposal);
}

/// Section 6, counted: under a protective row the epoch is the proposal's or the one after it, not any other.
#[test]
fn rule_10_protective_approvals_survive_one_epoch_only() {
    let (world, proposal) = approved_pause();
    for (epoch, counts) in [(0, true), (1, true), (2, false), (3, false), (u32::MAX, false)] {
        let mut world = world.clone();
        world.epoch(Council::Emergency, epoch);
        let cell = world.cells.proposal(proposal.id).unwrap();
        let present = cell.present(world.cells.head().unwrap().changes, &world.cells).unwrap();
        let missing = cell.missing(&present, &world.cells, world.now);
        assert_eq!(missing, Ok(if counts { 0 } else { 2 }), "epoch {epoch}");
        let plain = Proposal { row: RowId::LIFT_EARLY, ..*cell.clone() };
        let plain = plain.missing(&present, &world.cells, world.now);
        assert_eq!(plain, Ok(if epoch == 0 { 0 } else { 2 }), "no row but a protective one");
        match counts {
            true => world.execute("E2", &proposal),
            false => world.refused("E2", execute(&proposal), 404),
        }
    }
    // The epoch after the last one is none.
    let mut cell = world.cells.proposal(proposal.id).unwrap();
    cell.tallies[0].epoch = u32::MAX;
    assert_eq!(
        cell.missing(&cell.present_anew(&world.cells).unwrap(), &world.cells, world.now),
        Ok(0),
        "the epoch that the proposal names is in the future"
    );
}

/// Section 6, counted: member now. A bit belongs to the member who set it, not to whoever sits there next.
#[test]
fn rule_10_a_successor_does_not_inherit_an_approval() {
    let (mut world, proposal) = approved_pause();
    world.rotate("E1", "successor");
    world.refused("E2", execute(&proposal), 404);
    // Two who sat when it was opened are needed, and there are two.
    world.approve(&["E2"], &proposal);
    world.execute("E2", &proposal);
}

/// The seat's bit is the predecessor's, whether set or not: who came later has no part in it.
#[test]
fn wrong_epoch_205_who_took_the_seat_after_the_opening_does_not_vote() {
    for voted in [&["E0", "E1"][..], &["E0"][..]] {
        let mut world = World::new();
        let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
        world.approve(voted, &proposal);
        world.rotate("E1", "successor");
        for decision in [Decision::Approve, Decision::Reject] {
            let outcome = as_successor(&mut world, "successor", Council::Emergency, decide(&proposal, decision));
            assert_eq!(code_of(&outcome), (Some(205), true));
        }
        world.refused("E1", approve(&proposal), 201); // and the predecessor's key is nobody's
        // What is opened from now on is the successor's too.
        let next = world.open("E2", &pause(Scope::Upgrades, HOUR));
        for (name, order) in [("successor", approve(&next)), ("E0", approve(&next)), ("successor", execute(&next))] {
            let outcome = as_successor(&mut world, name, Council::Emergency, order);
            assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
        }
    }
}

#[test]
fn counted_again_at_execution_a_suspended_seat_does_not_count() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    world.wait(HOUR);
    set_aside(&mut world, "S1");
    world.refused("O0", execute(&proposal), 404);
}

/// Section 6: `quorum_at` is the last moment at which the quorum turned true, also after a suspension took it away.
#[test]
fn rule_16_a_quorum_that_fell_by_suspension_restarts_the_delay() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    set_aside(&mut world, "S1");
    world.wait(HOUR);
    world.refused("O0", execute(&proposal), 404);
    world.approve(&["S2"], &proposal); // turns true again, now
    let (eta, execute_by) = (world.now + HOUR, world.now + HOUR + 3 * DAY);
    let reached = Event::Proposal(proposal::Event::QuorumReached { id: proposal.id, eta, execute_by });
    assert_eq!(world.records.last().unwrap().event, reached);
    assert_eq!(world.cells.proposal(proposal.id).unwrap().stage, Stage::Approved { quorum_at: world.now });
    world.refused("O0", execute(&proposal), 405);
    world.now = eta - 1;
    world.refused("O0", execute(&proposal), 405);
    world.now = eta;
    world.execute("O0", &proposal);
}

/// What a suspension took comes back by itself: neither one approval more in between, nor the reject of a seat that had not
/// approved, may stand in its way.
#[test]
fn rule_16_an_approval_more_does_no_harm_to_a_quorum_that_comes_back() {
    for (who, decision) in [("S2", Decision::Approve), ("S2", Decision::Reject)] {
        let mut world = World::new();
        let proposal = world.loosening(economics());
        let quorum_at = world.now;
        for who in ["E0", "E1"] {
            world.poke(who, |seat| seat.valid_until = u64::MAX);
        }
        world.enact("E0", &suspend("S1"));
        world.enact("E0", &suspend("M0"));
        world.applied(who, decide(&proposal, decision));
        assert!(
            matches!(
                world.records.last().unwrap().event,
                Event::Proposal(proposal::Event::Decided { quorum: false, .. })
            ),
            "{decision:?}"
        );
        assert_eq!(world.cells.proposal(proposal.id).unwrap().stage, Stage::Approved { quorum_at });
        world.now = quorum_at + 26 * HOUR; // longer than one may decide
        world.refused("O0", execute(&proposal), 404);
        for who in ["S1", "M0"] {
            world.enact("S0", &reinstate(who));
        }
        world.refused("O0", execute(&proposal), 405);
        world.wait(HOUR);
        world.execute("O0", &proposal);
    }
}

/// Expiry is asked of who speaks: what a seat said while it was valid goes on counting.
#[test]
fn an_approval_outlives_the_validity_of_its_seat() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    let until = world.now + HOUR;
    ["S0", "S1", "M0"].iter().for_each(|who| world.poke(who, |seat| seat.valid_until = until));
    world.wait(HOUR);
    world.refused("S0", reject(&proposal), 203);
    world.refused("M0", cancel(&proposal), 203);
    world.execute("O0", &proposal);
}

/// Who comes back to a quorum that stands without them does not start its delay again.
#[test]
fn rule_16_a_supporter_who_comes_back_holds_nothing_up() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    let eta = world.now + HOUR;
    // One more than are needed, who is away while the quorum stands.
    world.approve(&["S2"], &proposal);
    let away = Suspension { from: world.now, until: eta - MINUTE, by: Suspender::Emergency };
    world.poke("S2", |seat| seat.suspension = Some(away));
    world.now = eta - 1;
    world.refused("O0", execute(&proposal), 405);
    world.now = eta;
    world.execute("O0", &proposal);
}

/// A quorum that fell and came back by itself is dated by the next decision: the seat that brought it back may leave
/// again, and nobody could tell afterwards since when the others have formed it.
#[test]
fn rule_16_a_quorum_that_came_back_is_called_anew_by_the_next_decision() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    let away = |from, until| Some(Suspension { from, until, by: Suspender::Emergency });
    let now = world.now;
    world.poke("S1", |seat| seat.suspension = away(now, now + HOUR - MINUTE));
    world.wait(HOUR - MINUTE); // S1 is back
    world.approve(&["S2"], &proposal);
    let (eta, execute_by) = (world.now + HOUR, world.now + HOUR + 3 * DAY);
    let reached = Event::Proposal(proposal::Event::QuorumReached { id: proposal.id, eta, execute_by });
    assert_eq!(world.records.last().unwrap().event, reached);
    let now = world.now;
    world.poke("S1", |seat| seat.suspension = away(now, u64::MAX));
    world.wait(MINUTE);
    world.refused("O0", execute(&proposal), 405);
    world.now = eta;
    world.execute("O0", &proposal);
}

// Looking again

/// Whether it remembers its row and councils, and how many approvals are missing: the same to whoever looks again.
fn counts(world: &World, proposal: &Opened) -> (bool, u32) {
    let cell = world.cells.proposal(proposal.id).unwrap();
    let changes = world.cells.head().unwrap().changes;
    let missing = |present| cell.missing(&present, &world.cells, world.now).unwrap();
    let anew = missing(cell.present_anew(&world.cells).unwrap());
    assert_eq!(missing(cell.present(changes, &world.cells).unwrap()), anew);
    (cell.settled == Some(changes), anew)
}

/// Approvals before and after a suspension, and before and after a reinstatement.
#[test]
fn rule_10_a_proposal_looks_again_after_a_suspension_and_after_its_end() {
    let mut world = World::new();
    world.escalate("O0", Watched::Route(1));
    let proposal = world.open("M0", &set_route(1, None, economics()));
    let text = world.open("P1", &adopt("charter"));
    world.approve(&["S0", "M0"], &proposal);
    assert_eq!((counts(&world, &proposal), counts(&world, &text)), ((true, 1), (true, 1)));
    world.enact("E0", &suspend("S0"));
    assert_eq!((counts(&world, &proposal), counts(&world, &text)), ((false, 2), (false, 1)));
    world.approve(&["S1"], &proposal);
    assert_eq!(counts(&world, &proposal), (false, 1));
    let meanwhile = world.open("S1", &reinstate("S0"));
    assert_eq!(counts(&world, &meanwhile), (false, 2), "opened by a council that is not whole");
    world.approve(&["S1", "S2"], &meanwhile);
    world.execute("O0", &meanwhile);
    assert_eq!(counts(&world, &proposal), (false, 0), "who was set aside counts again");
    world.refused("O0", execute(&proposal), 404); // nobody has called it yet
    world.approve(&["S2"], &proposal);
    let (eta, execute_by) = (world.now + HOUR, world.now + HOUR + 3 * DAY);
    let reached = Event::Proposal(proposal::Event::QuorumReached { id: proposal.id, eta, execute_by });
    assert_eq!(world.records.last().unwrap().event, reached);
    world.wait(HOUR);
    world.execute("O0", &proposal);
    world.approve(&["P0"], &text);
    world.execute("O0", &text);
    world.folds();
}

/// Approvals before and after a rotation, and before and after the successor accepts.
#[test]
fn rule_10_a_proposal_looks_again_after_a_rotation_and_after_its_acceptance() {
    let mut world = World::new();
    let rotation = world.rotation("E1", "successor");
    let rotation = world.carry("S0", &rotation);
    world.wait(HOUR);
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    let text = world.open("P1", &adopt("charter"));
    world.approve(&["E0", "E1"], &proposal);
    assert_eq!((counts(&world, &proposal), counts(&world, &text)), ((true, 0), (true, 1)));
    world.execute("O0", &rotation);
    assert_eq!((counts(&world, &proposal), counts(&world, &text)), ((false, 1), (false, 1)));
    world.refused("E2", execute(&proposal), 404);
    for accepts in [false, true] {
        let mut world = world.clone();
        if accepts {
            let changes = world.cells.head().unwrap().changes;
            let accept = world.acceptance("successor");
            world.applied("successor", accept);
            assert_eq!(world.cells.head().unwrap().changes, changes + 1);
            world.wait(1);
            world.refused("successor", approve(&proposal), 205);
        }
        assert_eq!(counts(&world, &proposal), (false, 1), "accepted: {accepts}");
        world.approve(&["E2"], &proposal);
        assert_eq!(counts(&world, &proposal), (false, 0), "accepted: {accepts}");
        // Of a council that is whole whatever is opened next is remembered; of one that waits for somebody it is not.
        let next = world.open("E2", &pause(Scope::Upgrades, HOUR));
        assert_eq!(counts(&world, &next), (accepts, 2));
        world.approve(&["E0", "E2"], &next);
        world.approve(&["P0"], &text);
        [&next, &text, &proposal].into_iter().for_each(|one| world.execute("E2", one));
        world.folds();
    }
}

/// Approvals before and after a change of its row, and of another.
#[test]
fn rule_10_a_proposal_looks_again_after_a_change_of_a_row() {
    let mut world = World::new();
    let row = world.cells.row(RowId::EMERGENCY_PAUSE).unwrap();
    let change = Action::Policy(policy::Action::SetRow(Row { version: 1, approve_by: row.approve_by / 2, ..row }));
    let change = world.carry("S0", &change);
    world.wait(2 * DAY);
    let ready = world.open("E0", &pause(Scope::Everything, HOUR));
    world.approve(&["E0", "E1"], &ready);
    let proposal = world.open("E1", &pause(Scope::Everything, HOUR));
    world.approve(&["E0"], &proposal);
    let text = world.open("P1", &adopt("charter"));
    assert_eq!((counts(&world, &proposal), counts(&world, &text)), ((true, 1), (true, 1)));
    world.execute("O0", &change);
    assert_eq!((counts(&world, &proposal), counts(&world, &text)), ((false, 1), (false, 1)));
    world.refused("E1", approve(&proposal), 407);
    world.refused("O0", execute(&ready), 407);
    world.approve(&["P0"], &text);
    world.execute("O0", &text);
    let next = world.open("E2", &pause(Scope::Everything, HOUR));
    assert_eq!(counts(&world, &next), (true, 2));
    world.approve(&["E0", "E1"], &next);
    world.execute("O0", &next);
    world.folds();
}
