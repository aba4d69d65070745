//! Attacks on the policy table, played as they were found: each of them fails to harm.

use crate::{
    money::created,
    world::{
        DAY, HOUR, INCIDENT, START, World, adopt, approve, execute, genesis, key_named, new_seat, pause, seat, suspend,
    },
};
use greatseal_protocol::{
    action::Action,
    cells::{CellKey, CellsMut as _},
    council::{Council, CouncilHead, Suspender},
    event::Event,
    genesis::Genesis,
    key::Key,
    language::{
        council::{self, Reconstitute},
        policy as table, proposal,
    },
    policy::{self, Broken},
    row::{Minima, Row, RowId},
    scope::Scope,
    state::State as _,
};

fn minima(list: &[(Council, u8)]) -> Minima {
    Minima::new(list.to_vec()).unwrap()
}

/// The next version of a row, with changes.
fn set(world: &World, id: RowId, change: impl FnOnce(&mut Row)) -> Action {
    let present = world.cells.row(id).unwrap();
    let mut row = Row { version: present.version + 1, ..present };
    change(&mut row);
    Action::Policy(table::Action::SetRow(row))
}

/// The default genesis with other rows.
fn with(change: impl Fn(&mut Row)) -> Genesis {
    let mut genesis = genesis();
    genesis.rows.iter_mut().for_each(change);
    genesis
}

/// The default genesis without a council and these rows.
fn without(council: Council, rows: &[RowId]) -> Genesis {
    let mut genesis = genesis();
    genesis.councils.retain(|entry| entry.council != council);
    genesis.rows.retain(|row| !rows.contains(&row.id));
    genesis
}

/// Seats of these organisations that come, with keys of their own.
pub(crate) fn newcomers(world: &mut World, seats: &[(&str, &str)]) -> Vec<greatseal_protocol::genesis::NewSeat> {
    let one = |(days, (name, organisation)): (u64, &(&str, &str))| {
        world.names.insert(key_named(name), (*name).to_owned());
        new_seat(name, organisation, world.now + (90 + 7 * days) * DAY)
    };
    (0..).zip(seats).map(one).collect()
}

pub(crate) fn accepts(world: &mut World, name: &str) {
    let order = world.acceptance(name);
    world.applied(name, order);
    world.wait(1);
}

// G3

/// A policy-table that asks a programme's council could be adopted, and never be used again.
#[test]
fn programme_rows_only() {
    let mut world = World::new();
    let asks = |row: &mut Row| {
        let all = [(Council::Sovereign, 2), (Council::Policy, 1), (Council::PROGRAM, 1)];
        (row.m, row.minima) = (row.m.max(4), minima(&all));
    };
    for id in [RowId::POLICY_TABLE, RowId::PROGRAM_CREATE, RowId::ROTATE_SOVEREIGN] {
        let action = set(&world, id, asks);
        world.refused_action("S0", &action, 357);
    }
    let action = set(&world, RowId::ROTATE_TECHNICAL, |row| {
        row.minima = minima(&[(Council::Sovereign, 2), (Council::Policy, 1)]);
    });
    world.refused_action("S0", &action, 357);
    // Nobody sits there to look: the row would be asked for in vain.
    let genesis = genesis();
    let nobody = |council| match council {
        Council::Operator | Council::Auditor => 0,
        other => genesis.size(other),
    };
    let broken = policy::check_table(genesis.profile, &genesis.rows, nobody);
    assert_eq!(broken, Err(Broken { invariant: 29, row: RowId::BRIDGE_LOOSEN.0 }));
}

// G7

/// The Sovereign's pause in the hands of Emergency had no cap and no review.
#[test]
fn limits_follow_the_councils() {
    let mut world = World::deploy(with(|row| {
        if [RowId::SOVEREIGN_PAUSE, RowId::SOVEREIGN_SUSPENSION].contains(&row.id) {
            row.minima = minima(&[(Council::Emergency, 2)]);
        }
    }));
    let under = |world: &World, id: RowId, action: &Action| proposal::Open { row: id, ..world.opening("E0", action) };
    let long = pause(Scope::Upgrades, 72 * HOUR);
    let open = under(&world, RowId::SOVEREIGN_PAUSE, &long);
    let order = greatseal_protocol::command::Order::Proposal(proposal::Order::Open(Box::new(open)));
    world.refused("E0", order, 501);
    let open = under(&world, RowId::SOVEREIGN_PAUSE, &pause(Scope::Upgrades, HOUR));
    let short = world.open_as("E0", open);
    world.approve(&["E0", "E1"], &short);
    world.execute("O0", &short);
    world.wait(HOUR);
    let open = under(&world, RowId::SOVEREIGN_PAUSE, &pause(Scope::Upgrades, HOUR));
    let order = greatseal_protocol::command::Order::Proposal(proposal::Order::Open(Box::new(open)));
    world.refused("E0", order, 502);
    world.reviewed(INCIDENT, Scope::Upgrades);
    // What it sets aside comes back by itself.
    let open = under(&world, RowId::SOVEREIGN_SUSPENSION, &suspend("T1"));
    let aside = world.open_as("E0", open);
    world.approve(&["E0", "E1"], &aside);
    world.execute("O0", &aside);
    let held = world.cells.seat(seat("T1")).unwrap().suspension.unwrap();
    assert_eq!((held.by, held.until), (Suspender::Emergency, world.now + 7 * DAY));
    world.folds();
}

