//! Whether a conversion may be carried out.

use crate::{
    cells::{CellKey, Cells},
    conversion::{Conversion, Counted, Limits, ListProofs, Quote, Transfer, Versions, WORD_LIFE, Word},
    council::{Council, SeatId},
    daily::Daily,
    decide::Request,
    event::Event,
    language::bridge,
    refusal::Refusal,
    registry::EntryKey,
    route::{Economics, Route},
    scope::{Mode, Scope},
    state::State,
    window::Meter,
};
use alloc::{boxed::Box, vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// Every request for the next number of a known route has an answer, which is on record and counted. Only where the
    /// Treasury's word is missing the number stays: anybody may bring the request, and could use every number up.
    #[inline(never)]
    pub(super) fn authorize(&self, conversion: &Conversion, proofs: &ListProofs) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Operator])?;
        let route = self.next_on(conversion)?;
        let conversion = *conversion;
        Ok(vec![match self.verdict(&route, &conversion, proofs) {
            Ok((quote, word)) => Event::Bridge(bridge::Event::ConversionAuthorized { seat, conversion, quote, word }),
            Err(refusal @ (Refusal::Unreadable | Refusal::NoWord)) => return Err(refusal),
            Err(refusal) => Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, refusal }),
        }])
    }

    /// The route of a conversion that has the next number there.
    fn next_on(&self, conversion: &Conversion) -> Result<Box<Route>, Refusal> {
        let route = self.known_route(conversion.transfer.route)?;
        match self.cells.traffic(conversion.transfer.route)?.next {
            next if conversion.number < next => Err(Refusal::Replayed),
            next if conversion.number > next => Err(Refusal::PreconditionChanged),
            _ => Ok(route),
        }
    }

    fn verdict(
        &self,
        route: &Route,
        conversion: &Conversion,
        proofs: &ListProofs,
    ) -> Result<(Option<Quote>, Option<SeatId>), Refusal> {
        let (economics, transfer) = (&route.economics, &conversion.transfer);
        let served = self.cells.served(transfer.route)?.filter(|served| served.compliance.enabled);
        let served = served.ok_or(Refusal::RouteDisabled)?;
        self.registry_holds(EntryKey::Asset(economics.source))?;
        self.registry_holds(EntryKey::Asset(economics.destination))?;
        let limited = self.carries(transfer)?;
        let set = economics.rate_band_bps > 0 || served.compliance.daily;
        let daily = if set { self.cells.daily(transfer.route)? } else { Daily::default() };
        let (rate_version, rate) = daily.rate(economics, self.now);
        let (lists_version, lists) = daily.lists(&served.compliance);
        let present =
            Versions { economics: route.version, compliance: served.version, rate: rate_version, lists: lists_version };
        if present != transfer.versions {
            return Err(Refusal::OtherVersion);
        }
        if !(economics.rate_from..economics.rate_until).contains(&self.now) {
            return Err(Refusal::RateNotValid);
        }
        let used = self.within(economics, &economics.limits(limited), transfer)?;
        let quote = match &transfer.account {
            Some(account) => {
                lists.serves(account, proofs, &|parts| self.cells.sha256(parts))?;
                Some(economics.quote(transfer.amount, rate)?)
            }
            None => None,
        };
        let held = self.cells.reservation(transfer.route, conversion.number)?;
        if held.is_some_and(|held| held.version == 0) {
            return Err(Refusal::PlaceTaken);
        }
        let large = used.saturating_add(transfer.amount) >= economics.large;
        let word = if large { Some(self.word(transfer)?) } else { None };
        Ok((quote, word))
    }

    /// Whether little is issued now; refused where nothing is, on this route or for this account. Where the head says that
    /// the last pause and the last mode are over, none of their cells is read.
    fn carries(&self, transfer: &Transfer) -> Result<bool, Refusal> {
        if self.now >= self.head.stops_until {
            return Ok(false);
        }
        let account = transfer.account.map(Scope::Account);
        for scope in [Scope::Everything, Scope::Route(transfer.route)].into_iter().chain(account) {
            if self.cells.paused(scope, self.now)?.is_some() {
                return Err(Refusal::Blocked);
            }
        }
        match self.cells.mode(self.now)?.map_or(Mode::Normal, |mode| mode.mode) {
            Mode::Normal => Ok(false),
            Mode::Limited => Ok(true),
            Mode::ReadOnly => Err(Refusal::Blocked),
        }
    }

    /// Whether the transfer is within every limit, after what is counted; the number of the first limit that it leaves.
    /// Answers what the account, or all lots, have used: whatever is split counts as one towards what is large.
    fn within(&self, economics: &Economics, limits: &Limits, transfer: &Transfer) -> Result<u128, Refusal> {
        let Transfer { route, account, count, amount, .. } = *transfer;
        let traffic = self.cells.traffic(route)?;
        let meter = |counted| traffic.window(self.cells, counted, economics.period);
        let (own, least, most) = match account {
            Some(_) if count != 1 => return Err(Refusal::BadCount),
            Some(account) => (Counted::Account(route, account), economics.tx_min, limits.transaction),
            None if economics.lot_max == 0 => return Err(Refusal::NoLots),
            None if count == 0 => return Err(Refusal::BadCount),
            None => {
                let each = |limit: u128| limit.saturating_mul(count.into());
                (Counted::Lots(route), each(economics.tx_min), each(limits.transaction).min(limits.lot))
            }
        };
        let by_own: Meter = meter(own)?;
        let together = self.cells.aggregate((economics.source, economics.course))?;
        let number = meter(Counted::Number(route))?;
        if amount < least || amount > most {
            return Err(Refusal::AmountOutOfBounds);
        }
        if account.is_some() && !by_own.lets_through(amount, limits.account, self.now) {
            return Err(Refusal::AccountLimit);
        }
        if !together.lets_through(amount, limits.aggregate, self.now) {
            return Err(Refusal::AggregateLimit);
        }
        if !number.lets_through(count.into(), limits.number, self.now) {
            return Err(Refusal::CountLimit);
        }
        Ok(by_own.sum(self.now))
    }

    /// A Treasury seat that has given its word for just this transfer a moment ago, and still has its seat. Its
    /// organisation is never the operator's (invariant `org_duties`).
    fn word(&self, transfer: &Transfer) -> Result<SeatId, Refusal> {
        for seat in self.seats_of(Council::Treasury)? {
            let word: Option<Option<Word>> = self.cells.cell(&CellKey::Word(transfer.route, seat))?;
            let fresh = |word: &Word| word.transfer == *transfer && self.now < word.at.saturating_add(WORD_LIFE);
            if let Some(word) = word.flatten().filter(fresh)
                && self.speaks(seat, &word.key)?.is_some()
            {
                return Ok(seat);
            }
        }
        Err(Refusal::NoWord)
    }
}
