//! 62x, 9xx and 414 for money: what may run, who may issue, who is paid, what is tuned.

use crate::world::{
    DAY, HOUR, MINUTE, Opened, REASON, START, World, code_of, component, dispute, doubtful, execute, execute_with,
    issuer, label, pause, register, release, set_mode, subject,
};
use greatseal_protocol::{
    action::Action,
    bytes::{AssetHash, CodeHash, ReferenceHash},
    cells::{CellKey, Cells},
    command::Order,
    event::Event,
    language::{
        council, operation,
        proposal::{self, Execute, Open},
        registry,
    },
    parameter::{Parameter, Tuning},
    registry::{ComponentKind, Deployment, Entry, EntryKey, Registered, Release, Risk, Setting},
    row::RowId,
    scope::{Mode, Scope, Watched},
    state::State,
};

fn asset(byte: u8) -> Entry {
    crate::world::asset(AssetHash([byte; 32]))
}

fn entry(world: &World, key: EntryKey) -> Option<Registered> {
    world.cells.cell(&CellKey::Entry(key)).unwrap()
}

fn again(entry: Entry, replaces: u32) -> Action {
    Action::Registry(registry::Action::Register { entry, valid_from: START, valid_until: START + 200 * DAY, replaces })
}

fn revoke(entry: EntryKey) -> Action {
    Action::Registry(registry::Action::Revoke { entry, reason: REASON })
}

fn opens(world: &World, who: &str, action: &Action) -> Option<u16> {
    let open = world.opening(who, action);
    code_of(&world.clone().order(who, Order::Proposal(proposal::Order::Open(Box::new(open))))).0
}

// Entries

/// Every kind goes through its row, to be written and to be revoked.
#[test]
fn every_kind_has_its_rows() {
    use RowId as Id;
    let kinds: [(Entry, RowId, RowId); 8] = [
        (component("node", ComponentKind::Node, Risk::Routine), Id::HIGH_RISK_UPGRADE, Id::HIGH_RISK_UPGRADE),
        (component("site", ComponentKind::Client, Risk::Routine), Id::HIGH_RISK_UPGRADE, Id::HIGH_RISK_UPGRADE),
        (issuer("births", "civil-registry"), Id::REGISTRY_IDENTITY, Id::REGISTRY_REVOKE_IDENTITY),
        (Entry::Schema { id: subject("person") }, Id::REGISTRY_IDENTITY, Id::REGISTRY_REVOKE_IDENTITY),
        (asset(1), Id::REGISTRY_MONEY, Id::REGISTRY_REVOKE_MONEY),
        (Entry::Payer { account: [7; 32], program: 1 }, Id::REGISTRY_MONEY, Id::REGISTRY_REVOKE_MONEY),
        (
            Entry::Party { id: subject("bank"), organisation: label("bank") },
            Id::REGISTRY_MONEY,
            Id::REGISTRY_REVOKE_MONEY,
        ),
        (Entry::Custody { setting: Setting::RootKey, tenant: None, value: REASON }, Id::CUSTODY, Id::CUSTODY),
    ];
    for (written, row, revoked) in kinds {
        let mut world = World::new();
        let who = ["P0", "I0", "M0", "C0"].into_iter().find(|who| {
            let council = world.seat_of(*who).unwrap().council;
            world.cells.row(row).unwrap().minima.has(council)
        });
        let who = who.unwrap();
        if row.escalation() {
            world.escalate("A0", Watched::Money);
        }
        let proposal = world.enact(who, &register(written));
        assert_eq!(world.cells.proposal(proposal.id).unwrap().row, row, "{written:?}");
        assert_eq!(entry(&world, written.key()).unwrap().version, 1);
        let proposal = world.enact(who, &revoke(written.key()));
        assert_eq!(world.cells.proposal(proposal.id).unwrap().row, revoked, "{written:?}");
        let left = entry(&world, written.key()).unwrap();
        assert_eq!((left.version, left.revoked, left.holds(world.now)), (2, Some((world.now, REASON)), false));
        world.refused_action(who, &revoke(written.key()), 621);
        // Issuers and schemas stay revoked: credentials under them are in people's hands.
        if row.escalation() {
            world.escalate("O0", Watched::Money);
        }
        let comes_back = !matches!(written, Entry::Issuer { .. } | Entry::Schema { .. });
        assert_eq!(opens(&world, who, &again(written, 2)), (!comes_back).then_some(621), "{written:?}");
        world.folds();
    }
}

