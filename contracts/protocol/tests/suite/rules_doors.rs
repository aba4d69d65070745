//! 109, 110: the direct door, row by row and order by order; and members with P-256 keys.

use crate::{
    lists::{ACCOUNTS, complete, release_of},
    money::{batch, finalise, fund, next, word},
    rules_phase::{name_companion, step},
    world::{
        DAY, HOUR, INCIDENT, MINUTE, REASON, World, acknowledge, adopt, approve, call_panel, cancel, code_of, dispute,
        dispute_of, doubtful, economics, execute, key_named, label, panel_approve, pause, reject, release, resolve,
        retract, seat, sign_p256, suspend, triage, veto,
    },
};
use greatseal_protocol::{
    action::Action,
    cells::CellsMut,
    command::Order,
    council::{Council, Phase},
    dispute::Resolution,
    envelope::Envelope,
    event::{Door, Event, Record},
    key::{Key, Signature},
    language::{
        council, operation, phase, policy, program,
        proposal::{self, Open},
        registry,
    },
    parameter::Parameter,
    registry::{ComponentKind, Risk},
    row::{Row, RowId},
    scale::{Decode, Encode},
    scope::Scope,
    settlement::Verdict,
    state::State,
};
use std::collections::BTreeSet;

/// The rows whose door is closed unless the table says otherwise: where much is at stake, the evidence stands alone.
const CLOSED: [u8; 17] = [3, 13, 16, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38];

fn someone_of(world: &World, row: &Row) -> &'static str {
    let names = ["S0", "P0", "T0", "E0", "C0", "M0", "I0", "Pr:1-0"];
    let votes = |who: &&str| row.minima.has(world.seat_of(who).unwrap().council);
    names.into_iter().find(votes).unwrap()
}

/// Every row, closed and open: opening, and whatever is said about a proposal of it.
#[test]
fn door_closed_109_for_every_row_and_every_order_about_it() {
    for (id, _) in RowId::NAMED {
        let mut world = World::new();
        let row = world.cells.row(*id).unwrap();
        assert_eq!(row.direct, !CLOSED.contains(&id.0), "{id}");
        let who = someone_of(&world, &row);
        // An action of another row: refused with 305 once the door is passed.
        let other = if *id == RowId::DOCUMENT_ONLY { pause(Scope::Upgrades, 60) } else { adopt("any") };
        let open = Open {
            row: *id,
            approve_within: row.approve_by,
            execute_within: row.window,
            ..world.opening("P0", &other)
        };
        let text = world.open("P0", &adopt("text"));
        for direct in [true, false] {
            let mut world = world.clone();
            world.poke_row(*id, |row| row.direct = direct);
            let refused = |world: &World, who: &str, order: Order| code_of(&world.clone().act(who, order)).0;
            let open =
                Order::Proposal(proposal::Order::Open(Box::new(Open { nonce: world.nonce(who), ..open.clone() })));
            // A programme's seat opens what is about its programme.
            let inside = if who == "Pr:1-0" { 206 } else { 305 };
            assert_eq!(refused(&world, who, open), Some(if direct { inside } else { 109 }), "{id}");
            // A proposal of that row.
            let mut cell = world.cells.proposal(text.id).unwrap();
            (cell.row, cell.direct) = (*id, direct);
            world.cells.put(&greatseal_protocol::cells::CellKey::proposal(text.id), &cell);
            let orders = [
                (who, approve(&text)),
                (who, reject(&text)),
                (who, cancel(&text)),
                (who, veto(&text)),
                (who, execute(&text)),
                ("S1", call_panel(&text)),
                ("X0", panel_approve(&text)),
            ];
            for (who, order) in orders {
                let code = refused(&world, who, order.clone());
                assert_eq!(code == Some(109), !direct, "{id} {} {code:?}", order.name());
            }
        }
    }
}

/// What happened, without the door.
fn events(records: &[Record]) -> Vec<&Event> {
    records.iter().map(|record| &record.event).collect()
}

/// The same order through both doors does the same, and every record names its door.
fn both(world: &mut World, who: &str, order: Order) {
    let before = world.records.len();
    let mut direct = world.clone();
    let outcome = direct.act(who, order.clone());
    assert_eq!(code_of(&outcome), (None, true), "{who} {}: {outcome:?}", order.name());
    assert!(direct.records[before..].iter().all(|record| record.door == Door::Direct));
    world.applied(who, order);
    assert!(world.records[before..].iter().all(|record| matches!(record.door, Door::Envelope(_))));
    assert_eq!(events(&direct.records[before..]), events(&world.records[before..]));
    assert_eq!(direct.cells, world.cells, "the state does not know the door");
}

