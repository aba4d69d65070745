//! Bridge routes: their parameters, and who may say what about them.

mod authorize;
mod daily;

use super::Request;
use crate::{
    bytes::RouteHash,
    cells::Cells,
    conversion::{Completion, LOT_LIFE, Transfer},
    council::Council,
    digest,
    event::Event,
    language::bridge::{self, Action, Order},
    proposal_id::ProposalId,
    refusal::Refusal,
    route::{Route, Served, SetCompliance, SetRoute},
    row::RowId,
    state::State,
};
use alloc::{boxed::Box, vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// What an order about a bridge route or a conversion does.
    #[inline(never)]
    pub(super) fn bridge_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::Authorize { conversion, proofs } => self.authorize(conversion, proofs),
            Order::Promise { transfer, nonce } => self.promise(transfer, *nonce),
            Order::Complete(completion) => self.complete(completion),
            Order::Withdraw { route, nonce } => self.withdraw(*route, *nonce),
            Order::StateRate { route, rate, nonce } => self.state_rate(*route, *rate, *nonce),
            Order::WithdrawRate { route, nonce } => self.withdraw_rate(*route, *nonce),
            Order::StateLists { route, lists, nonce } => self.state_lists(*route, *lists, *nonce),
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
        if self.cells.sharing((economics.source, economics.course))?.full_for(change.route) {
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

    /// It takes the place of the seat's last word on the route, and of nobody else's.
    #[inline(never)]
    fn promise(&self, transfer: &Transfer, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let seat = self.daily_seat(Council::Treasury, nonce)?;
        self.known_route(transfer.route)?;
        Ok(vec![Event::Bridge(bridge::Event::WordGiven { seat, transfer: *transfer, nonce })])
    }

    #[inline(never)]
    fn withdraw(&self, route: u32, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let seat = self.daily_seat(Council::Treasury, nonce)?;
        self.known_route(route)?;
        Ok(vec![Event::Bridge(bridge::Event::WordWithdrawn { seat, route, nonce })])
    }

    /// No pause is in the way of a statement: it only says what has happened. It is in nobody's way either: the next
    /// version corrects it.
    #[inline(never)]
    fn complete(&self, completion: &Completion) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Operator])?;
        let Completion { route, number, version, .. } = *completion;
        if !completion.consistent() {
            return Err(Refusal::BadCompletion);
        }
        let held = self.cells.reservation(route, number)?.filter(|held| held.number >= number);
        let held = held.ok_or(Refusal::UnknownConversion)?;
        let (last, over, late) = if held.number == number {
            let over = completion.count > held.count || completion.amount > held.amount;
            let late = held.account.is_none() && self.now >= held.at.saturating_add(LOT_LIFE);
            (held.version, over, late)
        } else {
            (self.cells.traffic(route)?.restated, false, true)
        };
        match version {
            version if version <= last => Err(Refusal::Replayed),
            version if version != last.saturating_add(1) => Err(Refusal::PreconditionChanged),
            _ => {
                let completion = *completion;
                Ok(vec![Event::Bridge(bridge::Event::ConversionCompleted { seat, completion, over, late })])
            }
        }
    }

    fn known_route(&self, route: u32) -> Result<Box<Route>, Refusal> {
        self.cells.route(route)?.ok_or(Refusal::UnknownRoute)
    }
}