#[test]
fn unknown_entry_620_precondition_411_and_validity_622() {
    let mut world = World::new();
    world.refused_action("I0", &revoke(EntryKey::Schema(subject("person"))), 620);
    let schema = Entry::Schema { id: subject("person") };
    world.refused_action("I0", &again(schema, 1), 411);
    let validity = |valid_from, valid_until| {
        Action::Registry(registry::Action::Register { entry: schema, valid_from, valid_until, replaces: 0 })
    };
    let now = world.now;
    for (from, until, wants) in [
        (now, now, Some(622)),
        (now + 5, now + 4, Some(622)),
        (now - 10, now, Some(622)),
        (now - 10, now + 1, None),
        (now + DAY, now + DAY + 1, None),
    ] {
        assert_eq!(opens(&world, "I0", &validity(from, until)), wants, "{from} {until}");
    }
    // It ends while the delay runs.
    let short = world.carry("I0", &validity(now, now + HOUR));
    world.wait(HOUR);
    world.refused("I0", execute(&short), 622);
    world.enact("I0", &validity(now, now + DAY));
    world.refused_action("I0", &validity(now, now + DAY), 411);
    let held = entry(&world, schema.key()).unwrap();
    assert!(held.holds(now + DAY - 1) && !held.holds(now + DAY), "half-open");
    world.enact("I1", &again(schema, 1));
    assert_eq!(entry(&world, schema.key()).unwrap().version, 2);
}

/// An exception names one tenant and ends by itself; what holds for all need not.
#[test]
fn unbounded_exception_625_names_its_tenant_and_expires() {
    let mut world = World::new();
    for (setting, tenant, wants) in [
        (Setting::PhaseException, Some(label("tax")), Some(625)),
        (Setting::PhaseException, None, Some(625)),
        (Setting::RootKey, Some(label("tax")), Some(625)),
        (Setting::RootKey, None, None),
    ] {
        let entry = Entry::Custody { setting, tenant, value: REASON };
        let action = Action::Registry(registry::Action::Register {
            entry,
            valid_from: START,
            valid_until: u64::MAX,
            replaces: 0,
        });
        let open = world.opening("C0", &action);
        assert_eq!(code_of(&world.order("C0", Order::Proposal(proposal::Order::Open(Box::new(open))))).0, wants);
    }
}

/// Contracts, runtimes and nodes are high-risk whatever the entry says; calling a component less risky changes policy.
#[test]
fn lowering_a_risk_is_a_matter_of_the_policy_table() {
    for kind in [ComponentKind::Contract, ComponentKind::Runtime, ComponentKind::Node] {
        assert_eq!(component("x", kind, Risk::Routine).risk(), Risk::High);
    }
    let mut world = World::new();
    let high = component("service", ComponentKind::Service, Risk::High);
    let low = component("service", ComponentKind::Service, Risk::Routine);
    world.enact("P0", &register(high));
    assert_eq!(world.row_for("S0", &again(low, 1)), RowId::POLICY_TABLE);
    let open = Open { row: RowId::HIGH_RISK_UPGRADE, ..world.opening("P0", &again(low, 1)) };
    world.refused("P0", Order::Proposal(proposal::Order::Open(Box::new(open))), 305);
    world.enact("S0", &again(low, 1));
    // Revoking it first does not help: what it was is remembered.
    let mut world = World::new();
    world.enact("P0", &register(component("node", ComponentKind::Node, Risk::High)));
    world.enact("P0", &revoke(EntryKey::Component(label("node"))));
    let as_service = again(component("node", ComponentKind::Service, Risk::Routine), 2);
    assert_eq!(world.row_for("S0", &as_service), RowId::POLICY_TABLE);
    // To raise it does not.
    assert_eq!(low.row(Some(&low)), RowId::HIGH_RISK_UPGRADE);
    assert_eq!(high.row(Some(&low)), RowId::HIGH_RISK_UPGRADE);
}

