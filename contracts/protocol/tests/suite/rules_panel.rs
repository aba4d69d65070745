//! 417, 418, 64x: disputes, and the panel that breaks a tie over one.

use crate::world::{
    self, DAY, HOUR, Opened, REASON, World, adopt, approve, call_panel, code_of, dispute, dispute_of, execute,
    panel_approve, reject, seat, suspend,
};
use greatseal_protocol::{
    action::Action,
    bytes::ReferenceHash,
    cells::{CellKey, Cells, CellsMut},
    command::Order,
    dispute::{Dispute, Resolution, Subject, Triage},
    event::Event,
    language::{dispute, proposal},
    state::State,
};

const SUBJECT: Subject = Subject::Other(ReferenceHash([0xD1; 32]));

fn resolve(world: &World) -> Action {
    world::resolve(&world.cells, dispute_of("A0", SUBJECT), Resolution::Dismissed)
}

/// One approval of two, and the time to decide is over.
fn tie() -> (World, Opened) {
    let mut world = World::new();
    world.applied("A0", dispute(SUBJECT));
    let proposal = world.open("S0", &resolve(&world));
    world.approve(&["S0"], &proposal);
    world.wait(DAY);
    (world, proposal)
}

/// Called, and the panel's turn has come.
fn turn() -> (World, Opened) {
    let (mut world, proposal) = tie();
    world.applied("S2", call_panel(&proposal));
    world.wait(48 * HOUR);
    (world, proposal)
}

fn outcome(world: &World, who: &str, order: Order) -> Option<u16> {
    code_of(&world.clone().order(who, order)).0
}

#[test]
fn disputes_640_641_and_who_opens_them() {
    let mut world = World::new();
    for who in ["S0", "O0", "E0", "X0"] {
        world.refused(who, dispute(SUBJECT), 204);
    }
    world.refused_action("S0", &resolve(&world), 641);
    world.applied("A0", dispute(SUBJECT));
    world.refused("A0", dispute(SUBJECT), 640);
    // Each seat has its own doubts, and nobody's is in another's way.
    world.applied("A1", dispute(SUBJECT));
    let early = world.carry("S0", &resolve(&world));
    world.refused("O0", execute(&early), 644);
    world.wait(DAY);
    world.enact("S0", &resolve(&world));
    let held: Dispute = world.cells.cell(&CellKey::Dispute(dispute_of("A0", SUBJECT))).unwrap().unwrap();
    assert_eq!(held.resolved, Some((Resolution::Dismissed, world.now)));
    world.refused_action("S0", &resolve(&world), 641);
    // A new doubt is a new record, once no envelope of the old one is accepted any more.
    world.refused("A0", dispute(SUBJECT), 646);
    world.wait(HOUR);
    world.applied("A0", dispute(SUBJECT));
    world.folds();
}

/// Two answers were approved: the second finds nothing to answer.
#[test]
fn not_disputed_641_when_it_was_answered_in_between() {
    let mut world = World::new();
    world.applied("A0", dispute(SUBJECT));
    world.wait(DAY);
    let (one, two) = (world.carry("S0", &resolve(&world)), world.carry("S1", &resolve(&world)));
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 641);
}

/// The panel is called within a day after the time to decide, by the Sovereign or an auditor.
#[test]
fn not_deadlocked_417_half_open() {
    let (mut world, proposal) = tie();
    let approve_by = world.now;
    for (now, wants) in
        [(approve_by - 1, Some(417)), (approve_by, None), (approve_by + DAY - 1, None), (approve_by + DAY, Some(417))]
    {
        world.now = now;
        assert_eq!(outcome(&world, "S1", call_panel(&proposal)), wants, "{now}");
        assert_eq!(outcome(&world, "A0", call_panel(&proposal)), wants, "{now}");
    }
    world.now = approve_by;
    for who in ["X0", "O0", "E0", "P0"] {
        world.refused(who, call_panel(&proposal), 204);
    }
    world.applied("A0", call_panel(&proposal));
    world.refused("S1", call_panel(&proposal), 417);
}

/// Exactly one approval short, on a matter that changes nothing which protects anybody, and not rejected.
#[test]
fn not_deadlocked_417_two_short_rejected_or_not_neutral() {
    let mut world = World::new();
    world.applied("A0", dispute(SUBJECT));
    let two_short = world.open("S0", &resolve(&world));
    let text = world.open("P0", &adopt("charter"));
    let lift = world.open("S0", &world::resolve(&world.cells, dispute_of("A0", SUBJECT), Resolution::Upheld));
    world.approve(&["S1"], &lift);
    world.applied("S0", reject(&lift));
    world.applied("S2", reject(&lift));
    world.wait(DAY);
    for proposal in [&two_short, &text, &lift] {
        world.refused("S1", call_panel(proposal), 417);
    }
    // A seat that was set aside since then does not count: two are missing.
    let (mut world, proposal) = tie();
    world.enact("E0", &suspend("S0"));
    world.refused("S1", call_panel(&proposal), 417);
}

