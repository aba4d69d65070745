//! Pauses, modes, suspensions, and the review that every use of emergency power asks for.

use super::Request;
use crate::{
    bytes::{IncidentId, ReferenceHash},
    cells::Cells,
    council::{Council, SeatId},
    emergency::{Cap, Duty, MOST_DUTIES, Report},
    event::Event,
    language::emergency::{self, Action, Order},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    scope::{Mode, Pause, Scope, SetMode},
    state::State,
};
use alloc::{vec, vec::Vec};

/// The pause or mode that is meant: the proposal that set it, and its incident.
type Meant = (ProposalId, IncidentId);

impl<C: Cells> Request<'_, C> {
    /// What an order about a pause, a mode or a review does.
    #[inline(never)]
    pub(super) fn emergency_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::FileReview { scope, set_by, incident, version, severity, report } => {
                let report = Report { set_by: *set_by, version: *version, severity: *severity, report: *report };
                self.file_review(*scope, *incident, &report)
            }
            Order::AttestReview { scope, set_by, incident, of, version, report } => {
                self.attest_review(*scope, (*set_by, *incident), *of, (*version, *report))
            }
        }
    }

    /// The row of an action about a pause, a mode or a review, if it can take effect.
    #[inline(never)]
    pub(super) fn emergency_row(&self, row: RowId, action: &Action) -> Result<RowId, Refusal> {
        match action {
            Action::Pause(pause) => self.check_pause(row, pause).map(|()| row.among(action.choice())),
            Action::Lift { scope, set_by, incident } => self.check_lift(*scope, (*set_by, *incident)),
            Action::SetMode(set) => self.check_mode(row, set).map(|()| row.among(action.choice())),
            Action::LeaveMode { set_by, incident } => {
                self.check_leave_mode(row, (*set_by, *incident)).map(|()| row.among(action.choice()))
            }
            Action::Consent { scope, set_by, incident, .. } => self.check_consent(*scope, (*set_by, *incident)),
        }
    }

    /// What an action about a pause, a mode or a review does, besides being executed.
    #[inline(never)]
    pub(super) fn emergency_effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        let capped = self.cap(row)?.rolling.is_some();
        match action {
            Action::Pause(pause) => {
                let until = self.pause_until(pause.scope, pause.seconds)?;
                Ok(vec![Event::Emergency(emergency::Event::Paused { id, pause: *pause, until, capped })])
            }
            Action::Lift { scope, .. } => Ok(vec![Event::Emergency(emergency::Event::Lifted { id, scope: *scope })]),
            Action::SetMode(set) => Ok(vec![Event::Emergency(emergency::Event::ModeChanged {
                id,
                set: Some(*set),
                until: self.mode_until(row, set)?,
                capped,
            })]),
            Action::LeaveMode { .. } => Ok(vec![Event::Emergency(emergency::Event::ModeChanged {
                id,
                set: None,
                until: self.now,
                capped: false,
            })]),
            Action::Consent { scope, set_by, incident, evidence } => {
                Ok(vec![Event::Emergency(emergency::Event::OverrideUsed {
                    id,
                    scope: *scope,
                    set_by: *set_by,
                    incident: *incident,
                    evidence: *evidence,
                })])
            }
        }
    }

    #[inline(never)]
    pub(super) fn cap(&self, row: RowId) -> Result<Cap, Refusal> {
        Ok(Cap::of(self.head.profile, self.sovereign(row)?))
    }

    /// Whether the row takes a majority of the Sovereign council as it is now.
    #[inline(never)]
    pub(super) fn sovereign(&self, row: RowId) -> Result<bool, Refusal> {
        Ok(self.cells.row(row)?.sovereign(self.cells.council(Council::Sovereign)?.size))
    }

    #[inline(never)]
    pub(super) fn check_pause(&self, row: RowId, pause: &Pause) -> Result<(), Refusal> {
        let running = self.cells.paused(pause.scope, self.now)?;
        let until = self.pause_until(pause.scope, pause.seconds)?;
        // An account is frozen without being counted: prolonging it has an end of its own, and then there is a review.
        if let Some((running, limit)) = running.zip(self.cap(row)?.rolling)
            && pause.scope.single()
            && until > running.since.saturating_add(limit.into())
        {
            return Err(Refusal::PauseCap);
        }
        self.check_stop(row, pause.scope, pause.seconds, running.map(|running| running.until), until)
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
        if running.is_some_and(|running| running.mode != set.mode) && !self.sovereign(row)? {
            return Err(Refusal::PreconditionChanged);
        }
        let until = self.mode_until(row, set)?;
        self.check_stop(row, Scope::Everything, set.seconds, running.map(|running| running.until), until)
    }

    #[inline(never)]
    pub(super) fn mode_until(&self, row: RowId, set: &SetMode) -> Result<u64, Refusal> {
        let until = self.now.saturating_add(set.seconds.into());
        let sovereign = self.sovereign(row)?;
        let running = self.cells.mode(self.now)?.filter(|_| !sovereign);
        Ok(running.map_or(until, |running| running.until.max(until)))
    }

    #[inline(never)]
    pub(super) fn check_leave_mode(&self, row: RowId, meant: Meant) -> Result<(), Refusal> {
        match self.cells.mode(self.now)? {
            Some(mode) if (mode.set_by, mode.incident) != meant => Err(Refusal::PreconditionChanged),
            Some(mode) if self.now < mode.sovereign_until && !self.sovereign(row)? => Err(Refusal::SovereignsWord),
            Some(_) => Ok(()),
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
        Refusal::ReviewDue.unless(room || scope.single())
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
    fn due(&self, scope: Scope, meant: Meant) -> Result<Duty, Refusal> {
        self.cells.duty(scope)?.filter(|duty| (duty.set_by, duty.incident) == meant).ok_or(Refusal::NoReviewDue)
    }

    /// A seat replaces its own report as often as it likes until the duty ends, and nobody's else.
    #[inline(never)]
    pub(super) fn file_review(&self, scope: Scope, incident: IncidentId, new: &Report) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Sovereign, Council::Emergency])?;
        let Report { set_by, version, severity, report } = *new;
        if self.now < self.due(scope, (set_by, incident))?.until {
            return Err(Refusal::StillPaused);
        }
        let present = self.cells.report(scope, seat, set_by)?.map_or(0, |present| present.version);
        match version {
            _ if version <= present => Err(Refusal::ReviewFiled),
            _ if present.checked_add(1) != Some(version) => Err(Refusal::PreconditionChanged),
            _ => Ok(vec![Event::Emergency(emergency::Event::ReviewFiled {
                seat,
                scope,
                set_by,
                incident,
                version,
                severity,
                report,
            })]),
        }
    }

    /// Auditors are of other organisations than those that pause (invariant `org_duties`). One that is overdue attests
    /// too: a rotation that nobody thought of takes the Emergency council's power from nobody.
    #[inline(never)]
    pub(super) fn attest_review(
        &self,
        scope: Scope,
        meant: Meant,
        of: SeatId,
        (version, report): (u16, ReferenceHash),
    ) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.any_seat()?;
        if seat.council != Council::Auditor {
            return Err(Refusal::WrongCouncil);
        }
        let (set_by, incident) = meant;
        self.due(scope, meant)?;
        match self.cells.report(scope, of, set_by)? {
            None => Err(Refusal::ReviewNotFiled),
            Some(filed) if (filed.version, filed.report) != (version, report) => Err(Refusal::PreconditionChanged),
            Some(_) => Ok(vec![Event::Emergency(emergency::Event::ReviewAttested {
                seat,
                scope,
                set_by,
                incident,
                of,
                version,
                report,
            })]),
        }
    }

    /// The Sovereign consents to another pause before the review: nobody else may, whatever the row asks.
    fn check_consent(&self, scope: Scope, meant: Meant) -> Result<RowId, Refusal> {
        self.due(scope, meant)?;
        let own = self.sovereign(RowId::MANUAL_OVERRIDE)?;
        Refusal::SovereignsWord.unless(own).map(|()| RowId::MANUAL_OVERRIDE)
    }

    /// A lift is for one pause: approved for it, it must not end the next, which may have the same incident.
    fn check_lift(&self, scope: Scope, meant: Meant) -> Result<RowId, Refusal> {
        match self.cells.paused(scope, self.now)? {
            Some(paused) if (paused.set_by, paused.incident) != meant => Err(Refusal::PreconditionChanged),
            Some(paused) if self.now < paused.sovereign_until && !self.sovereign(RowId::LIFT_EARLY)? => {
                Err(Refusal::SovereignsWord)
            }
            Some(_) => Ok(RowId::LIFT_EARLY),
            None => Err(Refusal::NotPaused),
        }
    }
}
