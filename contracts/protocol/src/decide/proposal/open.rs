//! Opening and taking back.

use crate::{
    action::Action,
    bytes::{ActionHash, DocumentHash, ProposalDigest},
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    digest,
    emergency::Cap,
    event::Event,
    genesis::Profile,
    language::proposal::{Open, Opened},
    policy::{APPROVE_BY, WINDOW},
    proposal::{Cause, Proposal, ProposalTerms},
    proposal_id::{Decision, ProposalId},
    refusal::Refusal,
    row::{Row, RowId},
    standing::Status,
    state::State,
};
use crate::{
    decide::{Request, check::Moment, rising},
    language::proposal,
};
use alloc::{boxed::Box, vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    #[inline(never)]
    pub(in crate::decide) fn open(&self, open: &Open) -> Result<Vec<Event>, Refusal> {
        let (author, seat) = self.seat_on(open.row, open.action.sets_aside(), open.action.overdue())?;
        rising(seat, open.nonce)?;
        let row = self.cells.row(open.row)?;
        self.enter(row.id, row.direct)?;
        let authority = open.action.concern().map(|concern| self.cells.authority(concern)).transpose()?;
        may_author(&row, author, authority)?;
        if open.document == DocumentHash([0; 32]) {
            return Err(Refusal::DocumentMissing);
        }
        within_bounds(self.head.profile, &row, open)?;
        self.check_action(row.id, &open.action, Moment::Opening)?;

        let (slot, mut events) = self.free_slot(author)?;
        let opened = Box::new(self.opened(open, &row, author, (slot, authority))?);
        let approval = if open.approve { self.approved(&row, &opened)? } else { Vec::new() };
        events.push(Event::Proposal(proposal::Event::Opened(opened)));
        events.extend(approval);
        Ok(events)
    }

    /// The author's own approval, given with the opening: whoever opens knows what is opened, and the digest only then
    /// exists. The rules are those of [`Request::vote`], of which a proposal without decisions asks no more than these.
    #[inline(never)]
    fn approved(&self, row: &Row, opened: &Opened) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = (opened.id, opened.id.author);
        if !opened.epochs.iter().any(|(council, _)| *council == seat.council) {
            return Err(Refusal::WrongCouncil);
        }
        if row.id == RowId::BATCH_SMALL {
            return Err(Refusal::AuthorDoesNotCount);
        }
        let others = row.minima.iter().any(|(council, least)| council != seat.council.in_row() && least > 0);
        let quorum = row.m <= 1 && !others;
        let mut events =
            vec![Event::Proposal(proposal::Event::Decided { id, seat, decision: Decision::Approve, quorum })];
        if quorum {
            let (eta, window) = (self.now.saturating_add(row.delay.into()), opened.window.into());
            let execute_by = eta.saturating_add(window);
            events.push(Event::Proposal(proposal::Event::QuorumReached { id, eta, execute_by }));
        }
        Ok(events)
    }

    #[inline(never)]
    pub(in crate::decide) fn cancel(&self, id: ProposalId) -> Result<Vec<Event>, Refusal> {
        let case = self.case(id)?;
        let (seat, _) = self.seat_unless(case.proposal.overdue)?;
        self.enter_on(&case.proposal)?;
        // Whoever holds the seat: what an earlier key has left behind is in their way, and nobody else's.
        if seat != id.author {
            return Err(Refusal::NotAnAuthor);
        }
        match self.status(&case)? {
            Status::Open if !self.quorum(&case)? => Ok(vec![Event::Proposal(proposal::Event::Cancelled { id })]),
            Status::Open | Status::Waiting(_) | Status::Executable(_) => Err(Refusal::QuorumStands),
            finished => Err(finished_refusal(finished)),
        }
    }

    /// A slot of the author that holds nothing live, and the end of the proposal that time has finished there; where there is
    /// none, one that an earlier key of the seat has left without a quorum, which is stale with its author's seat.
    fn free_slot(&self, author: SeatId) -> Result<(u8, Vec<Event>), Refusal> {
        let mut inherited = None;
        for slot in 0..ProposalId::slots(author.council) {
            let Some(old) = self.cells.cell::<Box<Proposal>>(&CellKey::Proposal(author, slot))? else {
                return Ok((slot, Vec::new()));
            };
            let status = old.status(self.cells, self.now)?;
            // A tie keeps its slot for as long as the panel can be called.
            let tied = old.author == *self.actor
                && old.tie.is_some()
                && old.panel.is_none()
                && self.now < old.panel_callable().end;
            let earlier = old.author != *self.actor;
            let left = || Event::Proposal(proposal::Event::Rejected { id: old.id(author, slot), cause: Cause::Stale });
            if earlier && inherited.is_none() && status == Status::Open {
                inherited = Some((slot, vec![left()]));
            }
            if status.finished() && !(tied && status == Status::Expired(Cause::ApproveByPassed)) {
                let id = old.id(author, slot);
                let cause = match status {
                    Status::Expired(cause) => Some(cause),
                    Status::Stale => Some(Cause::Stale),
                    _ => None,
                };
                let rejected = |cause| Event::Proposal(proposal::Event::Rejected { id, cause });
                return Ok((slot, cause.map(rejected).into_iter().collect()));
            }
        }
        inherited.ok_or(Refusal::SlotsFull)
    }

    #[inline(never)]
    pub(in crate::decide) fn action_hash(&self, action: &Action) -> ActionHash {
        ActionHash(self.cells.sha256(&[&digest::action_preimage(action)]))
    }

    fn opened(
        &self,
        open: &Open,
        row: &Row,
        author: SeatId,
        (slot, authority): (u8, Option<Council>),
    ) -> Result<Opened, Refusal> {
        let head = self.head;
        let id = ProposalId { serial: head.serial, author, slot };
        let epoch = |(council, _)| {
            let council = if council == Council::PROGRAM { authority } else { Some(council) };
            let council = council.ok_or(Refusal::WrongRow)?;
            Ok((council, self.cells.council(council)?.epoch))
        };
        let epochs = row.minima.iter().map(epoch).collect::<Result<Vec<_>, Refusal>>()?;
        let approve_by = self.now.saturating_add(open.approve_within.into());
        let terms = ProposalTerms {
            deployment: head.domain.deployment,
            id,
            opened_at: self.now,
            author: *self.actor,
            nonce: open.nonce,
            row: open.row,
            row_version: row.version,
            epochs: epochs.clone(),
            action: self.action_hash(&open.action),
            document: open.document,
            approve_by,
            delay: row.delay,
            window: open.execute_within,
        };
        let digest = ProposalDigest(self.cells.sha256(&[&digest::proposal_preimage(&terms)]));
        Ok(Opened {
            id,
            digest,
            row: open.row,
            row_version: row.version,
            epochs,
            action: open.action.clone(),
            document: open.document,
            nonce: open.nonce,
            approve_by,
            delay: row.delay,
            window: open.execute_within,
        })
    }
}

