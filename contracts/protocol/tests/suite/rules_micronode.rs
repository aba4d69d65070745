//! 903 and the micronode: what one of two may do, what takes both, and what its time does to it.

use crate::world::{
    DAY, HOUR, INCIDENT, START, WEEK, World, adopt, approve, code_of, component, execute, key_named, label, micronode,
    pause, register, reject, release, seat, veto,
};
use greatseal_protocol::{
    action::Action,
    bytes::ReferenceHash,
    cells::{CellKey, CellsMut},
    command::Order,
    council::{Council, Phase, SeatId},
    genesis::{NewSeat, Profile},
    language::{
        council::{self, Reconstitute},
        operation, phase, policy, proposal, registry,
    },
    parameter::Parameter,
    phase::WayBack,
    policy::Broken,
    registry::{ComponentKind, Entry, Risk, Setting},
    row::{Minima, Row, RowId},
    scope::Scope,
    state::State,
};

const ENDS: u64 = START + 90 * DAY;

fn custody() -> Action {
    register(Entry::Custody { setting: Setting::BackEnd, tenant: None, value: ReferenceHash([1; 32]) })
}

/// The other seat of the micronode gets another key.
fn recover(world: &mut World, index: u8, name: &str) -> Action {
    let id = SeatId { council: Council::Sovereign, index };
    let epoch = world.cells.council(Council::Sovereign).unwrap().epoch;
    let organisation = world.cells.seat(id).unwrap().organisation;
    let new = world.newcomer(id, name, organisation.as_str());
    Action::Council(council::Action::Recover { council: Council::Sovereign, epoch, seats: vec![(index, new)] })
}

/// Section 4: pause, routine upgrade, custody, identity registry, document, small batch and the recovery of the other
/// seat take one of two; all else takes both; and none of the first changes members, rows, budgets or limits.
#[test]
fn rule_11_one_of_two_is_a_closed_list() {
    let one = [1, 2, 8, 16, 20, 21, 36];
    let world = World::micronode();
    let mut rows = 0;
    for (id, _) in RowId::NAMED {
        assert_eq!(id.one_of_two(), one.contains(&id.0), "{id}");
        let Ok(row) = world.cells.row(*id) else { continue };
        rows += 1;
        assert_eq!(row.m, if one.contains(&id.0) { 1 } else { 2 }, "{id}");
        assert!(row.minima.has(Council::Sovereign) && row.minima.iter().count() == 1, "{id}");
    }
    assert_eq!(rows, 24);
}

#[test]
fn one_of_two_keeps_it_running_and_both_do_the_rest() {
    let mut world = World::micronode();
    let text = world.open("S1", &adopt("charter"));
    world.approve(&["S1"], &text);
    world.execute("S1", &text);
    let setting = world.open("S0", &custody());
    world.approve(&["S0"], &setting);
    world.wait(HOUR);
    world.execute("O0", &setting);
    let baseline =
        Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous: None, value: 1 });
    let both = world.open("S0", &baseline);
    world.approve(&["S0"], &both);
    world.refused("O0", execute(&both), 404);
    world.approve(&["S1"], &both);
    world.wait(HOUR);
    world.execute("S1", &both);
    world.folds();
}

/// Half an hour each, two hours in seven days, and the auditor reads the review.
#[test]
fn rule_14_pause_cap_501_of_a_micronode() {
    let mut world = World::micronode();
    for round in 0..4 {
        world.enact("S1", &pause(Scope::Upgrades, HOUR / 2));
        world.wait(HOUR / 2);
        world.refused_action("S0", &pause(Scope::Upgrades, 60), if round == 3 { 501 } else { 502 });
        world.applied("S0", world.file_review(Scope::Upgrades, INCIDENT));
        world.applied("A0", world.attest_review(Scope::Upgrades, INCIDENT));
    }
    world.refused_action("S0", &pause(Scope::Upgrades, 1), 501);
}

