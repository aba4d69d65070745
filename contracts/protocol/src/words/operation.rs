//! Operations in words.

use super::Line;
use crate::language::operation::{Action, Order};
use alloc::{format, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::Escalate { watched, reference, nonce } => {
            lines.push(("looked at", format!("{watched}")));
            lines.push(("report", format!("sha256:{reference}")));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::Tune { name, previous, value, nonce } => {
            lines.push(("parameter", format!("{name}")));
            lines.push(("from", format!("{previous}")));
            lines.push(("to", format!("{value}")));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::FileDrill { kind, report, nonce } => {
            lines.push(("drill", format!("{kind}")));
            lines.push(("report", format!("sha256:{report}")));
            lines.push(("nonce", format!("{nonce}")));
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::SetBaseline { name, previous, value } => vec![
            ("action", "set a baseline".into()),
            ("parameter", format!("{name}")),
            ("from", previous.map_or_else(|| "nothing: never set".into(), |value| format!("{value}"))),
            ("to", format!("{value}")),
        ],
    }
}
