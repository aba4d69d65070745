//! A change of the period forgets nothing, and brings nothing back.

use crate::{
    dice::throw,
    lists::{ACCOUNTS, asks},
    world::{DAY, HOUR, World, economics},
};
use greatseal_protocol::{event::Event, language::bridge, route::Economics, window::Meter};

const A: [u8; 32] = ACCOUNTS[0];
const B: [u8; 32] = ACCOUNTS[2];
const SHORT: u32 = 8 * 60;
const LONG: u32 = 20 * 86_400;

fn of(period: u32) -> Economics {
    Economics { period, account_max: 10_000, aggregate_max: 15_000, large: u128::MAX, ..economics() }
}

impl World {
    fn limit(&mut self, account: [u8; 32], amount: u128) -> Option<u16> {
        let conversion = self.conversion(1, account, amount);
        self.applied("O0", asks(conversion));
        match &self.records.last().unwrap().event {
            Event::Bridge(bridge::Event::ConversionRefused { refusal, .. }) => Some(refusal.code()),
            _ => None,
        }
    }
}

/// The account is idle while the period goes from long to short and back: it has used what it has used.
#[test]
fn period_long_short_long_705() {
    let mut world = World::with_bridge();
    world.economise(1, of(LONG));
    assert_eq!(world.limit(A, 10_000), None);
    world.economise(1, of(SHORT));
    world.wait(2 * HOUR);
    assert_eq!(world.limit(A, 10), Some(705), "kept until the longer period has passed");
    world.economise(1, of(LONG));
    assert_eq!(world.limit(A, 10), Some(705));
    assert_eq!(world.limit(B, 5_001), Some(706));
    assert_eq!(world.limit(B, 5_000), None);
    world.folds();
}

/// From short to long and back, idle: what counted when the period was long counts as long as that.
#[test]
fn period_short_long_short_705() {
    let mut world = World::with_bridge();
    world.economise(1, of(4 * 3_600));
    assert_eq!(world.limit(A, 10_000), None);
    world.economise(1, of(LONG));
    world.wait(DAY);
    world.economise(1, of(SHORT));
    assert_eq!(world.limit(A, 10), Some(705));
    world.wait(22 * DAY);
    assert_eq!(world.limit(A, 10), None);
    world.folds();
}

/// What had left the window by the change is not in it afterwards.
#[test]
fn forgotten_use_does_not_come_back() {
    let mut world = World::with_bridge();
    world.economise(1, of(86_400));
    assert_eq!(world.limit(A, 10_000), None);
    world.wait(10 * DAY);
    world.economise(1, of(2 * 86_400));
    assert_eq!(world.limit(A, 10_000), None);
    world.folds();
}

/// New use under the new, shorter period counts for that only, beside what is kept.
#[test]
fn new_use_counts_for_the_new_period() {
    let mut world = World::with_bridge();
    world.economise(1, of(86_400));
    assert_eq!(world.limit(A, 4_000), None);
    world.economise(1, of(SHORT));
    assert_eq!(world.limit(A, 6_000), None);
    assert_eq!(world.limit(A, 10), Some(705));
    world.wait(u64::from(SHORT) + 60);
    // The 6,000 are over; the 4,000 of the day are not.
    assert_eq!(world.limit(A, 6_001), Some(705));
    assert_eq!(world.limit(A, 6_000), None);
    world.folds();
}

/// Against every charge in a list: each counts at least until the longest period has passed that held while it counted,
/// and all is forgotten two of the longest periods later.
#[test]
fn a_meter_never_forgets_too_soon() {
    throw(3_000, |dice| {
        let periods = [480, 3_600, 86_400, 700_000];
        let mut period = *dice.one(&periods);
        let (mut meter, mut now) = (Meter::empty(period), 1_800_000_000 + dice.below(1_000_000));
        let mut charges: Vec<(u128, u64, u64)> = Vec::new();
        for _ in 0..40 {
            let step = u64::from(*dice.one(&periods)) / 3;
            now += dice.below(step);
            if dice.below(3) == 0 {
                period = *dice.one(&periods);
                for (_, at, until) in charges.iter_mut().filter(|(_, _, until)| *until > now) {
                    *until = (*until).max(*at + u64::from(period));
                }
                meter = meter.with_period(period, now);
            } else {
                let amount = u128::from(dice.below(1_000));
                meter = meter.charged(amount, now);
                charges.push((amount, now, now + u64::from(period)));
            }
            let least: u128 = charges.iter().filter(|(_, _, until)| *until > now).map(|(amount, ..)| amount).sum();
            let all: u128 = charges.iter().map(|(amount, ..)| amount).sum();
            let sum = meter.sum(now);
            assert!(least <= sum && sum <= all, "{sum} is not from {least} to {all} at {now}");
        }
        assert_eq!(meter.sum(now + 2 * 700_000), 0);
    });
}
