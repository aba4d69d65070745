//! Disputes: opened by auditors, and by an authority about its own batches; answered within clocks that are shown.

use super::Request;
use crate::{
    bytes::{ManifestHash, ReferenceHash},
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    decide::check::Moment,
    dispute::{
        AGAIN, DECISION, Dispute, DisputeId, Disputed, Held, Hold, LONGEST_EXTENSION, LONGEST_HOLD, MOST_OPEN, Subject,
    },
    event::Event,
    language::dispute::{self, Action, Order},
    proposal::Proposal,
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
        let event = match order {
            Order::Open { subject, reason } => self.dispute(*subject, *reason)?,
            Order::Acknowledge { dispute } => self.acknowledge_dispute(*dispute)?,
            Order::Triage { dispute, finding } => self.triage_dispute(*dispute, *finding)?,
            Order::Retract { subject, reason } => self.retract_dispute(*subject, *reason)?,
        };
        Ok(vec![Event::Dispute(event)])
    }

    /// The row of an action about a dispute, if it can take effect.
    #[inline(never)]
    pub(super) fn dispute_row(&self, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::Resolve { dispute, opened, .. } => self.check_resolve(*dispute, *opened, moment),
            Action::Extend { dispute, previous, until, .. } => self.check_extend(*dispute, *previous, *until),
        }
    }

    /// What an action about a dispute does, besides being executed.
    #[inline(never)]
    pub(super) fn dispute_effects(&self, id: ProposalId, action: &Action) -> Result<Vec<Event>, Refusal> {
        let event = match action {
            Action::Resolve { dispute, outcome, statement, .. } => {
                dispute::Event::DisputeResolved { id, dispute: *dispute, outcome: *outcome, statement: *statement }
            }
            Action::Extend { dispute, until, reason, .. } => {
                let late = self.disputed(*dispute).is_ok_and(|found| self.now >= found.decide_by());
                dispute::Event::DisputeExtended { id, dispute: *dispute, until: *until, reason: *reason, late }
            }
        };
        Ok(vec![Event::Dispute(event)])
    }

    /// By an auditor; by a seat of the authority about a batch of its own, for whoever was not paid.
    fn dispute(&self, subject: Subject, reason: ReferenceHash) -> Result<dispute::Event, Refusal> {
        let (seat, holder) = self.seat()?;
        if seat.council != Council::Auditor && !self.concerned(seat, &subject)? {
            return Err(Refusal::WrongCouncil);
        }
        let dispute = DisputeId { subject, seat };
        if let Some(last) = self.cells.dispute(dispute)? {
            let own = last.key == holder.key;
            // No envelope about the last one, of whoever opened it or took notice of it, must be about this one.
            let over = if own { last.closed().ok_or(Refusal::AlreadyDisputed)? } else { holder.accepted.unwrap_or(0) };
            if self.now < over.saturating_add(AGAIN) {
                return Err(Refusal::JustClosed);
            }
        }
        let open = self.cells.open_disputes(seat, &holder.key)?;
        if open.counts.get(subject.kind()).is_none_or(|open| *open >= MOST_OPEN) {
            return Err(Refusal::TooManyDisputes);
        }
        let stage = self.stage(&subject)?;
        let before = self.cells.disputes(&subject)?;
        let holds = stage.filter(|stage| before.held(*stage).is_none());
        Ok(dispute::Event::DisputeOpened { dispute, reason, holds })
    }

    /// What a dispute about the subject is in the way of. A proposal must be there.
    fn stage(&self, subject: &Subject) -> Result<Option<Held>, Refusal> {
        Ok(match subject {
            Subject::Batch(manifest) => match self.cells.load(&CellKey::Batch(*manifest)) {
                Some(_) => Some(Held::Finality),
                None => Some(Held::Execution),
            },
            Subject::Proposal(id, digest) => {
                let proposal = self.cells.proposal(*id)?;
                if proposal.digest != *digest {
                    return Err(Refusal::WrongDigest);
                }
                Subject::holds(proposal.row).then_some(Held::Execution)
            }
            Subject::Other(_) => None,
        })
    }

    /// Whether the subject is a batch of the seat's own authority.
    fn concerned(&self, seat: SeatId, subject: &Subject) -> Result<bool, Refusal> {
        let Council::Program(authority) = seat.council else { return Ok(false) };
        Ok(match subject {
            Subject::Batch(manifest) => {
                let batch = self.cells.batch(*manifest)?;
                self.cells.program(batch.program)?.terms.authority == authority
            }
            Subject::Proposal(..) | Subject::Other(_) => false,
        })
    }

    /// By those who have to answer: who operates, the Sovereign council, or the authority whose batch it is about.
    fn acknowledge_dispute(&self, dispute: DisputeId) -> Result<dispute::Event, Refusal> {
        let (seat, _) = self.seat()?;
        let answers = matches!(seat.council, Council::Sovereign | Council::Operator);
        if !answers && !self.concerned(seat, &dispute.subject)? {
            return Err(Refusal::WrongCouncil);
        }
        let found = self.disputed(dispute)?;
        match found.acknowledged {
            Some(_) => Err(Refusal::AlreadyAcknowledged),
            None => {
                let late = self.now >= found.acknowledge_by();
                Ok(dispute::Event::DisputeAcknowledged { seat, dispute, late })
            }
        }
    }

    /// By an auditor of another organisation than the opener's, where one can act.
    fn triage_dispute(&self, dispute: DisputeId, finding: ReferenceHash) -> Result<dispute::Event, Refusal> {
        let (seat, holder) = self.seat_of(&[Council::Auditor])?;
        let found = self.disputed(dispute)?;
        if found.triaged.is_some() {
            return Err(Refusal::AlreadyTriaged);
        }
        if found.acknowledged.is_none() {
            return Err(Refusal::NotInOrder);
        }
        if holder.organisation == found.organisation {
            for index in 0..self.cells.council(Council::Auditor)?.size {
                let other = self.cells.seat(SeatId { council: Council::Auditor, index })?;
                if other.acts(self.now) && other.organisation != found.organisation {
                    return Err(Refusal::SeparationOfDuties);
                }
            }
        }
        let (late, decide_by) = (self.now >= found.triage_by(), self.now.saturating_add(DECISION));
        Ok(dispute::Event::DisputeTriaged { seat, dispute, finding, decide_by, late })
    }

    /// A record of its own: what was said stays said.
    fn retract_dispute(&self, subject: Subject, reason: ReferenceHash) -> Result<dispute::Event, Refusal> {
        let (seat, _) = self.seat()?;
        let dispute = DisputeId { subject, seat };
        self.disputed(dispute).map(|_| dispute::Event::DisputeRetracted { dispute, reason })
    }

    /// Before the triage only when it is late: nobody answers before an auditor could look.
    fn check_resolve(&self, dispute: DisputeId, opened: u64, moment: Moment) -> Result<RowId, Refusal> {
        let found = self.disputed(dispute)?;
        if found.at != opened {
            return Err(Refusal::PreconditionChanged);
        }
        let early = found.triaged.is_none() && self.now < found.triage_by();
        if early && moment.executing() {
            return Err(Refusal::NotInOrder);
        }
        Ok(RowId::DISPUTE_OVERRIDE)
    }

    /// More time counts from what holds, and has an end.
    fn check_extend(&self, dispute: DisputeId, previous: u64, until: u64) -> Result<RowId, Refusal> {
        let triage = self.disputed(dispute)?.triaged.ok_or(Refusal::NotInOrder)?;
        if triage.decide_by != previous {
            return Err(Refusal::PreconditionChanged);
        }
        if until <= previous.max(self.now) || until > self.now.saturating_add(LONGEST_EXTENSION) {
            return Err(Refusal::OutOfBounds);
        }
        Ok(RowId::MANUAL_OVERRIDE)
    }

    /// The dispute, where it has no answer yet and its seat still has the key that opened it.
    pub(super) fn disputed(&self, dispute: DisputeId) -> Result<Dispute, Refusal> {
        let found = self.cells.dispute(dispute)?.ok_or(Refusal::NotDisputed)?;
        if !found.stands(&*self.cells.seat(dispute.seat)?) {
            return Err(Refusal::NotDisputed);
        }
        Ok(found)
    }

    /// No dispute is in the way of this proposal's execution, and none about it was upheld.
    #[inline(never)]
    pub(super) fn undisputed(
        &self,
        proposal: &Proposal,
        id: ProposalId,
        batch: Option<ManifestHash>,
    ) -> Result<(), Refusal> {
        if !Subject::holds(proposal.row) {
            return Ok(());
        }
        let subjects = [Some(Subject::Proposal(id, proposal.digest)), batch.map(Subject::Batch)];
        let mut first: Option<(Subject, Hold)> = None;
        for subject in subjects.into_iter().flatten() {
            let disputes = self.cells.disputes(&subject)?;
            if disputes.upheld.is_some() {
                return Err(Refusal::Disputed);
            }
            // A batch and the proposal to execute it are one matter: only the earlier dispute holds it. One that was over
            // before there was a proposal has held nothing.
            if let Some(hold) = disputes.execution
                && first.is_none_or(|(_, other)| hold.at < other.at)
                && (hold.at >= proposal.opened_at || self.holds(subject, hold)?)
            {
                first = Some((subject, hold));
            }
        }
        match first {
            Some((subject, hold)) if self.holds(subject, hold)? => Err(Refusal::Disputed),
            _ => Ok(()),
        }
    }

    /// Since when the dispute that held a stage does not hold it any more.
    pub(super) fn free_since(&self, subject: Subject, hold: Hold) -> Result<u64, Refusal> {
        if self.holds(subject, hold)? {
            return Err(Refusal::Disputed);
        }
        let dispute = DisputeId { subject, seat: hold.seat };
        let Some(found) = self.cells.dispute(dispute)? else { return Ok(0) };
        if found.at != hold.at {
            // The seat disputes it again: by then the one that held was over.
            return Ok(found.at.min(hold.at.saturating_add(LONGEST_HOLD)));
        }
        let end = found.closed().unwrap_or(u64::MAX).min(found.holds_until());
        let last = self.cells.seat(hold.seat)?.suspension;
        // A suspension that was over before the end set nothing aside for good.
        let aside = last.filter(|last| self.now < last.until || end <= last.until);
        Ok(aside.map_or(end, |last| last.from.max(hold.at).min(end)))
    }

    /// Whether the dispute that held a stage still does.
    pub(super) fn holds(&self, subject: Subject, hold: Hold) -> Result<bool, Refusal> {
        let dispute = DisputeId { subject, seat: hold.seat };
        let same = |found: &Dispute| found.at == hold.at && self.now < found.holds_until();
        let Some(found) = self.cells.dispute(dispute)?.filter(same) else { return Ok(false) };
        let seat = self.cells.seat(hold.seat)?;
        Ok(found.stands(&seat) && !seat.suspended(self.now))
    }
}

impl Disputed {
    /// The dispute that held a stage.
    pub fn held(&self, stage: Held) -> Option<Hold> {
        match stage {
            Held::Execution => self.execution,
            Held::Finality => self.finality,
        }
    }
}
