//! What the first edition let through in time: a report that was final, a name that came back, a refusal without end. Each
//! test plays the attack.

use crate::world::{DAY, HOUR, INCIDENT, MINUTE, REASON, REPORT, World, execute, pause, seat};
use greatseal_protocol::{
    action::Action,
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    command::{Command, Order},
    council::SeatId,
    dispute::Subject,
    language::emergency,
    proposal_id::ProposalId,
    scope::{Mode, Scope, Severity},
    state::State,
};

const TRUE: ReferenceHash = ReferenceHash([0x7E; 32]);

fn file(scope: Scope, set_by: ProposalId, version: u16, report: ReferenceHash) -> Order {
    let (incident, severity) = (INCIDENT, Severity::Sev4);
    Order::Emergency(emergency::Order::FileReview { scope, set_by, incident, version, severity, report })
}

fn attest(scope: Scope, set_by: ProposalId, of: SeatId, version: u16, report: ReferenceHash) -> Order {
    Order::Emergency(emergency::Order::AttestReview { scope, set_by, incident: INCIDENT, of, version, report })
}

/// An envelope that lives for an hour.
fn lasting(world: &World, who: &str, order: Order) -> Vec<u8> {
    let command = world.command(who, order);
    world.seal_as(who, Command { expiry: world.now + HOUR, ..command })
}

/// One key filed a report of zeros, which no auditor attests, and nobody could file another: the Emergency council's power
/// was over. Now each seat has its own report, and may correct it.
#[test]
fn a_report_can_be_corrected() {
    let scope = Scope::Everything;
    let mut world = World::new();
    world.paused(scope, HOUR);
    world.wait(HOUR);
    let set_by = world.due(scope);
    world.refused("S2", file(scope, set_by, 1, ReferenceHash([0; 32])), 413);
    // A thief's report stands in nobody's way.
    world.applied("S2", file(scope, set_by, 1, REASON));
    world.applied("E1", file(scope, set_by, 1, REPORT));
    // Corrected by the seat itself, in order, and an old envelope brings no old report back.
    let old = lasting(&world, "E1", file(scope, set_by, 1, REPORT));
    world.applied("E1", file(scope, set_by, 2, TRUE));
    world.refused_bytes(&old, 506);
    world.refused("E1", file(scope, set_by, 4, TRUE), 411);
    // The attestation is for one report of one seat: replacing it jams that one, and no other.
    let thief = seat("S2");
    world.applied("S2", file(scope, set_by, 2, ReferenceHash([0xBA; 32])));
    world.refused("A0", attest(scope, set_by, thief, 1, REASON), 411);
    world.refused("A0", attest(scope, set_by, seat("E0"), 1, REASON), 505);
    world.refused("A0", attest(scope, set_by, seat("E1"), 2, REPORT), 411);
    world.refused_action("E0", &pause(scope, HOUR), 502);
    // An auditor whose key is overdue attests too.
    world.poke("A0", |held| held.valid_until = 1);
    world.applied("A0", attest(scope, set_by, seat("E1"), 2, TRUE));
    world.paused(scope, HOUR);
    // What was said of one pause is nothing to the next of the same incident.
    world.wait(HOUR);
    let next = world.due(scope);
    assert_ne!(next, set_by);
    world.refused("E1", file(scope, set_by, 3, TRUE), 504);
    world.refused("A1", attest(scope, next, seat("E1"), 2, TRUE), 505);
    world.reviewed(INCIDENT, scope);
}