/// From its last second on nothing loosens; protection, cure and evidence go on; renewed, everything does.
#[test]
fn rule_05_profile_over_903_half_open() {
    for (now, wants) in [(ENDS - 1, None), (ENDS, Some(903)), (ENDS + WEEK, Some(903))] {
        let mut world = World::micronode();
        world.poke("S0", |held| held.valid_until = u64::MAX);
        world.poke("O0", |held| held.valid_until = u64::MAX);
        world.now = now - HOUR;
        let setting = world.open("S0", &custody());
        world.approve(&["S0"], &setting);
        world.wait(HOUR);
        assert_eq!(code_of(&world.order("O0", execute(&setting))).0, wants, "{now}");
        // A text loosens nothing.
        let text = world.open("S0", &adopt("charter"));
        world.approve(&["S0"], &text);
        world.execute("S0", &text);
        world.enact("S0", &pause(Scope::Upgrades, HOUR / 2));
    }
    let mut world = World::micronode();
    ["S0", "S1", "O0"].iter().for_each(|who| world.poke(who, |held| held.valid_until = u64::MAX));
    world.now = ENDS + WEEK;
    world.enact("S0", &Action::Policy(policy::Action::RenewProfile { until: world.now + 30 * DAY }));
    assert_eq!(world.cells.head().unwrap().profile, Profile::Micronode { until: world.now + 28 * DAY });
    world.enact("S0", &custody());
}

/// Every row of the table, when the time is over: what loosens is refused, but for other keys and a renewal.
#[test]
fn profile_over_903_for_every_row_that_loosens() {
    let mut world = World::micronode();
    world.poke("S0", |held| held.valid_until = u64::MAX);
    world.now = ENDS;
    let text = world.open("S0", &adopt("any"));
    world.approve(&["S0"], &text);
    for (id, _) in RowId::NAMED {
        if world.cells.row(*id).is_err() {
            continue;
        }
        let mut world = world.clone();
        let mut cell = world.cells.proposal(text.id).unwrap();
        cell.row = *id;
        cell.tallies[0].approve = 3;
        world.cells.put(&CellKey::proposal(text.id), &cell);
        // The text that stands for them ends nothing: of what does, `renews` lets the end of the contract through.
        let loosens = [2, 3, 4, 12, 13, 16, 21, 25, 38].contains(&id.0);
        let wants = match loosens {
            true => Some(903),
            false => (*id != RowId::DOCUMENT_ONLY).then_some(305),
        };
        assert_eq!(code_of(&world.order("S0", execute(&text))).0, wants, "{id}");
    }
}

/// To go back is a cure, which does not wait for another profile.
#[test]
fn what_is_rolled_back_waits_for_no_profile() {
    let mut world = World::micronode();
    ["S0", "S1", "O0"].iter().for_each(|who| world.poke(who, |held| held.valid_until = u64::MAX));
    world.enact("S0", &register(component("part", ComponentKind::Service, Risk::Routine)));
    world.enact("S0", &Action::Registry(registry::Action::Release(release("part", "1", None, world.now))));
    world.now = ENDS - 2 * HOUR;
    world.enact("S0", &Action::Registry(registry::Action::Release(release("part", "2", Some("1"), world.now))));
    let roll_back = Order::Registry(registry::Order::RollBack {
        component: label("part"),
        from: label("2"),
        to: label("1"),
        nonce: world.nonce("O0"),
    });
    let council = Council::Sovereign;
    world.cells.put(&CellKey::WayBack(council), &Some(WayBack { to: Phase::Classical, until: u64::MAX }));
    let nonce = 1_000;
    let phase = Order::Phase(phase::Order::RollBack { council, from: Phase::Classical, to: Phase::Classical, nonce });
    for order in [roll_back, phase] {
        for now in [ENDS - 1, ENDS] {
            let mut world = world.clone();
            world.now = now;
            assert_eq!(code_of(&world.order("O0", order.clone())).0, None, "{now}");
        }
    }
}

#[test]
fn out_of_bounds_303_of_a_renewal() {
    let mut world = World::micronode();
    for (until, wants) in [
        (world.now, Some(303)),
        (world.now + 1, None),
        (world.now + 90 * DAY, None),
        (world.now + 90 * DAY + 1, Some(303)),
    ] {
        let open = world.opening("S0", &Action::Policy(policy::Action::RenewProfile { until }));
        assert_eq!(
            code_of(&world.clone().order("S0", Order::Proposal(proposal::Order::Open(Box::new(open))))).0,
            wants,
            "{until}"
        );
    }
    // It would be over when it is executed.
    let short = world.carry("S0", &Action::Policy(policy::Action::RenewProfile { until: world.now + 2 * DAY }));
    world.wait(2 * DAY);
    world.refused("O0", execute(&short), 303);
    let mut standard = World::new();
    standard.refused_action("S0", &Action::Policy(policy::Action::RenewProfile { until: standard.now + DAY }), 303);
}

