//! Every row × council × seat state × state of the proposal × order, against a table written by hand.

use crate::world::{
    HOUR, Opened, World, approve, cancel, code_of, economics, execute, first, genesis_with, lift, pause, reject, seat,
    set_route,
};
use greatseal_protocol::{
    action::{Action, Economics, Scope},
    cells::{CellKey, Cells, CellsMut},
    command::Order,
    council::{Council, SeatId, SeatState},
    row::{Row, RowId},
};

const ALL: &[(Council, &[&str])] = &[
    (Council::Sovereign, &["cabinet", "justice", "presidency"]),
    (Council::Policy, &["digital-policy", "data-protection"]),
    (Council::Technical, &["cyber-centre", "standards", "it-agency"]),
    (Council::Emergency, &["cert", "justice", "central-bank-risk"]),
    (Council::Custody, &["digital-policy", "security-office", "hsm-custody"]),
    (Council::Treasury, &["central-bank", "treasury"]),
    (Council::Identity, &["civil-registry", "standards", "data-protection"]),
    (Council::Program(1), &["social-ministry", "treasury", "inspectorate"]),
    (Council::Operator, &["infra-operator", "infra-operator"]),
    (Council::Auditor, &["audit-court", "audit-firm"]),
    (Council::Panel, &["ext-auditor-1", "ext-auditor-2"]),
];

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

#[derive(Clone, Copy, Debug)]
enum Holder {
    Active,
    Pending,
    Suspended,
    Overdue,
    /// Took the seat after the proposal was opened.
    Newcomer,
}

const HOLDERS: [Holder; 5] = [Holder::Active, Holder::Pending, Holder::Suspended, Holder::Overdue, Holder::Newcomer];

