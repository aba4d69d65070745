//! The language, grouped by subject: what a proposal can do, what a key can order, what happened.
//!
//! [`crate::action::Action`], [`crate::command::Order`] and [`crate::event::Event`] are a tag for the subject, then the subject's own.

use crate::bytes::CompanionHash;

pub mod bridge;
pub mod contract;
pub mod council;
pub mod dispute;
pub mod emergency;
pub mod operation;
pub mod phase;
pub mod policy;
pub mod program;
pub mod proposal;
pub mod registry;

/// What an order asks of the seat that gives it, besides the signature of the seat's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// What the phase of the seat's council asks for.
    Phase,
    /// That the seat waits for this very key: nobody has accepted it yet.
    Acceptance,
    /// The companion that is named, in every phase.
    Companion(CompanionHash),
    /// Nothing: whoever gives itself up does so as it can.
    Nothing,
}
