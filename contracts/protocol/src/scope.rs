//! What can be stopped or narrowed, by which incident, and what somebody must have looked at.

use crate::{
    bytes::{IncidentId, ReferenceHash},
    council::SeatId,
};
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// What is paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Scope {
    /// All executions that can be blocked.
    #[codec(index = 0)]
    Everything,
    /// Releases.
    #[codec(index = 1)]
    Upgrades,
    /// One bridge route.
    #[codec(index = 2)]
    Route(u32),
    /// One programme.
    #[codec(index = 3)]
    Program(u32),
    /// One account: a freeze.
    #[codec(index = 4)]
    Account([u8; 32]),
}

/// What somebody has looked at before it is loosened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Watched {
    /// A bridge route.
    #[codec(index = 2)]
    Route(u32),
    /// Assets, payers and parties of the registry.
    #[codec(index = 5)]
    Money,
}

/// What is executed while something is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Mode {
    /// Everything.
    #[codec(index = 0)]
    Normal,
    /// Small batches; nothing is loosened and no large batch runs.
    #[codec(index = 1)]
    Limited,
    /// What is never blocked, and nothing else.
    #[codec(index = 2)]
    ReadOnly,
}

/// A degraded mode that expires by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SetMode {
    /// Which; not the normal one.
    pub mode: Mode,
    /// For how many seconds from the execution.
    pub seconds: u32,
    /// The incident that asks for it.
    pub incident: IncidentId,
    /// Its severity.
    pub severity: Severity,
    /// Hash of the reason in words.
    pub reason: ReferenceHash,
}

/// How grave an incident is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Severity {
    /// Critical.
    #[codec(index = 1)]
    Sev1,
    /// Major.
    #[codec(index = 2)]
    Sev2,
    /// Minor.
    #[codec(index = 3)]
    Sev3,
    /// Low.
    #[codec(index = 4)]
    Sev4,
}

/// A pause that expires by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pause {
    /// What is paused.
    pub scope: Scope,
    /// For how many seconds from the execution; within the cap of whoever pauses.
    pub seconds: u32,
    /// The incident that asks for it.
    pub incident: IncidentId,
    /// Its severity.
    pub severity: Severity,
    /// Hash of the reason in words.
    pub reason: ReferenceHash,
}

impl Mode {
    /// Every mode with its name.
    pub const NAMED: [(Self, &'static str); 3] =
        [(Self::Normal, "normal"), (Self::Limited, "limited"), (Self::ReadOnly, "read-only")];
}

impl fmt::Display for Mode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(mode, _)| mode == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Mode {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::NAMED.iter().find(|(_, name)| *name == text).map(|(mode, _)| *mode).ok_or(crate::text::NotAnId)
    }
}

impl fmt::Display for Watched {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route(id) => write!(out, "route:{id}"),
            Self::Money => out.write_str("money"),
        }
    }
}

impl core::str::FromStr for Watched {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once(':') {
            None if text == "money" => Some(Self::Money),
            Some(("route", id)) => crate::text::decimal(id).map(Self::Route),
            _ => None,
        }
        .ok_or(crate::text::NotAnId)
    }
}

impl Scope {
    /// Whether it is one account: frozen alone, it is not counted against any cap.
    pub fn single(&self) -> bool {
        match self {
            Self::Account(_) => true,
            Self::Everything | Self::Upgrades | Self::Route(_) | Self::Program(_) => false,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => out.write_str("everything"),
            Self::Upgrades => out.write_str("upgrades"),
            Self::Route(id) => write!(out, "route:{id}"),
            Self::Program(id) => write!(out, "program:{id}"),
            Self::Account(id) => out.write_str("account:").and_then(|()| crate::bytes::write_hex(out, id)),
        }
    }
}

impl core::str::FromStr for Scope {
    type Err = crate::text::NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |digits| crate::text::decimal(digits);
        match text.split_once(':') {
            None if text == "everything" => Some(Self::Everything),
            None if text == "upgrades" => Some(Self::Upgrades),
            Some(("route", id)) => number(id).map(Self::Route),
            Some(("program", id)) => number(id).map(Self::Program),
            Some(("account", id)) => crate::bytes::parse_hex(id).ok().map(Self::Account),
            _ => None,
        }
        .ok_or(crate::text::NotAnId)
    }
}

/// That somebody has looked before limits are loosened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Escalation {
    /// When.
    pub at: u64,
    /// Who.
    pub seat: SeatId,
    /// Hash of the report.
    pub reference: ReferenceHash,
    /// Whether a change has used it up.
    pub used: bool,
}

impl Escalation {
    /// Seconds for which it can be used.
    pub const LIFE: u64 = 7 * 24 * 60 * 60;
}