/// An issuer's organisation does not operate, as long as the entry is not revoked.
#[test]
fn rule_05_issuers_and_operators_208() {
    let mut world = World::new();
    world.refused_action("I0", &register(issuer("births", "infra-operator")), 208);
    world.enact("I0", &register(issuer("births", "births-office")));
    let count = |world: &World| world.cells.organisation(label("births-office")).unwrap().issuer;
    assert_eq!(count(&world), 1);
    // Renewed it counts once, given to another organisation not at all.
    world.enact("I0", &again(issuer("births", "births-office"), 1));
    assert_eq!(count(&world), 1);
    let mut moved = world.clone();
    moved.enact("I0", &again(issuer("births", "other-office"), 2));
    assert_eq!(count(&moved), 0);
    world.enact("I0", &revoke(EntryKey::Issuer(subject("births"))));
    assert_eq!(count(&world), 0);
    let new = world.newcomer(crate::world::seat("O0"), "olga", "births-office");
    let rotate = Action::Council(council::Action::Rotate {
        seat: crate::world::seat("O0"),
        previous: crate::world::key_named("O0"),
        new,
    });
    assert_eq!(opens(&world, "S0", &rotate), None);
    world.folds();
}

/// Money is loosened after somebody has looked: once for each change, within seven days; and revoked without.
#[test]
fn rule_05_no_escalation_414_for_money() {
    let mut world = World::new();
    world.refused_action("M0", &register(asset(1)), 414);
    for who in ["M0", "S0", "E0", "X0"] {
        let order = world.escalation(who, Watched::Money);
        world.refused(who, order, 204);
    }
    world.escalate("O0", Watched::Route(1));
    world.refused_action("M0", &register(asset(1)), 414);
    world.escalate("O0", Watched::Money);
    let (one, two) = (world.carry("M0", &register(asset(1))), world.carry("M1", &register(asset(2))));
    world.wait(HOUR);
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 414);
    world.escalate("A1", Watched::Money);
    world.execute("O0", &two);
    // The record's last second.
    world.escalate("O0", Watched::Money);
    world.wait(7 * DAY - 1);
    assert_eq!(opens(&world, "M0", &register(asset(3))), None);
    world.wait(1);
    world.refused_action("M0", &register(asset(3)), 414);
    world.enact("M0", &revoke(EntryKey::Asset(AssetHash([1; 32]))));
    world.folds();
}

// Releases

fn with_component(kind: ComponentKind, risk: Risk) -> World {
    let mut world = World::new();
    world.enact("P0", &register(component("part", kind, risk)));
    world
}

fn running(world: &World) -> Deployment {
    world.cells.cell(&CellKey::Running(label("part"))).unwrap().unwrap()
}

#[test]
fn a_release_needs_a_component_that_holds() {
    let mut world = World::new();
    let first = release("part", "1", None, world.now);
    world.refused_action("T0", &Action::Registry(registry::Action::Release(first)), 620);
    let entry = component("part", ComponentKind::Service, Risk::Routine);
    let later = Action::Registry(registry::Action::Register {
        entry,
        valid_from: START + 3 * DAY,
        valid_until: START + 5 * DAY,
        replaces: 0,
    });
    world.enact("P0", &later);
    world.refused_action(
        "T0",
        &Action::Registry(registry::Action::Release(release("part", "1", None, world.now))),
        620,
    );
    world.now = START + 3 * DAY;
    let proposal =
        world.carry("T0", &Action::Registry(registry::Action::Release(release("part", "1", None, world.now))));
    world.wait(HOUR);
    world.clone().execute("O0", &proposal);
    world.enact("P0", &revoke(EntryKey::Component(label("part"))));
    world.refused("O0", execute(&proposal), 620);
}

