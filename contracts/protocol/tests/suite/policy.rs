//! The policy table: the default and the smallest genesis hold every invariant, and each broken one is named.

use crate::world::{CONTRACT, COUNCILS, DAY, HOUR, START, genesis, genesis_with, label};
use greatseal_protocol::{
    council::Council,
    genesis::Genesis,
    policy::{Broken, NAMES, check},
    row::{Minima, Row, RowId},
    submit,
};

const PAUSE: usize = 0;
const LIFT: usize = 1;
const LOOSEN: usize = 2;
const TIGHTEN: usize = 3;

type Change = fn(&mut Genesis);

const WEEK: u64 = 7 * DAY;

fn minima(list: &[(Council, u8)]) -> Minima {
    Minima::new(list.to_vec()).unwrap()
}

fn broken(change: Change) -> Option<Broken> {
    let mut genesis = genesis();
    change(&mut genesis);
    let answer = check(&genesis).err();
    assert_eq!(submit::deploy(genesis, CONTRACT, START).err(), answer, "a deployment is refused for the same reason");
    answer
}

#[test]
fn the_default_genesis_holds_every_invariant() {
    assert_eq!(check(&genesis()), Ok(()));
    let rows = Genesis::default_rows();
    assert!(rows.iter().zip(RowId::NAMED).all(|(row, (named, _))| row.id == named));
    for row in rows {
        let again = Minima::new(row.minima.iter().collect()).unwrap();
        assert_eq!(again, row.minima, "sorted");
    }
}

/// Three approving organisations, one operator, one auditor.
#[test]
fn the_smallest_genesis_holds_every_invariant() {
    let councils: &[(Council, &[&str])] = &[
        (Council::Sovereign, &["one", "two", "three"]),
        (Council::Emergency, &["one", "two", "three"]),
        (Council::Treasury, &["one", "two"]),
        (Council::Operator, &["operator"]),
        (Council::Auditor, &["auditor"]),
        (Council::Panel, &["panel"]),
    ];
    assert_eq!(check(&genesis_with(councils)), Ok(()));
}

