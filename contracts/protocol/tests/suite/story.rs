//! Three stories in which every order, every action and every kind of event occurs: the default deployment, a micronode,
//! and a contract that another one succeeds. The golden vectors are made of them.

use crate::{
    lists::{ACCOUNTS, asks, complete, listed, open_to_all, release_of, set_compliance},
    money,
    rules_phase::{name_companion, step},
    world::{
        DAY, HOUR, INCIDENT, MINUTE, REASON, REPORT, World, acknowledge, adopt, approve, call_panel, cancel, component,
        dispute, dispute_of, doubtful, economics, execute, extend, first, issuer, label, new_seat, panel_approve,
        pause, register, reinstate, reject, release, resolve, retract, seat, set_mode, set_route, suspend, tighter,
        triage, veto,
    },
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::{ContractAddress, IncidentId, ReferenceHash},
    command::Order,
    council::{Council, Phase, SeatId},
    daily::{DayLists, DayRate, Following},
    dispute::{Resolution, Subject},
    language::{
        bridge,
        council::{self, Reconstitute},
        emergency, operation, phase, policy, program, proposal, registry,
    },
    line::{LineTerms, SetLine},
    parameter::Parameter,
    phase::Way,
    program::{ChangeProgram, Privacy, RulesChange, Terms},
    proposal_id::{Choice, Choices, Decision},
    registry::{ComponentKind, Entry, Risk, Setting},
    route::{Compliance, Economics},
    row::{Row, RowId},
    scope::{Mode, Scope, Severity, Watched},
    settlement::Verdict,
    state::State,
};

/// The default deployment, a month long.
pub(crate) fn told() -> World {
    let mut world = World::new();
    pauses(&mut world);
    routes(&mut world);
    conversions(&mut world);
    releases(&mut world);
    registry(&mut world);
    suspensions(&mut world);
    seats(&mut world);
    table(&mut world);
    together(&mut world);
    operating(&mut world);
    tie(&mut world);
    recovery(&mut world);
    payments(&mut world);
    doubts(&mut world);
    other_door(&mut world);
    phases(&mut world);
    world.folds();
    world
}

/// A pause, a stranger who executes it, a and the review; and a pause that nobody wants.
fn pauses(world: &mut World) {
    let scope = Scope::Route(1);
    let proposal = world.open("E0", &pause(scope, HOUR));
    world.approve(&["E0"], &proposal);
    world.refused("E0", approve(&proposal), 402);
    world.approve(&["E1"], &proposal);
    let order = execute(&proposal);
    let bytes = world.envelope("stranger", order.clone());
    world.submit(&bytes);
    let mut altered = bytes;
    *altered.last_mut().unwrap() ^= 1;
    world.ignored_bytes(&altered, 104);
    let set_by = world.cells.paused(scope, world.now).unwrap().unwrap().set_by;
    let other = Action::Emergency(emergency::Action::Lift { scope, set_by, incident: IncidentId([6; 16]) });
    world.refused_action("S0", &other, 411);
    world.enact("S0", &world.lift(scope));
    let consent = emergency::Action::Consent { scope, set_by, incident: INCIDENT, evidence: REASON };
    world.enact("S1", &Action::Emergency(consent));
    world.applied("E0", world.file_review(scope, INCIDENT));
    let (incident, of) = (INCIDENT, seat("E0"));
    let other = emergency::Order::AttestReview { scope, set_by, incident, of, version: 1, report: REASON };
    world.refused("A0", Order::Emergency(other), 411);
    let next =
        emergency::Order::FileReview { scope, set_by, incident, version: 2, severity: Severity::Sev2, report: REPORT };
    world.applied("E0", Order::Emergency(next));
    world.applied("A0", world.attest_review(scope, INCIDENT));
    let unwanted = world.open("E1", &pause(Scope::Everything, 30 * MINUTE));
    world.applied("E0", reject(&unwanted));
    world.applied("E2", reject(&unwanted));
    // Left to expire: the slot says so when it is given away.
    world.open("E2", &pause(Scope::Account([0xAC; 32]), 60));
    let old = world.submitted.last().unwrap().bytes.clone();
    world.wait(HOUR);
    world.ignored_bytes(&old, 106);
    world.open("E2", &pause(Scope::Program(7), 60));
}

