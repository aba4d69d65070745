//! Budget lines: how much of an asset a programme may pay in a time that is stated in seconds. A line never forgets.

use crate::{
    bytes::AssetHash,
    content::{Content, Kind},
    wide::mul_div,
};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// All small batches of a line together are a tenth of its limit at most.
pub const SMALL_PART: u128 = 10;
/// Seconds after its end for which a line pays again what failed out of it.
pub const CHILDREN: u64 = 180 * 24 * 60 * 60;

/// A line that is new or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SetLine {
    /// Its number within the programme, from 1.
    pub line: u32,
    /// The version that is replaced; 0 for a new line.
    pub previous: u32,
    /// SHA-256 of the asset's CAIP-19 text; it never changes.
    pub asset: AssetHash,
    /// First second; it never changes.
    pub from: u64,
    /// What may change.
    pub terms: LineTerms,
}

/// What may change of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct LineTerms {
    /// Second from which it pays no more. It may be put off, or come earlier, but not before the execution.
    pub until: u64,
    /// Most that is paid out of it, in base units.
    pub limit: u128,
    /// Most that may be paid again because it never left or came back.
    pub credit_max: u128,
    /// Most of one small batch.
    pub small_one: u128,
    /// Most of all small batches; it accrues evenly from the first second to the first end.
    pub small_all: u128,
}

/// A line as the contract keeps it; never removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Line {
    /// Rises by one with every change, from 1.
    pub version: u32,
    /// In which asset.
    pub asset: AssetHash,
    /// First second.
    pub from: u64,
    /// The end that it had at first, towards which the small amounts accrue.
    pub first_until: u64,
    /// What holds.
    pub terms: LineTerms,
    /// Executed out of it.
    pub spent: u128,
    /// Executed in small batches.
    pub small_spent: u128,
    /// What final statements say never left, or came back. Of it [`LineTerms::credit_max`] counts at most.
    pub returned: u128,
}

impl SetLine {
    /// The name of its asset.
    pub(crate) fn content(&self) -> Option<Content> {
        Kind::Asset.hashed(self.asset.0)
    }
}

impl LineTerms {
    /// Small amounts are a part of the limit, and so is the credit.
    pub fn sound(&self) -> bool {
        self.small_one <= self.small_all
            && self.small_all.checked_mul(SMALL_PART).is_some_and(|parts| parts <= self.limit)
            && self.credit_max <= self.limit
    }
}

impl Line {
    /// A new line, of which nothing is spent.
    pub fn new(set: &SetLine) -> Self {
        let SetLine { asset, from, terms, .. } = *set;
        Self { version: 1, asset, from, first_until: terms.until, terms, spent: 0, small_spent: 0, returned: 0 }
    }

    /// What may be paid again.
    pub fn credited(&self) -> u128 {
        self.returned.min(self.terms.credit_max)
    }

    /// What is left; 0 where the line is overdrawn.
    pub fn left(&self) -> u128 {
        self.terms.limit.saturating_add(self.credited()).saturating_sub(self.spent)
    }

    /// What has accrued for small batches; one of them always has.
    pub fn accrued(&self, now: u64) -> u128 {
        let length = self.first_until.saturating_sub(self.from);
        let passed = now.saturating_sub(self.from).min(length);
        // Rounded down; a line that was never open has accrued nothing.
        let accrued = mul_div(self.terms.small_all, passed.into(), length.into());
        accrued.unwrap_or(0).max(self.terms.small_one)
    }

    /// Whether one approval is enough for it, with all small batches before.
    pub fn lets_through_small(&self, total: u128, now: u64) -> bool {
        let sum = self.small_spent.checked_add(total);
        total <= self.terms.small_one && sum.is_some_and(|sum| sum <= self.accrued(now))
    }

    /// Whether it pays for this second: a batch of its own, or one that pays again what failed out of it.
    pub fn open_for(&self, pay_on: u64, child: bool) -> bool {
        let until = self.terms.until.saturating_add(if child { CHILDREN } else { 0 });
        (self.from..until).contains(&pay_on)
    }

    /// With a batch that is executed.
    #[must_use]
    pub fn charged(self, total: u128, small: bool) -> Self {
        let small_spent = if small { self.small_spent.saturating_add(total) } else { self.small_spent };
        Self { spent: self.spent.saturating_add(total), small_spent, ..self }
    }
}
