//! Section 15 written down a second time: tables, seats, pauses, by the numbers of the rows.

use crate::oracle::{Findings, Sitting};
use greatseal_protocol::{
    action::Action,
    bytes::Label,
    council::Council,
    language::{bridge, program, registry},
    registry::Entry,
    route::{Compliance, Economics},
    row::Row,
    scope::Scope,
};
use std::collections::{BTreeMap, BTreeSet};

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
const WEEK: u64 = 7 * 86_400;

/// Rows 5 to 9 pause and set aside, 14, 15 and 22 tighten and revoke, 39 stops.
pub(crate) fn protective(row: u8) -> bool {
    matches!(row, 5..=9 | 14 | 15 | 22 | 39)
}

/// Rows that let more through, and those that give out seats and rows.
pub(crate) fn loosening(row: u8) -> bool {
    matches!(row, 2..=4 | 12 | 13 | 16..=18 | 21 | 25..=38)
}

/// Section 7: lift, override, policy table, rotate, recover and whatever protects are never blocked.
pub(crate) fn blockable(row: u8) -> bool {
    !protective(row) && !matches!(row, 10 | 11 | 23..=37)
}

fn rotates(row: u8) -> bool {
    (26..=35).contains(&row)
}

fn recovers(row: u8) -> bool {
    matches!(row, 36 | 37)
}

/// Epochs that a council may move on while its seats go on counting.
pub(crate) fn epochs(row: u8) -> u64 {
    match row {
        36 | 37 => u64::MAX,
        row => u64::from(protective(row)),
    }
}

fn rotate_row(council: Council) -> u8 {
    match council {
        Council::Sovereign => 26,
        Council::Policy => 27,
        Council::Technical => 28,
        Council::Emergency => 29,
        Council::Custody => 30,
        Council::Identity => 31,
        Council::Program(_) => 32,
        Council::Treasury => 33,
        Council::Operator => 34,
        Council::Auditor => 35,
        Council::Panel => 25,
    }
}

pub(crate) fn minimum(row: &Row, council: Council) -> u32 {
    let program = |council| if matches!(council, Council::Program(_)) { Council::PROGRAM } else { council };
    row.minima.iter().find(|(member, _)| *member == program(council)).map_or(0, |(_, k)| k.into())
}

/// The scope whose pause blocks an action, besides everything.
pub(crate) fn scope(action: &Action) -> Scope {
    match action {
        Action::Bridge(bridge::Action::SetRoute(change)) => Scope::Route(change.route),
        Action::Registry(registry::Action::Release(_))
        | Action::Registry(registry::Action::Register { entry: Entry::Component { .. }, .. }) => Scope::Upgrades,
        Action::Bridge(bridge::Action::SetCompliance(change)) => Scope::Route(change.route),
        Action::Registry(registry::Action::Register { entry: Entry::Payer { program, .. }, .. }) => {
            Scope::Program(*program)
        }
        Action::Program(program::Action::Create(new)) => Scope::Program(new.program),
        Action::Program(program::Action::Change(change)) => Scope::Program(change.program),
        Action::Program(program::Action::ExecuteBatch(batch))
        | Action::Program(program::Action::Stop { header: batch, .. }) => Scope::Program(batch.program),
        _ => Scope::Everything,
    }
}

/// The account whose freeze blocks it too.
pub(crate) fn account(action: &Action) -> Option<Scope> {
    match action {
        Action::Program(program::Action::ExecuteBatch(batch)) => Some(Scope::Account(batch.payer)),
        _ => None,
    }
}

/// Lets nothing more through: assets, rate, fee and period stay, limits and validity only shrink.
pub(crate) fn tighter(old: &Economics, new: &Economics) -> bool {
    let shrunk = Economics {
        rate_from: old.rate_from.max(new.rate_from),
        rate_until: old.rate_until.min(new.rate_until),
        tx_min: old.tx_min.max(new.tx_min),
        tx_max: old.tx_max.min(new.tx_max),
        account_max: old.account_max.min(new.account_max),
        aggregate_max: old.aggregate_max.min(new.aggregate_max),
        count_max: old.count_max.min(new.count_max),
        large: old.large.min(new.large),
        lot_max: old.lot_max.min(new.lot_max),
        rate_band_bps: old.rate_band_bps.min(new.rate_band_bps),
        ..*old
    };
    shrunk == *new
}

