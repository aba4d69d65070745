//! Executing: who may, whether something blocks it, and what each action does.

use super::{Request, check::Moment, propose::finished_refusal};
use crate::{
    action::Action,
    cells::Cells,
    command::{DeploymentLog, Execute, ProposalId},
    council::Council,
    event::Event,
    phase::SetPhase,
    proposal::{Proposal, Status},
    refusal::Refusal,
    row::{Direction, Executors, RowId},
    scope::{Mode, Scope},
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    #[inline(never)]
    pub(super) fn execute(&self, execute: &Execute) -> Result<Vec<Event>, Refusal> {
        let case = self.case(execute.id)?;
        let proposal = &case.proposal;
        let row = proposal.row;
        self.enter_on(proposal)?;
        let execute_by = match self.status(&case)? {
            Status::Executable(execute_by) => execute_by,
            Status::Open | Status::Deadlocked(..) => return Err(Refusal::NoQuorum),
            Status::Waiting(_) => return Err(Refusal::DelayRunning),
            finished => return Err(finished_refusal(finished)),
        };
        self.may_execute(proposal, execute_by)?;
        let action = self.action_hash(&execute.action);
        if action != proposal.action {
            return Err(Refusal::ActionDiffers);
        }
        if !self.quorum(&case)? {
            return Err(Refusal::NoQuorum);
        }
        self.in_time(row, &execute.action)?;
        self.unblocked(row, execute.action.scope())?;
        if let Some(account) = execute.action.account() {
            self.unblocked(row, account)?;
        }
        logged(&execute.action, &execute.log)?;
        self.check_action(row, &execute.action, Moment::Executing)?;
        let mut events = vec![Event::Executed { id: execute.id, action, log: execute.log.clone() }];
        events.extend(self.effects(execute.id, row, &execute.action)?);
        Ok(events)
    }

    fn may_execute(&self, proposal: &Proposal, execute_by: u64) -> Result<(), Refusal> {
        let half = execute_by.saturating_sub(u64::from(proposal.window) / 2);
        let allowed = match (proposal.executors, &self.seat) {
            (Executors::Anyone, _) => true,
            (_, None) => false,
            (_, Some((_, holder))) if self.now >= holder.valid_until || holder.suspended(self.now) => false,
            (_, Some((seat, _))) if seat.council == Council::Operator => true,
            (executors, Some((seat, _))) => {
                let votes = proposal.tallies.iter().any(|tally| tally.council == seat.council);
                votes && (executors == Executors::Members || self.now >= half)
            }
        };
        allowed.then_some(()).ok_or(Refusal::NotAnExecutor)
    }

    /// When the profile's time is over, nothing loosens; seats can be given other keys, and the profile be renewed, even then.
    fn in_time(&self, row: RowId, action: &Action) -> Result<(), Refusal> {
        let cure = row.rotated().is_some() || row.recovers().is_some() || action.renews();
        if row.direction() == Direction::Loosens && !cure { self.before_the_end() } else { Ok(()) }
    }

    /// The profile's time is not over.
    pub(super) fn before_the_end(&self) -> Result<(), Refusal> {
        if self.head.profile.over(self.now) { Err(Refusal::ProfileOver) } else { Ok(()) }
    }

    /// No pause and no mode is in the way.
    #[inline(never)]
    pub(super) fn unblocked(&self, row: RowId, scope: Scope) -> Result<(), Refusal> {
        if row.never_blocked() || self.now >= self.head.stops_until {
            return Ok(());
        }
        let loosens = row.direction() == Direction::Loosens;
        let narrowed = self.cells.mode(self.now)?.is_some_and(|mode| match mode.mode {
            Mode::Normal => false,
            Mode::Limited => loosens || row == RowId::BATCH_LARGE,
            Mode::ReadOnly => true,
        });
        let paused = |scope| self.cells.paused(scope, self.now).map(|pause| pause.is_some());
        match narrowed || paused(Scope::Everything)? || paused(scope)? {
            true => Err(Refusal::Blocked),
            false => Ok(()),
        }
    }

    /// What an action does, besides being executed. Its preconditions hold: they were checked just now.
    fn effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        let escalation = row.escalation();
        let capped = || self.cap(row).map(|cap| cap.rolling.is_some());
        Ok(vec![match action {
            Action::Pause(pause) => {
                let until = self.pause_until(pause.scope, pause.seconds)?;
                Event::Paused { id, pause: *pause, until, capped: capped()? }
            }
            Action::Lift { scope, .. } => Event::Lifted { id, scope: *scope },
            Action::SetRoute(change) => {
                let version = self.cells.route(change.route)?.map_or(1, |route| route.version.saturating_add(1));
                let (route, economics, escalation) = (change.route, change.economics, row.escalation());
                Event::RouteChanged { id, route, version, economics, escalation }
            }
            Action::Suspend { seat, .. } => self.suspended(id, row, *seat),
            Action::Reinstate { seat, .. } => Event::SeatReinstated { id, seat: *seat },
            Action::SetMode(set) => {
                Event::ModeChanged { id, set: Some(*set), until: self.mode_until(row, set)?, capped: capped()? }
            }
            Action::LeaveMode { .. } => Event::ModeChanged { id, set: None, until: self.now, capped: false },
            Action::SetRow(new) => Event::RowChanged { id, row: new.clone() },
            Action::Reconstitute(change) => return self.reconstituted(id, change),
            Action::Rotate { seat, new, .. } => return self.replaced(id, seat.council, &[(seat.index, *new)]),
            Action::Recover { council, seats, .. } => return self.replaced(id, *council, seats),
            Action::Adopt { .. } => return Ok(Vec::new()),
            Action::Consent { scope, incident, evidence } => {
                Event::OverrideUsed { id, scope: *scope, incident: *incident, evidence: *evidence }
            }
            Action::RenewProfile { until } => Event::ProfileRenewed { id, until: *until },
            Action::Retire { successor, code } => Event::Retired { id, successor: *successor, code: *code },
            Action::SetCompliance(change) => {
                let version = self.cells.served(change.route)?.map_or(1, |served| served.version.saturating_add(1));
                let (route, compliance) = (change.route, change.compliance);
                Event::ComplianceChanged { id, route, version, compliance, escalation }
            }
            Action::Register { entry, valid_from, valid_until, .. } => {
                let entry = self.registered(*entry, *valid_from, *valid_until)?;
                Event::RegistryChanged { id, entry, escalation }
            }
            Action::Revoke { entry, reason } => {
                Event::RegistryChanged { id, entry: self.revoked(entry, *reason)?, escalation }
            }
            Action::Release(release) => Event::ReleaseApproved { id, release: *release },
            Action::SetBaseline { name, value, .. } => Event::BaselineChanged { id, name: *name, value: *value },
            Action::Resolve { subject, outcome, statement, .. } => {
                Event::DisputeResolved { id, subject: *subject, outcome: *outcome, statement: *statement }
            }
            Action::SetPhase(SetPhase { council, previous: from, next: to, way_back, .. }) => {
                Event::PhaseChanged { id, council: *council, from: *from, to: *to, way_back: *way_back }
            }
            Action::CreateProgram(new) => return self.program_created(id, new),
            Action::ChangeProgram(change) => self.program_changed(id, change)?,
            Action::ExecuteBatch(batch) => self.batch_executed(id, row, *batch)?,
            Action::Except { manifest, from, up_to, amount, evidence } => Event::EntryExcepted {
                id,
                manifest: *manifest,
                from: *from,
                up_to: *up_to,
                amount: *amount,
                evidence: *evidence,
            },
            Action::ExtendDispute { subject, until, reason, .. } => self.extended(id, *subject, *until, *reason),
        }])
    }
}

/// The deployment log of a release names its version and its bill of materials.
fn logged(action: &Action, log: &DeploymentLog) -> Result<(), Refusal> {
    match action.logged() {
        Some(release) if log.version != release.version || log.sbom != release.sbom => Err(Refusal::DocumentMissing),
        Some(_) | None => Ok(()),
    }
}
