//! Bytes as a story: commands of any seat, at any time, on a deployment of any kind.

use super::{
    input::Input,
    plan,
    scene::{Opened, Scene},
};
use crate::town::label;
use greatseal_protocol::{
    cells::{CellKey, Cells},
    command::{Capacity, Command, Order},
    council::SeatId,
    language::{
        council, emergency,
        proposal::{self, Execute},
    },
    proposal::{Proposal, Stage},
    proposal_id::Decision,
    state::State,
};

/// Most steps of a story: a long one finds nothing that two short ones do not.
const STEPS: usize = 64;

/// Tells the story, checks every submission, folds at the end.
pub fn run(bytes: &[u8]) {
    tell(bytes);
}

/// Runs a sequence, and gives the scene that it led to.
pub fn tell(bytes: &[u8]) -> Scene {
    let mut input = Input(bytes);
    let mut scene = Scene::new(usize::from(input.byte()));
    for _ in 0..STEPS {
        if !input.more() {
            break;
        }
        step(&mut scene, &mut input);
    }
    scene.folds();
    scene
}

fn step(scene: &mut Scene, input: &mut Input<'_>) {
    let kind = input.byte();
    match kind % 16 {
        0 => wait(scene, input),
        1 => boundary(scene, input),
        2..=4 => {
            let what = input.byte();
            let by = author(scene, what, input);
            let open = plan::opening(scene, by, what, input);
            scene.order(by, Order::Proposal(proposal::Order::Open(Box::new(open))));
        }
        // All that it takes: approvals of every seat of the row until the quorum stands.
        5 | 6 => {
            if let Some(proposal) = proposal(scene, input) {
                push(scene, &proposal);
            }
        }
        7 => about(scene, input, |proposal, input| {
            let decision = if input.rarely(3) { Decision::Reject } else { Decision::Approve };
            Order::Proposal(proposal::Order::Decide { id: proposal.id, digest: proposal.digest, decision })
        }),
        8 | 9 => execute(scene, input),
        10 => about(scene, input, |proposal, input| match input.byte() % 4 {
            0 => Order::Proposal(proposal::Order::Veto { id: proposal.id, digest: proposal.digest }),
            1 => Order::Proposal(proposal::Order::Cancel { id: proposal.id }),
            2 => Order::Proposal(proposal::Order::CallPanel { id: proposal.id }),
            _ => Order::Proposal(proposal::Order::PanelApprove { id: proposal.id, digest: proposal.digest }),
        }),
        11 => {
            let who = seat(scene, input);
            let orders = plan::simple_orders(scene, who);
            let at = input.below(orders.len());
            orders.into_iter().nth(at).map(|order| scene.order(who, order));
        }
        12 => review(scene, input),
        // Whoever was given a seat takes it.
        13 => {
            for who in scene.seats() {
                if let Ok(held) = scene.cells.seat(who)
                    && held.accepted.is_none()
                {
                    scene.order(who, Order::Council(council::Order::AcceptSeat { seat: who, previous: held.previous }));
                }
            }
        }
        14 => {
            let who = seat(scene, input);
            if let Some(command) = input.value::<Command>() {
                scene.say(scene.key(who), command);
            }
        }
        _ => {
            let bytes = input.bytes(2);
            let direct = input.rarely(2);
            if direct {
                scene.act(bytes)
            } else {
                scene.submit(bytes)
            };
        }
    }
}

fn wait(scene: &mut Scene, input: &mut Input<'_>) {
    let by = u64::from(input.short());
    let unit = input.one(&[1, 60, 3_600, 0]).unwrap_or(1);
    scene.now = scene.now.saturating_add(by.saturating_mul(unit));
    // Beyond all clocks, once in a while: nothing may overflow there either.
    if input.rarely(64) {
        scene.now = u64::MAX - by;
    }
}

/// To a moment of a proposal or of a pause, or one second beside it.
fn boundary(scene: &mut Scene, input: &mut Input<'_>) {
    let mut moments = Vec::new();
    for cell in scene.cells.cells.keys().filter_map(|key| match key {
        CellKey::Proposal(..) => scene.cells.cell::<Proposal>(key).ok().flatten(),
        _ => None,
    }) {
        moments.push(cell.approve_by);
        if let Stage::Approved { quorum_at } = cell.stage {
            let (eta, execute_by) = cell.execution(quorum_at);
            moments.extend([eta, execute_by, execute_by.saturating_sub(u64::from(cell.window) / 2)]);
        }
        moments.extend(cell.panel.iter().flat_map(|call| [call.from, call.until]));
    }
    moments.extend(scene.cells.duties().into_iter().flatten().map(|(_, ends)| ends));
    moments.extend(scene.cells.mode(scene.now).ok().flatten().map(|mode| mode.until));
    moments.retain(|moment| *moment > scene.now);
    moments.sort_unstable();
    let offset = input.byte() % 3;
    let to = input.one(&moments).unwrap_or(scene.now.saturating_add(1)).saturating_add(offset.into()).saturating_sub(1);
    scene.now = to.max(scene.now);
}