/// High-risk components are released by three, after a day; routine ones by two of Technical, after an hour.
#[test]
fn rule_02_a_release_goes_through_the_row_of_its_risk() {
    for (kind, risk, row) in [
        (ComponentKind::Service, Risk::Routine, RowId::ROUTINE_UPGRADE),
        (ComponentKind::Client, Risk::High, RowId::HIGH_RISK_UPGRADE),
        (ComponentKind::Node, Risk::Routine, RowId::HIGH_RISK_UPGRADE),
        (ComponentKind::Contract, Risk::Routine, RowId::HIGH_RISK_UPGRADE),
    ] {
        let mut world = with_component(kind, risk);
        let action = Action::Registry(registry::Action::Release(release("part", "1", None, world.now)));
        assert_eq!(world.row_for("T0", &action), row);
        let other = if row == RowId::ROUTINE_UPGRADE { RowId::HIGH_RISK_UPGRADE } else { RowId::ROUTINE_UPGRADE };
        let open = Open { row: other, ..world.opening("T0", &action) };
        world.refused("T0", Order::Proposal(proposal::Order::Open(Box::new(open))), 305);
        let proposal = world.carry("T0", &action);
        let delay = u64::from(world.cells.row(row).unwrap().delay);
        world.wait(delay - 1);
        world.refused("O0", execute(&proposal), 405);
        world.wait(1);
        for who in ["T0", "P0", "S0", "nobody"] {
            let outcome = world.order(who, execute(&proposal));
            assert_eq!(code_of(&outcome).0, Some(207), "{who}");
        }
        world.execute("O0", &proposal);
        assert_eq!(running(&world).current.version, label("1"));
    }
}

/// The change window is half-open, and asked at the execution; a window that is over is not even proposed.
#[test]
fn outside_window_623_half_open() {
    let mut world = with_component(ComponentKind::Service, Risk::Routine);
    let from = world.now + 3 * HOUR;
    let planned = Release { not_after: from + HOUR, ..release("part", "1", None, from) };
    let planned = Release { rollback_until: from + HOUR, ..planned };
    let proposal = world.carry("T0", &Action::Registry(registry::Action::Release(planned)));
    for (now, wants) in [(from - 1, Some(623)), (from, None), (from + HOUR - 1, None), (from + HOUR, Some(623))] {
        world.now = now;
        assert_eq!(code_of(&world.clone().order("O0", execute(&proposal))).0, wants, "{now}");
    }
    world.refused_action("T0", &Action::Registry(registry::Action::Release(planned)), 623);
}

#[test]
fn out_of_bounds_303_and_document_missing_413_of_a_release() {
    let world = with_component(ComponentKind::Service, Risk::Routine);
    let sound = release("part", "1", None, world.now);
    type Change = fn(&mut Release);
    let cases: [(Change, Option<u16>); 8] = [
        (|release| release.not_after = release.not_before, Some(303)),
        (|release| release.rollback_until = release.not_after + 90 * DAY, None),
        (|release| release.rollback_until = release.not_after + 90 * DAY + 1, Some(303)),
        (|release| release.rollback_until = 0, None),
        (|release| release.sbom = ReferenceHash([0; 32]), Some(413)),
        (|release| release.code = CodeHash([0; 32]), Some(413)),
        (|release| release.replaces = Some(CodeHash([1; 32])), Some(411)),
        (|release| release.component = label("other"), Some(620)),
    ];
    for (at, (change, wants)) in cases.into_iter().enumerate() {
        let mut release = sound;
        change(&mut release);
        assert_eq!(opens(&world, "T0", &Action::Registry(registry::Action::Release(release))), wants, "case {at}");
    }
}

/// The deployment log names the version and the bill of materials of the release.
#[test]
fn document_missing_413_the_log_of_a_release() {
    let mut world = with_component(ComponentKind::Service, Risk::Routine);
    let action = Action::Registry(registry::Action::Release(release("part", "1", None, world.now)));
    let proposal = world.carry("T0", &action);
    world.wait(HOUR);
    let Order::Proposal(proposal::Order::Execute(sound)) = execute_with(&proposal, action) else { panic!() };
    for (version, sbom) in [(label("2"), sound.sbom), (sound.version, ReferenceHash([0; 32]))] {
        world.refused(
            "O0",
            Order::Proposal(proposal::Order::Execute(Box::new(Execute { version, sbom, ..*sound.clone() }))),
            413,
        );
    }
    world.applied("O0", Order::Proposal(proposal::Order::Execute(sound)));
}

