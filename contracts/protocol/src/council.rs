//! Councils and the duties of organisations; the seats of a council are in `seat`.

mod seat;

pub use seat::{LONGEST_SEAT, Seat, SeatOf, Seated, Sits, Suspension};

use crate::text::{NotAnId, decimal};
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A council. `Program` has one instance an authority; the last three count towards no quorum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Council {
    /// Owns high-level policy and oversight.
    #[codec(index = 0)]
    Sovereign,
    /// Decides which programmes exist and which rules apply.
    #[codec(index = 1)]
    Policy,
    /// Answers for releases.
    #[codec(index = 2)]
    Technical,
    /// May pause.
    #[codec(index = 3)]
    Emergency,
    /// Answers for keys and their back ends.
    #[codec(index = 4)]
    Custody,
    /// Central bank and treasury: the money rail.
    #[codec(index = 5)]
    Treasury,
    /// Accredits issuers.
    #[codec(index = 6)]
    Identity,
    /// An authority, which answers for any number of programmes; authorities count from 1, and 0 is
    /// [`Council::PROGRAM`].
    #[codec(index = 7)]
    Program(u32),
    /// Runs the infrastructure; approves nothing.
    #[codec(index = 8)]
    Operator,
    /// Reviews evidence; approves nothing.
    #[codec(index = 9)]
    Auditor,
    /// External auditors fixed beforehand for deadlocks.
    #[codec(index = 10)]
    Panel,
}

impl Council {
    /// Most seats in one council: a decision is a bit map of 32 seats.
    pub const MAX_SEATS: usize = 16;

    /// In a row: the authority that answers for the programme that the action is about. All authorities have its size.
    pub const PROGRAM: Self = Self::Program(0);

    /// Every council as rows name it.
    pub const IN_ROWS: [Self; 11] = [
        Self::Sovereign,
        Self::Policy,
        Self::Technical,
        Self::Emergency,
        Self::Custody,
        Self::Treasury,
        Self::Identity,
        Self::PROGRAM,
        Self::Operator,
        Self::Auditor,
        Self::Panel,
    ];

    /// Whether approvals of this council count towards any quorum (invariant `who_counts`).
    pub fn counts(self) -> bool {
        match self {
            Self::Operator | Self::Auditor | Self::Panel => false,
            Self::Sovereign
            | Self::Policy
            | Self::Technical
            | Self::Emergency
            | Self::Custody
            | Self::Treasury
            | Self::Identity
            | Self::Program(_) => true,
        }
    }

    /// The number of the authority whose council it is.
    pub fn authority(self) -> Option<u32> {
        match self {
            Self::Program(id) => Some(id),
            Self::Sovereign
            | Self::Policy
            | Self::Technical
            | Self::Emergency
            | Self::Custody
            | Self::Treasury
            | Self::Identity
            | Self::Operator
            | Self::Auditor
            | Self::Panel => None,
        }
    }

    /// The council as rows name it: authorities have one row for all.
    pub fn in_row(self) -> Self {
        match self {
            Self::Program(_) => Self::PROGRAM,
            other => other,
        }
    }

    /// The letter that stands for the council in the text form of ids.
    pub fn letter(self) -> &'static str {
        match self {
            Self::Sovereign => "S",
            Self::Policy => "P",
            Self::Technical => "T",
            Self::Emergency => "E",
            Self::Custody => "C",
            Self::Treasury => "M",
            Self::Identity => "I",
            Self::Program(_) => "Pr",
            Self::Operator => "O",
            Self::Auditor => "A",
            Self::Panel => "X",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "S" => Self::Sovereign,
            "P" => Self::Policy,
            "T" => Self::Technical,
            "E" => Self::Emergency,
            "C" => Self::Custody,
            "M" => Self::Treasury,
            "I" => Self::Identity,
            "O" => Self::Operator,
            "A" => Self::Auditor,
            "X" => Self::Panel,
            other => Self::Program(decimal(other.strip_prefix("Pr")?.strip_prefix(':')?)?),
        })
    }
}

impl fmt::Display for Council {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sovereign => out.write_str("Sovereign"),
            Self::Policy => out.write_str("Policy"),
            Self::Technical => out.write_str("Technical"),
            Self::Emergency => out.write_str("Emergency"),
            Self::Custody => out.write_str("Custody"),
            Self::Treasury => out.write_str("Treasury"),
            Self::Identity => out.write_str("Identity"),
            Self::Program(id) => write!(out, "Program {id}"),
            Self::Operator => out.write_str("Operator"),
            Self::Auditor => out.write_str("Auditor"),
            Self::Panel => out.write_str("Panel"),
        }
    }
}

impl core::str::FromStr for Council {
    type Err = NotAnId;

    /// The name, such as `Sovereign` or `Program 7`.
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        Ok(match text {
            "Sovereign" => Self::Sovereign,
            "Policy" => Self::Policy,
            "Technical" => Self::Technical,
            "Emergency" => Self::Emergency,
            "Custody" => Self::Custody,
            "Treasury" => Self::Treasury,
            "Identity" => Self::Identity,
            "Operator" => Self::Operator,
            "Auditor" => Self::Auditor,
            "Panel" => Self::Panel,
            other => Self::Program(other.strip_prefix("Program ").and_then(decimal).ok_or(NotAnId)?),
        })
    }
}

/// Address of a seat; in text `S0`, `E2`, `Pr:7-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct SeatId {
    /// The council.
    pub council: Council,
    /// Position in the council, from 0.
    pub index: u8,
}

