//! `greatseal bridge …`: what a route lets through, and lists of accounts.

use super::{Answer, Hex, Text, chain::Block};
use crate::output::{Line, line, told};
use greatseal_protocol::{
    bytes::{AssetHash, ReferenceHash},
    conversion::{Reservation, Traffic, WORD_LIFE, Word},
    council::SeatId,
    daily::{DayLists, DayRate},
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
    /// The rate of the day that holds now; none where the approved one does.
    pub rate: Option<Rate>,
    /// The lists of the day that hold now; none where those of the compliance do.
    pub lists: Option<Lists>,
    /// What Treasury and Identity seats have said, and is neither used nor agreed.
    pub said: Vec<Said>,
    /// What counts against its limits now.
    pub used: Used,
    /// What went over it.
    pub traffic: Counts,
    /// Authorised conversions about which nothing was stated; of the last ones only.
    pub without_end: Vec<Open>,
}

/// A rate of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rate {
    /// Its version; 0 where one seat has stated it alone.
    pub version: u32,
    /// Numerator.
    pub num: Text<u128>,
    /// Denominator.
    pub den: Text<u128>,
    /// Second from which it no longer holds.
    pub until: Text<u64>,
}

/// Lists of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lists {
    /// Their version; 0 where one seat has stated them alone.
    pub version: u32,
    /// Who is served; everybody who is not excluded where there is no list.
    pub served: Option<AccountList>,
    /// Who is excluded; nobody where there is no list.
    pub excluded: Option<AccountList>,
}

/// What one seat has said, and its key still says.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Said {
    /// Which seat.
    pub seat: Text<SeatId>,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What a seat can say about a route.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(tag = "said", rename_all = "kebab-case")]
pub enum What {
    /// The Treasury's word.
    Word {
        /// Whose; none for a lot.
        account: Option<Hex<32>>,
        /// How many conversions at most.
        count: u32,
        /// How much at most.
        amount: Text<u128>,
        /// Second from which it no longer holds.
        until: Text<u64>,
    },
    /// A rate of the day.
    Rate(Rate),
    /// Lists of the day.
    Lists(Lists),
}

/// `greatseal bridge carried`: what a statement commits to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CarriedSums {
    /// Conversions.
    pub count: u32,
    /// What they moved, in base units of the source asset.
    pub amount: Text<u128>,
    /// What of it was kept.
    pub fees: Text<u128>,
    /// What arrived, in base units of the destination asset.
    pub result: Text<u128>,
    /// Root of their tree.
    pub root: Text<ReferenceHash>,
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
    /// What an account, or all lots, may convert in a period before the Treasury's word is needed each time.
    pub large: Text<u128>,
    /// Most amount of one lot; 0 where the route takes none.
    pub lot_max: Text<u128>,
    /// How far the day's rate may be from the approved one, in hundredths of a per cent.
    pub rate_band_bps: u16,
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
    /// Whether two Identity seats may set the lists of the day.
    pub daily: bool,
}

/// What counts against the limits of a route.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Used {
    /// Amounts of all accounts, over all routes of this source asset and course.
    pub all: Text<u128>,
    /// Amounts of all lots of this route.
    pub lots: Text<u128>,
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
    /// Authorised conversions about which something was stated.
    pub ended: Text<u64>,
    /// Statements about conversions of long ago.
    pub restated: u32,
}

/// An authorised conversion without an end.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Open {
    /// Its number.
    pub number: Text<u64>,
    /// Whose; none for a lot.
    pub account: Option<Hex<32>>,
    /// How many conversions at most.
    pub count: u32,
    /// How much at most.
    pub amount: Text<u128>,
    /// Since when.
    pub at: Text<u64>,
}

impl Rate {
    /// A rate under a version.
    pub fn of(version: u32, rate: &DayRate) -> Self {
        Self { version, num: Text(rate.num), den: Text(rate.den), until: Text(rate.until) }
    }
}

impl Lists {
    /// Lists under a version.
    pub fn of(version: u32, lists: &DayLists) -> Self {
        Self { version, served: lists.allow.map(AccountList::from), excluded: lists.deny.map(AccountList::from) }
    }
}

impl From<&Word> for What {
    fn from(word: &Word) -> Self {
        Self::Word {
            account: word.transfer.account.map(Hex),
            count: word.transfer.count,
            amount: Text(word.transfer.amount),
            until: Text(word.at.saturating_add(WORD_LIFE)),
        }
    }
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
            lot_max: Text(of.lot_max),
            rate_band_bps: of.rate_band_bps,
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
            daily: compliance.daily,
        }
    }
}

impl From<&Traffic> for Counts {
    fn from(of: &Traffic) -> Self {
        Self {
            next: Text(of.next),
            authorised: Text(of.authorised),
            refused: Text(of.refused),
            ended: Text(of.ended),
            restated: of.restated,
        }
    }
}

impl From<&Reservation> for Open {
    fn from(of: &Reservation) -> Self {
        Self {
            number: Text(of.number),
            account: of.account.map(Hex),
            count: of.count,
            amount: Text(of.amount),
            at: Text(of.at),
        }
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
        lines.extend(self.rate.map(|rate| line("rate of the day", rate.words())));
        lines.extend(self.lists.map(|lists| line("lists of the day", lists.words())));
        lines.extend(self.said.iter().map(Said::line));
        lines.extend([
            line("used by all", self.used.all),
            line("used by lots", self.used.lots),
            line("conversions used", self.used.conversions),
        ]);
        lines.extend(self.used.account.map(|used| line("used by the account", used.amount)));
        lines.extend([
            line("next conversion", self.traffic.next),
            line("authorised", self.traffic.authorised),
            line("refused", self.traffic.refused),
            line("ended", self.traffic.ended),
            line("restated", self.traffic.restated),
        ]);
        lines.extend(self.without_end.iter().map(|Open { number, account, count, amount, at }| {
            let whose = account.map_or_else(|| format!("a lot of {count}"), |account| account.to_string());
            line("without an end", format!("{number}: {amount} of {whose} since {at}"))
        }));
        lines
    }
}

impl Rate {
    fn words(&self) -> String {
        format!("{} / {} until {}", self.num, self.den, self.until.date())
    }
}

impl Lists {
    fn words(&self) -> String {
        let list = |list: Option<AccountList>, none: &str| {
            list.map_or_else(|| none.to_owned(), |list| format!("{} under {}", list.size, list.root))
        };
        format!("served {}, excluded {}", list(self.served, "everybody"), list(self.excluded, "nobody"))
    }
}

impl Said {
    fn line(&self) -> Line {
        let what = match &self.what {
            What::Word { account, count, amount, until } => {
                let whose = account.map_or_else(|| format!("a lot of {count}"), |account| account.to_string());
                format!("its word for {amount} of {whose} until {}", until.date())
            }
            What::Rate(rate) => format!("rate {}", rate.words()),
            What::Lists(lists) => lists.words(),
        };
        line("said", format!("{}: {what}", self.seat))
    }
}

impl Answer for CarriedSums {
    fn lines(&self) -> Vec<Line> {
        vec![
            line("conversions", self.count),
            line("amount", self.amount),
            line("fees", self.fees),
            line("result", self.result),
            line("root", self.root),
        ]
    }
}
