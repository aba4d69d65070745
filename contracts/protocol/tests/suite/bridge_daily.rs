//! Rates and lists of the day: two seats of different organisations, or nothing.

use crate::{
    lists::{ACCOUNTS, asks, fenced, listed, open_to_all, proofs, tree},
    world::{DAY, HOUR, World, economics, suspend},
};
use greatseal_protocol::{
    bytes::AssetHash,
    command::Order,
    conversion::{Conversion, Transfer, Versions},
    daily::{Daily, DayLists, DayRate, Following},
    event::Event,
    language::bridge,
    route::{Compliance, Course, Economics},
    state::State,
};

const A: [u8; 32] = ACCOUNTS[0];

/// A band of 2 % around 995 of 1,000: 19 up and down, rounded down.
fn banded() -> Economics {
    Economics { rate_band_bps: 200, ..economics() }
}

fn with_band() -> World {
    let mut world = World::with_bridge();
    world.economise(1, banded());
    world
}

impl World {
    fn rate(&self, who: &str, route: u32, num: u128, until: u64) -> Order {
        let rate = DayRate { num, den: 1_000, until };
        Order::Bridge(bridge::Order::StateRate { route, rate, nonce: self.nonce(who) })
    }

    fn no_rate(&self, who: &str, route: u32) -> Order {
        Order::Bridge(bridge::Order::WithdrawRate { route, nonce: self.nonce(who) })
    }

    /// Both Treasury seats say it.
    fn rated(&mut self, route: u32, num: u128) {
        let until = self.now + DAY;
        for who in ["M0", "M1"] {
            let order = self.rate(who, route, num, until);
            self.applied(who, order);
        }
    }

    fn lists_of(&self, who: &str, previous: u32, lists: DayLists) -> Order {
        let lists = Following { previous, lists };
        Order::Bridge(bridge::Order::StateLists { route: 1, lists, nonce: self.nonce(who) })
    }

    fn daily(&self, route: u32) -> Daily {
        self.cells.daily(route).unwrap()
    }

