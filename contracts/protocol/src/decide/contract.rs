//! The end of the contract.

use super::{Request, check::Moment};
use crate::{
    cells::{CellKey, Cells},
    event::Event,
    language::contract::{self, Action},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    standing::Status,
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// The row of an action about the contract itself, if it can take effect.
    #[inline(never)]
    pub(super) fn contract_row(&self, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::Retire { successor, code } => {
                if moment.executing() && self.recovery_stands()? {
                    return Err(Refusal::RecoveryStands);
                }
                match self.cells.awaits(successor, code) {
                    Some(false) => Err(Refusal::NoSuccessor),
                    // Off chain nobody can tell: only the contract's own answer counts.
                    Some(true) | None => Ok(RowId::RETIRE),
                }
            }
        }
    }

    /// Whether a recovery has come to its quorum that is neither executed nor over. Who sits in a council is decided before
    /// anybody takes the contract away from it.
    fn recovery_stands(&self) -> Result<bool, Refusal> {
        let standing: Option<Vec<(ProposalId, u64)>> = self.cells.cell(&CellKey::Recoveries)?;
        for (id, until) in standing.unwrap_or_default() {
            let recovery = match self.cells.proposal(id) {
                // Another proposal lies in its slot: it had ended.
                Err(Refusal::UnknownProposal) => continue,
                found => found?,
            };
            let stands = matches!(recovery.status(self.cells, self.now)?, Status::Waiting(_) | Status::Executable(_));
            if self.now < until && stands {
                return Ok(true);
            }
        }
        Ok(false)
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
