//! Disputes in words.

use super::Line;
use crate::language::dispute::{Action, Order};
use alloc::{format, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::Open { subject, reason } | Order::Retract { subject, reason } => {
            lines.push(("subject", format!("{subject}")));
            lines.push(("reason", format!("sha256:{reason}")));
        }
        Order::Acknowledge { subject } => lines.push(("subject", format!("{subject}"))),
        Order::Triage { subject, finding } => {
            lines.push(("subject", format!("{subject}")));
            lines.push(("finding", format!("sha256:{finding}")));
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Resolve { subject, outcome, statement, party } => vec![
            ("action", "answer a dispute".into()),
            ("subject", format!("{subject}")),
            ("answer", format!("{outcome}")),
            ("statement", format!("sha256:{statement}")),
            ("party", format!("{party}")),
        ],
        Action::Extend { subject, previous, until, reason } => vec![
            ("action", "give the decision about a dispute more time".into()),
            ("subject", format!("{subject}")),
            ("due now", format!("{previous}")),
            ("due then", format!("{until}")),
            ("reason", format!("sha256:{reason}")),
        ],
    }
}
