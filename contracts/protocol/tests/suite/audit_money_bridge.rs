//! Attacks on the bridge by a reviewer who did not write the rules: each is named for what the attacker wants. Where it
//! succeeds, the test asks for what should hold, and names its finding (docs/audits/money-2026-11.md).

use crate::{
    dice::throw,
    lists::{ACCOUNTS, asks, fenced, listed, open_to_all, proofs, release_of, stated, tree},
    world::{DAY, HOUR, MINUTE, REASON, World, code_of, economics, reinstate, suspend},
};
use greatseal_protocol::{
    bytes::AssetHash,
    cells::{CellKey, CellsMut},
    command::Order,
    conversion::{Completion, Counted, PLACES, Traffic, Transfer},
    daily::{DayLists, DayRate, Following},
    event::Event,
    language::bridge,
    memory::Memory,
    route::{Compliance, Course, Economics},
    state::State,
};

const A: [u8; 32] = ACCOUNTS[0];
const B: [u8; 32] = ACCOUNTS[2];

impl World {
    /// What becomes of a transfer: refused with this number, whether the number of the route is used up by it or not.
    fn attempt(&mut self, transfer: Transfer) -> Option<u16> {
        let order = asks(self.numbered(transfer));
        let before = self.records.len();
        if let Some(code) = code_of(&self.order("O0", order)).0 {
            return Some(code);
        }
        match &self.records[before].event {
            Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) => Some(refusal.code()),
            _ => None,
        }
    }
}

fn rate(world: &World, who: &str, route: u32, num: u128, until: u64) -> Order {
    let rate = DayRate { num, den: 1_000, until };
    Order::Bridge(bridge::Order::StateRate { route, rate, nonce: world.nonce(who) })
}

fn lists_of(world: &World, who: &str, previous: u32, lists: DayLists) -> Order {
    let lists = Following { previous, lists };
    Order::Bridge(bridge::Order::StateLists { route: 1, lists, nonce: world.nonce(who) })
}

fn withdrawal(world: &World, who: &str) -> Order {
    Order::Bridge(bridge::Order::Withdraw { route: 1, nonce: world.nonce(who) })
}

fn completed(number: u64, version: u32, count: u32, amount: u128) -> Order {
    stated(Completion { route: 1, number, version, count, amount, fees: 0, root: REASON })
}

/// Both Treasury seats are asked for their word on one transfer, to be on the safe side; the Operator uses both.
#[test]
fn two_words_for_one_transfer_pay_it_twice() {
    let mut world = World::with_bridge();
    let wanted = world.transfer(1, A, 9_000);
    for who in ["M0", "M1"] {
        let word = world.promise(who, wanted);
        world.applied(who, word);
    }
    assert_eq!(world.attempt(wanted), None);
    assert_eq!(world.attempt(wanted), Some(713), "it was one transfer");
}

/// One Treasury seat alone: what the other said under the rate before is taken for its word under the one that was approved
/// since.
#[test]
fn a_rate_is_set_with_what_was_said_under_another_approved_rate() {
    let mut world = World::with_bridge();
    let banded = Economics { rate_num: 1_000, rate_band_bps: 500, ..economics() };
    world.economise(1, banded);
    let until = world.now + 6 * DAY;
    let said = rate(&world, "M0", 1, 1_010, until);
    world.applied("M0", said);
    world.wait(DAY);
    world.economise(1, Economics { rate_num: 970, ..banded });
    let second = rate(&world, "M1", 1, 1_010, until);
    world.applied("M1", second);
    assert_eq!(world.cells.daily(1).unwrap().rate, None, "M0 never said it beside the new rate");
}

/// One Identity key: what another said for a day is taken for its word seven weeks later.
#[test]
fn lists_of_a_day_are_set_with_what_was_said_seven_weeks_ago() {
    let mut world = World::with_bridge();
    world.serve(1, Compliance { daily: true, ..listed() });
    let lists = DayLists { allow: Some(tree(&ACCOUNTS)), deny: Some(tree(&fenced(&[]))) };
    let said = lists_of(&world, "I0", 0, lists);
    world.applied("I0", said);
    world.wait(49 * DAY);
    let second = lists_of(&world, "I1", 0, lists);
    world.applied("I1", second);
    assert_eq!(world.cells.daily(1).unwrap().lists, None);
}

