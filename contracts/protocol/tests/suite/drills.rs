//! Lost and stolen keys, played out: what the others can do, what thieves can and cannot, and how it ends.

use crate::{
    money::{ASSET, PAYER, authority, batch, created, header, rules, stop},
    world::{
        COUNCILS, DAY, HOUR, INCIDENT, MINUTE, Opened, REASON, WEEK, World, acknowledge, adopt, approve, asset,
        code_of, component, dispute, dispute_of, economics, execute, first, issuer, key_named, new_seat, pause,
        register, reject, release, resolve, retire, seat, set_mode, set_route, suspend, tighter, triage, veto,
    },
};
use greatseal_protocol::{
    action::Action,
    bytes::{ContractAddress, ReferenceHash},
    command::Order,
    council::{Council, SeatId},
    dispute::{Resolution, Subject},
    event::Event,
    language::{
        self,
        council::{self, Reconstitute},
        operation, policy,
        proposal::{self, Open},
        registry,
    },
    parameter::Parameter,
    program::ChangeProgram,
    proposal::Cause,
    registry::{ComponentKind, Entry, Risk, Setting},
    route::Economics,
    row::{Minima, Row, RowId},
    scope::{Mode, Scope, Watched},
    state::State,
};

fn baseline(value: u64) -> Action {
    Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous: None, value })
}

/// New keys for seats of a council, named after them; they end a week apart from each other and from those who stay.
fn recovery(world: &mut World, council: Council, indices: &[u8]) -> Action {
    let head = world.cells.council(council).unwrap();
    let end = |world: &World, index| world.cells.seat(SeatId { council, index }).unwrap().valid_until;
    let stay = (0..head.size).filter(|index| !indices.contains(index));
    let mut ends: Vec<u64> = stay.map(|index| end(world, index)).collect();
    let mut seats = Vec::new();
    for index in indices {
        let id = SeatId { council, index: *index };
        let name = format!("new-{id}");
        let organisation = world.cells.seat(id).unwrap().organisation;
        let apart = |end: &u64| ends.iter().all(|other| other.abs_diff(*end) >= WEEK);
        let valid_until = (90..=120).map(|day| world.now + day * DAY).find(apart).unwrap();
        ends.push(valid_until);
        seats.push((*index, new_seat(&name, organisation.as_str(), valid_until)));
        world.names.insert(key_named(&name), name);
    }
    Action::Council(council::Action::Recover { council, epoch: head.epoch, seats })
}

fn accepts(world: &mut World, names: &[&str]) {
    for name in names {
        let order = world.acceptance(name);
        world.applied(name, order);
    }
    world.wait(1);
}

/// Names of everybody who sits in any council, with their seats.
fn everybody(world: &World) -> Vec<(SeatId, String)> {
    let seats = COUNCILS.iter().flat_map(|(council, _)| {
        let size = world.cells.council(*council).unwrap().size;
        (0..size).map(|index| SeatId { council: *council, index })
    });
    seats.map(|id| (id, world.names[&world.cells.seat(id).unwrap().key].clone())).collect()
}

/// Whether one of these authors opens the action, these voters approve it, and it takes effect. Whoever may execute it
/// does so: operators carry out what stands.
fn brought<A: ToString, V: ToString>(world: &World, authors: &[A], voters: &[V], row: RowId, action: &Action) -> bool {
    let cell = world.cells.row(row).unwrap();
    let executors = ["nobody", "O0", "O1"].map(str::to_owned).into_iter().chain(voters.iter().map(V::to_string));
    authors.iter().map(A::to_string).any(|author| {
        let mut world = world.clone();
        let open = Open {
            row,
            approve_within: cell.approve_by,
            execute_within: cell.window,
            ..world.opening(&author, action)
        };
        if code_of(&world.order(&author, Order::Proposal(proposal::Order::Open(Box::new(open))))).0.is_some() {
            return false;
        }
        let Event::Proposal(proposal::Event::Opened(opened)) = &world.records.last().unwrap().event else { panic!() };
        let proposal = Opened { id: opened.id, digest: opened.digest, action: action.clone() };
        for voter in voters {
            world.order(voter.to_string(), approve(&proposal));
        }
        world.wait(cell.delay.into());
        // The next one only where this one may not.
        let codes = executors.clone().map(|who| code_of(&world.order(who, execute(&proposal))).0);
        codes.into_iter().find(|code| *code != Some(207)).is_some_and(|code| code.is_none())
    })
}

