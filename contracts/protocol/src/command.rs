//! What a key can say: one command, signed in an envelope.

use crate::{
    action::{Action, Parameter},
    batch::{Attestation, Settled},
    bytes::{DocumentHash, IncidentId, Label, ManifestRoot, ProposalDigest, ReferenceHash},
    conversion::{Conversion, ListProofs},
    council::{Council, NotAnId, SeatId},
    key::Key,
    phase::{CompanionHash, Phase},
    row::RowId,
    scope::{Scope, Severity, Watched},
};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most seconds between now and an envelope's expiry.
pub const LIFE: u64 = 60 * 60;
/// The same for protective rows.
pub const PROTECTIVE_LIFE: u64 = 15 * 60;

/// A command: in which capacity, until when, and what.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Command {
    /// What the key claims to be.
    pub capacity: Capacity,
    /// First second in which the command is no longer accepted. Once counted, an approval outlives it.
    pub expiry: u64,
    /// The order.
    pub order: Order,
}

/// What a key claims to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Capacity {
    /// Nobody in particular; enough to execute where the row says anyone.
    #[codec(index = 0)]
    Anyone,
    /// This seat, in this epoch of its council.
    #[codec(index = 1)]
    Seat {
        /// The seat.
        seat: SeatId,
        /// The council's epoch that the signer knew.
        epoch: u32,
    },
}

/// The orders.
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
    /// Takes a seat with the new key. Envelopes only: the signature is the proof that somebody holds the key.
    #[codec(index = 5)]
    AcceptSeat {
        /// The seat.
        seat: SeatId,
        /// The key that sat there before, which the new one names: new → old.
        previous: Option<Key>,
    },
    /// Sets one's own seat aside at once, for as long as it has this key.
    #[codec(index = 6)]
    SuspendSelf,
    /// A sign of life of an Emergency seat.
    #[codec(index = 7)]
    Heartbeat {
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Names the key that shall follow: old → new.
    #[codec(index = 8)]
    NameSuccessor {
        /// The key.
        successor: Key,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Records that monitoring or an auditor has looked; needed once for each loosening.
    #[codec(index = 9)]
    Escalate {
        /// What was looked at.
        watched: Watched,
        /// Hash of the report.
        reference: ReferenceHash,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Files the review of an incident, after its pause.
    #[codec(index = 10)]
    FileReview {
        /// The scope that was paused.
        scope: Scope,
        /// The incident.
        incident: IncidentId,
        /// Its severity in hindsight.
        severity: Severity,
        /// Hash of the report.
        report: ReferenceHash,
    },
    /// An auditor has read the review: the duty ends.
    #[codec(index = 11)]
    AttestReview {
        /// The scope that was paused.
        scope: Scope,
        /// The incident.
        incident: IncidentId,
        /// Hash of the report that was filed.
        report: ReferenceHash,
    },
    /// Changes a parameter within its band.
    #[codec(index = 12)]
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
    #[codec(index = 13)]
    FileDrill {
        /// What was drilled.
        kind: Label,
        /// Hash of the report.
        report: ReferenceHash,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Goes back to the release before, which the present one allowed. Natural key: the version that runs.
    #[codec(index = 14)]
    RollBack {
        /// Of which component.
        component: Label,
        /// The version that runs.
        from: Label,
        /// The version that ran before.
        to: Label,
    },
    /// Asks the panel to break a tie.
    #[codec(index = 15)]
    CallPanel {
        /// The proposal.
        id: ProposalId,
    },
    /// The panel's one approval.
    #[codec(index = 16)]
    PanelApprove {
        /// The proposal.
        id: ProposalId,
        /// Its digest, which the contract compares.
        digest: ProposalDigest,
    },
    /// Marks a record as disputed. Natural key: the subject.
    #[codec(index = 17)]
    Dispute {
        /// What is disputed: the hash of a record, a batch, a proposal's digest.
        subject: ReferenceHash,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Asks for a conversion. Natural key: its number on the route. The answer is on record, whatever it is.
    #[codec(index = 18)]
    Authorize {
        /// What.
        conversion: Conversion,
        /// That the route's lists let the account through.
        proofs: ListProofs,
    },
    /// The Treasury's word for a large conversion. Natural key: its number on the route.
    #[codec(index = 19)]
    Cosign {
        /// What, whole.
        conversion: Conversion,
    },
    /// Records that the rail has carried a conversion out. Natural key: its number on the route.
    #[codec(index = 20)]
    Complete {
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the rail's reference.
        reference: ReferenceHash,
    },
    /// Records that the rail has not carried a conversion out. Natural key: its number on the route.
    #[codec(index = 21)]
    Release {
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// Goes back to the phase that the decision for the present one allowed. Natural key: the present phase.
    #[codec(index = 22)]
    RollBackPhase {
        /// Of which council.
        council: Council,
        /// The present phase.
        from: Phase,
        /// The phase that was allowed.
        to: Phase,
    },
    /// Names the post-quantum key that signs beside the seat's own. Envelopes only. Natural key: the seat's key.
    #[codec(index = 23)]
    NameCompanion {
        /// Names the key.
        companion: CompanionHash,
    },
    /// Records that entries were settled. Natural key: the cursor.
    #[codec(index = 24)]
    RecordSettlement {
        /// The batch.
        manifest: ManifestRoot,
        /// First entry: the first that has not ended.
        from: u32,
        /// Ranges one after the other, at most [`crate::batch::MOST_RANGES`].
        settled: Vec<Settled>,
    },
    /// Says that an auditor has seen the settlement. Natural keys: the cursor, and the logs.
    #[codec(index = 25)]
    AttestSettlement(Attestation),
    /// Closes a batch of which every entry has ended and every payment was seen.
    #[codec(index = 26)]
    Reconcile {
        /// The batch.
        manifest: ManifestRoot,
    },
    /// Takes notice of a dispute.
    #[codec(index = 27)]
    AcknowledgeDispute {
        /// What is disputed.
        subject: ReferenceHash,
    },
    /// Says what a dispute is at first sight.
    #[codec(index = 28)]
    TriageDispute {
        /// What is disputed.
        subject: ReferenceHash,
        /// Hash of the finding in words.
        finding: ReferenceHash,
    },
    /// Takes one's own dispute back.
    #[codec(index = 29)]
    RetractDispute {
        /// What is disputed.
        subject: ReferenceHash,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
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
    /// Who executes, with what.
    pub log: DeploymentLog,
}

/// Entry of the deployment log.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DeploymentLog {
    /// The operator's name.
    pub operator: Label,
    /// Version of what carries it out.
    pub version: Label,
    /// SHA-256 of its bill of materials; zeros where no software changes.
    pub sbom: ReferenceHash,
}

/// A seat's decision; it only grows: none < approve < reject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Decision {
    /// For.
    #[codec(index = 1)]
    Approve,
    /// Against, for good.
    #[codec(index = 2)]
    Reject,
}

/// Id of a proposal: a number never given twice, and the place where its cell lies. In text `12.S0.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ProposalId {
    /// Rises by one with every proposal of the contract.
    pub serial: u32,
    /// Seat of the author.
    pub author: SeatId,
    /// One of the author's four slots.
    pub slot: u8,
}

impl ProposalId {
    /// Live proposals of one author at most.
    pub const SLOTS: u8 = 4;
}

impl fmt::Display for ProposalId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.serial, self.author, self.slot)
    }
}

