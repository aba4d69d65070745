//! Lots: many conversions under one number, and what is large however it is split.

use crate::{
    lists::{ACCOUNTS, asks, listed, proofs},
    world::{DAY, HOUR, World, economics, set_mode},
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    conversion::{Conversion, Counted, ListProofs, Transfer},
    event::Event,
    language::bridge,
    route::Economics,
    scope::{Mode, Scope},
    state::State,
    window::Meter,
};

const A: [u8; 32] = ACCOUNTS[0];

fn with_lots() -> World {
    let mut world = World::with_bridge();
    world.economise(1, Economics { lot_max: 40_000, large: 25_000, ..economics() });
    world
}

impl World {
    /// Number of the refusal, on record or of the command.
    fn asked(&mut self, transfer: Transfer) -> Option<u16> {
        let conversion: Conversion = self.numbered(transfer);
        let outcome = self.order("O0", asks(conversion));
        let refused = crate::world::code_of(&outcome).0;
        match &self.records.last().unwrap().event {
            Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) => Some(refusal.code()),
            _ => refused,
        }
    }

    fn lots_used(&self) -> u128 {
        let meter: Option<Meter> = self.cells.cell(&CellKey::Window(Counted::Lots(1))).unwrap();
        meter.map_or(0, |meter| meter.sum(self.now))
    }
}

#[test]
fn no_lots_719_unless_the_economics_allow_them() {
    let mut world = World::with_bridge();
    assert_eq!(world.asked(world.lot(1, 5, 100)), Some(719));
    let mut world = with_lots();
    assert_eq!(world.asked(world.lot(1, 5, 100)), None);
}

#[test]
fn bad_count_718_of_an_account_and_of_a_lot() {
    let world = with_lots();
    let named = world.transfer(1, A, 100);
    for count in [0, 2] {
        assert_eq!(world.clone().asked(Transfer { count, ..named }), Some(718));
    }
    assert_eq!(world.clone().asked(world.lot(1, 0, 100)), Some(718));
}

/// A lot keeps the limits of each of its conversions, its own, and those of all together.
#[test]
fn a_lot_keeps_704_706_707() {
    let mut world = with_lots();
    // Ten units each at least, ten thousand each at most, forty thousand altogether.
    for (count, amount, answer) in [
        (10, 99, Some(704)),
        (10, 100, None),
        (1, 10_001, Some(704)),
        (5, 40_001, Some(704)),
        (5_001, 50_010, Some(704)),
        (4_001, 40_010, Some(704)),
    ] {
        assert_eq!(world.clone().asked(world.lot(1, count, amount)), answer, "{count} of {amount}");
    }
    let tight =
        Economics { lot_max: 10_000, account_max: 12_000, aggregate_max: 15_000, count_max: 100, ..economics() };
    world.economise(1, Economics { large: u128::MAX, ..tight });
    assert_eq!(world.asked(world.lot(1, 60, 10_000)), None);
    assert_eq!(world.clone().asked(world.lot(1, 10, 5_001)), Some(706));
    assert_eq!(world.clone().asked(world.lot(1, 41, 1_000)), Some(707));
    assert_eq!(world.asked(world.lot(1, 40, 5_000)), None);
    // It is charged to the count and to all together, and to no account.
    assert_eq!(world.lots_used(), 15_000);
    let used: Option<Meter> = world.cells.cell(&CellKey::Window(Counted::Account(1, A))).unwrap();
    assert_eq!(used, None);
    world.folds();
}

/// Lots are for what the lists let through too: the verifier looks at each leaf. Nothing is shown here for one account.
#[test]
fn a_lot_needs_no_proof_and_an_account_does() {
    let mut world = with_lots();
    world.serve(1, listed());
    assert_eq!(world.asked(world.lot(1, 3, 300)), None);
    assert_eq!(world.asked(world.transfer(1, A, 300)), Some(708));
    let conversion = world.conversion(1, A, 300);
    let proofs: ListProofs = proofs(&A, &ACCOUNTS[..4], &ACCOUNTS[1..2]);
    world.applied("O0", greatseal_protocol::command::Order::Bridge(bridge::Order::Authorize { conversion, proofs }));
}

/// Slices do not slip under what is large: from the slice on that reaches it the Treasury is asked each time.
#[test]
fn slicing_by_lots_needs_the_treasurys_word_713() {
    let mut world = with_lots();
    // Four of 6,000 are 24,000. The fifth would make 30,000.
    for _ in 0..4 {
        assert_eq!(world.asked(world.lot(1, 6, 6_000)), None);
    }
    let number = world.cells.traffic(1).unwrap().next;
    assert_eq!(world.asked(world.lot(1, 6, 6_000)), Some(713));
    // Smaller slices do not help, nor does a named account's window for the lots.
    assert_eq!(world.asked(world.lot(1, 1, 1_000)), Some(713));
    assert_eq!(world.asked(world.lot(1, 1, 999)), None);
    assert_eq!(world.cells.traffic(1).unwrap().next, number + 1);
    for _ in 0..2 {
        let word = world.promise("M1", world.lot(1, 6, 6_000));
        world.applied("M1", word);
        assert_eq!(world.asked(world.lot(1, 6, 6_000)), None);
        assert_eq!(world.asked(world.lot(1, 6, 6_000)), Some(713), "each time");
    }
    // An account that has used little is not asked for because lots have used much.
    assert_eq!(world.asked(world.transfer(1, A, 6_000)), None);
    world.wait(DAY + DAY / 8);
    assert_eq!(world.asked(world.lot(1, 6, 6_000)), None);
    world.folds();
}

/// One key, many conversions of an account, each a little below what is large.
#[test]
fn slicing_an_account_needs_the_treasurys_word_713() {
    let mut world = World::with_bridge();
    assert_eq!(world.asked(world.transfer(1, A, 4_999)), None);
    for amount in [4_999, 10] {
        assert_eq!(world.asked(world.transfer(1, A, amount)), Some(713), "{amount}");
    }
    // What twenty accounts can take without the Treasury is twenty times less than that, and within what all may.
    assert_eq!(world.asked(world.transfer(1, ACCOUNTS[2], 4_999)), None);
    world.folds();
}

#[test]
fn in_limited_mode_a_tenth_of_a_lot() {
    let mut world = with_lots();
    world.enact("E0", &set_mode(Mode::Limited, HOUR));
    assert_eq!(world.asked(world.lot(1, 10, 4_001)), Some(704));
    assert_eq!(world.asked(world.lot(1, 10, 4_000)), None);
    let mut world = with_lots();
    world.paused(Scope::Account(A), HOUR);
    // A freeze of one account is for the service to keep, and for the verifier to find in the leaves.
    assert_eq!(world.asked(world.lot(1, 10, 4_000)), None);
    world.paused(Scope::Route(1), HOUR);
    assert_eq!(world.asked(world.lot(1, 10, 4_000)), Some(500));
}