/// Two of the Sovereign silenced the third under the row of Emergency.
#[test]
fn limits_follow_the_councils_and_nobody_silences_their_own() {
    let given = |council| {
        with(move |row| {
            if row.id == RowId::SEAT_SUSPENSION {
                row.minima = minima(&[(council, 2)]);
            }
        })
    };
    assert_eq!(policy::check(&given(Council::Sovereign)), Err(Broken { invariant: 29, row: 6 }));
    let mut world = World::deploy(given(Council::Technical));
    for (who, whom, id) in [("T0", "T2", RowId::SEAT_SUSPENSION), ("S0", "S2", RowId::SOVEREIGN_SUSPENSION)] {
        let open = proposal::Open { row: id, ..world.opening(who, &suspend(whom)) };
        let order = greatseal_protocol::command::Order::Proposal(proposal::Order::Open(Box::new(open)));
        world.refused(who, order, 204);
    }
}

/// What was a majority of the Sovereign at the opening is none at the execution.
#[test]
fn limits_follow_the_councils_as_they_are_at_the_execution() {
    let mut world = World::new();
    world.unheard("no council grows without its rows");
    let open =
        proposal::Open { row: RowId::SOVEREIGN_PAUSE, ..world.opening("S0", &pause(Scope::Upgrades, 72 * HOUR)) };
    let long = world.open_as("S0", open);
    world.approve(&["S0", "S1"], &long);
    let head = world.cells.council(Council::Sovereign).unwrap();
    world.cells.put(&CellKey::Council(Council::Sovereign), &CouncilHead { size: 4, ..head });
    world.refused("O0", execute(&long), 501);
}

// G8

/// Policy-table, high-risk-upgrade and bridge-loosen could be set to two keys of one council in one change.
#[test]
fn administration_needs_three() {
    use Council::{Policy as P, Sovereign as S, Technical as T};
    let mut world = World::new();
    for id in [RowId::POLICY_TABLE, RowId::HIGH_RISK_UPGRADE, RowId::BRIDGE_LOOSEN, RowId::PROGRAM_CREATE] {
        let action = set(&world, id, |row| (row.m, row.minima) = (2, minima(&[(S, 2)])));
        world.refused_action("S0", &action, 356);
    }
    let action = set(&world, RowId::HIGH_RISK_UPGRADE, |row| (row.m, row.minima) = (2, minima(&[(T, 2)])));
    world.refused_action("S0", &action, 356);
    let action = set(&world, RowId::POLICY_TABLE, |row| row.approve_by = 3_600);
    world.refused_action("S0", &action, 349);

    // Slowly, in either direction.
    let rotate = RowId::ROTATE_OPERATOR;
    let action = set(&world, rotate, |row| row.m = 5);
    world.enact("S0", &action);
    let drops: [fn(&mut Row); 3] =
        [|row| row.m = 3, |row| row.minima = minima(&[(S, 0), (T, 1)]), |row| row.minima = minima(&[(S, 2), (P, 1)])];
    for change in drops {
        let action = set(&world, rotate, |row| (row.m = 4, change(row)).1);
        world.refused_action("S0", &action, 928);
    }
    let action = set(&world, rotate, |row| (row.m, row.minima) = (4, minima(&[(S, 2), (P, 1), (T, 0)])));
    world.enact("S0", &action);
    let action = set(&world, rotate, |row| (row.m, row.minima) = (3, minima(&[(S, 2), (P, 1)])));
    world.enact("S0", &action);
    world.folds();
}

/// A genesis begins nothing that cannot go on.
#[test]
fn administration_needs_three_from_the_beginning() {
    let cases = [
        (RowId::ROTATE_TECHNICAL, without(Council::PROGRAM, &[RowId::ROTATE_TECHNICAL])),
        (RowId::POLICY_TABLE, without(Council::PROGRAM, &[RowId::POLICY_TABLE])),
        (RowId::DISPUTE_OVERRIDE, without(Council::Panel, &[])),
        (RowId::EMERGENCY_PAUSE, without(Council::Auditor, &[RowId::ROTATE_AUDITOR])),
    ];
    for (row, genesis) in cases {
        assert_eq!(policy::check(&genesis), Err(Broken { invariant: 30, row: row.0 }), "{row}");
    }
}

// G9

const OF_PROGRAMS: [RowId; 6] = [
    RowId::PROGRAM_CREATE,
    RowId::PROGRAM_CHANGE,
    RowId::BATCH_LARGE,
    RowId::BATCH_SMALL,
    RowId::ROTATE_PROGRAM,
    RowId::BATCH_STOP,
];

