//! Seats that are set aside, and those that come back.

use crate::{
    cells::Cells,
    council::{Council, Seat, SeatId, Suspender},
    decide::{Request, check::Moment},
    emergency::SUSPENSION,
    event::Event,
    key::Key,
    language::council,
    policy,
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    standing::Status,
    state::State,
};
use alloc::{boxed::Box, vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// The Emergency council sets aside one seat of another council at a time, and each once in an epoch, but that it
    /// prolongs what runs while a recovery ripens; a majority of the Sovereign any seat; neither one of a council that votes
    /// in the row.
    #[inline(never)]
    pub(in crate::decide) fn check_suspend(
        &self,
        row: RowId,
        id: SeatId,
        key: &Key,
        recovery: Option<ProposalId>,
    ) -> Result<(), Refusal> {
        let seat = self.seat_with(id, key)?;
        // Nobody silences those with whom they decide.
        if self.cells.row(row)?.minima.has(id.council) {
            return Err(Refusal::WrongCouncil);
        }
        let sovereign = self.sovereign(row)?;
        let prolongs = recovery.is_some_and(|recovery| self.recovers(recovery, id.council));
        if recovery.is_some() && (sovereign || !prolongs) {
            return Err(Refusal::RecoveryDoesNotStand);
        }
        if sovereign {
            let confirmed = seat.suspension.is_some_and(|last| last.by != Suspender::Emergency);
            return match seat.suspended(self.now) && confirmed {
                true => Err(Refusal::AlreadySuspended),
                false if self.silenced(id)? >= policy::cap(self.cells.council(id.council)?.size.into()) => {
                    Err(Refusal::SuspensionCap)
                }
                false => Ok(()),
            };
        }
        let head = self.cells.council(id.council)?;
        let another = head.set_aside.is_some_and(|(index, until)| index != id.index && self.now < until);
        if prolongs {
            let theirs = seat.suspension.is_some_and(|last| last.by == Suspender::Emergency);
            return Refusal::NotSuspended.unless(theirs && seat.suspended(self.now));
        }
        if seat.suspended(self.now) {
            return Err(Refusal::AlreadySuspended);
        }
        Refusal::SuspensionCap.unless(!another && seat.set_aside_in != Some(head.epoch))
    }

    /// Whether the quorum of a recovery of this council stands, so that whoever it replaces is kept aside until it is over.
    fn recovers(&self, recovery: ProposalId, council: Council) -> bool {
        self.case(recovery).is_ok_and(|case| {
            let live = matches!(self.status(&case), Ok(Status::Waiting(_) | Status::Executable(_)));
            live && case.proposal.row.recovers() == Some(council) && self.quorum(&case) == Ok(true)
        })
    }

    /// Other seats of the council that the Sovereign has set aside: a minority at most, so that no two keys end what a
    /// council is for.
    fn silenced(&self, id: SeatId) -> Result<u32, Refusal> {
        let mut silenced = 0_u32;
        for index in (0..self.cells.council(id.council)?.size).filter(|index| *index != id.index) {
            let seat = self.cells.seat(SeatId { council: id.council, index })?;
            let by_sovereign = seat.suspension.is_some_and(|last| last.by == Suspender::Sovereign);
            silenced = silenced.saturating_add(u32::from(seat.suspended(self.now) && by_sovereign));
        }
        Ok(silenced)
    }

    #[inline(never)]
    pub(in crate::decide) fn suspended(&self, id: ProposalId, row: RowId, seat: SeatId) -> Result<Event, Refusal> {
        let (by, until) = match self.sovereign(row)? {
            true => (Suspender::Sovereign, u64::MAX),
            false => (Suspender::Emergency, self.now.saturating_add(SUSPENSION)),
        };
        Ok(Event::Council(council::Event::SeatSuspended { id: Some(id), seat, by, until }))
    }

    #[inline(never)]
    pub(in crate::decide) fn check_reinstate(&self, id: SeatId, key: &Key, moment: Moment) -> Result<RowId, Refusal> {
        let seat = self.seat_with(id, key)?;
        match seat.suspension.filter(|last| self.now < last.until) {
            None => Err(Refusal::NotSuspended),
            Some(last) if last.by == Suspender::Itself => Err(Refusal::OwnWord),
            // What was approved for one suspension must not end the next.
            Some(last) if moment.since().is_some_and(|opened| last.from > opened) => Err(Refusal::PreconditionChanged),
            Some(last) if last.by == Suspender::Sovereign && !self.sovereign(RowId::LIFT_EARLY)? => {
                Err(Refusal::SovereignsWord)
            }
            Some(_) => Ok(RowId::LIFT_EARLY),
        }
    }

    #[inline(never)]
    pub(in crate::decide) fn suspend_self(&self) -> Result<Vec<Event>, Refusal> {
        // Whoever is set aside for a week can still give up for good.
        let (seat, holder) = self.claimed()?;
        if holder.gave_itself_up() {
            return Err(Refusal::AlreadySuspended);
        }
        Ok(vec![Event::Council(council::Event::SeatSuspended {
            id: None,
            seat,
            by: Suspender::Itself,
            until: u64::MAX,
        })])
    }

    /// The seat, if it still has the key that is meant.
    #[inline(never)]
    pub(in crate::decide) fn seat_with(&self, id: SeatId, key: &Key) -> Result<Box<Seat>, Refusal> {
        // Program 0 stands for every programme's council, and nobody sits there.
        if id.council == Council::PROGRAM || id.index >= self.cells.council(id.council)?.size {
            return Err(Refusal::OutOfBounds);
        }
        let seat = self.cells.seat(id)?;
        (seat.key == *key).then_some(seat).ok_or(Refusal::PreconditionChanged)
    }
}
