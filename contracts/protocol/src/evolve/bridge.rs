//! Routes and what goes over them: limits are charged when a conversion is authorised, and never given back.

use super::{Fold, Unfit, read, use_nonce};
use crate::{
    cells::{CellKey, CellsMut},
    conversion::{Completion, Conversion, Counted, Reservation, Traffic, Transfer, Word},
    council::SeatId,
    daily::{Daily, DayLists, DayRate, Said},
    evolve::use_escalation,
    language::bridge::Event,
    route::{Compliance, Economics, Route, Served},
    scope::Watched,
    state::State,
};

/// Applies an event about routes and conversions.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::RouteChanged { route, version, economics, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Route(*route))?;
            set_route(cells, fold.at, *route, &Route { version: *version, economics: *economics })
        }
        Event::ComplianceChanged { route, version, compliance, escalation, .. } => {
            use_escalation(cells, *escalation, Watched::Route(*route))?;
            serve(cells, *route, &Served { version: *version, compliance: *compliance })
        }
        Event::ConversionAuthorized { conversion, word, .. } => authorize(cells, fold.at, conversion, *word),
        Event::ConversionRefused { conversion, .. } => refuse(cells, conversion),
        Event::ConversionCompleted { completion, .. } => complete(cells, completion),
        Event::WordGiven { seat, transfer, nonce } => {
            let word = Word { transfer: *transfer, key: *fold.actor.ok_or(Unfit::Missing)?, at: fold.at };
            cells.put(&CellKey::Word(transfer.route, *seat), &Some(word));
            use_nonce(cells, *seat, *nonce)
        }
        Event::WordWithdrawn { seat, route, nonce } => {
            cells.put(&CellKey::Word(*route, *seat), &None::<Word>);
            use_nonce(cells, *seat, *nonce)
        }
        Event::RateStated { seat, route, rate, nonce, agreed } => {
            let version = cells.daily(*route).map_err(|_| Unfit::Missing)?.rate_version;
            let said = Said { what: *rate, key: *fold.actor.ok_or(Unfit::Missing)?, at: fold.at, version };
            match agreed {
                None => cells.put(&CellKey::SaidRate(*route, *seat), &Some(said)),
                Some(other) => {
                    forget(cells, [*seat, *other].map(|seat| CellKey::SaidRate(*route, seat)));
                    set(cells, *route, &mut |daily| set_rate(daily, Some(*rate)))?;
                }
            }
            use_nonce(cells, *seat, *nonce)
        }
        Event::RateWithdrawn { seat, route, nonce } => {
            forget(cells, [CellKey::SaidRate(*route, *seat)]);
            set(cells, *route, &mut |daily| set_rate(daily, None))?;
            use_nonce(cells, *seat, *nonce)
        }
        Event::ListsStated { seat, route, lists, nonce, agreed } => {
            let said =
                Said { what: *lists, key: *fold.actor.ok_or(Unfit::Missing)?, at: fold.at, version: lists.previous };
            match agreed {
                None => cells.put(&CellKey::SaidLists(*route, *seat), &Some(said)),
                Some(other) => {
                    forget(cells, [*seat, *other].map(|seat| CellKey::SaidLists(*route, seat)));
                    set(cells, *route, &mut |daily| set_lists(daily, Some(lists.lists)))?;
                }
            }
            use_nonce(cells, *seat, *nonce)
        }
    }
}

/// What was said is used up: nobody finds it there again. An empty option is one byte, whatever it is an option of.
fn forget<const N: usize>(cells: &mut impl CellsMut, said: [CellKey; N]) {
    said.iter().for_each(|key| cells.put(key, &None::<Word>));
}

fn set(cells: &mut impl CellsMut, route: u32, how: &mut dyn FnMut(&mut Daily)) -> Result<(), Unfit> {
    let mut daily = cells.daily(route).map_err(|_| Unfit::Missing)?;
    how(&mut daily);
    cells.put(&CellKey::Daily(route), &daily);
    Ok(())
}

fn set_rate(daily: &mut Daily, rate: Option<DayRate>) {
    daily.rate_version = daily.rate_version.saturating_add(1);
    daily.rate = rate;
}

fn set_lists(daily: &mut Daily, lists: Option<DayLists>) {
    daily.lists_version = daily.lists_version.saturating_add(1);
    daily.lists = lists;
}

/// Where other trees are approved, or none of the day any longer, those of the day are over.
#[inline(never)]
fn serve(cells: &mut impl CellsMut, route: u32, new: &Served) -> Result<(), Unfit> {
    let before = cells.served(route).map_err(|_| Unfit::Missing)?;
    let lists = |of: &Compliance| (of.allow, of.deny, of.daily);
    if before.is_some_and(|before| before.compliance.daily && lists(&before.compliance) != lists(&new.compliance)) {
        set(cells, route, &mut |daily| set_lists(daily, None))?;
    }
    cells.put(&CellKey::Compliance(route), new);
    Ok(())
}

