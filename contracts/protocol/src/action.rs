//! What a proposal can do: a closed list of typed actions, no generic call.

use crate::{
    bytes::{AssetHash, IncidentId, ReferenceHash, RouteHash},
    row::RowId,
};
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most seconds of one emergency pause.
pub const PAUSE_CAP: u32 = 60 * 60;

/// A typed action.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Action {
    /// Stops executions in a scope until a time.
    #[codec(index = 0)]
    Pause(Pause),
    /// Ends a pause before its time.
    #[codec(index = 1)]
    Lift {
        /// The paused scope.
        scope: Scope,
        /// The incident of the pause that is meant; another pause of the scope is not lifted.
        incident: IncidentId,
    },
    /// Sets the economic parameters of a bridge route.
    #[codec(index = 2)]
    SetRoute(SetRoute),
}

/// What is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Scope {
    /// All executions that can be blocked.
    #[codec(index = 0)]
    Everything,
    /// Releases.
    #[codec(index = 1)]
    Upgrades,
    /// One bridge route.
    #[codec(index = 2)]
    Route(u32),
    /// One programme.
    #[codec(index = 3)]
    Program(u32),
    /// One account: a freeze.
    #[codec(index = 4)]
    Account([u8; 32]),
}

/// How grave an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Severity {
    /// Critical.
    #[codec(index = 1)]
    Sev1,
    /// Major.
    #[codec(index = 2)]
    Sev2,
    /// Minor.
    #[codec(index = 3)]
    Sev3,
    /// Low.
    #[codec(index = 4)]
    Sev4,
}

/// A pause that expires by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pause {
    /// What is paused.
    pub scope: Scope,
    /// For how many seconds from the execution; at most [`PAUSE_CAP`].
    pub seconds: u32,
    /// The incident that asks for it.
    pub incident: IncidentId,
    /// Its severity.
    pub severity: Severity,
    /// Hash of the reason in words.
    pub reason: ReferenceHash,
}

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

impl Action {
    /// The row that this action needs where `current` is the route's present economics.
    pub fn row(&self, current: Option<&Economics>) -> RowId {
        match self {
            Self::Pause(_) => RowId::EMERGENCY_PAUSE,
            Self::Lift { .. } => RowId::LIFT_EARLY,
            Self::SetRoute(change) => match current {
                Some(old) if old.tightens_to(&change.economics) => RowId::BRIDGE_TIGHTEN,
                _ => RowId::BRIDGE_LOOSEN,
            },
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Pause(pause) => pause.scope,
            Self::Lift { scope, .. } => *scope,
            Self::SetRoute(change) => Scope::Route(change.route),
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => out.write_str("everything"),
            Self::Upgrades => out.write_str("upgrades"),
            Self::Route(id) => write!(out, "route:{id}"),
            Self::Program(id) => write!(out, "program:{id}"),
            Self::Account(id) => out.write_str("account:").and_then(|()| crate::bytes::write_hex(out, id)),
        }
    }
}

impl core::str::FromStr for Scope {
    type Err = crate::council::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |digits| crate::council::decimal(digits);
        match text.split_once(':') {
            None if text == "everything" => Some(Self::Everything),
            None if text == "upgrades" => Some(Self::Upgrades),
            Some(("route", id)) => number(id).map(Self::Route),
            Some(("program", id)) => number(id).map(Self::Program),
            Some(("account", id)) => crate::bytes::parse_hex(id).ok().map(Self::Account),
            _ => None,
        }
        .ok_or(crate::council::NotAnId)
    }
}