/// The tags of the orders, by the type itself: whatever has none is said not to exist.
fn orders() -> BTreeSet<u8> {
    let why = |tag: u8| Order::decode(&mut &[tag][..]).err().map(|error| error.to_string());
    let unknown = why(u8::MAX);
    (0..=u8::MAX).filter(|tag| why(*tag) != unknown).collect()
}

/// Every order there is comes in through both doors and does the same; but for the two that prove that somebody holds a
/// key, which come in envelopes only.
#[test]
fn every_order_through_both_doors() {
    let mut world = World::with_bridge();
    fund(&mut world);
    let mut seen = BTreeSet::new();
    let mut say = |world: &mut World, who: &str, order: Order| {
        seen.insert(order.encode()[0]);
        both(world, who, order);
    };
    // Deciding.
    let stop = pause(Scope::Upgrades, HOUR);
    let open = Order::Proposal(proposal::Order::Open(Box::new(world.opening("E0", &stop))));
    say(&mut world, "E0", open);
    let one = world.open("E1", &stop);
    say(&mut world, "E1", cancel(&one));
    let one = world.open("E1", &stop);
    say(&mut world, "E1", approve(&one));
    say(&mut world, "E2", reject(&one));
    say(&mut world, "E0", approve(&one));
    say(&mut world, "E2", execute(&one));
    // Its review.
    world.wait(HOUR);
    let order = world.file_review(Scope::Upgrades, INCIDENT);
    say(&mut world, "E0", order);
    let order = world.attest_review(Scope::Upgrades, INCIDENT);
    say(&mut world, "A0", order);
    // A veto.
    let baseline =
        Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous: None, value: 100 });
    let stopped = world.carry("P0", &baseline);
    say(&mut world, "S0", veto(&stopped));
    // What seats do by themselves.
    world.enact("P0", &baseline);
    world.wait(HOUR);
    let order = Order::Operation(operation::Order::Tune {
        name: Parameter::Inflight,
        previous: 100,
        value: 101,
        nonce: world.nonce("O0"),
    });
    say(&mut world, "O0", order);
    let order = Order::Council(council::Order::Heartbeat { nonce: world.nonce("E0") });
    say(&mut world, "E0", order);
    let order =
        Order::Council(council::Order::NameSuccessor { successor: key_named("anna"), nonce: world.nonce("T1") });
    say(&mut world, "T1", order);
    let order = Order::Operation(operation::Order::FileDrill {
        kind: label("restore"),
        report: REASON,
        nonce: world.nonce("A0"),
    });
    say(&mut world, "A0", order);
    let order = world.escalation("O1", greatseal_protocol::scope::Watched::Money);
    say(&mut world, "O1", order);
    say(&mut world, "T2", Order::Council(council::Order::SuspendSelf));
    // Back to the release before.
    let service = crate::world::component("part", ComponentKind::Service, Risk::Routine);
    world.enact("P0", &crate::world::register(service));
    world.enact("T0", &Action::Registry(registry::Action::Release(release("part", "1", None, world.now))));
    world.enact("T0", &Action::Registry(registry::Action::Release(release("part", "2", Some("1"), world.now))));
    let (component, from, to, nonce) = (label("part"), label("2"), label("1"), world.nonce("O0"));
    say(&mut world, "O0", Order::Registry(registry::Order::RollBack { component, from, to, nonce }));
    // A tie.
    let subject = doubtful(1);
    say(&mut world, "A0", dispute(subject));
    let tie = world.open("S0", &resolve(&world.cells, dispute_of("A0", subject), Resolution::Upheld));
    world.approve(&["S0"], &tie);
    world.wait(DAY);
    say(&mut world, "S1", call_panel(&tie));
    world.wait(2 * DAY);
    say(&mut world, "X0", panel_approve(&tie));
    // A dispute that is looked into, and one that is taken back.
    let subject = doubtful(2);
    say(&mut world, "A0", dispute(subject));
    say(&mut world, "O0", acknowledge(dispute_of("A0", subject)));
    say(&mut world, "A1", triage(dispute_of("A0", subject)));
    let subject = doubtful(3);
    say(&mut world, "A0", dispute(subject));
    say(&mut world, "A0", retract(subject));
    // Conversions: one that is carried out, one that is not.
    let (small, large) = (1_000, economics().large + 1);
    let promise = world.promise("M1", world.transfer(1, ACCOUNTS[0], large));
    say(&mut world, "M1", promise);
    for (number, amount) in [(1, large), (2, small)] {
        let order = world.authorize(1, if number == 1 { ACCOUNTS[0] } else { ACCOUNTS[2] }, amount);
        say(&mut world, "O0", order);
        say(&mut world, "O1", if number == 1 { complete(1, number) } else { release_of(1, number) });
    }
    // A batch, until it is closed.
    world.enact("O0", &batch(&world, "paid", 2, 50));
    let statement = next(&world, "paid", "O0", (2, 50, 0, 50));
    say(&mut world, "O0", Order::Program(program::Order::State(statement)));
    let order = word(&world, "paid", ("A0", "O0"), Verdict::Confirmed);
    say(&mut world, "A0", order);
    world.wait(DAY);
    let order = finalise(&world, "paid", "O0");
    say(&mut world, "O0", order);
    // A phase, and back from it.
    let (from, to) = (Phase::Optional, Phase::Classical);
    let up = step(&world, Council::Emergency, to, from);
    world.enact("C0", &Action::Phase(phase::Action::SetPhase(up)));
    let nonce = world.nonce("O0");
    say(&mut world, "O0", Order::Phase(phase::Order::RollBack { council: Council::Emergency, from, to, nonce }));
    // Proofs of possession: a seat taken, a companion named.
    world.rotated("C1", "carl");
    let action = world.rotation("C2", "cora");
    world.enact("S0", &action);
    for order in [world.acceptance("cora"), name_companion("cora")] {
        assert_eq!(code_of(&world.act("cora", order.clone())), (Some(109), true), "{}", order.name());
        seen.insert(order.encode()[0]);
        world.applied("cora", order);
        world.wait(1);
    }
    assert_eq!(seen, orders(), "every order that there is");
    world.folds();
}

