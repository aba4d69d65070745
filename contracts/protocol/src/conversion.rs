//! Conversions over a bridge route: authorised here, carried out on the rails, then completed.
//!
//! What is authorised stays within the limits of any period, whatever becomes of it on the rail.

use crate::{
    bytes::{AssetHash, ReferenceHash},
    content::{Address, Content, Kind, some},
    daily::DayLists,
    key::Key,
    merkle::{self, Inclusion, Sha256, TreeHead},
    refusal::Refusal,
    route::{Course, Economics},
    wide::mul_div,
};
use alloc::vec::Vec;
use parity_scale_codec::{Decode, Encode, Error, Input, MaxEncodedLen};
use scale_info::TypeInfo;

/// A party's account on a rail.
pub type Account = [u8; 32];

/// What is to be converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Conversion {
    /// Its number on the route: the next one, from 1. Answered once, whatever the answer is.
    pub number: u64,
    /// What, whatever its number is.
    pub transfer: Transfer,
}

/// What goes over a route: one conversion of an account, or a lot of conversions of accounts that are not named here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Transfer {
    /// The route.
    pub route: u32,
    /// How many conversions at most: one where the account is named.
    pub count: u32,
    /// How much at most, all together, in base units of the source asset.
    pub amount: u128,
    /// Whose; `None` for a lot.
    pub account: Option<Account>,
    /// What the rail has reckoned with.
    pub versions: Versions,
}

/// Versions of what a rail reckons with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Versions {
    /// The route's economics.
    pub economics: u32,
    /// Its compliance.
    pub compliance: u32,
    /// The day's rate; 0 where the approved one holds.
    pub rate: u32,
    /// The day's lists; 0 where those of the compliance hold.
    pub lists: u32,
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

/// A Treasury seat's word for one transfer, until it is used, withdrawn or [`WORD_LIFE`] old.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Word {
    /// For which, whole.
    pub transfer: Transfer,
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
    /// How many of those that were authorised have ended.
    pub ended: u64,
    /// How many statements were made about conversions whose place another has.
    pub restated: u32,
    /// Since when the route's limits have the period that they have.
    pub period_since: u64,
    /// The longest of the route's periods, of which something may still count.
    pub longest: u32,
    /// When the first change was after which something may still count.
    pub changing_since: u64,
}

/// An authorised conversion, as long as its place is not needed for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Reservation {
    /// Its number.
    pub number: u64,
    /// Whose; `None` for a lot.
    pub account: Option<Account>,
    /// How many conversions were authorised.
    pub count: u32,
    /// How much was authorised.
    pub amount: u128,
    /// When it was authorised.
    pub at: u64,
    /// Version of the last statement about it; 0 as long as it has not ended.
    pub version: u32,
}

/// What the rail did: a statement of an Operator's seat, which a later one may correct.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Completion {
    /// The route.
    pub route: u32,
    /// The conversion's number.
    pub number: u64,
    /// The last statement's version and one. Where another conversion has its place by now: the route's number of such
    /// statements and one.
    pub version: u32,
    /// How many conversions were carried out; none where it is released.
    pub count: u32,
    /// How much was converted, in base units of the source asset.
    pub amount: u128,
    /// What of it was kept as fees.
    pub fees: u128,
    /// Root of the tree of what was carried out ([`Carried`]); of a release the hash of its reason.
    pub root: ReferenceHash,
}

/// A conversion that was carried out: a leaf of the tree behind a [`Completion`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Carried {
    /// Whose.
    pub account: Account,
    /// How much, in base units of the source asset.
    pub amount: u128,
    /// What of it was kept.
    pub fee: u128,
    /// What arrived, in base units of the destination asset.
    pub result: u128,
    /// Hash of the rail's reference.
    pub reference: ReferenceHash,
    /// Hash of the compliance check.
    pub check: ReferenceHash,
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
    /// Amounts of all lots of one route.
    #[codec(index = 2)]
    Lots(u32),
}

/// The routes that take the same asset the same way, with their periods: at most [`Sharing::MOST`], sorted by route.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, TypeInfo)]
pub struct Sharing(pub Vec<(u32, u32)>);

/// Where amounts of all accounts are counted.
pub type AggregateKey = (AssetHash, Course);

