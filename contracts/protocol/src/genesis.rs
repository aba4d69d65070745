//! The constructor's argument: councils, seats and rows at the beginning.

use crate::{
    action::PAUSE_CAP,
    bytes::{ChainGenesis, HolderHash, Label, Salt},
    council::Council,
    key::Key,
    row::{Executors, Minima, Row, RowId},
};
use alloc::{vec, vec::Vec};
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
}

/// A council at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct CouncilSeats {
    /// Which.
    pub council: Council,
    /// Its seats by index.
    pub seats: Vec<NewSeat>,
}

/// A seat at the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct NewSeat {
    /// Its key.
    pub key: Key,
    /// Salted hash of the person.
    pub holder: HolderHash,
    /// The unit answerable to one head.
    pub organisation: Label,
    /// Second from which the seat no longer counts.
    pub valid_until: u64,
}

const HOUR: u32 = 60 * 60;
const DAY: u32 = 24 * HOUR;

impl Genesis {
    /// The rows of the default policy table that have an action today (section 4 of the protocol).
    pub fn default_rows() -> Vec<Row> {
        use Council::{Emergency, Sovereign, Treasury};
        let row = |id, m, minima: &[(Council, u8)]| Row {
            id,
            version: 0,
            m,
            minima: Minima::table(minima),
            delay: 0,
            approve_by: HOUR,
            window: HOUR,
            executors: Executors::Anyone,
            protective: false,
            escalation: false,
        };
        vec![
            Row { protective: true, ..row(RowId::EMERGENCY_PAUSE, 2, &[(Emergency, 2)]) },
            Row { approve_by: 6 * HOUR, window: 6 * HOUR, ..row(RowId::LIFT_EARLY, 2, &[(Sovereign, 2)]) },
            Row {
                approve_by: DAY,
                delay: HOUR,
                window: 3 * DAY,
                escalation: true,
                ..row(RowId::BRIDGE_LOOSEN, 3, &[(Sovereign, 1), (Treasury, 1)])
            },
            Row {
                approve_by: DAY,
                window: DAY,
                protective: true,
                ..row(RowId::BRIDGE_TIGHTEN, 3, &[(Sovereign, 1), (Treasury, 1)])
            },
        ]
    }

    /// Seconds that the window of a delayed row has at least: no pause can outlast it.
    pub const DELAYED_WINDOW: u32 = 2 * PAUSE_CAP;

    /// Seats with their addresses.
    pub fn seats(&self) -> impl Iterator<Item = (crate::council::SeatId, &NewSeat)> {
        self.councils.iter().flat_map(|entry| {
            (0_u8..=u8::MAX)
                .zip(&entry.seats)
                .map(|(index, seat)| (crate::council::SeatId { council: entry.council, index }, seat))
        })
    }
}
