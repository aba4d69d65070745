//! Rows of the policy table: one action class each, as data.

use crate::council::Council;
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// Name of a row; numbers are given once and for ever. A number without a row in the table is denied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct RowId(pub u8);

/// A row's answers, as the table below has them: each row gives every one, so that a row that is added says what stops it.
macro_rules! answer {
    (runs) => {
        true
    };
    (stopped) => {
        false
    };
    (watched) => {
        true
    };
    (unwatched) => {
        false
    };
    (direct) => {
        true
    };
    (envelope) => {
        false
    };
    (one) => {
        true
    };
    (both) => {
        false
    };
    (operators) => {
        true
    };
    (members) => {
        false
    };
}

macro_rules! rows {
    ($(
        #[doc = $doc:literal]
        $number:literal $name:ident $text:literal
        $direction:ident $stop:ident $look:ident $door:ident $seats:ident $author:ident $hours:literal;
    )*) => {
        impl RowId {
            $(#[doc = $doc] pub const $name: Self = Self($number);)*

            /// Every row that there can be, with its name, by number.
            pub const NAMED: &[(Self, &'static str)] = &[$((Self::$name, $text),)*];

            /// What is decided under each row, in a sentence; as [`Self::NAMED`] has them.
            pub const MEANINGS: &[&'static str] = &[$($doc,)*];

            /// Whether there is a row of this number. The contract asks without having the names.
            pub fn known(self) -> bool {
                matches!(self, $(Self::$name)|*)
            }

            /// Which way the row goes; unknown rows loosen.
            pub fn direction(self) -> Direction {
                match self {
                    $(Self::$name => Direction::$direction,)*
                    _ => Direction::Loosens,
                }
            }

            /// Rows that no pause and no mode can block (section 7 of the protocol): whatever cures, narrows or looks.
            /// Unknown rows are blocked.
            pub fn never_blocked(self) -> bool {
                match self {
                    $(Self::$name => answer!($stop),)*
                    _ => false,
                }
            }

            /// Rows for which somebody must have looked first: an escalation record is used up. Unknown rows need one.
            pub fn escalation(self) -> bool {
                match self {
                    $(Self::$name => answer!($look),)*
                    _ => true,
                }
            }

            /// Whether members may act from their own chain accounts unless the table says otherwise: not where much is
            /// at stake, because there the evidence must stand on its own. Unknown rows take envelopes only.
            pub fn direct_by_default(self) -> bool {
                match self {
                    $(Self::$name => answer!($door),)*
                    _ => false,
                }
            }

            /// Rows that one of the two seats of a micronode may decide; none of them changes members, rows, budgets or
            /// limits, but for the recovery of the other seat. Unknown rows need both.
            pub fn one_of_two(self) -> bool {
                match self {
                    $(Self::$name => answer!($seats),)*
                    _ => false,
                }
            }

            /// Rows under which operators may open proposals: what they carry out day by day. They approve nothing.
            /// Unknown rows are for members.
            pub fn operators_may_open(self) -> bool {
                match self {
                    $(Self::$name => answer!($author),)*
                    _ => false,
                }
            }

            /// Least seconds between quorum and execution (invariants `bounds` and `direction`). Unknown rows wait longest.
            pub fn least_delay(self) -> u32 {
                match self {
                    $(Self::$name => $hours * 60 * 60,)*
                    _ => 72 * 60 * 60,
                }
            }
        }
    };
}

// Columns: number, constant, name; which way it goes; whether a pause or a mode stops it; whether somebody must have
// looked; whether a member's own account is a door by default; how many of a micronode's two seats decide; who may open
// proposals; least delay in hours.
rows! {
    /// A text takes effect, nothing else.
    1 DOCUMENT_ONLY "document-only" Neutral stopped unwatched direct one members 0;
    /// A release of a routine component.
    2 ROUTINE_UPGRADE "routine-upgrade" Loosens stopped unwatched direct one operators 1;
    /// A release of a high-risk component, and the list of components.
    3 HIGH_RISK_UPGRADE "high-risk-upgrade" Loosens stopped unwatched envelope both operators 24;
    /// A baseline of a tuned parameter.
    4 CONFIG_OUTSIDE_BAND "config-outside-band" Loosens stopped unwatched direct both operators 1;
    /// Emergency council pauses a scope.
    5 EMERGENCY_PAUSE "emergency-pause" Protects runs unwatched direct both members 0;
    /// Emergency council sets a seat aside.
    6 SEAT_SUSPENSION "seat-suspension" Protects runs unwatched direct both members 0;
    /// Emergency council narrows what is executed.
    7 DEGRADED_MODE "degraded-mode" Protects runs unwatched direct both members 0;
    /// Sovereign council pauses a scope.
    8 SOVEREIGN_PAUSE "sovereign-pause" Protects runs unwatched direct one members 0;
    /// Sovereign council sets a seat aside.
    9 SOVEREIGN_SUSPENSION "sovereign-suspension" Protects runs unwatched direct both members 0;
    /// Sovereign ends a pause or a suspension before it expires.
    10 LIFT_EARLY "lift-early" Neutral runs unwatched direct both members 0;
    /// Sovereign ends a degraded mode.
    11 DEGRADED_MODE_OFF "degraded-mode-off" Neutral runs unwatched direct both members 0;
    /// Bridge parameters that let more through.
    12 BRIDGE_LOOSEN "bridge-loosen" Loosens stopped watched direct both members 1;
    /// Assets, payers and parties of the money rail.
    13 REGISTRY_MONEY "registry-money" Loosens stopped watched envelope both members 1;
    /// Bridge parameters that let less through.
    14 BRIDGE_TIGHTEN "bridge-tighten" Protects runs unwatched direct both members 0;
    /// Revokes an asset, a payer or a party.
    15 REGISTRY_REVOKE_MONEY "registry-revoke-money" Protects runs unwatched direct both members 0;
    /// Keys of the signing service and their back ends.
    16 CUSTODY "custody" Loosens stopped unwatched envelope one members 1;
    /// A new programme, or a new authority with its council.
    17 PROGRAM_CREATE "program-create" Loosens stopped unwatched direct both members 1;
    /// Terms, rule sets and budget lines of a programme.
    18 PROGRAM_CHANGE "program-change" Loosens stopped unwatched direct both members 1;
    /// A large batch.
    19 BATCH_LARGE "batch-large" Neutral stopped unwatched direct both operators 0;
    /// A small batch.
    20 BATCH_SMALL "batch-small" Neutral stopped unwatched direct one operators 0;
    /// Issuers and schemas.
    21 REGISTRY_IDENTITY "registry-identity" Loosens stopped unwatched direct one members 1;
    /// Revokes an issuer or a schema.
    22 REGISTRY_REVOKE_IDENTITY "registry-revoke-identity" Protects runs unwatched direct both members 0;
    /// The answer to a dispute.
    23 DISPUTE_OVERRIDE "dispute-override" Neutral runs unwatched direct both members 0;
    /// A closed list of exceptions, with evidence.
    24 MANUAL_OVERRIDE "manual-override" Neutral runs unwatched direct both members 0;
    /// Rows, sizes of councils, the panel.
    25 POLICY_TABLE "policy-table" Loosens runs unwatched envelope both members 48;
    /// A seat of the Sovereign council gets another key.
    26 ROTATE_SOVEREIGN "rotate-sovereign" Loosens runs unwatched envelope both members 1;
    /// A seat of the Policy council gets another key.
    27 ROTATE_POLICY "rotate-policy" Loosens runs unwatched envelope both members 1;
    /// A seat of the Technical council gets another key.
    28 ROTATE_TECHNICAL "rotate-technical" Loosens runs unwatched envelope both members 1;
    /// A seat of the Emergency council gets another key.
    29 ROTATE_EMERGENCY "rotate-emergency" Loosens runs unwatched envelope both members 1;
    /// A seat of the Custody council gets another key.
    30 ROTATE_CUSTODY "rotate-custody" Loosens runs unwatched envelope both members 1;
    /// A seat of the Identity council gets another key.
    31 ROTATE_IDENTITY "rotate-identity" Loosens runs unwatched envelope both members 1;
    /// A seat of a programme's council gets another key.
    32 ROTATE_PROGRAM "rotate-program" Loosens runs unwatched envelope both members 1;
    /// A seat of the Treasury council gets another key.
    33 ROTATE_TREASURY "rotate-treasury" Loosens runs unwatched envelope both members 1;
    /// A seat of the Operator council gets another key.
    34 ROTATE_OPERATOR "rotate-operator" Loosens runs unwatched envelope both members 1;
    /// A seat of the Auditor council gets another key.
    35 ROTATE_AUDITOR "rotate-auditor" Loosens runs unwatched envelope both members 1;
    /// The Sovereign council has lost its quorum: the others give it new keys.
    36 RECOVER_SOVEREIGN "recover-sovereign" Loosens runs unwatched envelope one members 72;
    /// The Policy council has lost its quorum: the others give it new keys.
    37 RECOVER_POLICY "recover-policy" Loosens runs unwatched envelope both members 72;
    /// The whole contract ends, and another one goes on in its place.
    38 RETIRE "retire" Loosens stopped unwatched envelope both members 72;
    /// Stops a batch for good.
    39 BATCH_STOP "batch-stop" Protects runs unwatched direct both members 0;
}

/// Which way the actions of a row go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// They only ever narrow: they take effect at once, and their proposals survive one epoch.
    Protects,
    /// They neither widen nor narrow.
    Neutral,
    /// They widen: nobody is surprised by them, there is a delay.
    Loosens,
}

impl RowId {
    /// No row: a number that is never given.
    pub const NONE: Self = Self(0);

    /// Rows that only ever narrow, and take effect at once.
    pub fn protective(self) -> bool {
        self.direction() == Direction::Protects
    }

    /// Rows whose proposals are decided one by one, each with a signature of its own: whatever stops something at once, and
    /// whatever changes who decides.
    pub fn decided_alone(self) -> bool {
        let changes_who_decides =
            matches!(self, Self::RETIRE | Self::POLICY_TABLE | Self::ROTATE_SOVEREIGN | Self::ROTATE_POLICY);
        self.protective() || self.recovers().is_some() || changes_who_decides
    }

    /// The row under which a seat of a council gets another key. The panel's are a matter of the policy table.
    pub fn rotate(council: Council) -> Self {
        match council {
            Council::Sovereign => Self::ROTATE_SOVEREIGN,
            Council::Policy => Self::ROTATE_POLICY,
            Council::Technical => Self::ROTATE_TECHNICAL,
            Council::Emergency => Self::ROTATE_EMERGENCY,
            Council::Custody => Self::ROTATE_CUSTODY,
            Council::Identity => Self::ROTATE_IDENTITY,
            Council::Program(_) => Self::ROTATE_PROGRAM,
            Council::Treasury => Self::ROTATE_TREASURY,
            Council::Operator => Self::ROTATE_OPERATOR,
            Council::Auditor => Self::ROTATE_AUDITOR,
            Council::Panel => Self::POLICY_TABLE,
        }
    }

    /// The council whose seats a rotation row is about.
    pub fn rotated(self) -> Option<Council> {
        Some(match self {
            Self::ROTATE_SOVEREIGN => Council::Sovereign,
            Self::ROTATE_POLICY => Council::Policy,
            Self::ROTATE_TECHNICAL => Council::Technical,
            Self::ROTATE_EMERGENCY => Council::Emergency,
            Self::ROTATE_CUSTODY => Council::Custody,
            Self::ROTATE_IDENTITY => Council::Identity,
            Self::ROTATE_PROGRAM => Council::PROGRAM,
            Self::ROTATE_TREASURY => Council::Treasury,
            Self::ROTATE_OPERATOR => Council::Operator,
            Self::ROTATE_AUDITOR => Council::Auditor,
            _ => return None,
        })
    }

    /// The council that a recovery row gives new keys.
    pub fn recovers(self) -> Option<Council> {
        match self {
            Self::RECOVER_SOVEREIGN => Some(Council::Sovereign),
            Self::RECOVER_POLICY => Some(Council::Policy),
            _ => None,
        }
    }

    /// Epochs that a council may have moved on since a proposal was opened, for its seats to go on counting.
    ///
    /// A recovery takes weeks, in which other councils rotate: whoever sat there all the time goes on counting.
    pub fn epochs_survived(self) -> u32 {
        match self.recovers() {
            Some(_) => u32::MAX,
            None => self.protective().into(),
        }
    }

    /// This row, where it is one of a choice; the first of the choice, where it is not; itself, where there is no choice.
    pub(crate) fn among(self, choice: Option<[Self; 2]>) -> Self {
        match choice {
            Some([first, second]) if self != second => first,
            Some([_, second]) => second,
            None => self,
        }
    }

    /// The row of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(_, text)| *text == name).map(|(id, _)| *id)
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

impl core::str::FromStr for RowId {
    type Err = crate::text::NotAnId;

    /// The name, or `row N` where the number has none.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let nameless = || {
            let number = crate::text::decimal(text.strip_prefix("row ")?)?;
            u8::try_from(number).ok().map(Self).filter(|id| Self::NAMED.iter().all(|(named, _)| named != id))
        };
        Self::named(text).or_else(nameless).ok_or(crate::text::NotAnId)
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

    /// Whether the council votes in this row; any programme's, where the row says [`Council::PROGRAM`].
    pub fn has(&self, council: Council) -> bool {
        self.iter().any(|(member, _)| member == council.in_row())
    }

    /// The least that a council must give; 0 where it does not vote.
    pub fn of(&self, council: Council) -> u8 {
        self.iter().find(|(member, _)| *member == council.in_row()).map_or(0, |(_, k)| k)
    }
}

impl Decode for Minima {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Self::new(Vec::decode(input)?).ok_or_else(|| "minima".into())
    }
}

/// Who may execute an approved proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Executors {
    /// Any key, a seat or not: the quorum has spoken and nobody can hold it up.
    #[codec(index = 0)]
    Anyone,
    /// Operator seats; the seats of the row's own councils once half of the window is over.
    #[codec(index = 1)]
    Operator,
    /// Operator seats and the seats of the row's own councils.
    #[codec(index = 2)]
    Members,
}

/// One action class.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Row {
    /// Its name.
    pub id: RowId,
    /// Up by one at every change of this row; proposals of an older version are stale.
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
    /// Whether members may also act from their own chain accounts.
    pub direct: bool,
}

impl Row {
    /// Whether it takes a majority of the Sovereign council, where that has so many seats.
    pub fn sovereign(&self, seats: u8) -> bool {
        u32::from(self.minima.of(Council::Sovereign)).saturating_mul(2) > seats.into() && seats > 0
    }

    /// Seats of all its councils together, where a council has so many.
    pub fn seats(&self, size: &dyn Fn(Council) -> u8) -> u32 {
        self.minima.iter().map(|(council, _)| u32::from(size(council))).sum()
    }

    /// Whether it asks for hardly less than the row that it replaces: m lower by one, or by as many as seats leave its
    /// councils; each minimum lower by one; and without a council whose minimum was 0 before.
    pub(crate) fn close_to(&self, old: &Self, fewer: u32) -> bool {
        let leaves = |council, k| k == 0 || self.minima.has(council) && self.minima.of(council).saturating_add(1) >= k;
        let lower = u32::from(old.m.saturating_sub(self.m));
        lower <= fewer.max(1) && old.minima.iter().all(|(council, k)| leaves(council, k))
    }
}
