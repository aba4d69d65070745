//! Several decisions with one signature: two to four proposals, each once, by rising id.

use crate::world::{HOUR, Opened, World, approve, cancel, economics, pause, reject, seat, set_route};
use greatseal_protocol::{
    bytes::ProposalDigest,
    command::Order,
    event::Event,
    language::{contract, proposal},
    outcome::Outcome,
    proposal::Stage,
    proposal_id::{Choice, Choices, Decision},
    refusal::Refusal,
    scale::{DecodeAll, Encode},
    scope::{Scope, Watched},
    state::State,
};

fn choice(proposal: &Opened, decision: Decision) -> Choice {
    Choice { id: proposal.id, digest: proposal.digest, decision }
}

fn together(choices: &[Choice]) -> Order {
    Order::Proposal(proposal::Order::DecideTogether(Choices::new(choices.to_vec()).unwrap()))
}

fn all(proposals: &[&Opened]) -> Order {
    together(&proposals.iter().map(|proposal| choice(proposal, Decision::Approve)).collect::<Vec<_>>())
}

/// Three routes, opened by S0: rows of S and M.
fn three(world: &mut World) -> [Opened; 3] {
    [2, 3, 4].map(|number| {
        world.escalate("O0", Watched::Route(number));
        world.open("S0", &set_route(number, None, economics()))
    })
}

#[test]
fn one_signature_several_decisions() {
    let mut world = World::new();
    let [first, second, third] = three(&mut world);
    for who in ["S0", "S1", "M0"] {
        world.applied(who, all(&[&first, &second, &third]));
    }
    for proposal in [&first, &second, &third] {
        let cell = world.cells.proposal(proposal.id).unwrap();
        assert!(matches!(cell.stage, Stage::Approved { .. }));
    }
    let told = world.records.iter().filter(|record| record.event.kind() == "DecidedTogether").count();
    let decided = world.records.iter().filter(|record| record.event.kind() == "Decided").count();
    assert_eq!((told, decided), (3, 9));
}

#[test]
fn what_has_ended_or_was_decided_is_skipped_and_listed() {
    let mut world = World::new();
    let [first, second, third] = three(&mut world);
    world.applied("S1", approve(&first));
    world.applied("S0", cancel(&second));
    world.applied("S1", all(&[&first, &second, &third]));
    let told = world.records.iter().rev().find_map(|record| match &record.event {
        Event::Proposal(proposal::Event::DecidedTogether { choices, .. }) => Some(choices.clone()),
        _ => None,
    });
    let skipped: Vec<_> = told.unwrap().iter().map(|choice| choice.skipped).collect();
    assert_eq!(skipped, [Some(Refusal::AlreadyDecided), Some(Refusal::Rejected), None]);
    assert_eq!(world.cells.proposal(third.id).unwrap().decision(seat("S1")), Some(Decision::Approve));

    // With nothing left to decide it is refused as a single decision is, and whoever sends it again puts nothing else on record.
    world.refused("S1", all(&[&first, &second, &third]), 402);
}

#[test]
fn any_other_refusal_refuses_the_whole_and_says_which() {
    let mut world = World::new();
    let [first, second, third] = three(&mut world);
    let wrong = Choice { digest: ProposalDigest([7; 32]), ..choice(&second, Decision::Approve) };
    let order = together(&[choice(&first, Decision::Approve), wrong, choice(&third, Decision::Reject)]);
    let outcome = world.order("S1", order);
    assert!(matches!(outcome, Outcome::Refused { refusal: Refusal::WrongDigest, place: Some(1), .. }), "{outcome:?}");
    let last = &world.records.last().unwrap().event;
    let refused = contract::Event::Refused { refusal: Refusal::WrongDigest, place: Some(1) };
    assert_eq!(*last, Event::Contract(refused));
    assert_eq!(world.cells.proposal(first.id).unwrap().decision(seat("S1")), None, "nothing of it took effect");

    // A seat of another council may decide about none of them.
    let outcome = world.order("E0", all(&[&first, &second]));
    assert!(matches!(outcome, Outcome::Refused { refusal: Refusal::WrongCouncil, place: Some(0), .. }), "{outcome:?}");
}

#[test]
fn what_protects_and_what_changes_who_decides_is_decided_alone() {
    let mut world = World::new();
    let [first, ..] = three(&mut world);
    let protecting = world.open("S0", &pause(Scope::Everything, HOUR));
    let order = all(&[&first, &protecting]);
    let outcome = world.order("S1", order);
    assert!(matches!(outcome, Outcome::Refused { refusal: Refusal::DecidedAlone, place: Some(1), .. }), "{outcome:?}");
    world.applied("S1", approve(&protecting));
}

#[test]
fn a_reject_among_them_ends_what_it_ends() {
    let mut world = World::new();
    let [first, second, _] = three(&mut world);
    let order = |who: Decision| together(&[choice(&first, who), choice(&second, Decision::Approve)]);
    for who in ["S0", "S1", "S2"] {
        world.applied(who, order(Decision::Reject));
    }
    world.refused("M0", reject(&first), 408);
    world.applied("M0", order(Decision::Reject));
    assert!(matches!(world.cells.proposal(second.id).unwrap().stage, Stage::Approved { .. }));
}

#[test]
fn choices_are_two_to_four_and_rise() {
    let mut world = World::new();
    let [first, second, third] = three(&mut world);
    let (one, two, three) =
        (choice(&first, Decision::Approve), choice(&second, Decision::Approve), choice(&third, Decision::Approve));
    let refused = [vec![], vec![one], vec![two, one], vec![one, one], vec![one, two, three, three], vec![one; 5]];
    for list in refused {
        assert!(Choices::new(list.clone()).is_none());
        assert!(Choices::decode_all(&mut &*list.encode()).is_err());
    }
    let bytes = vec![one, two, three].encode();
    assert_eq!(Choices::decode_all(&mut &*bytes).unwrap().iter().count(), 3);
}