/// Whether these keys alone bring the action to its effect; whoever they are, they try everything that one can.
fn alone(world: &World, keys: &[&str], row: RowId, action: &Action) -> bool {
    brought(world, keys, keys, row, action)
}

/// Whether all who have a part in the row bring it to its effect together.
fn rightly(world: &World, row: RowId, action: &Action) -> bool {
    let cell = world.cells.row(row).unwrap();
    let votes = |(id, _): &&(SeatId, String)| cell.minima.has(id.council);
    let voters: Vec<String> = everybody(world).iter().filter(votes).map(|(_, name)| name.clone()).collect();
    brought(world, &voters, &voters, row, action)
}

/// The others can do it, in the same world, and these keys alone cannot.
fn cannot(world: &World, keys: &[&str], row: RowId, action: &Action) {
    assert!(rightly(world, row, action), "{row}: nobody can");
    assert!(!alone(world, keys, row, action), "{row}: {keys:?} can");
}

/// Whoever still may enacts it, under the Sovereign's row where there are two.
fn does(world: &mut World, action: &Action) {
    let row = crate::world::row_for(&world.cells, true, action);
    let cell = world.cells.row(row).unwrap();
    let author = everybody(world).into_iter().find(|(id, _)| {
        let seat = world.cells.seat(*id).unwrap();
        cell.minima.has(id.council) && seat.active(world.now) && !seat.suspended(world.now)
    });
    let proposal = world.carry(author.unwrap().1, action);
    world.wait(cell.delay.into());
    let executor = world.cells.seat(seat("O0")).unwrap().suspended(world.now);
    world.execute(if executor { "O1" } else { "O0" }, &proposal);
}

const DISPUTED: Subject = Subject::Other(ReferenceHash([0xD1; 32]));

/// Everything that a thief could want something with: a route, a component, a programme with money, a dispute.
fn furnish(world: &mut World) {
    for index in 0..3 {
        let name = format!("Pr:2-{index}");
        world.names.insert(key_named(&name), name);
    }
    world.escalate("O1", Watched::Route(1));
    does(world, &set_route(1, None, economics()));
    does(world, &register(component("indexer", ComponentKind::Service, Risk::Routine)));
    let programme = created(1);
    does(world, &programme);
    for entry in [asset(ASSET), Entry::Payer { account: PAYER, program: 1 }] {
        world.escalate("O1", Watched::Money);
        does(world, &register(entry));
    }
    does(world, &register(issuer("births", "civil-registry")));
    world.applied("A1", dispute(DISPUTED));
    world.applied("O1", acknowledge(dispute_of("A1", DISPUTED)));
    // Of another organisation, where one can act.
    let aside = world.cells.seat("A0".parse().unwrap()).unwrap().suspended(world.now);
    world.applied(if aside { "A1" } else { "A0" }, triage(dispute_of("A1", DISPUTED)));
    // An operator has looked: nobody is stopped by that alone.
    world.escalate("O1", Watched::Money);
    world.escalate("O1", Watched::Route(1));
}

/// What must be there before there is anything to end.
fn prepare(world: &mut World, row: RowId) {
    match row {
        RowId::LIFT_EARLY => does(world, &pause(Scope::Program(7), HOUR)),
        RowId::DEGRADED_MODE_OFF => does(world, &set_mode(Mode::Limited, HOUR)),
        RowId::RETIRE => world.unheard("on a chain no contract awaits the state"),
        _ => {}
    }
}

