//! Disputes: opened by auditors, answered within clocks that are shown and stop nothing but `reconciled`.

use super::Request;
use crate::{
    bytes::ReferenceHash,
    cells::Cells,
    command::ProposalId,
    council::Council,
    dispute::{AGAIN, DECISION, Dispute, LONGEST_EXTENSION, MOST_OPEN},
    event::Event,
    refusal::Refusal,
    row::RowId,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
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
            true => Ok(vec![Event::DisputeOpened { seat, subject, reason }]),
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
                Ok(vec![Event::DisputeAcknowledged { seat, subject, late }])
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
                Ok(vec![Event::DisputeTriaged { seat, subject, finding, decide_by, late }])
            }
        }
    }

    /// A record of its own: what was said stays said.
    #[inline(never)]
    pub(super) fn retract_dispute(&self, subject: ReferenceHash, reason: ReferenceHash) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Auditor])?;
        match self.disputed(subject)?.seat == seat {
            true => Ok(vec![Event::DisputeRetracted { seat, subject, reason }]),
            false => Err(Refusal::NotTheSeat),
        }
    }

    #[inline(never)]
    pub(super) fn check_resolve(&self, subject: ReferenceHash) -> Result<RowId, Refusal> {
        self.disputed(subject).map(|_| RowId::DISPUTE_OVERRIDE)
    }

    /// With a reason, from the time that holds, and not without an end.
    #[inline(never)]
    pub(super) fn check_extend(
        &self,
        subject: ReferenceHash,
        previous: u64,
        until: u64,
        reason: ReferenceHash,
    ) -> Result<RowId, Refusal> {
        let dispute = self.disputed(subject)?;
        let triage = dispute.triaged.ok_or(Refusal::NotInOrder)?;
        match () {
            () if triage.decide_by != previous => Err(Refusal::PreconditionChanged),
            () if reason == ReferenceHash([0; 32]) => Err(Refusal::DocumentMissing),
            () if until <= previous.max(self.now) || until > self.now.saturating_add(LONGEST_EXTENSION) => {
                Err(Refusal::OutOfBounds)
            }
            () => Ok(RowId::MANUAL_OVERRIDE),
        }
    }

    #[inline(never)]
    pub(super) fn extended(&self, id: ProposalId, subject: ReferenceHash, until: u64, reason: ReferenceHash) -> Event {
        let late = self.disputed(subject).is_ok_and(|dispute| self.now >= dispute.decide_by());
        Event::DisputeExtended { id, subject, until, reason, late }
    }

    /// The dispute about a subject that has no answer yet.
    fn disputed(&self, subject: ReferenceHash) -> Result<Dispute, Refusal> {
        self.cells.dispute(subject)?.filter(Dispute::open).ok_or(Refusal::NotDisputed)
    }
}
