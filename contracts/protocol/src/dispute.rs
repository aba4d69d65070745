//! Disputes: marks on records, and the clocks of those who have to answer. They take nothing back.

use crate::{bytes::ReferenceHash, council::SeatId};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Seconds in which a dispute is to be acknowledged.
pub const ACKNOWLEDGE: u64 = 60 * 60;
/// Seconds, from its opening, in which it is to be triaged.
pub const TRIAGE: u64 = 24 * 60 * 60;
/// Seconds, from the triage, in which it is to be decided.
pub const DECISION: u64 = 24 * 60 * 60;
/// Most seconds from now to which the time to decide is extended at once.
pub const LONGEST_EXTENSION: u64 = 14 * 24 * 60 * 60;
/// Most open disputes of one seat.
pub const MOST_OPEN: u8 = 16;
/// Seconds after which a subject can be disputed again: by then no envelope of the last dispute is accepted any more.
pub const AGAIN: u64 = crate::clock::LIFE;

/// A mark on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Dispute {
    /// Who says so.
    pub seat: SeatId,
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
    /// Hash of the finding.
    pub finding: ReferenceHash,
    /// Second from which the decision is late.
    pub decide_by: u64,
}

impl Dispute {
    /// A new one.
    pub fn new(seat: SeatId, at: u64, reason: ReferenceHash) -> Self {
        Self { seat, at, reason, acknowledged: None, triaged: None, resolved: None, retracted: None }
    }

    /// Whether nobody has ended it.
    pub fn open(&self) -> bool {
        self.resolved.is_none() && self.retracted.is_none()
    }

    /// When it ended.
    pub fn closed(&self) -> Option<u64> {
        self.retracted.or(self.resolved.map(|(_, at)| at))
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