/// Nothing but zeros is asked for in good faith.
#[test]
fn a_report_can_be_corrected_zeros_413() {
    use crate::world::{reinstate, set_mode, suspend};
    use greatseal_protocol::{bytes::IncidentId, language::council};
    let (zeros, nothing) = (ReferenceHash([0; 32]), IncidentId([0; 16]));
    let mut world = World::new();
    let Action::Emergency(emergency::Action::Pause(sound)) = pause(Scope::Everything, HOUR) else { panic!() };
    let Action::Emergency(emergency::Action::SetMode(mode)) = set_mode(Mode::Limited, HOUR) else { panic!() };
    for pause in [
        greatseal_protocol::scope::Pause { incident: nothing, ..sound },
        greatseal_protocol::scope::Pause { reason: zeros, ..sound },
    ] {
        world.refused_action("E0", &Action::Emergency(emergency::Action::Pause(pause)), 413);
    }
    for mode in [
        greatseal_protocol::scope::SetMode { incident: nothing, ..mode },
        greatseal_protocol::scope::SetMode { reason: zeros, ..mode },
    ] {
        world.refused_action("E0", &Action::Emergency(emergency::Action::SetMode(mode)), 413);
    }
    for action in [suspend("T0"), reinstate("T0")] {
        let bare = match action {
            Action::Council(council::Action::Suspend { seat, key, .. }) => {
                council::Action::Suspend { seat, key, reason: zeros, recovery: None }
            }
            Action::Council(council::Action::Reinstate { seat, key, .. }) => {
                council::Action::Reinstate { seat, key, reason: zeros }
            }
            other => panic!("{other:?}"),
        };
        let who = if matches!(bare, council::Action::Suspend { .. }) { "E0" } else { "S0" };
        world.refused_action(who, &Action::Council(bare), 413);
    }
    for subject in [(zeros, REASON), (REASON, zeros)] {
        let (subject, reason) = subject;
        let order = greatseal_protocol::language::dispute::Order::Open { subject: Subject::Other(subject), reason };
        world.refused("A0", Order::Dispute(order), 413);
    }
    let nonce = world.nonce("O0");
    let watched = greatseal_protocol::scope::Watched::Money;
    let order = greatseal_protocol::language::operation::Order::Escalate { watched, reference: zeros, nonce };
    world.refused("O0", Order::Operation(order), 413);
}

/// One attestation of one second discharged three pauses of the same incident: a stranger sent the two envelopes again.
#[test]
fn one_pause_one_lift() {
    let scope = Scope::Everything;
    let mut world = World::new();
    world.paused(scope, 1);
    world.wait(1);
    let set_by = world.due(scope);
    let (filed, attested) = (
        lasting(&world, "E2", file(scope, set_by, 1, REPORT)),
        lasting(&world, "A0", attest(scope, set_by, seat("E2"), 1, REPORT)),
    );
    for bytes in [&filed, &attested] {
        world.submit(bytes);
    }
    assert_eq!(world.cells.duty(scope), Ok(None));
    world.paused(scope, 15 * MINUTE);
    world.wait(15 * MINUTE);
    for bytes in [&filed, &attested] {
        world.refused_bytes(bytes, 504);
    }
    world.refused_action("E0", &pause(scope, MINUTE), 502);
    world.folds();
}

/// A lift and a consent that were approved for one pause, and executed by a stranger for the next of the same incident.
#[test]
fn one_pause_one_lift_and_one_consent() {
    let scope = Scope::Everything;
    let mut world = World::new();
    world.paused(scope, HOUR);
    let lift = world.carry("S0", &world.lift(scope));
    let consent = emergency::Action::Consent { scope, set_by: world.due(scope), incident: INCIDENT, evidence: REASON };
    let consent = world.carry("S0", &Action::Emergency(consent));
    world.wait(HOUR);
    world.reviewed(INCIDENT, scope);
    world.paused(scope, HOUR);
    world.refused("O1", execute(&lift), 411);
    world.wait(HOUR);
    world.refused("O1", execute(&consent), 504);
    world.refused_action("E0", &pause(scope, MINUTE), 502);
}

/// A pause that is prolonged under a cap keeps its name, and no lift is dodged; the Sovereign's word gives it another.
#[test]
fn one_pause_one_lift_while_it_runs() {
    use crate::world::set_mode;
    let scope = Scope::Everything;
    let name = |world: &World| world.cells.paused(scope, world.now).unwrap().unwrap().set_by;
    let mut world = World::new();
    world.paused(scope, HOUR);
    let first = name(&world);
    let lift = world.carry("S0", &world.lift(scope));
    world.wait(MINUTE);
    world.paused(scope, HOUR);
    assert_eq!((name(&world), world.due(scope)), (first, first));
    world.clone().execute("nobody", &lift);
    let mut other = world.clone();
    world.enact("S1", &pause(scope, 2 * HOUR));
    assert_ne!(name(&world), first);
    world.refused("O1", execute(&lift), 411);
    // A duty is named by its newest at its end: here a mode, which outlasts the pause that it began beside.
    other.enact("E0", &set_mode(Mode::Limited, HOUR));
    other.enact("S0", &pause(scope, MINUTE));
    let mode = other.cells.mode(other.now).unwrap().unwrap().set_by;
    assert_eq!(other.due(scope), mode);
    // It is prolonged, and the pause beside it; neither gives the duty another name.
    other.wait(MINUTE);
    other.enact("E0", &set_mode(Mode::Limited, HOUR));
    other.paused(scope, MINUTE);
    assert_eq!(other.due(scope), mode);
    other.wait(HOUR + DAY / 24);
    other.reviewed(INCIDENT, scope);
    other.folds();
}

