//! Rows, texts and the profile in words.

use super::Line;
use crate::{
    language::policy::Action,
    row::{Executors, Row},
    words::duration,
};
use alloc::{format, string::String, vec, vec::Vec};

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::SetRow(new) => {
            let mut lines = vec![("action", "write a row of the policy table".into())];
            lines.extend(row(new));
            lines
        }
        Action::Adopt { name, text } => {
            vec![("action", "adopt a text".into()), ("name", format!("{name}")), ("text", format!("sha256:{text}"))]
        }
        Action::RenewProfile { until } => {
            vec![("action", "renew the micronode's profile".into()), ("until", format!("{until}"))]
        }
    }
}

/// Every field of a row.
pub fn row(row: &Row) -> Vec<Line> {
    let minima: Vec<String> =
        row.minima.iter().map(|(council, k)| format!("{} {k}", super::council(council))).collect();
    vec![
        ("row of the table", format!("{} (version {})", row.id, row.version)),
        ("approvals", format!("{}", row.m)),
        ("at least from", minima.join(", ")),
        ("delay", duration(row.delay)),
        ("approve within", duration(row.approve_by)),
        ("execute within", duration(row.window)),
        (
            "executed by",
            match row.executors {
                Executors::Anyone => "anyone",
                Executors::Operator => "operators; the row's councils after half the window",
                Executors::Members => "operators and the row's councils",
            }
            .into(),
        ),
        ("own accounts", if row.direct { "allowed" } else { "refused" }.into()),
    ]
}
