//! Every row that has an action × council × seat × state of the proposal × order, against a table written by hand.

use crate::{
    audience::LISTENS,
    money::{authority, batch, fund, header, program, rules, stop},
    world::{
        COUNCILS, HOUR, Opened, REASON, World, acknowledge, adopt, approve, cancel, code_of, component, dispute,
        dispute_of, doubtful, economics, execute, first, issuer, key_named, pause, register, reject, release, resolve,
        retire, seat, set_mode, set_route, suspend, tighter, triage, veto,
    },
};
use greatseal_protocol::{
    action::Action,
    bytes::ContractAddress,
    command::Order,
    council::{Council, SeatId, Suspender, Suspension},
    decide::{Via, decide},
    digest,
    dispute::Resolution,
    event::Event,
    language::{self, council, operation, policy, proposal, registry},
    parameter::Parameter,
    program::ChangeProgram,
    proposal::Stage,
    registry::{ComponentKind, Entry, Risk, Setting},
    route::Economics,
    row::{Executors, Row, RowId},
    scope::{Mode, Scope, Watched},
    state::State as _,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Open,
    Waiting,
    Executable,
    Executed,
    Cancelled,
    Rejected,
    Unapproved,
    Unexecuted,
    Stale,
}

const STATES: [State; 9] = [
    State::Open,
    State::Waiting,
    State::Executable,
    State::Executed,
    State::Cancelled,
    State::Rejected,
    State::Unapproved,
    State::Unexecuted,
    State::Stale,
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Holder {
    Active,
    Pending,
    Suspended,
    Overdue,
    /// Took the seat after the proposal was opened.
    Newcomer,
}

const HOLDERS: [Holder; 5] = [Holder::Active, Holder::Pending, Holder::Suspended, Holder::Overdue, Holder::Newcomer];

/// A deployment in which every row has something to do.
fn beginning() -> World {
    let mut world = World::with_route();
    world.enact("P0", &register(component("indexer", ComponentKind::Service, Risk::Routine)));
    world.escalate("A0", Watched::Money);
    world.enact("M0", &register(PAYER));
    world.enact("I0", &register(issuer("births", "civil-registry")));
    fund(&mut world);
    world.escalate("A0", Watched::Money);
    world.escalate("A0", Watched::Route(1));
    world.applied("A1", dispute(doubtful(1)));
    world.applied("O0", acknowledge(dispute_of("A1", doubtful(1))));
    world.applied("A0", triage(dispute_of("A1", doubtful(1))));
    world
}

const PAYER: Entry = Entry::Payer { account: [0xAA; 32], program: 1 };

/// A contract that goes on.
const SUCCESSOR: ContractAddress = ContractAddress([0xD0; 20]);

/// Every row that has an action.
fn rows() -> impl Iterator<Item = RowId> {
    RowId::NAMED.iter().map(|(id, _)| *id)
}

/// Author and action of a row.
fn plan(world: &mut World, id: RowId) -> (&'static str, Action) {
    let rotated = [
        (RowId::ROTATE_SOVEREIGN, "S1"),
        (RowId::ROTATE_POLICY, "P1"),
        (RowId::ROTATE_TECHNICAL, "T1"),
        (RowId::ROTATE_EMERGENCY, "E1"),
        (RowId::ROTATE_CUSTODY, "C1"),
        (RowId::ROTATE_IDENTITY, "I1"),
        (RowId::ROTATE_PROGRAM, "Pr:1-1"),
        (RowId::ROTATE_TREASURY, "M1"),
        (RowId::ROTATE_OPERATOR, "O1"),
        (RowId::ROTATE_AUDITOR, "A1"),
    ];
    if let Some((_, who)) = rotated.iter().find(|(row, _)| *row == id) {
        return ("S0", world.rotation(who, "successor"));
    }
    let recover = |world: &mut World, council: Council| {
        let new = world.newcomer(SeatId { council, index: 1 }, "successor", "somebody");
        ("C0", Action::Council(council::Action::Recover { council, epoch: 0, seats: vec![(1, new)] }))
    };
    match id {
        RowId::DOCUMENT_ONLY => ("P0", adopt("charter")),
        RowId::ROUTINE_UPGRADE => {
            ("T0", Action::Registry(registry::Action::Release(release("indexer", "1", None, world.now))))
        }
        RowId::HIGH_RISK_UPGRADE => ("T0", register(component("node", ComponentKind::Node, Risk::High))),
        RowId::CONFIG_OUTSIDE_BAND => (
            "P0",
            Action::Operation(operation::Action::SetBaseline { name: Parameter::Inflight, previous: None, value: 100 }),
        ),
        RowId::EMERGENCY_PAUSE => ("E0", pause(Scope::Route(2), HOUR)),
        RowId::SEAT_SUSPENSION => ("E0", suspend("T1")),
        RowId::DEGRADED_MODE => ("E0", set_mode(Mode::Limited, HOUR)),
        RowId::SOVEREIGN_PAUSE => ("S0", pause(Scope::Route(2), HOUR)),
        RowId::SOVEREIGN_SUSPENSION => ("S0", suspend("T1")),
        RowId::LIFT_EARLY => ("S0", world.lift(Scope::Program(7))),
        RowId::DEGRADED_MODE_OFF => ("S0", world.leave_mode()),
        RowId::BRIDGE_LOOSEN => ("M0", set_route(1, Some(first()), Economics { tx_max: 20_000, ..economics() })),
        RowId::REGISTRY_MONEY => ("M0", register(Entry::Payer { account: [0xBB; 32], program: 1 })),
        RowId::BRIDGE_TIGHTEN => ("S0", tighter()),
        RowId::REGISTRY_REVOKE_MONEY => {
            ("M0", Action::Registry(registry::Action::Revoke { entry: PAYER.key(), reason: REASON }))
        }
        RowId::CUSTODY => ("C0", register(Entry::Custody { setting: Setting::RootKey, tenant: None, value: REASON })),
        RowId::REGISTRY_IDENTITY => ("I0", register(issuer("deaths", "civil-registry"))),
        RowId::REGISTRY_REVOKE_IDENTITY => (
            "I0",
            Action::Registry(registry::Action::Revoke {
                entry: issuer("births", "civil-registry").key(),
                reason: REASON,
            }),
        ),
        RowId::DISPUTE_OVERRIDE => ("S0", resolve(&world.cells, dispute_of("A1", doubtful(1)), Resolution::Upheld)),
        RowId::MANUAL_OVERRIDE => ("S0", set_mode(Mode::ReadOnly, HOUR)),
        RowId::POLICY_TABLE => {
            let row: Row = world.cells.row(RowId::CUSTODY).unwrap();
            ("P0", Action::Policy(policy::Action::SetRow(Row { version: 1, direct: true, ..row })))
        }
        RowId::PROGRAM_CREATE => ("P0", authority(world, 2)),
        RowId::PROGRAM_CHANGE => {
            let newest = program(world, 1).rules;
            (
                "S0",
                Action::Program(language::program::Action::Change(ChangeProgram {
                    program: 1,
                    terms: None,
                    rules: vec![rules(newest + 1)],
                    lines: Vec::new(),
                })),
            )
        }
        RowId::BATCH_LARGE => ("Pr:1-0", batch(world, "large", 5, 500)),
        RowId::BATCH_STOP => ("Pr:1-0", stop(header(world, "stopped", 5, 50))),
        RowId::BATCH_SMALL => ("Pr:1-0", batch(world, "small", 5, 50)),
        RowId::RECOVER_SOVEREIGN => recover(world, Council::Sovereign),
        RowId::RECOVER_POLICY => recover(world, Council::Policy),
        RowId::RETIRE => ("P0", retire(SUCCESSOR)),
        other => panic!("{other}"),
    }
}

/// Rows under which operators open what they carry out.
const OPERATORS: [RowId; 5] = [
    RowId::ROUTINE_UPGRADE,
    RowId::HIGH_RISK_UPGRADE,
    RowId::CONFIG_OUTSIDE_BAND,
    RowId::BATCH_LARGE,
    RowId::BATCH_SMALL,
];

/// What must hold before anything of this row can be opened.
fn prepare(world: &mut World, id: RowId) {
    match id {
        RowId::LIFT_EARLY => world.paused(Scope::Program(7), HOUR),
        RowId::DEGRADED_MODE_OFF => drop(world.enact("E0", &set_mode(Mode::Limited, HOUR))),
        RowId::RETIRE => world.unheard("on a chain no contract awaits the state"),
        _ => {}
    }
}

struct Case {
    world: World,
    proposal: Opened,
    author: SeatId,
    row: Row,
    approving: Vec<SeatId>,
    rejecting: Vec<SeatId>,
}

/// The proposal in that state; nothing where the row has no delay to wait for.
fn brought_to(world: &World, state: State, id: RowId) -> Option<Case> {
    let mut world = world.clone();
    let (author, action) = plan(&mut world, id);
    let proposal = world.open(author, &action);
    let row: Row = world.cells.row(id).unwrap();
    world.wait(2);
    let (mut approving, mut rejecting) = (Vec::new(), Vec::new());
    match state {
        State::Open => {}
        State::Cancelled => world.applied(author, cancel(&proposal)),
        State::Rejected => {
            let tallies = world.cells.proposal(proposal.id).unwrap().tallies;
            let seats = tallies.iter().flat_map(|tally| (0..3).map(|index| SeatId { council: tally.council, index }));
            for who in seats.filter(|who| world.cells.seat(*who).is_ok()).collect::<Vec<_>>() {
                if world.cells.proposal(proposal.id).unwrap().stage != Stage::Rejected {
                    world.applied(who, reject(&proposal));
                    rejecting.push(who);
                }
            }
            assert!(!rejecting.is_empty());
        }
        State::Unapproved => world.wait(u64::from(row.approve_by)),
        State::Stale => world.poke_row(id, |row| row.version += 1),
        State::Waiting | State::Executable | State::Executed | State::Unexecuted => {
            for name in world.approvers(&proposal) {
                world.applied(&name, approve(&proposal));
                approving.push(seat(&name));
            }
            match state {
                State::Waiting if row.delay == 0 => return None,
                State::Waiting => {}
                State::Unexecuted => world.wait(u64::from(row.delay) + u64::from(row.window)),
                _ => world.wait(row.delay.into()),
            }
            if state == State::Executed {
                world.execute("O0", &proposal);
            }
        }
    }
    Some(Case { world, proposal, author: seat(author), row, approving, rejecting })
}

/// Whose overdue seats may have a part in the row's proposals.
fn soft(id: RowId, council: Council) -> bool {
    id.rotated().is_some()
        || id.recovers().is_some()
        || [RowId::EMERGENCY_PAUSE, RowId::SEAT_SUSPENSION].contains(&id) && council == Council::Emergency
        || [RowId::SOVEREIGN_PAUSE, RowId::SOVEREIGN_SUSPENSION].contains(&id) && council == Council::Emergency
}

/// What the specification says, written as a table. A seat with index 0 of a council gives the order.
fn expected(case: &Case, council: Council, holder: Holder, state: State, order: &str) -> Option<u16> {
    let id = case.row.id;
    match holder {
        Holder::Pending => return Some(201),
        // An overdue key, or one that is set aside, may still execute what anyone may.
        Holder::Suspended if order == "execute" => {}
        // Where a council is recovered, nobody is silenced.
        Holder::Suspended if id.recovers().is_some() && ["approve", "reject"].contains(&order) => {}
        Holder::Suspended => return Some(202),
        Holder::Overdue if soft(id, council) || order == "execute" => {}
        Holder::Overdue => return Some(203),
        Holder::Active | Holder::Newcomer => {}
    }
    let silenced = holder == Holder::Suspended && id.recovers().is_none();
    let newcomer = holder == Holder::Newcomer;
    let who = SeatId { council, index: 0 };
    let finished = match state {
        State::Open | State::Waiting | State::Executable => None,
        State::Executed => Some(409),
        State::Cancelled | State::Rejected => Some(408),
        State::Unapproved => Some(403),
        State::Unexecuted => Some(406),
        State::Stale => Some(407),
    };
    let stood = matches!(state, State::Waiting | State::Executable);
    let approved = stood && case.approving.contains(&who);
    let late = case.world.now >= case.world.cells.proposal(case.proposal.id).unwrap().approve_by;
    let stopper = id.recovers().unwrap_or(Council::Sovereign);
    let executor =
        council == Council::Operator || case.row.executors == Executors::Members && case.row.minima.has(council);
    let executor = executor && ![Holder::Overdue, Holder::Suspended].contains(&holder);
    match order {
        "execute" => finished.or(match state {
            State::Open => Some(404),
            State::Waiting => Some(405),
            _ if case.row.executors != Executors::Anyone && !executor => Some(207),
            // The approval was needed, and counts no more.
            _ if (newcomer || silenced) && approved => Some(404),
            _ => None,
        }),
        "cancel" if who != case.author => Some(206),
        "cancel" => finished.or(stood.then_some(415)),
        "veto" if council != stopper => Some(204),
        "veto" if newcomer && id != RowId::RETIRE => Some(205),
        "veto" => finished.or(match state {
            State::Waiting => None,
            State::Open | State::Executable if id == RowId::RETIRE => None,
            State::Open if id.recovers().is_some() => None,
            _ => Some(416),
        }),
        _ if !case.row.minima.has(council) => Some(204),
        // A quorum that stands takes no late approvals.
        "approve" if stood && late => Some(403),
        _ if newcomer => finished.or(Some(205)),
        "approve" if id == RowId::BATCH_SMALL && who == case.author => finished.or(Some(811)),
        "approve" => finished.or_else(|| approved.then_some(402)),
        _ => finished.or_else(|| case.rejecting.contains(&who).then_some(402)),
    }
}

fn hold(world: &mut World, who: SeatId, holder: Holder) {
    let now = world.now;
    world.poke(&who.to_string(), |seat| match holder {
        Holder::Active => {}
        Holder::Pending => seat.accepted = None,
        Holder::Suspended => {
            seat.suspension = Some(Suspension { from: now, until: u64::MAX, by: Suspender::Emergency });
        }
        Holder::Overdue => seat.valid_until = now,
        Holder::Newcomer => (seat.since, seat.accepted) = (1, Some(now - 1)),
    });
}

/// What the rules say; and, where somebody listens who is to hear it, what becomes of an envelope.
fn answer(world: &World, who: SeatId, order: Order, heard: bool) -> Option<u16> {
    let command = world.command(who, order.clone());
    let answer = decide(&world.cells, &key_named(&who.to_string()), &command, Via::Envelope, world.now);
    let code = answer.err().map(|refusal| refusal.code());
    // A contract that is retired asks no rule.
    let retired = world.cells.head().unwrap().successor.is_some();
    if LISTENS && heard && !retired {
        assert_eq!(code_of(&world.clone().order(who, order)).0, code);
    }
    code
}

/// Listeners need their time: they hear one case of so many, in each row and state other ones.
const EVERY: usize = 8;

#[test]
fn rule_12_every_row_council_holder_state_and_order() {
    let beginning = beginning();
    let mut tried = 0;
    for id in rows() {
        let mut prepared = beginning.clone();
        prepare(&mut prepared, id);
        for state in STATES {
            let Some(mut case) = brought_to(&prepared, state, id) else { continue };
            let world = case.world.clone();
            for (council, _) in COUNCILS {
                for holder in HOLDERS {
                    let who = SeatId { council: *council, index: 0 };
                    case.world = world.clone();
                    hold(&mut case.world, who, holder);
                    let orders: [(&str, Order); 5] = [
                        ("approve", approve(&case.proposal)),
                        ("reject", reject(&case.proposal)),
                        ("cancel", cancel(&case.proposal)),
                        ("veto", veto(&case.proposal)),
                        ("execute", execute(&case.proposal)),
                    ];
                    for (name, order) in orders {
                        let wants = expected(&case, *council, holder, state, name);
                        let answer = answer(&case.world, who, order, tried % EVERY == 0);
                        assert_eq!(answer, wants, "{id} {council} {holder:?} {state:?} {name}");
                        tried += 1;
                    }
                }
            }
        }
    }
    // 39 rows in nine states, but for the 16 that have nothing to wait for.
    assert_eq!(tried, (39 * 9 - 16) * 11 * 5 * 5);
}

/// Who may open what: councils of the row, operators where they execute, and nobody else.
#[test]
fn rule_12_every_row_holder_and_author() {
    let beginning = beginning();
    for id in rows() {
        let mut world = beginning.clone();
        prepare(&mut world, id);
        let (author, action) = plan(&mut world, id);
        let open = world.opening(author, &action);
        let row: Row = world.cells.row(id).unwrap();
        assert_eq!(open.row, id);
        for (council, _) in COUNCILS {
            let who = SeatId { council: *council, index: 0 };
            let mut open = open.clone();
            open.nonce = world.nonce(who);
            for holder in HOLDERS {
                let mut world = world.clone();
                hold(&mut world, who, holder);
                let operates = *council == Council::Operator && OPERATORS.contains(&id);
                let wants = match holder {
                    Holder::Pending => Some(201),
                    Holder::Suspended if id.recovers().is_none() => Some(202),
                    Holder::Overdue if !soft(id, *council) => Some(203),
                    _ => (!row.minima.has(*council) && !operates).then_some(206),
                };
                let answer = answer(&world, who, Order::Proposal(proposal::Order::Open(Box::new(open.clone()))), true);
                assert_eq!(answer, wants, "{id} {council} {holder:?}");
            }
        }
    }
}

/// The record holds all of what is to be decided, and with it whoever has nothing else computes the digest that approvers
/// sign: no hash stands for bytes that only the author has.
#[test]
fn rule_30_every_row_the_record_alone_says_what_is_approved() {
    let beginning = beginning();
    for id in rows() {
        let mut world = beginning.clone();
        prepare(&mut world, id);
        let (author, action) = plan(&mut world, id);
        let proposal = world.open(author, &action);
        let record = world.records.last().unwrap();
        let Event::Proposal(proposal::Event::Opened(opened)) = &record.event else { panic!("{record:?}") };
        assert_eq!(opened.action, action, "{id}");
        assert_eq!(digest::proposal_digest(&world.terms(record, opened)), proposal.digest, "{id}");
        world.applied(world.approvers(&proposal)[0].clone(), approve(&proposal));
    }
}