/// One action for each row, sound in a furnished deployment: what a thief could want.
fn wishes(world: &mut World) -> Vec<(RowId, Action)> {
    let document = world.cells.row(RowId::DOCUMENT_ONLY).unwrap();
    let revoke = |entry: Entry| Action::Registry(registry::Action::Revoke { entry: entry.key(), reason: REASON });
    let custody = Entry::Custody { setting: Setting::RootKey, tenant: None, value: REASON };
    let resolution = resolve(&world.cells, dispute_of("A1", DISPUTED), Resolution::Upheld);
    let change = Action::Program(language::program::Action::Change(ChangeProgram {
        program: 1,
        terms: None,
        rules: vec![rules(2)],
        lines: Vec::new(),
    }));
    let mut wishes = vec![
        (RowId::DOCUMENT_ONLY, adopt("manifesto")),
        (RowId::ROUTINE_UPGRADE, Action::Registry(registry::Action::Release(release("indexer", "1", None, world.now)))),
        (RowId::HIGH_RISK_UPGRADE, register(component("x", ComponentKind::Contract, Risk::High))),
        (RowId::CONFIG_OUTSIDE_BAND, baseline(1)),
        (RowId::EMERGENCY_PAUSE, pause(Scope::Everything, HOUR)),
        (RowId::SEAT_SUSPENSION, suspend("P0")),
        (RowId::DEGRADED_MODE, set_mode(Mode::ReadOnly, HOUR)),
        (RowId::SOVEREIGN_PAUSE, pause(Scope::Everything, 72 * HOUR)),
        (RowId::SOVEREIGN_SUSPENSION, suspend("E2")),
        (RowId::LIFT_EARLY, world.lift(Scope::Program(7))),
        (RowId::DEGRADED_MODE_OFF, world.leave_mode()),
        (RowId::BRIDGE_LOOSEN, set_route(1, Some(first()), Economics { tx_max: 20_000, ..economics() })),
        (RowId::REGISTRY_MONEY, register(Entry::Payer { account: [1; 32], program: 1 })),
        (RowId::BRIDGE_TIGHTEN, tighter()),
        (RowId::REGISTRY_REVOKE_MONEY, revoke(Entry::Payer { account: PAYER, program: 1 })),
        (RowId::CUSTODY, register(custody)),
        (RowId::PROGRAM_CREATE, authority(world, 2)),
        (RowId::PROGRAM_CHANGE, change),
        (RowId::BATCH_LARGE, batch(world, "large", 5, 500)),
        (RowId::BATCH_SMALL, batch(world, "small", 5, 50)),
        (RowId::REGISTRY_IDENTITY, register(issuer("thieves", "thieves"))),
        (RowId::REGISTRY_REVOKE_IDENTITY, revoke(issuer("births", "civil-registry"))),
        (RowId::DISPUTE_OVERRIDE, resolution),
        (RowId::MANUAL_OVERRIDE, set_mode(Mode::Limited, HOUR)),
        (
            RowId::POLICY_TABLE,
            Action::Policy(policy::Action::SetRow(Row { version: 1, approve_by: 3_600, ..document })),
        ),
    ];
    for who in ["S2", "P0", "T0", "E2", "C0", "I0", "Pr:1-0", "M0", "O0", "A0"] {
        let action = world.rotation(who, &format!("thief-{who}"));
        wishes.push((RowId::rotate(seat(who).council), action));
    }
    for (row, council) in [(RowId::RECOVER_SOVEREIGN, Council::Sovereign), (RowId::RECOVER_POLICY, Council::Policy)] {
        wishes.push((row, recovery(world, council, &[0])));
    }
    wishes.push((RowId::RETIRE, retire(ContractAddress([0xD0; 20]))));
    wishes.push((RowId::BATCH_STOP, stop(header(world, "stopped", 5, 50))));
    wishes
}

