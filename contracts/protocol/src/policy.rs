//! Invariants of a policy table with its councils. A table that breaks one is refused as a whole.
//!
//! Numbers and names are those of section 15 of the protocol. Integer overflow cannot happen: councils have at most
//! 16 seats and rows at most four councils, which is checked first.

use crate::{
    action::PAUSE_CAP,
    council::Council,
    genesis::{CouncilSeats, Genesis, NewSeat},
    row::{Row, RowId},
};
use alloc::{collections::BTreeSet, vec::Vec};
use core::fmt;
use parity_scale_codec::{Decode, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// A broken invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Broken {
    /// Its number.
    pub invariant: u8,
    /// The row that breaks it; 0 where councils alone do.
    pub row: u8,
}

/// Invariants by number.
pub const NAMES: [(u8, &str); 13] = [
    (1, "deny: a row exists once and needs between 1 and all of its seats"),
    (2, "minima: no council must give more than it has, nor all together more than m"),
    (3, "who_counts: Operator, Auditor and Panel count towards no quorum"),
    (4, "singles: only document-only and batch-small need a single approval"),
    (5, "intersect: two quorums always share a seat"),
    (6, "slack: one lost key blocks nothing"),
    (7, "org_cap: no organisation, nor the largest of each council together, reaches m"),
    (8, "two_councils: where two councils vote, none decides alone"),
    (9, "bounds: clocks stay within their bounds, seats expire at least a week apart and not at once"),
    (10, "pause_window: a pause cannot outlast the window of a delayed row"),
    (11, "direction: protective rows have no delay, loosening rows at least an hour"),
    (13, "org_duties: those who operate, audit and approve are different organisations"),
    (14, "one_seat: a key and a holder sit in one seat, and the key is sound"),
];

/// Checks a genesis; the first broken invariant is named.
pub fn check(genesis: &Genesis) -> Result<(), Broken> {
    check_councils(genesis)?;
    let named = genesis.rows.iter().all(|row| RowId::NAMED.iter().any(|(id, _)| *id == row.id));
    require(named, 1, 0)?;
    let rows_once = genesis.rows.windows(2).all(|pair| matches!(pair, [left, right] if left.id < right.id));
    require(rows_once && !genesis.rows.is_empty(), 1, 0)?;
    genesis.rows.iter().try_for_each(|row| check_row(genesis, row))
}

fn check_councils(genesis: &Genesis) -> Result<(), Broken> {
    let sorted = genesis.councils.windows(2).all(|pair| matches!(pair, [left, right] if left.council < right.council));
    let sized = genesis.councils.iter().all(|entry| (1..=Council::MAX_SEATS).contains(&entry.seats.len()));
    require(sorted && sized, 1, 0)?;

    let (mut keys, mut holders) = (BTreeSet::new(), BTreeSet::new());
    for (_, seat) in genesis.seats() {
        let once = keys.insert(seat.key) && holders.insert(seat.holder);
        require(once && seat.key.admit() == Ok(()), 14, 0)?;
    }

    genesis.councils.iter().try_for_each(|entry| require(spread(&entry.seats), 9, 0))?;

    let duties = genesis
        .councils
        .iter()
        .flat_map(|entry| entry.seats.iter().map(move |seat| (&seat.organisation, duty(entry.council))));
    let duties: BTreeSet<_> = duties.collect();
    let organisations: BTreeSet<_> = duties.iter().map(|(organisation, _)| organisation).collect();
    require(duties.len() == organisations.len(), 13, 0)
}

