//! Programmes: under which rules, and how much of which asset in a period.

use crate::{
    bytes::{AssetHash, ManifestRoot, ProgramHash, ReferenceHash},
    genesis::NewSeat,
    route::MIN_PERIOD,
    window::Window,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most assets that one action sets.
pub const MOST_ASSETS: usize = 8;
/// A small batch, and all small batches of a period together, are a tenth of the budget at most.
pub const SMALL_PART: u128 = 10;

/// A new programme. Its number is never given again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CreateProgram {
    /// Its number, from 1.
    pub program: u32,
    /// What it does.
    pub terms: Terms,
    /// Its assets, ascending, each once; at least one.
    pub assets: Vec<AssetTerms>,
    /// Its authority's seats by index; none where the genesis gave it a council already.
    pub seats: Vec<NewSeat>,
}

/// Another value for a programme.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ChangeProgram {
    /// Its number.
    pub program: u32,
    /// Hash of what this change replaces.
    pub previous: ProgramHash,
    /// What it shall do; another rule set has a higher version.
    pub terms: Terms,
    /// Assets that change or come, ascending, each once. A budget of 0 ends one.
    pub assets: Vec<AssetTerms>,
}

/// What a programme does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Terms {
    /// Who is entitled to how much.
    pub rules: RuleSet,
    /// What may be seen of its payments.
    pub privacy: Privacy,
    /// Hash of the schedule of its payments.
    pub schedule: ReferenceHash,
}

/// The rules of a programme, which are kept elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RuleSet {
    /// SHA-256 of its RFC 8785 JSON.
    pub hash: ReferenceHash,
    /// Rises with every other rule set, from 1.
    pub version: u32,
    /// First second in which batches are executed under it.
    pub effective_from: u64,
}

/// What may be seen of a programme's payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Privacy {
    /// Paid on a public rail: amounts and destinations can be seen.
    #[codec(index = 0)]
    Public,
    /// Paid on a private rail: the public sees commitments only.
    #[codec(index = 1)]
    Confidential,
}

/// An asset of a programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct AssetTerms {
    /// SHA-256 of its CAIP-19 text.
    pub asset: AssetHash,
    /// How much of it.
    pub limits: Limits,
}

/// How much may be paid, in base units of the asset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Limits {
    /// Most in a period; 0 for an asset that is paid no more.
    pub budget: u128,
    /// Length of the period in seconds. Periods are counted from the Unix epoch.
    pub period: u32,
    /// Most of one small batch, and of all small batches in any time as long as a period.
    pub small: u128,
}

/// A programme as the contract keeps it; never removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Program {
    /// Rises by one with every change of the terms or of an asset, from 1.
    pub version: u32,
    /// What holds.
    pub terms: Terms,
    /// Batches that were executed.
    pub batches: u32,
    /// The last of them.
    pub last: Option<ManifestRoot>,
}

/// What a programme may pay of an asset, and what it has paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Budget {
    /// What holds.
    pub limits: Limits,
    /// Number of the period of the last charge: its time divided by the length of a period.
    pub period: u64,
    /// Paid in that period.
    pub spent: u128,
    /// Small batches.
    pub small: Window,
}

impl Limits {
    /// A period in which nine parts can be told apart, and a tenth of the budget at most for small batches.
    pub fn sound(&self) -> bool {
        self.period >= MIN_PERIOD && self.small <= self.budget / SMALL_PART
    }

    /// Number of the period of a moment.
    pub fn period_at(&self, now: u64) -> u64 {
        now.checked_div(self.period.into()).unwrap_or(0)
    }
}

impl Budget {
    /// One of which nothing is spent.
    pub fn new(limits: Limits, now: u64) -> Self {
        Self { limits, period: limits.period_at(now), spent: 0, small: Window::empty(limits.period) }
    }

    /// Spent in the period of `now`.
    pub fn spent_at(&self, now: u64) -> u128 {
        if self.limits.period_at(now) == self.period { self.spent } else { 0 }
    }

    /// Left in the period of `now`.
    pub fn left(&self, now: u64) -> u128 {
        self.limits.budget.saturating_sub(self.spent_at(now))
    }

    /// Whether one approval is enough for it: with the other small batches of the last period it stays below the
    /// threshold.
    pub fn lets_through_small(&self, total: u128, now: u64) -> bool {
        self.small.lets_through(total, self.limits.small, now)
    }

    /// With a batch that is executed now.
    #[must_use]
    pub fn charged(self, total: u128, small: bool, now: u64) -> Self {
        let spent = self.spent_at(now).saturating_add(total);
        let window = if small { self.small.charged(total, now) } else { self.small };
        Self { period: self.limits.period_at(now), spent, small: window, ..self }
    }

    /// With other limits: what is spent stays spent in the period that runs now.
    #[must_use]
    pub fn with_limits(self, limits: Limits, now: u64) -> Self {
        let small = self.small.with_period(limits.period, now);
        Self { limits, period: limits.period_at(now), spent: self.spent_at(now), small }
    }
}

impl Privacy {
    /// Every mode with its name.
    pub const NAMED: [(Self, &'static str); 2] = [(Self::Public, "public"), (Self::Confidential, "confidential")];
}

impl fmt::Display for Privacy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(privacy, _)| privacy == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Privacy {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::NAMED.iter().find(|(_, name)| *name == text).map(|(privacy, _)| *privacy).ok_or(crate::text::NotAnId)
    }
}