/// 48 hours after the call, for 24 hours; then it is over for good.
#[test]
fn not_the_panels_turn_418_half_open() {
    let (mut world, proposal) = tie();
    world.refused("X0", panel_approve(&proposal), 418);
    world.wait(DAY - 1);
    world.applied("S1", call_panel(&proposal));
    let from = world.now + 48 * HOUR;
    for (now, wants) in [(from - 1, Some(418)), (from, None), (from + DAY - 1, None), (from + DAY, Some(418))] {
        world.now = now;
        assert_eq!(outcome(&world, "X0", panel_approve(&proposal)), wants, "{now}");
    }
    world.now = from + DAY;
    world.refused("S1", approve(&proposal), 403);
    world.refused("O0", execute(&proposal), 403);
}

/// The panel's order is fixed: the first that sits, is valid, and is no party.
#[test]
fn not_the_panels_turn_418_in_a_fixed_order() {
    let (world, proposal) = turn();
    assert_eq!(outcome(&world, "X1", panel_approve(&proposal)), Some(418));
    assert_eq!(outcome(&world, "X0", panel_approve(&proposal)), None);
    for who in ["S0", "A0", "O0"] {
        assert_eq!(outcome(&world, who, panel_approve(&proposal)), Some(204));
    }
    // Nobody chooses: whoever is of the organisation that disputes, or that looked at it first, does not arbitrate.
    let same = world.cells.seat(seat("X0")).unwrap().organisation;
    for at in 0..2 {
        let mut party = world.clone();
        let key = CellKey::Dispute(dispute_of("A0", SUBJECT));
        let mut held: Dispute = party.cells.cell(&key).unwrap().unwrap();
        let triage = Triage { at: 0, organisation: same, finding: REASON, decide_by: 0 };
        if at == 0 {
            held.organisation = same
        } else {
            held.triaged = Some(triage)
        }
        party.cells.put(&key, &held);
        assert_eq!(outcome(&party, "X0", panel_approve(&proposal)), Some(418));
        assert_eq!(outcome(&party, "X1", panel_approve(&proposal)), None);
    }
    let (mut world, proposal) = turn();
    world.enact("E0", &suspend("X0"));
    assert_eq!(outcome(&world, "X1", panel_approve(&proposal)), None);
    let (mut world, proposal) = turn();
    let now = world.now;
    world.poke("X0", |held| held.valid_until = now);
    assert_eq!(outcome(&world, "X0", panel_approve(&proposal)), Some(203));
    assert_eq!(outcome(&world, "X1", panel_approve(&proposal)), None);
}

/// One approval and no more: `m` does not fall, the rest is counted again at the execution.
#[test]
fn the_panel_gives_one_approval() {
    let (mut world, proposal) = turn();
    let wrong = Opened { digest: greatseal_protocol::bytes::ProposalDigest([1; 32]), ..proposal.clone() };
    world.refused("X0", panel_approve(&wrong), 401);
    world.refused("O0", execute(&proposal), 404);
    world.applied("X0", panel_approve(&proposal));
    assert!(matches!(world.records.last().unwrap().event, Event::Proposal(proposal::Event::QuorumReached { .. })));
    world.refused("X0", panel_approve(&proposal), 418);
    let mut without = world.clone();
    without.enact("E0", &suspend("S0"));
    without.refused("O0", execute(&proposal), 404);
    world.wait(DAY - 1);
    world.execute("O0", &proposal);
    assert!(matches!(world.records.last().unwrap().event, Event::Dispute(dispute::Event::DisputeResolved { .. })));
    world.folds();
}

/// While the panel thinks, those who vote can still say no, and nobody can say yes.
#[test]
fn a_deadlock_can_be_rejected_and_not_approved() {
    let (mut world, proposal) = turn();
    world.refused("S1", approve(&proposal), 403);
    world.applied("S1", reject(&proposal));
    world.applied("S2", reject(&proposal));
    world.refused("X0", panel_approve(&proposal), 418);
    world.refused("O0", execute(&proposal), 408);
    // Who changed his mind leaves the panel with two to give: no.
    let (mut world, proposal) = turn();
    world.applied("S0", reject(&proposal));
    world.refused("X0", panel_approve(&proposal), 404);
}
