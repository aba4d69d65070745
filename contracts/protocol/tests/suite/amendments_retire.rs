//! Attacks on the end of the contract, played as they were found: each of them fails to harm.

use crate::{
    amendments_table::{accepts, newcomers},
    world::{DAY, HOUR, Opened, World, approve, execute, pause, reject, retire, set_mode, veto},
};
use greatseal_protocol::{
    action::Action,
    bytes::ContractAddress,
    cells::{CellKey, Cells as _},
    council::Council,
    language::council,
    proposal::Stage,
    proposal_id::ProposalId,
    scope::{Mode, Scope},
    standing::Status,
    state::State as _,
};

const NEXT: ContractAddress = ContractAddress([0xD0; 20]);
/// The lab's own suite plays a succession between contracts that are there.
const NOBODY_THERE: &str = "on a chain no contract awaits the state at this address";

fn ending() -> (World, Opened) {
    let mut world = World::new();
    world.unheard(NOBODY_THERE);
    let proposal = world.carry("P0", &retire(NEXT));
    (world, proposal)
}

/// Three keys of P and T replaced the whole contract in 28 hours, with none of S.
#[test]
fn retire_is_the_hardest() {
    let mut world = World::new();
    world.unheard(NOBODY_THERE);
    let stolen = world.open("P0", &retire(NEXT));
    world.approve(&["P0", "P1", "T0", "T1", "T2"], &stolen);
    assert_eq!(world.cells.proposal(stolen.id).unwrap().stage, Stage::Open, "all of P and T are not enough");
    world.wait(8 * DAY);
    world.refused("O0", execute(&stolen), 403);

    // A majority of the Sovereign stops it in its last second.
    let (mut world, proposal) = ending();
    world.wait(14 * DAY - 1);
    let status = world.cells.proposal(proposal.id).unwrap().status(&world.cells, world.now).unwrap();
    assert!(matches!(status, Status::Executable(_)), "{status}");
    world.applied("S0", veto(&proposal));
    world.refused("T0", veto(&proposal), 204);
    world.applied("S1", veto(&proposal));
    world.refused("O0", execute(&proposal), 408);

    // Whoever came to a seat after the opening is one of them.
    let mut world = World::new();
    world.unheard(NOBODY_THERE);
    let action = world.rotation("S2", "sofia");
    world.enact("S0", &action);
    let proposal = world.carry("P0", &retire(NEXT));
    accepts(&mut world, "sofia");
    world.applied("sofia", veto(&proposal));
    world.wait(7 * DAY);
    world.applied("S0", veto(&proposal));
    world.refused("O0", execute(&proposal), 408);

    // Another key in a seat of its councils ends it.
    let (mut world, proposal) = ending();
    world.rotated("T2", "theo");
    world.wait(7 * DAY);
    world.refused("O0", execute(&proposal), 407);
}

#[test]
fn retire_is_the_hardest_and_waits_for_pauses_and_modes() {
    for (who, stop) in [("E0", pause(Scope::Upgrades, HOUR)), ("E0", set_mode(Mode::Limited, HOUR))] {
        let (mut world, proposal) = ending();
        world.wait(7 * DAY);
        world.enact(who, &stop);
        world.refused("O0", execute(&proposal), 500);
        world.wait(HOUR);
        world.execute("O0", &proposal);
        assert_eq!(world.cells.head().unwrap().successor, Some(NEXT));
    }
}

/// Thieves of S, P and T keys do not end the contract while others give the Sovereign other keys.
#[test]
fn retire_is_the_hardest_and_comes_after_recoveries() {
    let recovery = |world: &mut World| {
        let mut seats = newcomers(world, &[("new-s0", "cabinet")]);
        let seats = vec![(0, seats.remove(0))];
        let recover = Action::Council(council::Action::Recover { council: Council::Sovereign, epoch: 0, seats });
        world.carry("C0", &recover)
    };
    // Approved during the delay, and executed before the end of the window.
    let (mut world, proposal) = ending();
    world.wait(3 * DAY);
    let recovery_stands = recovery(&mut world);
    for wait in [4 * DAY, 6 * DAY - 1] {
        world.wait(wait);
        world.refused("O0", execute(&proposal), 926);
    }
    world.wait(1);
    world.execute("nobody", &recovery_stands);
    world.refused("O0", execute(&proposal), 407);

    // Approved before; stopped by the council that is recovered, so that nothing is in the way any more.
    let mut world = World::new();
    world.unheard(NOBODY_THERE);
    let recovery_stands = recovery(&mut world);
    let proposal = world.carry("P0", &retire(NEXT));
    world.wait(7 * DAY);
    world.refused("O0", execute(&proposal), 926);
    for who in ["S0", "S1"] {
        world.applied(who, veto(&recovery_stands));
    }
    world.execute("O0", &proposal);

    // One whose quorum its own approver took back, or whose time is over, stands no more.
    let (mut world, proposal) = ending();
    let recovery_stands = recovery(&mut world);
    world.wait(7 * DAY);
    world.refused("O0", execute(&proposal), 926);
    let who = world.approvers(&recovery_stands)[0].clone();
    world.applied(who, reject(&recovery_stands));
    world.execute("O0", &proposal);
    let standing: Vec<(ProposalId, u64)> = world.cells.cell(&CellKey::Recoveries).unwrap().unwrap();
    assert_eq!(standing.len(), 1);
}

#[test]
fn retire_is_the_hardest_on_a_micronode_too() {
    let mut world = World::micronode();
    world.unheard(NOBODY_THERE);
    ["S0", "S1"].iter().for_each(|who| world.poke(who, |held| held.valid_until = u64::MAX));
    // Its time is over: nothing loosens any more, and this is the way out.
    world.wait(100 * DAY);
    let proposal = world.open("S0", &retire(NEXT));
    world.applied("S0", approve(&proposal));
    assert_eq!(world.cells.proposal(proposal.id).unwrap().stage, Stage::Open, "one of two is not enough");
    world.applied("S1", approve(&proposal));
    world.wait(3 * DAY - 1);
    world.refused("O0", execute(&proposal), 405);
    world.wait(1);
    world.execute("O0", &proposal);
}
