//! A command in words: what a signer reads before signing. One line a fact, every field shown.

mod action;
mod bridge;
mod program;

use crate::{
    bytes::to_hex,
    command::{Capacity, Command, Order, ProposalId},
};
use alloc::{format, string::String, vec, vec::Vec};

pub use action::{action, council, entry, new_seat, row};
pub use bridge::{compliance, conversion, economics};
pub use program::{asset, attestation, batch, range, settled, terms};

/// A label and its value.
pub type Line = (&'static str, String);

/// Every field of a command, in the order in which a person asks.
pub fn command(command: &Command) -> Vec<Line> {
    let mut lines = vec![("order", command.order.name().into())];
    lines.push((
        "as",
        match command.capacity {
            Capacity::Anyone => "anyone".into(),
            Capacity::Seat { seat, epoch } => format!("{seat}, {} council, epoch {epoch}", seat.council),
        },
    ));
    match &command.order {
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
        Order::Cancel { id } | Order::CallPanel { id } => lines.push(proposal(id)),
        Order::Execute(execute) => {
            lines.push(proposal(&execute.id));
            lines.extend(action(&execute.action));
            lines.push(("operator", format!("{}", execute.log.operator)));
            lines.push(("version", format!("{}", execute.log.version)));
            lines.push(("sbom", format!("sha256:{}", execute.log.sbom)));
        }
        Order::AcceptSeat { seat, previous } => {
            lines.push(("seat", format!("{seat}")));
            lines.push(("follows", previous.map_or_else(|| "nobody: a new seat".into(), |key| format!("{key}"))));
        }
        Order::SuspendSelf => lines.push(("lasts", "until the seat has another key".into())),
        Order::Heartbeat { nonce } => lines.push(("nonce", format!("{nonce}"))),
        Order::NameSuccessor { successor, nonce } => {
            lines.push(("successor", format!("{successor}")));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::Escalate { watched, reference, nonce } => {
            lines.push(("looked at", format!("{watched}")));
            lines.push(("report", format!("sha256:{reference}")));
            lines.push(("nonce", format!("{nonce}")));
        }
        Order::FileReview { scope, incident, severity, report } => {
            lines.push(("scope", format!("{scope}")));
            lines.push(("incident", to_hex(&incident.0)));
            lines.push(("severity", format!("{severity:?}")));
            lines.push(("report", format!("sha256:{report}")));
        }
        Order::AttestReview { scope, incident, report } => {
            lines.push(("scope", format!("{scope}")));
            lines.push(("incident", to_hex(&incident.0)));
            lines.push(("report", format!("sha256:{report}")));
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
        Order::RollBack { component, from, to } => {
            lines.push(("component", format!("{component}")));
            lines.push(("from", format!("{from}")));
            lines.push(("to", format!("{to}")));
        }
        Order::RollBackPhase { council, from, to } => {
            lines.push(("council", format!("{council}")));
            lines.push(("from", format!("{from}")));
            lines.push(("to", format!("{to}")));
        }
        Order::NameCompanion { companion } => lines.push(("companion", format!("ml-dsa-65 sha256:{companion}"))),
        Order::Authorize { conversion, proofs } => {
            lines.extend(bridge::conversion(conversion));
            lines.extend(bridge::proofs(proofs));
        }
        Order::Cosign { conversion } => lines.extend(bridge::conversion(conversion)),
        Order::Complete { route, number, reference } => {
            lines.extend(bridge::number(*route, *number));
            lines.push(("reference", format!("sha256:{reference}")));
        }
        Order::Release { route, number, reason } => {
            lines.extend(bridge::number(*route, *number));
            lines.push(("reason", format!("sha256:{reason}")));
        }
        Order::Dispute { subject, reason } | Order::RetractDispute { subject, reason } => {
            lines.push(("subject", format!("{subject}")));
            lines.push(("reason", format!("sha256:{reason}")));
        }
        Order::AcknowledgeDispute { subject } => lines.push(("subject", format!("{subject}"))),
        Order::TriageDispute { subject, finding } => {
            lines.push(("subject", format!("{subject}")));
            lines.push(("finding", format!("sha256:{finding}")));
        }
        Order::RecordSettlement { manifest, from, settled } => {
            lines.push(program::manifest(manifest));
            lines.extend(program::settled(*from, settled));
        }
        Order::AttestSettlement(attestation) => lines.extend(program::attestation(attestation)),
        Order::Reconcile { manifest } => lines.push(program::manifest(manifest)),
    }
    lines.push(("expires at", format!("{}", command.expiry)));
    lines
}

fn proposal(id: &ProposalId) -> Line {
    ("proposal", format!("{id}"))
}

/// Seconds, with the largest unit that divides them.
pub fn duration(seconds: u32) -> String {
    match seconds {
        0 => "0 s".into(),
        _ if seconds.is_multiple_of(86_400) => format!("{} d", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{} h", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}
