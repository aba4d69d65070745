//! What protects people from an action: whose pause stops it, whose freeze, who must have looked, whose seats count.
//!
//! Every match names every action. An action that is added does not compile before each of these says what stops it; a
//! wildcard would let it through in silence (a test searches the text).

use super::{Action, Overdue};
use crate::{
    batch::ExecuteBatch,
    bytes::Label,
    program::{ChangeProgram, CreateProgram},
    registry::Release,
    route::{SetCompliance, SetRoute},
    scope::{Scope, Watched},
};

impl Action {
    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::SetRoute(SetRoute { route, .. }) | Self::SetCompliance(SetCompliance { route, .. }) => {
                Scope::Route(*route)
            }
            Self::Release(_) | Self::Retire { .. } => Scope::Upgrades,
            Self::Register { entry, .. } => entry.scope(),
            Self::CreateProgram(CreateProgram { program, .. })
            | Self::ChangeProgram(ChangeProgram { program, .. })
            | Self::ExecuteBatch(ExecuteBatch { program, .. }) => Scope::Program(*program),
            Self::Pause(_)
            | Self::Lift { .. }
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
            | Self::SetRow(_)
            | Self::Reconstitute(_)
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Revoke { .. }
            | Self::SetBaseline { .. }
            | Self::Adopt { .. }
            | Self::Consent { .. }
            | Self::Resolve { .. }
            | Self::RenewProfile { .. }
            | Self::SetPhase(_)
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::ExecuteBatch(batch) => Some(Scope::Account(batch.payer)),
            Self::Pause(_)
            | Self::Lift { .. }
            | Self::SetRoute(_)
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
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

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::SetRoute(SetRoute { route, .. }) | Self::SetCompliance(SetCompliance { route, .. }) => {
                Watched::Route(*route)
            }
            Self::Pause(_)
            | Self::Lift { .. }
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
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
            | Self::SetPhase(_)
            | Self::Retire { .. }
            | Self::CreateProgram(_)
            | Self::ChangeProgram(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => Watched::Money,
        }
    }

    /// The programme that it is about, where it is about one.
    pub fn program(&self) -> Option<u32> {
        match self {
            Self::Rotate { seat, .. } => seat.council.program(),
            Self::ChangeProgram(change) => Some(change.program),
            Self::ExecuteBatch(batch) => Some(batch.program),
            // A new programme has no council yet.
            Self::CreateProgram(_)
            | Self::Pause(_)
            | Self::Lift { .. }
            | Self::SetRoute(_)
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
            | Self::SetRow(_)
            | Self::Reconstitute(_)
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
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Rotate { .. } | Self::Recover { .. } | Self::Reconstitute(_) => Overdue::Everybody,
            Self::Pause(_) | Self::Suspend { .. } => Overdue::Emergency,
            Self::Lift { .. }
            | Self::SetRoute(_)
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
            | Self::SetRow(_)
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
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => Overdue::Nobody,
        }
    }

    /// The organisation that a matter is about whose tie the panel may break: such an action changes nothing that
    /// protects anybody.
    pub fn neutral(&self) -> Option<Label> {
        match self {
            Self::Resolve { party, .. } => Some(*party),
            Self::Pause(_)
            | Self::Lift { .. }
            | Self::SetRoute(_)
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
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
            | Self::RenewProfile { .. }
            | Self::SetCompliance(_)
            | Self::SetPhase(_)
            | Self::Retire { .. }
            | Self::CreateProgram(_)
            | Self::ChangeProgram(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::RenewProfile { .. } => true,
            Self::Pause(_)
            | Self::Lift { .. }
            | Self::SetRoute(_)
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
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
            | Self::SetCompliance(_)
            | Self::SetPhase(_)
            | Self::Retire { .. }
            | Self::CreateProgram(_)
            | Self::ChangeProgram(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Release(release) => Some(release),
            Self::Pause(_)
            | Self::Lift { .. }
            | Self::SetRoute(_)
            | Self::Suspend { .. }
            | Self::Reinstate { .. }
            | Self::SetMode(_)
            | Self::LeaveMode { .. }
            | Self::SetRow(_)
            | Self::Reconstitute(_)
            | Self::Rotate { .. }
            | Self::Recover { .. }
            | Self::Register { .. }
            | Self::Revoke { .. }
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
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::ExtendDispute { .. } => None,
        }
    }
}
