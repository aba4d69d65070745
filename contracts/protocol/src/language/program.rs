//! Distribution programmes, their batches and settlement.

use crate::{
    batch::{Attestation, ExecuteBatch, Executed, Settled},
    bytes::{Label, ManifestRoot, ReferenceHash, Written},
    council::{Overdue, SeatId},
    language::Proof,
    program::{AssetTerms, ChangeProgram, CreateProgram, Terms},
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
    /// Begins a programme, with its council.
    #[codec(index = 0)]
    Create(CreateProgram),
    /// Changes a programme's rules, schedule, privacy or assets.
    #[codec(index = 1)]
    Change(ChangeProgram),
    /// Pays a batch.
    #[codec(index = 2)]
    ExecuteBatch(ExecuteBatch),
    /// Marks entries of a batch as excepted: they are not paid by it.
    #[codec(index = 3)]
    Except {
        /// The batch.
        manifest: ManifestRoot,
        /// First entry: the first that has not ended.
        from: u32,
        /// Entry after the last.
        up_to: u32,
        /// Sum of their amounts.
        amount: u128,
        /// Hash of the evidence.
        evidence: ReferenceHash,
    },
}

impl Action {
    /// The rows between which there is a choice, the preferred first: of two councils each has its own, and a batch that is
    /// small takes fewer approvals. `None` where the action or the state says which row it is.
    pub fn choice(&self) -> Option<[RowId; 2]> {
        match self {
            Self::ExecuteBatch(_) => Some([RowId::BATCH_SMALL, RowId::BATCH_LARGE]),
            Self::Create(_) | Self::Change(_) | Self::Except { .. } => None,
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
            Self::ExecuteBatch(batch) => Scope::Program(batch.program),
            Self::Except { .. } => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Create(_) | Self::Change(_) | Self::Except { .. } => None,
            Self::ExecuteBatch(batch) => Some(Scope::Account(batch.payer)),
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Create(_) | Self::Change(_) | Self::ExecuteBatch(_) | Self::Except { .. } => Watched::Money,
        }
    }

    /// The programme that it is about, where it is about one.
    pub fn program(&self) -> Option<u32> {
        match self {
            // A new programme has no council yet.
            Self::Create(_) | Self::Except { .. } => None,
            Self::Change(change) => Some(change.program),
            Self::ExecuteBatch(batch) => Some(batch.program),
        }
    }

    /// Whose overdue seats may have a part in it: expiry is soft, so that it never locks anybody out for good.
    pub fn overdue(&self) -> Overdue {
        match self {
            Self::Create(_) | Self::Change(_) | Self::ExecuteBatch(_) | Self::Except { .. } => Overdue::Nobody,
        }
    }

    /// The organisation concerned, for an action on which the panel may break a tie: one that changes no safeguard.
    pub fn neutral(&self) -> Option<Label> {
        match self {
            Self::Create(_) | Self::Change(_) | Self::ExecuteBatch(_) | Self::Except { .. } => None,
        }
    }

    /// Whether a profile whose time is over lets it through although its row loosens: it cures the profile.
    pub fn renews(&self) -> bool {
        match self {
            Self::Create(_) | Self::Change(_) | Self::ExecuteBatch(_) | Self::Except { .. } => false,
        }
    }

    /// The release whose version and bill of materials the deployment log must name.
    pub fn logged(&self) -> Option<&Release> {
        match self {
            Self::Create(_) | Self::Change(_) | Self::ExecuteBatch(_) | Self::Except { .. } => None,
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
        manifest: ManifestRoot,
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
        manifest: ManifestRoot,
    },
}

impl Order {
    /// What the order asks of its seat besides the signature of the seat's key.
    pub fn proof(&self) -> Proof {
        match self {
            Self::RecordSettlement { .. } | Self::AttestSettlement(_) | Self::Reconcile { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RecordSettlement { .. } => "record a settlement",
            Self::AttestSettlement(_) => "attest a settlement",
            Self::Reconcile { .. } => "reconcile a batch",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::RecordSettlement { .. } | Self::AttestSettlement(_) | Self::Reconcile { .. } => None,
        }
    }
}

/// What happened, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Event {
    /// A programme began, or is another.
    #[codec(index = 0)]
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
        manifest: ManifestRoot,
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
        manifest: ManifestRoot,
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
            | Self::BatchReconciled { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::ProgramChanged { id, .. } | Self::BatchExecuted { id, .. } | Self::EntryExcepted { id, .. } => {
                Some(*id)
            }
            Self::SettlementRecorded { .. } | Self::SettlementAttested { .. } | Self::BatchReconciled { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::ProgramChanged { id, .. } | Self::BatchExecuted { id, .. } | Self::EntryExcepted { id, .. } => {
                id.encode_to(out)
            }
            Self::SettlementRecorded { manifest, .. } | Self::BatchReconciled { manifest, .. } => {
                manifest.encode_to(out)
            }
            Self::SettlementAttested { attestation, .. } => attestation.manifest.encode_to(out),
        }
    }
}