impl core::str::FromStr for ProposalId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut parts = text.split('.');
        let (Some(serial), Some(author), Some(slot), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAnId);
        };
        let serial = crate::council::decimal(serial).ok_or(NotAnId)?;
        let slot = crate::council::decimal(slot).and_then(|slot| u8::try_from(slot).ok()).ok_or(NotAnId)?;
        (slot < Self::SLOTS).then_some(Self { serial, author: author.parse()?, slot }).ok_or(NotAnId)
    }
}

/// What an order asks of the seat that gives it, besides the signature of the seat's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// What the phase of the seat's council asks for.
    Phase,
    /// That the seat waits for this very key: nobody has accepted it yet.
    Acceptance,
    /// The companion that is named, in every phase.
    Companion(CompanionHash),
    /// Nothing: whoever gives itself up does so as it can.
    Nothing,
}

impl Order {
    /// What the order asks of its seat. Every order is named: one that is added says here whether it goes around its
    /// council's phase.
    pub fn proof(&self) -> Proof {
        match self {
            Self::AcceptSeat { .. } => Proof::Acceptance,
            Self::NameCompanion { companion } => Proof::Companion(*companion),
            Self::SuspendSelf => Proof::Nothing,
            Self::Open(_)
            | Self::Decide { .. }
            | Self::Cancel { .. }
            | Self::Veto { .. }
            | Self::Execute(_)
            | Self::Heartbeat { .. }
            | Self::NameSuccessor { .. }
            | Self::Escalate { .. }
            | Self::FileReview { .. }
            | Self::AttestReview { .. }
            | Self::Tune { .. }
            | Self::FileDrill { .. }
            | Self::RollBack { .. }
            | Self::CallPanel { .. }
            | Self::PanelApprove { .. }
            | Self::Dispute { .. }
            | Self::Authorize { .. }
            | Self::Cosign { .. }
            | Self::Complete { .. }
            | Self::Release { .. }
            | Self::RollBackPhase { .. }
            | Self::RecordSettlement { .. }
            | Self::AttestSettlement(_)
            | Self::Reconcile { .. }
            | Self::AcknowledgeDispute { .. }
            | Self::TriageDispute { .. }
            | Self::RetractDispute { .. } => Proof::Phase,
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
            Self::AcceptSeat { .. } => "accept the seat",
            Self::SuspendSelf => "suspend my own seat",
            Self::Heartbeat { .. } => "heartbeat",
            Self::NameSuccessor { .. } => "name a successor",
            Self::Escalate { .. } => "escalate",
            Self::FileReview { .. } => "file a review",
            Self::AttestReview { .. } => "attest a review",
            Self::Tune { .. } => "tune",
            Self::FileDrill { .. } => "file a drill",
            Self::RollBack { .. } => "roll back",
            Self::CallPanel { .. } => "call the panel",
            Self::PanelApprove { .. } => "approve for the panel",
            Self::Dispute { .. } => "dispute",
            Self::Authorize { .. } => "authorise a conversion",
            Self::Cosign { .. } => "co-sign a conversion",
            Self::Complete { .. } => "complete a conversion",
            Self::Release { .. } => "release a conversion",
            Self::RollBackPhase { .. } => "roll a phase back",
            Self::NameCompanion { .. } => "name a companion",
            Self::RecordSettlement { .. } => "record a settlement",
            Self::AttestSettlement(_) => "attest a settlement",
            Self::Reconcile { .. } => "reconcile a batch",
            Self::AcknowledgeDispute { .. } => "acknowledge a dispute",
            Self::TriageDispute { .. } => "triage a dispute",
            Self::RetractDispute { .. } => "retract a dispute",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::Execute(execute) => Some(execute.id),
            Self::Decide { id, .. }
            | Self::Cancel { id }
            | Self::Veto { id, .. }
            | Self::CallPanel { id }
            | Self::PanelApprove { id, .. } => Some(*id),
            _ => None,
        }
    }
}
