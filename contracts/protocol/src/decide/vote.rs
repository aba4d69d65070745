//! Approving and rejecting.

use super::{Request, propose::finished_refusal};
use crate::{
    bytes::ProposalDigest,
    cells::Cells,
    command::{Decision, ProposalId},
    event::{Cause, Event},
    proposal::Stage,
    refusal::Refusal,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    pub(super) fn vote(
        &self,
        id: ProposalId,
        digest: &ProposalDigest,
        decision: Decision,
    ) -> Result<Vec<Event>, Refusal> {
        let mut proposal = self.cells.proposal(id)?;
        if proposal.digest != *digest {
            return Err(Refusal::WrongDigest);
        }
        let row = self.cells.row(proposal.row)?;
        let (seat, holder) = self.seat_for(row.id)?;
        self.fresh(row.protective)?;
        if !row.minima.has(seat.council) {
            return Err(Refusal::WrongCouncil);
        }
        let status = proposal.status(self.cells, self.now)?;
        if status.finished() {
            return Err(finished_refusal(status));
        }
        // A quorum that stands takes no late approvals, but a reject can still bring it down.
        if decision == Decision::Approve && self.now >= proposal.approve_by {
            return Err(Refusal::ApproveByPassed);
        }
        // Who took the seat after the proposal was opened has no part in it: the seat's bit is the predecessor's.
        if proposal.tallies.iter().any(|tally| tally.council == seat.council && holder.since > tally.epoch) {
            return Err(Refusal::WrongEpoch);
        }
        match (proposal.decision(seat), decision) {
            (None, _) | (Some(Decision::Approve), Decision::Reject) => {}
            (Some(_), _) => return Err(Refusal::AlreadyDecided),
        }

        // Counted, not remembered: where a suspension took the quorum away, regaining it starts the delay again.
        let stood = matches!(proposal.stage, Stage::Approved { .. }) && proposal.quorum(&row, self.cells)?;
        proposal.set_decision(seat, decision);
        let quorum = proposal.quorum(&row, self.cells)?;
        let mut events = vec![Event::Decided { id, seat, decision, quorum }];
        if quorum && !stood {
            let (eta, execute_by) = proposal.execution(self.now);
            events.push(Event::QuorumReached { id, eta, execute_by });
        }
        if proposal.hopeless(&row, self.cells)? {
            events.push(Event::Rejected { id, cause: Cause::Decisions });
        }
        Ok(events)
    }
}
