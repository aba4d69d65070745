//! Approving, rejecting, vetoing.

use super::{Request, propose::finished_refusal};
use crate::{
    bytes::ProposalDigest,
    cells::Cells,
    command::{Decision, ProposalId},
    event::{Cause, Event},
    proposal::{Proposal, Stage, Status},
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
        let mut proposal = self.named(id, digest)?;
        let row = self.cells.row(proposal.row)?;
        let (seat, holder) = self.seat_unless(proposal.overdue)?;
        self.fresh(row.id)?;
        let Some(tally) = proposal.tallies.iter().find(|tally| tally.council == seat.council) else {
            return Err(Refusal::WrongCouncil);
        };
        // Who took the seat after the proposal was opened has no part in it: the seat's bit is the predecessor's.
        let newcomer = holder.since > tally.epoch;
        let status = proposal.status(self.cells, self.now)?;
        if status.finished() {
            return Err(finished_refusal(status));
        }
        // A quorum that stands takes no late approvals, but a reject can still bring it down.
        if decision == Decision::Approve && self.now >= proposal.approve_by {
            return Err(Refusal::ApproveByPassed);
        }
        if newcomer {
            return Err(Refusal::WrongEpoch);
        }
        // Counted, not remembered: where a suspension took the quorum away, regaining it starts the delay again.
        let stood = matches!(proposal.stage, Stage::Approved { .. }) && proposal.quorum(&row, self.cells, self.now)?;
        let again = match (proposal.decision(seat), decision) {
            (None, _) | (Some(Decision::Approve), Decision::Reject) => false,
            // A quorum that came back by itself, when a suspension lapsed, is called by one of those who form it.
            (Some(Decision::Approve), Decision::Approve) if proposal.stage == Stage::Open => true,
            (Some(_), _) => return Err(Refusal::AlreadyDecided),
        };
        proposal.set_decision(seat, decision);
        let quorum = proposal.quorum(&row, self.cells, self.now)?;
        if again && !quorum {
            return Err(Refusal::AlreadyDecided);
        }
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

    /// Stops what was approved while its delay runs. A recovery can be stopped from its opening on, by those whom it
    /// replaces.
    pub(super) fn veto(&self, id: ProposalId, digest: &ProposalDigest) -> Result<Vec<Event>, Refusal> {
        let mut proposal = self.named(id, digest)?;
        let (seat, holder) = self.seat_unless(proposal.overdue)?;
        let (council, needed) = proposal.veto(self.cells)?;
        // Who came after it was opened has no part in it: a veto would otherwise be inherited with the seat.
        if seat.council != council {
            return Err(Refusal::WrongCouncil);
        }
        if holder.accepted.is_none_or(|at| at > proposal.opened_at) {
            return Err(Refusal::WrongEpoch);
        }
        match proposal.status(self.cells, self.now)? {
            Status::Waiting(_) => {}
            Status::Open if proposal.row.recovers().is_some() => {}
            Status::Open | Status::Deadlocked(..) | Status::Executable(_) => return Err(Refusal::NoVeto),
            finished => return Err(finished_refusal(finished)),
        }
        if proposal.vetoed_by(seat.index) {
            return Err(Refusal::AlreadyDecided);
        }
        proposal.set_veto(seat.index);
        let mut events = vec![Event::Vetoed { id, seat }];
        if proposal.vetoes(council, self.cells, self.now)? >= needed {
            events.push(Event::Rejected { id, cause: Cause::Veto });
        }
        Ok(events)
    }

    /// The proposal, if the signer means the very one that its slot holds.
    pub(super) fn named(&self, id: ProposalId, digest: &ProposalDigest) -> Result<Proposal, Refusal> {
        let proposal = self.cells.proposal(id)?;
        (proposal.digest == *digest).then_some(proposal).ok_or(Refusal::WrongDigest)
    }
}
