//! Which proposal, and what a seat says of it.

use crate::{
    bytes::ProposalDigest,
    council::{Council, SeatId},
    text::NotAnId,
};
use alloc::vec::Vec;
use core::fmt;
use parity_scale_codec::{Decode, Encode, Error, Input, MaxEncodedLen};
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

/// A decision about one proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Choice {
    /// The proposal.
    pub id: ProposalId,
    /// Its digest, which the contract compares.
    pub digest: ProposalDigest,
    /// The decision.
    pub decision: Decision,
}

/// Two to four choices, by rising id, each proposal once.
#[derive(Clone, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct Choices(Vec<Choice>);

impl Choices {
    /// How many there may be. One alone is a decision of its own.
    pub const COUNT: core::ops::RangeInclusive<usize> = 2..=4;

    /// Nothing where there are too few or too many, or where their ids do not rise.
    pub fn new(list: Vec<Choice>) -> Option<Self> {
        let rising = list.windows(2).all(|pair| matches!(pair, [left, right] if left.id < right.id));
        (rising && Self::COUNT.contains(&list.len())).then_some(Self(list))
    }

    /// Each, in order.
    pub fn iter(&self) -> core::slice::Iter<'_, Choice> {
        self.0.iter()
    }
}

impl Decode for Choices {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        Self::new(Vec::decode(input)?).ok_or_else(|| "choices".into())
    }
}
