//! A command in words: what a signer reads before signing. One line a fact, every field shown.

mod bridge;
mod contract;
mod council;
mod dispute;
mod emergency;
mod names;
mod operation;
mod phase;
mod policy;
mod program;
mod proposal;
mod registry;

use crate::{
    action::Action,
    command::{Capacity, Command, Order},
};
use alloc::{format, string::String, vec, vec::Vec};

pub use bridge::{completion, compliance, conversion, economics, lists, transfer};
pub use council::{council, new_seat};
pub use policy::row;
pub use program::{batch, line, rules, span, statement, terms, vote};
pub use registry::entry;

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
        Order::Council(order) => council::order(order, &mut lines),
        Order::Proposal(order) => proposal::order(order, &mut lines),
        Order::Emergency(order) => emergency::order(order, &mut lines),
        Order::Bridge(order) => bridge::order(order, &mut lines),
        Order::Program(order) => program::order(order, &mut lines),
        Order::Registry(order) => registry::order(order, &mut lines),
        Order::Dispute(order) => dispute::order(order, &mut lines),
        Order::Phase(order) => phase::order(order, &mut lines),
        Order::Operation(order) => operation::order(order, &mut lines),
    }
    lines.push(("expires at", format!("{}", command.expiry)));
    lines
}

/// Every field of an action.
pub fn action(action: &Action) -> Vec<Line> {
    match action {
        Action::Council(action) => council::action(action),
        Action::Emergency(action) => emergency::action(action),
        Action::Policy(action) => policy::action(action),
        Action::Bridge(action) => bridge::action(action),
        Action::Program(action) => program::action(action),
        Action::Registry(action) => registry::action(action),
        Action::Dispute(action) => dispute::action(action),
        Action::Phase(action) => phase::action(action),
        Action::Operation(action) => operation::action(action),
        Action::Contract(action) => contract::action(action),
    }
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
