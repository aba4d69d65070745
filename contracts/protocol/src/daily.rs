//! What two seats may set for a day: a route's rate within its band, and the lists of those whom it serves.

use crate::{
    key::Key,
    merkle::TreeHead,
    route::{Compliance, Economics},
    wide::{mul_div, product},
};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Longest life of a day's rate, in seconds.
pub const LONGEST_RATE: u64 = 7 * 24 * 60 * 60;

/// A rate for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct DayRate {
    /// Numerator; the result is rounded down.
    pub num: u128,
    /// Denominator: the one that is approved.
    pub den: u128,
    /// Second from which it no longer holds.
    pub until: u64,
}

/// Whom a route serves until other lists hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct DayLists {
    /// Tree of the accounts that are served; everybody where there is none.
    pub allow: Option<TreeHead>,
    /// Tree of the accounts that are not: sorted, each once, between an account of zeros and one of ones.
    pub deny: Option<TreeHead>,
}

/// What two seats have set on a route.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Daily {
    /// Rises by one with every rate that holds and with every one that is withdrawn.
    pub rate_version: u32,
    /// The rate, within its time and band.
    pub rate: Option<DayRate>,
    /// Rises by one whenever other lists hold.
    pub lists_version: u32,
    /// The lists.
    pub lists: Option<DayLists>,
}

/// What one seat has said for a day, until another says it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Said<T> {
    /// What.
    pub what: T,
    /// The seat's key: a successor has not said it.
    pub key: Key,
    /// When: whoever does not agree within [`LONGEST_RATE`] is too late.
    pub at: u64,
    /// The version of what the route had then ([`Daily`]): once anything else was set or withdrawn, it is said no more.
    pub version: u32,
}

/// Lists and the version that they follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Following {
    /// How often other lists held on the route so far: [`Daily::lists_version`].
    pub previous: u32,
    /// What shall hold.
    pub lists: DayLists,
}

impl DayRate {
    /// Whether it is within the route's band around the approved rate.
    pub fn within(&self, economics: &Economics) -> bool {
        let most = mul_div(economics.rate_num, economics.rate_band_bps.into(), 10_000);
        economics.rate_band_bps > 0
            && self.num > 0
            && self.den == economics.rate_den
            && most.is_some_and(|most| self.num.abs_diff(economics.rate_num) <= most)
    }

    /// Whether somebody who goes over by this rate and back by that one has more than before, fees aside.
    pub fn gains(&self, (num, den): (u128, u128)) -> bool {
        product(self.num, num) > product(self.den, den)
    }
}

impl Daily {
    /// The rate that holds now with its version; 0 where it is the approved one.
    pub fn rate(&self, economics: &Economics, now: u64) -> (u32, (u128, u128)) {
        match self.rate.filter(|rate| now < rate.until && rate.within(economics)) {
            Some(rate) => (self.rate_version, (rate.num, rate.den)),
            None => (0, (economics.rate_num, economics.rate_den)),
        }
    }

    /// The lists that hold now with their version; 0 where they are those of the compliance.
    pub fn lists(&self, compliance: &Compliance) -> (u32, DayLists) {
        match self.lists.filter(|_| compliance.daily) {
            Some(lists) => (self.lists_version, lists),
            None => (0, DayLists { allow: compliance.allow, deny: compliance.deny }),
        }
    }
}