/// Mostly somebody who may open such a thing.
fn author(scene: &mut Scene, what: u8, input: &mut Input<'_>) -> SeatId {
    let by = seat(scene, input);
    if input.rarely(8) {
        return by;
    }
    let mut probe = Input(input.0);
    let fresh = scene.fresh;
    let row = plan::opening(scene, by, what, &mut probe).row;
    scene.fresh = fresh;
    let Ok(row) = scene.cells.row(row) else { return by };
    let voters: Vec<SeatId> = scene.seats().into_iter().filter(|seat| row.minima.has(seat.council)).collect();
    input.one(&voters).unwrap_or(by)
}

fn seat(scene: &Scene, input: &mut Input<'_>) -> SeatId {
    input.one(&scene.seats()).unwrap_or(crate::town::seat("S0"))
}

/// Mostly one of the last few.
fn proposal(scene: &Scene, input: &mut Input<'_>) -> Option<Opened> {
    let back = input.below(scene.proposals.len().clamp(1, 6));
    scene.proposals.iter().rev().nth(back).cloned()
}

fn about(scene: &mut Scene, input: &mut Input<'_>, order: impl FnOnce(&Opened, &mut Input<'_>) -> Order) {
    let Some(proposal) = proposal(scene, input) else { return };
    let order = order(&proposal, input);
    let who = match (&order, voters(scene, &proposal)) {
        (Order::Proposal(proposal::Order::Cancel { .. }), _) => proposal.id.author,
        (Order::Proposal(proposal::Order::Decide { .. }), voters) if !input.rarely(8) => {
            input.one(&voters).unwrap_or(proposal.id.author)
        }
        _ => seat(scene, input),
    };
    scene.order(who, order);
}

fn voters(scene: &Scene, proposal: &Opened) -> Vec<SeatId> {
    let Ok(cell) = scene.cells.proposal(proposal.id) else { return Vec::new() };
    scene.seats().into_iter().filter(|seat| cell.tallies.iter().any(|tally| tally.council == seat.council)).collect()
}

fn push(scene: &mut Scene, proposal: &Opened) {
    for who in voters(scene, proposal) {
        if !scene.cells.proposal(proposal.id).is_ok_and(|cell| cell.stage == Stage::Open) {
            break;
        }
        scene.order(
            who,
            Order::Proposal(proposal::Order::Decide {
                id: proposal.id,
                digest: proposal.digest,
                decision: Decision::Approve,
            }),
        );
    }
}

fn execute(scene: &mut Scene, input: &mut Input<'_>) {
    let Some(proposal) = proposal(scene, input) else { return };
    let other = input.rarely(16);
    let action = if other { plan::action(scene, 19, input) } else { proposal.action };
    let (version, sbom) = (label("v1"), plan::REPORT);
    let order = Order::Proposal(proposal::Order::Execute(Box::new(Execute { id: proposal.id, action, version, sbom })));
    match input.byte() % 4 {
        0 => {
            let command = Command { capacity: Capacity::Anyone, ..scene.command(proposal.id.author, order) };
            scene.say(scene.keys.number(u32::MAX), command)
        }
        1 => {
            let who = seat(scene, input);
            scene.order(who, order)
        }
        2 => scene.order(proposal.id.author, order),
        _ => scene.order(crate::town::seat("O0"), order),
    };
}

/// Files and attests what is due in a scope.
fn review(scene: &mut Scene, input: &mut Input<'_>) {
    let due: Vec<_> = scene.cells.duties().into_iter().flatten().map(|(scope, _)| scope).collect();
    let scope = input.one(&due).unwrap_or_else(|| plan::scope(input));
    let Ok(Some(duty)) = scene.cells.duty(scope) else { return };
    let (set_by, incident, report) = (duty.set_by, duty.incident, plan::REPORT);
    let by = crate::town::seat(if input.rarely(2) { "S0" } else { "E0" });
    let filed = scene.cells.report(scope, by, set_by).ok().flatten().map_or(0, |filed| filed.version);
    let (version, severity) = (filed.saturating_add(u16::from(!input.rarely(4))), duty.severity);
    let file = emergency::Order::FileReview { scope, set_by, incident, version, severity, report };
    scene.order(by, Order::Emergency(file));
    if !input.rarely(3) {
        let attest = emergency::Order::AttestReview { scope, set_by, incident, of: by, version, report };
        scene.order(crate::town::seat("A0"), Order::Emergency(attest));
    }
}
