//! A command in words: what a signer reads before signing. One line a fact, every field shown.

use crate::{
    action::{Action, Economics},
    bytes::to_hex,
    command::{Capacity, Command, Order},
};
use alloc::{format, string::String, vec, vec::Vec};

/// A label and its value.
pub type Line = (&'static str, String);

/// Every field of a command, in the order in which a person asks.
pub fn command(command: &Command) -> Vec<Line> {
    let mut lines = vec![("order", command.order.name().into())];
    lines.push((
        "as",
        match command.capacity {
            Capacity::Anyone => "anyone".into(),
            Capacity::Seat { council, epoch } => format!("{council} council, epoch {epoch}"),
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
        }
        Order::Decide { id, digest, .. } => {
            lines.push(("proposal", format!("{id}")));
            lines.push(("digest", format!("{digest}")));
        }
        Order::Cancel { id } => lines.push(("proposal", format!("{id}"))),
        Order::Execute(execute) => {
            lines.push(("proposal", format!("{}", execute.id)));
            lines.extend(action(&execute.action));
            lines.push(("operator", format!("{}", execute.log.operator)));
            lines.push(("version", format!("{}", execute.log.version)));
            lines.push(("sbom", format!("sha256:{}", execute.log.sbom)));
        }
        Order::Escalate { scope, reference, nonce } => {
            lines.push(("scope", format!("{scope}")));
            lines.push(("report", format!("sha256:{reference}")));
            lines.push(("nonce", format!("{nonce}")));
        }
    }
    lines.push(("expires at", format!("{}", command.expiry)));
    lines
}

/// Every field of an action.
pub fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Pause(pause) => vec![
            ("action", "pause".into()),
            ("scope", format!("{}", pause.scope)),
            ("for", duration(pause.seconds)),
            ("incident", to_hex(&pause.incident.0)),
            ("severity", format!("{:?}", pause.severity)),
            ("reason", format!("sha256:{}", pause.reason)),
        ],
        Action::Lift { scope, incident } => {
            vec![("action", "lift the pause".into()), ("scope", format!("{scope}")), ("incident", to_hex(&incident.0))]
        }
        Action::SetRoute(change) => {
            let previous = change.previous.map_or_else(|| "none: a new route".into(), |hash| format!("{hash}"));
            let mut lines = vec![
                ("action", "set the bridge parameters".into()),
                ("route", format!("{}", change.route)),
                ("replaces", previous),
            ];
            lines.extend(economics(&change.economics));
            lines
        }
    }
}

fn economics(economics: &Economics) -> Vec<Line> {
    let number = |value: u128| format!("{value}");
    vec![
        ("source asset", format!("sha256:{}", economics.source)),
        ("destination asset", format!("sha256:{}", economics.destination)),
        ("rate", format!("{} / {}", economics.rate_num, economics.rate_den)),
        ("rate valid", format!("[{}, {})", economics.rate_from, economics.rate_until)),
        ("fee", format!("{} bps, {} to {}", economics.fee_bps, economics.fee_min, economics.fee_max)),
        ("one conversion", format!("{} to {}", economics.tx_min, economics.tx_max)),
        ("account maximum", number(economics.account_max)),
        ("aggregate maximum", number(economics.aggregate_max)),
        ("count maximum", format!("{}", economics.count_max)),
        ("period", duration(economics.period)),
        ("co-signed from", number(economics.large)),
    ]
}

/// Seconds, with the largest unit that divides them.
fn duration(seconds: u32) -> String {
    match seconds {
        0 => "0 s".into(),
        _ if seconds.is_multiple_of(86_400) => format!("{} d", seconds / 86_400),
        _ if seconds.is_multiple_of(3_600) => format!("{} h", seconds / 3_600),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{seconds} s"),
    }
}