/// One cell of the default genesis changed at a time: the number of the invariant, and the row.
#[test]
fn rule_12_each_broken_invariant_is_named() {
    let cases: &[(u8, u8, Change)] = &[
        (1, 0, |g| g.rows.clear()),
        (1, 0, |g| g.rows.swap(0, 1)),
        (1, 0, |g| g.rows.push(g.rows[TIGHTEN].clone())),
        (1, 0, |g| g.councils.swap(0, 1)),
        (1, 0, |g| g.councils.push(g.councils[4].clone())),
        (1, 0, |g| g.councils[1].seats.clear()),
        (1, 0, |g| *g = genesis_with(&[(Council::Sovereign, &["a"; 17])])),
        (1, 0, |g| g.rows[PAUSE].id = RowId(6)),
        (1, 0, |g| g.rows[TIGHTEN].id = RowId(255)),
        (1, 0, |g| g.rows.insert(0, Row { id: RowId(0), ..g.rows[LIFT].clone() })),
        (1, 5, |g| g.rows[PAUSE].m = 0),
        (1, 5, |g| g.rows[PAUSE].m = 4),
        (1, 12, |g| g.rows[LOOSEN].m = 6),
        (1, 10, |g| g.rows[LIFT].version = 1),
        (2, 5, |g| g.rows[PAUSE].minima = minima(&[(Council::Emergency, 4)])),
        (2, 5, |g| g.rows[PAUSE].minima = minima(&[(Council::Emergency, 3)])),
        (2, 12, |g| g.rows[LOOSEN].minima = minima(&[(Council::Sovereign, 2), (Council::Treasury, 2)])),
        (2, 5, |g| g.rows[PAUSE].minima = minima(&[(Council::Emergency, 1), (Council::Custody, 1)])),
        (3, 14, |g| g.rows[TIGHTEN].minima = minima(&[(Council::Sovereign, 1), (Council::Operator, 1)])),
        (3, 14, |g| g.rows[TIGHTEN].minima = minima(&[(Council::Sovereign, 1), (Council::Auditor, 0)])),
        (4, 5, |g| {
            (g.rows[PAUSE].m, g.rows[PAUSE].minima) = (1, minima(&[(Council::Emergency, 1)]));
        }),
        (5, 12, |g| {
            (g.rows[LOOSEN].m, g.rows[LOOSEN].minima) = (2, minima(&[(Council::Sovereign, 1), (Council::Treasury, 1)]));
        }),
        (6, 5, |g| g.rows[PAUSE].m = 3),
        (6, 12, |g| g.rows[LOOSEN].m = 5),
        (6, 12, |g| g.rows[LOOSEN].minima = minima(&[(Council::Sovereign, 1), (Council::Treasury, 2)])),
        (6, 5, |g| g.rows[PAUSE].minima = minima(&[(Council::Emergency, 2), (Council::Custody, 0)])),
        (7, 5, |g| g.councils[1].seats[1].organisation = label("cert")),
        (7, 12, |g| g.councils[2].seats[1].organisation = label("central-bank")),
        (7, 14, |g| {
            // One organisation of each of three councils together: three, which is m.
            let three = [(Council::Sovereign, 2), (Council::Emergency, 0), (Council::Treasury, 1)];
            g.rows[TIGHTEN].minima = minima(&three);
        }),
        (8, 14, |g| g.rows[TIGHTEN].minima = minima(&[(Council::Sovereign, 1), (Council::Treasury, 0)])),
        (9, 5, |g| g.rows[PAUSE].approve_by = 299),
        (9, 5, |g| g.rows[PAUSE].approve_by = 7 * 86_400 + 1),
        (9, 5, |g| g.rows[PAUSE].window = 3_599),
        (9, 12, |g| g.rows[LOOSEN].window = 7 * 86_400 + 1),
        (9, 12, |g| g.rows[LOOSEN].delay = 14 * 86_400 + 1),
        (9, 0, |g| g.councils[1].seats[0].valid_until = g.councils[1].seats[1].valid_until),
        (9, 0, |g| g.councils[1].seats[2].valid_until = g.councils[1].seats[0].valid_until + WEEK - 1),
        (9, 0, |g| g.councils[3].seats[1].valid_until = g.councils[3].seats[0].valid_until - WEEK + 1),
        (9, 0, |g| g.councils[4].seats.iter_mut().for_each(|seat| seat.valid_until = u64::MAX)),
        (10, 12, |g| g.rows[LOOSEN].window = 7_199),
        (11, 5, |g| (g.rows[PAUSE].delay, g.rows[PAUSE].window) = (1, 7_200)),
        (11, 12, |g| g.rows[LOOSEN].delay = 3_599),
        (11, 12, |g| g.rows[LOOSEN].delay = 0),
        (11, 5, |g| g.rows[PAUSE].protective = false),
        (11, 14, |g| g.rows[TIGHTEN].protective = false),
        (11, 10, |g| g.rows[LIFT].protective = true),
        (11, 12, |g| (g.rows[LOOSEN].protective, g.rows[LOOSEN].delay) = (true, 0)),
        (11, 12, |g| g.rows[LOOSEN].escalation = false),
        (11, 10, |g| (g.rows[LIFT].escalation, g.rows[LIFT].delay) = (true, 3_600)),
        (11, 5, |g| g.rows[PAUSE].escalation = true),
        (13, 0, |g| g.councils[3].seats[0].organisation = label("cabinet")),
        (13, 0, |g| g.councils[4].seats[0].organisation = label("infra-operator")),
        (13, 0, |g| g.councils[4].seats[1].organisation = label("treasury")),
        (14, 0, |g| g.councils[1].seats[0].key = g.councils[0].seats[0].key),
        (14, 0, |g| g.councils[4].seats[0].key = g.councils[3].seats[0].key),
        (14, 0, |g| g.councils[2].seats[0].holder = g.councils[0].seats[2].holder),
        (14, 0, |g| g.councils[0].seats[0].key = greatseal_protocol::key::Key::Ed25519([0; 32])),
        (14, 0, |g| g.councils[0].seats[0].key = greatseal_protocol::key::Key::P256([2; 33])),
    ];
    for (at, (invariant, row, change)) in cases.iter().enumerate() {
        assert_eq!(broken(*change), Some(Broken { invariant: *invariant, row: *row }), "case {at}");
    }
    // Every invariant that has a name has a case.
    for (number, name) in NAMES {
        assert!(cases.iter().any(|(invariant, ..)| *invariant == number), "{number} {name}");
    }
}