/// One old envelope, sent again by a stranger, made 500 records; a key that was evicted 300 days ago made some too.
#[test]
fn strangers_write_nothing() {
    use greatseal_protocol::language::council;
    let mut world = World::new();
    let heartbeat = Order::Council(council::Order::Heartbeat { nonce: world.nonce("E0") });
    let applied = lasting(&world, "E0", heartbeat);
    world.submit(&applied);
    // What says that something is done already leaves no record.
    let before = world.records.len();
    for _ in 0..500 {
        world.ignored_bytes(&applied, 108);
    }
    assert_eq!(world.records.len(), before);
    let stop = world.open("E0", &pause(Scope::Everything, HOUR));
    let twice = world.envelope("E0", crate::world::approve(&stop));
    world.submit(&twice);
    world.ignored_bytes(&twice, 402);
    world.approve(&["E1"], &stop);
    let executes = world.envelope("O0", execute(&stop));
    world.submit(&executes);
    world.ignored_bytes(&executes, 409);
    let accepted = world.acceptance("E0");
    let accepted = world.envelope("E0", accepted);
    world.ignored_bytes(&accepted, 600);
    // Anything else leaves one for each envelope, and the seat remembers eight at a time.
    let bad = |world: &World, at: u8| {
        let zeros = ReferenceHash([at; 32]);
        lasting(world, "E0", attest(Scope::Everything, stop.id, seat("E0"), 1, zeros))
    };
    let envelopes: Vec<_> = (1..=12).map(|at| bad(&world, at)).collect();
    for bytes in &envelopes[..8] {
        world.refused_bytes(bytes, 204);
    }
    for bytes in &envelopes {
        world.ignored_bytes(bytes, 204);
    }
    // Others have lists of their own; the direct door is nobody's but the key's own.
    world.refused("E1", attest(Scope::Everything, stop.id, seat("E0"), 1, REPORT), 204);
    let outcome = world.act("E0", attest(Scope::Everything, stop.id, seat("E0"), 1, REPORT));
    assert_eq!(crate::world::code_of(&outcome), (Some(204), true));
    // Whoever is dead makes room.
    world.wait(HOUR);
    let again = bad(&world, 13);
    world.refused_bytes(&again, 204);
    world.ignored_bytes(&again, 204);
    world.bounded();
    world.folds();
}

/// A key that no longer sits is answered, and writes nothing.
#[test]
fn strangers_write_nothing_with_a_key_that_left() {
    use greatseal_protocol::language::council;
    let mut world = World::new();
    world.rotated("T1", "theo");
    world.wait(300 * DAY);
    for nonce in 1..100 {
        let order = Order::Council(council::Order::NameSuccessor { successor: crate::world::key_named("x"), nonce });
        let bytes = world.envelope("T1", order);
        world.ignored_bytes(&bytes, 201);
    }
    world.folds();
}