/// A route after a look, tightened; a twin that is taken back; a loosening that is vetoed.
fn routes(world: &mut World) {
    let route = world.loosening(economics());
    world.wait(HOUR);
    world.execute("O0", &route);
    let twin = world.open("S0", &tighter());
    world.applied("S0", cancel(&twin));
    world.enact("S0", &tighter());
    let looser = world.loosening(Economics { tx_max: 20_000, ..economics() });
    world.wait(MINUTE);
    world.applied("S2", veto(&looser));
    world.applied("S1", veto(&looser));
    let stale = set_route(1, Some(first()), economics());
    world.refused_action("M0", &stale, 411);
}

/// Whom the route serves; a conversion of each kind, and what becomes of it.
fn conversions(world: &mut World) {
    world.serve(1, open_to_all());
    let account = ACCOUNTS[0];
    // On record: nobody has registered what is converted.
    let order = world.authorize(1, account, 6_000);
    world.applied("O0", order);
    world.settle_in(economics().source);
    world.settle_in(economics().destination);
    let order = world.authorize(1, account, 6_000);
    world.refused("O0", order.clone(), 713);
    let word = world.promise("M0", world.transfer(1, account, 6_000));
    world.applied("M0", word);
    let withdraw = Order::Bridge(bridge::Order::Withdraw { route: 1, nonce: world.nonce("M0") });
    world.applied("M0", withdraw);
    let word = world.promise("M1", world.transfer(1, account, 6_000));
    world.applied("M1", word);
    world.applied("O0", order.clone());
    world.refused("O0", order, 108);
    world.applied("O1", complete(1, 2));
    let present = world.cells.served(1).unwrap();
    world.enact("S0", &set_compliance(1, present, listed()));
    let order = world.authorize(1, ACCOUNTS[2], 100);
    world.applied("O0", order);
    world.applied("O0", release_of(1, 3));
    world.refused("O0", release_of(1, 3), 108);
    daily(world);
}

/// Rates and lists of the day, and a lot.
fn daily(world: &mut World) {
    let present = world.cells.route(1).unwrap().unwrap().economics;
    world.economise(1, Economics { lot_max: 4_000, rate_band_bps: 200, ..present });
    let served = world.cells.served(1).unwrap().unwrap().compliance;
    world.serve(1, Compliance { daily: true, ..served });
    let rate = DayRate { num: present.rate_num - 10, den: present.rate_den, until: world.now + DAY };
    let lists = Following { previous: 0, lists: DayLists { allow: served.allow, deny: served.deny } };
    for (who, other) in [("M0", "I0"), ("M1", "I1")] {
        let order = Order::Bridge(bridge::Order::StateRate { route: 1, rate, nonce: world.nonce(who) });
        world.applied(who, order);
        let order = Order::Bridge(bridge::Order::StateLists { route: 1, lists, nonce: world.nonce(other) });
        world.applied(other, order);
    }
    let lot = asks(world.numbered(world.lot(1, 30, 3_000)));
    world.applied("O1", lot);
    let withdraw = Order::Bridge(bridge::Order::WithdrawRate { route: 1, nonce: world.nonce("M1") });
    world.applied("M1", withdraw);
}

fn releases(world: &mut World) {
    world.enact("P0", &register(component("indexer", ComponentKind::Service, Risk::Routine)));
    world.enact("P0", &register(component("governance", ComponentKind::Contract, Risk::High)));
    world.enact("T0", &Action::Registry(registry::Action::Release(release("indexer", "1-0", None, world.now))));
    world.enact("T1", &Action::Registry(registry::Action::Release(release("indexer", "1-1", Some("1-0"), world.now))));
    let roll_back = |world: &World| {
        let (component, nonce) = (label("indexer"), world.nonce("O1"));
        Order::Registry(registry::Order::RollBack { component, from: label("1-1"), to: label("1-0"), nonce })
    };
    world.applied("O1", roll_back(world));
    world.refused("O1", roll_back(world), 624);
    world.enact(
        "T2",
        &Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous: None, value: 100 }),
    );
    world.wait(HOUR);
    let nonce = world.nonce("O0");
    world.applied(
        "O0",
        Order::Operation(operation::Order::Tune { name: Parameter::Inflight, previous: 100, value: 120, nonce }),
    );
    world.refused(
        "O0",
        Order::Operation(operation::Order::Tune {
            name: Parameter::Inflight,
            previous: 120,
            value: 121,
            nonce: nonce + 1,
        }),
        901,
    );
}