/// Rows under which these keys alone bring something about, where those who have a part in them could do the same; under
/// the rows of `nobody` not even they can.
fn granted_but(world: &World, keys: &[&str], nobody: &[u8]) -> Vec<u8> {
    let mut world = world.clone();
    furnish(&mut world);
    let wishes = wishes(&mut world);
    let rows = RowId::NAMED.iter().map(|(row, _)| row);
    assert!(wishes.iter().map(|(row, _)| row).eq(rows), "one wish for each row");
    let (mut granted, mut impossible) = (Vec::new(), Vec::new());
    for (row, action) in wishes {
        let mut world = world.clone();
        prepare(&mut world, row);
        // By its name, now that it is there.
        let action = match row {
            RowId::LIFT_EARLY => world.lift(Scope::Program(7)),
            RowId::DEGRADED_MODE_OFF => world.leave_mode(),
            _ => action,
        };
        if !rightly(&world, row, &action) {
            impossible.push(row.0);
        }
        if alone(&world, keys, row, &action) {
            granted.push(row.0);
        }
    }
    assert_eq!(impossible, nobody, "under these rows nobody can do what the thieves want");
    granted
}

fn granted(world: &World, keys: &[&str]) -> Vec<u8> {
    granted_but(world, keys, &[])
}

// Lost keys

