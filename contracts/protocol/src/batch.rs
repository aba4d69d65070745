//! Batches: what was decided to be paid, and how each of its entries ends, exactly once.
//!
//! A batch commits to a manifest of entries `[0, count)`. Two cursors go through it. The first moves when entries are
//! recorded as settled or marked as excepted; the second, never ahead of it, when an auditor has seen the settlement,
//! and steps over what was excepted. All of this is a few numbers, however long the manifest is.

use crate::{
    bytes::{AssetHash, ChainHash, DeploymentId, EntriesRoot, ManifestHash, ReferenceHash, TxHash},
    program::RuleSet,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Seconds after its payday in which a batch may still be executed.
pub const LATE: u64 = 24 * 60 * 60;
/// Seconds before its payday in which a batch may be executed.
pub const AHEAD: u64 = 90 * 24 * 60 * 60;
/// Most ranges of one record of settlement.
pub const MOST_RANGES: usize = 128;
/// Most entries that are attested at once.
pub const MOST_ENTRIES: usize = 128;
/// Most transactions of one attestation.
pub const MOST_TRANSACTIONS: usize = 16;

/// What a batch commits to. Its hash names the batch: nobody else's batch can have that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Header {
    /// Version of this form: [`Header::VERSION`].
    pub version: u8,
    /// The deployment in which it is executed.
    pub deployment: DeploymentId,
    /// For which programme.
    pub program: u32,
    /// In which asset.
    pub asset: AssetHash,
    /// From which account; the registry says that it pays for the programme.
    pub payer: [u8; 32],
    /// Whether others can look at the rail.
    pub rail: Rail,
    /// Version of the rule set after which the entries were chosen.
    pub rules: u32,
    /// The budget line out of which is paid.
    pub line: u32,
    /// The second from which is paid.
    pub pay_on: u64,
    /// Its entries.
    pub count: u32,
    /// Sum of their amounts.
    pub total: u128,
    /// Root of the tree of its entries.
    pub root: EntriesRoot,
    /// The batch whose failed entries it pays again, where it does.
    pub parent: Option<ManifestHash>,
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

/// A batch as it was executed: what was decided, and what the contract adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Executed {
    /// Its name.
    pub manifest: ManifestHash,
    /// What was decided.
    pub header: Header,
    /// The rule set, pinned.
    pub rules: RuleSet,
    /// Its number within the programme, from 1.
    pub number: u32,
    /// The programme's batch before.
    pub previous: Option<ManifestHash>,
    /// Whether it is counted among the small batches.
    pub small: bool,
    /// Auditors whose confirmation a statement about it needs.
    pub auditors: u8,
    /// Seconds without contradiction that a statement about it needs.
    pub challenge: u32,
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
    /// Its budget line.
    pub line: u32,
    /// The second from which is paid.
    pub pay_on: u64,
    /// Entries.
    pub count: u32,
    /// Sum of their amounts.
    pub total: u128,
    /// Auditors whose confirmation a statement about it needs, as the programme asked at its execution.
    pub auditors: u8,
    /// Seconds without contradiction that a statement about it needs.
    pub challenge: u32,
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
    pub manifest: ManifestHash,
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

impl Header {
    /// The version of the form that is executed.
    pub const VERSION: u8 = 1;
}

impl Batch {
    /// A batch of which nothing has happened.
    pub fn new(executed: &Executed) -> Self {
        let Header { program, asset, line, pay_on, rules, count, total, .. } = executed.header;
        Self {
            program,
            asset,
            number: executed.number,
            rules,
            line,
            pay_on,
            count,
            total,
            auditors: executed.auditors,
            challenge: executed.challenge,
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