/// Two Identity keys: the approved lists are not set anew but done away with, and whoever asks is served.
#[test]
fn lists_of_the_day_are_no_lists_at_all() {
    let mut world = World::with_bridge();
    world.serve(1, Compliance { daily: true, ..listed() });
    assert_eq!(world.attempt(world.transfer(1, ACCOUNTS[5], 100)), Some(708));
    for who in ["I0", "I1"] {
        let order = lists_of(&world, who, 0, DayLists { allow: None, deny: None });
        world.refused(who, order, 723);
    }
    assert_eq!(world.attempt(world.transfer(1, ACCOUNTS[5], 100)), Some(708));
}

/// Two Treasury keys: four routes in a circle, each within its band and with no route straight back.
#[test]
fn a_round_trip_over_four_routes_gains() {
    let mut world = World::with_bridge();
    let asset = |byte: u8| AssetHash([byte; 32]);
    let (out, home) = (Course::ToPublic, Course::ToPrivate);
    let ring = [(1, 1, 2, out), (2, 2, 3, home), (3, 3, 4, out), (4, 4, 1, home)];
    for (route, source, destination, course) in ring {
        world.economise(
            route,
            Economics {
                source: asset(source),
                destination: asset(destination),
                course,
                rate_num: 1_000,
                rate_band_bps: 500,
                ..economics()
            },
        );
    }
    let until = world.now + DAY;
    let mut stated = 0;
    for (route, ..) in ring {
        for who in ["M0", "M1"] {
            let order = rate(&world, who, route, 1_050, until);
            stated += usize::from(code_of(&world.order(who, order)).0.is_none());
        }
    }
    // `trust.md` says so: only the way straight back is looked at, and the band is what bounds it.
    assert_eq!(stated, 8, "1.05 four times over is 21 per cent a round");
}

/// A conversion that was refused is paid all the same, and stated sixty-four numbers later: marked as late, and nothing else.
#[test]
fn a_refused_conversion_is_stated_as_merely_late() {
    let mut world = World::with_bridge();
    assert_eq!(world.attempt(world.transfer(1, A, 10_001)), Some(704));
    for number in 2..=PLACES + 1 {
        assert_eq!(world.attempt(world.transfer(1, B, 10)), None);
        world.applied("O0", release_of(1, number));
    }
    // The place is another's by then, and nothing says what became of the number: the records do, and verification reads them.
    world.applied("O0", completed(1, 1, 1, 10_001));
}

/// One Operator key and two orders: lots of many conversions of nothing use up the period's number, and leave nothing for
/// those who have something to convert.
#[test]
fn two_lots_of_hardly_anything_shut_a_route_for_its_period() {
    let mut world = World::with_bridge();
    world.economise(1, Economics { tx_min: 1, lot_max: 4_000, ..economics() });
    assert_eq!(world.attempt(world.lot(1, 4_000, 4_000)), None);
    assert_eq!(world.attempt(world.lot(1, 999, 999)), None);
    for number in 1..=2 {
        world.applied("O1", release_of(1, number));
    }
    // `trust.md` says so: one more conversion, and then the period, another limit, or the seat set aside with a new limit.
    assert_eq!(world.attempt(world.transfer(1, A, 100)), None);
    assert_eq!(world.attempt(world.transfer(1, B, 100)), Some(707));
}

