//! Invariants of a policy table with its councils. A table that breaks one is refused as a whole.
//!
//! Numbers and names are those of section 15 of the protocol. The same function judges a genesis, a change of a row, a
//! reconstitution and a file that nobody has proposed yet. Integer overflow cannot happen: councils have at most 16
//! seats and rows at most four councils, which is checked first.

use crate::{
    council::{Council, Organisation},
    emergency::Cap,
    genesis::{Genesis, NewSeat, Profile},
    refusal::Refusal,
    row::{Direction, Executors, Row, RowId},
};
use alloc::vec::Vec;
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
pub const NAMES: [(u8, &str); 18] = [
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
    (12, "no_cheap_path: to change a council is not easier than what it decides"),
    (13, "org_duties: those who operate, audit, arbitrate and approve are different organisations"),
    (14, "one_seat: a key and a holder sit in one seat, and the key is sound"),
    (27, "retire: to end the contract is the hardest of all, and the slowest"),
    (28, "administration: three approvals of two councils for what rules over the rest"),
    (29, "named_rows: a row asks the council that it is about, and an escalation has somebody to make it"),
    (30, "complete: whoever sits can be given other keys, and what must be reviewed or arbitrated has somebody for it"),
];

/// Least seconds between the ends of two seats of a council.
pub const APART: u64 = 7 * 24 * 60 * 60;
/// Least seconds in which a quorum must stand, and most.
pub const APPROVE_BY: core::ops::RangeInclusive<u32> = 5 * 60..=7 * DAY;
/// Least seconds in which an approved proposal may be executed, and most.
pub const WINDOW: core::ops::RangeInclusive<u32> = 60 * 60..=7 * DAY;
/// Most seconds between quorum and execution.
pub const MOST_DELAY: u32 = 14 * DAY;
const DAY: u32 = 24 * 60 * 60;

/// Checks a genesis; the first broken invariant is named.
pub fn check(genesis: &Genesis) -> Result<(), Broken> {
    genesis.seats().try_for_each(|(_, seat)| require(seat.key.admit().is_ok(), 14, 0))?;
    check_rules(genesis)
}

/// The rules for a genesis without the soundness of keys, which costs much and is found out where they are prepared.
pub fn check_rules(genesis: &Genesis) -> Result<(), Broken> {
    check_councils(genesis)?;
    require(genesis.rows.iter().all(|row| row.version == 0), 1, 0)?;
    check_table(genesis.profile, &genesis.rows, |council| genesis.size(council))
}

/// Checks a whole table, given the sizes of the councils; [`Council::PROGRAM`] stands for every programme's.
pub fn check_table(profile: Profile, rows: &[Row], size: impl Fn(Council) -> u8) -> Result<(), Broken> {
    check_all(profile, rows, &size)
}

/// One piece of code for all who ask (ADR 33): it runs at construction and when the table changes.
fn check_all(profile: Profile, rows: &[Row], size: &dyn Fn(Council) -> u8) -> Result<(), Broken> {
    let once = rows.windows(2).all(|pair| matches!(pair, [left, right] if left.id < right.id));
    require(once && !rows.is_empty(), 1, 0)?;
    rows.iter().try_for_each(|row| check_row(profile, row, size).and_then(|()| check_path(rows, row)))?;
    check_retire(profile, rows)?;
    if profile.micronode() { Ok(()) } else { check_complete(rows, size) }
}

fn there(rows: &[Row], id: RowId) -> Option<&Row> {
    rows.iter().find(|row| row.id == id)
}

