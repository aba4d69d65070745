//! Settlement: what the rails did with a batch, as a root over all outcomes with sums, said and confirmed in versions.
//!
//! Nothing here iterates over entries: a statement about ten of them is as long as one about a million.

use crate::{
    bytes::{ChainHash, Label, ManifestHash, OutcomesRoot, ReferenceHash, StatementHash, TxHash},
    council::{Council, SeatId},
    hash,
    key::Key,
    merkle,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// First byte of an outcome.
const VERSION: u8 = 1;

/// What a recorder says of a batch. Each recorder's statements follow each other; nobody's is in another's way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Statement {
    /// The batch.
    pub manifest: ManifestHash,
    /// The seat's last version plus one, from 1.
    pub version: u32,
    /// The seat's last statement about the batch.
    pub previous: Option<StatementHash>,
    /// Root of the tree of the outcomes, in the order of the entries (RFC 9162).
    pub root: OutcomesRoot,
    /// Entries to which nothing more will happen.
    pub closed: u32,
    /// What arrived of what is due of the closed entries.
    pub paid: u128,
    /// What did not.
    pub unpaid: u128,
    /// What left the payer's account and did not come back.
    pub debited: u128,
}

/// A recorder's newest statement about a batch as the contract keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Stated {
    /// The key that made it.
    pub key: Key,
    /// When.
    pub at: u64,
    /// Its hash.
    pub commitment: StatementHash,
    /// What it says.
    pub statement: Statement,
    /// Auditors' seats, a bit each, that have voted on it.
    pub voters: u32,
    /// When a contradiction to it was last taken back or overruled; 0 where none was.
    pub cleared: u64,
}

/// What an auditor says of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Vote {
    /// The batch.
    pub manifest: ManifestHash,
    /// The number of the seat's last vote on the batch plus one, from 1.
    pub number: u32,
    /// Whose statement.
    pub recorder: SeatId,
    /// Its version.
    pub version: u32,
    /// Its hash.
    pub commitment: StatementHash,
    /// What is said of it.
    pub verdict: Verdict,
    /// Hash of the evidence.
    pub evidence: ReferenceHash,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Verdict {
    /// It is so.
    #[codec(index = 0)]
    Confirmed,
    /// It is not so; the statement is not made final.
    #[codec(index = 1)]
    Contradicted,
    /// Nothing is said any more.
    #[codec(index = 2)]
    Withdrawn,
}

/// An auditor's last vote on a batch as the contract keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Voted {
    /// Its number.
    pub number: u32,
    /// Whose statement it is about.
    pub recorder: SeatId,
    /// The hash of that statement.
    pub commitment: StatementHash,
    /// What it says.
    pub verdict: Verdict,
    /// The key that gave it.
    pub key: Key,
    /// When.
    pub at: u64,
    /// The statement to which a contradiction of the seat was overruled last: it does not stand again.
    pub overruled: Option<StatementHash>,
}

impl Voted {
    /// Whether it contradicts this statement, and was not overruled about it.
    pub fn contradicts(&self, commitment: StatementHash) -> bool {
        let says = self.verdict == Verdict::Contradicted && self.commitment == commitment;
        says && self.overruled != Some(commitment)
    }
}

/// A statement that is final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Final {
    /// Whose.
    pub recorder: SeatId,
    /// Its version.
    pub version: u32,
    /// Its hash.
    pub commitment: StatementHash,
    /// When it was made.
    pub stated_at: u64,
    /// When it became final.
    pub at: u64,
    /// Entries to which nothing more will happen.
    pub closed: u32,
    /// What arrived.
    pub paid: u128,
    /// What did not.
    pub unpaid: u128,
    /// What left the payer's account and did not come back.
    pub debited: u128,
    /// What the budget line gets back for it.
    pub credit: u128,
}

