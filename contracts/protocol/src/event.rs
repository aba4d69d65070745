//! Events: what happened. Folding them from the first gives the stored state.

use crate::{
    action::{Action, Economics, Pause, Scope},
    bytes::{ActionHash, ContractAddress, DeploymentId, DocumentHash, EnvelopeDigest, ProposalDigest, ReferenceHash},
    command::{Decision, DeploymentLog, ProposalId},
    council::{Council, SeatId},
    digest,
    genesis::Genesis,
    key::Key,
    refusal::Refusal,
    row::RowId,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// An event with its place in the contract's one sequence.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Record {
    /// Rises by one with every event of the contract, from 0.
    pub seq: u64,
    /// Block time in seconds.
    pub at: u64,
    /// How the command came in.
    pub door: Door,
    /// Whose command; none for the constructor.
    pub actor: Option<Key>,
    /// What happened.
    pub event: Event,
}

/// How a command comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Door {
    /// A signed envelope, whoever submits it: the evidence stands in the transaction under this digest.
    #[codec(index = 0)]
    Envelope(EnvelopeDigest),
    /// The constructor.
    #[codec(index = 2)]
    Constructor,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
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
    },
    /// A proposal was opened.
    #[codec(index = 2)]
    Opened(Opened),
    /// A seat decided.
    #[codec(index = 3)]
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
    #[codec(index = 4)]
    QuorumReached {
        /// The proposal.
        id: ProposalId,
        /// First second in which it may be executed.
        eta: u64,
        /// Second from which it may no longer be executed.
        execute_by: u64,
    },
    /// The author took the proposal back.
    #[codec(index = 5)]
    Cancelled {
        /// The proposal.
        id: ProposalId,
    },
    /// The proposal can no longer be executed.
    #[codec(index = 7)]
    Rejected {
        /// The proposal.
        id: ProposalId,
        /// Why.
        cause: Cause,
    },
    /// The proposal took effect.
    #[codec(index = 8)]
    Executed {
        /// The proposal.
        id: ProposalId,
        /// The action that was applied.
        action: ActionHash,
        /// Deployment log entry.
        log: DeploymentLog,
    },
    /// Executions in a scope are stopped until a time.
    #[codec(index = 11)]
    Paused {
        /// By which proposal.
        id: ProposalId,
        /// What was asked for.
        pause: Pause,
        /// Second from which the pause is over.
        until: u64,
    },
    /// A pause ended before its time.
    #[codec(index = 12)]
    Lifted {
        /// By which proposal.
        id: ProposalId,
        /// The scope.
        scope: Scope,
    },
    /// Monitoring or an auditor has looked.
    #[codec(index = 22)]
    Escalated {
        /// The seat that says so.
        seat: SeatId,
        /// What was looked at.
        scope: Scope,
        /// Hash of the report.
        reference: ReferenceHash,
        /// The nonce used.
        nonce: u64,
    },
    /// A bridge route has new economics.
    #[codec(index = 26)]
    RouteChanged {
        /// By which proposal.
        id: ProposalId,
        /// The route.
        route: u32,
        /// Rises by one with every change of the route.
        version: u32,
        /// What holds now.
        economics: Economics,
        /// Whether the route's escalation record is used up by it.
        escalation: bool,
    },
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

/// Why a proposal ended without taking effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Cause {
    /// So many reject that the quorum cannot be reached.
    #[codec(index = 0)]
    Decisions,
    /// `approve_by` passed without a quorum.
    #[codec(index = 1)]
    ApproveByPassed,
    /// `execute_by` passed.
    #[codec(index = 2)]
    ExecuteByPassed,
    /// Its row or a council changed.
    #[codec(index = 3)]
    Stale,
}

impl Event {
    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Deployed { .. } => "Deployed",
            Self::Refused { .. } => "Refused",
            Self::Opened(_) => "Opened",
            Self::Decided { .. } => "Decided",
            Self::QuorumReached { .. } => "QuorumReached",
            Self::Cancelled { .. } => "Cancelled",
            Self::Rejected { .. } => "Rejected",
            Self::Executed { .. } => "Executed",
            Self::Paused { .. } => "Paused",
            Self::Lifted { .. } => "Lifted",
            Self::Escalated { .. } => "Escalated",
            Self::RouteChanged { .. } => "RouteChanged",
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Deployed { .. } | Self::Refused { .. } | Self::Escalated { .. } => None,
            Self::Opened(opened) => Some(opened.id),
            Self::Decided { id, .. }
            | Self::QuorumReached { id, .. }
            | Self::Cancelled { id }
            | Self::Rejected { id, .. }
            | Self::Executed { id, .. }
            | Self::Paused { id, .. }
            | Self::Lifted { id, .. }
            | Self::RouteChanged { id, .. } => Some(*id),
        }
    }

    /// Second topic of the chain's event: SHA-256 of the SCALE bytes of what it is about, zeros where it is only
    /// about itself.
    pub fn subject(&self) -> [u8; 32] {
        match self {
            Self::Deployed { deployment, .. } => deployment.0,
            Self::Refused { .. } => [0; 32],
            Self::Escalated { scope, .. } => digest::sha256(&[&scope.encode()]),
            other => other.proposal().map_or([0; 32], |id| digest::sha256(&[&id.encode()])),
        }
    }
}

impl Record {
    /// Signature topic of a kind's chain event: SHA-256 of `greatseal/event/` and the name. Fixed for ever.
    pub fn signature_topic(kind: &str) -> [u8; 32] {
        digest::sha256(&[b"greatseal/event/", kind.as_bytes()])
    }
}
