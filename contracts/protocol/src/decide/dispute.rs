//! Disputes: opened by auditors, answered within clocks that are shown and stop nothing but `reconciled`.

use super::Request;
use crate::{
    bytes::ReferenceHash,
    cells::Cells,
    council::Council,
    dispute::{AGAIN, DECISION, Dispute, LONGEST_EXTENSION, MOST_OPEN},
    event::Event,
    language::dispute::{self, Action, Order},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// What an order about a dispute does.
    #[inline(never)]
    pub(super) fn dispute_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::Open { subject, reason } => self.dispute(*subject, *reason),
            Order::Acknowledge { subject } => self.acknowledge_dispute(*subject),
            Order::Triage { subject, finding } => self.triage_dispute(*subject, *finding),
            Order::Retract { subject, reason } => self.retract_dispute(*subject, *reason),
        }
    }

    /// The row of an action about a dispute, if it can take effect.
    #[inline(never)]
    pub(super) fn dispute_row(&self, action: &Action) -> Result<RowId, Refusal> {
        match action {
            Action::Resolve { subject, .. } => self.check_resolve(*subject),
            Action::Extend { subject, previous, until, .. } => self.check_extend(*subject, *previous, *until),
        }
    }

    /// What an action about a dispute does, besides being executed.
    #[inline(never)]
    pub(super) fn dispute_effects(&self, id: ProposalId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::Resolve { subject, outcome, statement, .. } => {
                Ok(vec![Event::Dispute(dispute::Event::DisputeResolved {
                    id,
                    subject: *subject,
                    outcome: *outcome,
                    statement: *statement,
                })])
            }
            Action::Extend { subject, until, reason, .. } => Ok(vec![self.extended(id, *subject, *until, *reason)]),
        }
    }

    #[inline(never)]
    pub(super) fn dispute(&self, subject: ReferenceHash, reason: ReferenceHash) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Auditor])?;
        if let Some(last) = self.cells.dispute(subject)? {
            match last.closed() {
                None => return Err(Refusal::AlreadyDisputed),
                // An envelope that opened the last one must not open it again.
                Some(at) if self.now < at.saturating_add(AGAIN) => return Err(Refusal::JustClosed),
                Some(_) => {}
            }
        }
        match self.cells.open_disputes(seat)? < MOST_OPEN {
            true => Ok(vec![Event::Dispute(dispute::Event::DisputeOpened { seat, subject, reason })]),
            false => Err(Refusal::TooManyDisputes),
        }
    }

    /// By those who have to answer: who operates, or the Sovereign council.
    #[inline(never)]
    pub(super) fn acknowledge_dispute(&self, subject: ReferenceHash) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Sovereign, Council::Operator])?;
        let dispute = self.disputed(subject)?;
        match dispute.acknowledged {
            Some(_) => Err(Refusal::AlreadyAcknowledged),
            None => {
                let late = self.now >= dispute.acknowledge_by();
                Ok(vec![Event::Dispute(dispute::Event::DisputeAcknowledged { seat, subject, late })])
            }
        }
    }

    /// By an auditor, not only the one who opened it.
    #[inline(never)]
    pub(super) fn triage_dispute(&self, subject: ReferenceHash, finding: ReferenceHash) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Auditor])?;
        let dispute = self.disputed(subject)?;
        match () {
            () if dispute.triaged.is_some() => Err(Refusal::AlreadyTriaged),
            () if dispute.acknowledged.is_none() => Err(Refusal::NotInOrder),
            () => {
                let (late, decide_by) = (self.now >= dispute.triage_by(), self.now.saturating_add(DECISION));
                Ok(vec![Event::Dispute(dispute::Event::DisputeTriaged { seat, subject, finding, decide_by, late })])
            }
        }
    }

    /// A record of its own: what was said stays said.
    #[inline(never)]
    pub(super) fn retract_dispute(&self, subject: ReferenceHash, reason: ReferenceHash) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Auditor])?;
        match self.disputed(subject)?.seat == seat {
            true => Ok(vec![Event::Dispute(dispute::Event::DisputeRetracted { seat, subject, reason })]),
            false => Err(Refusal::NotTheSeat),
        }
    }

    #[inline(never)]
    pub(super) fn check_resolve(&self, subject: ReferenceHash) -> Result<RowId, Refusal> {
        self.disputed(subject).map(|_| RowId::DISPUTE_OVERRIDE)
    }

    /// From the time that holds, and not without an end.
    #[inline(never)]
    pub(super) fn check_extend(&self, subject: ReferenceHash, previous: u64, until: u64) -> Result<RowId, Refusal> {
        let dispute = self.disputed(subject)?;
        let triage = dispute.triaged.ok_or(Refusal::NotInOrder)?;
        match () {
            () if triage.decide_by != previous => Err(Refusal::PreconditionChanged),
            () if until <= previous.max(self.now) || until > self.now.saturating_add(LONGEST_EXTENSION) => {
                Err(Refusal::OutOfBounds)
            }
            () => Ok(RowId::MANUAL_OVERRIDE),
        }
    }

    #[inline(never)]
    pub(super) fn extended(&self, id: ProposalId, subject: ReferenceHash, until: u64, reason: ReferenceHash) -> Event {
        let late = self.disputed(subject).is_ok_and(|dispute| self.now >= dispute.decide_by());
        Event::Dispute(dispute::Event::DisputeExtended { id, subject, until, reason, late })
    }

    /// The dispute about a subject that has no answer yet.
    fn disputed(&self, subject: ReferenceHash) -> Result<Dispute, Refusal> {
        self.cells.dispute(subject)?.filter(Dispute::open).ok_or(Refusal::NotDisputed)
    }
}
