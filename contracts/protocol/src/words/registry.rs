//! The registry and releases in words.

use super::Line;
use crate::{
    language::registry::{Action, Order},
    registry::{Entry, Release},
};
use alloc::{format, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
        Order::RollBack { component, from, to, nonce } => {
            lines.push(("component", format!("{component}")));
            lines.push(("from", format!("{from}")));
            lines.push(("to", format!("{to}")));
            lines.push(("nonce", format!("{nonce}")));
        }
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Register { entry: content, valid_from, valid_until, replaces } => {
            let mut lines = vec![("action", "write the registry".into()), ("entry", format!("{}", content.key()))];
            lines.extend(entry(content));
            lines.push(("valid", format!("[{valid_from}, {valid_until})")));
            lines.push((
                "replaces",
                if *replaces == 0 { "none: a new entry".into() } else { format!("version {replaces}") },
            ));
            lines
        }
        Action::Revoke { entry, reason } => vec![
            ("action", "revoke an entry".into()),
            ("entry", format!("{entry}")),
            ("reason", format!("sha256:{reason}")),
        ],
        Action::Release(content) => release(content),
    }
}

/// What an entry of the registry says besides its name.
pub fn entry(entry: &Entry) -> Vec<Line> {
    match entry {
        Entry::Component { kind, .. } => {
            vec![("kind", format!("{kind}")), ("risk", format!("{}", entry.risk()))]
        }
        Entry::Issuer { organisation, .. } | Entry::Party { organisation, .. } => {
            vec![("organisation", format!("{organisation}"))]
        }
        Entry::Schema { .. } => Vec::new(),
        Entry::Asset { chain, .. } => vec![("chain", format!("sha256:{chain}"))],
        Entry::Payer { program, .. } => vec![("programme", format!("{program}"))],
        Entry::Custody { value, .. } => vec![("value", format!("sha256:{value}"))],
    }
}

fn release(release: &Release) -> Vec<Line> {
    vec![
        ("action", "let a release run".into()),
        ("component", format!("{}", release.component)),
        ("version", format!("{}", release.version)),
        ("code", format!("sha256:{}", release.code)),
        ("sbom", format!("sha256:{}", release.sbom)),
        ("change window", format!("[{}, {})", release.not_before, release.not_after)),
        (
            "replaces",
            release.replaces.map_or_else(|| "nothing: the first release".into(), |code| format!("sha256:{code}")),
        ),
        ("rollback until", format!("{}", release.rollback_until)),
    ]
}