/// One recovers the other: in three days, unless the other says no; never itself, never both.
#[test]
fn rule_15_one_seat_recovers_the_other() {
    let mut world = World::micronode();
    let action = recover(&mut world, 0, "owner-again");
    world.refused_action("S0", &action, 211);
    let second = recover(&mut world, 1, "officer-again");
    world.refused_action("S1", &second, 211);
    let (
        Action::Council(council::Action::Recover { seats: mut both, .. }),
        Action::Council(council::Action::Recover { seats, .. }),
    ) = (action.clone(), second)
    else {
        panic!()
    };
    both.extend(seats);
    let both = Action::Council(council::Action::Recover { council: Council::Sovereign, epoch: 0, seats: both });
    world.refused_action("S1", &both, 211);

    let proposal = world.open("S1", &action);
    world.approve(&["S1"], &proposal);
    // A reject before the quorum, in the delay, and by a veto of the Sovereign's majority there would have to be two.
    let mut rejected = world.clone();
    rejected.wait(72 * HOUR - 1);
    rejected.applied("S0", reject(&proposal));
    rejected.wait(1);
    rejected.refused("S1", execute(&proposal), 408);
    let mut vetoed = world.clone();
    vetoed.applied("S0", veto(&proposal));
    vetoed.refused("S0", veto(&proposal), 402);
    world.wait(72 * HOUR - 1);
    world.refused("S1", execute(&proposal), 405);
    world.wait(1);
    world.execute("S1", &proposal);
    world.refused("S0", Order::Council(council::Order::SuspendSelf), 201);
    let accept = world.acceptance("owner-again");
    world.applied("owner-again", accept);
    world.folds();
}

/// The second seat is short-lived: a week, softly.
#[test]
fn expiries_605_of_the_second_seat() {
    let mut world = World::micronode();
    let fresh = world.newcomer(seat("S1"), "officer", "security-officer");
    for (valid_until, wants) in [(world.now + WEEK, None), (world.now + WEEK + 1, Some(605))] {
        let new = NewSeat { valid_until, ..fresh };
        let action = Action::Council(council::Action::Rotate { seat: seat("S1"), previous: key_named("S1"), new });
        let open = world.opening("S0", &action);
        assert_eq!(
            code_of(&world.clone().order("S0", Order::Proposal(proposal::Order::Open(Box::new(open))))).0,
            wants
        );
    }
    // Overdue it still rotates, and no more than that.
    world.wait(WEEK);
    let baseline = world.open(
        "S0",
        &Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous: None, value: 1 }),
    );
    world.refused("S1", approve(&baseline), 203);
    let action = world.rotation("S1", "officer");
    let proposal = world.open("S1", &action);
    world.approve(&["S0", "S1"], &proposal);
}

/// A third seat would make one of three of one of two.
#[test]
fn rule_11_a_micronode_does_not_grow() {
    let mut world = World::micronode();
    world.poke("S1", |held| held.valid_until = START + 60 * DAY);
    let new = crate::world::new_seat("third", "third", world.now + WEEK);
    let grow = Reconstitute { council: Council::Sovereign, epoch: 0, size: 3, added: vec![new], rows: vec![] };
    world.refused_action("S0", &Action::Council(council::Action::Reconstitute(grow)), 341);
    assert!(world.cells.row(RowId::EMERGENCY_PAUSE).is_err(), "it has no Emergency council");
    let row: Row = world.cells.row(RowId::LIFT_EARLY).unwrap();
    let one = Minima::new(vec![(Council::Sovereign, 1)]).unwrap();
    world.refused_action(
        "S0",
        &Action::Policy(policy::Action::SetRow(Row { m: 1, minima: one, version: 1, ..row })),
        344,
    );
}

#[test]
fn rule_05_a_micronode_is_not_born_for_longer_than_ninety_days() {
    let deploys = |change: fn(&mut greatseal_protocol::genesis::Genesis)| {
        let mut genesis = micronode();
        change(&mut genesis);
        crate::audience::deploys(genesis)
    };
    let broken = Err(Broken { invariant: 9, row: 0 });
    assert_eq!(deploys(|_| ()), Ok(()));
    assert_eq!(deploys(|genesis| genesis.profile = Profile::Micronode { until: ENDS + 1 }), broken);
    assert_eq!(deploys(|genesis| genesis.councils[0].seats[1].valid_until = START + WEEK + 1), broken);
    assert_eq!(deploys(|genesis| genesis.councils[0].seats[1].valid_until = START), broken);
}
