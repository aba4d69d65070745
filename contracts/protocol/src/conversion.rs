//! Conversions over a bridge route: authorised here, carried out on the rails, then completed or released.
//!
//! What is authorised stays within the limits of any period, whatever becomes of it on the rail.

use crate::{
    bytes::{AssetHash, ReferenceHash},
    council::SeatId,
    key::Key,
    merkle::{self, Inclusion, Sha256, TreeHead},
    refusal::Refusal,
    route::{Compliance, Course, Economics},
    wide::mul_div,
    window::Window,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// A party's account on a rail.
pub type Account = [u8; 32];

/// What is to be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Conversion {
    /// The route.
    pub route: u32,
    /// Its number on this route: the next one, from 1. Answered once, whatever the answer is.
    pub number: u64,
    /// Whose.
    pub account: Account,
    /// How much, in base units of the source asset.
    pub amount: u128,
    /// Versions of the route's economics and of its compliance that the rail has reckoned with.
    pub versions: (u32, u32),
}

/// That an account is on the list of those who are served, and not on the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ListProofs {
    /// Its place among those who are served, where the route has such a list.
    pub allow: Option<Inclusion>,
    /// Its absence among those who are not, where the route has such a list.
    pub deny: Option<Absence>,
}

/// That a sorted tree does not hold an account: two neighbours, one below and one above it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Absence {
    /// The account below.
    pub below: Account,
    /// Its place.
    pub below_at: Inclusion,
    /// The account above.
    pub above: Account,
    /// Its place, the next one.
    pub above_at: Inclusion,
}

/// What an authorised conversion comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Quote {
    /// What is kept, in base units of the source asset.
    pub fee: u128,
    /// What arrives, in base units of the destination asset, rounded down.
    pub result: u128,
}

/// A Treasury seat's word for one conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Cosigned {
    /// For which, whole.
    pub conversion: Conversion,
    /// Whose word.
    pub seat: SeatId,
    /// The seat's key: a successor has not said it.
    pub key: Key,
    /// When.
    pub at: u64,
}

/// What went over a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Traffic {
    /// Number of the next conversion.
    pub next: u64,
    /// How many were authorised.
    pub authorised: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many of those that were authorised were completed.
    pub completed: u64,
    /// How many of them were released.
    pub released: u64,
    /// Since when the route's limits have the period that they have.
    pub period_since: u64,
}

/// An authorised conversion, as long as its place is not needed for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Reservation {
    /// Its number.
    pub number: u64,
    /// Whose.
    pub account: Account,
    /// How much was authorised.
    pub amount: u128,
    /// What it comes to.
    pub quote: Quote,
    /// When it was authorised.
    pub at: u64,
    /// What became of it.
    pub end: Option<End>,
}

/// What became of an authorised conversion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum End {
    /// The rail carried it out.
    #[codec(index = 0)]
    Completed(ReferenceHash),
    /// The rail did not. What was reserved stays counted.
    #[codec(index = 1)]
    Released(ReferenceHash),
}

/// What a window counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Counted {
    /// Amounts of one account on one route.
    #[codec(index = 0)]
    Account(u32, Account),
    /// Conversions on one route.
    #[codec(index = 1)]
    Number(u32),
}

/// Amounts of all accounts over all routes that take the same asset the same way.
#[derive(Clone, Debug, PartialEq, Eq, Encode, TypeInfo)]
pub struct Aggregate {
    /// What went through. Its period is the longest of the routes', so that each of them forgets nothing.
    pub window: Window,
    /// The routes with their periods, at most [`Aggregate::MOST`], sorted by route.
    pub periods: Vec<(u32, u32)>,
}

/// Where amounts of all accounts are counted.
pub type AggregateKey = (AssetHash, Course);

/// Open conversions of one route at most: the places of numbers, one after the other, and again from the first.
pub const PLACES: u64 = 64;
/// Seconds for which the Treasury's word for a conversion holds.
pub const COSIGNED_LIFE: u64 = 15 * 60;
/// In limited mode a route carries a tenth of what its limits say.
const LIMITED: u128 = 10;

/// Limits as they are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of one conversion.
    pub transaction: u128,
    /// Of one account in a period.
    pub account: u128,
    /// Of all accounts in a period.
    pub aggregate: u128,
    /// Conversions in a period.
    pub number: u128,
}