/// What became of an entry: a leaf of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Outcome {
    /// The entry's index.
    pub index: u32,
    /// Whether nothing more will happen to it.
    pub closed: bool,
    /// What arrived, at most what is due.
    pub paid: u128,
    /// What arrived beyond.
    pub excess: u128,
    /// Where it can be looked up.
    pub references: Vec<Reference>,
    /// Why it is not fully paid.
    pub reason: Option<Label>,
    /// Hash of the evidence.
    pub evidence: ReferenceHash,
}

/// A payment on a rail. One may serve several entries, and several one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Reference {
    /// On which chain, or on which other rail.
    pub chain: ChainHash,
    /// In which transaction.
    pub transaction: TxHash,
    /// Place of the log, or of the leg.
    pub log: u32,
    /// What it moved.
    pub amount: u128,
    /// What of that is for this entry.
    pub share: u128,
}

/// Outcomes added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Entries to which nothing more will happen.
    pub closed: u32,
    /// What arrived of what is due of the closed entries.
    pub paid: u128,
    /// What did not.
    pub unpaid: u128,
    /// What arrived at all entries, also beyond what is due.
    pub arrived: u128,
}

impl Stated {
    /// The auditors' seats that have voted on it.
    pub fn auditors(&self) -> impl Iterator<Item = SeatId> {
        let voters = self.voters;
        let voted = move |index: &u8| voters.checked_shr(u32::from(*index)).is_some_and(|bits| bits & 1 == 1);
        (0..32).filter(voted).map(|index| SeatId { council: Council::Auditor, index })
    }
}

impl Statement {
    /// What is due of the closed entries.
    pub fn due(&self) -> u128 {
        self.paid.saturating_add(self.unpaid)
    }

    /// Whether closed and open entries can have these sums: each is due at least one unit, and all of them the total.
    pub fn adds_up(&self, count: u32, total: u128) -> bool {
        let due = self.paid.checked_add(self.unpaid);
        let Some(outstanding) = due.and_then(|due| total.checked_sub(due)) else { return false };
        let Some(open) = count.checked_sub(self.closed) else { return false };
        // What is open counts in neither sum, and of what is closed nothing is left.
        let each = (self.closed > 0 || self.due() == 0) && (open > 0 || outstanding == 0);
        self.due() >= self.closed.into() && outstanding >= open.into() && each
    }

    /// What the budget line gets back: what is due of the closed entries and never left, or came back.
    pub fn credit(&self) -> u128 {
        self.due().saturating_sub(self.debited)
    }
}

impl Outcome {
    /// The bytes that are hashed: `0x01` (version) ‖ SCALE(outcome).
    pub fn to_bytes(&self) -> Vec<u8> {
        (VERSION, self).encode()
    }

    /// Its leaf: SHA-256(`0x00` ‖ bytes), as RFC 9162 has it.
    pub fn leaf(&self) -> [u8; 32] {
        merkle::leaf(&self.to_bytes(), &hash::sha256)
    }
}

impl Sums {
    /// With the outcome of an entry of which so much is due; `None` where that is not sound.
    pub fn with(self, outcome: &Outcome, due: u128) -> Option<Self> {
        let unpaid = due.checked_sub(outcome.paid)?;
        if outcome.closed && unpaid > 0 && outcome.reason.is_none() {
            return None;
        }
        let arrived = self.arrived.checked_add(outcome.paid)?.checked_add(outcome.excess)?;
        let sums = Self { arrived, ..self };
        match outcome.closed {
            false => Some(sums),
            true => Some(Self {
                closed: self.closed.checked_add(1)?,
                paid: self.paid.checked_add(outcome.paid)?,
                unpaid: self.unpaid.checked_add(unpaid)?,
                ..sums
            }),
        }
    }
}

impl Verdict {
    /// Every verdict with its name.
    pub const NAMED: [(Self, &'static str); 3] =
        [(Self::Confirmed, "confirmed"), (Self::Contradicted, "contradicted"), (Self::Withdrawn, "withdrawn")];
}

impl fmt::Display for Verdict {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(verdict, _)| verdict == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Verdict {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::NAMED.iter().find(|(_, name)| *name == text).map(|(verdict, _)| *verdict).ok_or(crate::text::NotAnId)
    }
}
