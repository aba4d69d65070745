//! Bridge routes: their parameters, and every conversion.

use super::Request;
use crate::{
    bytes::{ReferenceHash, RouteHash},
    cells::{CellKey, Cells},
    conversion::{COSIGNED_LIFE, Conversion, Cosigned, Counted, Limits, ListProofs, Quote, Reservation},
    council::{Council, SeatId},
    digest,
    event::Event,
    language::bridge::{self, Action, Order},
    proposal_id::ProposalId,
    refusal::Refusal,
    route::{Economics, Route, Served, SetCompliance, SetRoute},
    row::RowId,
    scope::{Mode, Scope},
    state::State,
};
use alloc::{boxed::Box, vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// What an order about a bridge route or a conversion does.
    #[inline(never)]
    pub(super) fn bridge_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::Authorize { conversion, proofs } => self.authorize(conversion, proofs),
            Order::Cosign { conversion } => self.cosign(conversion),
            Order::Complete { route, number, reference } => self.complete(*route, *number, *reference),
            Order::Release { route, number, reason } => self.release(*route, *number, *reason),
        }
    }

    /// The row of an action about a bridge route or a conversion, if it can take effect.
    #[inline(never)]
    pub(super) fn bridge_row(&self, action: &Action) -> Result<RowId, Refusal> {
        match action {
            Action::SetRoute(change) => self.check_route(change),
            Action::SetCompliance(change) => self.check_compliance(change),
        }
    }

    /// What an action about a bridge route or a conversion does, besides being executed.
    #[inline(never)]
    pub(super) fn bridge_effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        let escalation = row.escalation();
        match action {
            Action::SetRoute(change) => {
                let version = self.cells.route(change.route)?.map_or(1, |route| route.version.saturating_add(1));
                let (route, economics) = (change.route, change.economics);
                Ok(vec![Event::Bridge(bridge::Event::RouteChanged { id, route, version, economics, escalation })])
            }
            Action::SetCompliance(change) => {
                let version = self.cells.served(change.route)?.map_or(1, |served| served.version.saturating_add(1));
                let (route, compliance) = (change.route, change.compliance);
                Ok(vec![Event::Bridge(bridge::Event::ComplianceChanged { id, route, version, compliance, escalation })])
            }
        }
    }

    /// Nobody declares the direction: it is found by comparing with what holds.
    #[inline(never)]
    pub(super) fn check_route(&self, change: &SetRoute) -> Result<RowId, Refusal> {
        let economics = &change.economics;
        if !economics.consistent() {
            return Err(Refusal::BadEconomics);
        }
        let current = self.cells.route(change.route)?;
        let hash = |route: &Route| RouteHash(self.cells.sha256(&[&digest::route_preimage(route)]));
        if current.as_deref().map(hash) != change.previous {
            return Err(Refusal::PreconditionChanged);
        }
        if self.cells.aggregate((economics.source, economics.course))?.full_for(change.route) {
            return Err(Refusal::TooManyRoutes);
        }
        Ok(match current {
            Some(route) if route.economics.tightens_to(economics) => RowId::BRIDGE_TIGHTEN,
            _ => RowId::BRIDGE_LOOSEN,
        })
    }

    #[inline(never)]
    pub(super) fn check_compliance(&self, change: &SetCompliance) -> Result<RowId, Refusal> {
        self.cells.route(change.route)?.ok_or(Refusal::UnknownRoute)?;
        let current = self.cells.served(change.route)?;
        let hash = |served: &Served| RouteHash(self.cells.sha256(&[&digest::compliance_preimage(served)]));
        if current.as_ref().map(hash) != change.previous {
            return Err(Refusal::PreconditionChanged);
        }
        Ok(match current {
            Some(served) if served.compliance.tightens_to(&change.compliance) => RowId::BRIDGE_TIGHTEN,
            _ => RowId::BRIDGE_LOOSEN,
        })
    }

    /// Every request for the next number of a known route has an answer, which is on record and counted.
    #[inline(never)]
    pub(super) fn authorize(&self, conversion: &Conversion, proofs: &ListProofs) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Operator])?;
        let route = self.next_on(conversion)?;
        let conversion = *conversion;
        Ok(vec![match self.verdict(&route, &conversion, proofs) {
            Ok((quote, cosigned)) => {
                Event::Bridge(bridge::Event::ConversionAuthorized { seat, conversion, quote, cosigned })
            }
            Err(Refusal::Unreadable) => return Err(Refusal::Unreadable),
            Err(refusal) => Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, refusal }),
        }])
    }

    #[inline(never)]
    pub(super) fn cosign(&self, conversion: &Conversion) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Treasury])?;
        self.next_on(conversion)?;
        Ok(vec![Event::Bridge(bridge::Event::ConversionCosigned { seat, conversion: *conversion })])
    }

    #[inline(never)]
    pub(super) fn complete(&self, route: u32, number: u64, reference: ReferenceHash) -> Result<Vec<Event>, Refusal> {
        let seat = self.ends(route, number)?;
        Ok(vec![Event::Bridge(bridge::Event::ConversionCompleted { seat, route, number, reference })])
    }

    #[inline(never)]
    pub(super) fn release(&self, route: u32, number: u64, reason: ReferenceHash) -> Result<Vec<Event>, Refusal> {
        let seat = self.ends(route, number)?;
        Ok(vec![Event::Bridge(bridge::Event::ConversionReleased { seat, route, number, reason })])
    }

    /// Whoever may end a conversion that has no end. No pause is in the way: it only says what has happened.
    fn ends(&self, route: u32, number: u64) -> Result<SeatId, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Operator])?;
        match self.cells.reservation(route, number)? {
            None => Err(Refusal::UnknownConversion),
            Some(held) if held.end.is_some() => Err(Refusal::ConversionEnded),
            Some(_) => Ok(seat),
        }
    }

    /// The route of a conversion that has the next number there.
    fn next_on(&self, conversion: &Conversion) -> Result<Box<Route>, Refusal> {
        let route = self.cells.route(conversion.route)?.ok_or(Refusal::UnknownRoute)?;
        match self.cells.traffic(conversion.route)?.next {
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
    ) -> Result<(Quote, Option<SeatId>), Refusal> {
        let economics = &route.economics;
        let served = self.cells.served(conversion.route)?.filter(|served| served.compliance.enabled);
        let served = served.ok_or(Refusal::RouteDisabled)?;
        let limited = self.carries(conversion)?;
        if (route.version, served.version) != conversion.versions {
            return Err(Refusal::OtherVersion);
        }
        if !(economics.rate_from..economics.rate_until).contains(&self.now) {
            return Err(Refusal::RateNotValid);
        }
        self.within(economics, &economics.limits(limited), conversion)?;
        served.compliance.serves(&conversion.account, proofs, &|parts| self.cells.sha256(parts))?;
        let quote = economics.quote(conversion.amount)?;
        let held: Option<Reservation> =
            self.cells.cell(&CellKey::Reservation(conversion.route, Reservation::place(conversion.number)))?;
        if held.is_some_and(|held| held.end.is_none()) {
            return Err(Refusal::PlaceTaken);
        }
        let large = conversion.amount >= economics.large;
        let cosigned = if large { Some(self.cosigned(conversion)?) } else { None };
        Ok((quote, cosigned))
    }

    /// Whether little is issued now; refused where nothing is, on this route or for this account. Where the head says that
    /// the last pause and the last mode are over, none of their cells is read.
    fn carries(&self, conversion: &Conversion) -> Result<bool, Refusal> {
        if self.now >= self.head.stops_until {
            return Ok(false);
        }
        for scope in [Scope::Everything, Scope::Route(conversion.route), Scope::Account(conversion.account)] {
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

    /// Whether the amount is within every limit, after what the windows hold; the number of the first limit that it leaves.
    fn within(&self, economics: &Economics, limits: &Limits, conversion: &Conversion) -> Result<(), Refusal> {
        let Conversion { route, account, amount, .. } = *conversion;
        let traffic = self.cells.traffic(route)?;
        let by_account = traffic.window(self.cells, Counted::Account(route, account), economics.period)?;
        let together = self.cells.aggregate((economics.source, economics.course))?.window;
        let number = traffic.window(self.cells, Counted::Number(route), economics.period)?;
        match () {
            () if amount < economics.tx_min || amount > limits.transaction => Err(Refusal::AmountOutOfBounds),
            () if !by_account.lets_through(amount, limits.account, self.now) => Err(Refusal::AccountLimit),
            () if !together.lets_through(amount, limits.aggregate, self.now) => Err(Refusal::AggregateLimit),
            () if !number.lets_through(1, limits.number, self.now) => Err(Refusal::CountLimit),
            () => Ok(()),
        }
    }

    /// The Treasury's seat that has given its word for just this conversion a moment ago, and still has its seat. Its
    /// organisation is never the operator's (invariant `org_duties`).
    fn cosigned(&self, conversion: &Conversion) -> Result<SeatId, Refusal> {
        let word: Option<Cosigned> = self.cells.cell(&CellKey::Cosigned(conversion.route))?;
        let fresh =
            |word: &Cosigned| word.conversion == *conversion && self.now < word.at.saturating_add(COSIGNED_LIFE);
        let word = word.filter(fresh).ok_or(Refusal::NoCosignature)?;
        let seat = self.cells.seat(word.seat)?;
        let valid = seat.key == word.key && !seat.suspended(self.now) && self.now < seat.valid_until;
        (valid && seat.sits.is_some()).then_some(word.seat).ok_or(Refusal::NoCosignature)
    }
}
