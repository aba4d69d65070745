//! What a proposal can do: a closed list of typed actions, no generic call.
//!
//! What protects people from an action (whose pause stops it, whose freeze, who must have looked, whose seats count) is answered by
//! its subject, in a match that names every variant: an action that is added does not compile before it says what stops it.

use crate::{
    content::Content,
    council::{Concern, Council, Overdue},
    dispute::DisputeId,
    genesis::NewSeat,
    language::{bridge, contract, council, dispute, emergency, operation, phase, policy, program, registry},
    registry::Release,
    row::RowId,
    scope::{Scope, Watched},
};
use alloc::{vec, vec::Vec};
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// A typed action.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Action {
    /// Who sits where: seats, their keys, and the sizes of councils.
    #[codec(index = 0)]
    Council(council::Action),
    /// Pauses, degraded modes, and the review that follows.
    #[codec(index = 2)]
    Emergency(emergency::Action),
    /// The policy table, adopted texts, and the profile.
    #[codec(index = 3)]
    Policy(policy::Action),
    /// Bridge routes and the conversions over them.
    #[codec(index = 4)]
    Bridge(bridge::Action),
    /// Distribution programmes, their batches and settlement.
    #[codec(index = 5)]
    Program(program::Action),
    /// The registry, and the releases that run.
    #[codec(index = 6)]
    Registry(registry::Action),
    /// Disputes and their clocks.
    #[codec(index = 7)]
    Dispute(dispute::Action),
    /// Post-quantum phases and companion keys.
    #[codec(index = 8)]
    Phase(phase::Action),
    /// Work of operators and auditors: escalations, parameters, drills.
    #[codec(index = 9)]
    Operation(operation::Action),
    /// The contract itself: deployed, retired, succeeded; and what it refused.
    #[codec(index = 10)]
    Contract(contract::Action),
}

/// Asks the subject of an action: every one is named here, and in its own file every variant.
macro_rules! each {
    ($self:expr, $one:ident => $answer:expr) => {
        match $self {
            Self::Council($one) => $answer,
            Self::Emergency($one) => $answer,
            Self::Policy($one) => $answer,
            Self::Bridge($one) => $answer,
            Self::Program($one) => $answer,
            Self::Registry($one) => $answer,
            Self::Dispute($one) => $answer,
            Self::Phase($one) => $answer,
            Self::Operation($one) => $answer,
            Self::Contract($one) => $answer,
        }
    };
}

impl Action {
    /// The seats that it gives out, for whoever looks at their keys before signing.
    pub fn new_seats(&self) -> Vec<&NewSeat> {
        match self {
            Self::Council(council::Action::Rotate { new, .. }) => vec![new],
            Self::Council(council::Action::Recover { seats, .. }) => seats.iter().map(|(_, new)| new).collect(),
            Self::Council(council::Action::Reconstitute(change)) => change.added.iter().collect(),
            Self::Program(program::Action::CreateAuthority(new)) => new.seats.iter().collect(),
            Self::Council(council::Action::Suspend { .. } | council::Action::Reinstate { .. })
            | Self::Program(
                program::Action::Create(_)
                | program::Action::Change(_)
                | program::Action::ExecuteBatch(_)
                | program::Action::Stop { .. }
                | program::Action::Overrule { .. },
            )
            | Self::Emergency(_)
            | Self::Policy(_)
            | Self::Bridge(_)
            | Self::Registry(_)
            | Self::Dispute(_)
            | Self::Phase(_)
            | Self::Operation(_)
            | Self::Contract(_) => Vec::new(),
        }
    }

    /// The council of the seat that it sets aside, where it sets one aside.
    pub fn sets_aside(&self) -> Option<Council> {
        match self {
            Self::Council(council::Action::Suspend { seat, .. }) => Some(seat.council),
            Self::Council(
                council::Action::Reinstate { .. }
                | council::Action::Rotate { .. }
                | council::Action::Recover { .. }
                | council::Action::Reconstitute(_),
            )
            | Self::Emergency(_)
            | Self::Policy(_)
            | Self::Bridge(_)
            | Self::Program(_)
            | Self::Registry(_)
            | Self::Dispute(_)
            | Self::Phase(_)
            | Self::Operation(_)
            | Self::Contract(_) => None,
        }
    }

    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        each!(self, one => one.choice())
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        each!(self, one => one.scope())
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        each!(self, one => one.account())
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        each!(self, one => one.watched())
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        each!(self, one => one.concern())
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        each!(self, one => one.overdue())
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        each!(self, one => one.neutral())
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        each!(self, one => one.renews())
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        each!(self, one => one.logged())
    }

    /// The contents that it names: what stands on chain as a hash, and is kept elsewhere.
    pub fn contents(&self) -> Vec<Content> {
        each!(self, one => one.contents())
    }
}