    /// What arrives of a thousand, or the refusal on record.
    fn arrives(&mut self, transfer: Transfer) -> Result<u128, u16> {
        let conversion: Conversion = self.numbered(transfer);
        self.applied("O0", asks(conversion));
        match &self.records.last().unwrap().event {
            Event::Bridge(bridge::Event::ConversionAuthorized { quote, .. }) => Ok(quote.unwrap().result),
            Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) => Err(refusal.code()),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_rate_of_the_day_takes_two_organisations() {
    let mut world = with_band();
    assert_eq!(world.arrives(world.transfer(1, A, 1_000)), Ok(993));
    let until = world.now + DAY;
    let first = world.rate("M0", 1, 1_000, until);
    world.applied("M0", first);
    // One seat twice is one; another rate or another end is not the same.
    let twice = world.rate("M0", 1, 1_000, until);
    world.applied("M0", twice);
    for (num, until) in [(1_001, until), (1_000, until + 1)] {
        let other = world.rate("M1", 1, num, until);
        world.applied("M1", other);
        assert_eq!(world.daily(1).rate, None);
    }
    let before = world.transfer(1, A, 1_000);
    let second = world.rate("M1", 1, 1_000, until);
    world.applied("M1", second);
    assert_eq!(world.versions(1).rate, 2);
    // Whoever reckoned with the approved rate reckons again.
    assert_eq!(world.arrives(before), Err(712));
    assert_eq!(world.arrives(world.transfer(1, A, 1_000)), Ok(998));
    // It ends by itself.
    world.wait(DAY);
    assert_eq!(world.versions(1).rate, 0);
    assert_eq!(world.arrives(world.transfer(1, A, 1_000)), Ok(993));
    world.refused("O0", world.rate("O0", 1, 1_000, until + DAY), 204);
    world.folds();
}

#[test]
fn outside_rate_band_721() {
    let mut world = with_band();
    let day = world.now + DAY;
    for (num, until, wants) in [
        (995 + 20, day, false),
        (995 + 19, day, true),
        (995 - 19, day, true),
        (995 - 20, day, false),
        (995, world.now, false),
        (995, world.now + 7 * DAY, true),
        (995, world.now + 7 * DAY + 1, false),
    ] {
        let mut world = world.clone();
        let order = world.rate("M0", 1, num, until);
        if wants { world.applied("M0", order) } else { world.refused("M0", order, 721) }
    }
    let den = DayRate { num: 995, den: 1_001, until: day };
    let other = Order::Bridge(bridge::Order::StateRate { route: 1, rate: den, nonce: world.nonce("M0") });
    world.refused("M0", other, 721);
    // Without a band nothing but the approved rate is within it.
    let mut plain = World::with_bridge();
    plain.refused("M0", plain.rate("M0", 1, 996, day), 721);
    // The band is 5 % at most.
    world.escalate("O0", greatseal_protocol::scope::Watched::Route(1));
    let present = world.cells.route(1).unwrap().map(|route| *route);
    let wide = crate::world::set_route(1, present, Economics { rate_band_bps: 501, ..economics() });
    world.refused_action("M0", &wide, 700);
}

/// Whoever doubts it ends it, alone; what both have said then does not come back by one of them.
#[test]
fn any_treasury_seat_withdraws_a_rate() {
    let mut world = with_band();
    let until = world.now + DAY;
    let said = world.envelope("M0", world.rate("M0", 1, 1_000, until));
    world.submit(&said);
    let second = world.rate("M1", 1, 1_000, until);
    world.applied("M1", second);
    let stale = world.transfer(1, A, 1_000);
    let withdraw = world.no_rate("M1", 1);
    world.applied("M1", withdraw);
    assert_eq!(world.daily(1).rate, None);
    assert_eq!(world.arrives(stale), Err(712));
    world.refused_bytes(&said, 108);
    let alone = world.rate("M0", 1, 1_000, until);
    world.applied("M0", alone);
    assert_eq!(world.daily(1).rate, None, "the other has not said it again");
    // Nor is one word enough that was said before: whatever was withdrawn since was not meant by it.
    let early = world.rate("M1", 1, 999, until);
    world.applied("M1", early);
    let withdraw = world.no_rate("M0", 1);
    world.applied("M0", withdraw);
    let late = world.rate("M0", 1, 999, until);
    world.applied("M0", late);
    assert_eq!(world.daily(1).rate, None, "it was said before the withdrawal");
    // What is said by a seat that is set aside meanwhile does not count.
    world.enact("E0", &suspend("M0"));
    let again = world.rate("M1", 1, 1_000, until);
    world.applied("M1", again);
    assert_eq!(world.daily(1).rate, None);
    world.folds();
}

/// A rate of the day on one route and the approved one on the way back: whoever goes round would gain each time.
#[test]
fn round_trips_on_a_days_rate_722() {
    let mut world = with_band();
    world.economise(
        2,
        Economics {
            source: economics().destination,
            destination: economics().source,
            course: Course::ToPrivate,
            ..banded()
        },
    );
    world.serve(2, open_to_all());
    // 1,010 · 995 is more than a million: a gain of half a per cent each time round.
    let until = world.now + DAY;
    world.refused("M0", world.rate("M0", 1, 1_010, until), 722);
    world.rated(1, 1_005);
    // With 1,005 there, 996 back would be more than before, and 995 is not.
    world.refused("M0", world.rate("M0", 2, 996, world.now + DAY), 722);
    world.rated(2, 980);
    // The lower one on the way back may end at any moment, so it gives no more room.
    world.refused("M0", world.rate("M0", 1, 1_014, world.now + DAY), 722);
    // Around and around nobody gains.
    let there = world.arrives(world.transfer(1, A, 1_000)).unwrap();
    let back = world.arrives(world.transfer(2, A, there)).unwrap();
    assert!(back < 1_000, "{back}");
    // Routes of other assets are not on the way back.
    world.economise(3, Economics { source: AssetHash([9; 32]), course: Course::ToPrivate, ..banded() });
    world.rated(1, 1_004);
    world.folds();
}

/// Limits may change without touching the rate; another rate or band ends it for good, even where it would fit.
#[test]
fn a_rate_of_the_day_ends_with_the_rate_that_was_approved() {
    let mut world = with_band();
    world.rated(1, 1_000);
    let version = world.versions(1).rate;
    let mut other = world.clone();
    other.economise(1, Economics { count_max: 6_000, ..banded() });
    assert_eq!(other.versions(1).rate, version);
    for changed in [
        Economics { rate_band_bps: 100, ..banded() },
        Economics { rate_band_bps: 0, ..banded() },
        Economics { rate_num: 996, ..banded() },
        Economics { destination: AssetHash([9; 32]), ..banded() },
    ] {
        let mut world = world.clone();
        world.economise(1, changed);
        assert_eq!((world.versions(1).rate, world.daily(1).rate), (0, None));
        world.economise(1, banded());
        assert_eq!(world.versions(1).rate, 0, "it does not come to life again");
        world.folds();
    }
}

/// The attack: the rate of the day was compared with the way back as it was, and that one becomes better.
#[test]
fn a_rate_of_the_day_ends_with_the_rate_of_the_way_back() {
    let mut world = with_band();
    world.rated(1, 1_004);
    let back = Economics {
        source: economics().destination,
        destination: economics().source,
        course: Course::ToPrivate,
        ..banded()
    };
    world.economise(2, back);
    assert_eq!(world.daily(1).rate, None, "a first way back");
    world.rated(1, 1_004);
    world.economise(2, Economics { tx_max: back.tx_max - 1, ..back });
    assert!(world.daily(1).rate.is_some(), "its limits do not matter");
    world.economise(2, Economics { rate_num: 1_003, ..back });
    assert_eq!(world.daily(1).rate, None);
    world.folds();
}

#[test]
fn lists_of_the_day_take_two_organisations_and_one_predecessor() {
    let mut world = World::with_bridge();
    let deny = |excluded: &[[u8; 32]]| DayLists { allow: listed().allow, deny: Some(tree(&fenced(excluded))) };
    world.refused("I0", world.lists_of("I0", 0, deny(&ACCOUNTS[1..2])), 723);
    world.serve(1, Compliance { daily: true, ..listed() });
    let first = world.lists_of("I0", 0, deny(&ACCOUNTS[..2]));
    world.applied("I0", first);
    world.refused("I1", world.lists_of("I1", 1, deny(&ACCOUNTS[..2])), 411);
    world.refused("M0", world.lists_of("M0", 0, deny(&ACCOUNTS[..2])), 204);
    let stale = world.transfer(1, A, 1_000);
    let second = world.lists_of("I2", 0, deny(&ACCOUNTS[..2]));
    world.applied("I2", second);
    assert_eq!(world.versions(1).lists, 1);
    assert_eq!(world.arrives(stale), Err(712));
    // The account is excluded from today on; its old proof does not help.
    let conversion = world.conversion(1, A, 1_000);
    let proofs = proofs(&A, &ACCOUNTS[..4], &ACCOUNTS[1..2]);
    world.applied("O0", Order::Bridge(bridge::Order::Authorize { conversion, proofs }));
    let Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) = &world.records.last().unwrap().event else {
        panic!()
    };
    assert_eq!(refusal.code(), 709);
    // Both name what they follow: whoever was late says it again.
    world.refused("I0", world.lists_of("I0", 0, deny(&[])), 411);
    world.folds();
}

/// Trees of the day end with other approved ones, and to set those loosens: they could serve whom the day's exclude.
#[test]
fn approved_lists_end_those_of_the_day() {
    let mut world = World::with_bridge();
    let daily = Compliance { daily: true, allow: None, ..listed() };
    world.serve(1, daily);
    let lists = DayLists { allow: None, deny: Some(tree(&fenced(&ACCOUNTS[..3]))) };
    for who in ["I0", "I1"] {
        let order = world.lists_of(who, 0, lists);
        world.applied(who, order);
    }
    world.serve(1, Compliance { min_finality: 20, ..daily });
    assert_eq!(world.versions(1).lists, 1, "the trees are the same");
    let first = Compliance { allow: listed().allow, ..daily };
    assert!(!daily.tightens_to(&first), "a first tree loosens where there are trees of the day");
    assert!(!daily.tightens_to(&Compliance { daily: false, ..daily }));
    world.serve(1, first);
    assert_eq!((world.versions(1).lists, world.daily(1).lists_version), (0, 2));
    // What was said about the old ones does not count for the new ones, and whatever is approved has a list of the day.
    world.refused("I0", world.lists_of("I0", 2, lists), 723);
    world.refused("I0", world.lists_of("I0", 1, DayLists { allow: first.allow, ..lists }), 411);
    world.wait(HOUR);
    let none = Versions { lists: 1, ..world.versions(1) };
    assert_eq!(world.arrives(Transfer { versions: none, ..world.transfer(1, A, 100) }), Err(712));
    world.folds();
}
