//! The registry, and the releases that run.

use crate::{
    bytes::{Label, ReferenceHash, Written},
    content::{Content, Kind, some},
    council::{Concern, Overdue, SeatId},
    dispute::DisputeId,
    language::Proof,
    proposal_id::ProposalId,
    registry::{Entry, EntryKey, Registered, Release, Running},
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
    /// Writes an entry of the registry.
    #[codec(index = 0)]
    Register {
        /// What it says.
        entry: Entry,
        /// First second in which it holds.
        valid_from: u64,
        /// Second from which it no longer holds.
        valid_until: u64,
        /// Version of the entry that it replaces; 0 where there is none.
        replaces: u32,
    },
    /// Ends an entry of the registry: of money until it is registered again, else for good.
    #[codec(index = 1)]
    Revoke {
        /// The entry.
        entry: EntryKey,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Lets a release run.
    #[codec(index = 2)]
    Release(Release),
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::Register { .. } | Self::Revoke { .. } | Self::Release(_) => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Register { entry, .. } => entry.scope(),
            Self::Revoke { .. } => Scope::Everything,
            Self::Release(_) => Scope::Upgrades,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Register { .. } | Self::Revoke { .. } | Self::Release(_) => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Register { .. } | Self::Revoke { .. } | Self::Release(_) => Watched::Money,
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::Register { .. } | Self::Revoke { .. } | Self::Release(_) => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Register { .. } | Self::Revoke { .. } | Self::Release(_) => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::Register { .. } | Self::Revoke { .. } | Self::Release(_) => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::Register { .. } | Self::Revoke { .. } | Self::Release(_) => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Register { .. } | Self::Revoke { .. } => None,
            Self::Release(release) => Some(release),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Register { entry, .. } => entry.contents(),
            Self::Revoke { reason, .. } => some([Kind::Reason.hashed(reason.0)]),
            Self::Release(release) => release.contents(),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Goes back to the release before, which the present one allowed.
    #[codec(index = 0)]
    RollBack {
        /// Of which component.
        component: Label,
        /// The version that runs.
        from: Label,
        /// The version that ran before.
        to: Label,
        /// Strictly rising a seat.
        nonce: u64,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::RollBack { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RollBack { .. } => "roll back",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RollBack { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::RollBack { .. } => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// An entry of the registry was written or revoked.
    #[codec(index = 0)]
    RegistryChanged {
        /// By which proposal.
        id: ProposalId,
        /// What holds now.
        entry: Registered,
        /// Whether an escalation record is used up by it.
        escalation: bool,
    },
    /// A release runs.
    #[codec(index = 1)]
    ReleaseApproved {
        /// By which proposal.
        id: ProposalId,
        /// The release.
        release: Release,
    },
    /// The release before runs again.
    #[codec(index = 2)]
    ReleaseRolledBack {
        /// The operator's seat.
        seat: SeatId,
        /// Of which component.
        component: Label,
        /// What ran.
        from: Running,
        /// What runs.
        to: Running,
        /// The seat's nonce.
        nonce: u64,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &["RegistryChanged", "ReleaseApproved", "ReleaseRolledBack"];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::RegistryChanged { .. } => "RegistryChanged",
            Self::ReleaseApproved { .. } => "ReleaseApproved",
            Self::ReleaseRolledBack { .. } => "ReleaseRolledBack",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::RegistryChanged { .. } | Self::ReleaseApproved { .. } | Self::ReleaseRolledBack { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RegistryChanged { id, .. } | Self::ReleaseApproved { id, .. } => Some(*id),
            Self::ReleaseRolledBack { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::RegistryChanged { id, .. } | Self::ReleaseApproved { id, .. } => id.encode_to(out),
            Self::ReleaseRolledBack { component, .. } => component.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::RegistryChanged { entry, .. } => {
                let mut contents = entry.entry.contents();
                contents.extend(entry.revoked.and_then(|(_, reason)| Kind::Reason.hashed(reason.0)));
                contents
            }
            Self::ReleaseApproved { release, .. } => release.contents(),
            Self::ReleaseRolledBack { .. } => Vec::new(),
        }
    }
}
