//! Seats: who holds which key for which organisation, and how a seat is set aside.

use super::{Council, Phase, SeatId, Suspender};
use crate::{
    bytes::{HolderHash, Label, MAX_CELL},
    key::Key,
};
use greatseal_edwards::Prepared;
use parity_scale_codec::{Decode, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// The last time that a seat was set aside: `[from, until)`. A seat that is suspended stays in its council's size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Suspension {
    /// First second.
    pub from: u64,
    /// Second from which it is over.
    pub until: u64,
    /// By whom.
    pub by: Suspender,
}

/// A seat: one key, one holder, one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Seat {
    /// The key that signs for the seat.
    pub key: Key,
    /// Salted hash of the person, unique over all seats.
    pub holder: HolderHash,
    /// The unit answerable to one head.
    pub organisation: Label,
    /// What the holder does there, in a word.
    pub role: Label,
    /// Second from which the seat is overdue; what it approved before goes on counting.
    pub valid_until: u64,
    /// When the key accepted the seat; nothing where it has not. It acts from the next second on.
    pub accepted: Option<u64>,
    /// Epoch of the council in which this key took the seat.
    pub since: u32,
    /// Highest nonce that the key has used; the next must be higher.
    pub nonce: u64,
    /// When it was last set aside.
    pub suspension: Option<Suspension>,
    /// Epoch in which the Emergency council set this seat aside: once in an epoch and not again.
    pub set_aside_in: Option<u32>,
    /// Key that sat here before.
    pub previous: Option<Key>,
    /// Key that this seat's key names as its successor.
    pub successor: Option<Key>,
    /// Last sign of life.
    pub heartbeat: u64,
    /// Whether it is nobody's: its key never accepted it, and a recovery has taken its key, holder or organisation over.
    pub vacant: bool,
    /// Its council as it is now; nothing where the council has become smaller than that. It repeats what the council's own
    /// cell says, so that whoever acts from the seat need not read that one too.
    pub sits: Option<Sits>,
}

/// Most seconds from now until a seat that is given expires.
pub const LONGEST_SEAT: u64 = 120 * 24 * 60 * 60;
/// Seconds before and after the opening of a recovery in which whoever is set aside loses their voice in it.
const NEAR: u64 = 14 * 24 * 60 * 60;

/// What a seat knows of its council.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Sits {
    /// [`CouncilHead::epoch`](super::CouncilHead::epoch).
    pub epoch: u32,
    /// [`CouncilHead::phase`](super::CouncilHead::phase).
    pub phase: Phase,
}

impl Seat {
    /// Whether the key may act at `now`: accepted in an earlier second.
    pub fn active(&self, now: u64) -> bool {
        self.accepted.is_some_and(|at| at < now)
    }

    /// Whether it is set aside at `now`.
    pub fn suspended(&self, now: u64) -> bool {
        self.suspension.is_some_and(|suspension| now < suspension.until)
    }

    /// Whether the key may act at `now` in all that seats do: accepted, not set aside, not overdue.
    pub fn acts(&self, now: u64) -> bool {
        self.active(now) && !self.suspended(now) && now < self.valid_until
    }

    /// Whether its own key set it aside: that word is final.
    pub fn gave_itself_up(&self) -> bool {
        self.suspension.is_some_and(|suspension| suspension.by == Suspender::Itself)
    }

    /// Whether it is given to a key that has not accepted it yet, and stands in no recovery's way.
    pub fn pending(&self) -> bool {
        self.accepted.is_none() && !self.vacant
    }

    /// Whether a suspension of others lies so near to this moment that the seat has no voice about what began then. One
    /// that the Sovereign has ended lies nowhere: it lasts no second.
    pub fn set_aside_near(&self, moment: u64) -> bool {
        self.suspension.is_some_and(|last| {
            let near = last.until.saturating_add(NEAR) > moment && last.from < moment.saturating_add(NEAR);
            last.from < last.until && near
        })
    }

    /// Whether the Emergency council hears it, set aside or not, about a seat of this council: those about whom it decides
    /// cannot silence it.
    pub fn heard_about(&self, council: Option<Council>) -> bool {
        let by_them = self.suspension.is_some_and(|last| last.by == Suspender::Sovereign);
        by_them && council == Some(Council::Sovereign)
    }

    /// Second from which it is taken and not set aside, as things are.
    pub fn whole_from(&self) -> u64 {
        self.accepted.map_or(u64::MAX, |at| at.saturating_add(1)).max(self.resumed_at())
    }

    /// When its last suspension ended; 0 where there was none.
    pub fn resumed_at(&self) -> u64 {
        self.suspension.map_or(0, |suspension| suspension.until)
    }
}

/// Where a key sits or sat, and the points with which its signatures are verified. One cell, because whoever verifies
/// needs both, and a deployment is as heavy as its cells are many.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Seated {
    /// The seat.
    pub seat: SeatId,
    /// Of an Ed25519 key: a function of the key.
    pub prepared: Option<Prepared>,
}

/// The beginning of a [`Seated`], for whoever verifies nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeatOf(pub SeatId);

impl Decode for SeatOf {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let seat = SeatId::decode(input)?;
        let mut points = [0; MAX_CELL];
        let rest = input.remaining_len()?.and_then(|rest| points.get_mut(..rest)).ok_or("seat of a key")?;
        input.read(rest)?;
        Ok(Self(seat))
    }
}