/// Two releases were approved: whoever comes second replaces what is no longer there.
#[test]
fn rule_07_a_release_replaces_the_code_that_runs() {
    let mut world = with_component(ComponentKind::Service, Risk::Routine);
    let one = world.carry("T0", &Action::Registry(registry::Action::Release(release("part", "1", None, world.now))));
    let two = world.carry("T1", &Action::Registry(registry::Action::Release(release("part", "2", None, world.now))));
    world.wait(HOUR);
    world.execute("O0", &one);
    world.refused("O0", execute(&two), 411);
    world.enact("T0", &Action::Registry(registry::Action::Release(release("part", "2", Some("1"), world.now))));
    assert_eq!(running(&world).before.unwrap().version, label("1"));
}

fn roll_back(nonce: u64, from: &str, to: &str) -> Order {
    Order::Registry(registry::Order::RollBack { component: label("part"), from: label(from), to: label(to), nonce })
}

/// Going back is what the release allowed: to the version before, until it says, once, by an operator.
#[test]
fn no_rollback_624_half_open() {
    let mut world = with_component(ComponentKind::Node, Risk::High);
    world.refused("O0", roll_back(world.nonce("O0"), "1", "0"), 620);
    world.enact("T0", &Action::Registry(registry::Action::Release(release("part", "1", None, world.now))));
    world.refused("O0", roll_back(world.nonce("O0"), "1", "1"), 624);
    let second = release("part", "2", Some("1"), world.now);
    world.enact("T0", &Action::Registry(registry::Action::Release(second)));
    for who in ["T0", "P0", "S0", "A0", "E0"] {
        world.refused(who, roll_back(world.nonce(who), "2", "1"), 204);
    }
    world.refused("O0", roll_back(world.nonce("O0"), "1", "2"), 411);
    world.refused("O0", roll_back(world.nonce("O0"), "2", "0"), 411);
    for (now, wants) in [(second.rollback_until - 1, None), (second.rollback_until, Some(624))] {
        let mut world = world.clone();
        world.poke("O0", |held| held.valid_until = u64::MAX);
        world.now = now;
        assert_eq!(code_of(&world.order("O0", roll_back(world.nonce("O0"), "2", "1"))).0, wants, "{now}");
    }
    // A pause of upgrades by the Sovereign's majority stops that; by the Emergency council it does not.
    let mut paused = world.clone();
    paused.enact("S0", &pause(Scope::Upgrades, HOUR));
    paused.refused("O0", roll_back(paused.nonce("O0"), "2", "1"), 500);
    let mut paused = world.clone();
    paused.paused(Scope::Upgrades, HOUR);
    paused.applied("O0", roll_back(paused.nonce("O0"), "2", "1"));
    world.applied("O1", roll_back(world.nonce("O1"), "2", "1"));
    assert_eq!(running(&world).current.version, label("1"));
    world.refused("O0", roll_back(world.nonce("O0"), "1", "2"), 624);
    world.folds();
}

// Tuning

fn baseline(previous: Option<u64>, value: u64) -> Action {
    Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous, value })
}

fn tune(world: &World, who: &str, previous: u64, value: u64) -> Order {
    Order::Operation(operation::Order::Tune { name: Parameter::Inflight, previous, value, nonce: world.nonce(who) })
}

