//! Rates and lists of the day: they hold where two seats of different organisations say the same.

use crate::{
    bytes::Label,
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    daily::{DayLists, DayRate, Following, LONGEST_RATE, Said},
    decide::{Request, rising},
    event::Event,
    key::Key,
    language::bridge,
    refusal::Refusal,
    route::Economics,
    state::State,
};
use alloc::{vec, vec::Vec};
use parity_scale_codec::Decode;

impl<C: Cells> Request<'_, C> {
    #[inline(never)]
    pub(super) fn state_rate(&self, route: u32, rate: DayRate, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let seat = self.daily_seat(Council::Treasury, nonce)?;
        let economics = self.known_route(route)?.economics;
        let longest = self.now.saturating_add(LONGEST_RATE);
        if rate.until <= self.now || rate.until > longest || !rate.within(&economics) {
            return Err(Refusal::OutsideRateBand);
        }
        self.no_round_trip(&economics, &rate)?;
        let version = self.cells.daily(route)?.rate_version;
        let agreed = self.agreed(seat, |other| CellKey::SaidRate(route, other), &rate, version)?;
        Ok(vec![Event::Bridge(bridge::Event::RateStated { seat, route, rate, nonce, agreed })])
    }

    /// The approved rate holds again: whoever doubts the day's rate need not ask anybody.
    #[inline(never)]
    pub(super) fn withdraw_rate(&self, route: u32, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let seat = self.daily_seat(Council::Treasury, nonce)?;
        self.known_route(route)?;
        Ok(vec![Event::Bridge(bridge::Event::RateWithdrawn { seat, route, nonce })])
    }

    #[inline(never)]
    pub(super) fn state_lists(&self, route: u32, lists: Following, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let seat = self.daily_seat(Council::Identity, nonce)?;
        self.known_route(route)?;
        let approved = self.cells.served(route)?.map(|served| served.compliance).filter(|approved| approved.daily);
        // Another tree takes the place of an approved one, and none of none.
        let DayLists { allow, deny } = lists.lists;
        let trees = approved.is_some_and(|approved| {
            (allow.is_some() || approved.allow.is_none()) && (deny.is_some() || approved.deny.is_none())
        });
        if !trees {
            return Err(Refusal::NoDailyLists);
        }
        if lists.previous != self.cells.daily(route)?.lists_version {
            return Err(Refusal::PreconditionChanged);
        }
        let agreed = self.agreed(seat, |other| CellKey::SaidLists(route, other), &lists, lists.previous)?;
        Ok(vec![Event::Bridge(bridge::Event::ListsStated { seat, route, lists, nonce, agreed })])
    }

    /// The seat of this council that speaks, and for the first time with this nonce.
    pub(super) fn daily_seat(&self, council: Council, nonce: u64) -> Result<SeatId, Refusal> {
        let (id, seat) = self.seat_of(&[council])?;
        rising(seat, nonce).map(|()| id)
    }

    pub(super) fn seats_of(&self, council: Council) -> Result<impl Iterator<Item = SeatId>, Refusal> {
        Ok((0..self.cells.council(council)?.size).map(move |index| SeatId { council, index }))
    }

    /// The organisation of a seat that this key has and may act for; `None` where it may not.
    pub(super) fn speaks(&self, id: SeatId, key: &Key) -> Result<Option<Label>, Refusal> {
        let seat = self.cells.seat(id)?;
        let valid = seat.key == *key && seat.sits.is_some() && !seat.suspended(self.now) && self.now < seat.valid_until;
        Ok(valid.then_some(seat.organisation))
    }

    /// The seat of another organisation that has said the same, since what holds was set.
    fn agreed<T: Decode + PartialEq>(
        &self,
        seat: SeatId,
        place: impl Fn(SeatId) -> CellKey,
        what: &T,
        version: u32,
    ) -> Result<Option<SeatId>, Refusal> {
        let own = self.cells.seat(seat)?.organisation;
        for other in self.seats_of(seat.council)? {
            let said: Option<Option<Said<T>>> = self.cells.cell(&place(other))?;
            let meant = |said: &Said<T>| {
                said.what == *what && said.version == version && self.now < said.at.saturating_add(LONGEST_RATE)
            };
            if let Some(said) = said.flatten().filter(meant)
                && self.speaks(other, &said.key)?.is_some_and(|organisation| organisation != own)
            {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }

    /// Whoever goes over and comes back over another route must not have more than before, whichever of the other
    /// route's rates holds by then: the day's rate there may end at any moment.
    fn no_round_trip(&self, economics: &Economics, rate: &DayRate) -> Result<(), Refusal> {
        let back = (economics.destination, economics.course.back());
        for (route, _) in self.cells.sharing(back)?.0 {
            let Some(other) = self.cells.route(route)?.map(|route| route.economics) else { continue };
            let (_, daily) = self.cells.daily(route)?.rate(&other, self.now);
            let gains = rate.gains(daily) || rate.gains((other.rate_num, other.rate_den));
            if other.destination == economics.source && gains {
                return Err(Refusal::RoundTrip);
            }
        }
        Ok(())
    }
}