impl fmt::Display for SeatId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.council {
            Council::Program(id) => write!(out, "Pr:{id}-{}", self.index),
            council => write!(out, "{}{}", council.letter(), self.index),
        }
    }
}

impl core::str::FromStr for SeatId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let at = text.rfind(|letter: char| !letter.is_ascii_digit()).map_or(0, |at| at.saturating_add(1));
        let (head, index) = text.split_at_checked(at).ok_or(NotAnId)?;
        let council = Council::parse(head.strip_suffix('-').unwrap_or(head)).ok_or(NotAnId)?;
        let index = decimal(index).and_then(|index| u8::try_from(index).ok()).ok_or(NotAnId)?;
        let id = Self { council, index };
        (alloc::format!("{id}") == text).then_some(id).ok_or(NotAnId)
    }
}

/// Who set a seat aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Suspender {
    /// The Emergency council: lapses by itself.
    #[codec(index = 0)]
    Emergency,
    /// The Sovereign council: until it says otherwise.
    #[codec(index = 1)]
    Sovereign,
    /// The seat's own key: until the seat has another.
    #[codec(index = 2)]
    Itself,
}

/// Head of a council.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct CouncilHead {
    /// Up at every rotation or reconstitution.
    pub epoch: u32,
    /// Number of seats, suspended ones included.
    pub size: u8,
    /// Seat that the Emergency council has set aside, and until when: one at a time.
    pub set_aside: Option<(u8, u64)>,
    /// Second from which every seat is taken and none set aside, as things are: [`Seat::whole_from`], the latest of all.
    /// Whoever counts votes after it need not look at the seats.
    pub whole_from: u64,
    /// How its seats' envelopes must be signed.
    pub phase: Phase,
}

/// Duties of an organisation, which exclude each other (invariant `org_duties`): seats that it holds, by duty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Organisation {
    /// Seats of councils that count.
    pub approving: u16,
    /// Operator seats.
    pub operator: u16,
    /// Auditor seats.
    pub auditor: u16,
    /// Panel seats.
    pub panel: u16,
    /// Accredited issuers.
    pub issuer: u16,
}

impl Organisation {
    /// The counter of a council's duty.
    pub fn duty(&mut self, council: Council) -> &mut u16 {
        match council {
            Council::Operator => &mut self.operator,
            Council::Auditor => &mut self.auditor,
            Council::Panel => &mut self.panel,
            Council::Sovereign
            | Council::Policy
            | Council::Technical
            | Council::Emergency
            | Council::Custody
            | Council::Treasury
            | Council::Identity
            | Council::Program(_) => &mut self.approving,
        }
    }

    /// Whether these duties may be in one hand: one of approving, operating, auditing and arbitrating; and an issuer
    /// does not operate.
    pub fn separate(&self) -> bool {
        let duties = [self.approving, self.operator, self.auditor, self.panel];
        duties.iter().filter(|seats| **seats > 0).count() <= 1 && (self.issuer == 0 || self.operator == 0)
    }
}

/// How the envelopes of a council's seats must be signed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo,
)]
pub enum Phase {
    /// With the seat's key.
    #[default]
    #[codec(index = 0)]
    Classical,
    /// With the seat's key; where a companion's signature is there, it must hold.
    #[codec(index = 1)]
    Optional,
    /// With both: the envelope counts where both signatures hold.
    #[codec(index = 2)]
    Hybrid,
    /// With both, of which only the companion's is relied upon.
    #[codec(index = 3)]
    PostQuantum,
}

impl Phase {
    /// Every phase with its name, from the lowest.
    pub const NAMED: [(Self, &'static str); 4] = [
        (Self::Classical, "classical"),
        (Self::Optional, "optional"),
        (Self::Hybrid, "hybrid"),
        (Self::PostQuantum, "post-quantum"),
    ];

    /// Whether every seat needs a companion.
    pub fn needs_companion(self) -> bool {
        self >= Self::Hybrid
    }

    /// Whether a council may go from this phase to `next`: one step up, or back to any lower one.
    pub fn leads_to(self, next: Self) -> bool {
        let up = match self {
            Self::Classical => Some(Self::Optional),
            Self::Optional => Some(Self::Hybrid),
            Self::Hybrid => Some(Self::PostQuantum),
            Self::PostQuantum => None,
        };
        next < self || up == Some(next)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(Self::NAMED.iter().find(|(phase, _)| phase == self).map_or("", |(_, name)| name))
    }
}

impl core::str::FromStr for Phase {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::NAMED.iter().find(|(_, name)| *name == text);
        found.map(|(phase, _)| *phase).ok_or(NotAnId)
    }
}

/// Whose authority an action is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Concern {
    /// This one itself.
    Authority(u32),
    /// The one that answers for this programme.
    Program(u32),
}

/// Whose overdue seats may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Overdue {
    /// No seat.
    #[codec(index = 0)]
    Nobody,
    /// Seats of the Emergency council: a forgotten rotation does not end all emergency power.
    #[codec(index = 1)]
    Emergency,
    /// Every seat of the row: it gives seats valid keys.
    #[codec(index = 2)]
    Everybody,
}

impl Overdue {
    /// Whether a council's overdue seat may decide.
    pub fn includes(self, council: Council) -> bool {
        match self {
            Self::Nobody => false,
            Self::Emergency => council == Council::Emergency,
            Self::Everybody => true,
        }
    }
}
