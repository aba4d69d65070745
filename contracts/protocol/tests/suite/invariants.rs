//! Section 15 once more, written from the text: every invariant from 1 to 14 that a genesis breaks, not only the first.

use greatseal_protocol::{
    council::Council,
    genesis::{Genesis, Profile},
    row::{Executors, Row, RowId},
};
use std::collections::{BTreeMap, BTreeSet};

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;
const COUNTING_NOTHING: [Council; 3] = [Council::Operator, Council::Auditor, Council::Panel];

/// Sizes of a genesis' councils; 0 where there is none. All programmes' are alike.
pub(crate) fn sizes(genesis: &Genesis) -> impl Fn(Council) -> u8 {
    let mut sizes: BTreeMap<Council, u8> = BTreeMap::new();
    for entry in &genesis.councils {
        let size = u8::try_from(entry.seats.len()).unwrap();
        sizes.insert(entry.council, size);
        if matches!(entry.council, Council::Program(_)) {
            sizes.insert(Council::Program(0), size);
        }
    }
    move |council| sizes.get(&council).copied().unwrap_or(0)
}

/// Numbers of the invariants that are broken.
pub(crate) fn broken(genesis: &Genesis) -> BTreeSet<u8> {
    let mut broken = BTreeSet::new();
    let mut check = |number: u8, holds: bool| {
        if !holds {
            broken.insert(number);
        }
    };
    councils(genesis, &mut check);
    broken.extend(broken_by_rows(genesis));
    broken
}

/// Those of them that rows break.
pub(crate) fn broken_by_rows(genesis: &Genesis) -> BTreeSet<u8> {
    let mut broken = BTreeSet::new();
    let mut check = |number: u8, holds: bool| {
        if !holds {
            broken.insert(number);
        }
    };
    let sorted = genesis.rows.windows(2).all(|pair| pair[0].id < pair[1].id);
    check(1, sorted && genesis.rows.iter().all(|row| row.version == 0));
    let size = sizes(genesis);
    for row in &genesis.rows {
        one_row(genesis.profile, row, &size, &mut check);
        if !(26..=38).contains(&row.id.0) {
            for (council, _) in row.minima.iter() {
                for rotate in genesis.rows.iter().filter(|other| other.id.rotated() == Some(council)) {
                    check(12, rotate.delay >= row.delay && (row.id.0 == 25 || rotate.m >= row.m));
                }
            }
        }
    }
    whole_table(genesis, &size, &mut check);
    broken
}

/// What ends the contract, what rules over the rest, who is asked, and what would be begun and could not go on.
fn whole_table(genesis: &Genesis, size: &impl Fn(Council) -> u8, check: &mut impl FnMut(u8, bool)) {
    let row = |number: u8| genesis.rows.iter().find(|row| row.id.0 == number);
    let strict = !genesis.profile.micronode();
    if let Some(retire) = row(38) {
        check(27, retire.delay >= 3 * DAY);
        for other in [25, 26, 27].into_iter().filter_map(row).filter(|_| strict) {
            check(27, retire.delay >= other.delay.saturating_mul(2));
        }
        check(27, !strict || row(25).is_none_or(|table| retire.m > table.m));
        check(27, !strict || retire.minima.iter().all(|(_, k)| k > 0));
    }
    if !strict {
        return;
    }
    check(30, row(25).is_some());
    let rotates = [(0, 26), (1, 27), (2, 28), (3, 29), (4, 30), (6, 31), (7, 32), (5, 33), (8, 34), (9, 35)];
    for (council, rotate) in rotates {
        check(30, size(Council::IN_ROWS[council]) == 0 || row(rotate).is_some());
    }
    check(30, [5, 6, 7, 23].into_iter().all(|id| row(id).is_none()) || size(Council::Auditor) > 0);
    check(30, row(23).is_none() || size(Council::Panel) > 0);
}

/// Of one row: what rules over the rest takes three of two councils, what rules over itself a majority of the Sovereign and
/// Policy; programmes' councils are asked by their rows, a council about its own keys, and somebody can look.
fn asked(row: &Row, size: &impl Fn(Council) -> u8, strict: bool, check: &mut impl FnMut(u8, bool)) {
    let number = row.id.0;
    if strict {
        let least = row.minima.iter().filter(|(_, k)| *k > 0).count();
        check(28, ![3, 12, 13, 17, 25, 26, 27, 38].contains(&number) || row.m >= 3 && least >= 2);
        let majority = 2 * u32::from(row.minima.of(Council::Sovereign)) > u32::from(size(Council::Sovereign));
        check(28, ![25, 26, 27, 38].contains(&number) || majority && row.minima.has(Council::Sovereign));
        check(28, ![25, 26, 27].contains(&number) || row.minima.of(Council::Policy) > 0);
        check(29, [18, 19, 20, 32, 39].contains(&number) == row.minima.has(Council::PROGRAM));
    }
    let own = row.id.rotated().filter(|council| !COUNTING_NOTHING.contains(council));
    check(29, own.is_none_or(|council| row.minima.has(council)));
    let asks = |council| row.minima.has(council);
    check(29, !strict || number != 6 || !asks(Council::Sovereign) && !asks(Council::Policy));
    check(29, !strict || !(number == 36 && asks(Council::Sovereign) || number == 37 && asks(Council::Policy)));
    check(29, ![12, 13].contains(&number) || size(Council::Operator) > 0 || size(Council::Auditor) > 0);
    check(9, ![25, 36, 37].contains(&number) || row.approve_by >= DAY);
}