fn registry(world: &mut World) {
    let births = issuer("births", "civil-registry");
    world.enact("I0", &register(births));
    world.enact("I1", &Action::Registry(registry::Action::Revoke { entry: births.key(), reason: REASON }));
    world.refused_action("I1", &register(issuer("roads", "infra-operator")), 208);
    let root = Entry::Custody { setting: Setting::RootKey, tenant: None, value: ReferenceHash([0xC7; 32]) };
    world.enact("C0", &register(root));
    world.escalate("A1", Watched::Money);
    world.enact("M0", &register(Entry::Payer { account: [0xAA; 32], program: 1 }));
    world.enact("P1", &adopt("charter"));
}

fn suspensions(world: &mut World) {
    world.enact("E0", &suspend("S2"));
    world.enact("S0", &reinstate("S2"));
    world.enact("S1", &suspend("I2"));
    world.applied("C2", Order::Council(council::Order::SuspendSelf));
    world.refused("C2", Order::Council(council::Order::SuspendSelf), 602);
    world.enact("E1", &set_mode(Mode::Limited, HOUR));
    world.enact("S0", &world.leave_mode());
}

/// A key names its successor, of the other algorithm, which accepts and speaks.
fn seats(world: &mut World) {
    let name = "p256-anna";
    let rotation = world.rotation("T1", name);
    let Action::Council(council::Action::Rotate { new, .. }) = rotation else { panic!() };
    let nonce = world.nonce("T1");
    world.applied("T1", Order::Council(council::Order::NameSuccessor { successor: new.key, nonce }));
    world.enact("S0", &rotation);
    world.refused("p256-anna", Order::Council(council::Order::AcceptSeat { seat: seat("T1"), previous: None }), 411);
    let accept = world.acceptance(name);
    world.applied(name, accept);
    world.wait(1);
    let third = Action::Registry(registry::Action::Release(release("indexer", "1-2", Some("1-0"), world.now)));
    let proposal = world.open(name, &third);
    world.approve(&["T0", name], &proposal);
    world.wait(HOUR);
    world.execute("O0", &proposal);
}

/// A row, and a third operator.
fn table(world: &mut World) {
    let row: Row = world.cells.row(RowId::DOCUMENT_ONLY).unwrap();
    world.enact(
        "S0",
        &Action::Policy(policy::Action::SetRow(Row { version: 1, approve_by: 2 * 86_400, ..row.clone() })),
    );
    world.refused_action("S0", &Action::Policy(policy::Action::SetRow(Row { version: 2, m: 2, ..row })), 344);
    let id = SeatId { council: Council::Operator, index: 2 };
    let added = vec![world.newcomer(id, "third-operator", "infra-operator-2")];
    let change = Reconstitute { council: Council::Operator, epoch: 0, size: 3, added, rows: Vec::new() };
    world.enact("P0", &Action::Council(council::Action::Reconstitute(change)));
    let accept = world.acceptance("third-operator");
    world.applied("third-operator", accept);
    world.wait(1);
}

/// One signature for two, of which one has ended by then.
fn together(world: &mut World) {
    let route = |number| set_route(number, None, economics());
    let opened = [7, 8].map(|number| {
        world.escalate("O0", Watched::Route(number));
        world.open("S0", &route(number))
    });
    let choice = |of: &crate::world::Opened, decision| Choice { id: of.id, digest: of.digest, decision };
    let [first, second] = &opened;
    world.applied("S0", cancel(first));
    let choices = vec![choice(first, Decision::Reject), choice(second, Decision::Approve)];
    let order = Order::Proposal(proposal::Order::DecideTogether(Choices::new(choices).unwrap()));
    world.applied("S1", order.clone());
    world.refused("E0", order, 204);
}

