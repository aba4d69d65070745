//! Pauses, modes and reviews in words.

use super::Line;
use crate::{
    bytes::{IncidentId, to_hex},
    language::emergency::{Action, Order},
    proposal_id::ProposalId,
    scope::{Pause, Scope, SetMode},
    words::duration,
};
use alloc::{format, string::ToString, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::FileReview { scope, set_by, incident, version, severity, report } => {
            lines.extend(meant(*scope, *set_by, incident));
            lines.push(("severity", format!("{severity}")));
            lines.push(("report", format!("sha256:{report}")));
            lines.push(("version", version.to_string()));
        }
        Order::AttestReview { scope, set_by, incident, of, version, report } => {
            lines.extend(meant(*scope, *set_by, incident));
            lines.push(("report", format!("sha256:{report}")));
            lines.push(("of seat", of.to_string()));
            lines.push(("version", version.to_string()));
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Pause(pause) => paused(pause),
        Action::Lift { scope, set_by, incident } => {
            [("action", "lift the pause".into())].into_iter().chain(meant(*scope, *set_by, incident)).collect()
        }
        Action::SetMode(set) => mode(set),
        Action::LeaveMode { set_by, incident } => {
            vec![
                ("action", "leave the degraded mode".into()),
                ("set by", set_by.to_string()),
                ("incident", to_hex(&incident.0)),
            ]
        }
        Action::Consent { scope, set_by, incident, evidence } => {
            let mut lines = vec![("action", "consent to another pause before the review".into())];
            lines.extend(meant(*scope, *set_by, incident));
            lines.push(("evidence", format!("sha256:{evidence}")));
            lines
        }
    }
}

/// A pause, or what is reviewed: the scope, the proposal that set it, the incident.
fn meant(scope: Scope, set_by: ProposalId, incident: &IncidentId) -> [Line; 3] {
    [("scope", scope.to_string()), ("set by", set_by.to_string()), ("incident", to_hex(&incident.0))]
}

fn paused(pause: &Pause) -> Vec<Line> {
    vec![
        ("action", "pause".into()),
        ("scope", format!("{}", pause.scope)),
        ("for", duration(pause.seconds)),
        ("incident", to_hex(&pause.incident.0)),
        ("severity", format!("{}", pause.severity)),
        ("reason", format!("sha256:{}", pause.reason)),
    ]
}

fn mode(set: &SetMode) -> Vec<Line> {
    vec![
        ("action", "set a degraded mode".into()),
        ("mode", format!("{}", set.mode)),
        ("for", duration(set.seconds)),
        ("incident", to_hex(&set.incident.0)),
        ("severity", format!("{}", set.severity)),
        ("reason", format!("sha256:{}", set.reason)),
    ]
}
