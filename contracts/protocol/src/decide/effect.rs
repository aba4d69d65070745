//! Executing: what each action needs, and what it does.

use super::{Request, propose::finished_refusal};
use crate::{
    action::{Action, Economics, PAUSE_CAP, Pause, Scope, SetRoute},
    bytes::IncidentId,
    cells::{CellKey, Cells, Escalation, Paused},
    command::{Execute, ProposalId},
    council::Council,
    digest,
    event::Event,
    proposal::{Proposal, Status},
    refusal::Refusal,
    row::{Executors, Row},
};
use alloc::{vec, vec::Vec};

/// Seconds for which an escalation record can be used.
const ESCALATION_LIFE: u64 = 7 * 24 * 60 * 60;

impl<C: Cells> Request<'_, C> {
    pub(super) fn execute(&self, execute: &Execute) -> Result<Vec<Event>, Refusal> {
        let proposal = self.cells.proposal(execute.id)?;
        let execute_by = match proposal.status(self.cells, self.now)? {
            Status::Executable(execute_by) => execute_by,
            Status::Open => return Err(Refusal::NoQuorum),
            Status::Waiting(_) => return Err(Refusal::DelayRunning),
            finished => return Err(finished_refusal(finished)),
        };
        let row = self.cells.row(proposal.row)?;
        self.fresh(row.protective)?;
        self.may_execute(&row, &proposal, execute_by)?;
        let action = digest::action_hash(&execute.action);
        if action != proposal.action {
            return Err(Refusal::ActionDiffers);
        }
        if !proposal.quorum(&row, self.cells)? {
            return Err(Refusal::NoQuorum);
        }
        self.unblocked(&row, &execute.action)?;
        self.check_action(&row, &execute.action)?;
        let executed = Event::Executed { id: execute.id, action, log: execute.log.clone() };
        Ok(vec![executed, self.effect(execute.id, &row, &execute.action)?])
    }

    /// Whether the action can take effect under this row now. Asked when it is proposed, and again when it is executed.
    pub(super) fn check_action(&self, row: &Row, action: &Action) -> Result<(), Refusal> {
        let current = match action {
            Action::SetRoute(change) => self.check_route(change)?,
            Action::Pause(pause) if (1..=PAUSE_CAP).contains(&pause.seconds) => None,
            Action::Pause(_) => return Err(Refusal::PauseCap),
            Action::Lift { scope, incident } => self.check_lift(*scope, incident)?,
        };
        if action.row(current.as_ref()) != row.id {
            return Err(Refusal::WrongRow);
        }
        match row.escalation && !self.escalated(action.scope())? {
            true => Err(Refusal::NoEscalation),
            false => Ok(()),
        }
    }

    /// A lift is for one incident: approved for one pause, it must not end the next.
    fn check_lift(&self, scope: Scope, incident: &IncidentId) -> Result<Option<Economics>, Refusal> {
        let paused: Option<Paused> = self.cells.cell(&CellKey::Pause(scope))?;
        match paused.filter(|paused| self.now < paused.until) {
            Some(paused) if paused.incident == *incident => Ok(None),
            Some(_) => Err(Refusal::PreconditionChanged),
            None => Err(Refusal::NotPaused),
        }
    }

    fn check_route(&self, change: &SetRoute) -> Result<Option<Economics>, Refusal> {
        if !change.economics.consistent() {
            return Err(Refusal::BadEconomics);
        }
        let current = self.cells.route(change.route)?;
        match current.as_ref().map(digest::route_hash) == change.previous {
            true => Ok(current.map(|route| route.economics)),
            false => Err(Refusal::PreconditionChanged),
        }
    }

    fn escalated(&self, scope: Scope) -> Result<bool, Refusal> {
        let record: Option<Escalation> = self.cells.cell(&CellKey::Escalation(scope))?;
        Ok(record.is_some_and(|record| !record.used && self.now < record.at.saturating_add(ESCALATION_LIFE)))
    }

    fn may_execute(&self, row: &Row, proposal: &Proposal, execute_by: u64) -> Result<(), Refusal> {
        let half = execute_by.saturating_sub(u64::from(proposal.window) / 2);
        let allowed = match (&row.executors, &self.seat) {
            (Executors::Anyone, _) => true,
            (Executors::Operator, Some((_, holder))) if self.now >= holder.valid_until => false,
            (Executors::Operator, Some((seat, _))) => {
                seat.council == Council::Operator || self.now >= half && row.minima.has(seat.council)
            }
            (Executors::Operator, None) => false,
        };
        allowed.then_some(()).ok_or(Refusal::NotAnExecutor)
    }

    fn unblocked(&self, row: &Row, action: &Action) -> Result<(), Refusal> {
        let paused = |scope| self.cells.paused(scope, self.now);
        let blocked = !row.id.never_blocked() && (paused(Scope::Everything)? || paused(action.scope())?);
        (!blocked).then_some(()).ok_or(Refusal::Blocked)
    }

    fn effect(&self, id: ProposalId, row: &Row, action: &Action) -> Result<Event, Refusal> {
        Ok(match action {
            Action::Pause(pause) => Event::Paused { id, pause: *pause, until: self.pause_until(pause)? },
            Action::Lift { scope, .. } => Event::Lifted { id, scope: *scope },
            Action::SetRoute(change) => Event::RouteChanged {
                id,
                route: change.route,
                version: self.cells.route(change.route)?.map_or(1, |route| route.version.saturating_add(1)),
                economics: change.economics,
                escalation: row.escalation,
            },
        })
    }

    /// A pause never shortens the one that is in force.
    fn pause_until(&self, pause: &Pause) -> Result<u64, Refusal> {
        let running: Option<Paused> = self.cells.cell(&CellKey::Pause(pause.scope))?;
        let until = self.now.saturating_add(pause.seconds.into());
        Ok(running.map_or(until, |running| running.until.max(until)))
    }
}
