//! What answers share: the block at which a command read the chain, how strict the deployment is, and amounts.

use super::Text;
use crate::{date::date, text::about};
use greatseal_client::{Units, Weight};
use greatseal_protocol::{genesis, scope};
use schemars::JsonSchema;
use serde::Serialize;

/// The finalised block at which everything of an answer was read.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Block {
    /// Its height.
    pub number: Text<u64>,
    /// Its time, in seconds since the Unix epoch.
    pub time: Text<u64>,
}

impl Block {
    /// A second as people read it, and of one that is still to come how long that is.
    pub(crate) fn clock(&self, moment: u64) -> String {
        match moment.checked_sub(self.time.0) {
            Some(left) if left > 0 => format!("{} ({} left)", date(moment), about(left)),
            _ => date(moment),
        }
    }
}

/// How strict a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Profile {
    /// Which profile.
    pub name: ProfileName,
    /// Second from which a micronode loosens nothing; none for `standard`, and for a table that nobody has deployed.
    pub until: Option<Text<u64>>,
}

/// Name of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProfileName {
    /// The whole table.
    Standard,
    /// One machine and a few people, for a time.
    Micronode,
}

impl Profile {
    /// A profile that holds.
    pub fn deployed(profile: genesis::Profile) -> Self {
        match profile {
            genesis::Profile::Standard => Self { name: ProfileName::Standard, until: None },
            genesis::Profile::Micronode { until } => Self { name: ProfileName::Micronode, until: Some(Text(until)) },
        }
    }

    /// The profile of a table that nobody has deployed.
    pub fn supposed(profile: genesis::Profile) -> Self {
        Self { until: None, ..Self::deployed(profile) }
    }
}

impl ProfileName {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Micronode => "micronode",
        }
    }
}

/// How amounts of the chain's own unit are shown to people. Amounts themselves are in base units everywhere.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Unit {
    /// Name of the whole unit.
    pub symbol: String,
    /// Digits behind the point.
    pub decimals: u8,
}

impl From<&Units> for Unit {
    fn from(units: &Units) -> Self {
        Self { symbol: units.symbol.clone(), decimals: units.decimals }
    }
}

impl Unit {
    /// An amount of base units in whole units.
    pub(crate) fn amount(&self, base: u128) -> String {
        Units { decimals: self.decimals, symbol: self.symbol.clone(), ss58: 0 }.amount(base)
    }

    /// A fee, where the chain tells it.
    pub(crate) fn paid(&self, fee: Option<Text<u128>>) -> String {
        fee.map_or_else(|| "not told by the chain".to_owned(), |fee| self.amount(fee.0))
    }
}

/// What a transaction takes of a block.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Work {
    /// Picoseconds of computation.
    pub ref_time: Text<u64>,
    /// Bytes of state proof.
    pub proof_size: Text<u64>,
}

impl From<Weight> for Work {
    fn from(Weight { ref_time, proof_size }: Weight) -> Self {
        Self { ref_time: Text(ref_time), proof_size: Text(proof_size) }
    }
}

impl std::fmt::Display for Work {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Weight { ref_time: self.ref_time.0, proof_size: self.proof_size.0 }.fmt(out)
    }
}

/// How grave an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Critical.
    Sev1,
    /// Major.
    Sev2,
    /// Minor.
    Sev3,
    /// Low.
    Sev4,
}

impl From<scope::Severity> for Severity {
    fn from(severity: scope::Severity) -> Self {
        match severity {
            scope::Severity::Sev1 => Self::Sev1,
            scope::Severity::Sev2 => Self::Sev2,
            scope::Severity::Sev3 => Self::Sev3,
            scope::Severity::Sev4 => Self::Sev4,
        }
    }
}

impl Severity {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Sev1 => "sev1",
            Self::Sev2 => "sev2",
            Self::Sev3 => "sev3",
            Self::Sev4 => "sev4",
        }
    }
}
