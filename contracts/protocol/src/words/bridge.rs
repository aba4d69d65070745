//! Bridge routes and conversions in words.

use super::{Line, duration};
use crate::{
    bytes::to_hex,
    conversion::{Conversion, ListProofs},
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
        Order::Cosign { conversion } => lines.extend(self::conversion(conversion)),
        Order::Complete { route, number, reference } => {
            lines.extend(self::number(*route, *number));
            lines.push(("reference", format!("sha256:{reference}")));
        }
        Order::Release { route, number, reason } => {
            lines.extend(self::number(*route, *number));
            lines.push(("reason", format!("sha256:{reason}")));
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
        ("co-signed from", number(economics.large)),
    ]
}

/// Whom a route serves.
pub fn compliance(compliance: &Compliance) -> Vec<Line> {
    let tree = |tree: Option<TreeHead>, none: &str| {
        tree.map_or_else(|| none.into(), |tree| format!("{} accounts under {}", tree.size, to_hex(&tree.root)))
    };
    vec![
        ("enabled", if compliance.enabled { "yes" } else { "no" }.into()),
        ("served", tree(compliance.allow, "everybody who is not excluded")),
        ("excluded", tree(compliance.deny, "nobody")),
        ("policy", format!("sha256:{}", compliance.policy)),
        ("finality", format!("{} blocks", compliance.min_finality)),
    ]
}

/// Every field of a conversion.
pub fn conversion(conversion: &Conversion) -> Vec<Line> {
    let mut lines = number(conversion.route, conversion.number);
    lines.push(("account", to_hex(&conversion.account)));
    lines.push(("amount", format!("{}", conversion.amount)));
    let (economics, compliance) = conversion.versions;
    lines.push(("reckoned with", format!("economics {economics}, compliance {compliance}")));
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
