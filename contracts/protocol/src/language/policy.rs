//! The policy table, adopted texts, and the profile.

use crate::{
    bytes::{DocumentHash, Label, Written},
    content::{Content, Kind, some},
    council::{Concern, Overdue},
    dispute::DisputeId,
    proposal_id::ProposalId,
    registry::Release,
    row::{Row, RowId},
    scope::{Scope, Watched},
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What a proposal can do, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Action {
    /// Writes a row of the policy table; its version is the present one's plus one.
    #[codec(index = 0)]
    SetRow(Row),
    /// A text takes effect; nothing else happens.
    #[codec(index = 1)]
    Adopt {
        /// Name of the text.
        name: Label,
        /// SHA-256 of its bytes.
        text: DocumentHash,
    },
    /// Lets a micronode go on loosening.
    #[codec(index = 2)]
    RenewProfile {
        /// Second from which nothing loosens until it is renewed again.
        until: u64,
    },
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => Watched::Money,
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } => false,
            Self::RenewProfile { .. } => true,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::SetRow(_) | Self::Adopt { .. } | Self::RenewProfile { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Adopt { text, .. } => some([Kind::Text.hashed(text.0)]),
            Self::SetRow(_) | Self::RenewProfile { .. } => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// A row of the policy table is another.
    #[codec(index = 0)]
    RowChanged {
        /// By which proposal.
        id: ProposalId,
        /// What holds now.
        row: Row,
    },
    /// A micronode may go on loosening.
    #[codec(index = 1)]
    ProfileRenewed {
        /// By which proposal.
        id: ProposalId,
        /// Second from which nothing loosens.
        until: u64,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &["RowChanged", "ProfileRenewed"];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RowChanged { .. } => "RowChanged",
            Self::ProfileRenewed { .. } => "ProfileRenewed",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::RowChanged { .. } => true,
            Self::ProfileRenewed { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RowChanged { id, .. } | Self::ProfileRenewed { id, .. } => Some(*id),
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::RowChanged { id, .. } | Self::ProfileRenewed { id, .. } => id.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::RowChanged { .. } | Self::ProfileRenewed { .. } => Vec::new(),
        }
    }
}
