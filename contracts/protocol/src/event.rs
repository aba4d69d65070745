//! Events: what happened. Folding them from the first gives the stored state.

mod about;

use crate::{
    action::{Action, Parameter, Resolution},
    batch::{Attestation, Executed, Settled},
    bytes::{
        ActionHash, ContractAddress, ContractCode, DeploymentId, DocumentHash, EnvelopeDigest, IncidentId, Label,
        ManifestRoot, ProposalDigest, ReferenceHash,
    },
    command::{Decision, DeploymentLog, ProposalId},
    conversion::{Conversion, Quote},
    council::{Council, SeatId, Suspender},
    genesis::{Genesis, NewSeat},
    key::Key,
    merkle::TreeHead,
    phase::{CompanionHash, Phase, WayBack},
    program::{AssetTerms, Terms},
    refusal::Refusal,
    registry::{Registered, Release, Running},
    route::{Compliance, Economics},
    row::{Row, RowId},
    scope::{Pause, Scope, SetMode, Severity, Watched},
};
use alloc::{boxed::Box, vec::Vec};
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

/// The records of one command, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// `seq` of the first.
    pub seq: u64,
    /// Block time in seconds.
    pub at: u64,
    /// How the command came in.
    pub door: Door,
    /// Whose command; none for the constructor.
    pub actor: Option<Key>,
    /// What happened.
    pub events: Vec<Event>,
}

impl Records {
    /// Each event with its number. The last number of all has no next: what would bear it twice is out of sequence.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Event)> {
        self.events.iter().scan(self.seq, |next, event| {
            let seq = *next;
            *next = seq.saturating_add(1);
            Some((seq, event))
        })
    }

    /// The records by themselves.
    pub fn into_vec(self) -> Vec<Record> {
        let Self { at, door, actor, .. } = self;
        self.iter().map(|(seq, event)| Record { seq, at, door, actor, event: event.clone() }).collect()
    }
}

/// How a command comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Door {
    /// A signed envelope, whoever submits it: the evidence stands in the transaction under this digest.
    #[codec(index = 0)]
    Envelope(EnvelopeDigest),
    /// The member's own chain account.
    #[codec(index = 1)]
    Direct,
    /// The constructor, or the import of another contract's state, which anybody may bring.
    #[codec(index = 2)]
    Constructor,
}

