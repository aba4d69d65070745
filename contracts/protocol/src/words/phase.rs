//! Post-quantum phases in words.

use super::Line;
use crate::{
    language::phase::{Action, Order},
    phase::{SetPhase, Way},
};
use alloc::{format, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::RollBack { council, from, to, nonce } => {
            lines.push(("council", format!("{council}")));
            lines.push(("from", format!("{from}")));
            lines.push(("to", format!("{to}")));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::NameCompanion { companion } => lines.push(("companion", format!("ml-dsa-65 sha256:{companion}"))),
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::SetPhase(change) => phase(change),
        Action::RevokeWayBack(way) => closed(way),
    }
}

fn closed(way: &Way) -> Vec<Line> {
    let action = ("action", "close a way back".into());
    match way {
        Way::Phase { council, back } => vec![
            action,
            ("council", format!("{council}")),
            ("to", format!("{}", back.to)),
            ("until", format!("{}", back.until)),
        ],
        Way::Release { component, version } => {
            vec![action, ("component", format!("{component}")), ("version that runs", format!("{version}"))]
        }
    }
}

fn phase(change: &SetPhase) -> Vec<Line> {
    vec![
        ("action", "change a post-quantum phase".into()),
        ("council", format!("{}", change.council)),
        ("from", format!("{}", change.previous)),
        ("to", format!("{}", change.next)),
        ("change window", format!("[{}, {})", change.not_before, change.not_after)),
        ("property tests", format!("sha256:{}", change.property_tests)),
        ("performance", format!("sha256:{}", change.performance)),
        (
            "way back",
            change
                .way_back
                .map_or_else(|| "none".into(), |way| format!("to {} until {}, by an operator", way.to, way.until)),
        ),
    ]
}