/// A word is given, the day's rate set and withdrawn, the seat set aside and brought back: it counts for what it was given for,
/// once.
#[test]
fn a_word_is_used_after_what_it_was_reckoned_with_has_changed() {
    let mut world = World::with_bridge();
    world.economise(1, Economics { rate_band_bps: 200, ..economics() });
    let wanted = world.transfer(1, A, 9_000);
    let word = world.promise("M0", wanted);
    world.applied("M0", word);
    let until = world.now + HOUR;
    for who in ["M0", "M1"] {
        let order = rate(&world, who, 1, 1_000, until);
        world.applied(who, order);
    }
    assert_eq!(world.attempt(wanted), Some(712));
    assert_eq!(world.attempt(world.transfer(1, A, 9_000)), Some(713), "another rate is another transfer");
    let mut aside = world.clone();
    aside.enact("E0", &suspend("M0"));
    let back = Order::Bridge(bridge::Order::WithdrawRate { route: 1, nonce: aside.nonce("M1") });
    aside.applied("M1", back);
    assert_eq!(aside.attempt(wanted), Some(713), "who is set aside has no word");
    aside.enact("S0", &reinstate("M0"));
    let taken = withdrawal(&aside, "M0");
    aside.applied("M0", taken);
    assert_eq!(aside.attempt(wanted), Some(713));
    world.wait(15 * MINUTE);
    let back = Order::Bridge(bridge::Order::WithdrawRate { route: 1, nonce: world.nonce("M1") });
    world.applied("M1", back);
    assert_eq!(world.attempt(wanted), Some(713), "too old");
    aside.folds();
    world.folds();
}

/// One Operator key fills all places and says false things about each: the other one goes on the same minute.
#[test]
fn sixty_four_places_are_jammed() {
    let mut world = World::with_bridge();
    for _ in 0..PLACES {
        assert_eq!(world.attempt(world.transfer(1, A, 10)), None);
    }
    for _ in 0..3 {
        assert_eq!(world.attempt(world.transfer(1, B, 10)), Some(714));
    }
    for number in 1..=PLACES {
        let order = release_of(1, number);
        world.applied("O1", order);
        if number % 16 == 0 {
            world.applied("O0", completed(number, 2, 1, 10));
        }
    }
    let next = world.cells.traffic(1).unwrap().next;
    assert_eq!(next, PLACES + 4);
    assert_eq!(world.attempt(world.transfer(1, B, 10)), None);
    // A false correction does not take the place again, nor gives anything back.
    let traffic = world.cells.traffic(1).unwrap();
    assert_eq!((traffic.ended, traffic.authorised, traffic.refused), (PLACES, PLACES + 1, 3));
    world.folds();
}

/// A route leaves its asset for another, changes its period, and comes back; its companion stays: nothing is forgotten.
#[test]
fn a_limit_is_forgotten_while_a_route_is_away() {
    let mut world = World::with_bridge();
    let of = |source: u8, period| Economics {
        source: AssetHash([source; 32]),
        period,
        account_max: 30_000,
        aggregate_max: 40_000,
        large: u128::MAX,
        ..economics()
    };
    world.settle_in(AssetHash([9; 32]));
    world.economise(1, of(1, 5 * 86_400));
    world.economise(2, of(1, 480));
    world.serve(2, open_to_all());
    for (route, account) in [(1, A), (1, A), (1, A), (2, B)] {
        assert_eq!(world.attempt(world.transfer(route, account, 10_000)), None);
    }
    assert_eq!(world.attempt(world.transfer(2, B, 10)), Some(706));
    world.economise(1, of(9, 480));
    // The longest period has left with the route, but not what was used while it was there.
    assert_eq!(world.attempt(world.transfer(2, B, 10)), Some(706));
    world.economise(1, of(1, 480));
    for _ in 0..2 {
        world.wait(DAY);
        assert_eq!(world.attempt(world.transfer(1, A, 10)), Some(705));
        assert_eq!(world.attempt(world.transfer(1, B, 10)), Some(706));
        assert_eq!(world.attempt(world.transfer(2, B, 10)), Some(706));
    }
    world.wait(4 * DAY);
    assert_eq!(world.attempt(world.transfer(1, A, 10)), None);
    world.folds();
}

