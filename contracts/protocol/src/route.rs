//! Economic parameters of bridge routes, and which way a change of them goes.

use crate::bytes::{AssetHash, RouteHash};
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
    /// Most amount of all accounts in a period.
    pub aggregate_max: u128,
    /// Most conversions in a period.
    pub count_max: u32,
    /// Length of the period in seconds.
    pub period: u32,
    /// Amount from which the Treasury co-signs.
    pub large: u128,
}

impl Economics {
    /// `min ≤ max ≤ account ≤ aggregate`, rate and period above zero, fee at most the whole.
    pub fn consistent(&self) -> bool {
        let ordered =
            self.tx_min <= self.tx_max && self.tx_max <= self.account_max && self.account_max <= self.aggregate_max;
        let rate = self.rate_num > 0 && self.rate_den > 0 && self.rate_from < self.rate_until;
        let fee = self.fee_bps <= 10_000 && self.fee_min <= self.fee_max;
        ordered && rate && fee && self.period >= MIN_PERIOD
    }

    /// Whether going from `self` to `new` lets nothing more through: field by field, and a mix is loosening.
    ///
    /// A change of asset, rate, fee or period is always loosening: one side of the bridge gains by it.
    pub fn tightens_to(&self, new: &Self) -> bool {
        let same = self.source == new.source
            && self.destination == new.destination
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
            && new.large <= self.large;
        same && rate && limits
    }
}

/// Shortest period of a limit: eight sub-buckets of at least a minute.
pub const MIN_PERIOD: u32 = 8 * 60;
