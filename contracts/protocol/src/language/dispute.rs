//! Disputes and their clocks.

use crate::{
    bytes::{ReferenceHash, Written},
    content::{Content, Kind, some},
    council::{Concern, Overdue, SeatId},
    dispute::{DisputeId, Held, Resolution, Subject},
    language::Proof,
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
    /// Answers a dispute. Neutral to safety: what was upheld pays nothing that was not paid already.
    #[codec(index = 0)]
    Resolve {
        /// Which dispute.
        dispute: DisputeId,
        /// When it was opened: the seat's next dispute about the subject is another one.
        opened: u64,
        /// The answer.
        outcome: Resolution,
        /// Hash of the statement in words.
        statement: ReferenceHash,
    },
    /// Gives the decision about a dispute more time.
    #[codec(index = 1)]
    Extend {
        /// Which dispute.
        dispute: DisputeId,
        /// The time by which the decision is due now.
        previous: u64,
        /// Second from which it shall be late.
        until: u64,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => None,
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => Watched::Money,
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => None,
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::Resolve { dispute, .. } => Some(*dispute),
            Self::Extend { .. } => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Resolve { .. } | Self::Extend { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Resolve { statement, .. } => some([Kind::Statement.hashed(statement.0)]),
            Self::Extend { reason, .. } => some([Kind::Reason.hashed(reason.0)]),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Disputes a batch, a proposal, or anything else. Natural key: the subject, for the seat.
    #[codec(index = 0)]
    Open {
        /// What is disputed.
        subject: Subject,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Takes notice of a dispute.
    #[codec(index = 1)]
    Acknowledge {
        /// Which dispute.
        dispute: DisputeId,
    },
    /// Says what a dispute is at first sight.
    #[codec(index = 2)]
    Triage {
        /// Which dispute.
        dispute: DisputeId,
        /// Hash of the finding in words.
        finding: ReferenceHash,
    },
    /// Takes one's own dispute back.
    #[codec(index = 3)]
    Retract {
        /// What is disputed.
        subject: Subject,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::Open { .. } | Self::Acknowledge { .. } | Self::Triage { .. } | Self::Retract { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "dispute",
            Self::Acknowledge { .. } => "acknowledge a dispute",
            Self::Triage { .. } => "triage a dispute",
            Self::Retract { .. } => "retract a dispute",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Open { .. } | Self::Acknowledge { .. } | Self::Triage { .. } | Self::Retract { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Open { reason, .. } | Self::Retract { reason, .. } => some([Kind::Reason.hashed(reason.0)]),
            Self::Triage { finding, .. } => some([Kind::Finding.hashed(finding.0)]),
            Self::Acknowledge { .. } => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[allow(clippy::enum_variant_names, reason = "a variant is called by its public kind")]
#[repr(u64)]
pub enum Event {
    /// A record is disputed.
    #[codec(index = 0)]
    DisputeOpened {
        /// Which dispute: the seat is an auditor's, or one of the authority that a batch is about.
        dispute: DisputeId,
        /// Hash of the reason.
        reason: ReferenceHash,
        /// What it holds, where it holds something.
        holds: Option<Held>,
    },
    /// Those who have to answer took notice of a dispute.
    #[codec(index = 1)]
    DisputeAcknowledged {
        /// The seat.
        seat: SeatId,
        /// Which dispute.
        dispute: DisputeId,
        /// Whether it was late.
        late: bool,
    },
    /// A dispute was looked at.
    #[codec(index = 2)]
    DisputeTriaged {
        /// The auditor's seat.
        seat: SeatId,
        /// Which dispute.
        dispute: DisputeId,
        /// Hash of the finding.
        finding: ReferenceHash,
        /// Second from which the decision is late.
        decide_by: u64,
        /// Whether it was late.
        late: bool,
    },
    /// The decision about a dispute has more time.
    #[codec(index = 3)]
    DisputeExtended {
        /// By which proposal.
        id: ProposalId,
        /// Which dispute.
        dispute: DisputeId,
        /// Second from which the decision is late now.
        until: u64,
        /// Hash of the reason.
        reason: ReferenceHash,
        /// Whether the decision was late already.
        late: bool,
    },
    /// A dispute was answered.
    #[codec(index = 4)]
    DisputeResolved {
        /// By which proposal.
        id: ProposalId,
        /// Which dispute.
        dispute: DisputeId,
        /// The answer.
        outcome: Resolution,
        /// Hash of the statement.
        statement: ReferenceHash,
    },
    /// A dispute was taken back by who opened it.
    #[codec(index = 5)]
    DisputeRetracted {
        /// Which dispute.
        dispute: DisputeId,
        /// Hash of the reason.
        reason: ReferenceHash,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &[
        "DisputeOpened",
        "DisputeAcknowledged",
        "DisputeTriaged",
        "DisputeExtended",
        "DisputeResolved",
        "DisputeRetracted",
    ];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::DisputeOpened { .. } => "DisputeOpened",
            Self::DisputeAcknowledged { .. } => "DisputeAcknowledged",
            Self::DisputeTriaged { .. } => "DisputeTriaged",
            Self::DisputeExtended { .. } => "DisputeExtended",
            Self::DisputeResolved { .. } => "DisputeResolved",
            Self::DisputeRetracted { .. } => "DisputeRetracted",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::DisputeOpened { .. }
            | Self::DisputeAcknowledged { .. }
            | Self::DisputeTriaged { .. }
            | Self::DisputeExtended { .. }
            | Self::DisputeResolved { .. }
            | Self::DisputeRetracted { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::DisputeExtended { id, .. } | Self::DisputeResolved { id, .. } => Some(*id),
            Self::DisputeOpened { .. }
            | Self::DisputeAcknowledged { .. }
            | Self::DisputeTriaged { .. }
            | Self::DisputeRetracted { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::DisputeOpened { dispute, .. }
            | Self::DisputeAcknowledged { dispute, .. }
            | Self::DisputeTriaged { dispute, .. }
            | Self::DisputeRetracted { dispute, .. } => dispute.subject.encode_to(out),
            Self::DisputeExtended { id, .. } | Self::DisputeResolved { id, .. } => id.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::DisputeOpened { reason, .. }
            | Self::DisputeExtended { reason, .. }
            | Self::DisputeRetracted { reason, .. } => some([Kind::Reason.hashed(reason.0)]),
            Self::DisputeTriaged { finding, .. } => some([Kind::Finding.hashed(finding.0)]),
            Self::DisputeResolved { statement, .. } => some([Kind::Statement.hashed(statement.0)]),
            Self::DisputeAcknowledged { .. } => Vec::new(),
        }
    }
}
