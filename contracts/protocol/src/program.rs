//! Programmes: whose authority, under which rules, and out of which budget lines.

use crate::{
    bytes::{ManifestHash, ReferenceHash},
    content::{Content, Kind, some},
    genesis::NewSeat,
    line::SetLine,
};
use alloc::vec::Vec;
use core::{fmt, ops::RangeInclusive};
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most rule sets that one action begins or ends.
pub const MOST_RULES: usize = 8;
/// How much higher than the highest version of a rule set the next one may be: the highest number of all would be the last.
pub const MOST_AHEAD: u32 = 1_000;
/// Most budget lines that one action sets.
pub const MOST_LINES: usize = 8;
/// Auditors that a programme may ask for.
pub const AUDITORS: RangeInclusive<u8> = 1..=2;
/// Seconds without contradiction that a programme may ask for.
pub const CHALLENGE: RangeInclusive<u32> = 60 * 60..=14 * 24 * 60 * 60;

/// A new authority: a council of its own, which answers for any number of programmes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CreateAuthority {
    /// Its number, from 1; never given again.
    pub authority: u32,
    /// Its seats by index, as many as every authority has.
    pub seats: Vec<NewSeat>,
}

/// A new programme. Its number is never given again.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CreateProgram {
    /// Its number, from 1.
    pub program: u32,
    /// What it does.
    pub terms: Terms,
    /// Its first rule sets.
    pub rules: Vec<RulesChange>,
    /// Its first budget lines.
    pub lines: Vec<SetLine>,
}

/// Changes of a programme, which take effect together. Each names what it replaces.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ChangeProgram {
    /// Its number.
    pub program: u32,
    /// Other terms, and the version that they replace.
    pub terms: Option<(u32, Terms)>,
    /// Rule sets that begin or end, by version, ascending.
    pub rules: Vec<RulesChange>,
    /// Budget lines, new or changed, by number, ascending.
    pub lines: Vec<SetLine>,
}

/// What a programme does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Terms {
    /// The authority that answers for it, for ever.
    pub authority: u32,
    /// What may be seen of its payments.
    pub privacy: Privacy,
    /// Hash of the schedule of its payments.
    pub schedule: ReferenceHash,
    /// Auditors of different organisations who must have confirmed a statement about a batch.
    pub auditors: u8,
    /// Seconds for which nobody must have contradicted it.
    pub challenge: u32,
}

/// The rules of a programme, which are kept elsewhere. Several versions may be in effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RuleSet {
    /// SHA-256 of its RFC 8785 JSON.
    pub hash: ReferenceHash,
    /// First second for which is paid under it.
    pub effective_from: u64,
    /// Second from which nothing is paid under it any more, but for what failed under it.
    pub effective_until: Option<u64>,
}

/// A rule set begins, or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum RulesChange {
    /// A version above all that there were.
    #[codec(index = 0)]
    Begin {
        /// The version.
        version: u32,
        /// The rules.
        rules: RuleSet,
    },
    /// An end, earlier than the one that it has.
    #[codec(index = 1)]
    End {
        /// The version.
        version: u32,
        /// The end that this one replaces.
        previous: Option<u64>,
        /// Second from which nothing is paid under it; not before the execution.
        until: u64,
    },
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

/// A programme as the contract keeps it; never removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Program {
    /// Rises by one with every change of the terms, from 1.
    pub version: u32,
    /// What holds.
    pub terms: Terms,
    /// Highest version of its rule sets; 0 where it has none.
    pub rules: u32,
    /// Batches that were executed.
    pub batches: u32,
    /// The last of them.
    pub last: Option<ManifestHash>,
}

impl Terms {
    /// The contents that they name.
    pub(crate) fn contents(&self) -> Vec<Content> {
        some([Kind::Schedule.hashed(self.schedule.0)])
    }
}

impl RuleSet {
    /// Whether it is in effect in this second.
    pub fn in_effect(&self, at: u64) -> bool {
        self.effective_from <= at && self.effective_until.is_none_or(|until| at < until)
    }

    /// Whether one pays under it for this second: while it is in effect, and what failed under it at any time after.
    pub fn pays(&self, at: u64, again: bool) -> bool {
        self.in_effect(at) || (again && self.effective_from <= at)
    }
}

impl RulesChange {
    /// The version that it is about.
    pub fn version(&self) -> u32 {
        match self {
            Self::Begin { version, .. } | Self::End { version, .. } => *version,
        }
    }

    /// The rule set that begins.
    pub(crate) fn content(&self) -> Option<Content> {
        match self {
            Self::Begin { rules, .. } => Kind::RuleSet.hashed(rules.hash.0),
            Self::End { .. } => None,
        }
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