/// Where rates are other ones, those of the day are over: of the route, and of those that lead back, which were compared with
/// the rate before.
fn end_rates(cells: &mut impl CellsMut, id: u32, before: Option<&Route>, new: &Economics) -> Result<(), Unfit> {
    let rate = |of: &Economics| (of.source, of.destination, of.course, of.rate_num, of.rate_den, of.rate_band_bps);
    if before.is_some_and(|before| rate(&before.economics) == rate(new)) {
        return Ok(());
    }
    let back = cells.sharing((new.destination, new.course.back())).map_err(|_| Unfit::Missing)?;
    for route in [id].into_iter().chain(back.0.iter().map(|(route, _)| *route)) {
        // What one seat has said of a rate by itself was said beside the approved one.
        let stated = route == id && before.is_some();
        if stated || cells.daily(route).map_err(|_| Unfit::Missing)?.rate.is_some() {
            set(cells, route, &mut |daily| set_rate(daily, None))?;
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
    let (old, period) = (before.as_ref().map(|before| before.economics.period), new.economics.period);
    if old != Some(period) {
        count(cells, id, &mut |traffic| *traffic = traffic.with_period(old, period, at))?;
    }
    end_rates(cells, id, before.as_deref(), &new.economics)?;
    cells.put(&CellKey::Route(id), new);
    Ok(())
}

/// A route is counted together with those that take the same asset the same way, or no longer.
fn join(cells: &mut impl CellsMut, at: u64, id: u32, economics: &Economics, period: Option<u32>) -> Result<(), Unfit> {
    let key = (economics.source, economics.course);
    let sharing = cells.sharing(key).map_err(|_| Unfit::Missing)?.with_route(id, period);
    if let Some(longest) = sharing.period() {
        let meter = cells.aggregate(key).map_err(|_| Unfit::Missing)?.with_period(longest, at);
        cells.put(&CellKey::Aggregate(key), &meter);
    }
    cells.put(&CellKey::Sharing(key), &sharing);
    Ok(())
}

#[inline(never)]
pub(super) fn authorize(
    cells: &mut impl CellsMut,
    at: u64,
    conversion: &Conversion,
    word: Option<SeatId>,
) -> Result<(), Unfit> {
    let Conversion { number, transfer } = *conversion;
    let Transfer { route, account, count, amount, .. } = transfer;
    let economics = cells.route(route).map_err(|_| Unfit::Missing)?.ok_or(Unfit::Missing)?.economics;
    charge(cells, at, &economics, &transfer)?;
    let held = Reservation { number, account, count, amount, at, version: 0 };
    cells.put(&CellKey::Reservation(route, Reservation::place(number)), &held);
    // Whoever else gave its word for this transfer gave it for this one, and not for the next.
    if let Some(seat) = word {
        let size = cells.council(seat.council).map_err(|_| Unfit::Missing)?.size;
        for index in 0..size {
            let key = CellKey::Word(route, SeatId { council: seat.council, index });
            let given: Option<Option<Word>> = read(cells, &key)?;
            if given.flatten().is_some_and(|word| word.transfer == transfer) {
                forget(cells, [key]);
            }
        }
    }
    self::count(cells, route, &mut |traffic| {
        traffic.next = number.saturating_add(1);
        traffic.authorised = traffic.authorised.saturating_add(1);
    })
}

#[inline(never)]
pub(super) fn refuse(cells: &mut impl CellsMut, conversion: &Conversion) -> Result<(), Unfit> {
    count(cells, conversion.transfer.route, &mut |traffic| {
        traffic.next = conversion.number.saturating_add(1);
        traffic.refused = traffic.refused.saturating_add(1);
    })
}

/// The first statement frees the place; what was authorised stays counted.
#[inline(never)]
fn complete(cells: &mut impl CellsMut, completion: &Completion) -> Result<(), Unfit> {
    let Completion { route, number, version, .. } = *completion;
    let held = cells.reservation(route, number).map_err(|_| Unfit::Missing)?.ok_or(Unfit::Missing)?;
    if held.number != number {
        return count(cells, route, &mut |traffic| traffic.restated = version);
    }
    cells.put(&CellKey::Reservation(route, Reservation::place(number)), &Reservation { version, ..held });
    match held.version {
        0 => count(cells, route, &mut |traffic| traffic.ended = traffic.ended.saturating_add(1)),
        _ => Ok(()),
    }
}

fn charge(cells: &mut impl CellsMut, at: u64, economics: &Economics, transfer: &Transfer) -> Result<(), Unfit> {
    let Transfer { route, account, count, amount, .. } = *transfer;
    let traffic = cells.traffic(route).map_err(|_| Unfit::Missing)?;
    let own = account.map_or(Counted::Lots(route), |account| Counted::Account(route, account));
    for (counted, by) in [(own, amount), (Counted::Number(route), count.into())] {
        let meter = traffic.window(cells, counted, economics.period).map_err(|_| Unfit::Missing)?;
        cells.put(&CellKey::Window(counted), &meter.charged(by, at));
    }
    let key = (economics.source, economics.course);
    let aggregate = cells.aggregate(key).map_err(|_| Unfit::Missing)?;
    cells.put(&CellKey::Aggregate(key), &aggregate.charged(amount, at));
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