/// Author, approving seats, rejecting seats and the councils of each row, from section 4.
fn row(id: RowId) -> (&'static str, &'static [&'static str], &'static [&'static str], &'static [Council]) {
    use Council::{Emergency, Sovereign, Treasury};
    match id.0 {
        5 => ("E0", &["E0", "E1"], &["E1", "E2"], &[Emergency]),
        10 => ("S0", &["S0", "S1"], &["S1", "S2"], &[Sovereign]),
        _ => ("S0", &["S0", "S1", "M0"], &["M0", "M1"], &[Sovereign, Treasury]),
    }
}

fn action(id: RowId) -> Action {
    match id {
        RowId::EMERGENCY_PAUSE => pause(Scope::Upgrades, HOUR),
        RowId::LIFT_EARLY => lift(Scope::Upgrades),
        RowId::BRIDGE_LOOSEN => set_route(1, Some(first()), Economics { tx_max: 20_000, ..economics() }),
        _ => set_route(1, Some(first()), Economics { tx_max: 9_000, ..economics() }),
    }
}

/// A deployment with all councils and a route, some hours old.
fn beginning() -> World {
    let mut world = World::deploy(genesis_with(ALL));
    let proposal = world.loosening(economics());
    world.wait(HOUR);
    world.execute("O0", &proposal);
    world.escalate("A0", Scope::Route(1));
    world
}

/// The proposal in that state; nothing where the row has no delay to wait for.
fn brought_to(state: State, id: RowId) -> Option<(World, Opened)> {
    let mut world = beginning();
    let (author, approving, rejecting, _) = row(id);
    if id == RowId::LIFT_EARLY {
        world.paused(Scope::Upgrades, HOUR);
    }
    let proposal = world.open(author, &action(id));
    let cell: Row = world.cells.row(id).unwrap();
    match state {
        State::Open => {}
        State::Cancelled => world.applied(author, cancel(&proposal)),
        State::Rejected => rejecting.iter().for_each(|who| world.applied(who, reject(&proposal))),
        State::Unapproved => world.wait(u64::from(cell.approve_by)),
        State::Stale => world.cells.put(&CellKey::Row(id), &Row { version: 1, ..cell.clone() }),
        State::Waiting | State::Executable | State::Executed | State::Unexecuted => {
            world.approve(approving, &proposal);
            match state {
                State::Waiting if cell.delay == 0 => return None,
                State::Waiting => {}
                State::Unexecuted => world.wait(u64::from(cell.delay) + u64::from(cell.window)),
                _ => world.wait(cell.delay.into()),
            }
            if state == State::Executed {
                world.execute("O0", &proposal);
            }
        }
    }
    Some((world, proposal))
}

/// What the specification says, written as a table. A seat with index 0 of a council gives the order.
fn expected(id: RowId, council: Council, holder: Holder, state: State, order: &str) -> Option<u16> {
    match holder {
        Holder::Pending => return Some(201),
        Holder::Suspended => return Some(202),
        // Soft expiry for the pauser; and an overdue key may still execute what anyone may.
        Holder::Overdue if (id, council) == (RowId::EMERGENCY_PAUSE, Council::Emergency) || order == "execute" => {}
        Holder::Overdue => return Some(203),
        Holder::Active | Holder::Newcomer => {}
    }
    let newcomer = matches!(holder, Holder::Newcomer);
    let (author, approving, rejecting, councils) = row(id);
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
    let approved = stood && approving.iter().any(|text| seat(text) == who);
    match order {
        "execute" => finished.or(match state {
            State::Open => Some(404),
            State::Waiting => Some(405),
            // The predecessor's approval was needed, and counts no more.
            _ if newcomer && approved => Some(404),
            _ => None,
        }),
        "cancel" if who != seat(author) => Some(206),
        "cancel" => finished.or(stood.then_some(415)),
        _ if !councils.contains(&council) => Some(204),
        _ if newcomer => finished.or(Some(205)),
        "approve" => finished.or_else(|| approved.then_some(402)),
        _ => finished
            .or_else(|| (state == State::Rejected && rejecting.iter().any(|text| seat(text) == who)).then_some(402)),
    }
}

fn hold(world: &mut World, who: SeatId, holder: Holder) {
    let now = world.now;
    world.poke(&who.to_string(), |seat| match holder {
        Holder::Active => {}
        Holder::Pending => seat.state = SeatState::Pending,
        Holder::Suspended => seat.state = SeatState::Suspended,
        Holder::Overdue => seat.valid_until = now,
        Holder::Newcomer => seat.since = 1,
    });
}

#[test]
fn rule_12_every_row_council_holder_state_and_order() {
    let mut tried = 0;
    for (id, _) in RowId::NAMED {
        for state in STATES {
            let Some((world, proposal)) = brought_to(state, id) else { continue };
            for (council, _) in ALL {
                for holder in HOLDERS {
                    let who = SeatId { council: *council, index: 0 };
                    let mut world = world.clone();
                    hold(&mut world, who, holder);
                    let orders: [(&str, Order); 4] = [
                        ("approve", approve(&proposal)),
                        ("reject", reject(&proposal)),
                        ("cancel", cancel(&proposal)),
                        ("execute", execute(&proposal)),
                    ];
                    for (name, order) in orders {
                        let wants = expected(id, *council, holder, state, name);
                        let outcome = world.clone().order(who, order);
                        assert_eq!(code_of(&outcome), (wants, true), "{id} {council} {holder:?} {state:?} {name}");
                        tried += 1;
                    }
                }
            }
        }
    }
    assert_eq!(tried, (4 * 9 - 3) * 11 * 5 * 4);
}

/// Who may open what: councils of the row and nobody else; never an operator where anyone executes.
#[test]
fn rule_12_every_row_holder_and_author() {
    let mut world = beginning();
    world.paused(Scope::Upgrades, HOUR);
    for (id, _) in RowId::NAMED {
        for (council, _) in ALL {
            let who = SeatId { council: *council, index: 0 };
            let open = Order::Open(world.opening(who, &action(id)));
            for holder in HOLDERS {
                let mut world = world.clone();
                hold(&mut world, who, holder);
                let pauser = (id, *council) == (RowId::EMERGENCY_PAUSE, Council::Emergency);
                let wants = match holder {
                    Holder::Pending => Some(201),
                    Holder::Suspended => Some(202),
                    Holder::Overdue if !pauser => Some(203),
                    _ => (!row(id).3.contains(council)).then_some(206),
                };
                let outcome = world.order(who, open.clone());
                assert_eq!(code_of(&outcome), (wants, true), "{id} {council} {holder:?}");
            }
        }
    }
}
