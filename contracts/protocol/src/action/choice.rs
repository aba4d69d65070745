//! Actions that can be proposed under more than one row: whoever opens the proposal says under which.

use super::Action;
use crate::row::RowId;

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is small
    /// takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::Pause(_) => Some([RowId::SOVEREIGN_PAUSE, RowId::EMERGENCY_PAUSE]),
            Self::Suspend { .. } => Some([RowId::SOVEREIGN_SUSPENSION, RowId::SEAT_SUSPENSION]),
            Self::SetMode(_) => Some([RowId::MANUAL_OVERRIDE, RowId::DEGRADED_MODE]),
            Self::LeaveMode { .. } => Some([RowId::DEGRADED_MODE_OFF, RowId::MANUAL_OVERRIDE]),
            Self::ExecuteBatch(_) => Some([RowId::BATCH_SMALL, RowId::BATCH_LARGE]),
            Self::Lift { .. }
            | Self::SetRoute(_)
            | Self::Reinstate { .. }
            | Self::SetRow(_)
            | Self::Reconstitute(_)
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Register { .. }
            | Self::Revoke { .. }
            | Self::Release(_)
            | Self::SetBaseline { .. }
            | Self::Adopt { .. }
            | Self::Consent { .. }
            | Self::Resolve { .. }
            | Self::RenewProfile { .. }
            | Self::SetCompliance(_)
            | Self::SetPhase(_)
            | Self::Retire { .. }
            | Self::CreateProgram(_)
            | Self::ChangeProgram(_)
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => None,
        }
    }

    /// The row that is asked for, where the choice has it; another one of the choice where not.
    pub(crate) fn chosen(&self, row: RowId) -> RowId {
        match self.choice() {
            Some([first, second]) if row != second => first,
            Some([_, second]) => second,
            None => row,
        }
    }
}
