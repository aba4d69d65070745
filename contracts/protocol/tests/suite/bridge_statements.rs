//! What the rail did: statements in versions, at any time, in nobody's way.

use crate::{
    lists::{ACCOUNTS, asks, stated},
    world::{HOUR, REASON, World, economics, suspend},
};
use greatseal_protocol::{
    bytes::ReferenceHash,
    conversion::{Carried, Completion, PLACES},
    event::Event,
    hash,
    language::bridge,
    merkle::TreeHead,
    route::Economics,
    state::State,
};

const A: [u8; 32] = ACCOUNTS[0];

fn of(number: u64, version: u32, count: u32, amount: u128) -> Completion {
    Completion { route: 1, number, version, count, amount, fees: 0, root: REASON }
}

impl World {
    /// A lot of up to ten, four thousand altogether.
    fn with_lot() -> Self {
        let mut world = Self::with_bridge();
        world.economise(1, Economics { lot_max: 4_000, ..economics() });
        let order = asks(world.numbered(world.lot(1, 10, 4_000)));
        world.applied("O0", order);
        world
    }

    fn marks(&self) -> (bool, bool) {
        match self.records.last().unwrap().event {
            Event::Bridge(bridge::Event::ConversionCompleted { over, late, .. }) => (over, late),
            ref other => panic!("{other:?}"),
        }
    }
}

/// A hostile key says first that nothing happened. The true statement is the next version, of any other seat.
#[test]
fn a_completion_of_nothing_does_not_keep_the_true_one_out() {
    let mut world = World::with_lot();
    world.applied("O1", stated(of(1, 1, 0, 0)));
    assert_eq!(world.cells.traffic(1).unwrap().ended, 1);
    // The place is free at the first; what was authorised stays counted whatever is said.
    let counted = world.cells.aggregate((economics().source, economics().course)).unwrap();
    world.refused("O0", stated(of(1, 1, 10, 4_000)), 108);
    world.refused("O0", stated(of(1, 3, 10, 4_000)), 411);
    world.applied("O0", stated(of(1, 2, 10, 4_000)));
    assert_eq!(world.cells.traffic(1).unwrap().ended, 1, "once");
    assert_eq!(world.cells.aggregate((economics().source, economics().course)).unwrap(), counted);
    // Even where the other speaks again: to be set aside ends it.
    world.applied("O1", stated(of(1, 3, 0, 0)));
    world.enact("E0", &suspend("O1"));
    world.refused("O1", stated(of(1, 4, 0, 0)), 202);
    world.applied("O0", stated(of(1, 4, 10, 4_000)));
    world.folds();
}

/// An old envelope of a statement says nothing again.
#[test]
fn a_statement_is_not_said_twice_108() {
    let mut world = World::with_lot();
    let first = world.envelope("O0", stated(of(1, 1, 3, 900)));
    world.submit(&first);
    world.applied("O0", stated(of(1, 2, 10, 4_000)));
    world.refused_bytes(&first, 108);
}

#[test]
fn more_than_authorised_and_late_are_marked() {
    let mut world = World::with_lot();
    world.applied("O0", stated(of(1, 1, 10, 4_000)));
    assert_eq!(world.marks(), (false, false));
    world.applied("O0", stated(of(1, 2, 10, 4_001)));
    assert_eq!(world.marks(), (true, false));
    world.applied("O0", stated(of(1, 3, 11, 4_000)));
    assert_eq!(world.marks(), (true, false));
    world.wait(HOUR);
    world.applied("O0", stated(of(1, 4, 10, 4_000)));
    assert_eq!(world.marks(), (false, true));
    // A named conversion has no hour.
    let order = asks(world.conversion(1, A, 100));
    world.applied("O0", order);
    world.wait(2 * HOUR);
    world.applied("O0", stated(of(2, 1, 1, 100)));
    assert_eq!(world.marks(), (false, false));
}

/// At any time: where another conversion has the place, statements of the route have one row of versions.
#[test]
fn a_statement_about_a_conversion_of_long_ago() {
    let mut world = World::with_lot();
    world.applied("O1", stated(of(1, 1, 0, 0)));
    for number in 2..=PLACES + 1 {
        let order = asks(world.conversion(1, A, 10));
        world.applied("O0", order);
        world.applied("O0", stated(of(number, 1, 1, 10)));
    }
    // The honest seat is back: place 1 is another's by now.
    world.refused("O0", stated(of(1, 2, 10, 4_000)), 411);
    let truth = world.envelope("O0", stated(of(1, 1, 10, 4_000)));
    world.submit(&truth);
    assert_eq!(world.marks(), (false, true));
    world.refused_bytes(&truth, 108);
    world.applied("O0", stated(of(1, 2, 9, 3_900)));
    let held = world.cells.reservation(1, 1).unwrap().unwrap();
    assert_eq!((held.number, held.version), (PLACES + 1, 1), "the later conversion is not touched");
    // There never was such a conversion.
    world.refused("O0", stated(of(PLACES + 2, 1, 1, 10)), 715);
    world.folds();
}

#[test]
fn bad_completion_720_does_not_add_up() {
    let mut world = World::with_lot();
    for bad in [
        of(1, 1, 0, 1),
        of(1, 1, 1, 0),
        of(1, 1, 10, 9),
        Completion { fees: 4_001, ..of(1, 1, 10, 4_000) },
        Completion { fees: 1, ..of(1, 1, 0, 0) },
    ] {
        world.refused("O0", stated(bad), 720);
    }
    world.refused("O0", stated(Completion { root: ReferenceHash([0; 32]), ..of(1, 1, 10, 4_000) }), 413);
    world.refused("M0", stated(of(1, 1, 1, 1)), 204);
}

/// The tree behind a statement: whoever has the leaves computes its root again.
#[test]
fn the_leaves_of_a_statement_have_a_root() {
    let leaf =
        |byte: u8| Carried { account: [byte; 32], amount: 100, fee: 1, result: 98, reference: REASON, check: REASON };
    let sha256 = &|parts: &[&[u8]]| hash::sha256(parts);
    let leaves: Vec<[u8; 32]> = (0..3).map(|byte| leaf(byte).leaf(sha256)).collect();
    let tree = TreeHead::of(&leaves, sha256).unwrap();
    assert_eq!(tree.size, 3);
    assert_ne!(leaf(1).leaf(sha256), Carried { check: ReferenceHash([0; 32]), ..leaf(1) }.leaf(sha256));
}

/// Ten conversions or a million: the same cells are read and written.
#[test]
fn a_lot_costs_the_same_whatever_its_count() {
    let mut world = World::with_bridge();
    let wide = Economics { tx_min: 1, tx_max: 100_000, account_max: 100_000, large: u128::MAX, ..economics() };
    let wide = Economics { lot_max: 1_000_000, count_max: u32::MAX, ..wide };
    world.economise(1, wide);
    let mut cells = Vec::new();
    for count in [10, 1_000_000] {
        let mut world = world.clone();
        let order = asks(world.numbered(world.lot(1, count, 1_000_000)));
        world.applied("O0", order);
        let number = world.cells.traffic(1).unwrap().next - 1;
        world.applied("O0", stated(of(number, 1, count, 1_000_000)));
        cells.push((world.cells.len(), world.records.last().unwrap().event.kind()));
    }
    assert_eq!(cells[0], cells[1]);
}
