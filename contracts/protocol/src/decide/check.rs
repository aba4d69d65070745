//! What each action needs. Asked when it is proposed, and again when it is executed.

use super::{Request, Via, stated};
use crate::{
    action::Action,
    cells::{CellKey, Cells},
    key::Key,
    refusal::Refusal,
    row::RowId,
    scope::{Escalation, Watched},
    state::State,
};
use alloc::{vec, vec::Vec};
use core::cell::Cell;

/// When the question is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// A proposal is opened: what cannot change in between is asked here, once.
    Opening,
    /// It is executed: what could have changed is asked again.
    Executing {
        /// When the proposal was opened.
        opened: u64,
    },
}

impl Moment {
    /// Whether it is executed.
    pub(super) fn executing(self) -> bool {
        self.since().is_some()
    }

    /// When the proposal was opened that is executed.
    pub(super) fn since(self) -> Option<u64> {
        match self {
            Self::Opening => None,
            Self::Executing { opened } => Some(opened),
        }
    }
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
    let place = Cell::new(None);
    let request = Request { cells, head: &head, actor, seat, life: 0, via: Via::Envelope, now, place: &place };
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

    /// The row that an action belongs to, if it can take effect.
    fn row_needed(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        stated::of_action(action)?;
        match action {
            Action::Council(action) => self.council_row(row, action, moment),
            Action::Emergency(action) => self.emergency_row(row, action),
            Action::Policy(action) => self.policy_row(action),
            Action::Bridge(action) => self.bridge_row(action),
            Action::Program(action) => self.program_row(row, action, moment),
            Action::Registry(action) => self.registry_row(action, moment),
            Action::Dispute(action) => self.dispute_row(action, moment),
            Action::Phase(action) => self.phase_row(row, action, moment),
            Action::Operation(action) => self.operation_row(action),
            Action::Contract(action) => self.contract_row(action, moment),
        }
    }

    fn escalated(&self, watched: Watched) -> Result<bool, Refusal> {
        let record: Option<Escalation> = self.cells.cell(&CellKey::Escalation(watched))?;
        Ok(record.is_some_and(|record| !record.used && self.now < record.at.saturating_add(Escalation::LIFE)))
    }
}
