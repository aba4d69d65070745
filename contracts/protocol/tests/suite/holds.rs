//! What a dispute holds, for how long, and what it never holds: money that is about to go, a day or two, once.

use crate::{
    money::{batch, funded, manifest},
    world::{
        DAY, HOUR, Opened, World, acknowledge, dispute, dispute_of, economics, execute, pause, resolve, retract,
        set_route, suspend, triage,
    },
};
use greatseal_protocol::{
    bytes::ManifestHash,
    dispute::{Resolution, Subject},
    scope::{Scope, Watched},
};

fn about(proposal: &Opened) -> Subject {
    Subject::Proposal(proposal.id, proposal.digest)
}

/// A wider route, approved, and its delay over.
fn widened(world: &mut World, number: u32) -> Opened {
    world.escalate("O0", Watched::Route(number));
    let proposal = world.carry("S0", &set_route(number, None, economics()));
    world.wait(HOUR);
    proposal
}

#[test]
fn a_dispute_holds_a_day_and_where_it_was_triaged_at_most_two() {
    let mut world = World::new();
    let proposal = widened(&mut world, 1);
    let doubt = dispute_of("A0", about(&proposal));
    let start = world.now;
    world.applied("A0", dispute(about(&proposal)));
    let mut untriaged = world.clone();
    for (now, held) in [(start + DAY - 1, true), (start + DAY, false)] {
        untriaged.now = now;
        let outcome = crate::world::code_of(&untriaged.clone().order("O0", execute(&proposal))).0;
        assert_eq!(outcome, held.then_some(823), "{now}");
    }
    world.applied("O0", acknowledge(doubt));
    world.wait(DAY - 1);
    world.applied("A1", triage(doubt));
    let mut extended = world.clone();
    extended.enact("S0", &crate::world::extend(doubt, start + 2 * DAY - 1, start + 9 * DAY));
    for (mut world, end) in [(world, start + 2 * DAY - 1), (extended, start + 2 * DAY)] {
        world.now = end - 1;
        world.refused("O0", execute(&proposal), 823);
        world.now = end;
        world.execute("O0", &proposal);
        world.folds();
    }
}

/// An auditor disputes nonsense. Whoever triages it lengthens its hold, and so waits for the dismissal's approvals, by which
/// the hold ends in the block after the triage.
#[test]
fn a_triage_ends_the_hold_of_nonsense_where_its_dismissal_is_approved() {
    let mut world = World::new();
    let proposal = widened(&mut world, 1);
    let doubt = dispute_of("A0", about(&proposal));
    world.applied("A0", dispute(about(&proposal)));
    world.applied("O0", acknowledge(doubt));
    let dismissal = world.carry("S0", &resolve(&world.cells, doubt, Resolution::Dismissed));
    world.refused("nobody", execute(&dismissal), 644);
    world.applied("A1", triage(doubt));
    world.refused("O0", execute(&proposal), 823);
    world.execute("nobody", &dismissal);
    world.execute("O0", &proposal);
    world.folds();
}

/// The attack: retract and reopen, one seat after the other.
#[test]
fn a_stage_is_held_once_whoever_disputes_it() {
    let mut world = World::new();
    let proposal = widened(&mut world, 1);
    world.applied("A0", dispute(about(&proposal)));
    world.wait(HOUR);
    world.refused("O0", execute(&proposal), 823);
    world.applied("A0", retract(about(&proposal)));
    world.applied("A1", dispute(about(&proposal)));
    world.execute("O0", &proposal);
    world.folds();
}

/// The attack: dispute the proposal, then its manifest.
#[test]
fn a_batch_and_its_proposal_are_one_matter() {
    let mut world = funded();
    let proposal = world.carry("O0", &batch(&world, "a", 3, 30));
    let subject = Subject::Batch(manifest(&world, "a"));
    let start = world.now;
    world.applied("A0", dispute(about(&proposal)));
    world.now = start + DAY - 1;
    world.applied("A1", dispute(subject));
    world.refused("O0", execute(&proposal), 823);
    world.now = start + DAY;
    world.execute("O0", &proposal);
    world.folds();
}

/// The attack: dispute every answer to a dispute. No other row is ever held.
#[test]
fn only_what_lets_money_go_is_held() {
    let mut world = World::new();
    let proposal = widened(&mut world, 1);
    let doubt = dispute_of("A0", about(&proposal));
    world.applied("A0", dispute(about(&proposal)));
    world.applied("O0", acknowledge(doubt));
    world.applied("A1", triage(doubt));
    let answer = world.carry("S0", &resolve(&world.cells, doubt, Resolution::Dismissed));
    let stop = world.carry("E0", &pause(Scope::Route(2), HOUR));
    for held in [&answer, &stop] {
        world.applied("A0", dispute(about(held)));
        world.applied("A1", dispute(about(held)));
        world.execute("O0", held);
    }
    // Nor does an answer end what is not held: two of S have no veto by way of an auditor.
    let rotation = world.rotation("T0", "tom");
    let other = world.carry("S0", &rotation);
    world.applied("A0", dispute(about(&other)));
    world.wait(DAY);
    world.enact("S1", &resolve(&world.cells, dispute_of("A0", about(&other)), Resolution::Upheld));
    world.execute("O0", &other);
    world.execute("O0", &proposal);
    world.folds();
}

/// What was upheld is never executed, whatever else is said of it.
#[test]
fn upheld_means_never() {
    let mut world = World::new();
    let proposal = widened(&mut world, 1);
    let doubt = dispute_of("A0", about(&proposal));
    world.applied("A0", dispute(about(&proposal)));
    world.applied("A1", dispute(about(&proposal)));
    world.applied("O0", acknowledge(doubt));
    world.applied("A1", triage(doubt));
    world.enact("S0", &resolve(&world.cells, doubt, Resolution::Upheld));
    world.wait(DAY);
    world.enact("S0", &resolve(&world.cells, dispute_of("A1", about(&proposal)), Resolution::Dismissed));
    world.refused("O0", execute(&proposal), 823);
    world.folds();
}

/// A dispute ends with its seat, and holds nothing while the seat is set aside.
#[test]
fn a_dispute_is_its_seats() {
    let mut world = World::new();
    let proposal = widened(&mut world, 1);
    world.applied("A0", dispute(about(&proposal)));
    world.refused("O0", execute(&proposal), 823);
    let mut aside = world.clone();
    aside.enact("E0", &suspend("A0"));
    aside.execute("O0", &proposal);
    aside.folds();
    world.rotate("A0", "alba");
    world.execute("O0", &proposal);
    // The seat's next key begins with no open dispute.
    for at in 1..=16 {
        world.applied("alba", dispute(crate::world::doubtful(at)));
    }
    world.refused("alba", dispute(crate::world::doubtful(17)), 642);
}

/// An authority disputes its own batches, for whoever was not paid, and nobody else's; it takes notice of doubts about them.
#[test]
fn an_authority_appeals_about_its_own_batches() {
    let mut world = funded();
    world.refused("Pr:1-0", dispute(Subject::Batch(ManifestHash([1; 32]))), 812);
    world.enact("O0", &batch(&world, "a", 3, 30));
    let subject = Subject::Batch(manifest(&world, "a"));
    world.applied("Pr:1-0", dispute(subject));
    world.applied("A0", dispute(subject));
    world.applied("Pr:1-1", acknowledge(dispute_of("A0", subject)));
    world.refused("Pr:1-0", dispute(crate::world::doubtful(1)), 204);
    world.refused("S0", dispute(subject), 204);
    world.folds();
}
