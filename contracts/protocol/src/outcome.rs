//! What submitting answers, and the records that it leaves.

use crate::{
    bytes::EnvelopeDigest,
    event::{Door, Event, Record},
    evolve::Unfit,
    key::Key,
    policy::Broken,
    refusal::Refusal,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// What became of one envelope. A call has one for each, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Outcome {
    /// It took effect.
    #[codec(index = 0)]
    Applied {
        /// The envelope; zeros for a bare command of the direct door.
        envelope: EnvelopeDigest,
        /// `seq` of its first event.
        seq: u64,
        /// Number of its events.
        events: u32,
    },
    /// A member signed it, but a rule refuses it: on record, nothing changed.
    #[codec(index = 1)]
    Refused {
        /// The envelope; zeros for a bare command of the direct door.
        envelope: EnvelopeDigest,
        /// The rule.
        refusal: Refusal,
        /// Which of several decisions it is about, from 0; none where the command has one.
        place: Option<u8>,
        /// `seq` of the record.
        seq: u64,
    },
    /// It shows nothing that a member signed for this contract: not on record.
    #[codec(index = 2)]
    Ignored {
        /// Why.
        refusal: Refusal,
    },
}

/// Why there is no contract: the constructor's refusal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum NotDeployed {
    /// The argument is not exactly a genesis.
    #[codec(index = 0)]
    Malformed,
    /// The genesis breaks an invariant.
    #[codec(index = 1)]
    Broken(Broken),
    /// A cell does not hold what was written.
    #[codec(index = 2)]
    Storage,
}

impl fmt::Display for NotDeployed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => out.write_str("the constructor's argument is not exactly a genesis"),
            Self::Broken(broken) => broken.fmt(out),
            Self::Storage => out.write_str("a cell does not hold what was written"),
        }
    }
}

impl From<Unfit> for NotDeployed {
    fn from(unfit: Unfit) -> Self {
        match unfit {
            Unfit::WeakKey => Self::Broken(Broken { invariant: 14, row: 0 }),
            _ => Self::Storage,
        }
    }
}

/// Why a whole call is undone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Undone {
    /// No envelope shows anything that a member signed: nothing to put on record.
    #[codec(index = 0)]
    NothingAuthentic(Vec<Outcome>),
    /// Too many envelopes, or none.
    #[codec(index = 1)]
    Bounds(Refusal),
    /// Stored cells do not fit each other.
    #[codec(index = 2)]
    Storage,
}

impl From<Unfit> for Undone {
    fn from(_: Unfit) -> Self {
        Self::Storage
    }
}

/// The records of one command, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Records {
    /// `seq` of the first.
    pub seq: u64,
    /// Block time in seconds.
    pub at: u64,
    /// How the command came in.
    pub door: Door,
    /// Whose command; none for the constructor.
    pub actor: Option<Key>,
    /// What happened.
    pub events: Vec<Event>,
}

impl Records {
    /// Each event with its number. The last number of all has no next: what would bear it twice is out of sequence.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &Event)> {
        self.events.iter().scan(self.seq, |next, event| {
            let seq = *next;
            *next = seq.saturating_add(1);
            Some((seq, event))
        })
    }

    /// The records by themselves.
    pub fn into_vec(self) -> Vec<Record> {
        let Self { at, door, actor, .. } = self;
        self.iter().map(|(seq, event)| Record { seq, at, door, actor, event: event.clone() }).collect()
    }
}
