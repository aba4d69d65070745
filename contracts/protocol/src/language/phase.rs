//! Post-quantum phases and companion keys.

use crate::{
    bytes::Written,
    content::{Content, Kind, some},
    council::{Concern, Council, Overdue, Phase, SeatId},
    dispute::DisputeId,
    language::Proof,
    phase::{CompanionHash, SetPhase, Way, WayBack},
    proposal_id::ProposalId,
    registry::Release,
    row::RowId,
    scope::{Scope, Watched},
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What a proposal can do, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Action {
    /// Gives a council another post-quantum phase.
    #[codec(index = 0)]
    SetPhase(SetPhase),
    /// Closes the way back from a phase or a release: an Operator goes back no more without a decision.
    #[codec(index = 1)]
    RevokeWayBack(Way),
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::SetPhase(_) => None,
            Self::RevokeWayBack(_) => Some([RowId::MANUAL_OVERRIDE, RowId::DEGRADED_MODE]),
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::SetPhase(_) | Self::RevokeWayBack(_) => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::SetPhase(_) | Self::RevokeWayBack(_) => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::SetPhase(_) | Self::RevokeWayBack(_) => Watched::Money,
        }
    }

    /// Whose authority stands for [`Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::SetPhase(_) | Self::RevokeWayBack(_) => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::SetPhase(_) => Overdue::Nobody,
            Self::RevokeWayBack(_) => Overdue::Emergency,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::SetPhase(_) | Self::RevokeWayBack(_) => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::SetPhase(_) | Self::RevokeWayBack(_) => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::SetPhase(_) | Self::RevokeWayBack(_) => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::SetPhase(set) => {
                some([Kind::PropertyTests.hashed(set.property_tests.0), Kind::Performance.hashed(set.performance.0)])
            }
            Self::RevokeWayBack(_) => Vec::new(),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Goes back to the phase that the decision for the present one allowed. Natural key: the present phase.
    #[codec(index = 0)]
    RollBack {
        /// Of which council.
        council: Council,
        /// The present phase.
        from: Phase,
        /// The phase that was allowed.
        to: Phase,
        /// Higher than any nonce of this key before: the same phase, with the same way back, can come again.
        nonce: u64,
    },
    /// Names the post-quantum key that signs beside the seat's own. Envelopes only. Natural key: the seat's key.
    #[codec(index = 1)]
    NameCompanion {
        /// Names the key.
        companion: CompanionHash,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::RollBack { .. } => Proof::Phase,
            Self::NameCompanion { companion } => Proof::Companion(*companion),
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RollBack { .. } => "roll a phase back",
            Self::NameCompanion { .. } => "name a companion",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RollBack { .. } | Self::NameCompanion { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::RollBack { .. } | Self::NameCompanion { .. } => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// A council has another post-quantum phase.
    #[codec(index = 0)]
    PhaseChanged {
        /// By which proposal.
        id: ProposalId,
        /// The council.
        council: Council,
        /// What held.
        from: Phase,
        /// What holds now.
        to: Phase,
        /// What the Operator may go back to.
        way_back: Option<WayBack>,
    },
    /// A council has an earlier phase again.
    #[codec(index = 1)]
    PhaseRolledBack {
        /// The operator's seat.
        seat: SeatId,
        /// The council.
        council: Council,
        /// What held.
        from: Phase,
        /// What holds now.
        to: Phase,
        /// The nonce used.
        nonce: u64,
    },
    /// A seat's key has a post-quantum companion.
    #[codec(index = 2)]
    CompanionNamed {
        /// The seat.
        seat: SeatId,
        /// Names the companion.
        companion: CompanionHash,
    },
    /// A way back is closed.
    #[codec(index = 3)]
    WayBackRevoked {
        /// By which proposal.
        id: ProposalId,
        /// Which.
        way: Way,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &["PhaseChanged", "PhaseRolledBack", "CompanionNamed", "WayBackRevoked"];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::PhaseChanged { .. } => "PhaseChanged",
            Self::PhaseRolledBack { .. } => "PhaseRolledBack",
            Self::CompanionNamed { .. } => "CompanionNamed",
            Self::WayBackRevoked { .. } => "WayBackRevoked",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::PhaseChanged { .. }
            | Self::PhaseRolledBack { .. }
            | Self::CompanionNamed { .. }
            | Self::WayBackRevoked { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::PhaseChanged { id, .. } | Self::WayBackRevoked { id, .. } => Some(*id),
            Self::PhaseRolledBack { .. } | Self::CompanionNamed { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::PhaseChanged { id, .. } | Self::WayBackRevoked { id, .. } => id.encode_to(out),
            Self::PhaseRolledBack { council, .. } => council.encode_to(out),
            Self::CompanionNamed { seat, .. } => seat.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::PhaseChanged { .. }
            | Self::PhaseRolledBack { .. }
            | Self::CompanionNamed { .. }
            | Self::WayBackRevoked { .. } => Vec::new(),
        }
    }
}