/// Serves nobody who was not served: lists and policy stay or are the first, finality only grows. Trees of the day would
/// end with any other tree.
pub(crate) fn narrower(old: &Compliance, new: &Compliance) -> bool {
    if old.daily && (old.allow, old.deny) != (new.allow, new.deny) {
        return false;
    }
    let shrunk = Compliance {
        enabled: old.enabled && new.enabled,
        allow: old.allow.or(new.allow),
        deny: old.deny.or(new.deny),
        min_finality: old.min_finality.max(new.min_finality),
        ..*old
    };
    shrunk == *new
}

/// Invariants 1 to 6 and 8 to 12 of a whole table, and 7 as far as it is about rows.
pub(crate) fn table(micronode: bool, rows: &BTreeMap<u8, Row>, sizes: &BTreeMap<Council, u32>, found: &mut Findings) {
    for row in rows.values() {
        for (name, holds) in row_holds(micronode, row, sizes) {
            found.must(name, holds, || format!("{row:?} with {sizes:?}"));
        }
        found.must("no_cheap_path", no_cheap_path(rows, row), || format!("{row:?} in {rows:?}"));
    }
}

fn no_cheap_path(rows: &BTreeMap<u8, Row>, row: &Row) -> bool {
    rotates(row.id.0)
        || recovers(row.id.0)
        || row.id.0 == 38
        || row.minima.iter().all(|(council, _)| {
            let holds = |rotate: &Row| rotate.delay >= row.delay && (row.id.0 == 25 || rotate.m >= row.m);
            rows.get(&rotate_row(council)).is_none_or(holds)
        })
}

/// Each invariant of a row by itself, by its name.
pub(crate) fn row_holds(micronode: bool, row: &Row, sizes: &BTreeMap<Council, u32>) -> Vec<(&'static str, bool)> {
    let id = row.id.0;
    let m = u32::from(row.m);
    // Council, n, k.
    let councils: Vec<(Council, u32, u32)> = row
        .minima
        .iter()
        .map(|(council, k)| (council, sizes.get(&council).copied().unwrap_or(0), u32::from(k)))
        .collect();
    let total: u32 = councils.iter().map(|(_, n, _)| n).sum();
    let required: u32 = councils.iter().map(|(.., k)| k).sum();
    let counting = |council: &Council| !matches!(council, Council::Operator | Council::Auditor | Council::Panel);
    let single = match micronode {
        true => matches!(id, 1 | 2 | 8 | 16 | 20 | 21 | 36),
        false => matches!(id, 1 | 20),
    };
    let caps: u32 = councils.iter().map(|(_, n, _)| n.saturating_sub(1).div_euclid(2).max(1)).sum();
    let mut largest: Vec<u32> = councils.iter().map(|(_, n, _)| *n).collect();
    largest.sort_unstable_by(|left, right| right.cmp(left));
    let others = |one: Council| councils.iter().any(|(other, _, k)| *other != one && *k >= 1);
    let together = councils.len() < 2 || councils.iter().all(|(council, n, _)| *n < m || others(*council));
    let recovery = !recovers(id) || micronode || largest.iter().take(2).sum::<u32>() < m;
    let least = match id {
        3 if !micronode => DAY,
        25 if !micronode => 2 * DAY,
        _ => 0,
    };
    let clocks = (300..=7 * DAY).contains(&row.approve_by) && row.window >= HOUR && row.delay <= 14 * DAY;
    let longest = if micronode { 2 } else { 4 } * HOUR;
    vec![
        ("deny", (1..=39).contains(&id) && 1 <= m && m <= total),
        ("minima", councils.iter().all(|(_, n, k)| k <= n) && required <= m),
        ("who_counts", councils.iter().all(|(council, ..)| counting(council))),
        ("singles", single == (m == 1)),
        ("intersect", m < 2 || 2 * m > total || councils.iter().any(|(_, n, k)| 2 * k > *n)),
        ("slack", m < 2 || micronode || m < total && councils.iter().all(|(_, n, k)| k < n)),
        ("org_cap", m < 2 || caps < m),
        ("two_councils", m < 2 || together && recovery),
        ("bounds", clocks && row.delay >= least),
        ("pause_window", row.delay == 0 || row.window >= 2 * longest),
        ("direction", (!protective(id) || row.delay == 0) && (!loosening(id) || row.delay >= HOUR)),
    ]
}