/// One Identity key: what another said before the approved lists changed, before `daily` ended, or before it was rotated.
#[test]
fn lists_that_were_replaced_serve_again() {
    let mut world = World::with_bridge();
    let daily = Compliance { daily: true, ..listed() };
    world.serve(1, daily);
    let mine = DayLists { allow: Some(tree(&ACCOUNTS)), deny: Some(tree(&fenced(&[]))) };
    let old = lists_of(&world, "I0", 0, mine);
    world.applied("I0", old);
    for compliance in
        [Compliance { deny: Some(tree(&fenced(&ACCOUNTS[..2]))), ..daily }, Compliance { daily: false, ..daily }, daily]
    {
        world.serve(1, compliance);
    }
    let previous = world.cells.daily(1).unwrap().lists_version;
    world.refused("I1", lists_of(&world, "I1", 0, mine), 411);
    let alone = lists_of(&world, "I1", previous, mine);
    world.applied("I1", alone);
    assert_eq!(world.cells.daily(1).unwrap().lists, None);
    world.unheard("a rotation without its delay");
    world.rotate("I1", "ines");
    let third = lists_of(&world, "I2", previous, mine);
    world.applied("I2", third);
    assert_eq!(world.cells.daily(1).unwrap().lists, None, "a successor has not said it");
    // A proof of the old tree under the new version, and the other way round.
    let conversion = world.conversion(1, ACCOUNTS[1], 100);
    let proofs = proofs(&ACCOUNTS[1], &ACCOUNTS[..4], &[]);
    world.applied("O0", Order::Bridge(bridge::Order::Authorize { conversion, proofs }));
    let Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) = &world.records.last().unwrap().event else {
        panic!("served")
    };
    assert_eq!(refusal.code(), 709);
}

/// Lots, an account, two routes and one asset: whatever is mixed, the aggregate binds, and from `large` on the word is asked.
#[test]
fn lots_and_accounts_together_pass_the_aggregate() {
    let mut world = World::with_bridge();
    let tight = Economics { lot_max: 4_000, aggregate_max: 50_000, ..economics() };
    world.economise(1, tight);
    world.economise(2, tight);
    world.serve(2, open_to_all());
    let mut out = 0;
    for account in ACCOUNTS {
        for route in [1, 2] {
            for transfer in [world.transfer(route, account, 4_990), world.lot(route, 400, 4_000)] {
                let amount = transfer.amount;
                if world.attempt(transfer).is_none() {
                    out += amount;
                }
            }
        }
    }
    assert!(out <= 50_000, "{out}");
    assert_eq!(world.attempt(world.lot(1, 100, 1_000)), Some(713));
    assert_eq!(world.attempt(world.transfer(1, A, 10)), Some(713));
    world.folds();
}

/// Whatever a route's period becomes, and however long a meter is not touched meanwhile: what went through counts until the
/// period has passed under which it did, and as long as it was not forgotten, until the present one has.
#[test]
fn a_limit_is_forgotten_by_any_row_of_periods() {
    const PERIODS: [u32; 6] = [480, 481, 3_600, 86_400, 7 * 86_400, 40 * 86_400];
    throw(400, |dice| {
        let (mut cells, counted, mut now) = (Memory::new(), Counted::Number(1), 1_800_000_000_u64);
        let mut period = *dice.one(&PERIODS);
        let mut traffic = Traffic::default().with_period(None, period, now);
        // When, under which period, and the longest one since.
        let mut used: Vec<(u64, u32, u32)> = Vec::new();
        for _ in 0..60 {
            let step = 3 * *dice.one(&[1, 60, 600, 7_200, 86_400, 10 * DAY]);
            now += dice.below(step);
            let next = *dice.one(&PERIODS);
            match dice.below(3) {
                0 if next != period => {
                    traffic = traffic.with_period(Some(period), next, now);
                    used.retain(|(at, _, longest)| now - at < u64::from(*longest));
                    used.iter_mut().for_each(|(_, _, longest)| *longest = (*longest).max(next));
                    period = next;
                }
                1 => {
                    let meter = traffic.window(&cells, counted, period).unwrap();
                    cells.put(&CellKey::Window(counted), &meter.charged(1, now));
                    used.push((now, period, period));
                }
                _ => {}
            }
            let counts = |at: u64, under: u32| now - at < u64::from(under.max(period));
            let least = used.iter().filter(|(at, under, _)| counts(*at, *under)).count();
            let sum = traffic.window(&cells, counted, period).unwrap().sum(now);
            assert!(sum >= u128::try_from(least).unwrap(), "at {now}: {sum} of {least} under {period}");
        }
    });
}
