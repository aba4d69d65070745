//! Disputes: doubts about records, the clocks of those who have to answer, and the little time for which some of them hold what
//! cannot be taken back. What was upheld pays nothing that was not paid already.

use crate::{
    bytes::{Label, ManifestHash, ProposalDigest, ReferenceHash},
    council::{Seat, SeatId},
    key::Key,
    proposal_id::ProposalId,
    row::RowId,
    text::NotAnId,
};
use core::{fmt, str::FromStr};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Seconds in which a dispute is to be acknowledged.
pub const ACKNOWLEDGE: u64 = 60 * 60;
/// Seconds, from its opening, in which it is to be triaged. For as long a dispute holds, and its answer waits, without a triage.
pub const TRIAGE: u64 = 24 * 60 * 60;
/// Seconds, from the triage, in which it is to be decided.
pub const DECISION: u64 = 24 * 60 * 60;
/// Most seconds for which a dispute holds what it is about.
pub const LONGEST_HOLD: u64 = 48 * 60 * 60;
/// Most seconds from now to which the time to decide is extended at once.
pub const LONGEST_EXTENSION: u64 = 14 * 24 * 60 * 60;
/// Most open disputes of one seat about subjects of one kind.
pub const MOST_OPEN: u8 = 16;
/// Seconds after which a seat can dispute a subject again: by then no envelope of the last dispute is accepted any more.
pub const AGAIN: u64 = crate::clock::LIFE;

/// What is disputed. In text `batch:HEX`, `proposal:12.S0.1:HEX` or `other:HEX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Subject {
    /// A batch, executed or not.
    #[codec(index = 0)]
    Batch(ManifestHash),
    /// A proposal.
    #[codec(index = 1)]
    Proposal(ProposalId, ProposalDigest),
    /// Anything else, by a hash: a mark, nothing more.
    #[codec(index = 2)]
    Other(ReferenceHash),
}

impl Subject {
    /// Rows whose proposals a dispute holds, and an upheld one ends: they let money go. No other is ever held.
    pub fn holds(row: RowId) -> bool {
        matches!(
            row,
            RowId::BATCH_LARGE
                | RowId::BATCH_SMALL
                | RowId::PROGRAM_CHANGE
                | RowId::REGISTRY_MONEY
                | RowId::BRIDGE_LOOSEN
        )
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Batch(manifest) => write!(out, "batch:{manifest}"),
            Self::Proposal(id, digest) => write!(out, "proposal:{id}:{digest}"),
            Self::Other(hash) => write!(out, "other:{hash}"),
        }
    }
}

impl FromStr for Subject {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let (kind, rest) = text.split_once(':').ok_or(NotAnId)?;
        match kind {
            "batch" => rest.parse().map(Self::Batch).map_err(|_| NotAnId),
            "other" => rest.parse().map(Self::Other).map_err(|_| NotAnId),
            "proposal" => {
                let (id, digest) = rest.split_once(':').ok_or(NotAnId)?;
                Ok(Self::Proposal(id.parse()?, digest.parse().map_err(|_| NotAnId)?))
            }
            _ => Err(NotAnId),
        }
    }
}

/// Which dispute: one of a subject and a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct DisputeId {
    /// What is disputed.
    pub subject: Subject,
    /// The seat that opened it.
    pub seat: SeatId,
}

/// A doubt about a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Dispute {
    /// Key of the seat that opened it: it ends when the seat gets another one.
    pub key: Key,
    /// Organisation of that seat at that time: its panel seat does not arbitrate.
    pub organisation: Label,
    /// Since when.
    pub at: u64,
    /// Hash of the reason.
    pub reason: ReferenceHash,
    /// When those who have to answer took notice.
    pub acknowledged: Option<u64>,
    /// What was found at first sight.
    pub triaged: Option<Triage>,
    /// The answer, and when.
    pub resolved: Option<(Resolution, u64)>,
    /// When it was taken back by who opened it.
    pub retracted: Option<u64>,
}

/// A dispute at first sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Triage {
    /// When.
    pub at: u64,
    /// Organisation of the auditor's seat: its panel seat does not arbitrate.
    pub organisation: Label,
    /// Hash of the finding.
    pub finding: ReferenceHash,
    /// Second from which the decision is late.
    pub decide_by: u64,
}

/// What a dispute is in the way of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Held {
    /// The execution.
    #[codec(index = 0)]
    Execution,
    /// That a statement about a batch becomes final.
    #[codec(index = 1)]
    Finality,
}

/// What disputes did to a subject: each stage is held once, whoever disputes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Disputed {
    /// The dispute that held the execution.
    pub execution: Option<Hold>,
    /// The dispute that held the first statement that was to become final.
    pub finality: Option<Hold>,
    /// When the last dispute was upheld.
    pub upheld: Option<u64>,
}

/// The dispute that holds a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Hold {
    /// Whose.
    pub seat: SeatId,
    /// When it was opened.
    pub at: u64,
}

/// Open disputes of a seat, by the tag of their subjects; those of an earlier key do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct OpenDisputes {
    /// Whose.
    pub key: Key,
    /// How many.
    pub counts: [u8; 3],
}

impl Subject {
    /// The place of its kind among the counts.
    pub fn kind(&self) -> usize {
        match self {
            Self::Batch(_) => 0,
            Self::Proposal(..) => 1,
            Self::Other(_) => 2,
        }
    }
}

impl Dispute {
    /// A new one.
    pub fn new(key: Key, organisation: Label, at: u64, reason: ReferenceHash) -> Self {
        Self { key, organisation, at, reason, acknowledged: None, triaged: None, resolved: None, retracted: None }
    }

    /// Whether nobody has ended it, and the seat that opened it still sits with that key.
    pub fn stands(&self, seat: &Seat) -> bool {
        self.closed().is_none() && self.key == seat.key && seat.sits.is_some()
    }

    /// When it ended.
    pub fn closed(&self) -> Option<u64> {
        self.retracted.or(self.resolved.map(|(_, at)| at))
    }

    /// Second from which it no longer holds anything: a day after its opening, or, where it was triaged by then, when it is to be
    /// decided, at most two days after its opening.
    pub fn holds_until(&self) -> u64 {
        let day = self.triage_by();
        match self.triaged {
            Some(triage) if triage.at < day => triage.decide_by.clamp(day, self.at.saturating_add(LONGEST_HOLD)),
            _ => day,
        }
    }

    /// Second from which the acknowledgement is late.
    pub fn acknowledge_by(&self) -> u64 {
        self.at.saturating_add(ACKNOWLEDGE)
    }

    /// Second from which the triage is late.
    pub fn triage_by(&self) -> u64 {
        self.at.saturating_add(TRIAGE)
    }

    /// Second from which the decision is late: a day after the triage was due, until it was triaged.
    pub fn decide_by(&self) -> u64 {
        self.triaged.map_or_else(|| self.triage_by().saturating_add(DECISION), |triage| triage.decide_by)
    }

    /// Whether a step was late, or is late at `now`.
    pub fn late(&self, now: u64) -> bool {
        let ended = self.closed().unwrap_or(now);
        self.acknowledged.unwrap_or(ended) >= self.acknowledge_by()
            || self.triaged.map_or(ended, |triage| triage.at) >= self.triage_by()
            || ended >= self.decide_by()
    }
}

/// The answer to a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Resolution {
    /// It was right.
    #[codec(index = 0)]
    Upheld,
    /// It was not.
    #[codec(index = 1)]
    Dismissed,
}
