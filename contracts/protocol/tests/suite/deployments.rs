//! The three deployments of the tests, and a day in each of them.

use crate::world::{
    DAY, HOUR, INCIDENT, SEATS, WEEK, World, adopt, approve, component, execute, issuer, label, pause, register,
    release, seat, set_mode, suspend, veto,
};
use greatseal_protocol::{
    action::Action,
    cells::{CellKey, Cells},
    council::Council,
    event::Event,
    language::{council, policy, registry},
    registry::{ComponentKind, Deployment, Risk},
    scope::{Mode, Scope},
    state::State,
};

#[test]
fn the_default_deployment_has_the_seats_of_section_4() {
    let world = World::new();
    for name in SEATS {
        let held = world.cells.seat(seat(name)).unwrap();
        assert_eq!(world.names[&held.key], name);
    }
    let seats: usize = world.cells.keys().filter(|key| matches!(key, CellKey::Seat(_))).count();
    assert_eq!(seats, SEATS.len());
    assert_eq!(world.cells.seat(seat("C0")).unwrap().role, label("policy-owner"));
}

/// Ed25519 and P-256 keys follow each other, in every council.
#[test]
fn every_council_can_give_a_seat_another_key() {
    let mut world = World::new();
    for name in ["S1", "P1", "T0", "E2", "C0", "I1", "Pr:1-2", "M1", "O1", "A0"] {
        world.rotated(name, &format!("p256-{}", name.replace(':', "-").to_lowercase()));
        let accepted = world.records.last().unwrap();
        assert!(matches!(accepted.event, Event::Council(council::Event::SeatAccepted { .. })), "{name}");
        assert_eq!(world.names[&world.cells.seat(seat(name)).unwrap().key], accepted_name(name));
    }
    // The new keys speak.
    world.enact("p256-p1", &adopt("charter"));
    world.folds();
}

fn accepted_name(name: &str) -> String {
    format!("p256-{}", name.replace(':', "-").to_lowercase())
}

#[test]
fn a_day_of_the_default_deployment() {
    let mut world = World::new();
    world.enact("P0", &register(component("indexer", ComponentKind::Service, Risk::Routine)));
    world.enact("T0", &Action::Registry(registry::Action::Release(release("indexer", "1", None, world.now))));
    let running: Deployment = world.cells.cell(&CellKey::Running(label("indexer"))).unwrap().unwrap();
    assert_eq!(running.current.version, label("1"));
    world.enact("I0", &register(issuer("registry-of-births", "civil-registry")));
    world.enact("E0", &suspend("S2"));
    world.enact("E1", &set_mode(Mode::Limited, HOUR));
    world.wait(HOUR);
    world.reviewed(INCIDENT, Scope::Everything);
    world.folds();
}

#[test]
fn a_day_of_the_smallest_deployment() {
    let mut world = World::smallest();
    world.paused(Scope::Upgrades, HOUR);
    world.wait(HOUR);
    world.applied("S0", world.file_review(Scope::Upgrades, INCIDENT));
    world.applied("A0", world.attest_review(Scope::Upgrades, INCIDENT));
    world.rotated("M0", "p256-treasurer");
    world.folds();
}

#[test]
fn a_day_of_a_micronode() {
    let mut world = World::micronode();
    world.enact("S1", &pause(Scope::Everything, HOUR / 2));
    world.wait(HOUR);
    // Both together give the second seat another key, and one of them recovers the other.
    world.rotated("S1", "officer");
    let head = world.cells.council(Council::Sovereign).unwrap();
    let new = world.newcomer(seat("S0"), "owner-again", "owner");
    let recover = Action::Council(council::Action::Recover {
        council: Council::Sovereign,
        epoch: head.epoch,
        seats: vec![(0, new)],
    });
    let mut ended = world.clone();
    let proposal = ended.carry("officer", &recover);
    ended.applied("S0", veto(&proposal));
    world.wait(WEEK - 2 * DAY);
    world.enact("officer", &recover);
    let accept = world.acceptance("owner-again");
    world.applied("owner-again", accept);
    world.wait(1);
    let both = world.open("owner-again", &Action::Policy(policy::Action::RenewProfile { until: world.now + 60 * DAY }));
    world.applied("owner-again", approve(&both));
    world.folds();
    world.refused("O0", execute(&both), 404);
}
