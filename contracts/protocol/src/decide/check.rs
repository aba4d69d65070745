//! What each action needs. Asked when it is proposed, and again when it is executed.

use super::{Request, Via};
use crate::{
    action::Action,
    bytes::IncidentId,
    cells::{CellKey, Cells, Escalation},
    council::Council,
    key::Key,
    refusal::Refusal,
    row::RowId,
    scope::{Scope, Watched},
};
use alloc::{vec, vec::Vec};

/// When the question is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A proposal is opened: what cannot change in between is asked here, once.
    Opening,
    /// It is executed: what could have changed is asked again.
    Executing,
}

/// Rows under which an action can be proposed now, the preferred first.
///
/// # Errors
///
/// The rule that lets it be proposed under none.
pub fn rows(cells: &impl Cells, actor: &Key, action: &Action, now: u64) -> Result<Vec<RowId>, Refusal> {
    if let Some(choice) = action.choice() {
        return Ok(choice.to_vec());
    }
    let seat = match cells.seat_of(actor)? {
        Some(id) => Some((id, cells.seat(id)?)),
        None => None,
    };
    let head = cells.head()?;
    let request = Request { cells, head: &head, actor, seat, life: 0, via: Via::Envelope, now };
    // Without a choice the state alone says which one it is.
    Ok(vec![request.row_needed(RowId::NONE, action, Moment::Opening)?])
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

    /// The row that an action needs now, where its preconditions hold. Where there is a choice it is `row`, or another one.
    #[cfg(feature = "main")]
    fn row_needed(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::Pause(pause) => self.check_pause(row, pause).map(|()| action.chosen(row)),
            Action::Lift { scope, incident } => self.check_lift(*scope, incident),
            Action::SetRoute(change) => self.check_route(change),
            Action::Suspend { seat, key, .. } => self.check_suspend(row, *seat, key).map(|()| action.chosen(row)),
            Action::Reinstate { seat, key, .. } => self.check_reinstate(*seat, key),
            Action::SetMode(set) => self.check_mode(row, set).map(|()| action.chosen(row)),
            Action::LeaveMode { incident } => self.check_leave_mode(incident).map(|()| action.chosen(row)),
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
            annexed => self.row_needed_annexed(row, annexed, moment),
        }
    }

    #[cfg(not(feature = "main"))]
    fn row_needed(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        self.row_needed_annexed(row, action, moment)
    }

    /// The row of an action that its annex knows.
    #[cfg(feature = "annex")]
    fn row_needed_annexed(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
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
            Action::ExecuteBatch(batch) => self.check_batch(row, batch, moment).map(|()| action.chosen(row)),
            Action::Except { manifest, from, up_to, amount, evidence } => {
                self.check_except(*manifest, (*from, *up_to), *amount, *evidence, moment)
            }
            Action::ExtendDispute { subject, previous, until, reason } => {
                self.check_extend(*subject, *previous, *until, *reason)
            }
            // Every other one has its row.
            Action::Pause(_)
            | Action::Lift { .. }
            | Action::SetRoute(_)
            | Action::Suspend { .. }
            | Action::Reinstate { .. }
            | Action::SetMode(_)
            | Action::LeaveMode { .. }
            | Action::SetRow(_)
            | Action::Reconstitute(_)
            | Action::Rotate { .. }
            | Action::Recover { .. }
            | Action::Adopt { .. }
            | Action::Consent { .. }
            | Action::RenewProfile { .. }
            | Action::Retire { .. } => Err(Refusal::Decode),
        }
    }

    #[cfg(not(feature = "annex"))]
    fn row_needed_annexed(&self, _: RowId, _: &Action, _: Moment) -> Result<RowId, Refusal> {
        Err(Refusal::Decode)
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
