//! Work of operators and auditors: escalations, parameters, drills.

use crate::{
    bytes::{Label, ReferenceHash, Written},
    content::{Content, Kind, some},
    council::{Concern, Overdue, SeatId},
    dispute::DisputeId,
    language::Proof,
    parameter::Parameter,
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
    /// Sets a parameter and the baseline of its band.
    #[codec(index = 0)]
    SetBaseline {
        /// Which.
        name: Parameter,
        /// The present value; nothing where it was never set.
        previous: Option<u64>,
        /// What shall hold.
        value: u64,
    },
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::SetBaseline { .. } => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::SetBaseline { .. } => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::SetBaseline { .. } => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::SetBaseline { .. } => Watched::Money,
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::SetBaseline { .. } => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::SetBaseline { .. } => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::SetBaseline { .. } => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::SetBaseline { .. } => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::SetBaseline { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::SetBaseline { .. } => Vec::new(),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Records that monitoring or an auditor has looked; needed once for each loosening.
    #[codec(index = 0)]
    Escalate {
        /// What was looked at.
        watched: Watched,
        /// Hash of the report.
        reference: ReferenceHash,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Changes a parameter within its band.
    #[codec(index = 1)]
    Tune {
        /// Which.
        name: Parameter,
        /// The present value.
        previous: u64,
        /// What shall hold.
        value: u64,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Files the evidence of a drill.
    #[codec(index = 2)]
    FileDrill {
        /// What was drilled.
        kind: Label,
        /// Hash of the report.
        report: ReferenceHash,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::Escalate { .. } | Self::Tune { .. } | Self::FileDrill { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Escalate { .. } => "escalate",
            Self::Tune { .. } => "tune",
            Self::FileDrill { .. } => "file a drill",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Escalate { .. } | Self::Tune { .. } | Self::FileDrill { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Escalate { reference, .. } => some([Kind::Report.hashed(reference.0)]),
            Self::FileDrill { report, .. } => some([Kind::Report.hashed(report.0)]),
            Self::Tune { .. } => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// Monitoring or an auditor has looked.
    #[codec(index = 0)]
    Escalated {
        /// The seat that says so.
        seat: SeatId,
        /// What was looked at.
        watched: Watched,
        /// Hash of the report.
        reference: ReferenceHash,
        /// The nonce used.
        nonce: u64,
    },
    /// An operator changed a parameter within its band.
    #[codec(index = 1)]
    Tuned {
        /// The seat.
        seat: SeatId,
        /// Which parameter.
        name: Parameter,
        /// What held.
        previous: u64,
        /// What holds now.
        value: u64,
        /// The nonce used.
        nonce: u64,
    },
    /// A parameter has a new baseline, which it takes.
    #[codec(index = 2)]
    BaselineChanged {
        /// By which proposal.
        id: ProposalId,
        /// Which parameter.
        name: Parameter,
        /// What holds now.
        value: u64,
    },
    /// Evidence of a drill was filed.
    #[codec(index = 3)]
    DrillFiled {
        /// The seat.
        seat: SeatId,
        /// What was drilled.
        kind: Label,
        /// Hash of the report.
        report: ReferenceHash,
        /// The nonce used.
        nonce: u64,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &["Escalated", "Tuned", "BaselineChanged", "DrillFiled"];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Escalated { .. } => "Escalated",
            Self::Tuned { .. } => "Tuned",
            Self::BaselineChanged { .. } => "BaselineChanged",
            Self::DrillFiled { .. } => "DrillFiled",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::Escalated { .. } | Self::Tuned { .. } | Self::BaselineChanged { .. } | Self::DrillFiled { .. } => {
                false
            }
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::BaselineChanged { id, .. } => Some(*id),
            Self::Escalated { .. } | Self::Tuned { .. } | Self::DrillFiled { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::Escalated { watched, .. } => watched.encode_to(out),
            Self::Tuned { name, .. } => name.encode_to(out),
            Self::BaselineChanged { id, .. } => id.encode_to(out),
            Self::DrillFiled { seat, .. } => seat.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Escalated { reference, .. } => some([Kind::Report.hashed(reference.0)]),
            Self::DrillFiled { report, .. } => some([Kind::Report.hashed(report.0)]),
            Self::Tuned { .. } | Self::BaselineChanged { .. } => Vec::new(),
        }
    }
}
