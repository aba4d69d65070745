//! Orders about proposals in words.

use super::Line;
use crate::{
    language::proposal::Order,
    proposal_id::{Decision, ProposalId},
    words::{action, duration},
};
use alloc::{format, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::Open(open) => {
            lines.push(("row", format!("{}", open.row)));
            lines.extend(action(&open.action));
            lines.push(("document", format!("sha256:{}", open.document)));
            lines.push(("approve within", duration(open.approve_within)));
            lines.push(("execute within", duration(open.execute_within)));
            lines.push(("nonce", format!("{}", open.nonce)));
            lines.push(("approves", if open.approve { "yes, with this" } else { "not yet" }.into()));
        }
        Order::Decide { id, digest, .. } | Order::Veto { id, digest } | Order::PanelApprove { id, digest } => {
            lines.push(proposal(id));
            lines.push(("digest", format!("{digest}")));
        }
        Order::DecideTogether(choices) => {
            for choice in choices.iter() {
                let word = match choice.decision {
                    Decision::Approve => "approve",
                    Decision::Reject => "reject",
                };
                lines.push((word, format!("{}", choice.id)));
                lines.push(("digest", format!("{}", choice.digest)));
            }
        }
        Order::Cancel { id } | Order::CallPanel { id } => lines.push(proposal(id)),
        Order::Execute(execute) => {
            lines.push(proposal(&execute.id));
            lines.extend(action(&execute.action));
            lines.push(("operator", format!("{}", execute.log.operator)));
            lines.push(("version", format!("{}", execute.log.version)));
            lines.push(("sbom", format!("sha256:{}", execute.log.sbom)));
        }
    }
}

fn proposal(id: &ProposalId) -> Line {
    ("proposal", format!("{id}"))
}
