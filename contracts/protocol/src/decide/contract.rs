//! The end of the contract.

use super::Request;
use crate::{
    cells::Cells,
    event::Event,
    language::contract::{self, Action},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// The row of an action about the contract itself, if it can take effect.
    #[inline(never)]
    pub(super) fn contract_row(&self, action: &Action) -> Result<RowId, Refusal> {
        match action {
            Action::Retire { successor, code } => match self.cells.awaits(successor, code) {
                Some(false) => Err(Refusal::NoSuccessor),
                // Off chain nobody can tell: only the contract's own answer counts.
                Some(true) | None => Ok(RowId::RETIRE),
            },
        }
    }

    /// What an action about the contract itself does, besides being executed.
    #[inline(never)]
    pub(super) fn contract_effects(&self, id: ProposalId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::Retire { successor, code } => {
                Ok(vec![Event::Contract(contract::Event::Retired { id, successor: *successor, code: *code })])
            }
        }
    }
}