/// What ends the contract takes more approvals than anything that it could be used to get around, and twice the time: those
/// who must notice can still give seats other keys, or change the table, before it is executed.
fn check_retire(profile: Profile, rows: &[Row]) -> Result<(), Broken> {
    let Some(retire) = there(rows, RowId::RETIRE) else { return Ok(()) };
    let outlasts = |id| there(rows, id).is_none_or(|other| retire.delay >= other.delay.saturating_mul(2));
    let slowest = [RowId::POLICY_TABLE, RowId::ROTATE_SOVEREIGN, RowId::ROTATE_POLICY].into_iter().all(outlasts);
    let hardest = there(rows, RowId::POLICY_TABLE).is_none_or(|table| retire.m > table.m);
    let holds = profile.micronode() || slowest && hardest && retire.minima.iter().all(|(_, k)| k >= 1);
    require(holds && retire.delay >= RowId::RETIRE.least_delay(), 27, RowId::RETIRE.0)
}

/// Nothing is begun that cannot go on.
fn check_complete(rows: &[Row], size: &dyn Fn(Council) -> u8) -> Result<(), Broken> {
    let need = |holds, row: RowId| require(holds, 30, row.0);
    need(there(rows, RowId::POLICY_TABLE).is_some(), RowId::POLICY_TABLE)?;
    for council in Council::IN_ROWS {
        let rotate = RowId::rotate(council);
        need(size(council) == 0 || there(rows, rotate).is_some(), rotate)?;
    }
    for row in rows.iter().map(|row| row.id) {
        let disputes = row == RowId::DISPUTE_OVERRIDE;
        let reviewed = matches!(row, RowId::EMERGENCY_PAUSE | RowId::SEAT_SUSPENSION | RowId::DEGRADED_MODE);
        need(!(disputes || reviewed) || size(Council::Auditor) > 0, row)?;
        need(!disputes || size(Council::Panel) > 0, row)?;
    }
    Ok(())
}

fn check_councils(genesis: &Genesis) -> Result<(), Broken> {
    let sorted = genesis.councils.windows(2).all(|pair| matches!(pair, [left, right] if left.council < right.council));
    let sized = genesis.councils.iter().all(|entry| (1..=Council::MAX_SEATS).contains(&entry.seats.len()));
    require(sorted && sized, 1, 0)?;
    // All programmes' councils have one size, so that a row is checked once for all of them.
    let programs = || genesis.councils.iter().filter(|entry| entry.council.in_row() == Council::PROGRAM);
    let alike = programs().all(|entry| Some(entry.size()) == programs().next().map(|first| first.size()));
    require(alike && programs().all(|entry| entry.council != Council::PROGRAM), 1, 0)?;

    // Sets would be shorter to write and longer to run: councils are small, and there are few of them.
    let mut earlier: Vec<(Council, &NewSeat)> = Vec::new();
    for (id, seat) in genesis.seats() {
        let once = earlier.iter().all(|(_, other)| other.key != seat.key && other.holder != seat.holder);
        require(once, 14, 0)?;
        earlier.push((id.council, seat));
        let mut organisation = Organisation::default();
        for (council, _) in earlier.iter().filter(|(_, other)| other.organisation == seat.organisation) {
            let duty = organisation.duty(*council);
            *duty = duty.saturating_add(1);
        }
        require(organisation.separate(), 13, 0)?;
    }
    for entry in &genesis.councils {
        require(spread(|| entry.seats.iter().map(|seat| seat.valid_until)), 9, 0)?;
        let organisations = || entry.seats.iter().map(|seat| seat.organisation);
        require(!entry.council.counts() || within_cap(entry.size().into(), organisations), 7, 0)?;
    }
    Ok(())
}