/// A fifth of the baseline to either side, once an hour, from the value that holds.
#[test]
fn tuning_900_901_902_411() {
    let mut world = World::new();
    let order = tune(&world, "O0", 0, 1);
    world.refused("O0", order, 900);
    world.enact("P0", &baseline(None, 104));
    let order = tune(&world, "O0", 104, 110);
    world.refused("O0", order, 902);
    world.wait(HOUR - 1);
    let order = tune(&world, "O0", 104, 110);
    world.refused("O0", order, 902);
    world.wait(1);
    // A fifth of 104 is 20.8: twenty.
    for (value, wants) in
        [(83, Some(901)), (84, None), (124, None), (125, Some(901)), (0, Some(901)), (u64::MAX, Some(901))]
    {
        let order = tune(&world, "O0", 104, value);
        assert_eq!(code_of(&world.clone().order("O0", order)).0, wants, "{value}");
    }
    let order = tune(&world, "O0", 103, 104);
    world.refused("O0", order, 411);
    for who in ["T0", "P0", "S0", "A0"] {
        let order = tune(&world, who, 104, 110);
        world.refused(who, order, 204);
    }
    let order = tune(&world, "O0", 104, 124);
    world.applied("O0", order.clone());
    world.refused("O0", order, 108);
    // The band is around the baseline, not around the value: nobody creeps away.
    world.wait(HOUR);
    let order = tune(&world, "O1", 124, 125);
    world.refused("O1", order, 901);
    let order = tune(&world, "O1", 124, 84);
    world.applied("O1", order);
    let wants = Tuning { baseline: 104, value: 84, at: world.now };
    assert_eq!(world.cells.cell(&CellKey::Parameter(Parameter::Inflight)), Ok(Some(wants)));
    // A baseline takes the place of a baseline, whatever the value beside it is by then.
    world.refused_action("P0", &baseline(Some(84), 50), 411);
    world.enact("P0", &baseline(Some(104), 50));
    let wants = Tuning { baseline: 50, value: 50, at: world.now };
    assert_eq!(world.cells.cell(&CellKey::Parameter(Parameter::Inflight)), Ok(Some(wants)));
    world.folds();
}

#[test]
fn a_baseline_is_set_by_policy_and_technical_after_an_hour() {
    let mut world = World::new();
    let proposal: Opened = world.carry("T0", &baseline(None, 1));
    world.wait(HOUR);
    world.refused("T0", execute(&proposal), 207);
    world.wait(36 * HOUR);
    world.execute("T2", &proposal);
}

// Evidence

#[test]
fn drills_and_texts_are_on_record() {
    let mut world = World::new();
    let drill = |world: &World, who: &str| {
        Order::Operation(operation::Order::FileDrill {
            kind: label("restore"),
            report: REASON,
            nonce: world.nonce(who),
        })
    };
    for (who, wants) in [("O0", None), ("A1", None), ("S0", Some(204)), ("E0", Some(204))] {
        let order = drill(&world, who);
        assert_eq!(code_of(&world.order(who, order)).0, wants, "{who}");
    }
    let nonce = world.cells.seat(crate::world::seat("O0")).unwrap().nonce;
    let order = Order::Operation(operation::Order::FileDrill { kind: label("restore"), report: REASON, nonce });
    world.refused("O0", order, 108);
    world.enact("P0", &crate::world::adopt("charter"));
    assert!(
        matches!(world.records.last().unwrap().event, Event::Proposal(proposal::Event::Executed { .. })),
        "a text has no other effect"
    );
    // A document without a hash is none.
    let open = Open {
        document: greatseal_protocol::bytes::DocumentHash([0; 32]),
        ..world.opening("P0", &crate::world::adopt("charter"))
    };
    world.refused("P0", Order::Proposal(proposal::Order::Open(Box::new(open))), 413);
}

/// Nothing that looks or narrows is stopped while everything is paused and read-only.
#[test]
fn rule_14_evidence_is_never_blocked() {
    let mut world = World::new();
    world.enact("S0", &pause(Scope::Everything, 24 * HOUR));
    world.enact("S0", &set_mode(Mode::ReadOnly, 24 * HOUR));
    world.wait(MINUTE);
    world.escalate("O0", Watched::Money);
    let order = Order::Operation(operation::Order::FileDrill {
        kind: label("pause"),
        report: REASON,
        nonce: world.nonce("A0"),
    });
    world.applied("A0", order);
    world.applied("A0", dispute(doubtful(1)));
    let order = Order::Council(council::Order::Heartbeat { nonce: world.nonce("E0") });
    world.applied("E0", order);
    world.applied("T2", Order::Council(council::Order::SuspendSelf));
    world.rotated("C0", "carl");
}
