//! The Treasury's word: whose it is, how long it holds, and that nobody else can use or spoil it.

use crate::{
    lists::ACCOUNTS,
    world::{MINUTE, World, code_of},
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    command::Order,
    conversion::Word,
    event::Event,
    language::bridge,
    state::State,
};

const A: [u8; 32] = ACCOUNTS[0];
const B: [u8; 32] = ACCOUNTS[2];

impl World {
    fn next_number(&self) -> u64 {
        self.cells.traffic(1).unwrap().next
    }

    fn word_of(&self, who: &str) -> Option<Word> {
        let key = CellKey::Word(1, self.seat_of(who).unwrap());
        self.cells.cell::<Option<Word>>(&key).unwrap().flatten()
    }

    fn withdrawal(&self, who: &str) -> Order {
        Order::Bridge(bridge::Order::Withdraw { route: 1, nonce: self.nonce(who) })
    }
}

/// A word that was withdrawn stays so, whoever sends the old envelope again.
#[test]
fn a_word_that_was_withdrawn_is_not_given_again_108() {
    let mut world = World::with_bridge();
    let given = world.envelope("M0", world.promise("M0", world.transfer(1, A, 9_000)));
    world.submit(&given);
    assert!(world.word_of("M0").is_some());
    let withdraw = world.withdrawal("M0");
    world.applied("M0", withdraw);
    assert_eq!(world.word_of("M0"), None);
    world.wait(2 * MINUTE);
    world.refused_bytes(&given, 108);
    let wanted = world.authorize(1, A, 9_000);
    world.refused("O0", wanted, 713);
    // Withdrawing is sent once too.
    let again = world.withdrawal("M0");
    let withdrawn = world.envelope("M0", again);
    world.submit(&withdrawn);
    let word = world.promise("M0", world.transfer(1, A, 9_000));
    world.applied("M0", word);
    world.refused_bytes(&withdrawn, 108);
    assert!(world.word_of("M0").is_some());
    world.folds();
}

/// Each seat has a place of its own: the other's word stands, whatever one says or sends again.
#[test]
fn one_treasury_seat_does_not_overwrite_the_others_word() {
    let mut world = World::with_bridge();
    let old = world.envelope("M0", world.promise("M0", world.transfer(1, B, 6_000)));
    world.submit(&old);
    let good = world.promise("M1", world.transfer(1, A, 9_000));
    world.applied("M1", good);
    // The outsider's copy and a new word of the first seat, one after the other.
    world.refused_bytes(&old, 108);
    let other = world.promise("M0", world.transfer(1, B, 7_000));
    world.applied("M0", other);
    let order = world.authorize(1, A, 9_000);
    world.applied("O0", order);
    let Event::Bridge(bridge::Event::ConversionAuthorized { word, .. }) = world.records.last().unwrap().event else {
        panic!()
    };
    assert_eq!(word, world.seat_of("M1"));
    assert_eq!((world.word_of("M1"), world.word_of("M0").map(|word| word.transfer.amount)), (None, Some(7_000)));
}

/// Whoever copies the request and is first stops nothing: the number is not used up by a word that is missing.
#[test]
fn a_request_before_its_word_leaves_the_number_713() {
    let mut world = World::with_bridge();
    let word = world.envelope("M0", world.promise("M0", world.transfer(1, A, 9_000)));
    let wanted = world.authorize(1, A, 9_000);
    let request = world.envelope("O0", wanted);
    let number = world.next_number();
    (0..3).for_each(|_| world.refused_bytes(&request, 713));
    assert_eq!(world.next_number(), number);
    world.submit(&word);
    let outcome = world.submit(&request);
    assert_eq!(code_of(&outcome), (None, true));
    assert_eq!(world.next_number(), number + 1);
    // Used up, for good.
    world.refused_bytes(&request, 108);
    world.folds();
}

/// A word names no number: small conversions of others may go in between.
#[test]
fn a_word_outlasts_the_small_conversions_of_a_busy_route() {
    let mut world = World::with_bridge();
    let word = world.promise("M0", world.transfer(1, A, 9_000));
    world.applied("M0", word);
    for _ in 0..5 {
        world.wait(6);
        let small = world.authorize(1, B, 100);
        world.applied("O1", small);
    }
    let order = world.authorize(1, A, 9_000);
    world.applied("O0", order);
    assert!(matches!(
        world.records.last().unwrap().event,
        Event::Bridge(bridge::Event::ConversionAuthorized { word: Some(_), .. })
    ));
    // It is used up by one conversion.
    let again = world.authorize(1, A, 9_000);
    world.refused("O0", again, 713);
    world.folds();
}

/// A successor has not said what the seat's key before it has said.
#[test]
fn a_word_falls_with_the_key_713() {
    let mut world = World::with_bridge();
    let word = world.promise("M0", world.transfer(1, A, 9_000));
    world.applied("M0", word);
    world.unheard("a rotation without its delay");
    world.rotate("M0", "mia");
    let order = world.authorize(1, A, 9_000);
    world.refused("O0", order, 713);
}
