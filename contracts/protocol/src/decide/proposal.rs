//! Proposals: what their orders do.

mod execute;
pub(super) mod open;
mod panel;
mod together;
mod vote;

use super::Request;
use crate::{cells::Cells, event::Event, language::proposal::Order, refusal::Refusal};
use alloc::vec::Vec;

impl<C: Cells> Request<'_, C> {
    /// What an order about a proposal does.
    #[inline(never)]
    pub(super) fn proposal_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::Open(open) => self.open(open),
            Order::Decide { id, digest, decision } => self.vote(*id, digest, *decision),
            Order::Cancel { id } => self.cancel(*id),
            Order::Veto { id, digest } => self.veto(*id, digest),
            Order::Execute(execute) => self.execute(execute),
            Order::CallPanel { id } => self.call_panel(*id),
            Order::PanelApprove { id, digest } => self.panel_approve(*id, digest),
            Order::DecideTogether(choices) => self.vote_together(choices),
        }
    }
}
