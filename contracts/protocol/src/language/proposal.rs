//! Proposals: opened, decided about, executed.

use crate::{
    action::Action,
    bytes::{ActionHash, DocumentHash, Label, ProposalDigest, ReferenceHash, Written},
    content::{Content, Kind, some},
    council::{Council, SeatId},
    language::Proof,
    proposal::Cause,
    proposal_id::{Choices, Decision, ProposalId},
    refusal::Refusal,
    row::RowId,
};
use alloc::{boxed::Box, vec::Vec};
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Opens a proposal.
    #[codec(index = 0)]
    Open(Box<Open>),
    /// Approves or rejects one. Natural key: a seat's decision only grows.
    #[codec(index = 1)]
    Decide {
        /// The proposal.
        id: ProposalId,
        /// Its digest, which the contract compares.
        digest: ProposalDigest,
        /// The decision.
        decision: Decision,
    },
    /// Takes one's own proposal back before its quorum.
    #[codec(index = 2)]
    Cancel {
        /// The proposal.
        id: ProposalId,
    },
    /// Stops a proposal while its delay runs.
    #[codec(index = 3)]
    Veto {
        /// The proposal.
        id: ProposalId,
        /// Its digest, which the contract compares.
        digest: ProposalDigest,
    },
    /// Applies an approved proposal.
    #[codec(index = 4)]
    Execute(Box<Execute>),
    /// Asks the panel to break a tie.
    #[codec(index = 5)]
    CallPanel {
        /// The proposal.
        id: ProposalId,
    },
    /// The panel's one approval.
    #[codec(index = 6)]
    PanelApprove {
        /// The proposal.
        id: ProposalId,
        /// Its digest, which the contract compares.
        digest: ProposalDigest,
    },
    /// Approves or rejects two to four with one signature. Natural key: each decision of the seat only grows.
    #[codec(index = 7)]
    DecideTogether(Choices),
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::Open(_)
            | Self::Decide { .. }
            | Self::Cancel { .. }
            | Self::Veto { .. }
            | Self::Execute(_)
            | Self::CallPanel { .. }
            | Self::PanelApprove { .. }
            | Self::DecideTogether(_) => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Decide { decision: Decision::Approve, .. } => "approve",
            Self::Decide { decision: Decision::Reject, .. } => "reject",
            Self::Cancel { .. } => "cancel",
            Self::Veto { .. } => "veto",
            Self::Execute(_) => "execute",
            Self::CallPanel { .. } => "call the panel",
            Self::PanelApprove { .. } => "approve for the panel",
            Self::DecideTogether(_) => "decide together",
        }
    }

    /// The proposal that it is about, where there is one already, and one alone.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Open(_) | Self::DecideTogether(_) => None,
            Self::Decide { id, .. }
            | Self::Cancel { id, .. }
            | Self::Veto { id, .. }
            | Self::CallPanel { id, .. }
            | Self::PanelApprove { id, .. } => Some(*id),
            Self::Execute(execute) => Some(execute.id),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Open(open) => {
                let mut contents = some([Kind::Document.hashed(open.document.0)]);
                contents.extend(open.action.contents());
                contents
            }
            Self::Execute(execute) => some([Kind::BillOfMaterials.hashed(execute.sbom.0)]),
            Self::Decide { .. }
            | Self::Cancel { .. }
            | Self::Veto { .. }
            | Self::CallPanel { .. }
            | Self::PanelApprove { .. }
            | Self::DecideTogether(_) => Vec::new(),
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// A proposal was opened.
    #[codec(index = 0)]
    Opened(Box<Opened>),
    /// A seat decided.
    #[codec(index = 1)]
    Decided {
        /// The proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
        /// Its decision.
        decision: Decision,
        /// Whether the quorum stands after it.
        quorum: bool,
    },
    /// The quorum came to stand.
    #[codec(index = 2)]
    QuorumReached {
        /// The proposal.
        id: ProposalId,
        /// First second in which it may be executed.
        eta: u64,
        /// Second from which it may no longer be executed.
        execute_by: u64,
    },
    /// The author took the proposal back.
    #[codec(index = 3)]
    Cancelled {
        /// The proposal.
        id: ProposalId,
    },
    /// A seat is against it while the delay runs.
    #[codec(index = 4)]
    Vetoed {
        /// The proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
    },
    /// The proposal can no longer be executed.
    #[codec(index = 5)]
    Rejected {
        /// The proposal.
        id: ProposalId,
        /// Why.
        cause: Cause,
    },
    /// The proposal took effect.
    #[codec(index = 6)]
    Executed {
        /// The proposal.
        id: ProposalId,
        /// The action that was applied.
        action: ActionHash,
        /// Deployment log entry.
        log: DeploymentLog,
    },
    /// A tie: the panel is called.
    #[codec(index = 7)]
    Deadlocked {
        /// The proposal.
        id: ProposalId,
        /// The seat that calls.
        seat: SeatId,
        /// First second in which the panel may approve.
        from: u64,
        /// Second from which it no longer may.
        until: u64,
    },
    /// The panel gives the one approval that was missing.
    #[codec(index = 8)]
    PanelApproved {
        /// The proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
    },
    /// A seat decided about several with one signature; a record of each decision that took effect follows.
    #[codec(index = 9)]
    DecidedTogether {
        /// The seat.
        seat: SeatId,
        /// What it decided, in the order of the command.
        choices: Vec<Decided>,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &[
        "Opened",
        "Decided",
        "QuorumReached",
        "Cancelled",
        "Vetoed",
        "Rejected",
        "Executed",
        "Deadlocked",
        "PanelApproved",
        "DecidedTogether",
    ];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "Opened",
            Self::Decided { .. } => "Decided",
            Self::QuorumReached { .. } => "QuorumReached",
            Self::Cancelled { .. } => "Cancelled",
            Self::Vetoed { .. } => "Vetoed",
            Self::Rejected { .. } => "Rejected",
            Self::Executed { .. } => "Executed",
            Self::Deadlocked { .. } => "Deadlocked",
            Self::PanelApproved { .. } => "PanelApproved",
            Self::DecidedTogether { .. } => "DecidedTogether",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::Opened(_)
            | Self::Decided { .. }
            | Self::QuorumReached { .. }
            | Self::Cancelled { .. }
            | Self::Vetoed { .. }
            | Self::Rejected { .. }
            | Self::Executed { .. }
            | Self::Deadlocked { .. }
            | Self::PanelApproved { .. }
            | Self::DecidedTogether { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Opened(opened) => Some(opened.id),
            Self::Decided { id, .. }
            | Self::QuorumReached { id, .. }
            | Self::Cancelled { id, .. }
            | Self::Vetoed { id, .. }
            | Self::Rejected { id, .. }
            | Self::Executed { id, .. }
            | Self::Deadlocked { id, .. }
            | Self::PanelApproved { id, .. } => Some(*id),
            Self::DecidedTogether { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::Opened(opened) => opened.id.encode_to(out),
            Self::Decided { id, .. }
            | Self::QuorumReached { id, .. }
            | Self::Cancelled { id, .. }
            | Self::Vetoed { id, .. }
            | Self::Rejected { id, .. }
            | Self::Executed { id, .. }
            | Self::Deadlocked { id, .. }
            | Self::PanelApproved { id, .. } => id.encode_to(out),
            Self::DecidedTogether { seat, .. } => seat.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Opened(opened) => {
                let mut contents = some([Kind::Document.hashed(opened.document.0)]);
                contents.extend(opened.action.contents());
                contents
            }
            Self::Executed { log, .. } => some([Kind::BillOfMaterials.hashed(log.sbom.0)]),
            Self::Decided { .. }
            | Self::QuorumReached { .. }
            | Self::Cancelled { .. }
            | Self::Vetoed { .. }
            | Self::Rejected { .. }
            | Self::Deadlocked { .. }
            | Self::PanelApproved { .. }
            | Self::DecidedTogether { .. } => Vec::new(),
        }
    }
}