/// What happened.
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
    },
    /// A proposal was opened.
    #[codec(index = 2)]
    Opened(Box<Opened>),
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
    /// A seat is against it while the delay runs.
    #[codec(index = 6)]
    Vetoed {
        /// The proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
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
    /// A tie: the panel is called.
    #[codec(index = 9)]
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
    #[codec(index = 10)]
    PanelApproved {
        /// The proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
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
        /// Whether it counts against the cap and asks for a review: not where the Sovereign council pauses.
        capped: bool,
    },
    /// A pause ended before its time.
    #[codec(index = 12)]
    Lifted {
        /// By which proposal.
        id: ProposalId,
        /// The scope.
        scope: Scope,
    },
    /// The review of an incident was filed.
    #[codec(index = 13)]
    ReviewFiled {
        /// The seat.
        seat: SeatId,
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
    #[codec(index = 14)]
    ReviewAttested {
        /// The seat.
        seat: SeatId,
        /// The scope that was paused.
        scope: Scope,
        /// The incident.
        incident: IncidentId,
        /// Hash of the report.
        report: ReferenceHash,
    },
    /// A seat has another key, which has yet to accept.
    #[codec(index = 15)]
    SeatReplaced {
        /// By which proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
        /// The key that left.
        previous: Key,
        /// What came.
        new: NewSeat,
        /// The council's new epoch.
        epoch: u32,
        /// Whether the key that left had named the one that came.
        continuity: bool,
    },
    /// A key took its seat.
    #[codec(index = 16)]
    SeatAccepted {
        /// The seat.
        seat: SeatId,
        /// The key that sat there before.
        previous: Option<Key>,
    },
    /// A seat is set aside.
    #[codec(index = 17)]
    SeatSuspended {
        /// By which proposal; none where its own key asked.
        id: Option<ProposalId>,
        /// The seat.
        seat: SeatId,
        /// By whom.
        by: Suspender,
        /// Second from which it counts again.
        until: u64,
    },
    /// A suspension ended before its time.
    #[codec(index = 18)]
    SeatReinstated {
        /// By which proposal.
        id: ProposalId,
        /// The seat.
        seat: SeatId,
    },
    /// A council has another size.
    #[codec(index = 19)]
    CouncilReconstituted {
        /// By which proposal.
        id: ProposalId,
        /// The council.
        council: Council,
        /// Its new epoch.
        epoch: u32,
        /// Its new size.
        size: u8,
        /// The seats that came, at the end.
        added: Vec<NewSeat>,
    },
    /// A row of the policy table is another.
    #[codec(index = 20)]
    RowChanged {
        /// By which proposal.
        id: ProposalId,
        /// What holds now.
        row: Row,
    },
    /// A sign of life.
    #[codec(index = 21)]
    Heartbeat {
        /// The seat.
        seat: SeatId,
        /// The nonce used.
        nonce: u64,
    },
    /// Monitoring or an auditor has looked.
    #[codec(index = 22)]
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
    /// An entry of the registry was written or revoked.
    #[codec(index = 23)]
    RegistryChanged {
        /// By which proposal.
        id: ProposalId,
        /// What holds now.
        entry: Registered,
        /// Whether an escalation record is used up by it.
        escalation: bool,
    },
    /// A release runs.
    #[codec(index = 24)]
    ReleaseApproved {
        /// By which proposal.
        id: ProposalId,
        /// The release.
        release: Release,
    },
    /// The release before runs again.
    #[codec(index = 25)]
    ReleaseRolledBack {
        /// The operator's seat.
        seat: SeatId,
        /// Of which component.
        component: Label,
        /// What ran.
        from: Running,
        /// What runs.
        to: Running,
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
    /// A bridge route serves others.
    #[codec(index = 27)]
    ComplianceChanged {
        /// By which proposal.
        id: ProposalId,
        /// The route.
        route: u32,
        /// Rises by one with every change of the route's compliance.
        version: u32,
        /// What holds now.
        compliance: Compliance,
        /// Whether the route's escalation record is used up by it.
        escalation: bool,
    },
    /// A conversion may be carried out: it is within every limit, and counted.
    #[codec(index = 28)]
    ConversionAuthorized {
        /// The operator's seat.
        seat: SeatId,
        /// What.
        conversion: Conversion,
        /// What it comes to.
        quote: Quote,
        /// The Treasury's seat that co-signed, where it had to.
        cosigned: Option<SeatId>,
    },
    /// A conversion may not be carried out. Its number is used up.
    #[codec(index = 29)]
    ConversionRefused {
        /// The operator's seat.
        seat: SeatId,
        /// What.
        conversion: Conversion,
        /// Why.
        refusal: Refusal,
    },
    /// A Treasury seat has given its word for a conversion.
    #[codec(index = 30)]
    ConversionCosigned {
        /// The seat.
        seat: SeatId,
        /// What.
        conversion: Conversion,
    },
    /// The rail has carried a conversion out.
    #[codec(index = 31)]
    ConversionCompleted {
        /// The operator's seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the rail's reference.
        reference: ReferenceHash,
    },
    /// The rail has not carried a conversion out. It stays counted.
    #[codec(index = 32)]
    ConversionReleased {
        /// The operator's seat.
        seat: SeatId,
        /// The route.
        route: u32,
        /// The conversion's number.
        number: u64,
        /// Hash of the reason.
        reason: ReferenceHash,
    },
    /// A council has another post-quantum phase.
    #[codec(index = 45)]
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
    #[codec(index = 46)]
    PhaseRolledBack {
        /// The operator's seat.
        seat: SeatId,
        /// The council.
        council: Council,
        /// What held.
        from: Phase,
        /// What holds now.
        to: Phase,
    },
    /// A seat's key has a post-quantum companion.
    #[codec(index = 47)]
    CompanionNamed {
        /// The seat.
        seat: SeatId,
        /// Names the companion.
        companion: CompanionHash,
    },
    /// This contract has ended: its state is final, and goes over to another one.
    #[codec(index = 48)]
    Retired {
        /// By which proposal.
        id: ProposalId,
        /// The contract that goes on.
        successor: ContractAddress,
        /// The code that it runs.
        code: ContractCode,
    },
    /// Another contract goes on: the first event that it emits.
    #[codec(index = 49)]
    Succeeded {
        /// The contract that was retired.
        predecessor: ContractAddress,
        /// The contract that goes on.
        contract: ContractAddress,
        /// The state that it took over, as it has read it.
        state: TreeHead,
    },
    /// A programme began, or is another.
    #[codec(index = 33)]
    ProgramChanged {
        /// By which proposal.
        id: ProposalId,
        /// Its number.
        program: u32,
        /// Rises by one with every change of the programme, from 1.
        version: u32,
        /// What holds now.
        terms: Terms,
        /// Assets that have other limits now.
        assets: Vec<AssetTerms>,
    },
    /// A batch is to be paid.
    #[codec(index = 34)]
    BatchExecuted {
        /// By which proposal.
        id: ProposalId,
        /// The batch.
        batch: Executed,
    },
    /// Entries are recorded as settled: a claim, until an auditor has seen it.
    #[codec(index = 35)]
    SettlementRecorded {
        /// The seat.
        seat: SeatId,
        /// The batch.
        manifest: ManifestRoot,
        /// First entry.
        from: u32,
        /// Ranges one after the other.
        settled: Vec<Settled>,
    },
    /// Entries are not paid by their batch.
    #[codec(index = 36)]
    EntryExcepted {
        /// By which proposal.
        id: ProposalId,
        /// The batch.
        manifest: ManifestRoot,
        /// First entry.
        from: u32,
        /// Entry after the last.
        up_to: u32,
        /// Sum of their amounts.
        amount: u128,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
    /// An auditor has seen the settlement.
    #[codec(index = 37)]
    SettlementAttested {
        /// The auditor's seat.
        seat: SeatId,
        /// What was seen.
        attestation: Attestation,
    },
    /// Every entry of a batch has ended, and every payment was seen.
    #[codec(index = 38)]
    BatchReconciled {
        /// The seat.
        seat: SeatId,
        /// The batch.
        manifest: ManifestRoot,
    },
    /// Those who have to answer took notice of a dispute.
    #[codec(index = 39)]
    DisputeAcknowledged {
        /// The seat.
        seat: SeatId,
        /// What is disputed.
        subject: ReferenceHash,
        /// Whether it was late.
        late: bool,
    },
    /// A dispute was looked at.
    #[codec(index = 40)]
    DisputeTriaged {
        /// The auditor's seat.
        seat: SeatId,
        /// What is disputed.
        subject: ReferenceHash,
        /// Hash of the finding.
        finding: ReferenceHash,
        /// Second from which the decision is late.
        decide_by: u64,
        /// Whether it was late.
        late: bool,
    },
    /// The decision about a dispute has more time.
    #[codec(index = 41)]
    DisputeExtended {
        /// By which proposal.
        id: ProposalId,
        /// What is disputed.
        subject: ReferenceHash,
        /// Second from which the decision is late now.
        until: u64,
        /// Hash of the reason.
        reason: ReferenceHash,
        /// Whether the decision was late already.
        late: bool,
    },
    /// A dispute was taken back by who opened it.
    #[codec(index = 42)]
    DisputeRetracted {
        /// The auditor's seat.
        seat: SeatId,
        /// What was disputed.
        subject: ReferenceHash,
        /// Hash of the reason.
        reason: ReferenceHash,
    },
    /// An operator changed a parameter within its band.
    #[codec(index = 50)]
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
    #[codec(index = 51)]
    BaselineChanged {
        /// By which proposal.
        id: ProposalId,
        /// Which parameter.
        name: Parameter,
        /// What holds now.
        value: u64,
    },
    /// Less is executed until a time; or everything again.
    #[codec(index = 52)]
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
    /// The Sovereign lets the Emergency council pause again before the review is done.
    #[codec(index = 53)]
    OverrideUsed {
        /// By which proposal.
        id: ProposalId,
        /// The scope.
        scope: Scope,
        /// The incident whose review is due.
        incident: IncidentId,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
    /// Evidence of a drill was filed.
    #[codec(index = 54)]
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
    /// A record is marked as disputed.
    #[codec(index = 55)]
    DisputeOpened {
        /// The auditor's seat.
        seat: SeatId,
        /// What is disputed.
        subject: ReferenceHash,
        /// Hash of the reason.
        reason: ReferenceHash,
    },
    /// A dispute was answered.
    #[codec(index = 56)]
    DisputeResolved {
        /// By which proposal.
        id: ProposalId,
        /// What was disputed.
        subject: ReferenceHash,
        /// The answer.
        outcome: Resolution,
        /// Hash of the statement.
        statement: ReferenceHash,
    },
    /// A seat's key names the one that shall follow.
    #[codec(index = 57)]
    SuccessorNamed {
        /// The seat.
        seat: SeatId,
        /// The key.
        successor: Key,
        /// The nonce used.
        nonce: u64,
    },
    /// A micronode may go on loosening.
    #[codec(index = 58)]
    ProfileRenewed {
        /// By which proposal.
        id: ProposalId,
        /// Second from which nothing loosens.
        until: u64,
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
    /// A veto.
    #[codec(index = 4)]
    Veto,
}