/// Change windows of a hundred years made ways back of a hundred years for one Operator key.
#[test]
fn windows_are_bounded() {
    use crate::world::{component, label, register, release};
    use greatseal_protocol::{
        council::{Council, Phase},
        language::{phase, registry},
        phase::{SetPhase, Way, WayBack},
        registry::{ComponentKind, Entry, Release, Risk, Setting},
    };
    let mut world = World::new();
    world.enact("T0", &register(component("part", ComponentKind::Service, Risk::Routine)));
    let row = |world: &World, id| world.cells.row(id).unwrap();
    let latest = |world: &World, id| {
        let row = row(world, id);
        world.now + u64::from(row.approve_by) + u64::from(row.delay) + u64::from(row.window) + 30 * DAY
    };
    // A release.
    let let_run = |release: Release| Action::Registry(registry::Action::Release(release));
    let first = release("part", "1", None, world.now);
    let ends = latest(&world, greatseal_protocol::row::RowId::ROUTINE_UPGRADE);
    for (not_after, wants) in [(ends + 1, Some(303)), (ends, None)] {
        let long = Release { not_after, rollback_until: not_after + 90 * DAY, ..first };
        let open = world.opening("T0", &let_run(long));
        let open = Order::Proposal(greatseal_protocol::language::proposal::Order::Open(Box::new(open)));
        assert_eq!(crate::world::code_of(&world.clone().order("T0", open)).0, wants, "{not_after}");
    }
    world.enact("T0", &let_run(first));
    world.enact("T0", &let_run(release("part", "2", Some("1"), world.now)));
    // A phase.
    let ends = latest(&world, greatseal_protocol::row::RowId::CUSTODY);
    let change = |not_after| {
        Action::Phase(phase::Action::SetPhase(SetPhase {
            council: Council::Emergency,
            previous: Phase::Classical,
            next: Phase::Optional,
            not_before: 0,
            not_after,
            property_tests: REASON,
            performance: REASON,
            way_back: Some(WayBack { to: Phase::Classical, until: not_after + 30 * DAY }),
        }))
    };
    world.refused_action("C0", &change(ends + 1), 303);
    world.enact("C0", &change(ends));
    // One order goes back, with a nonce: an old envelope does not when the same way is open again.
    let nonce = world.nonce("O0");
    let (council, from, to) = (Council::Emergency, Phase::Optional, Phase::Classical);
    let back = lasting(&world, "O0", Order::Phase(phase::Order::RollBack { council, from, to, nonce }));
    world.submit(&back);
    world.enact("C0", &change(latest(&world, greatseal_protocol::row::RowId::CUSTODY)));
    world.refused("O0", Order::Phase(phase::Order::RollBack { council, from, to, nonce }), 108);
    // Two of Emergency close what is open, at once.
    let open: Option<WayBack> = world.cells.cell::<Option<WayBack>>(&CellKey::WayBack(council)).unwrap().flatten();
    world.enact("E0", &Action::Phase(phase::Action::RevokeWayBack(Way::Phase { council, back: open.unwrap() })));
    let nonce = world.nonce("O0");
    world.refused("O0", Order::Phase(phase::Order::RollBack { council, from, to, nonce }), 913);
    let way = Way::Release { component: label("part"), version: label("1") };
    world.refused_action("E0", &Action::Phase(phase::Action::RevokeWayBack(way)), 411);
    let way = Way::Release { component: label("part"), version: label("2") };
    world.enact("S0", &Action::Phase(phase::Action::RevokeWayBack(way)));
    let order = registry::Order::RollBack {
        component: label("part"),
        from: label("2"),
        to: label("1"),
        nonce: world.nonce("O0"),
    };
    world.refused("O0", Order::Registry(order), 624);
    world.refused_action("E0", &Action::Phase(phase::Action::RevokeWayBack(way)), 624);
    // Exceptions name their tenant and end within a year.
    let exception = |tenant, valid_until| {
        Action::Registry(registry::Action::Register {
            entry: Entry::Custody { setting: Setting::PhaseException, tenant, value: REASON },
            valid_from: 0,
            valid_until,
            replaces: 0,
        })
    };
    let (now, tenant) = (world.now, Some(label("acme")));
    world.refused_action("C0", &exception(None, now + DAY), 625);
    world.refused_action("C0", &exception(tenant, now + 365 * DAY + 1), 625);
    world.refused_action("C0", &exception(tenant, u64::MAX - 1), 625);
    world.enact("C0", &exception(tenant, now + 365 * DAY));
    // A nonce at the end of its range would be a seat's last.
    use greatseal_protocol::language::council;
    let beat = |nonce| Order::Council(council::Order::Heartbeat { nonce });
    let last = world.cells.seat(seat("E0")).unwrap().nonce;
    for nonce in [u64::MAX, last + (1 << 48) + 1] {
        world.refused("E0", beat(nonce), 111);
    }
    world.applied("E0", beat(last + (1 << 48)));
    world.folds();
}

/// A genesis gives no seat for longer than a rotation does; sixteen seats a week apart fit all the same.
#[test]
fn windows_are_bounded_in_a_genesis() {
    use crate::world::{START, genesis};
    use greatseal_protocol::submit;
    let deployed = |valid_until| {
        let mut genesis = genesis();
        genesis.councils[0].seats[2].valid_until = valid_until;
        submit::deploy(genesis, crate::world::CONTRACT, START).map_err(|broken| broken.invariant)
    };
    assert!(deployed(START + 120 * DAY).is_ok());
    for valid_until in [START + 120 * DAY + 1, u64::MAX] {
        assert_eq!(deployed(valid_until), Err(9));
    }
}
