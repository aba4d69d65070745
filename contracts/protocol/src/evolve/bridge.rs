//! Routes and what goes over them: limits are charged when a conversion is authorised, and never given back.

use super::{Fold, Unfit};
use crate::{
    cells::{CellKey, CellsMut},
    conversion::{Account, Conversion, Cosigned, Counted, End, Quote, Reservation, Traffic},
    evolve::use_escalation,
    language::bridge::Event,
    route::{Economics, Route, Served},
    scope::Watched,
    state::State,
};

/// Applies an event about routes and conversions.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::RouteChanged { route, version, economics, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Route(*route))?;
            set_route(cells, fold.at, *route, &Route { version: *version, economics: *economics })?;
        }
        Event::ComplianceChanged { route, version, compliance, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Route(*route))?;
            let served = Served { version: *version, compliance: *compliance };
            cells.put(&CellKey::Compliance(*route), &served);
        }
        Event::ConversionAuthorized { conversion, quote, .. } => authorize(cells, fold.at, conversion, quote)?,
        Event::ConversionRefused { conversion, .. } => refuse(cells, conversion)?,
        Event::ConversionCosigned { seat, conversion } => {
            let key = *fold.actor.ok_or(Unfit::Missing)?;
            let cosigned = Cosigned { conversion: *conversion, seat: *seat, key, at: fold.at };
            cells.put(&CellKey::Cosigned(conversion.route), &cosigned);
        }
        Event::ConversionCompleted { route, number, reference, .. } => {
            end(cells, *route, *number, End::Completed(*reference))?;
        }
        Event::ConversionReleased { route, number, reason, .. } => {
            end(cells, *route, *number, End::Released(*reason))?;
        }
    }
    Ok(())
}

#[inline(never)]
pub(super) fn set_route(cells: &mut impl CellsMut, at: u64, id: u32, new: &Route) -> Result<(), Unfit> {
    let before = cells.route(id).map_err(|_| Unfit::Missing)?;
    let key = |economics: &Economics| (economics.source, economics.course);
    if let Some(before) = before.as_ref().filter(|before| key(&before.economics) != key(&new.economics)) {
        join(cells, at, id, &before.economics, None)?;
    }
    join(cells, at, id, &new.economics, Some(new.economics.period))?;
    if before.is_none_or(|before| before.economics.period != new.economics.period) {
        count(cells, id, &mut |traffic| traffic.period_since = at)?;
    }
    cells.put(&CellKey::Route(id), new);
    Ok(())
}

/// A route is counted together with those that take the same asset the same way, or no longer.
fn join(cells: &mut impl CellsMut, at: u64, id: u32, economics: &Economics, period: Option<u32>) -> Result<(), Unfit> {
    let key = (economics.source, economics.course);
    let aggregate = cells.aggregate(key).map_err(|_| Unfit::Missing)?.with_route(id, period, at);
    cells.put(&CellKey::Aggregate(key), &aggregate);
    Ok(())
}

#[inline(never)]
pub(super) fn authorize(
    cells: &mut impl CellsMut,
    at: u64,
    conversion: &Conversion,
    quote: &Quote,
) -> Result<(), Unfit> {
    let Conversion { route, number, account, amount, .. } = *conversion;
    let economics = cells.route(route).map_err(|_| Unfit::Missing)?.ok_or(Unfit::Missing)?.economics;
    charge(cells, at, &economics, route, account, amount)?;
    let held = Reservation { number, account, amount, quote: *quote, at, end: None };
    cells.put(&CellKey::Reservation(route, Reservation::place(number)), &held);
    count(cells, route, &mut |traffic| {
        traffic.next = number.saturating_add(1);
        traffic.authorised = traffic.authorised.saturating_add(1);
    })
}

#[inline(never)]
pub(super) fn refuse(cells: &mut impl CellsMut, conversion: &Conversion) -> Result<(), Unfit> {
    count(cells, conversion.route, &mut |traffic| {
        traffic.next = conversion.number.saturating_add(1);
        traffic.refused = traffic.refused.saturating_add(1);
    })
}

#[inline(never)]
pub(super) fn end(cells: &mut impl CellsMut, route: u32, number: u64, end: End) -> Result<(), Unfit> {
    let held = cells.reservation(route, number).map_err(|_| Unfit::Missing)?.ok_or(Unfit::Missing)?;
    let key = CellKey::Reservation(route, Reservation::place(number));
    cells.put(&key, &Reservation { end: Some(end), ..held });
    count(cells, route, &mut |traffic| match end {
        End::Completed(_) => traffic.completed = traffic.completed.saturating_add(1),
        End::Released(_) => traffic.released = traffic.released.saturating_add(1),
    })
}

fn charge(
    cells: &mut impl CellsMut,
    at: u64,
    economics: &Economics,
    route: u32,
    account: Account,
    amount: u128,
) -> Result<(), Unfit> {
    let traffic = cells.traffic(route).map_err(|_| Unfit::Missing)?;
    for (counted, by) in [(Counted::Account(route, account), amount), (Counted::Number(route), 1)] {
        let window = traffic.window(cells, counted, economics.period).map_err(|_| Unfit::Missing)?;
        cells.put(&CellKey::Window(counted), &window.charged(by, at));
    }
    let key = (economics.source, economics.course);
    let mut aggregate = cells.aggregate(key).map_err(|_| Unfit::Missing)?;
    aggregate.window = aggregate.window.charged(amount, at);
    cells.put(&CellKey::Aggregate(key), &aggregate);
    Ok(())
}

/// Changes what is known of a route's traffic. One piece of code for all changes.
#[inline(never)]
fn count(cells: &mut impl CellsMut, route: u32, how: &mut dyn FnMut(&mut Traffic)) -> Result<(), Unfit> {
    let mut traffic = cells.traffic(route).map_err(|_| Unfit::Missing)?;
    how(&mut traffic);
    cells.put(&CellKey::Traffic(route), &traffic);
    Ok(())
}
