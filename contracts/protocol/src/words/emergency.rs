//! Pauses, modes and reviews in words.

use super::Line;
use crate::{
    bytes::to_hex,
    language::emergency::{Action, Order},
    scope::{Pause, SetMode},
    words::duration,
};
use alloc::{format, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::FileReview { scope, incident, severity, report } => {
            lines.push(("scope", format!("{scope}")));
            lines.push(("incident", to_hex(&incident.0)));
            lines.push(("severity", format!("{severity}")));
            lines.push(("report", format!("sha256:{report}")));
        }
        Order::AttestReview { scope, incident, report } => {
            lines.push(("scope", format!("{scope}")));
            lines.push(("incident", to_hex(&incident.0)));
            lines.push(("report", format!("sha256:{report}")));
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Pause(pause) => paused(pause),
        Action::Lift { scope, incident } => {
            vec![("action", "lift the pause".into()), ("scope", format!("{scope}")), ("incident", to_hex(&incident.0))]
        }
        Action::SetMode(set) => mode(set),
        Action::LeaveMode { incident } => {
            vec![("action", "leave the degraded mode".into()), ("incident", to_hex(&incident.0))]
        }
        Action::Consent { scope, incident, evidence } => vec![
            ("action", "consent to another pause before the review".into()),
            ("scope", format!("{scope}")),
            ("incident", to_hex(&incident.0)),
            ("evidence", format!("sha256:{evidence}")),
        ],
    }
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