/// Invariant 11, direction: loosening has a delay of at least an hour and a pause none, whatever the row says of itself.
#[test]
fn rule_11_direction_holds_of_the_row_not_of_its_flags() {
    let no_delay: Change = |g| (g.rows[LOOSEN].escalation, g.rows[LOOSEN].delay) = (false, 0);
    assert_eq!(broken(no_delay), Some(Broken { invariant: 11, row: 12 }));
    let two_weeks: Change =
        |g| (g.rows[PAUSE].protective, g.rows[PAUSE].delay, g.rows[PAUSE].window) = (false, 14 * 86_400, 7_200);
    assert_eq!(broken(two_weeks), Some(Broken { invariant: 11, row: 5 }), "an emergency pause two weeks later");
}

/// Section 8: genesis keeps the expiries of one council at least 7 days apart, so that a rotation missed leaves others.
#[test]
fn rule_15_seats_of_one_council_do_not_expire_together() {
    for (at, (council, _)) in COUNCILS.iter().enumerate() {
        let mut genesis = genesis();
        genesis.councils[at].seats.iter_mut().for_each(|seat| seat.valid_until = START + 69 * DAY);
        assert_eq!(check(&genesis), Err(Broken { invariant: 9, row: 0 }), "{council}");
    }
}

/// A contract with an overdue seat at its birth begins with a hole: nothing rotates a seat that nobody may speak for.
#[test]
fn rule_05_a_deployment_is_not_born_overdue() {
    let first = genesis().seats().map(|(_, seat)| seat.valid_until).min().unwrap();
    let overdue = Some(Broken { invariant: 9, row: 0 });
    for (now, wants) in [(first - 1, None), (first, overdue), (START + 200 * DAY, overdue), (u64::MAX, overdue)] {
        assert_eq!(submit::deploy(genesis(), CONTRACT, now).err(), wants, "{now}");
    }
}

#[test]
fn bounds_are_inclusive_at_their_edges() {
    let sound: &[Change] = &[
        |g| g.rows[PAUSE].approve_by = 300,
        |g| g.rows[PAUSE].approve_by = 7 * 86_400,
        |g| g.rows[LOOSEN].window = 7_200,
        |g| g.rows[LOOSEN].window = 7 * 86_400,
        |g| g.rows[LOOSEN].delay = 14 * 86_400,
        |g| g.rows[LOOSEN].m = 4,
        |g| g.rows[LIFT].delay = 0,
        |g| g.councils[4].seats[1].organisation = label("audit-court"),
        |g| g.councils[1].seats[2].valid_until = g.councils[1].seats[0].valid_until - WEEK,
        |g| g.councils[3].seats[0].valid_until = u64::MAX,
        // Councils apart need not be.
        |g| g.councils[2].seats[0].valid_until = g.councils[0].seats[0].valid_until,
    ];
    sound.iter().for_each(|change| assert_eq!(broken(*change), None));
    // Sixteen seats of sixteen organisations are a council.
    let many: Vec<String> = (0..16).map(|at| format!("o{at}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut councils = COUNCILS.to_vec();
    councils[0] = (Council::Sovereign, &many);
    let mut genesis = genesis_with(&councils);
    genesis.rows.remove(TIGHTEN);
    genesis.rows.remove(LOOSEN);
    // Twice m must exceed N, or a council give more than half.
    assert_eq!(check(&genesis), Err(Broken { invariant: 5, row: 10 }));
    (genesis.rows[LIFT].m, genesis.rows[LIFT].minima) = (9, minima(&[(Council::Sovereign, 9)]));
    assert_eq!(check(&genesis), Ok(()));
    assert_eq!(u64::from(Genesis::DELAYED_WINDOW), 2 * HOUR);
}
