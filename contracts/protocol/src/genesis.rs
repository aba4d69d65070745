//! The constructor's argument: councils, seats and rows at the beginning.

use crate::{
    bytes::{ChainGenesis, HolderHash, Label, Salt},
    council::{Council, SeatId},
    key::Key,
    row::Row,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Everything that a deployment starts from. Its SHA-256 is the deployment id.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Genesis {
    /// Hash of the chain's block 0. The contract cannot read it: every client compares it.
    pub chain: ChainGenesis,
    /// Chain id that contracts see.
    pub chain_id: u64,
    /// How strict the deployment is.
    pub profile: Profile,
    /// Councils in order, each once.
    pub councils: Vec<CouncilSeats>,
    /// Rows in order, each once.
    pub rows: Vec<Row>,
    /// 32 random bytes: two deployments never share an id. Last, so that the id is SHA-256(arguments ‖ random).
    pub salt: Salt,
}

/// How strict a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Profile {
    /// All invariants hold.
    #[codec(index = 0)]
    Standard,
    /// Two people on one machine: one of them is enough to protect and to keep it running.
    #[codec(index = 1)]
    Micronode {
        /// Second from which nothing loosens until the profile is renewed.
        until: u64,
    },
}

impl Profile {
    /// Most seconds for which a micronode goes on loosening without being renewed.
    pub const MICRONODE: u64 = 90 * 24 * 60 * 60;

    /// Its name, in the word that every status answer has.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Micronode { .. } => "micronode",
        }
    }

    /// Whether it is a micronode.
    pub fn micronode(self) -> bool {
        match self {
            Self::Standard => false,
            Self::Micronode { .. } => true,
        }
    }

    /// Whether nothing may loosen at `now`.
    pub fn over(self, now: u64) -> bool {
        match self {
            Self::Standard => false,
            Self::Micronode { until } => now >= until,
        }
    }
}

impl core::fmt::Display for Profile {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Standard => out.write_str(self.name()),
            Self::Micronode { until } => write!(out, "{} (loosens until {until})", self.name()),
        }
    }
}

/// A council at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CouncilSeats {
    /// Which.
    pub council: Council,
    /// Its seats by index.
    pub seats: Vec<NewSeat>,
}

impl CouncilSeats {
    /// Number of its seats; more than there can be count as 255.
    pub fn size(&self) -> u8 {
        u8::try_from(self.seats.len()).unwrap_or(u8::MAX)
    }
}

/// A seat at the beginning, or one that comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NewSeat {
    /// Its key.
    pub key: Key,
    /// Salted hash of the person.
    pub holder: HolderHash,
    /// The unit answerable to one head.
    pub organisation: Label,
    /// What the holder does there, in a word.
    pub role: Label,
    /// Second from which the seat no longer counts.
    pub valid_until: u64,
}

impl Genesis {
    /// Seats of a council; of any programme's where [`Council::PROGRAM`] is asked for, because they are alike.
    pub fn size(&self, council: Council) -> u8 {
        let alike = |entry: &&CouncilSeats| entry.council == council || entry.council.in_row() == council;
        self.councils.iter().find(alike).map_or(0, CouncilSeats::size)
    }

    /// Seats with their addresses.
    pub fn seats(&self) -> impl Iterator<Item = (SeatId, &NewSeat)> {
        self.councils.iter().flat_map(|entry| {
            (0_u8..=u8::MAX).zip(&entry.seats).map(|(index, seat)| (SeatId { council: entry.council, index }, seat))
        })
    }
}