/// Two of three Sovereign keys are gone: nothing that needs them moves, what protects goes on; ten days later there are
/// new ones.
#[test]
fn drill_a_lost_quorum_of_the_sovereign() {
    let mut world = World::new();
    let left = ["S2", "P0", "P1", "C0", "C1", "C2", "M0", "M1", "I0", "I1", "I2"];
    assert_eq!(granted(&world, &["S2"]), Vec::<u8>::new());
    // One Sovereign seat left, and everybody else: neither rotations nor the table.
    let rotate = world.rotation("S0", "new-S0");
    cannot(&world, &left, RowId::ROTATE_SOVEREIGN, &rotate);
    // Emergency goes on without it.
    world.paused(Scope::Upgrades, HOUR);
    let action = recovery(&mut world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("C0", &action);
    world.approve(&["C0", "C1", "C2", "M0", "I0", "I1", "P0"], &proposal);
    // The last Sovereign key cannot stop it alone.
    world.applied("S2", veto(&proposal));
    world.wait(10 * DAY);
    world.execute("O0", &proposal);
    accepts(&mut world, &["new-S0", "new-S1"]);
    // Healed: they do what Sovereign seats do.
    world.rotated("S2", "sofia");
    world.enact(
        "new-S0",
        &Action::Policy(policy::Action::SetRow(Row {
            version: 1,
            approve_by: 3_600,
            ..world.cells.row(RowId::DOCUMENT_ONLY).unwrap()
        })),
    );
    world.folds();
}

/// Both Policy keys are gone.
#[test]
fn drill_a_lost_quorum_of_policy() {
    let mut world = World::new();
    let rest = ["S0", "S1", "S2"];
    let rotate = world.rotation("P0", "new-P0");
    cannot(&world, &rest, RowId::ROTATE_POLICY, &rotate);
    let document = Row { version: 1, ..world.cells.row(RowId::DOCUMENT_ONLY).unwrap() };
    cannot(&world, &rest, RowId::POLICY_TABLE, &Action::Policy(policy::Action::SetRow(document)));
    let action = recovery(&mut world, Council::Policy, &[0, 1]);
    let proposal = world.open("S0", &action);
    world.approve(&["S0", "S1", "S2", "C0", "C1", "M0", "I0"], &proposal);
    world.wait(10 * DAY - 1);
    world.refused("O0", execute(&proposal), 405);
    world.wait(1);
    world.execute("O0", &proposal);
    accepts(&mut world, &["new-P0", "new-P1"]);
    world.enact("new-P1", &adopt("charter"));
    world.rotated("S0", "simon");
    world.folds();
}

/// Two of three Emergency keys are gone: the Sovereign pauses, and the table gives the council a rotation that it can
/// form.
#[test]
fn drill_a_lost_quorum_of_emergency() {
    let mut world = World::new();
    let rotate = world.rotation("E0", "erna");
    cannot(&world, &["S0", "S1", "S2", "E2"], RowId::ROTATE_EMERGENCY, &rotate);
    world.enact("S0", &pause(Scope::Everything, 72 * HOUR));
    let row = world.cells.row(RowId::ROTATE_EMERGENCY).unwrap();
    let minima = Minima::new(vec![(Council::Sovereign, 2), (Council::Emergency, 1)]).unwrap();
    world.enact("S0", &Action::Policy(policy::Action::SetRow(Row { version: 1, minima, ..row })));
    for (who, name) in [("E0", "erna"), ("E1", "emil")] {
        let action = world.rotation(who, name);
        let proposal = world.open("S1", &action);
        world.approve(&["S0", "S1", "S2", if who == "E0" { "E2" } else { "erna" }], &proposal);
        world.wait(HOUR);
        world.execute("O0", &proposal);
        accepts(&mut world, &[name]);
    }
    world.enact("erna", &pause(Scope::Route(1), HOUR));
    world.folds();
}

// Stolen keys

/// Two stolen Emergency keys pause for four hours and set one seat of each other council aside for a week. The
/// Sovereign sets them aside, lifts what they did, and gives the seats other keys.
#[test]
fn drill_two_stolen_emergency_keys() {
    let mut world = World::new();
    let thieves = ["E0", "E1"];
    // Everything that they can bring about: pause, suspension, degraded mode.
    assert_eq!(granted(&world, &thieves), [5, 6, 7]);

    // They use all of it.
    world.paused(Scope::Everything, HOUR);
    for minutes in [59, 59, 59] {
        world.wait(minutes * MINUTE);
        world.paused(Scope::Everything, HOUR);
    }
    let most = world.cells.paused(Scope::Everything, world.now).unwrap().unwrap().until;
    assert!(most <= crate::world::START + 4 * HOUR);
    for who in ["S0", "P0", "T0", "C0", "M0", "I0", "Pr:1-0", "O0", "A0", "X0"] {
        let proposal = world.carry("E0", &suspend(who));
        world.execute("nobody", &proposal);
    }
    for who in ["S1", "P1", "T1", "C1", "M1", "I1", "Pr:1-1", "O1", "A1", "X1"] {
        world.refused_action("E0", &suspend(who), 603);
    }
    // Two Sovereign seats are left: they set the thieves aside, lift the pause and put the seats back.
    for action in [suspend("E0"), world.lift(Scope::Everything)] {
        let proposal = world.carry("S1", &action);
        world.execute("nobody", &proposal);
    }
    // One is enough, and all that there is: the thief who is left needs the honest seat.
    world.refused_action("S1", &suspend("E1"), 603);
    world.refused_action("E0", &pause(Scope::Route(1), MINUTE), 202);
    // The week's pauses are used up. One seat of each council is set aside: a second one cannot be, and the table has no
    // quorum until some are back.
    assert_eq!(granted_but(&world, &["E0", "E1"], &[5, 6, 7, 9, 25]), Vec::<u8>::new());
    for who in ["S0", "P0", "T0", "C0", "M0", "I0", "Pr:1-0"] {
        let proposal = world.open("S1", &crate::world::reinstate(who));
        world.approve(&["S1", "S2"], &proposal);
        world.execute("nobody", &proposal);
    }
    // The rotation of Emergency seats asks for two of them, and one is left: the table gives it another row first. That
    // is never blocked, not even while everything is paused.
    let row = world.cells.row(RowId::ROTATE_EMERGENCY).unwrap();
    let minima = Minima::new(vec![(Council::Sovereign, 2), (Council::Emergency, 1)]).unwrap();
    let proposal = world.carry("S1", &Action::Policy(policy::Action::SetRow(Row { version: 1, minima, ..row })));
    world.wait(2 * DAY);
    world.execute("O1", &proposal);
    for (who, name, fourth) in [("E0", "erna", "E2"), ("E1", "emil", "erna")] {
        let action = world.rotation(who, name);
        let proposal = world.open("S1", &action);
        world.approve(&["S0", "S1", "S2", fourth], &proposal);
        world.wait(HOUR);
        world.execute("nobody", &proposal);
        accepts(&mut world, &[name]);
        world.refused(who, Order::Council(council::Order::Heartbeat { nonce: 9_000 }), 201);
    }
    // Healed. The thieves have used the week's four hours, lifted or not: until they are forgotten the Sovereign pauses.
    world.refused_action("erna", &pause(Scope::Upgrades, HOUR), 501);
    let mut stopped = world.clone();
    let proposal = stopped.carry("S1", &pause(Scope::Upgrades, HOUR));
    stopped.execute("nobody", &proposal);
    world.reviewed_by("erna", Scope::Everything);
    world.wait(WEEK);
    world.enact("emil", &pause(Scope::Upgrades, HOUR));
    world.folds();
}

impl World {
    fn reviewed_by(&mut self, who: &str, scope: Scope) {
        self.applied(who, self.file_review(scope, INCIDENT));
        self.applied("A1", self.attest_review(scope, INCIDENT));
    }
}

/// Section 16: two stolen Sovereign keys deny service, and change neither members nor rows nor limits nor money.
#[test]
fn drill_two_stolen_sovereign_keys_what_they_can() {
    let mut world = World::new();
    let thieves = ["S0", "S1"];
    // Pause, suspension, the end of either and of a mode, the word in a dispute, manual override; of the others nothing,
    // whoever has looked.
    assert_eq!(granted(&world, &thieves), [8, 9, 10, 11, 23, 24]);
    // With Policy keys the table and the members of S, P and the auditors are open to them, after a day or two.
    let with_policy = granted(&world, &["S0", "S1", "P0", "P1"]);
    assert_eq!(with_policy, [1, 8, 9, 10, 11, 17, 23, 24, 25, 26, 27, 35]);
    // With one of the Treasury's, payers and limits of the bridge: section 16 speaks of a Policy key only.
    let with_treasury = granted(&world, &["S0", "S1", "M0"]);
    assert_eq!(with_treasury, [8, 9, 10, 11, 12, 13, 14, 15, 23, 24, 33]);
    // They stop what has a delay, whoever has decided it.
    let upgrade = world.carry("P0", &baseline(1));
    thieves.iter().for_each(|who| world.applied(who, veto(&upgrade)));
    let Event::Proposal(proposal::Event::Rejected { cause, .. }) = world.records.last().unwrap().event else {
        panic!()
    };
    assert_eq!(cause, Cause::Veto);
    // And what needs two of the Sovereign.
    let rotate = world.rotation("S2", "sofia");
    let proposal = world.open("S2", &rotate);
    world.approve(&["S2", "P0", "P1"], &proposal);
    thieves.iter().for_each(|who| world.applied(who, reject(&proposal)));
    world.refused("O0", execute(&proposal), 408);
    world.folds();
}

/// One of them is set aside by the Emergency council: they have no majority left, and deny nothing for seven days.
#[test]
fn drill_two_stolen_sovereign_keys_until_one_is_suspended() {
    let mut world = World::new();
    world.enact("E0", &suspend("S0"));
    world.refused("S0", Order::Council(council::Order::Heartbeat { nonce: 1 }), 202);
    world.refused_action("E0", &suspend("S1"), 603);
    assert_eq!(granted(&world, &["S1"]), Vec::<u8>::new());
    // A veto of one is none: releases and configurations take effect.
    let upgrade = world.carry("P0", &baseline(1));
    world.applied("S1", veto(&upgrade));
    world.wait(HOUR);
    world.execute("O0", &upgrade);
    // The recovery takes ten days, the suspension lasts seven. Thieves who do not speak up in time are replaced.
    let action = recovery(&mut world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("C0", &action);
    world.approve(&["C0", "C1", "C2", "M0", "I0", "I1", "P0"], &proposal);
    let mut asleep = world.clone();
    asleep.wait(10 * DAY);
    asleep.execute("O0", &proposal);
    accepts(&mut asleep, &["new-S0", "new-S1"]);
    asleep.refused("S0", Order::Council(council::Order::SuspendSelf), 201);
    asleep.enact("new-S0", &pause(Scope::Everything, HOUR));
    asleep.rotated("S2", "sofia");
    asleep.folds();
}

/// Those who are awake veto as soon as they can. One of them was set aside: that one is not heard on this recovery again.
#[test]
fn drill_two_stolen_sovereign_keys_that_are_awake() {
    let mut world = World::new();
    world.enact("E0", &suspend("S0"));
    let action = recovery(&mut world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("C0", &action);
    world.approve(&["C0", "C1", "C2", "M0", "I0", "I1", "P0"], &proposal);
    world.applied("S1", veto(&proposal));
    world.wait(WEEK);
    world.applied("S0", veto(&proposal));
    world.wait(3 * DAY);
    world.execute("O0", &proposal);
    // Nobody was set aside: two of three are the Sovereign's word.
    let mut world = World::new();
    let action = recovery(&mut world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("C0", &action);
    world.approve(&["C0", "C1", "C2", "M0", "I0", "I1", "P0"], &proposal);
    ["S0", "S1"].iter().for_each(|who| world.applied(who, veto(&proposal)));
    world.refused("O0", execute(&proposal), 408);
    // The quickest thieves set others aside first: a minority of each council, which ends nothing.
    let mut world = World::new();
    for (one, another) in [("E0", "E1"), ("P0", "P1"), ("C0", "C1"), ("M0", "M1"), ("I0", "I1")] {
        world.enact("S0", &suspend(one));
        world.refused_action("S1", &suspend(another), 603);
    }
    world.enact("E1", &suspend("S0"));
    // And nobody is silenced where they are to be replaced: whoever they have set aside votes.
    let action = recovery(&mut world, Council::Sovereign, &[0, 1]);
    let proposal = world.open("C0", &action);
    world.approve(&["C0", "P0", "M0", "I0", "C1", "I1", "P1"], &proposal);
    world.wait(10 * DAY);
    world.execute("nobody", &proposal);
    world.folds();
}

/// A Sovereign of five, of whom three are needed: two thieves have no power at all, and are rotated.
#[test]
fn drill_two_stolen_sovereign_keys_of_five() {
    let mut world = World::new();
    let names = [("sara", "senate"), ("sean", "court")];
    let added = names.iter().enumerate().map(|(at, (name, organisation))| {
        new_seat(name, organisation, world.now + (97 + 7 * u64::try_from(at).unwrap()) * DAY)
    });
    let rows = world_rows_for_five(&world);
    let grow = Reconstitute { council: Council::Sovereign, epoch: 0, size: 5, added: added.collect(), rows };
    world.enact("S0", &Action::Council(council::Action::Reconstitute(grow)));
    world.names.extend(names.map(|(name, _)| (key_named(name), name.to_owned())));
    accepts(&mut world, &["sara", "sean"]);
    assert_eq!(granted(&world, &["S0", "S1"]), Vec::<u8>::new());
    let upgrade = world.carry("P0", &baseline(1));
    ["S0", "S1"].iter().for_each(|who| world.applied(who, veto(&upgrade)));
    world.wait(HOUR);
    world.execute("O0", &upgrade);
    for (who, name) in [("S0", "simon"), ("S1", "susan")] {
        let action = world.rotation(who, name);
        let proposal = world.open("S2", &action);
        world.approve(&["S2", "sara", "sean", "P0", "P1"], &proposal);
        world.wait(2 * DAY);
        world.execute("O0", &proposal);
        accepts(&mut world, &[name]);
    }
    world.folds();
}

/// The rows with the Sovereign council when it has five seats: three of them wherever it was two.
fn world_rows_for_five(world: &World) -> Vec<Row> {
    let mut rows = Vec::new();
    for (id, _) in RowId::NAMED {
        let row = world.cells.row(*id).unwrap();
        if !row.minima.has(Council::Sovereign) {
            continue;
        }
        let recovers = id.recovers().is_some();
        let minima: Vec<(Council, u8)> = row
            .minima
            .iter()
            .map(|(council, k)| (council, if council == Council::Sovereign && !recovers { k.max(2) + 1 } else { k }))
            .collect();
        let sum: u8 = minima.iter().map(|(_, k)| k).sum();
        // As many as the programme's changes need, so that no rotation is an easier way to them.
        let m = match id {
            _ if recovers => 9,
            &RowId::ROTATE_SOVEREIGN => 5,
            _ => (row.m + 1).max(sum),
        };
        rows.push(Row { version: 1, m, minima: Minima::new(minima).unwrap(), ..row });
    }
    rows
}
