//! Batches: what was decided to be paid, and what of it is final.

use crate::{
    bytes::{AssetHash, DeploymentId, EntriesRoot, ManifestHash},
    content::{Address, Content, Kind, some},
    program::RuleSet,
    settlement::Final,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Seconds after its payday in which a batch may still be executed.
pub const LATE: u64 = 24 * 60 * 60;
/// Seconds before its payday in which a batch may be executed.
pub const AHEAD: u64 = 90 * 24 * 60 * 60;

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
    /// The statement about it that is final.
    pub last: Option<Final>,
    /// Sum of the batches that pay it again.
    pub again: u128,
}

impl Header {
    /// The version of the form that is executed.
    pub const VERSION: u8 = 1;

    /// The contents that it names. Its asset stands in the registry.
    pub(crate) fn contents(&self) -> Vec<Content> {
        some([Kind::Entries.at(Address::Entries(self.root.0))])
    }
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
            last: None,
            again: 0,
        }
    }

    /// What is not paid, for all that is final, and was not paid again.
    pub fn repayable(&self) -> u128 {
        self.last.map_or(0, |last| last.unpaid).saturating_sub(self.again)
    }

    /// When the final statement says that nothing more will happen to any entry.
    pub fn reconciled(&self) -> Option<u64> {
        self.last.filter(|last| last.closed == self.count).map(|last| last.at)
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
