//! Bridge routes and conversions in words.

use super::{Line, duration};
use crate::{
    bytes::to_hex,
    conversion::{Completion, Conversion, ListProofs, Transfer},
    daily::DayLists,
    hash::sha256,
    language::bridge::{Action, Order},
    merkle::{Inclusion, TreeHead},
    route::{Compliance, Economics},
};
use alloc::{format, string::String, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::Authorize { conversion, proofs } => {
            lines.extend(self::conversion(conversion));
            lines.extend(self::proofs(proofs));
        }
        Order::Promise { transfer, nonce } => {
            lines.extend(self::transfer(transfer));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::Complete(completion) => lines.extend(self::completion(completion)),
        Order::Withdraw { route, nonce } | Order::WithdrawRate { route, nonce } => {
            lines.push(("route", format!("{route}")));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::StateRate { route, rate, nonce } => {
            lines.push(("route", format!("{route}")));
            lines.push(("rate of the day", format!("{} / {}", rate.num, rate.den)));
            lines.push(("holds until", format!("{}", rate.until)));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::StateLists { route, lists, nonce } => {
            lines.push(("route", format!("{route}")));
            lines.push(("after version", format!("{}", lists.previous)));
            lines.extend(self::lists(&lists.lists));
            lines.push(("nonce", format!("{nonce}")));
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::SetRoute(change) => {
            let previous = change.previous.map_or_else(|| "none: a new route".into(), |hash| format!("{hash}"));
            let mut lines = vec![
                ("action", "set the bridge parameters".into()),
                ("route", format!("{}", change.route)),
                ("replaces", previous),
            ];
            lines.extend(economics(&change.economics));
            lines
        }
        Action::SetCompliance(change) => {
            let previous =
                change.previous.map_or_else(|| "none: the route served nobody".into(), |hash| format!("{hash}"));
            let mut lines = vec![
                ("action", "set whom a bridge route serves".into()),
                ("route", format!("{}", change.route)),
                ("replaces", previous),
            ];
            lines.extend(compliance(&change.compliance));
            lines
        }
    }
}

/// Every economic parameter of a route.
pub fn economics(economics: &Economics) -> Vec<Line> {
    let number = |value: u128| format!("{value}");
    vec![
        ("source asset", format!("sha256:{}", economics.source)),
        ("destination asset", format!("sha256:{}", economics.destination)),
        ("course", format!("{}", economics.course)),
        ("rate", format!("{} / {}", economics.rate_num, economics.rate_den)),
        ("rate valid", format!("[{}, {})", economics.rate_from, economics.rate_until)),
        ("fee", format!("{} bps, {} to {}", economics.fee_bps, economics.fee_min, economics.fee_max)),
        ("one conversion", format!("{} to {}", economics.tx_min, economics.tx_max)),
        ("account maximum", number(economics.account_max)),
        ("aggregate maximum", number(economics.aggregate_max)),
        ("count maximum", format!("{}", economics.count_max)),
        ("period", duration(economics.period)),
        ("Treasury's word from", number(economics.large)),
        ("lot maximum", number(economics.lot_max)),
        ("band of the day's rate", format!("{} bps", economics.rate_band_bps)),
    ]
}

/// Whom a route serves.
pub fn compliance(compliance: &Compliance) -> Vec<Line> {
    let mut lines = vec![("enabled", if compliance.enabled { "yes" } else { "no" }.into())];
    lines.extend(lists(&DayLists { allow: compliance.allow, deny: compliance.deny }));
    lines.push(("policy", format!("sha256:{}", compliance.policy)));
    lines.push(("finality", format!("{} blocks", compliance.min_finality)));
    lines.push(("lists of the day", if compliance.daily { "by two Identity seats" } else { "none" }.into()));
    lines
}

/// Trees of those who are served and of those who are not.
pub fn lists(lists: &DayLists) -> Vec<Line> {
    let tree = |tree: Option<TreeHead>, none: &str| {
        tree.map_or_else(|| none.into(), |tree| format!("{} accounts under {}", tree.size, to_hex(&tree.root)))
    };
    vec![("served", tree(lists.allow, "everybody who is not excluded")), ("excluded", tree(lists.deny, "nobody"))]
}

/// Every field of a conversion.
pub fn conversion(conversion: &Conversion) -> Vec<Line> {
    let mut lines = transfer(&conversion.transfer);
    lines.insert(1, ("conversion", format!("{}", conversion.number)));
    lines
}

/// Every field of a transfer.
pub fn transfer(transfer: &Transfer) -> Vec<Line> {
    let whose = match &transfer.account {
        Some(account) => ("account", to_hex(account)),
        None => ("account", "none: a lot".into()),
    };
    let versions = &transfer.versions;
    let or = |version: u32, none: &str| if version == 0 { none.into() } else { format!("{version}") };
    vec![
        ("route", format!("{}", transfer.route)),
        whose,
        ("conversions", format!("{}", transfer.count)),
        ("amount", format!("{}", transfer.amount)),
        ("reckoned with", format!("economics {}, compliance {}", versions.economics, versions.compliance)),
        ("rate of the day", or(versions.rate, "none: the approved rate")),
        ("lists of the day", or(versions.lists, "none: the approved lists")),
    ]
}

/// Every field of a statement about a conversion.
pub fn completion(completion: &Completion) -> Vec<Line> {
    let mut lines = number(completion.route, completion.number);
    lines.push(("statement", format!("{}", completion.version)));
    lines.push(("carried out", format!("{} conversions", completion.count)));
    lines.push(("amount", format!("{}", completion.amount)));
    lines.push(("fees", format!("{}", completion.fees)));
    lines.push((if completion.count == 0 { "reason" } else { "root" }, format!("sha256:{}", completion.root)));
    lines
}

/// Which conversion.
pub(super) fn number(route: u32, number: u64) -> Vec<Line> {
    vec![("route", format!("{route}")), ("conversion", format!("{number}"))]
}

/// What shows that the lists let the account through.
pub(super) fn proofs(proofs: &ListProofs) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(allow) = &proofs.allow {
        lines.push(("served because", place(allow)));
    }
    if let Some(deny) = &proofs.deny {
        lines.push(("excluded below", format!("{}, {}", to_hex(&deny.below), place(&deny.below_at))));
        lines.push(("excluded above", format!("{}, {}", to_hex(&deny.above), place(&deny.above_at))));
    }
    lines
}

fn place(proof: &Inclusion) -> String {
    format!("place {}, path sha256:{}", proof.index, to_hex(&sha256(&[proof.path.as_flattened()])))
}
