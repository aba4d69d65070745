//! Approving, rejecting, vetoing.

use crate::{
    bytes::ProposalDigest,
    cells::Cells,
    event::Event,
    proposal::{Cause, Proposal, Stage},
    proposal_id::{Decision, ProposalId},
    refusal::Refusal,
    row::RowId,
    standing::{Present, Status},
    state::State,
};
use crate::{
    decide::{Request, proposal::open::finished_refusal},
    language::proposal,
};
use alloc::{boxed::Box, vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    pub(in crate::decide) fn vote(
        &self,
        id: ProposalId,
        digest: &ProposalDigest,
        decision: Decision,
    ) -> Result<Vec<Event>, Refusal> {
        self.vote_on(self.named(id, digest)?, id, decision)
    }

    #[inline(never)]
    pub(in crate::decide) fn vote_on(
        &self,
        mut case: Case,
        id: ProposalId,
        decision: Decision,
    ) -> Result<Vec<Event>, Refusal> {
        let (seat, holder) = self.seat_on(case.proposal.row, case.proposal.overdue)?;
        self.enter_on(&case.proposal)?;
        let Some(tally) = case.proposal.tallies.iter().find(|tally| tally.council == seat.council) else {
            return Err(Refusal::WrongCouncil);
        };
        // Who took the seat after the proposal was opened has no part in it: the seat's bit is the predecessor's.
        let newcomer = holder.since > tally.epoch;
        let status = self.status(&case)?;
        if status.finished() {
            return Err(finished_refusal(status));
        }
        // A quorum that stands takes no late approvals, but a reject can still bring it down.
        if decision == Decision::Approve && self.now >= case.proposal.approve_by {
            return Err(Refusal::ApproveByPassed);
        }
        if newcomer {
            return Err(Refusal::WrongEpoch);
        }
        // One approval is enough for a small batch, so it is another's than the author's.
        if decision == Decision::Approve && case.proposal.row == RowId::BATCH_SMALL && seat == id.author {
            return Err(Refusal::AuthorDoesNotCount);
        }
        // Counted, not remembered: where a suspension took the quorum away, regaining it starts the delay again. One that
        // came back by itself is called by the next who decides: afterwards nobody could tell since when it stands.
        let stood = match case.proposal.stage {
            Stage::Approved { quorum_at } if self.quorum(&case)? => {
                case.proposal.stands_since(quorum_at, &case.present, self.cells, self.now)? == quorum_at
            }
            _ => false,
        };
        let again = match (case.proposal.decision(seat), decision) {
            (None, _) | (Some(Decision::Approve), Decision::Reject) => false,
            // A quorum that came back by itself, when a suspension lapsed, is called by one of those who form it.
            (Some(Decision::Approve), Decision::Approve) if case.proposal.stage == Stage::Open => true,
            (Some(_), _) => return Err(Refusal::AlreadyDecided),
        };
        case.proposal.set_decision(seat, decision);
        let quorum = self.quorum(&case)?;
        if again && !quorum {
            return Err(Refusal::AlreadyDecided);
        }
        let mut events = vec![Event::Proposal(proposal::Event::Decided { id, seat, decision, quorum })];
        if quorum && !stood {
            let (eta, execute_by) = case.proposal.execution(self.now);
            events.push(Event::Proposal(proposal::Event::QuorumReached { id, eta, execute_by }));
        }
        if case.proposal.hopeless(id.author, &case.present) {
            events.push(Event::Proposal(proposal::Event::Rejected { id, cause: Cause::Decisions }));
        }
        Ok(events)
    }

    /// Stops what was approved while its delay runs. A recovery can be stopped from its opening on, by those whom it
    /// replaces.
    #[inline(never)]
    pub(in crate::decide) fn veto(&self, id: ProposalId, digest: &ProposalDigest) -> Result<Vec<Event>, Refusal> {
        let mut case = self.named(id, digest)?;
        let (seat, holder) = self.seat_unless(case.proposal.overdue)?;
        self.enter_on(&case.proposal)?;
        let (council, needed) = case.proposal.veto(self.cells)?;
        if seat.council != council {
            return Err(Refusal::WrongCouncil);
        }
        // Who came after it was opened has no part in it: a veto would otherwise be inherited with the seat.
        if holder.accepted.is_none_or(|at| at > case.proposal.opened_at) {
            return Err(Refusal::WrongEpoch);
        }
        match self.status(&case)? {
            Status::Waiting(_) => {}
            Status::Open if case.proposal.row.recovers().is_some() => {}
            Status::Open | Status::Deadlocked(..) | Status::Executable(_) => return Err(Refusal::NoVeto),
            finished => return Err(finished_refusal(finished)),
        }
        if case.proposal.vetoed_by(seat.index) {
            return Err(Refusal::AlreadyDecided);
        }
        case.proposal.set_veto(seat.index);
        let mut events = vec![Event::Proposal(proposal::Event::Vetoed { id, seat })];
        if case.proposal.vetoes(council, self.cells, self.now)? >= needed {
            events.push(Event::Proposal(proposal::Event::Rejected { id, cause: Cause::Veto }));
        }
        Ok(events)
    }

    /// The proposal, if the signer means the very one that its slot holds.
    #[inline(never)]
    pub(in crate::decide) fn named(&self, id: ProposalId, digest: &ProposalDigest) -> Result<Case, Refusal> {
        let case = self.case(id)?;
        match case.proposal.digest == *digest {
            true => Ok(case),
            false => Err(Refusal::WrongDigest),
        }
    }

    #[inline(never)]
    pub(in crate::decide) fn case(&self, id: ProposalId) -> Result<Case, Refusal> {
        // On the heap, because the case is handed on several times.
        let proposal = self.cells.proposal(id)?;
        Ok(Case { present: proposal.present(self.head.changes, self.cells)?, proposal })
    }

    #[inline(never)]
    pub(in crate::decide) fn status(&self, case: &Case) -> Result<Status, Refusal> {
        case.proposal.status_in(&case.present, self.cells, self.now)
    }

    #[inline(never)]
    pub(in crate::decide) fn quorum(&self, case: &Case) -> Result<bool, Refusal> {
        case.proposal.quorum(&case.present, self.cells, self.now)
    }
}

/// A proposal, its row and its councils: looked at again and again.
pub(in crate::decide) struct Case {
    pub(in crate::decide) proposal: Box<Proposal>,
    pub(in crate::decide) present: Present,
}
