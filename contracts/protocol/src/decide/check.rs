//! What each action needs. Asked when it is proposed, and again when it is executed.

use super::Request;
use crate::{
    action::Action,
    bytes::IncidentId,
    cells::{CellKey, Cells, Escalation},
    council::Council,
    refusal::Refusal,
    row::RowId,
    scope::{Scope, Watched},
};

/// When the question is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A proposal is opened: what cannot change in between is asked here, once.
    Opening,
    /// It is executed: what could have changed is asked again.
    Executing,
}

impl<C: Cells> Request<'_, C> {
    /// Whether the action can take effect under this row now.
    #[inline(never)]
    pub(super) fn check_action(&self, row: RowId, action: &Action, moment: Moment) -> Result<(), Refusal> {
        let needs = self.row_needed(row, action, moment)?;
        if needs != row {
            return Err(Refusal::WrongRow);
        }
        match row.escalation() && !self.escalated(action.watched())? {
            true => Err(Refusal::NoEscalation),
            false => Ok(()),
        }
    }

    /// The row that an action belongs to, if it can take effect.
    fn row_needed(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::Pause(pause) => self.check_pause(row, pause),
            Action::Lift { scope, incident } => self.check_lift(*scope, incident),
            Action::SetRoute(change) => self.check_route(change),
            Action::Suspend { seat, key, .. } => self.check_suspend(row, *seat, key),
            Action::Reinstate { seat, key, .. } => self.check_reinstate(*seat, key),
            Action::SetMode(set) => self.check_mode(row, set),
            Action::LeaveMode { incident } => self.check_leave_mode(row, incident),
            Action::SetRow(new) => self.check_rows(core::slice::from_ref(new), None),
            Action::Reconstitute(change) => self.check_reconstitute(change, moment),
            Action::Rotate { seat, previous, new } => self.check_rotate(*seat, previous, new, moment),
            Action::Recover { council, epoch, seats } => self.check_recover(*council, *epoch, seats, moment),
            Action::Adopt { .. } => Ok(RowId::DOCUMENT_ONLY),
            Action::Consent { scope, incident, evidence } => self.check_consent(*scope, incident, *evidence),
            Action::RenewProfile { until } => self.check_renew(*until),
            Action::Retire { successor, code } => match self.cells.awaits(successor, code) {
                Some(false) => Err(Refusal::NoSuccessor),
                // Off chain nobody can tell: only the contract's own answer counts.
                Some(true) | None => Ok(RowId::HIGH_RISK_UPGRADE),
            },
            Action::SetCompliance(change) => self.check_compliance(change),
            Action::Register { entry, valid_from, valid_until, replaces } => {
                self.check_register(entry, *valid_from, *valid_until, *replaces)
            }
            Action::Revoke { entry, .. } => self.check_revoke(entry),
            Action::Release(release) => self.check_release(release, moment),
            Action::SetBaseline { name, previous, .. } => self.check_baseline(*name, *previous),
            Action::Resolve { subject, .. } => self.check_resolve(*subject),
            Action::SetPhase(change) => self.check_phase(change, moment),
            Action::CreateProgram(new) => self.check_create_program(new, moment),
            Action::ChangeProgram(change) => self.check_change_program(change),
            Action::ExecuteBatch(batch) => self.check_batch(row, batch, moment),
            Action::Except { manifest, from, up_to, amount, evidence } => {
                self.check_except(*manifest, (*from, *up_to), *amount, *evidence, moment)
            }
            Action::ExtendDispute { subject, previous, until, reason } => {
                self.check_extend(*subject, *previous, *until, *reason)
            }
        }
    }

    /// A lift is for one incident: approved for one pause, it must not end the next.
    fn check_lift(&self, scope: Scope, incident: &IncidentId) -> Result<RowId, Refusal> {
        match self.cells.paused(scope, self.now)? {
            Some(paused) if paused.incident == *incident => Ok(RowId::LIFT_EARLY),
            Some(_) => Err(Refusal::PreconditionChanged),
            None => Err(Refusal::NotPaused),
        }
    }

    fn escalated(&self, watched: Watched) -> Result<bool, Refusal> {
        let record: Option<Escalation> = self.cells.cell(&CellKey::Escalation(watched))?;
        Ok(record.is_some_and(|record| !record.used && self.now < record.at.saturating_add(Escalation::LIFE)))
    }

    /// A recovery row belongs to its council.
    #[inline(never)]
    pub(super) fn recovery_row(council: Council) -> Result<RowId, Refusal> {
        match council {
            Council::Sovereign => Ok(RowId::RECOVER_SOVEREIGN),
            Council::Policy => Ok(RowId::RECOVER_POLICY),
            _ => Err(Refusal::WrongRow),
        }
    }
}
