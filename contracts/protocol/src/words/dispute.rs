//! Disputes in words.

use super::Line;
use crate::{
    dispute::DisputeId,
    language::dispute::{Action, Order},
};
use alloc::{format, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::Open { subject, reason } | Order::Retract { subject, reason } => {
            lines.push(("subject", format!("{subject}")));
            lines.push(("reason", format!("sha256:{reason}")));
        }
        Order::Acknowledge { dispute } => lines.extend(which(dispute)),
        Order::Triage { dispute, finding } => {
            lines.extend(which(dispute));
            lines.push(("finding", format!("sha256:{finding}")));
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Resolve { dispute, opened, outcome, statement } => {
            let mut lines = vec![("action", "answer a dispute".into())];
            lines.extend(which(dispute));
            lines.push(("opened at", format!("{opened}")));
            lines.push(("answer", format!("{outcome}")));
            lines.push(("statement", format!("sha256:{statement}")));
            lines
        }
        Action::Extend { dispute, previous, until, reason } => {
            let mut lines = vec![("action", "give the decision about a dispute more time".into())];
            lines.extend(which(dispute));
            lines.push(("due now", format!("{previous}")));
            lines.push(("due then", format!("{until}")));
            lines.push(("reason", format!("sha256:{reason}")));
            lines
        }
    }
}

fn which(dispute: &DisputeId) -> [Line; 2] {
    [("subject", format!("{}", dispute.subject)), ("disputed by", format!("{}", dispute.seat))]
}
