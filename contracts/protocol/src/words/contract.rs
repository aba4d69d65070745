//! The end of the contract in words.

use super::Line;
use crate::language::contract::Action;
use alloc::{format, vec, vec::Vec};

/// Every field of an action.
pub(super) fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Retire { successor, code } => vec![
            ("action", "end this contract for ever: another one goes on".into()),
            ("successor", format!("0x{successor}")),
            ("code", format!("0x{code}")),
        ],
    }
}