fn operating(world: &mut World) {
    let nonce = world.nonce("E0");
    world.applied("E0", Order::Council(council::Order::Heartbeat { nonce }));
    world.refused("E0", Order::Council(council::Order::Heartbeat { nonce }), 108);
    let nonce = world.nonce("third-operator");
    world.applied(
        "third-operator",
        Order::Operation(operation::Order::FileDrill { kind: label("lost-key"), report: REPORT, nonce }),
    );
}

/// One approval is missing, and the panel gives it.
fn tie(world: &mut World) {
    let subject = doubtful(0xD1);
    world.applied("A0", dispute(subject));
    let proposal = world.open("S0", &resolve(&world.cells, dispute_of("A0", subject), Resolution::Dismissed));
    world.approve(&["S0"], &proposal);
    world.wait(DAY);
    world.applied("A1", call_panel(&proposal));
    world.wait(2 * DAY);
    world.refused("X1", panel_approve(&proposal), 418);
    world.applied("X0", panel_approve(&proposal));
    world.execute("O0", &proposal);
}

/// The Policy council has lost a key and its quorum.
fn recovery(world: &mut World) {
    // Somebody has given the new key another seat, which it never took.
    let elsewhere = world.rotation("I2", "p256-policy");
    world.enact("S0", &elsewhere);
    let new = new_seat("p256-policy", "data-protection", world.now + 100 * DAY);
    world.names.insert(new.key, "p256-policy".into());
    world.enact(
        "S0",
        &Action::Council(council::Action::Recover { council: Council::Policy, epoch: 0, seats: vec![(1, new)] }),
    );
    let accept = world.acceptance("p256-policy");
    world.applied("p256-policy", accept);
    world.wait(1);
}

/// A programme of the genesis and one that brings its council; a batch with an exception, and what corrects it.
fn payments(world: &mut World) {
    money::fund(world);
    money::second(world);
    let present = money::program(world, 1);
    let line = money::line(1);
    let line = SetLine { previous: 1, terms: LineTerms { small_one: 50, ..line.terms }, ..line };
    world.enact(
        "Pr:1-0",
        &Action::Program(program::Action::Change(ChangeProgram {
            program: 1,
            terms: Some((1, Terms { privacy: Privacy::Confidential, ..present.terms })),
            rules: vec![RulesChange::End { version: 1, previous: None, until: world.now + 30 * DAY }, money::rules(2)],
            lines: vec![line],
        })),
    );
    let small = money::batch(world, "small", 2, 40);
    world.enact("Pr:1-0", &small);
    world.refused_action("O0", &small, 809);
    world.enact("O0", &money::batch(world, "large", 6, 600));
    money::state(world, "large", "O0", (2, 100, 100, 100));
    money::state(world, "large", "M0", (5, 400, 100, 400));
    money::vote(world, "large", ("A0", "O0"), Verdict::Contradicted);
    world.refused_action("S0", &money::overrule(world, "large", ("A1", "O0")), 843);
    world.enact("S0", &money::overrule(world, "large", ("A0", "O0")));
    money::state(world, "large", "O0", (5, 400, 100, 400));
    money::vote(world, "large", ("A0", "O0"), Verdict::Confirmed);
    world.refused("A0", money::finalise(world, "large", "O0"), 842);
    world.wait(DAY);
    world.applied("O1", money::finalise(world, "large", "O0"));
    world.refused("O1", money::finalise(world, "large", "O0"), 838);
    let parent = Some(money::manifest(world, "large"));
    let again = Header { parent, ..money::header(world, "again", 1, 100) };
    world.enact("O0", &Action::Program(program::Action::ExecuteBatch(again)));
    world.enact("Pr:1-0", &money::stop(again));
    let (manifest, index, until, reason) = (money::manifest(world, "large"), 2, world.now + DAY, REASON);
    let nonce = world.nonce("Pr:1-0");
    world.applied("Pr:1-0", Order::Program(program::Order::HoldEntry { manifest, index, until, reason, nonce }));
    let nonce = world.nonce("Pr:1-0");
    world.applied("Pr:1-0", Order::Program(program::Order::FreeEntry { manifest, index, nonce }));
}