/// Invariants 7, 13 and 14 of the seats, and the week between two expiries.
pub(crate) fn seats(councils: &BTreeMap<Council, Sitting>, issuers: &[Label], found: &mut Findings) {
    let mut duties: BTreeMap<Label, BTreeSet<u8>> = BTreeMap::new();
    let (mut holders, mut keys, mut all) = (BTreeSet::new(), BTreeSet::new(), 0);
    for (council, sitting) in councils {
        let duty = match council {
            Council::Operator => 1,
            Council::Auditor => 2,
            Council::Panel => 3,
            _ => 0,
        };
        let n = sitting.seats.len();
        // A vacant seat is nobody's.
        for sits in sitting.seats.iter().filter(|sits| !sits.vacant) {
            all += 1;
            holders.insert(sits.holder);
            keys.insert(sits.key);
            duties.entry(sits.organisation).or_default().insert(duty);
            let held =
                sitting.seats.iter().filter(|other| !other.vacant && other.organisation == sits.organisation).count();
            let capped = duty != 0 || held <= (n.saturating_sub(1) / 2).max(1);
            found.must("org_cap", capped, || format!("{} has {held} of {n} seats of {council}", sits.organisation));
        }
    }
    found.must("one_seat", holders.len() == all && keys.len() == all, || "a key or a holder sits twice".into());
    for (organisation, duties) in &duties {
        let issues = duties.contains(&1) && issuers.contains(organisation);
        found.must("org_duties", duties.len() == 1 && !issues, || format!("{organisation} has the duties {duties:?}"));
    }
}

/// What the Emergency council stopped by itself: the seconds that it added.
#[derive(Clone, Debug)]
pub(crate) struct Stop {
    pub(crate) scope: Scope,
    pub(crate) mode: bool,
    pub(crate) from: u64,
    pub(crate) until: u64,
}

/// A pause or a mode was ended before its time.
pub(crate) fn ended(stops: &mut [Stop], scope: Scope, mode: bool, at: u64) {
    for stop in stops.iter_mut().filter(|stop| stop.scope == scope && stop.mode == mode) {
        stop.until = stop.until.min(at);
        stop.from = stop.from.min(stop.until);
    }
}

/// Over any seven days: what overlaps with each scope, by the second. A pause of everything overlaps with all others at
/// the moment at which it is decided.
pub(crate) fn pause_cap(stops: &[Stop], scope: Scope, at: u64, most: u64, found: &mut Findings) {
    let overlaps = |stop: &&Stop| scope == Scope::Everything || stop.scope == scope || stop.scope == Scope::Everything;
    let mine: Vec<&Stop> = stops.iter().filter(overlaps).collect();
    let ends = mine.iter().map(|stop| stop.until).chain(mine.iter().map(|stop| stop.from + WEEK));
    // Windows that were over before this one began were looked at then.
    for end in ends.filter(|end| *end > at) {
        let within = |stop: &&Stop| {
            let (from, until) = (stop.from.max(end.saturating_sub(WEEK)), stop.until.min(end));
            until.saturating_sub(from)
        };
        let sum: u64 = mine.iter().map(within).sum();
        found.must("pause_cap", sum <= most, || format!("{sum} s in the week before {end}: {mine:?}"));
    }
}