/// Checks one row by itself.
fn check_row(profile: Profile, row: &Row, size: &dyn Fn(Council) -> u8) -> Result<(), Broken> {
    let need = |holds, invariant| require(holds, invariant, row.id.0);
    let sized = |(council, k)| (council, u32::from(size(council)), u32::from(k));
    let councils: Vec<(Council, u32, u32)> = row.minima.iter().map(sized).collect();
    let councils = || councils.iter().copied();
    let total: u32 = councils().map(|(_, n, _)| n).sum();
    let m = u32::from(row.m);
    let strict = !profile.micronode();
    let double = |value: u32| value.saturating_mul(2);

    // A micronode is two people, who decide everything: one of three would not be one of two.
    let people = strict || total == 2 && row.minima.has(Council::Sovereign);
    need(row.id.known() && (1..=total).contains(&m) && people, 1)?;
    need(councils().all(|(_, n, k)| n > 0 && k <= n) && councils().map(|(.., k)| k).sum::<u32>() <= m, 2)?;
    need(councils().all(|(council, ..)| council.counts() && council.in_row() == council), 3)?;
    let single = match strict {
        true => matches!(row.id, RowId::DOCUMENT_ONLY | RowId::BATCH_SMALL),
        false => row.id.one_of_two(),
    };
    need(single == (m == 1), 4)?;
    if m >= 2 {
        need(double(m) > total || councils().any(|(_, n, k)| double(k) > n), 5)?;
        need(!strict || m < total && councils().all(|(_, n, k)| k < n), 6)?;
        need(councils().map(|(_, n, _)| cap(n)).sum::<u32>() < m, 7)?;
        let others = |council: Council| councils().any(|(other, _, k)| other != council && k >= 1);
        let several = councils().count() >= 2;
        need(!several || councils().all(|(council, n, _)| n < m || others(council)), 8)?;
        // Any two councils together cannot take the seats of a third, and one alone even less.
        let pairs = || {
            councils().flat_map(|(one, n, _)| {
                councils().map(move |two| if two.0 == one { n } else { n.saturating_add(two.1) })
            })
        };
        need(row.id.recovers().is_none() || !strict || pairs().all(|two| two < m), 8)?;
    }
    check_names(strict, row, size)?;
    let several = councils().filter(|(.., k)| *k >= 1).count() >= 2;
    need(!strict || !rules(row.id) || m >= 3 && several, 28)?;
    let least = |council| councils().find(|(other, ..)| *other == council).map_or((0, 0), |(_, n, k)| (n, k));
    let ((sovereign, k), (_, policy)) = (least(Council::Sovereign), least(Council::Policy));
    need(!strict || !rules_alone(row.id) || double(k) > sovereign, 28)?;
    need(!strict || !rules_alone(row.id) || row.id == RowId::RETIRE || policy >= 1, 28)?;
    // Whoever is away for a day still has a part in it.
    let day = row.id == RowId::POLICY_TABLE || row.id.recovers().is_some();
    need(!day || row.approve_by >= DAY, 9)?;
    let clocks = APPROVE_BY.contains(&row.approve_by) && WINDOW.contains(&row.window);
    need(clocks && row.delay <= MOST_DELAY && (!strict || row.delay >= long_delay(row.id)), 9)?;
    need(row.delay == 0 || row.window >= double(Cap::longest(profile)), 10)?;
    // The row's name says which way it goes; its clocks must agree.
    need(!row.id.protective() || row.delay == 0, 11)?;
    let waits = strict && (row.id.protective() || row.id.recovers().is_some()) && row.executors != Executors::Anyone;
    need(!waits, 11)?;
    need(row.id.direction() != Direction::Loosens || row.delay >= 60 * 60, 11)
}

/// Rows that rule over the others, over what runs, or over money without a limit.
fn rules(row: RowId) -> bool {
    rules_alone(row)
        || matches!(
            row,
            RowId::HIGH_RISK_UPGRADE | RowId::REGISTRY_MONEY | RowId::BRIDGE_LOOSEN | RowId::PROGRAM_CREATE
        )
}

/// Those of them that could give everything away.
fn rules_alone(row: RowId) -> bool {
    matches!(row, RowId::POLICY_TABLE | RowId::ROTATE_SOVEREIGN | RowId::ROTATE_POLICY | RowId::RETIRE)
}

