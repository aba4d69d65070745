//! Rows of the policy table: one action class each, as data.

use crate::council::Council;
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// Name of a row; numbers are given once and for ever. A number without a row in the table is denied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RowId(pub u8);

impl RowId {
    /// Emergency council pauses a scope.
    pub const EMERGENCY_PAUSE: Self = Self(5);
    /// Sovereign lifts a pause before it expires.
    pub const LIFT_EARLY: Self = Self(10);
    /// Bridge parameters that let more through.
    pub const BRIDGE_LOOSEN: Self = Self(12);
    /// Bridge parameters that let less through.
    pub const BRIDGE_TIGHTEN: Self = Self(14);

    /// Every row that has an action today, with its name.
    pub const NAMED: [(Self, &'static str); 4] = [
        (Self::EMERGENCY_PAUSE, "emergency-pause"),
        (Self::LIFT_EARLY, "lift-early"),
        (Self::BRIDGE_LOOSEN, "bridge-loosen"),
        (Self::BRIDGE_TIGHTEN, "bridge-tighten"),
    ];

    /// Rows that only ever narrow, and take effect at once.
    pub fn protective(self) -> bool {
        matches!(self, Self::EMERGENCY_PAUSE | Self::BRIDGE_TIGHTEN)
    }

    /// Rows that let more through: somebody must have looked first.
    pub fn loosening(self) -> bool {
        self == Self::BRIDGE_LOOSEN
    }

    /// Rows that no pause and no mode can block (section 7 of the protocol).
    pub fn never_blocked(self) -> bool {
        matches!(self, Self::LIFT_EARLY | Self::BRIDGE_TIGHTEN | Self::EMERGENCY_PAUSE)
    }
}

impl fmt::Display for RowId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMED.iter().find(|(id, _)| id == self) {
            Some((_, name)) => out.write_str(name),
            None => write!(out, "row {}", self.0),
        }
    }
}

impl fmt::Debug for RowId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The councils of a row, each with the approvals it must give at least; sorted, no council twice, at most four.
#[derive(Clone, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct Minima(Vec<(Council, u8)>);

impl Minima {
    /// Most councils in a row.
    pub const MAX: usize = 4;

    /// Nothing where the list is empty, too long, unsorted or names a council twice.
    pub fn new(list: Vec<(Council, u8)>) -> Option<Self> {
        let sorted = list.windows(2).all(|pair| matches!(pair, [(left, _), (right, _)] if left < right));
        (sorted && !list.is_empty() && list.len() <= Self::MAX).then_some(Self(list))
    }

    /// For the tables of this crate, whose order a test checks.
    pub(crate) fn table(list: &[(Council, u8)]) -> Self {
        Self(list.to_vec())
    }

    /// Council and minimum, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Council, u8)> + '_ {
        self.0.iter().copied()
    }

    /// Whether the council votes in this row.
    pub fn has(&self, council: Council) -> bool {
        self.iter().any(|(member, _)| member == council)
    }
}

impl Decode for Minima {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Self::new(Vec::decode(input)?).ok_or_else(|| "minima".into())
    }
}

/// Who may execute an approved proposal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Executors {
    /// Any key, a seat or not: the quorum has spoken and nobody can hold it up.
    #[codec(index = 0)]
    Anyone,
    /// Operator seats; the seats of the row's own councils once half of the window is over.
    #[codec(index = 1)]
    Operator,
}

/// One action class.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Row {
    /// Its name.
    pub id: RowId,
    /// Up at every change of this row; proposals of an older version are stale.
    pub version: u32,
    /// Approvals needed in all.
    pub m: u8,
    /// Councils that vote, with their minima.
    pub minima: Minima,
    /// Seconds between the quorum and the execution.
    pub delay: u32,
    /// Most seconds between opening and quorum.
    pub approve_by: u32,
    /// Most seconds in which an approved proposal may be executed.
    pub window: u32,
    /// Who executes.
    pub executors: Executors,
    /// Takes effect at once and only ever narrows; its proposals survive one epoch.
    pub protective: bool,
    /// An escalation record must exist, and is used up.
    pub escalation: bool,
}