fn check_row(genesis: &Genesis, row: &Row) -> Result<(), Broken> {
    let need = |holds, invariant| require(holds, invariant, row.id.0);
    let councils = || row.minima.iter().map(|(council, k)| (seats(genesis, council), k));
    let size = |seats: &[NewSeat]| u32::try_from(seats.len()).unwrap_or(u32::MAX);
    let total: u32 = councils().map(|(seats, _)| size(seats)).sum();
    let m = u32::from(row.m);

    need(row.version == 0 && (1..=total).contains(&m), 1)?;
    let minima = councils().all(|(seats, k)| u32::from(k) <= size(seats));
    need(minima && councils().map(|(_, k)| u32::from(k)).sum::<u32>() <= m, 2)?;
    need(row.minima.iter().all(|(council, _)| council.counts()), 3)?;
    // The rows that may need a single approval come with documents and batches; none is in the table yet.
    need(m >= 2, 4)?;
    let double = |value: u32| value.saturating_mul(2);
    need(double(m) > total || councils().any(|(seats, k)| double(k.into()) > size(seats)), 5)?;
    need(m < total && councils().all(|(seats, k)| u32::from(k) < size(seats)), 6)?;
    let capped = councils().all(|(seats, _)| largest_organisation(seats) <= cap(size(seats)));
    need(capped && councils().map(|(seats, _)| cap(size(seats))).sum::<u32>() < m, 7)?;
    let alone =
        |council: Council, seats: u32| seats >= m && !row.minima.iter().any(|(other, k)| other != council && k >= 1);
    let several = row.minima.iter().count() >= 2;
    need(!several || !row.minima.iter().any(|(council, _)| alone(council, size(seats(genesis, council)))), 8)?;
    let approve_by = (5 * 60..=7 * 24 * 60 * 60).contains(&row.approve_by);
    let window = (60 * 60..=7 * 24 * 60 * 60).contains(&row.window);
    need(approve_by && window && row.delay <= 14 * 24 * 60 * 60, 9)?;
    need(row.delay == 0 || row.window >= double(PAUSE_CAP), 10)?;
    // The row's name says which way it goes; its flags and clocks must agree.
    need(row.protective == row.id.protective() && (!row.protective || row.delay == 0), 11)?;
    need(row.escalation == row.id.loosening() && (!row.escalation || row.delay >= 60 * 60), 11)
}

fn seats(genesis: &Genesis, council: Council) -> &[NewSeat] {
    genesis.councils.iter().find(|entry| entry.council == council).map_or(&[], |CouncilSeats { seats, .. }| seats)
}

/// Whether the seats of a council expire at least a week apart: one rotation missed leaves the others.
fn spread(seats: &[NewSeat]) -> bool {
    const WEEK: u64 = 7 * 24 * 60 * 60;
    let mut expiries: Vec<u64> = seats.iter().map(|seat| seat.valid_until).collect();
    expiries.sort_unstable();
    expiries.windows(2).all(|pair| matches!(pair, [left, right] if right.saturating_sub(*left) >= WEEK))
}

/// Most seats of one organisation in a council of `n`: max(1, ⌊(n − 1) / 2⌋).
fn cap(n: u32) -> u32 {
    (n.saturating_sub(1) / 2).max(1)
}

fn largest_organisation(seats: &[NewSeat]) -> u32 {
    let count = |seat: &NewSeat| seats.iter().filter(|other| other.organisation == seat.organisation).count();
    seats.iter().map(count).max().and_then(|most| u32::try_from(most).ok()).unwrap_or(0)
}

/// Organisations keep to one of these.
fn duty(council: Council) -> u8 {
    match council {
        Council::Operator => 1,
        Council::Auditor => 2,
        Council::Panel => 3,
        _ => 0,
    }
}

fn require(holds: bool, invariant: u8, row: u8) -> Result<(), Broken> {
    holds.then_some(()).ok_or(Broken { invariant, row })
}

impl fmt::Display for Broken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(number, _)| *number == self.invariant).map_or("unknown", |(_, name)| name);
        write!(out, "invariant {} ({name})", self.invariant)?;
        match self.row {
            0 => Ok(()),
            row => write!(out, " broken by {}", RowId(row)),
        }
    }
}

impl core::error::Error for Broken {}
