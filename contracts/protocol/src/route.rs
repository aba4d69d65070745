//! Parameters of bridge routes: economics and compliance, and which way a change of them goes.

use crate::{
    bytes::{AssetHash, ReferenceHash, RouteHash},
    content::{Content, Kind, some},
    merkle::TreeHead,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A change of a bridge route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SetRoute {
    /// The route.
    pub route: u32,
    /// Hash of the route (version and economics) that this change replaces; none where the route is new.
    pub previous: Option<RouteHash>,
    /// What shall hold.
    pub economics: Economics,
}

/// Economic parameters of a bridge route. Limits are amounts of the source asset in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Economics {
    /// Source asset.
    pub source: AssetHash,
    /// Destination asset.
    pub destination: AssetHash,
    /// From which rail to which.
    pub course: Course,
    /// Numerator of the rate; the result is rounded down.
    pub rate_num: u128,
    /// Denominator of the rate.
    pub rate_den: u128,
    /// First second of the rate.
    pub rate_from: u64,
    /// Second from which the rate has expired.
    pub rate_until: u64,
    /// Fee in hundredths of a per cent.
    pub fee_bps: u16,
    /// Least fee.
    pub fee_min: u128,
    /// Most fee.
    pub fee_max: u128,
    /// Least amount of one conversion.
    pub tx_min: u128,
    /// Most amount of one conversion.
    pub tx_max: u128,
    /// Most amount of one account in a period.
    pub account_max: u128,
    /// Most amount of all accounts in a period, over all routes of the same source asset and course.
    pub aggregate_max: u128,
    /// Most conversions in a period.
    pub count_max: u32,
    /// Length of the period in seconds.
    pub period: u32,
    /// What an account, or all lots of the route, may convert in a period before the Treasury's word is needed each time.
    pub large: u128,
    /// Most amount of one lot: conversions of accounts that the order does not name. 0 where there are none.
    pub lot_max: u128,
    /// How far the day's rate may be from the approved one, in hundredths of a per cent; at most [`MAX_BAND`].
    pub rate_band_bps: u16,
}

/// The widest band of a day's rate, in hundredths of a per cent.
pub const MAX_BAND: u16 = 500;

impl Economics {
    /// `min ≤ max ≤ account ≤ aggregate`, lots within it too, rate and period above zero, fee at most the whole.
    pub fn consistent(&self) -> bool {
        let ordered =
            self.tx_min <= self.tx_max && self.tx_max <= self.account_max && self.account_max <= self.aggregate_max;
        let rate = self.rate_num > 0 && self.rate_den > 0 && self.rate_from < self.rate_until;
        let fee = self.fee_bps <= 10_000 && self.fee_min <= self.fee_max;
        let daily = self.rate_band_bps <= MAX_BAND && self.lot_max <= self.aggregate_max;
        ordered && rate && fee && daily && (MIN_PERIOD..=MAX_PERIOD).contains(&self.period)
    }

    /// Whether going from `self` to `new` lets nothing more through: field by field, and a mix is loosening.
    ///
    /// A change of asset, course, rate, fee or period is always loosening: one side of the bridge gains by it.
    pub fn tightens_to(&self, new: &Self) -> bool {
        let same = self.source == new.source
            && self.destination == new.destination
            && self.course == new.course
            && self.rate_num == new.rate_num
            && self.rate_den == new.rate_den
            && self.fee_bps == new.fee_bps
            && self.fee_min == new.fee_min
            && self.fee_max == new.fee_max
            && self.period == new.period;
        let rate = new.rate_from >= self.rate_from && new.rate_until <= self.rate_until;
        let limits = new.tx_min >= self.tx_min
            && new.tx_max <= self.tx_max
            && new.account_max <= self.account_max
            && new.aggregate_max <= self.aggregate_max
            && new.count_max <= self.count_max
            && new.large <= self.large
            && new.lot_max <= self.lot_max
            && new.rate_band_bps <= self.rate_band_bps;
        same && rate && limits
    }
}

/// Shortest period of a limit: eight sub-buckets of at least a minute.
pub const MIN_PERIOD: u32 = 8 * 60;
/// Longest period of a limit: two leap years, so that a slip of the pen does not bind for a century.
pub const MAX_PERIOD: u32 = 2 * 366 * 24 * 60 * 60;

/// From which rail to which. Limits count both courses apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Course {
    /// From the private rail to the public one.
    #[codec(index = 0)]
    ToPublic,
    /// From the public rail to the private one.
    #[codec(index = 1)]
    ToPrivate,
}

/// A change of a route's compliance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SetCompliance {
    /// The route.
    pub route: u32,
    /// Hash of what this change replaces; none where the route had no compliance before.
    pub previous: Option<RouteHash>,
    /// What shall hold.
    pub compliance: Compliance,
}

/// Whom a route serves, and on what evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Compliance {
    /// Whether anything is authorised at all.
    pub enabled: bool,
    /// Tree of the accounts that are served; everybody where there is none.
    pub allow: Option<TreeHead>,
    /// Tree of the accounts that are not: sorted, each once, between an account of zeros and one of ones.
    pub deny: Option<TreeHead>,
    /// Hash of the policy in words.
    pub policy: ReferenceHash,
    /// Blocks of the source rail before it counts as paid.
    pub min_finality: u32,
    /// Whether two Identity seats may set the trees of the day.
    pub daily: bool,
}

impl Compliance {
    /// Whether going from `self` to `new` serves nobody who was not served: field by field, and a mix is loosening.
    ///
    /// Of two trees nobody can tell which serves fewer: another tree is loosening, the first one tightens, unless there
    /// are trees of the day, which it would end. Who must be stopped at once is frozen by a pause of the account.
    pub fn tightens_to(&self, new: &Self) -> bool {
        let lists = |old: Option<TreeHead>, new| old.is_none() && !self.daily || old == new;
        (self.enabled || !new.enabled)
            && lists(self.allow, new.allow)
            && lists(self.deny, new.deny)
            && self.policy == new.policy
            && new.min_finality >= self.min_finality
            && self.daily == new.daily
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        let policy = Kind::Policy.hashed(self.policy.0);
        some([policy, Kind::Served.list(self.allow), Kind::Excluded.list(self.deny)])
    }
}

impl Course {
    /// The way back.
    pub fn back(self) -> Self {
        match self {
            Self::ToPublic => Self::ToPrivate,
            Self::ToPrivate => Self::ToPublic,
        }
    }

    /// Every course with its name.
    pub const NAMED: [(Self, &'static str); 2] = [(Self::ToPublic, "to-public"), (Self::ToPrivate, "to-private")];
}

impl fmt::Display for Course {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(course, _)| course == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Course {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::NAMED.iter().find(|(_, name)| *name == text).map(|(course, _)| *course).ok_or(crate::text::NotAnId)
    }
}

/// A bridge route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Route {
    /// Rises by one with every change.
    pub version: u32,
    /// What holds.
    pub economics: Economics,
}

/// Whom a bridge route serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Served {
    /// Rises by one with every change.
    pub version: u32,
    /// What holds.
    pub compliance: Compliance,
}
