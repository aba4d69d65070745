//! Distribution programmes, their batches and settlement.

use crate::{
    batch::{Attestation, Executed, Header, Settled},
    bytes::{ManifestHash, ReferenceHash, Written},
    council::{Concern, Overdue, SeatId},
    dispute::DisputeId,
    language::Proof,
    line::SetLine,
    program::{ChangeProgram, CreateAuthority, CreateProgram, RulesChange, Terms},
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
    /// Begins a programme.
    #[codec(index = 0)]
    Create(CreateProgram),
    /// Changes a programme's terms, rule sets and budget lines together.
    #[codec(index = 1)]
    Change(ChangeProgram),
    /// Pays a batch.
    #[codec(index = 2)]
    ExecuteBatch(Header),
    /// Marks entries of a batch as excepted: they are not paid by it.
    #[codec(index = 3)]
    Except {
        /// The batch.
        manifest: ManifestHash,
        /// First entry: the first that has not ended.
        from: u32,
        /// Entry after the last.
        up_to: u32,
        /// Sum of their amounts.
        amount: u128,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
    /// Begins an authority, with its council.
    #[codec(index = 4)]
    CreateAuthority(CreateAuthority),
    /// Stops a batch for good, all of it; before its execution it forbids it.
    #[codec(index = 5)]
    Stop {
        /// The batch, whose hash names it.
        header: Header,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::ExecuteBatch(_) => Some([RowId::BATCH_SMALL, RowId::BATCH_LARGE]),
            Self::Stop { .. } => Some([RowId::BATCH_STOP, RowId::MANUAL_OVERRIDE]),
            Self::Create(_) | Self::Change(_) | Self::Except { .. } | Self::CreateAuthority(_) => None,
        }
    }

    /// The row that is asked for, where the choice has it; another one of the choice where not.
    pub(crate) fn chosen(&self, row: RowId) -> RowId {
        match self.choice() {
            Some([first, second]) if row != second => first,
            Some([_, second]) => second,
            None => row,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Create(new) => Scope::Program(new.program),
            Self::Change(change) => Scope::Program(change.program),
            Self::ExecuteBatch(batch) | Self::Stop { header: batch, .. } => Scope::Program(batch.program),
            Self::Except { .. } | Self::CreateAuthority(_) => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Create(_) | Self::Change(_) | Self::Except { .. } | Self::CreateAuthority(_) | Self::Stop { .. } => {
                None
            }
            Self::ExecuteBatch(batch) => Some(Scope::Account(batch.payer)),
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Create(_)
            | Self::Change(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => Watched::Money,
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            // Those who create do not ask whom they create.
            Self::Create(_) | Self::Except { .. } | Self::CreateAuthority(_) => None,
            Self::Change(change) => Some(Concern::Program(change.program)),
            Self::ExecuteBatch(batch) | Self::Stop { header: batch, .. } => Some(Concern::Program(batch.program)),
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Create(_)
            | Self::Change(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => Overdue::Nobody,
        }
    }

    /// The dispute that is answered, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<DisputeId> {
        match self {
            Self::Create(_)
            | Self::Change(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::Create(_)
            | Self::Change(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Create(_)
            | Self::Change(_)
            | Self::ExecuteBatch(_)
            | Self::Except { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => None,
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Records that entries were settled. Natural key: the cursor.
    #[codec(index = 0)]
    RecordSettlement {
        /// The batch.
        manifest: ManifestHash,
        /// First entry: the first that has not ended.
        from: u32,
        /// Ranges one after the other, at most [`crate::batch::MOST_RANGES`].
        settled: Vec<Settled>,
    },
    /// Says that an auditor has seen the settlement. Natural keys: the cursor, and the logs.
    #[codec(index = 1)]
    AttestSettlement(Attestation),
    /// Closes a batch of which every entry has ended and every payment was seen.
    #[codec(index = 2)]
    Reconcile {
        /// The batch.
        manifest: ManifestHash,
    },
    /// Puts on record that an entry shall not be paid before a time. It stops nothing by itself.
    #[codec(index = 3)]
    HoldEntry {
        /// The batch.
        manifest: ManifestHash,
        /// The entry.
        index: u32,
        /// Second from which it may be paid.
        until: u64,
        /// Hash of the reason in words.
        reason: ReferenceHash,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
    /// Ends a hold.
    #[codec(index = 4)]
    FreeEntry {
        /// The batch.
        manifest: ManifestHash,
        /// The entry.
        index: u32,
        /// Higher than any nonce of this key before.
        nonce: u64,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::RecordSettlement { .. }
            | Self::AttestSettlement(_)
            | Self::Reconcile { .. }
            | Self::HoldEntry { .. }
            | Self::FreeEntry { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecordSettlement { .. } => "record a settlement",
            Self::AttestSettlement(_) => "attest a settlement",
            Self::Reconcile { .. } => "reconcile a batch",
            Self::HoldEntry { .. } => "hold an entry",
            Self::FreeEntry { .. } => "free an entry",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RecordSettlement { .. }
            | Self::AttestSettlement(_)
            | Self::Reconcile { .. }
            | Self::HoldEntry { .. }
            | Self::FreeEntry { .. } => None,
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// A programme began, or changed.
    #[codec(index = 0)]
    ProgramChanged {
        /// By which proposal.
        id: ProposalId,
        /// Its number.
        program: u32,
        /// Terms that hold now, with their version, where they changed.
        terms: Option<(u32, Terms)>,
        /// Rule sets that begin or end.
        rules: Vec<RulesChange>,
        /// Budget lines that are new or changed.
        lines: Vec<SetLine>,
    },
    /// A batch is to be paid.
    #[codec(index = 1)]
    BatchExecuted {
        /// By which proposal.
        id: ProposalId,
        /// The batch.
        batch: Executed,
    },
    /// Entries are recorded as settled: a claim, until an auditor has seen it.
    #[codec(index = 2)]
    SettlementRecorded {
        /// The seat.
        seat: SeatId,
        /// The batch.
        manifest: ManifestHash,
        /// First entry.
        from: u32,
        /// Ranges one after the other.
        settled: Vec<Settled>,
    },
    /// Entries are not paid by their batch.
    #[codec(index = 3)]
    EntryExcepted {
        /// By which proposal.
        id: ProposalId,
        /// The batch.
        manifest: ManifestHash,
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
    #[codec(index = 4)]
    SettlementAttested {
        /// The auditor's seat.
        seat: SeatId,
        /// What was seen.
        attestation: Attestation,
    },
    /// Every entry of a batch has ended, and every payment was seen.
    #[codec(index = 5)]
    BatchReconciled {
        /// The seat.
        seat: SeatId,
        /// The batch.
        manifest: ManifestHash,
    },
    /// A batch is stopped, for good.
    #[codec(index = 6)]
    BatchStopped {
        /// By which proposal.
        id: ProposalId,
        /// The batch.
        manifest: ManifestHash,
        /// What it is, or would have been.
        header: Header,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// An entry shall not be paid before a time, or may be paid again.
    #[codec(index = 7)]
    EntryHeld {
        /// The authority's seat.
        seat: SeatId,
        /// The batch.
        manifest: ManifestHash,
        /// The entry.
        index: u32,
        /// Until when, and the hash of the reason; none where the hold ends.
        hold: Option<(u64, ReferenceHash)>,
        /// The nonce used.
        nonce: u64,
    },
}

impl Event {
    /// Names of the kinds, by tag.
    pub const KINDS: &[&'static str] = &[
        "ProgramChanged",
        "BatchExecuted",
        "SettlementRecorded",
        "EntryExcepted",
        "SettlementAttested",
        "BatchReconciled",
        "BatchStopped",
        "EntryHeld",
    ];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProgramChanged { .. } => "ProgramChanged",
            Self::BatchExecuted { .. } => "BatchExecuted",
            Self::SettlementRecorded { .. } => "SettlementRecorded",
            Self::EntryExcepted { .. } => "EntryExcepted",
            Self::SettlementAttested { .. } => "SettlementAttested",
            Self::BatchReconciled { .. } => "BatchReconciled",
            Self::BatchStopped { .. } => "BatchStopped",
            Self::EntryHeld { .. } => "EntryHeld",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::ProgramChanged { .. }
            | Self::BatchExecuted { .. }
            | Self::SettlementRecorded { .. }
            | Self::EntryExcepted { .. }
            | Self::SettlementAttested { .. }
            | Self::BatchReconciled { .. }
            | Self::BatchStopped { .. }
            | Self::EntryHeld { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::ProgramChanged { id, .. }
            | Self::BatchExecuted { id, .. }
            | Self::EntryExcepted { id, .. }
            | Self::BatchStopped { id, .. } => Some(*id),
            Self::SettlementRecorded { .. }
            | Self::SettlementAttested { .. }
            | Self::BatchReconciled { .. }
            | Self::EntryHeld { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::ProgramChanged { id, .. }
            | Self::BatchExecuted { id, .. }
            | Self::EntryExcepted { id, .. }
            | Self::BatchStopped { id, .. } => id.encode_to(out),
            Self::SettlementRecorded { manifest, .. }
            | Self::BatchReconciled { manifest, .. }
            | Self::EntryHeld { manifest, .. } => manifest.encode_to(out),
            Self::SettlementAttested { attestation, .. } => attestation.manifest.encode_to(out),
        }
    }
}