/// Open conversions of one route at most: the places of numbers, one after the other, and again from the first.
pub const PLACES: u64 = 64;
/// Seconds for which the Treasury's word holds.
pub const WORD_LIFE: u64 = 15 * 60;
/// Seconds for which a lot can be used.
pub const LOT_LIFE: u64 = 60 * 60;
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
    /// Of one lot.
    pub lot: u128,
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
            lot: narrowed(self.lot_max),
        }
    }

    /// What an amount comes to at a rate: the fee first, within its bounds, then the rate; both rounded down.
    ///
    /// # Errors
    ///
    /// [`Refusal::FeeExceedsAmount`], and [`Refusal::NothingArrives`] where the result is zero or beyond 128 bits.
    pub fn quote(&self, amount: u128, (num, den): (u128, u128)) -> Result<Quote, Refusal> {
        let share = mul_div(amount, self.fee_bps.into(), 10_000).ok_or(Refusal::FeeExceedsAmount)?;
        let fee = share.max(self.fee_min).min(self.fee_max);
        let rest = amount.checked_sub(fee).ok_or(Refusal::FeeExceedsAmount)?;
        match mul_div(rest, num, den) {
            None | Some(0) => Err(Refusal::NothingArrives),
            Some(result) => Ok(Quote { fee, result }),
        }
    }
}

impl DayLists {
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

    /// The contents that they name.
    pub(crate) fn contents(&self) -> Vec<Content> {
        some([Kind::Served.list(self.allow), Kind::Excluded.list(self.deny)])
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

impl Sharing {
    /// Most routes that take one asset one way.
    pub const MOST: usize = 16;

    /// With a route of this period, or without it.
    #[must_use]
    pub fn with_route(mut self, route: u32, period: Option<u32>) -> Self {
        self.0.retain(|(other, _)| *other != route);
        if let Some(period) = period {
            let above = self.0.iter().position(|(other, _)| *other > route);
            self.0.insert(above.unwrap_or(self.0.len()), (route, period));
        }
        self
    }

    /// The longest period: what all share is counted under it, so that no route forgets too soon. `None` where no route
    /// shares.
    pub fn period(&self) -> Option<u32> {
        self.0.iter().map(|(_, period)| *period).max()
    }

    /// Whether one more route would be too many.
    pub fn full_for(&self, route: u32) -> bool {
        self.0.len() >= Self::MOST && self.0.iter().all(|(other, _)| *other != route)
    }
}

impl Decode for Sharing {
    fn decode<I: Input>(input: &mut I) -> Result<Self, Error> {
        let routes = Vec::<(u32, u32)>::decode(input)?;
        let sorted = routes.windows(2).all(|pair| matches!(pair, [(left, _), (right, _)] if left < right));
        if sorted && routes.len() <= Self::MOST { Ok(Self(routes)) } else { Err("sharing".into()) }
    }
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            next: 1,
            authorised: 0,
            refused: 0,
            ended: 0,
            restated: 0,
            period_since: 0,
            longest: 0,
            changing_since: 0,
        }
    }
}

impl Traffic {
    /// With another period from now on. A meter is not touched by it: it is told when it is used again, and then needs to
    /// know of all changes since which something may still count.
    #[must_use]
    pub fn with_period(self, old: Option<u32>, period: u32, now: u64) -> Self {
        let lasts = u64::from(self.longest).saturating_mul(2);
        let over = now > self.period_since.saturating_add(lasts);
        let (longest, since) = if over { (old.unwrap_or(0), now) } else { (self.longest, self.changing_since) };
        Self { period_since: now, longest: longest.max(period), changing_since: since, ..self }
    }
}

impl Reservation {
    /// The place of a number.
    pub fn place(number: u64) -> u8 {
        // Below 64.
        u8::try_from(number % PLACES).unwrap_or(0)
    }
}

impl Completion {
    /// Whether it adds up: each conversion moved something, fees are a part of it, and a root or reason is named.
    pub fn consistent(&self) -> bool {
        let nothing = self.count == 0 && self.amount == 0;
        let something = self.count > 0 && self.amount >= self.count.into();
        (nothing || something) && self.fees <= self.amount && self.root != ReferenceHash([0; 32])
    }

    /// The list of what was carried out; of a release its reason.
    pub(crate) fn content(&self) -> Option<Content> {
        match self.count {
            0 => Kind::Reason.hashed(self.root.0),
            _ => Kind::Carried.at(Address::Carried(self.root.0)),
        }
    }
}

impl Carried {
    /// Its leaf: SHA-256(`0x00` ‖ SCALE bytes), as RFC 9162 has it.
    pub fn leaf(&self, sha256: Sha256<'_>) -> [u8; 32] {
        merkle::leaf(&self.encode(), sha256)
    }
}