impl Economics {
    /// The limits; a tenth of them where little is to be issued.
    pub fn limits(&self, limited: bool) -> Limits {
        let narrowed = |limit: u128| if limited { limit / LIMITED } else { limit };
        Limits {
            transaction: narrowed(self.tx_max),
            account: narrowed(self.account_max),
            aggregate: narrowed(self.aggregate_max),
            number: narrowed(self.count_max.into()),
        }
    }

    /// What an amount comes to: the fee first, within its bounds, then the rate; both rounded down.
    ///
    /// # Errors
    ///
    /// [`Refusal::FeeExceedsAmount`], and [`Refusal::NothingArrives`] where the result is zero or beyond 128 bits.
    pub fn quote(&self, amount: u128) -> Result<Quote, Refusal> {
        let share = mul_div(amount, self.fee_bps.into(), 10_000).ok_or(Refusal::FeeExceedsAmount)?;
        let fee = share.max(self.fee_min).min(self.fee_max);
        let rest = amount.checked_sub(fee).ok_or(Refusal::FeeExceedsAmount)?;
        match mul_div(rest, self.rate_num, self.rate_den) {
            None | Some(0) => Err(Refusal::NothingArrives),
            Some(result) => Ok(Quote { fee, result }),
        }
    }
}

impl Compliance {
    /// Whether the lists let the account through.
    ///
    /// # Errors
    ///
    /// [`Refusal::NotAllowed`] and [`Refusal::NotShownAbsent`].
    pub fn serves(&self, account: &Account, proofs: &ListProofs, sha256: Sha256<'_>) -> Result<(), Refusal> {
        let listed = |tree: &TreeHead| {
            proofs.allow.as_ref().is_some_and(|proof| tree.holds(merkle::leaf(account, sha256), proof, sha256))
        };
        let absent = |tree: &TreeHead| proofs.deny.as_ref().is_some_and(|absence| absence.holds(tree, account, sha256));
        match (&self.allow, &self.deny) {
            (Some(tree), _) if !listed(tree) => Err(Refusal::NotAllowed),
            (_, Some(tree)) if !absent(tree) => Err(Refusal::NotShownAbsent),
            _ => Ok(()),
        }
    }
}

impl Absence {
    /// Whether it shows that the sorted tree has no such leaf.
    pub fn holds(&self, tree: &TreeHead, account: &Account, sha256: Sha256<'_>) -> bool {
        let neighbours = self.below_at.index.checked_add(1) == Some(self.above_at.index);
        let between = self.below < *account && *account < self.above;
        neighbours
            && between
            && tree.holds(merkle::leaf(&self.below, sha256), &self.below_at, sha256)
            && tree.holds(merkle::leaf(&self.above, sha256), &self.above_at, sha256)
    }
}

impl Aggregate {
    /// Most routes that take one asset one way.
    pub const MOST: usize = 16;

    /// One without routes.
    pub fn empty() -> Self {
        Self { window: Window::empty(0), periods: Vec::new() }
    }

    /// With a route of this period, or without it.
    #[must_use]
    pub fn with_route(mut self, route: u32, period: Option<u32>, now: u64) -> Self {
        self.periods.retain(|(other, _)| *other != route);
        if let Some(period) = period {
            let above = self.periods.iter().position(|(other, _)| *other > route);
            self.periods.insert(above.unwrap_or(self.periods.len()), (route, period));
        }
        let longest = self.periods.iter().map(|(_, period)| *period).max();
        Self { window: longest.map_or(self.window, |longest| self.window.with_period(longest, now)), ..self }
    }

    /// Whether one more route would be too many.
    pub fn full_for(&self, route: u32) -> bool {
        self.periods.len() >= Self::MOST && self.periods.iter().all(|(other, _)| *other != route)
    }
}

impl Decode for Aggregate {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let (window, periods) = <(Window, Vec<(u32, u32)>)>::decode(input)?;
        let sorted = periods.windows(2).all(|pair| matches!(pair, [(left, _), (right, _)] if left < right));
        match sorted && periods.len() <= Self::MOST {
            true => Ok(Self { window, periods }),
            false => Err("aggregate".into()),
        }
    }
}

impl Default for Traffic {
    fn default() -> Self {
        Self { next: 1, authorised: 0, refused: 0, completed: 0, released: 0, period_since: 0 }
    }
}

impl Reservation {
    /// The place of a number.
    pub fn place(number: u64) -> u8 {
        // Below 64.
        u8::try_from(number % PLACES).unwrap_or(0)
    }
}
