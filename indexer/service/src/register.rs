//! Every proposal there ever was, folded from the rows: a finished one stays when its slot is given away.

use crate::ledger::Entry;
use greatseal_protocol::{
    action::Action,
    cells::Cells,
    event::Event,
    language::proposal,
    proposal::{Cause, Proposal, Stage},
    proposal_id::ProposalId,
    refusal::Refusal,
    standing::Status,
};
use std::{collections::BTreeMap, sync::Arc};

/// Where a proposal can stand.
pub(crate) const STATUSES: [&str; 9] =
    ["open", "deadlocked", "waiting", "executable", "executed", "cancelled", "rejected", "expired", "stale"];

/// A proposal as the rows tell it.
#[derive(Clone, Debug)]
pub struct Entered {
    /// Its id.
    pub id: ProposalId,
    /// The action of the opening event.
    pub action: Action,
    /// Its cell after the last row about it.
    pub proposal: Proposal,
    /// First second in which it may be executed and first in which it no longer may, once its quorum stood.
    pub execution: Option<(u64, u64)>,
    /// Why it ended without taking effect, where an event says so.
    pub cause: Option<Cause>,
}

impl Entered {
    /// Where it stands at `now`, given the cells of the same moment.
    ///
    /// # Errors
    ///
    /// [`Refusal`] where a cell that it needs is not there.
    pub fn status(&self, cells: &impl Cells, now: u64) -> Result<Status, Refusal> {
        let status = self.proposal.status(cells, now)?;
        // The event that clears a slot keeps the cause that time had made: expired stays expired.
        Ok(match (status, self.cause) {
            (Status::Rejected, Some(Cause::Stale)) => Status::Stale,
            (Status::Rejected, Some(cause @ (Cause::ApproveByPassed | Cause::ExecuteByPassed))) => {
                Status::Expired(cause)
            }
            (status, _) => status,
        })
    }
}

/// Proposals by their number.
#[derive(Clone, Debug, Default)]
pub struct Register {
    /// Shared with whoever keeps a copy; written once nobody else has it.
    proposals: BTreeMap<u32, Arc<Entered>>,
}

impl Register {
    /// Takes a row in.
    pub fn enter(&mut self, entry: &Entry) {
        let (Some(id), Some(proposal)) = (entry.record.event.proposal(), entry.proposal.clone()) else { return };
        if let Event::Proposal(proposal::Event::Opened(opened)) = &entry.record.event {
            let action = opened.action.clone();
            let entered = Entered { id, action, proposal, execution: None, cause: None };
            self.proposals.insert(id.serial, Arc::new(entered));
            return;
        }
        let Some(entered) = self.proposals.get_mut(&id.serial) else { return };
        let entered = Arc::make_mut(entered);
        entered.proposal = proposal;
        match entry.record.event {
            Event::Proposal(proposal::Event::Decided { .. }) if entered.proposal.stage == Stage::Open => {
                entered.execution = None
            }
            Event::Proposal(proposal::Event::QuorumReached { eta, execute_by, .. }) => {
                entered.execution = Some((eta, execute_by))
            }
            Event::Proposal(proposal::Event::Rejected { cause, .. }) => entered.cause = Some(cause),
            _ => {}
        }
    }

    /// From proposals that were kept.
    pub(crate) fn resume(kept: impl IntoIterator<Item = Entered>) -> Self {
        let mut register = Self::default();
        for entered in kept {
            register.proposals.insert(entered.id.serial, Arc::new(entered));
        }
        register
    }

    /// Every proposal, by its number.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = &Entered> {
        self.proposals.values().map(Arc::as_ref)
    }

    /// The proposal with this number.
    pub fn get(&self, serial: u32) -> Option<&Entered> {
        self.proposals.get(&serial).map(Arc::as_ref)
    }

    /// Proposals with a number below this one, the newest first.
    pub fn below(&self, serial: u32) -> impl Iterator<Item = &Entered> {
        self.proposals.range(..serial).rev().map(|(_, entered)| entered.as_ref())
    }
}