fn rows_of(ids: &[RowId]) -> Vec<Row> {
    let one = |row: Row| Row { version: 1, ..row };
    genesis().rows.into_iter().filter(|row| ids.contains(&row.id)).map(one).collect()
}

/// A deployment without a programme's council could never have one.
#[test]
fn programmes_can_begin_later() {
    let mut world = World::deploy(without(Council::Program(1), &OF_PROGRAMS));
    let authority = [("pr-a", "social-ministry"), ("pr-b", "treasury"), ("pr-c", "inspectorate")];
    let added = newcomers(&mut world, &authority);
    let begin = |seats: usize, rows: &[RowId]| {
        let (size, added) = (u8::try_from(seats).unwrap(), added[..seats].to_vec());
        let change = Reconstitute { council: Council::Program(1), epoch: 0, size, added, rows: rows_of(rows) };
        Action::Council(council::Action::Reconstitute(change))
    };
    world.refused_action("S0", &begin(2, &OF_PROGRAMS), 927);
    world.refused_action("S0", &begin(3, &OF_PROGRAMS[..5]), 927);
    world.refused_action("S0", &begin(3, &[]), 927);
    world.enact("S0", &begin(3, &OF_PROGRAMS));
    authority.iter().for_each(|(name, _)| accepts(&mut world, name));
    let action = created(1);
    world.enact("P0", &action);
    assert_eq!(world.cells.council(Council::PROGRAM).unwrap().size, 3);
    // The next one comes as it always did.
    let more = newcomers(&mut world, &[("pr-d", "social-ministry"), ("pr-e", "treasury"), ("pr-f", "inspectorate")]);
    let second = Reconstitute { council: Council::Program(2), epoch: 0, size: 3, added: more, rows: Vec::new() };
    world.refused_action("S0", &Action::Council(council::Action::Reconstitute(second)), 607);
    world.folds();
}

/// Whatever a genesis leaves out comes later, and with a council the row that gives its seats other keys.
#[test]
fn programmes_can_begin_later_and_councils_too() {
    let rows = [RowId::EMERGENCY_PAUSE, RowId::SEAT_SUSPENSION, RowId::DEGRADED_MODE, RowId::ROTATE_EMERGENCY];
    let mut world = World::deploy(without(Council::Emergency, &rows));
    let seats = [("new-e0", "cert"), ("new-e1", "justice"), ("new-e2", "central-bank-risk")];
    let added = newcomers(&mut world, &seats);
    let begin = |rows: &[RowId]| {
        let (added, rows) = (added.clone(), rows_of(rows));
        Action::Council(council::Action::Reconstitute(Reconstitute {
            council: Council::Emergency,
            epoch: 0,
            size: 3,
            added,
            rows,
        }))
    };
    world.refused_action("S0", &begin(&[]), 358);
    world.enact("S0", &begin(&[RowId::ROTATE_EMERGENCY]));
    seats.iter().for_each(|(name, _)| accepts(&mut world, name));
    for row in rows_of(&rows[..3]) {
        world.enact("S0", &Action::Policy(table::Action::SetRow(row)));
    }
    world.enact("new-e0", &pause(Scope::Upgrades, HOUR));
    world.folds();
}

// G17

/// A P-256 key that is no point of the curve sat in a genesis as an active seat that can never sign.
#[test]
fn keys_are_keys() {
    let off = (0..=u8::MAX).map(|x| {
        let mut bytes = [0; 33];
        (bytes[0], bytes[32]) = (2, x);
        Key::P256(bytes)
    });
    let off = off.into_iter().find(|key| !key.is_a_point()).unwrap();
    assert!(off.admit().is_ok(), "a contract looks at it from outside only");
    assert!(key_named("p256-s0").is_a_point() && key_named("S0").is_a_point());

    let mut genesis = genesis();
    genesis.councils[0].seats[0].key = key_named("p256-s0");
    genesis.councils[0].seats[1].key = off;
    let mut world = World::deploy(genesis);
    world.names.insert(key_named("p256-s0"), "p256-s0".to_owned());
    assert_eq!(world.cells.council(Council::Sovereign).unwrap().whole_from, u64::MAX);
    let text = world.open("P0", &adopt("charter"));
    world.refused("p256-s0", approve(&text), 201);
    accepts(&mut world, "p256-s0");
    let Event::Council(council::Event::SeatAccepted { previous: None, .. }) = world.records.last().unwrap().event
    else {
        panic!("the first key of its seat")
    };
    // Whoever can sign has the seat; nobody is counted who never showed up.
    world.paused(Scope::Upgrades, HOUR);
    let lift = world.lift(Scope::Upgrades);
    let lift = world.open("p256-s0", &lift);
    world.approve(&["p256-s0", "S2"], &lift);
    world.execute("O0", &lift);
    assert_eq!(world.cells.seat(seat("S1")).unwrap().accepted, None);
    assert_eq!(world.cells.seat(seat("S2")).unwrap().accepted, Some(0));
    assert!(world.now > START);
    world.folds();
}
