//! Distribution programmes, their batches and settlement.

use crate::{
    batch::{Executed, Header},
    bytes::{ManifestHash, ReferenceHash, StatementHash, Written},
    content::{Address, Content, Kind, some},
    council::{Concern, Overdue, SeatId},
    dispute::DisputeId,
    language::Proof,
    line::SetLine,
    program::{ChangeProgram, CreateAuthority, CreateProgram, RulesChange, Terms},
    proposal_id::ProposalId,
    registry::Release,
    row::RowId,
    scope::{Scope, Watched},
    settlement::{Final, Statement, Vote},
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
    /// Overrules an auditor's contradiction to a statement, for that statement.
    #[codec(index = 3)]
    Overrule {
        /// The batch.
        manifest: ManifestHash,
        /// The auditor's seat.
        auditor: SeatId,
        /// The statement.
        commitment: StatementHash,
        /// Hash of the reason in words.
        reason: ReferenceHash,
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
            Self::Create(_) | Self::Change(_) | Self::Overrule { .. } | Self::CreateAuthority(_) => None,
        }
    }

    /// The scope, besides [`Scope::Everything`], whose pause blocks this action.
    pub fn scope(&self) -> Scope {
        match self {
            Self::Create(new) => Scope::Program(new.program),
            Self::Change(change) => Scope::Program(change.program),
            Self::ExecuteBatch(batch) | Self::Stop { header: batch, .. } => Scope::Program(batch.program),
            Self::Overrule { .. } | Self::CreateAuthority(_) => Scope::Everything,
        }
    }

    /// The account whose freeze blocks this action too.
    pub fn account(&self) -> Option<Scope> {
        match self {
            Self::Create(_)
            | Self::Change(_)
            | Self::Overrule { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => None,
            Self::ExecuteBatch(batch) => Some(Scope::Account(batch.payer)),
        }
    }

    /// What somebody must have looked at, where the row asks for it.
    pub fn watched(&self) -> Watched {
        match self {
            Self::Create(_)
            | Self::Change(_)
            | Self::ExecuteBatch(_)
            | Self::Overrule { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => Watched::Money,
        }
    }

    /// Whose authority stands for [`crate::council::Council::PROGRAM`] in its row, where there is one.
    pub fn concern(&self) -> Option<Concern> {
        match self {
            // Those who create do not ask whom they create.
            Self::Create(_) | Self::Overrule { .. } | Self::CreateAuthority(_) => None,
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
            | Self::Overrule { .. }
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
            | Self::Overrule { .. }
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
            | Self::Overrule { .. }
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
            | Self::Overrule { .. }
            | Self::CreateAuthority(_)
            | Self::Stop { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Create(create) => {
                let mut contents = create.terms.contents();
                contents.extend(create.rules.iter().filter_map(RulesChange::content));
                contents.extend(create.lines.iter().filter_map(SetLine::content));
                contents
            }
            Self::Change(change) => {
                let mut contents = change.terms.iter().flat_map(|(_, terms)| terms.contents()).collect::<Vec<_>>();
                contents.extend(change.rules.iter().filter_map(RulesChange::content));
                contents.extend(change.lines.iter().filter_map(SetLine::content));
                contents
            }
            Self::ExecuteBatch(header) => header.contents(),
            Self::Overrule { reason, .. } | Self::Stop { reason, .. } => some([Kind::Reason.hashed(reason.0)]),
            Self::CreateAuthority(_) => Vec::new(),
        }
    }
}

/// What a key can order, about this subject.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
#[repr(u64)]
pub enum Order {
    /// Says what the rail did with a batch. Natural key: the version.
    #[codec(index = 0)]
    State(Statement),
    /// An auditor's word on a statement. Natural key: the number.
    #[codec(index = 1)]
    Vote(Vote),
    /// Makes a statement final that nobody contradicts. Natural key: its time.
    #[codec(index = 2)]
    Finalise {
        /// The batch.
        manifest: ManifestHash,
        /// Whose statement.
        recorder: SeatId,
        /// Its version.
        version: u32,
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
            Self::State(_)
            | Self::Vote(_)
            | Self::Finalise { .. }
            | Self::HoldEntry { .. }
            | Self::FreeEntry { .. } => Proof::Phase,
        }
    }

    /// The word for the order.
    pub fn name(&self) -> &'static str {
        match self {
            Self::State(_) => "state what the rail did",
            Self::Vote(_) => "vote on a statement",
            Self::Finalise { .. } => "make a statement final",
            Self::HoldEntry { .. } => "hold an entry",
            Self::FreeEntry { .. } => "free an entry",
        }
    }

    /// The proposal that it is about, where there is one already.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::State(_)
            | Self::Vote(_)
            | Self::Finalise { .. }
            | Self::HoldEntry { .. }
            | Self::FreeEntry { .. } => None,
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::State(statement) => some([Kind::Outcomes.at(Address::Outcomes(statement.root.0))]),
            Self::Vote(vote) => some([Kind::Evidence.hashed(vote.evidence.0)]),
            Self::HoldEntry { reason, .. } => some([Kind::Reason.hashed(reason.0)]),
            Self::Finalise { .. } | Self::FreeEntry { .. } => Vec::new(),
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
    /// A recorder says what the rail did: a claim, until it is final.
    #[codec(index = 2)]
    StatementMade {
        /// The recorder's seat.
        seat: SeatId,
        /// What it says.
        statement: Statement,
        /// Its hash.
        commitment: StatementHash,
    },
    /// A contradiction does not stand any more.
    #[codec(index = 3)]
    ContradictionOverruled {
        /// By which proposal.
        id: ProposalId,
        /// The batch.
        manifest: ManifestHash,
        /// The auditor's seat.
        auditor: SeatId,
        /// The statement.
        commitment: StatementHash,
        /// Hash of the reason in words.
        reason: ReferenceHash,
    },
    /// An auditor's word on a statement.
    #[codec(index = 4)]
    VoteCast {
        /// The auditor's seat.
        seat: SeatId,
        /// What it says.
        vote: Vote,
    },
    /// A statement is final.
    #[codec(index = 5)]
    StatementFinal {
        /// The batch.
        manifest: ManifestHash,
        /// What is final.
        last: Final,
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
        "StatementMade",
        "ContradictionOverruled",
        "VoteCast",
        "StatementFinal",
        "BatchStopped",
        "EntryHeld",
    ];

    /// The kind's name.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ProgramChanged { .. } => "ProgramChanged",
            Self::BatchExecuted { .. } => "BatchExecuted",
            Self::StatementMade { .. } => "StatementMade",
            Self::ContradictionOverruled { .. } => "ContradictionOverruled",
            Self::VoteCast { .. } => "VoteCast",
            Self::StatementFinal { .. } => "StatementFinal",
            Self::BatchStopped { .. } => "BatchStopped",
            Self::EntryHeld { .. } => "EntryHeld",
        }
    }

    /// Whether rows, councils or seats are other ones after it, so that every open proposal looks at them again.
    pub fn moves_standing(&self) -> bool {
        match self {
            Self::ProgramChanged { .. }
            | Self::BatchExecuted { .. }
            | Self::StatementMade { .. }
            | Self::ContradictionOverruled { .. }
            | Self::VoteCast { .. }
            | Self::StatementFinal { .. }
            | Self::BatchStopped { .. }
            | Self::EntryHeld { .. } => false,
        }
    }

    /// The proposal that it is about, where there is one.
    pub fn proposal(&self) -> Option<ProposalId> {
        match self {
            Self::ProgramChanged { id, .. }
            | Self::BatchExecuted { id, .. }
            | Self::ContradictionOverruled { id, .. }
            | Self::BatchStopped { id, .. } => Some(*id),
            Self::StatementMade { .. }
            | Self::VoteCast { .. }
            | Self::StatementFinal { .. }
            | Self::EntryHeld { .. } => None,
        }
    }

    /// Writes what it is about: the subject of its chain event.
    pub(crate) fn write_subject(&self, out: &mut Written) {
        match self {
            Self::ProgramChanged { id, .. }
            | Self::BatchExecuted { id, .. }
            | Self::ContradictionOverruled { id, .. }
            | Self::BatchStopped { id, .. } => id.encode_to(out),
            Self::StatementFinal { manifest, .. } | Self::EntryHeld { manifest, .. } => manifest.encode_to(out),
            Self::StatementMade { statement, .. } => statement.manifest.encode_to(out),
            Self::VoteCast { vote, .. } => vote.manifest.encode_to(out),
        }
    }

    /// The contents that it names.
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::ProgramChanged { terms, rules, lines, .. } => {
                let mut contents = terms.iter().flat_map(|(_, terms)| terms.contents()).collect::<Vec<_>>();
                contents.extend(rules.iter().filter_map(RulesChange::content));
                contents.extend(lines.iter().filter_map(SetLine::content));
                contents
            }
            Self::BatchExecuted { batch, .. } => {
                let mut contents = batch.header.contents();
                contents.extend(Kind::RuleSet.hashed(batch.rules.hash.0));
                contents
            }
            Self::StatementMade { statement, .. } => some([Kind::Outcomes.at(Address::Outcomes(statement.root.0))]),
            Self::ContradictionOverruled { reason, .. } | Self::BatchStopped { reason, .. } => {
                some([Kind::Reason.hashed(reason.0)])
            }
            Self::VoteCast { vote, .. } => some([Kind::Evidence.hashed(vote.evidence.0)]),
            Self::EntryHeld { hold, .. } => some([hold.and_then(|(_, reason)| Kind::Reason.hashed(reason.0))]),
            Self::StatementFinal { .. } => Vec::new(),
        }
    }
}