/// The table opens and closes the door of a row.
#[test]
fn the_policy_table_moves_the_door() {
    let mut world = World::new();
    let custody = world.cells.row(RowId::CUSTODY).unwrap();
    let value = greatseal_protocol::registry::Entry::Custody {
        setting: greatseal_protocol::registry::Setting::BackEnd,
        tenant: None,
        value: REASON,
    };
    let open = |world: &World| {
        Order::Proposal(proposal::Order::Open(Box::new(world.opening("C0", &crate::world::register(value)))))
    };
    let order = open(&world);
    assert_eq!(code_of(&world.act("C0", order)), (Some(109), true));
    world.enact("S0", &Action::Policy(policy::Action::SetRow(Row { version: 1, direct: true, ..custody })));
    let order = open(&world);
    assert_eq!(code_of(&world.act("C0", order)), (None, true));
}

/// Only the account of the key itself, and only a whole command.
#[test]
fn not_the_caller_110_and_what_is_not_a_command() {
    let mut world = World::new();
    let command = world.command("E0", Order::Council(council::Order::Heartbeat { nonce: 1 }));
    let bytes = (key_named("E0"), command.clone()).encode();
    assert_eq!(code_of(&world.act_bytes(&bytes, false)), (Some(110), false));
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(code_of(&world.act_bytes(&longer, true)), (Some(100), false));
    assert_eq!(code_of(&world.act_bytes(&bytes[..bytes.len() - 1], true)), (Some(100), false));
    assert_eq!(code_of(&world.act_bytes(&vec![0; Envelope::MAX + 1], true)), (Some(101), false));
    assert_eq!(
        code_of(&world.act("stranger", Order::Council(council::Order::Heartbeat { nonce: 1 }))),
        (Some(204), false)
    );
    let stranger = (key_named("stranger"), command).encode();
    assert_eq!(code_of(&world.act_bytes(&stranger, true)), (Some(200), false));
    assert_eq!(code_of(&world.act_bytes(&bytes, true)), (None, true));
    // The same bytes again: the nonce is used.
    assert_eq!(code_of(&world.act_bytes(&bytes, true)), (Some(108), false));
}