/// One that is late, given more time and answered; one that is taken back.
fn doubts(world: &mut World) {
    let subject = Subject::Batch(money::manifest(world, "small"));
    let doubt = dispute_of("A0", subject);
    world.applied("A0", dispute(subject));
    world.wait(HOUR);
    world.applied("O0", acknowledge(doubt));
    world.applied("A1", triage(doubt));
    let previous = world.cells.dispute(doubt).unwrap().unwrap().decide_by();
    world.enact("S0", &extend(doubt, previous, previous + DAY));
    world.enact("S0", &resolve(&world.cells, doubt, Resolution::Upheld));
    let route = set_route(9, None, economics());
    world.escalate("O0", Watched::Route(9));
    let proposal = world.open("S0", &route);
    let subject = Subject::Proposal(proposal.id, proposal.digest);
    world.applied("A1", dispute(subject));
    world.applied("A1", retract(subject));
}

/// From the members' own accounts: where the row allows it, and never to take a seat.
fn other_door(world: &mut World) {
    let open = world.opening("E0", &pause(Scope::Upgrades, 30 * MINUTE));
    world.act("E0", Order::Proposal(proposal::Order::Open(Box::new(open))));
    let open = world.opening("S0", &Action::Policy(policy::Action::SetRow(world.cells.row(RowId::CUSTODY).unwrap())));
    world.act("S0", Order::Proposal(proposal::Order::Open(Box::new(open))));
    let nonce = world.nonce("E1");
    world.act("E1", Order::Council(council::Order::Heartbeat { nonce }));
    world.act("S0", Order::Council(council::Order::AcceptSeat { seat: seat("S0"), previous: None }));
    world.act("p256-policy", Order::Council(council::Order::SuspendSelf));
}

/// The auditors' phase goes up by two steps, and back by one that was allowed.
fn phases(world: &mut World) {
    let (council, seats) = (Council::Auditor, ["A0", "A1"]);
    world.applied("A0", name_companion("A0"));
    world.enact("C0", &Action::Phase(phase::Action::SetPhase(step(world, council, Phase::Classical, Phase::Optional))));
    world.refused_action(
        "C0",
        &Action::Phase(phase::Action::SetPhase(step(world, council, Phase::Optional, Phase::Hybrid))),
        914,
    );
    world.applied("A1", name_companion("A1"));
    world.refused("A1", name_companion("A0"), 915);
    world.enact("C0", &Action::Phase(phase::Action::SetPhase(step(world, council, Phase::Optional, Phase::Hybrid))));
    for who in seats {
        world.escalate(who, Watched::Money);
    }
    let nonce = world.nonce("A0");
    world.act("A0", Order::Operation(operation::Order::Escalate { watched: Watched::Money, reference: REASON, nonce }));
    let roll_back = |world: &World| {
        let nonce = world.nonce("O0");
        Order::Phase(phase::Order::RollBack { council, from: Phase::Hybrid, to: Phase::Optional, nonce })
    };
    world.applied("O0", roll_back(world));
    world.refused("O0", roll_back(world), 913);
    // Up again, and this time nobody goes back alone.
    let up = step(world, council, Phase::Optional, Phase::Hybrid);
    world.enact("C0", &Action::Phase(phase::Action::SetPhase(up)));
    let way = Way::Phase { council, back: up.way_back.unwrap() };
    world.enact("E0", &Action::Phase(phase::Action::RevokeWayBack(way)));
    world.refused("O0", roll_back(world), 913);
}

/// Another contract goes on.
pub(crate) fn told_of_a_succession() -> World {
    let mut world = World::smallest();
    world.succeeded(ContractAddress([0xD0; 20]), 7);
    let nonce = world.nonce("E0");
    world.applied("E0", Order::Council(council::Order::Heartbeat { nonce }));
    world
}

/// Two people: one of them pauses, one recovers the other, both renew.
pub(crate) fn told_of_a_micronode() -> World {
    let mut world = World::micronode();
    world.enact("S1", &pause(Scope::Everything, 20 * MINUTE));
    let new = world.newcomer(seat("S1"), "p256-officer", "security-officer");
    world.enact(
        "S0",
        &Action::Council(council::Action::Recover { council: Council::Sovereign, epoch: 0, seats: vec![(1, new)] }),
    );
    let accept = world.acceptance("p256-officer");
    world.applied("p256-officer", accept);
    world.wait(1);
    world.enact("S0", &Action::Policy(policy::Action::RenewProfile { until: world.now + 80 * DAY }));
    world.folds();
    world
}