fn councils(genesis: &Genesis, check: &mut impl FnMut(u8, bool)) {
    check(1, genesis.councils.windows(2).all(|pair| pair[0].council < pair[1].council));
    check(1, genesis.councils.iter().all(|entry| (1..=16).contains(&entry.seats.len())));
    let (mut keys, mut holders) = (BTreeSet::new(), BTreeSet::new());
    let mut duties: BTreeMap<_, BTreeSet<u8>> = BTreeMap::new();
    for entry in &genesis.councils {
        let cap = (entry.seats.len().saturating_sub(1) / 2).max(1);
        for (at, seat) in entry.seats.iter().enumerate() {
            check(14, keys.insert(seat.key) && holders.insert(seat.holder) && seat.key.admit().is_ok());
            let duty = COUNTING_NOTHING.iter().position(|council| *council == entry.council).map_or(0, |at| at + 1);
            duties.entry(seat.organisation).or_default().insert(u8::try_from(duty).unwrap());
            let same = entry.seats.iter().filter(|other| other.organisation == seat.organisation).count();
            check(7, COUNTING_NOTHING.contains(&entry.council) || same <= cap);
            let apart = |other: &u64| other.abs_diff(seat.valid_until) >= u64::from(7 * DAY);
            check(9, entry.seats[..at].iter().map(|other| other.valid_until).all(|other| apart(&other)));
        }
    }
    check(13, duties.values().all(|duties| duties.len() == 1));
}

fn one_row(profile: Profile, row: &Row, size: &impl Fn(Council) -> u8, check: &mut impl FnMut(u8, bool)) {
    let w: Vec<(Council, u32, u32)> =
        row.minima.iter().map(|(council, k)| (council, u32::from(size(council)), u32::from(k))).collect();
    let (m, n_all): (u32, u32) = (row.m.into(), w.iter().map(|(_, n, _)| n).sum());
    let micronode = profile.micronode();
    asked(row, size, !micronode, check);
    check(
        1,
        (1..=39).contains(&row.id.0)
            && 1 <= m
            && m <= n_all
            && (!micronode || n_all == 2 && row.minima.has(Council::Sovereign)),
    );
    check(2, w.iter().all(|(_, n, k)| *n > 0 && k <= n) && w.iter().map(|(.., k)| k).sum::<u32>() <= m);
    check(3, w.iter().all(|(council, ..)| !COUNTING_NOTHING.contains(council)));
    // Of a micronode: document, routine-upgrade, pause, custody, small batch, registry-identity, recover.
    let singles: &[u8] = if micronode { &[1, 2, 8, 16, 20, 21, 36] } else { &[1, 20] };
    check(4, singles.contains(&row.id.0) == (m == 1));
    if m >= 2 {
        check(5, 2 * m > n_all || w.iter().any(|(_, n, k)| 2 * k > *n));
        check(6, micronode || m < n_all && w.iter().all(|(_, n, k)| k < n));
        check(7, w.iter().map(|(_, n, _)| (n.saturating_sub(1) / 2).max(1)).sum::<u32>() < m);
        let alone = |at: usize| w[at].1 >= m && w.iter().enumerate().all(|(other, (.., k))| other == at || *k == 0);
        check(8, w.len() < 2 || (0..w.len()).all(|at| !alone(at)));
        if [36, 37].contains(&row.id.0) && !micronode {
            let mut largest: Vec<u32> = w.iter().map(|(_, n, _)| *n).collect();
            largest.sort_unstable_by(|one, other| other.cmp(one));
            check(8, largest.iter().take(2).sum::<u32>() < m);
        }
    }
    check(9, (300..=7 * DAY).contains(&row.approve_by) && (HOUR..=7 * DAY).contains(&row.window));
    let least = match row.id {
        _ if micronode => 0,
        RowId::HIGH_RISK_UPGRADE => DAY,
        RowId::POLICY_TABLE => 2 * DAY,
        RowId::RECOVER_SOVEREIGN | RowId::RECOVER_POLICY | RowId::RETIRE => 3 * DAY,
        _ => 0,
    };
    check(9, (least..=14 * DAY).contains(&row.delay));
    let cap = if micronode { 2 * HOUR } else { 4 * HOUR };
    check(10, row.delay == 0 || row.window >= 2 * cap);
    // Pause, suspension, mode; pause and suspension of the Sovereign; tighten and the two revocations; stop.
    let protective = [5, 6, 7, 8, 9, 14, 15, 22, 39].contains(&row.id.0);
    // Documents, lifts, batches, disputes and overrides go neither way.
    let neutral = [1, 10, 11, 19, 20, 23, 24].contains(&row.id.0);
    check(11, !protective || row.delay == 0);
    let hurried = protective || [36, 37].contains(&row.id.0);
    check(11, micronode || !hurried || row.executors == Executors::Anyone);
    check(11, protective || neutral || row.delay >= HOUR);
}
