//! 4xx: deciding, cancelling, executing.

use crate::world::{
    DAY, HOUR, LOOSEN, World, approve, cancel, economics, execute, execute_with, pause, reject, seat, set_route,
    tighter, version,
};
use greatseal_protocol::{
    bytes::ProposalDigest,
    council::Council,
    event::Event,
    language::proposal,
    outcome::Outcome,
    proposal::Cause,
    proposal_id::ProposalId,
    route::Economics,
    scope::{Scope, Watched},
};

#[test]
fn rule_08_unknown_proposal_400_by_serial_author_and_slot() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    let id = proposal.id;
    let others = [
        ProposalId { serial: id.serial + 1, ..id },
        ProposalId { serial: 0, ..id },
        ProposalId { slot: 1, ..id },
        ProposalId { slot: 255, ..id },
        ProposalId { author: seat("E1"), ..id },
        ProposalId { author: seat("S0"), ..id },
    ];
    for id in others {
        let twin = crate::world::Opened { id, ..proposal.clone() };
        for order in [approve(&twin), reject(&twin), cancel(&twin), execute(&twin)] {
            world.refused("E0", order, 400);
        }
    }
}

#[test]
fn rule_08_wrong_digest_401_an_approval_names_what_it_approves() {
    let mut world = World::new();
    let first = world.open("E0", &pause(Scope::Everything, HOUR));
    let twin = world.open("E0", &pause(Scope::Everything, HOUR));
    assert_ne!(first.digest, twin.digest, "the same action, opened twice, is two proposals");
    let crossed = crate::world::Opened { digest: first.digest, ..twin.clone() };
    world.refused("E1", approve(&crossed), 401);
    world.refused("E1", reject(&crossed), 401);
    let zero = crate::world::Opened { digest: ProposalDigest([0; 32]), ..twin };
    world.refused("E1", approve(&zero), 401);
}

#[test]
fn rule_20_already_decided_402_an_approval_counts_once() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    let bytes = world.envelope(seat("E0"), approve(&proposal));
    assert!(matches!(world.submit(&bytes), Outcome::Applied { .. }));
    world.refused_bytes(&bytes, 402); // the same envelope
    world.wait(1);
    world.refused("E0", approve(&proposal), 402); // freshly signed
    world.refused("E2", execute(&proposal), 404);
    // A decision grows to a reject, and never shrinks again.
    world.applied("E0", reject(&proposal));
    world.refused("E0", reject(&proposal), 402);
    world.refused("E0", approve(&proposal), 402);
    world.refused_bytes(&bytes, 402);
}

#[test]
fn rule_16_approve_by_passed_403_half_open() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    world.approve(&["E0"], &proposal);
    world.wait(HOUR - 1);
    let mut before = world.clone();
    before.approve(&["E1"], &proposal);
    world.wait(1);
    for order in [approve(&proposal), reject(&proposal)] {
        world.refused("E1", order, 403);
    }
    world.refused("E0", cancel(&proposal), 403);
    world.refused("E0", execute(&proposal), 403);
    // A quorum that stands takes rejects, but no late approvals.
    before.wait(1);
    before.refused("E2", approve(&proposal), 403);
    before.applied("E1", reject(&proposal));
    before.refused("E2", execute(&proposal), 403);
}

#[test]
fn no_quorum_404_total_and_minima() {
    let mut world = World::with_route();
    let proposal = world.open("S0", &tighter());
    world.refused("O0", execute(&proposal), 404);
    world.approve(&["S0", "S1"], &proposal);
    world.refused("O0", execute(&proposal), 404);
    world.approve(&["S2"], &proposal);
    // Three of five, but nobody of the Treasury.
    world.refused("O0", execute(&proposal), 404);
    world.approve(&["M1"], &proposal);
    world.execute("O0", &proposal);
    // Both of the Treasury and nobody of the Sovereign are two, and then three with one.
    let newer = Economics { tx_max: 9_000, ..economics() };
    let proposal = world.open("M0", &set_route(1, Some(version(2, newer)), newer));
    world.approve(&["M0", "M1"], &proposal);
    world.refused("O0", execute(&proposal), 404);
    world.approve(&["S2"], &proposal);
    world.execute("O0", &proposal);
}

#[test]
fn rule_16_delay_running_405_and_execute_by_passed_406_half_open() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    let quorum_at = world.now;
    world.refused("O0", execute(&proposal), 405);
    world.now = quorum_at + HOUR - 1;
    world.refused("O0", execute(&proposal), 405);
    let (eta, execute_by) = (quorum_at + HOUR, quorum_at + HOUR + 3 * DAY);
    for now in [eta, execute_by - 1] {
        let mut world = world.clone();
        world.now = now;
        world.execute("O0", &proposal);
    }
    world.now = execute_by;
    for order in [execute(&proposal), approve(&proposal), reject(&proposal)] {
        world.refused("S2", order, 406);
    }
    world.refused("M0", cancel(&proposal), 406);
}

