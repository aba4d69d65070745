//! The contract itself: deployed, retired, succeeded; and what it refused.

use crate::{
    bytes::{ContractAddress, ContractCode, DeploymentId, Written},
    content::Content,
    council::{Concern, Overdue},
    dispute::DisputeId,
    genesis::Genesis,
    proposal_id::ProposalId,
    refusal::Refusal,
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
    /// Ends this contract for ever: another one goes on with its state and its history.
    #[codec(index = 0)]
    Retire {
        /// The contract that awaits this one's state already.
        successor: ContractAddress,
        /// The code that it runs.
        code: ContractCode,
    },
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::Retire { .. } => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Retire { .. } => Scope::Upgrades,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Retire { .. } => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Retire { .. } => Watched::Money,
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::Retire { .. } => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Retire { .. } => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::Retire { .. } => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it is the way out.
    pub fn renews(&self) -> bool {
        match self {
            Self::Retire { .. } => true,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Retire { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Retire { .. } => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// The contract exists.
    #[codec(index = 0)]
    Deployed {
        /// Its id.
        deployment: DeploymentId,
        /// Its address.
        contract: ContractAddress,
        /// The constructor's argument.
        genesis: Genesis,
    },
    /// An authenticated command was refused; nothing else changed.
    #[codec(index = 1)]
    Refused {
        /// Why.
        refusal: Refusal,
        /// Which of several decisions it is about, from 0; none where the command has one.
        place: Option<u8>,
        /// When the command expires: until then its envelope leaves no second record.
        expiry: u64,
    },
    /// This contract has ended: its state is final, and goes over to another one.
    #[codec(index = 2)]
    Retired {
        /// By which proposal.
        id: ProposalId,
        /// The contract that goes on.
        successor: ContractAddress,
        /// The code that it runs.
        code: ContractCode,
    },
    /// Another contract goes on: the first event that it emits.
    #[codec(index = 3)]
    Succeeded {
        /// The contract that was retired.
        predecessor: ContractAddress,
        /// The contract that goes on.
        contract: ContractAddress,
        /// Number of the retired contract's last event.
        last: u64,
        /// Number of cells that it took over, the head among them.
        cells: u32,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &["Deployed", "Refused", "Retired", "Succeeded"];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Deployed { .. } => "Deployed",
            Self::Refused { .. } => "Refused",
            Self::Retired { .. } => "Retired",
            Self::Succeeded { .. } => "Succeeded",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::Deployed { .. } | Self::Refused { .. } | Self::Retired { .. } | Self::Succeeded { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Retired { id, .. } => Some(*id),
            Self::Deployed { .. } | Self::Refused { .. } | Self::Succeeded { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::Deployed { deployment, .. } => deployment.encode_to(out),
            Self::Refused { .. } => {}
            Self::Retired { id, .. } => id.encode_to(out),
            Self::Succeeded { predecessor, .. } => predecessor.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Deployed { .. } | Self::Refused { .. } | Self::Retired { .. } | Self::Succeeded { .. } => Vec::new(),
        }
    }
}