/// What became of one decision among several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Decided {
    /// The proposal.
    pub id: ProposalId,
    /// The decision.
    pub decision: Decision,
    /// Why it was not needed any more, where it was skipped.
    pub skipped: Option<Refusal>,
}

/// Opens a proposal under a row.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Open {
    /// The row.
    pub row: RowId,
    /// The action; it must belong to the row.
    pub action: Action,
    /// SHA-256 of the document that explains it.
    pub document: DocumentHash,
    /// Seconds until the quorum must stand.
    pub approve_within: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub execute_within: u32,
    /// Higher than any nonce of this key before.
    pub nonce: u64,
    /// Whether the author, whose council votes, approves at once.
    pub approve: bool,
}

/// Applies an approved proposal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Execute {
    /// The proposal.
    pub id: ProposalId,
    /// The action again; the contract keeps its hash only.
    pub action: Action,
    /// Version of what carries it out, for the deployment log.
    pub version: Label,
    /// SHA-256 of its bill of materials; zeros where no software changes.
    pub sbom: ReferenceHash,
}

/// Entry of the deployment log: the executor's own, of a seat. Whoever executes without one leaves it empty.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DeploymentLog {
    /// The organisation of the executor's seat.
    pub operator: Option<Label>,
    /// Version of what carries it out.
    pub version: Option<Label>,
    /// SHA-256 of its bill of materials; zeros where no software changes.
    pub sbom: ReferenceHash,
}

/// Content of [`Event::Opened`].
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Opened {
    /// The proposal.
    pub id: ProposalId,
    /// What approvers sign.
    pub digest: ProposalDigest,
    /// Its row.
    pub row: RowId,
    /// The row's version.
    pub row_version: u32,
    /// The row's councils with their epochs.
    pub epochs: Vec<(Council, u32)>,
    /// The full action.
    pub action: Action,
    /// SHA-256 of the document.
    pub document: DocumentHash,
    /// The author's nonce.
    pub nonce: u64,
    /// Second from which decisions are no longer taken.
    pub approve_by: u64,
    /// Seconds between the quorum and the execution.
    pub delay: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub window: u32,
}