#[test]
fn rule_10_stale_407_when_the_row_or_an_epoch_moves() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    world.wait(HOUR);
    let orders = [execute(&proposal), approve(&proposal), reject(&proposal)];
    let mut moved = world.clone();
    moved.epoch(Council::Sovereign, 1);
    let mut changed = world.clone();
    changed.poke_row(LOOSEN, |row| row.version = 1);
    for mut world in [moved, changed] {
        orders.iter().for_each(|order| world.refused("S2", order.clone(), 407));
        world.refused("M0", cancel(&proposal), 407);
        // Its slot goes to the author's next proposal, which says why.
        let before = world.records.len();
        world.escalate("A0", Watched::Route(1));
        let next = world.open("M0", &set_route(1, None, economics()));
        assert_eq!(next.id.slot, 0);
        let stale = Event::Proposal(proposal::Event::Rejected { id: proposal.id, cause: Cause::Stale });
        assert!(world.records[before..].iter().any(|record| record.event == stale));
    }
}

#[test]
fn rejected_408_by_decisions_or_taken_back() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    world.approve(&["E0"], &proposal);
    world.applied("E1", reject(&proposal));
    assert!(
        matches!(world.records.last().unwrap().event, Event::Proposal(proposal::Event::Decided { quorum: false, .. })),
        "2 of 3 are left"
    );
    world.applied("E2", reject(&proposal));
    let rejected = Event::Proposal(proposal::Event::Rejected { id: proposal.id, cause: Cause::Decisions });
    assert_eq!(world.records.last().unwrap().event, rejected);
    let back = world.open("E0", &pause(Scope::Everything, HOUR));
    world.applied("E0", cancel(&back));
    assert_ne!(proposal.id, back.id);
    // The first lies under the second now: same slot, another serial.
    for order in [approve(&proposal), execute(&proposal), cancel(&proposal)] {
        world.refused("E0", order, 400);
    }
    for order in [approve(&back), reject(&back), execute(&back), cancel(&back)] {
        world.refused("E0", order, 408);
    }
}

#[test]
fn rejected_408_when_one_council_cannot_reach_its_minimum() {
    let mut world = World::with_route();
    let proposal = world.open("S0", &tighter());
    world.approve(&["S0", "S1", "S2"], &proposal);
    world.applied("M0", reject(&proposal));
    assert!(matches!(world.records.last().unwrap().event, Event::Proposal(proposal::Event::Decided { .. })));
    world.applied("M1", reject(&proposal));
    let rejected = Event::Proposal(proposal::Event::Rejected { id: proposal.id, cause: Cause::Decisions });
    assert_eq!(world.records.last().unwrap().event, rejected);
    world.refused("O0", execute(&proposal), 408);
}

#[test]
fn executed_once_409() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Everything, HOUR));
    world.approve(&["E0", "E1"], &proposal);
    let bytes = world.envelope(seat("E0"), execute(&proposal));
    assert!(matches!(world.submit(&bytes), Outcome::Applied { .. }));
    world.refused_bytes(&bytes, 409);
    world.wait(1);
    for order in [execute(&proposal), approve(&proposal), reject(&proposal), cancel(&proposal)] {
        world.refused("E0", order, 409);
    }
    let executed = world
        .records
        .iter()
        .filter(|record| matches!(record.event, Event::Proposal(proposal::Event::Executed { .. })))
        .count();
    assert_eq!(executed, 1);
}

#[test]
fn rule_07_action_differs_410() {
    let mut world = World::new();
    let proposal = world.open("E0", &pause(Scope::Route(1), HOUR));
    world.approve(&["E0", "E1"], &proposal);
    for action in [pause(Scope::Route(2), HOUR), pause(Scope::Route(1), HOUR - 1), set_route(1, None, economics())] {
        world.refused("E0", execute_with(&proposal, action), 410);
    }
    world.execute("E0", &proposal);
}

#[test]
fn quorum_stands_415_cancel_only_before_it() {
    let mut world = World::new();
    let proposal = world.loosening(economics());
    world.refused("M0", cancel(&proposal), 415);
    world.wait(HOUR);
    world.refused("M0", cancel(&proposal), 415);
    // Once a reject has brought the quorum down, the author may.
    world.applied("S0", reject(&proposal));
    world.applied("M0", cancel(&proposal));
}
