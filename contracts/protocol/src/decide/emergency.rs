//! Pauses, modes, suspensions, and the review that every use of emergency power asks for.

use super::Request;
use crate::{
    bytes::{IncidentId, ReferenceHash},
    cells::Cells,
    command::ProposalId,
    council::{Council, Seat, SeatId, Suspender},
    emergency::{Cap, Duty, MOST_DUTIES, SUSPENSION},
    event::Event,
    key::Key,
    policy,
    refusal::Refusal,
    row::RowId,
    scope::{Mode, Pause, Scope, SetMode, Severity},
};
use alloc::{boxed::Box, vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    #[inline(never)]
    pub(super) fn cap(&self, row: RowId) -> Result<Cap, Refusal> {
        Ok(Cap::of(self.head.profile, row))
    }

    #[inline(never)]
    pub(super) fn check_pause(&self, row: RowId, pause: &Pause) -> Result<(), Refusal> {
        let running = self.cells.paused(pause.scope, self.now)?.map(|paused| paused.until);
        let until = self.pause_until(pause.scope, pause.seconds)?;
        self.check_stop(row, pause.scope, pause.seconds, running, until)
    }

    /// A pause never shortens the one that is in force.
    #[inline(never)]
    pub(super) fn pause_until(&self, scope: Scope, seconds: u32) -> Result<u64, Refusal> {
        let until = self.now.saturating_add(seconds.into());
        Ok(self.cells.paused(scope, self.now)?.map_or(until, |running| running.until.max(until)))
    }

    /// A mode narrows everything, and is counted like a pause of everything. It replaces none but by the Sovereign's
    /// word: who could exchange one for another could end it early, or draw a strict one out.
    #[inline(never)]
    pub(super) fn check_mode(&self, row: RowId, set: &SetMode) -> Result<(), Refusal> {
        let running = self.cells.mode(self.now)?;
        if set.mode == Mode::Normal {
            return Err(Refusal::OutOfBounds);
        }
        if row != RowId::MANUAL_OVERRIDE && running.is_some_and(|running| running.mode != set.mode) {
            return Err(Refusal::PreconditionChanged);
        }
        let until = self.mode_until(row, set)?;
        self.check_stop(row, Scope::Everything, set.seconds, running.map(|running| running.until), until)
    }

    #[inline(never)]
    pub(super) fn mode_until(&self, row: RowId, set: &SetMode) -> Result<u64, Refusal> {
        let until = self.now.saturating_add(set.seconds.into());
        let running = self.cells.mode(self.now)?.filter(|_| row != RowId::MANUAL_OVERRIDE);
        Ok(running.map_or(until, |running| running.until.max(until)))
    }

    #[inline(never)]
    pub(super) fn check_leave_mode(&self, incident: &IncidentId) -> Result<(), Refusal> {
        match self.cells.mode(self.now)? {
            Some(mode) if mode.incident == *incident => Ok(()),
            Some(_) => Err(Refusal::PreconditionChanged),
            None => Err(Refusal::NotPaused),
        }
    }

    /// The caps and the review duty of whoever is counted. `running` is the end of what is prolonged, if anything is.
    fn check_stop(
        &self,
        row: RowId,
        scope: Scope,
        seconds: u32,
        running: Option<u64>,
        until: u64,
    ) -> Result<(), Refusal> {
        let cap = self.cap(row)?;
        if !(1..=cap.each).contains(&seconds) {
            return Err(Refusal::PauseCap);
        }
        let Some(limit) = cap.rolling else { return Ok(()) };
        let added = until.saturating_sub(running.unwrap_or(self.now));
        if u64::from(self.counted(scope, until)?).saturating_add(added) > limit.into() {
            return Err(Refusal::PauseCap);
        }
        if running.is_none() {
            self.reviewed(scope)?;
        }
        let duties = self.cells.duties()?;
        let room = duties.len() < MOST_DUTIES || duties.iter().any(|(due, _)| *due == scope);
        (room || scope.single()).then_some(()).ok_or(Refusal::ReviewDue)
    }

    /// Seconds of the last seven days that overlap with this scope. Single accounts are frozen without being counted.
    fn counted(&self, scope: Scope, at: u64) -> Result<u32, Refusal> {
        let used = |scope| Ok(self.cells.used(scope)?.sum(at));
        match scope {
            Scope::Account(_) => Ok(0),
            Scope::Everything => used(None),
            one @ (Scope::Upgrades | Scope::Route(_) | Scope::Program(_)) => {
                Ok(used(Some(one))?.saturating_add(used(Some(Scope::Everything))?))
            }
        }
    }

    /// Whether everything that overlaps was reviewed, or the Sovereign consented.
    fn reviewed(&self, scope: Scope) -> Result<(), Refusal> {
        let open = |duty: &Duty| self.now >= duty.until && !duty.consent;
        let mut overlapping = vec![scope];
        match scope {
            Scope::Account(_) => {}
            Scope::Everything => overlapping.extend(self.cells.duties()?.iter().map(|(due, _)| *due)),
            Scope::Upgrades | Scope::Route(_) | Scope::Program(_) => overlapping.push(Scope::Everything),
        }
        for due in overlapping {
            if self.cells.duty(due)?.as_ref().is_some_and(open) {
                return Err(Refusal::ReviewDue);
            }
        }
        Ok(())
    }

    #[inline(never)]
    pub(super) fn check_consent(
        &self,
        scope: Scope,
        incident: &IncidentId,
        evidence: ReferenceHash,
    ) -> Result<RowId, Refusal> {
        if evidence == ReferenceHash([0; 32]) {
            return Err(Refusal::DocumentMissing);
        }
        self.due(scope, incident).map(|_| RowId::MANUAL_OVERRIDE)
    }

    fn due(&self, scope: Scope, incident: &IncidentId) -> Result<Duty, Refusal> {
        self.cells.duty(scope)?.filter(|duty| duty.incident == *incident).ok_or(Refusal::NoReviewDue)
    }

    #[inline(never)]
    pub(super) fn file_review(
        &self,
        scope: Scope,
        incident: IncidentId,
        severity: Severity,
        report: ReferenceHash,
    ) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Sovereign, Council::Emergency])?;
        match self.due(scope, &incident)? {
            duty if self.now < duty.until => Err(Refusal::StillPaused),
            duty if duty.filed.is_some() => Err(Refusal::ReviewFiled),
            _ => Ok(vec![Event::ReviewFiled { seat, scope, incident, severity, report }]),
        }
    }

    /// Auditors are of other organisations than those that pause (invariant `org_duties`).
    #[inline(never)]
    pub(super) fn attest_review(
        &self,
        scope: Scope,
        incident: IncidentId,
        report: ReferenceHash,
    ) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Auditor])?;
        match self.due(scope, &incident)?.filed {
            None => Err(Refusal::ReviewNotFiled),
            Some(filed) if filed != report => Err(Refusal::PreconditionChanged),
            Some(_) => Ok(vec![Event::ReviewAttested { seat, scope, incident, report }]),
        }
    }

    /// The Emergency council sets aside one seat of another council at a time, and each once in an epoch; the Sovereign
    /// any seat but its own.
    #[inline(never)]
    pub(super) fn check_suspend(&self, row: RowId, id: SeatId, key: &Key) -> Result<(), Refusal> {
        let seat = self.seat_with(id, key)?;
        if row == RowId::SOVEREIGN_SUSPENSION {
            let confirmed = seat.suspension.is_some_and(|last| last.by != Suspender::Emergency);
            return match seat.suspended(self.now) && confirmed {
                _ if id.council == Council::Sovereign => Err(Refusal::WrongCouncil),
                true => Err(Refusal::AlreadySuspended),
                false if self.silenced(id)? >= policy::cap(self.cells.council(id.council)?.size.into()) => {
                    Err(Refusal::SuspensionCap)
                }
                false => Ok(()),
            };
        }
        let head = self.cells.council(id.council)?;
        let another = head.set_aside.is_some_and(|(index, until)| index != id.index && self.now < until);
        match () {
            () if id.council == Council::Emergency => Err(Refusal::WrongCouncil),
            () if seat.suspended(self.now) => Err(Refusal::AlreadySuspended),
            () if another || seat.set_aside_in == Some(head.epoch) => Err(Refusal::SuspensionCap),
            () => Ok(()),
        }
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
    pub(super) fn suspended(&self, id: ProposalId, row: RowId, seat: SeatId) -> Event {
        let (by, until) = match row {
            RowId::SOVEREIGN_SUSPENSION => (Suspender::Sovereign, u64::MAX),
            _ => (Suspender::Emergency, self.now.saturating_add(SUSPENSION)),
        };
        Event::SeatSuspended { id: Some(id), seat, by, until }
    }

    #[inline(never)]
    pub(super) fn check_reinstate(&self, id: SeatId, key: &Key) -> Result<RowId, Refusal> {
        let seat = self.seat_with(id, key)?;
        match seat.suspension.filter(|last| self.now < last.until) {
            None => Err(Refusal::NotSuspended),
            Some(last) if last.by == Suspender::Itself => Err(Refusal::OwnWord),
            Some(_) => Ok(RowId::LIFT_EARLY),
        }
    }

    #[inline(never)]
    pub(super) fn suspend_self(&self) -> Result<Vec<Event>, Refusal> {
        // Whoever is set aside for a week can still give up for good.
        let (seat, holder) = self.claimed()?;
        if holder.gave_itself_up() {
            return Err(Refusal::AlreadySuspended);
        }
        Ok(vec![Event::SeatSuspended { id: None, seat, by: Suspender::Itself, until: u64::MAX }])
    }

    /// The seat, if it still has the key that is meant.
    #[inline(never)]
    pub(super) fn seat_with(&self, id: SeatId, key: &Key) -> Result<Box<Seat>, Refusal> {
        // Program 0 stands for every programme's council, and nobody sits there.
        if id.council == Council::PROGRAM || id.index >= self.cells.council(id.council)?.size {
            return Err(Refusal::OutOfBounds);
        }
        let seat = self.cells.seat(id)?;
        (seat.key == *key).then_some(seat).ok_or(Refusal::PreconditionChanged)
    }
}
