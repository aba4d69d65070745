//! Post-quantum phases in words.

use super::Line;
use crate::{
    language::phase::{Action, Order},
    phase::SetPhase,
};
use alloc::{format, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::RollBack { council, from, to } => {
            lines.push(("council", format!("{council}")));
            lines.push(("from", format!("{from}")));
            lines.push(("to", format!("{to}")));
        }
        Order::NameCompanion { companion } => lines.push(("companion", format!("ml-dsa-65 sha256:{companion}"))),
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::SetPhase(change) => phase(change),
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
