//! Which proposal, and what a seat says of it.

use crate::{
    council::{Council, SeatId},
    text::NotAnId,
};
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Id of a proposal: a number never given twice, and the place where its cell lies. In text `12.S0.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct ProposalId {
    /// Rises by one with every proposal of the contract.
    pub serial: u32,
    /// Seat of the author.
    pub author: SeatId,
    /// One of the author's slots.
    pub slot: u8,
}

impl ProposalId {
    /// Live proposals of one author at most. An authority answers for many programmes.
    pub fn slots(author: Council) -> u8 {
        if author.in_row() == Council::PROGRAM { 8 } else { 4 }
    }
}

impl fmt::Display for ProposalId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.serial, self.author, self.slot)
    }
}

impl core::str::FromStr for ProposalId {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut parts = text.split('.');
        let (Some(serial), Some(author), Some(slot), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAnId);
        };
        let serial = crate::text::decimal(serial).ok_or(NotAnId)?;
        let slot = crate::text::decimal(slot).and_then(|slot| u8::try_from(slot).ok()).ok_or(NotAnId)?;
        let author: SeatId = author.parse()?;
        (slot < Self::slots(author.council)).then_some(Self { serial, author, slot }).ok_or(NotAnId)
    }
}

/// A seat's decision; it only grows: none < approve < reject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Decision {
    /// For.
    #[codec(index = 1)]
    Approve,
    /// Against, for good.
    #[codec(index = 2)]
    Reject,
}