/// What is true of envelopes is true at the direct door: life, expiry, epoch.
#[test]
fn rule_04_the_direct_door_bounds_a_command_as_well() {
    let mut world = World::new();
    let beat = Order::Council(council::Order::Heartbeat { nonce: 1 });
    let mut command = world.command("E0", beat);
    for (expiry, wants) in [(world.now, 106), (world.now + HOUR + 1, 107)] {
        command.expiry = expiry;
        let bytes = (key_named("E0"), command.clone()).encode();
        assert_eq!(code_of(&world.act_bytes(&bytes, true)), (Some(wants), false));
    }
    let mut command = world.command(
        "E0",
        Order::Proposal(proposal::Order::Open(Box::new(world.opening("E0", &pause(Scope::Upgrades, 60))))),
    );
    command.expiry = world.now + 15 * MINUTE + 1;
    let bytes = (key_named("E0"), command).encode();
    assert_eq!(code_of(&world.act_bytes(&bytes, true)), (Some(107), false));
}

// P-256

/// A member with a P-256 key from the rotation to the effect; it has no account of its own, hence no direct door.
#[test]
fn a_p256_member_acts_from_end_to_end() {
    let mut world = World::new();
    world.rotated("E0", "p256-erna");
    world.rotated("S1", "p256-sven");
    world.rotated("O1", "p256-olga");
    let key = world.cells.seat(seat("E0")).unwrap().key;
    assert!(matches!(key, Key::P256(_)));
    let stop = pause(Scope::Upgrades, HOUR);
    let open = Order::Proposal(proposal::Order::Open(Box::new(world.opening("p256-erna", &stop))));
    assert_eq!(code_of(&world.act("p256-erna", open)), (Some(110), false));
    let proposal = world.open("p256-erna", &stop);
    world.approve(&["p256-erna", "E1"], &proposal);
    world.execute("p256-olga", &proposal);
    let aside = world.open("p256-erna", &suspend("T0"));
    world.applied("p256-erna", reject(&aside));
    let lift = world.open("p256-sven", &world.lift(Scope::Upgrades));
    world.approve(&["p256-sven", "S0"], &lift);
    world.execute("p256-sven", &lift);
    let order = Order::Council(council::Order::Heartbeat { nonce: world.nonce("p256-erna") });
    world.applied("p256-erna", order);
    // It can be followed by an Ed25519 key, and by another of its own kind.
    let order = Order::Council(council::Order::NameSuccessor {
        successor: key_named("p256-emma"),
        nonce: world.nonce("p256-erna"),
    });
    world.applied("p256-erna", order);
    world.rotated("p256-erna", "p256-emma");
    let replaced = world.records.iter().rev().find_map(|record| match record.event {
        Event::Council(council::Event::SeatReplaced { continuity, .. }) => Some(continuity),
        _ => None,
    });
    assert_eq!(replaced, Some(true));
    world.rotated("p256-emma", "edith");
    world.folds();
}

/// One signature for one message: no high `s`, no other `y`, no other key's, none of the other algorithm.
#[test]
fn rule_13_a_p256_signature_is_not_malleable() {
    let mut world = World::new();
    world.rotated("E0", "p256-erna");
    let command = world.command("p256-erna", Order::Council(council::Order::Heartbeat { nonce: 1 }));
    let key = key_named("p256-erna");
    let message = greatseal_protocol::digest::signed_message(&world.domain, &key, &command);
    let Signature::P256(sound) = sign_p256("p256-erna", &message) else { panic!() };
    let sealed = |signature| Envelope::seal(&world.domain, command.clone(), key, signature).to_bytes();
    let order: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad,
        0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    // n − s, byte by byte from the end.
    let (mut high, mut borrow) = (sound, 0_i16);
    for at in (0..32).rev() {
        let digit = i16::from(order[at]) - i16::from(sound[32 + at]) - borrow;
        borrow = i16::from(digit < 0);
        high[32 + at] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    let other = |at: usize| {
        let mut other = sound;
        other[at] ^= 1;
        other
    };
    let stranger = sign_p256("p256-other", &message);
    let ed25519 = Signature::Ed25519(sound[..64].try_into().unwrap());
    let wrong = [
        Signature::P256(high),
        Signature::P256(other(0)),
        Signature::P256(other(40)),
        Signature::P256(other(70)),
        Signature::P256(other(95)),
        Signature::P256([0; 96]),
        stranger,
        ed25519,
    ];
    let wrong: Vec<Vec<u8>> = wrong.into_iter().map(sealed).collect();
    let sound = sealed(Signature::P256(sound));
    for bytes in wrong {
        world.ignored_bytes(&bytes, 104);
    }
    assert_eq!(code_of(&world.submit(&sound)), (None, true));
    world.refused_bytes(&sound, 108);
}