/// A row asks those whom it is about: no council where none can be asked, and none that gives itself other keys unheard.
fn check_names(strict: bool, row: &Row, size: &dyn Fn(Council) -> u8) -> Result<(), Broken> {
    let of_programs = matches!(
        row.id,
        RowId::PROGRAM_CHANGE | RowId::BATCH_LARGE | RowId::BATCH_SMALL | RowId::BATCH_STOP | RowId::ROTATE_PROGRAM
    );
    let program = !strict || row.minima.has(Council::PROGRAM) == of_programs;
    let itself = row.id.rotated().is_none_or(|council| !council.counts() || row.minima.has(council));
    // Whoever is set aside or recovered has no part in it: one of them could stop what is meant for the others.
    let apart = !strict
        || row.id.recovers().is_none_or(|council| !row.minima.has(council))
            && (row.id != RowId::SEAT_SUSPENSION
                || !row.minima.has(Council::Sovereign) && !row.minima.has(Council::Policy));
    let looked_at = !row.id.escalation() || size(Council::Operator) > 0 || size(Council::Auditor) > 0;
    require(program && itself && apart && looked_at, 29, row.id.0)
}

/// Least delay of the rows that may never be hurried.
fn long_delay(row: RowId) -> u32 {
    match row.least_delay() {
        delay if delay > 60 * 60 => delay,
        _ => 0,
    }
}

/// To give a council of this row other keys takes as long and as many as what the row decides.
fn check_path(rows: &[Row], row: &Row) -> Result<(), Broken> {
    if row.id.rotated().is_some() || row.id.recovers().is_some() || row.id == RowId::RETIRE {
        return Ok(());
    }
    row.minima.iter().try_for_each(|(council, _)| {
        let rotate = rows.iter().find(|other| other.id == RowId::rotate(council));
        let holds = |rotate: &Row| rotate.delay >= row.delay && (row.id == RowId::POLICY_TABLE || rotate.m >= row.m);
        require(rotate.is_none_or(holds), 12, row.id.0)
    })
}

/// Whether the seats of a council expire at least a week apart: one rotation missed leaves the others.
pub fn spread<I: Iterator<Item = u64>>(expiries: impl Fn() -> I) -> bool {
    apart(&expiries().collect::<Vec<_>>())
}

fn apart(expiries: &[u64]) -> bool {
    expiries.iter().enumerate().all(|(at, one)| expiries.iter().take(at).all(|other| one.abs_diff(*other) >= APART))
}

/// Most seats of one organisation in a council of `n`: max(1, ⌊(n − 1) / 2⌋).
pub fn cap(n: u32) -> u32 {
    (n.saturating_sub(1) / 2).max(1)
}

/// Whether no organisation holds more seats of a council than its cap.
pub fn within_cap<T: PartialEq, I: Iterator<Item = T>>(n: u32, seats: impl Fn() -> I) -> bool {
    capped(n, &seats().collect::<Vec<_>>())
}

fn capped<T: PartialEq>(n: u32, seats: &[T]) -> bool {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let most = cap(n);
    seats.iter().all(|one| count(seats.iter().filter(|other| *other == one).count()) <= most)
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

impl From<Broken> for Refusal {
    fn from(broken: Broken) -> Self {
        match broken.invariant {
            1 => Self::InvariantDeny,
            2 => Self::InvariantMinima,
            3 => Self::InvariantWhoCounts,
            4 => Self::InvariantSingles,
            5 => Self::InvariantIntersect,
            6 => Self::InvariantSlack,
            7 => Self::InvariantOrgCap,
            8 => Self::InvariantTwoCouncils,
            9 => Self::InvariantBounds,
            10 => Self::InvariantPauseWindow,
            11 => Self::InvariantDirection,
            12 => Self::InvariantCheapPath,
            13 => Self::InvariantOrgDuties,
            14 => Self::InvariantOneSeat,
            27 => Self::InvariantRetire,
            28 => Self::InvariantAdministration,
            29 => Self::InvariantNamedRows,
            30 => Self::InvariantComplete,
            _ => Self::InvariantDeny,
        }
    }
}
