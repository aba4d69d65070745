//! `greatseal bridge …`: what a route lets through, and lists of accounts.

use super::{Answer, Hex, Text, chain::Block};
use crate::output::{Line, line, told};
use greatseal_protocol::{
    bytes::{AssetHash, ReferenceHash},
    conversion::{Reservation, Traffic},
    merkle::TreeHead,
    route::{self, Course, Served},
    words,
};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal bridge list`: what a route commits to of a list of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AccountList {
    /// Its accounts, with the two ends of a list of those who are excluded.
    pub size: u32,
    /// Root of its tree.
    pub root: Hex<32>,
}

/// `greatseal bridge show`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RouteShown {
    /// Where it was read.
    pub block: Block,
    /// Its number.
    pub route: u32,
    /// Up by one with every change of the economics.
    pub version: u32,
    /// Assets, rate, fees and limits.
    pub economics: RouteEconomics,
    /// Whom it serves; none where it never served anybody.
    pub compliance: Option<RouteCompliance>,
    /// What counts against its limits now.
    pub used: Used,
    /// What went over it.
    pub traffic: Counts,
    /// Authorised conversions that were neither completed nor released; of the last ones only.
    pub without_end: Vec<Open>,
}

/// Economic parameters as the contract keeps them, written as [`Economics`].
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(into = "Economics")]
pub struct RouteEconomics(#[schemars(with = "Economics")] pub route::Economics);

/// Whom a route serves as the contract keeps it, written as [`Compliance`].
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(into = "Compliance")]
pub struct RouteCompliance(#[schemars(with = "Compliance")] pub Served);

/// Economic parameters of a route. Limits are in base units of the source asset.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Economics {
    /// SHA-256 of the CAIP-19 text of the source asset.
    pub source: Text<AssetHash>,
    /// SHA-256 of the CAIP-19 text of the destination asset.
    pub destination: Text<AssetHash>,
    /// From which rail to which.
    pub course: Text<Course>,
    /// Numerator of the rate.
    pub rate_num: Text<u128>,
    /// Denominator of the rate.
    pub rate_den: Text<u128>,
    /// First second of the rate.
    pub rate_from: Text<u64>,
    /// Second from which the rate has expired.
    pub rate_until: Text<u64>,
    /// Fee in hundredths of a per cent.
    pub fee_bps: u16,
    /// Least fee.
    pub fee_min: Text<u128>,
    /// Most fee.
    pub fee_max: Text<u128>,
    /// Least amount of one conversion.
    pub tx_min: Text<u128>,
    /// Most amount of one conversion.
    pub tx_max: Text<u128>,
    /// Most amount of one account in a period.
    pub account_max: Text<u128>,
    /// Most amount of all accounts in a period, over all routes of this source asset and course.
    pub aggregate_max: Text<u128>,
    /// Most conversions in a period.
    pub count_max: u32,
    /// Length of the period in seconds.
    pub period: u32,
    /// Amount from which the Treasury co-signs.
    pub large: Text<u128>,
}

/// Whom a route serves.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Compliance {
    /// Up by one with every change.
    pub version: u32,
    /// Whether anybody is served.
    pub enabled: bool,
    /// Who is served; everybody who is not excluded where there is no list.
    pub served: Option<AccountList>,
    /// Who is excluded; nobody where there is no list.
    pub excluded: Option<AccountList>,
    /// SHA-256 of the policy.
    pub policy: Text<ReferenceHash>,
    /// Blocks after which the source rail counts as final.
    pub min_finality: u32,
}

/// What counts against the limits of a route.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Used {
    /// Amounts of all accounts, over all routes of this source asset and course.
    pub all: Text<u128>,
    /// Conversions on this route.
    pub conversions: Text<u128>,
    /// The account that was asked about, and its amounts.
    pub account: Option<UsedBy>,
}

/// What counts against the limit of an account.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct UsedBy {
    /// The account.
    pub account: Hex<32>,
    /// Its amounts.
    pub amount: Text<u128>,
}

/// What went over a route.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Counts {
    /// Number of the next conversion.
    pub next: Text<u64>,
    /// Conversions that were authorised.
    pub authorised: Text<u64>,
    /// Conversions that were refused.
    pub refused: Text<u64>,
    /// Authorised conversions that were completed.
    pub completed: Text<u64>,
    /// Authorised conversions that were released.
    pub released: Text<u64>,
}

/// An authorised conversion without an end.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Open {
    /// Its number.
    pub number: Text<u64>,
    /// Whose.
    pub account: Hex<32>,
    /// How much.
    pub amount: Text<u128>,
    /// Since when.
    pub at: Text<u64>,
}

impl From<TreeHead> for AccountList {
    fn from(TreeHead { size, root }: TreeHead) -> Self {
        Self { size, root: Hex(root) }
    }
}

impl From<RouteEconomics> for Economics {
    fn from(RouteEconomics(of): RouteEconomics) -> Self {
        Self {
            source: Text(of.source),
            destination: Text(of.destination),
            course: Text(of.course),
            rate_num: Text(of.rate_num),
            rate_den: Text(of.rate_den),
            rate_from: Text(of.rate_from),
            rate_until: Text(of.rate_until),
            fee_bps: of.fee_bps,
            fee_min: Text(of.fee_min),
            fee_max: Text(of.fee_max),
            tx_min: Text(of.tx_min),
            tx_max: Text(of.tx_max),
            account_max: Text(of.account_max),
            aggregate_max: Text(of.aggregate_max),
            count_max: of.count_max,
            period: of.period,
            large: Text(of.large),
        }
    }
}

impl From<RouteCompliance> for Compliance {
    fn from(RouteCompliance(Served { version, compliance }): RouteCompliance) -> Self {
        Self {
            version,
            enabled: compliance.enabled,
            served: compliance.allow.map(AccountList::from),
            excluded: compliance.deny.map(AccountList::from),
            policy: Text(compliance.policy),
            min_finality: compliance.min_finality,
        }
    }
}

impl From<&Traffic> for Counts {
    fn from(of: &Traffic) -> Self {
        Self {
            next: Text(of.next),
            authorised: Text(of.authorised),
            refused: Text(of.refused),
            completed: Text(of.completed),
            released: Text(of.released),
        }
    }
}

impl From<&Reservation> for Open {
    fn from(of: &Reservation) -> Self {
        Self { number: Text(of.number), account: Hex(of.account), amount: Text(of.amount), at: Text(of.at) }
    }
}

impl Answer for AccountList {
    fn lines(&self) -> Vec<Line> {
        vec![line("size", self.size), line("root", self.root)]
    }
}

impl Answer for RouteShown {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("route", self.route), line("economics version", self.version)];
        lines.extend(told(words::economics(&self.economics.0)));
        match &self.compliance {
            Some(RouteCompliance(Served { version, compliance })) => {
                lines.push(line("compliance version", version));
                lines.extend(told(words::compliance(compliance)));
            }
            None => lines.push(line("enabled", "no: nobody was ever served")),
        }
        lines.extend([line("used by all", self.used.all), line("conversions used", self.used.conversions)]);
        lines.extend(self.used.account.map(|used| line("used by the account", used.amount)));
        lines.extend([
            line("next conversion", self.traffic.next),
            line("authorised", self.traffic.authorised),
            line("refused", self.traffic.refused),
            line("completed", self.traffic.completed),
            line("released", self.traffic.released),
        ]);
        lines.extend(self.without_end.iter().map(|Open { number, account, amount, at }| {
            line("without an end", format!("{number}: {amount} of {account} since {at}"))
        }));
        lines
    }
}