/// Any seat of the row's councils, of the authority that answers where it is one; operators too, where it is their work.
fn may_author(row: &Row, author: SeatId, authority: Option<Council>) -> Result<(), Refusal> {
    let may = match author.council {
        Council::Operator => row.id.operators_may_open(),
        Council::Program(_) => row.minima.has(author.council) && authority == Some(author.council),
        council => row.minima.has(council),
    };
    Refusal::NotAnAuthor.unless(may)
}

fn within_bounds(profile: Profile, row: &Row, open: &Open) -> Result<(), Refusal> {
    let least_window = if row.delay > 0 { Cap::longest(profile).saturating_mul(2) } else { *WINDOW.start() };
    let approve = (*APPROVE_BY.start()..=row.approve_by).contains(&open.approve_within);
    let execute = (least_window..=row.window).contains(&open.execute_within);
    Refusal::OutOfBounds.unless(approve && execute)
}

/// Why nothing more can happen to a proposal that has ended.
pub(in crate::decide) fn finished_refusal(status: Status) -> Refusal {
    match status {
        Status::Executed => Refusal::AlreadyExecuted,
        Status::Cancelled | Status::Rejected => Refusal::Rejected,
        Status::Expired(Cause::ExecuteByPassed) => Refusal::ExecuteByPassed,
        Status::Stale | Status::Expired(Cause::Stale) => Refusal::Stale,
        Status::Expired(_) | Status::Open | Status::Deadlocked(..) | Status::Waiting(_) | Status::Executable(_) => {
            Refusal::ApproveByPassed
        }
    }
}
