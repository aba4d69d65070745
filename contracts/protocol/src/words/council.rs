//! Seats and councils in words.

use super::Line;
use crate::{
    council::Council,
    genesis::NewSeat,
    language::council::{Action, Order, Reconstitute},
    words::row,
};
use alloc::{format, string::String, vec, vec::Vec};

/// Every field of an order.
pub(super) fn order(order: &Order, lines: &mut Vec<Line>) {
    match order {
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
    }
}

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Suspend { seat, key, reason, recovery } => {
            let mut lines = vec![
                ("action", "set a seat aside".into()),
                ("seat", format!("{seat}")),
                ("key", format!("{key}")),
                ("reason", format!("sha256:{reason}")),
            ];
            lines.extend(recovery.map(|id| ("prolonged for the recovery", format!("{id}"))));
            lines
        }
        Action::Reinstate { seat, key, reason } => vec![
            ("action", "end a suspension".into()),
            ("seat", format!("{seat}")),
            ("key", format!("{key}")),
            ("reason", format!("sha256:{reason}")),
        ],
        Action::Rotate { seat, previous, new } => {
            let mut lines = vec![
                ("action", "give a seat another key".into()),
                ("seat", format!("{seat}")),
                ("key that leaves", format!("{previous}")),
            ];
            lines.extend(new_seat(new));
            lines
        }
        Action::Recover { council, epoch, seats } => {
            let mut lines =
                vec![("action", "recover a council".into()), ("council", format!("{council}, epoch {epoch}"))];
            for (index, new) in seats {
                lines.push(("seat", format!("{index}")));
                lines.extend(new_seat(new));
            }
            lines
        }
        Action::Reconstitute(change) => reconstitute(change),
    }
}

/// A seat that comes.
pub fn new_seat(new: &NewSeat) -> Vec<Line> {
    vec![
        ("key that comes", format!("{}", new.key)),
        ("holder", format!("{}", new.holder)),
        ("organisation", format!("{}", new.organisation)),
        ("role", format!("{}", new.role)),
        ("valid until", format!("{}", new.valid_until)),
    ]
}

fn reconstitute(change: &Reconstitute) -> Vec<Line> {
    let mut lines = vec![
        ("action", "give a council another size".into()),
        ("council", format!("{}, epoch {}", change.council, change.epoch)),
        ("seats", format!("{}", change.size)),
    ];
    lines.extend(change.added.iter().flat_map(new_seat));
    lines.extend(change.rows.iter().flat_map(row));
    lines
}

/// A council as rows speak of it.
pub fn council(council: Council) -> String {
    match council {
        Council::PROGRAM => "the programme".into(),
        other => format!("{other}"),
    }
}
