//! A tie on a neutral matter: the panel may give the one approval that is missing. `m` does not fall.

use crate::{
    bytes::{Label, ProposalDigest},
    cells::Cells,
    council::{Council, SeatId},
    dispute::DisputeId,
    event::Event,
    proposal::{Cause, PanelCall},
    proposal_id::ProposalId,
    refusal::Refusal,
    standing::Status,
    state::State,
};
use crate::{decide::Request, language::proposal};
use alloc::{vec, vec::Vec};

/// Seconds between the call and the panel's turn.
const PANEL_AFTER: u64 = 48 * 60 * 60;
/// Seconds that its turn lasts.
const PANEL_FOR: u64 = 24 * 60 * 60;

impl<C: Cells> Request<'_, C> {
    #[inline(never)]
    pub(in crate::decide) fn call_panel(&self, id: ProposalId) -> Result<Vec<Event>, Refusal> {
        let case = self.case(id)?;
        let proposal = &case.proposal;
        let (seat, _) = self.seat_of(&[Council::Sovereign, Council::Auditor])?;
        self.enter_on(&case.proposal)?;
        let over = matches!(self.status(&case)?, Status::Expired(Cause::ApproveByPassed));
        let in_time = proposal.panel_callable().contains(&self.now) && proposal.panel.is_none();
        let missing = proposal.missing(&case.present, self.cells, self.now)?;
        let tie = proposal.tie.is_some() && missing == 1;
        if !(over && in_time && tie) {
            return Err(Refusal::NotDeadlocked);
        }
        let from = self.now.saturating_add(PANEL_AFTER);
        Ok(vec![Event::Proposal(proposal::Event::Deadlocked { id, seat, from, until: from.saturating_add(PANEL_FOR) })])
    }

    #[inline(never)]
    pub(in crate::decide) fn panel_approve(
        &self,
        id: ProposalId,
        digest: &ProposalDigest,
    ) -> Result<Vec<Event>, Refusal> {
        let mut case = self.named(id, digest)?;
        let (seat, _) = self.seat_of(&[Council::Panel])?;
        self.enter_on(&case.proposal)?;
        let turn = match self.status(&case)? {
            Status::Deadlocked(from, _) => self.now >= from,
            _ => false,
        };
        if !turn || self.arbiter(case.proposal.tie)? != Some(seat) {
            return Err(Refusal::NotThePanelsTurn);
        }
        case.proposal.panel = case.proposal.panel.map(|call| PanelCall { approved: true, ..call });
        if !self.quorum(&case)? {
            return Err(Refusal::NoQuorum);
        }
        let (eta, execute_by) = case.proposal.execution(self.now);
        Ok(vec![
            Event::Proposal(proposal::Event::PanelApproved { id, seat }),
            Event::Proposal(proposal::Event::QuorumReached { id, eta, execute_by }),
        ])
    }

    /// The first seat of the panel that can act and is of no organisation that has a part in the dispute: who opened it, or
    /// looked at it first. Nobody chooses; authorities and panel are of different organisations (invariant 13).
    fn arbiter(&self, tie: Option<DisputeId>) -> Result<Option<SeatId>, Refusal> {
        let dispute = tie.map(|dispute| self.cells.dispute(dispute)).transpose()?.flatten();
        let party = |organisation: Label| {
            dispute.is_some_and(|dispute| {
                let triager = dispute.triaged.map(|triage| triage.organisation);
                dispute.organisation == organisation || triager == Some(organisation)
            })
        };
        for index in 0..self.cells.council(Council::Panel)?.size {
            let id = SeatId { council: Council::Panel, index };
            let seat = self.cells.seat(id)?;
            if seat.acts(self.now) && !party(seat.organisation) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}
