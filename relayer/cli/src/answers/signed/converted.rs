//! Conversions over a bridge route, and statements about them, as orders name them.

use crate::{
    answers::{Hex, Text},
    output::{Line, line},
};
use greatseal_protocol::{
    bytes::ReferenceHash,
    conversion::{Completion, Conversion, Quote, Transfer},
};
use schemars::JsonSchema;
use serde::Serialize;

/// A conversion, and what it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Converted {
    /// The route.
    pub route: u32,
    /// Its number on this route; none of the Treasury's word, which holds for any.
    pub conversion: Option<Text<u64>>,
    /// Whose; none for a lot.
    pub account: Option<Hex<32>>,
    /// How many conversions at most.
    pub count: u32,
    /// How much at most, in base units of the source asset.
    pub amount: Text<u128>,
    /// Version of the route's economics that it was reckoned with.
    pub economics: u32,
    /// Version of the route's compliance that it was reckoned with.
    pub compliance: u32,
    /// Version of the day's rate; 0 where the approved one holds.
    pub rate: u32,
    /// Version of the day's lists; 0 where those of the compliance hold.
    pub lists: u32,
    /// What is kept, in base units of the source asset; none where the route's numbers give none.
    pub fee: Option<Text<u128>>,
    /// What arrives, in base units of the destination asset.
    pub arrives: Option<Text<u128>>,
}

/// A statement about what the rail did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stated {
    /// The route.
    pub route: u32,
    /// The conversion's number.
    pub conversion: Text<u64>,
    /// Version of the statement.
    pub version: u32,
    /// Conversions that were carried out; none of a release.
    pub count: u32,
    /// What they moved, in base units of the source asset.
    pub amount: Text<u128>,
    /// What of it was kept.
    pub fees: Text<u128>,
    /// Root of what was carried out; of a release the hash of its reason.
    pub root: Text<ReferenceHash>,
}

impl From<&Completion> for Stated {
    fn from(of: &Completion) -> Self {
        Self {
            route: of.route,
            conversion: Text(of.number),
            version: of.version,
            count: of.count,
            amount: Text(of.amount),
            fees: Text(of.fees),
            root: Text(of.root),
        }
    }
}

impl Converted {
    /// A conversion, and what it comes to.
    pub fn of(conversion: &Conversion, quote: Option<&Quote>) -> Self {
        Self { conversion: Some(Text(conversion.number)), ..Self::any(&conversion.transfer, quote) }
    }

    /// A transfer under any number, and what it comes to.
    pub fn any(transfer: &Transfer, quote: Option<&Quote>) -> Self {
        let Transfer { route, count, account, amount, versions } = *transfer;
        Self {
            route,
            conversion: None,
            account: account.map(Hex),
            count,
            amount: Text(amount),
            economics: versions.economics,
            compliance: versions.compliance,
            rate: versions.rate,
            lists: versions.lists,
            fee: quote.map(|quote| Text(quote.fee)),
            arrives: quote.map(|quote| Text(quote.result)),
        }
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("route", self.route)];
        lines.extend(self.conversion.map(|number| line("conversion", number)));
        lines.push(match self.account {
            Some(account) => line("account", account),
            None => line("lot", format!("up to {} conversions", self.count)),
        });
        let Self { economics, compliance, rate, lists, .. } = self;
        lines.push(line("amount", self.amount));
        let with = format!("economics {economics}, compliance {compliance}, rate {rate}, lists {lists} of the day");
        lines.push(line("reckoned with", with));
        lines.extend(self.fee.map(|fee| line("fee", fee)));
        lines.extend(self.arrives.map(|arrives| line("arrives", arrives)));
        lines
    }
}
