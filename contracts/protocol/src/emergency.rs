//! What an emergency leaves behind: pauses, modes, the use that is counted against the cap, the duty to review.

use crate::{
    bytes::{IncidentId, ReferenceHash},
    genesis::Profile,
    proposal_id::ProposalId,
    scope::{Mode, Severity},
};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most scopes whose review is due at once; one more is not paused before one of them is reviewed.
pub const MOST_DUTIES: usize = 8;
/// Seconds for which the Emergency council sets a seat aside.
pub const SUSPENSION: u64 = 7 * 24 * 60 * 60;

/// A pause: in force while `now < until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Paused {
    /// Second from which it is over.
    pub until: u64,
    /// Since when it holds without a break.
    pub since: u64,
    /// By which proposal: the pause's name. One that is prolonged under a capped row keeps its own; the Sovereign's word
    /// makes it another.
    pub set_by: ProposalId,
    /// The incident.
    pub incident: IncidentId,
    /// Its severity.
    pub severity: Severity,
    /// Hash of the reason.
    pub reason: ReferenceHash,
    /// Second until which the Sovereign's majority pauses it, whoever prolonged it since; 0 where it does not.
    pub sovereign_until: u64,
}

/// A degraded mode: in force while `now < until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct InMode {
    /// Which.
    pub mode: Mode,
    /// Second from which everything is executed again.
    pub until: u64,
    /// The incident.
    pub incident: IncidentId,
    /// By which proposal: the mode's name, as of a pause.
    pub set_by: ProposalId,
    /// Second until which the Sovereign's majority sets it, whoever prolonged it since; 0 where it does not.
    pub sovereign_until: u64,
}

/// What must be reviewed before the scope is paused again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Duty {
    /// Name of the newest pause or mode.
    pub set_by: ProposalId,
    /// Its incident.
    pub incident: IncidentId,
    /// Its severity.
    pub severity: Severity,
    /// When the first pause began that is not reviewed.
    pub since: u64,
    /// When the last one ends.
    pub until: u64,
    /// Pauses that the review must cover: more than one only by the Sovereign's consent.
    pub pauses: u16,
    /// Seats that have filed a report on it.
    pub reports: u8,
    /// Whether the Sovereign lets the next pause through.
    pub consent: bool,
}

/// What a seat reports on a duty: the seat alone replaces it, by the next version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Report {
    /// Name of the newest pause or mode of the duty; a report of an earlier duty says nothing of a later one.
    pub set_by: ProposalId,
    /// Which report of the seat.
    pub version: u16,
    /// Severity in hindsight.
    pub severity: Severity,
    /// Hash of the report.
    pub report: ReferenceHash,
}

/// Most seconds of one pause or mode, and of all together in any seven days, where they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cap {
    /// One of them.
    pub each: u32,
    /// All on overlapping scopes in seven days; nothing where they are not counted.
    pub rolling: Option<u32>,
}

impl Cap {
    /// The cap of whoever decides under a row, by whether it takes a majority of the Sovereign council: whatever the row is
    /// called, whoever is not the Sovereign is counted.
    pub fn of(profile: Profile, sovereign: bool) -> Self {
        match (profile, sovereign) {
            (Profile::Micronode { .. }, _) => Self { each: 30 * 60, rolling: Some(2 * 60 * 60) },
            (Profile::Standard, true) => Self { each: 72 * 60 * 60, rolling: None },
            (Profile::Standard, false) => Self { each: 60 * 60, rolling: Some(4 * 60 * 60) },
        }
    }

    /// Most seconds for which a minority can hold executions up, one pause after the other.
    pub const fn longest(profile: Profile) -> u32 {
        match profile {
            Profile::Standard => 4 * 60 * 60,
            Profile::Micronode { .. } => 2 * 60 * 60,
        }
    }
}

/// Seconds of pause in the last seven days, in buckets of an eighth of that.
///
/// A pause is counted in the bucket in which it ends, and the sum goes over nine buckets: the running one and the eight
/// before it. So it is forgotten seven days after its end at the earliest, never too soon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Use {
    /// Number of the newest bucket.
    pub newest: u64,
    /// Seconds in the newest bucket and those before it.
    pub seconds: [u32; 9],
}

impl Use {
    /// Seconds of one bucket.
    pub const BUCKET: u64 = 7 * 24 * 60 * 60 / 8;

    /// The use in the bucket of `at`; it never goes back.
    pub fn moved_to(mut self, at: u64) -> Self {
        let newest = (at / Self::BUCKET).max(self.newest);
        let by = usize::try_from(newest.saturating_sub(self.newest)).unwrap_or(usize::MAX).min(9);
        self.seconds.rotate_right(by % 9);
        self.seconds.iter_mut().take(by).for_each(|bucket| *bucket = 0);
        Self { newest, ..self }
    }

    /// Seconds that count at `at`.
    pub fn sum(self, at: u64) -> u32 {
        self.moved_to(at).seconds.iter().fold(0, |sum, bucket| sum.saturating_add(*bucket))
    }

    /// Counts a pause that ends at `until`.
    pub fn charged(self, seconds: u32, until: u64) -> Self {
        let mut moved = self.moved_to(until);
        if let Some(bucket) = moved.seconds.first_mut() {
            *bucket = bucket.saturating_add(seconds);
        }
        moved
    }
}
