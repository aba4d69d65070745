//! Batches: what was decided to be paid, and how each of its entries ends, exactly once.
//!
//! A batch commits to a manifest of entries `[0, count)`. Two cursors go through it. The first moves when entries are
//! recorded as settled or marked as excepted; the second, never ahead of it, when an auditor has seen the settlement,
//! and steps over what was excepted. All of this is a few numbers, however long the manifest is.

use crate::{
    bytes::{AssetHash, ChainHash, ManifestRoot, ReferenceHash, TxHash},
    program::RuleSet,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most ranges of one record of settlement.
pub const MOST_RANGES: usize = 128;
/// Most entries that are attested at once.
pub const MOST_ENTRIES: usize = 128;
/// Most transactions of one attestation.
pub const MOST_TRANSACTIONS: usize = 16;

/// Pays the entries of a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ExecuteBatch {
    /// For which programme.
    pub program: u32,
    /// In which asset.
    pub asset: AssetHash,
    /// From which account; the registry says that it pays for the programme.
    pub payer: [u8; 32],
    /// Version of the rule set after which the entries were chosen: the programme's present one.
    pub rules: u32,
    /// Root of the manifest.
    pub manifest: ManifestRoot,
    /// Its entries.
    pub count: u32,
    /// Sum of their amounts.
    pub total: u128,
    /// Whether others can look at the rail.
    pub rail: Rail,
    /// What it pays again, where it does.
    pub correction: Option<Correction>,
}

/// Whether settlement can be looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Rail {
    /// By anybody: every entry states where it is paid to.
    #[codec(index = 0)]
    Queryable,
    /// Only by those who run it.
    #[codec(index = 1)]
    Opaque,
}

/// An excepted range that is paid again, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Correction {
    /// The batch in which it was excepted.
    pub parent: ManifestRoot,
    /// First entry of the range.
    pub from: u32,
    /// Entry after the range.
    pub up_to: u32,
    /// Hash of the evidence that the first payment is void.
    pub evidence: ReferenceHash,
}

/// A batch as it was executed: what the action says, and what the contract adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Executed {
    /// What was decided.
    pub order: ExecuteBatch,
    /// The rule set, pinned.
    pub rules: RuleSet,
    /// Its number within the programme, from 1.
    pub number: u32,
    /// The programme's batch before.
    pub previous: Option<ManifestRoot>,
    /// Number of the period to which it is charged.
    pub period: u64,
    /// Whether it is counted among the small batches.
    pub small: bool,
}

/// A batch as the contract keeps it; never removed, so that a manifest is executed once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Batch {
    /// For which programme.
    pub program: u32,
    /// In which asset.
    pub asset: AssetHash,
    /// Its number within the programme.
    pub number: u32,
    /// Version of its rule set.
    pub rules: u32,
    /// Entries.
    pub count: u32,
    /// Sum of their amounts.
    pub total: u128,
    /// Entries before this one have ended.
    pub cursor: u32,
    /// Sum of what is recorded as settled.
    pub settled: u128,
    /// Sum of what is excepted.
    pub excepted: u128,
    /// Entries before this one are attested or excepted.
    pub attested: u32,
    /// Sum of what is attested.
    pub confirmed: u128,
    /// First entry of the next excepted run that attestation has not passed.
    pub ahead: Option<u32>,
    /// First entry of the last such run.
    pub newest: Option<u32>,
    /// When it was reconciled.
    pub reconciled: Option<u64>,
}

/// Entries that are not paid by this batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Exception {
    /// Entry after the range.
    pub up_to: u32,
    /// Sum of their amounts.
    pub amount: u128,
    /// The batch that pays them after all.
    pub corrected: Option<ManifestRoot>,
    /// Where the run ends that begins with this range: exceptions without a gap between them.
    pub run: u32,
    /// First entry of the run after it.
    pub next: Option<u32>,
}

/// Entries recorded as settled: from where the last ones ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Settled {
    /// Entry after the range.
    pub up_to: u32,
    /// Sum of their amounts.
    pub amount: u128,
    /// Hash of the settlement's reference on the rail.
    pub reference: ReferenceHash,
}

/// What an auditor has seen on a rail: one log for each entry, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Seen {
    /// The transaction.
    pub tx: TxHash,
    /// Places of its logs, ascending.
    pub logs: Vec<u32>,
}

/// Entries whose settlement an auditor has looked up.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Attestation {
    /// The batch.
    pub manifest: ManifestRoot,
    /// First entry.
    pub from: u32,
    /// Sum of what was seen.
    pub amount: u128,
    /// On which chain.
    pub chain: ChainHash,
    /// In which transactions, each once.
    pub seen: Vec<Seen>,
}

impl Attestation {
    /// Entries that it is about; more than there can be count as the largest number.
    pub fn entries(&self) -> u32 {
        let count = self.seen.iter().fold(0_usize, |sum, seen| sum.saturating_add(seen.logs.len()));
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// The entry after the last.
    pub fn up_to(&self) -> u32 {
        self.from.saturating_add(self.entries())
    }
}

impl Batch {
    /// A batch of which nothing has happened.
    pub fn new(executed: &Executed) -> Self {
        let ExecuteBatch { program, asset, count, total, .. } = executed.order;
        Self {
            program,
            asset,
            number: executed.number,
            rules: executed.rules.version,
            count,
            total,
            cursor: 0,
            settled: 0,
            excepted: 0,
            attested: 0,
            confirmed: 0,
            ahead: None,
            newest: None,
            reconciled: None,
        }
    }

    /// What has not ended.
    pub fn open(&self) -> u128 {
        self.total.saturating_sub(self.settled).saturating_sub(self.excepted)
    }

    /// Whether the sums still work out when the entries up to `up_to` end with `amount`: each entry has an amount of at
    /// least one, and with the last entry nothing is left.
    pub fn adds_up(&self, up_to: u32, amount: u128) -> bool {
        let entries = u128::from(up_to.saturating_sub(self.cursor));
        let after = u128::from(self.count.saturating_sub(up_to));
        let left = self.open().checked_sub(amount);
        amount >= entries && left.is_some_and(|left| left >= after && (after > 0 || left == 0))
    }

    /// Whether what auditors have seen is what was recorded, when `amount` more was seen of so many entries: all of it
    /// where attestation `reached` the cursor by that, and less before.
    pub fn confirms(&self, reached: u32, amount: u128, entries: u32) -> bool {
        let confirmed = self.confirmed.checked_add(amount);
        let all = reached == self.cursor;
        let sums = confirmed.is_some_and(|sum| if all { sum == self.settled } else { sum < self.settled });
        amount >= u128::from(entries) && sums
    }

    /// The entry before which attestation has to stop: it steps over an excepted run, and never into one.
    pub fn attestable(&self) -> u32 {
        self.ahead.map_or(self.cursor, |ahead| ahead.min(self.cursor))
    }

    /// Whether every entry has ended, what was settled is attested, and the sums are equal.
    pub fn complete(&self) -> bool {
        self.cursor == self.count && self.attested == self.count && self.open() == 0 && self.confirmed == self.settled
    }
}

impl Rail {
    /// Every kind with its name.
    pub const NAMED: [(Self, &'static str); 2] = [(Self::Queryable, "queryable"), (Self::Opaque, "opaque")];
}

impl fmt::Display for Rail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(rail, _)| rail == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Rail {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::NAMED.iter().find(|(_, name)| *name == text).map(|(rail, _)| *rail).ok_or(crate::text::NotAnId)
    }
}
