//! Pauses, degraded modes, and the review that follows.

use crate::{
    bytes::{IncidentId, ReferenceHash, Written},
    content::{Content, Kind, some},
    council::{Concern, Overdue, SeatId},
    dispute::DisputeId,
    language::Proof,
    proposal_id::ProposalId,
    registry::Release,
    row::RowId,
    scope::{Pause, Scope, SetMode, Severity, Watched},
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What a proposal can do, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Action {
    /// Stops executions in a scope until a time.
    #[codec(index = 0)]
    Pause(Pause),
    /// Ends a pause before its time.
    #[codec(index = 1)]
    Lift {
        /// The paused scope.
        scope: Scope,
        /// The proposal that set the pause that is meant: another pause of the scope is not lifted.
        set_by: ProposalId,
        /// The incident of that pause.
        incident: IncidentId,
    },
    /// Narrows what is executed until a time.
    #[codec(index = 2)]
    SetMode(SetMode),
    /// Back to normal before the time.
    #[codec(index = 3)]
    LeaveMode {
        /// The proposal that set the mode that is meant.
        set_by: ProposalId,
        /// The incident of that mode.
        incident: IncidentId,
    },
    /// Lets the Emergency council pause again before the review is done.
    #[codec(index = 4)]
    Consent {
        /// The scope.
        scope: Scope,
        /// The proposal that set the newest pause or mode whose review is due.
        set_by: ProposalId,
        /// The incident of that pause.
        incident: IncidentId,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::Pause(_) => Some([RowId::SOVEREIGN_PAUSE, RowId::EMERGENCY_PAUSE]),
            Self::SetMode(_) => Some([RowId::MANUAL_OVERRIDE, RowId::DEGRADED_MODE]),
            Self::LeaveMode { .. } => Some([RowId::DEGRADED_MODE_OFF, RowId::MANUAL_OVERRIDE]),
            Self::Lift { .. } | Self::Consent { .. } => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Pause(_) | Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => {
                Scope::Everything
            }
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Pause(_) | Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => {
                None
            }
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Pause(_) | Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => {
                Watched::Money
            }
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::Pause(_) | Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => {
                None
            }
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Pause(_) => Overdue::Emergency,
            Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::Pause(_) | Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => {
                None
            }
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::Pause(_) | Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => {
                false
            }
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Pause(_) | Self::Lift { .. } | Self::SetMode(_) | Self::LeaveMode { .. } | Self::Consent { .. } => {
                None
            }
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Pause(pause) => some([Kind::Reason.hashed(pause.reason.0)]),
            Self::SetMode(set) => some([Kind::Reason.hashed(set.reason.0)]),
            Self::Consent { evidence, .. } => some([Kind::Evidence.hashed(evidence.0)]),
            Self::Lift { .. } | Self::LeaveMode { .. } => Vec::new(),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Files the review of an incident, after its pause.
    #[codec(index = 0)]
    FileReview {
        /// The scope that was paused.
        scope: Scope,
        /// The proposal that set the newest pause or mode under review.
        set_by: ProposalId,
        /// The incident.
        incident: IncidentId,
        /// Which report of this seat on it: 1, and one more whenever the seat replaces its own.
        version: u16,
        /// Its severity in hindsight.
        severity: Severity,
        /// Hash of the report.
        report: ReferenceHash,
    },
    /// An auditor has read the review: the duty ends.
    #[codec(index = 1)]
    AttestReview {
        /// The scope that was paused.
        scope: Scope,
        /// The proposal that set the newest pause or mode under review.
        set_by: ProposalId,
        /// The incident.
        incident: IncidentId,
        /// Whose report.
        of: SeatId,
        /// Which version of it.
        version: u16,
        /// Its hash.
        report: ReferenceHash,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::FileReview { .. } | Self::AttestReview { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::FileReview { .. } => "file a review",
            Self::AttestReview { .. } => "attest a review",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::FileReview { .. } | Self::AttestReview { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::FileReview { report, .. } | Self::AttestReview { report, .. } => {
                some([Kind::Report.hashed(report.0)])
            }
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// Executions in a scope are stopped until a time.
    #[codec(index = 0)]
    Paused {
        /// By which proposal.
        id: ProposalId,
        /// What was asked for.
        pause: Pause,
        /// Second from which the pause is over.
        until: u64,
        /// Whether it counts against the cap and asks for a review: not where the Sovereign council pauses.
        capped: bool,
    },
    /// A pause ended before its time.
    #[codec(index = 1)]
    Lifted {
        /// By which proposal.
        id: ProposalId,
        /// The scope.
        scope: Scope,
    },
    /// Less is executed until a time; or everything again.
    #[codec(index = 2)]
    ModeChanged {
        /// By which proposal.
        id: ProposalId,
        /// What was asked for; nothing where the mode was left.
        set: Option<SetMode>,
        /// Second from which everything is executed again.
        until: u64,
        /// Whether it counts against the cap and asks for a review.
        capped: bool,
    },
    /// The review of an incident was filed.
    #[codec(index = 3)]
    ReviewFiled {
        /// The seat.
        seat: SeatId,
        /// The scope that was paused.
        scope: Scope,
        /// The proposal that set the newest pause or mode under review.
        set_by: ProposalId,
        /// The incident.
        incident: IncidentId,
        /// Which report of this seat on it: 1, and one more whenever the seat replaces its own.
        version: u16,
        /// Its severity in hindsight.
        severity: Severity,
        /// Hash of the report.
        report: ReferenceHash,
    },
    /// An auditor has read the review: the duty ends.
    #[codec(index = 4)]
    ReviewAttested {
        /// The seat.
        seat: SeatId,
        /// The scope that was paused.
        scope: Scope,
        /// The proposal that set the newest pause or mode under review.
        set_by: ProposalId,
        /// The incident.
        incident: IncidentId,
        /// Whose report.
        of: SeatId,
        /// Which version of it.
        version: u16,
        /// Its hash.
        report: ReferenceHash,
    },
    /// The Sovereign lets the Emergency council pause again before the review is done.
    #[codec(index = 5)]
    OverrideUsed {
        /// By which proposal.
        id: ProposalId,
        /// The scope.
        scope: Scope,
        /// The proposal that set the newest pause or mode whose review is due.
        set_by: ProposalId,
        /// The incident of that pause.
        incident: IncidentId,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] =
        &["Paused", "Lifted", "ModeChanged", "ReviewFiled", "ReviewAttested", "OverrideUsed"];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Paused { .. } => "Paused",
            Self::Lifted { .. } => "Lifted",
            Self::ModeChanged { .. } => "ModeChanged",
            Self::ReviewFiled { .. } => "ReviewFiled",
            Self::ReviewAttested { .. } => "ReviewAttested",
            Self::OverrideUsed { .. } => "OverrideUsed",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::Paused { .. }
            | Self::Lifted { .. }
            | Self::ModeChanged { .. }
            | Self::ReviewFiled { .. }
            | Self::ReviewAttested { .. }
            | Self::OverrideUsed { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Paused { id, .. }
            | Self::Lifted { id, .. }
            | Self::ModeChanged { id, .. }
            | Self::OverrideUsed { id, .. } => Some(*id),
            Self::ReviewFiled { .. } | Self::ReviewAttested { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::Paused { id, .. }
            | Self::Lifted { id, .. }
            | Self::ModeChanged { id, .. }
            | Self::OverrideUsed { id, .. } => id.encode_to(out),
            Self::ReviewFiled { scope, .. } | Self::ReviewAttested { scope, .. } => scope.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Paused { pause, .. } => some([Kind::Reason.hashed(pause.reason.0)]),
            Self::ModeChanged { set, .. } => some([set.and_then(|set| Kind::Reason.hashed(set.reason.0))]),
            Self::ReviewFiled { report, .. } | Self::ReviewAttested { report, .. } => {
                some([Kind::Report.hashed(report.0)])
            }
            Self::OverrideUsed { evidence, .. } => some([Kind::Evidence.hashed(evidence.0)]),
            Self::Lifted { .. } => Vec::new(),
        }
    }
}
