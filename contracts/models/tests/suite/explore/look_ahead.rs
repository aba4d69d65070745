//! What must be possible from every state: found out by doing it.

use super::{
    State, World, execute, execute_as,
    ghost::Ghost,
    life::{Fate, Life},
};
use greatseal_models::town::seat;
use greatseal_protocol::{
    action::Action,
    bytes::DocumentHash,
    command::Order,
    council::{Council, SeatId},
    event::Event,
    language::{
        emergency,
        proposal::{self, Open},
    },
    proposal_id::{Decision, ProposalId},
    refusal::Refusal,
    row::RowId,
    scope::Scope,
    state::State as _,
};

/// Sovereign seats that can act now, enough to lift: whatever is stopped runs again in this very second.
pub(crate) fn can_be_lifted(_: &World, state: &State) -> bool {
    let mut actions = Vec::new();
    for scope in [Scope::Everything, Scope::Upgrades, Scope::Route(1)] {
        if let Ok(Some(paused)) = state.cells.paused(scope, state.now) {
            actions.push((
                RowId::LIFT_EARLY,
                Action::Emergency(emergency::Action::Lift { scope, set_by: paused.set_by, incident: paused.incident }),
            ));
        }
    }
    if let Ok(Some(mode)) = state.cells.mode(state.now) {
        actions.push((
            RowId::DEGRADED_MODE_OFF,
            Action::Emergency(emergency::Action::LeaveMode { set_by: mode.set_by, incident: mode.incident }),
        ));
    }
    actions.into_iter().all(|(row, action)| lifted(state, row, &action))
}

fn lifted(state: &State, row: RowId, action: &Action) -> bool {
    let acts = |id: &SeatId| {
        let sits = &state.ghost.seats[id];
        let there = sits.accepted.is_some_and(|at| at < state.now) && state.now >= sits.suspended_until;
        id.council == Council::Sovereign && there && state.now < sits.valid_until
    };
    let able: Vec<SeatId> = state.ghost.seats.keys().copied().filter(acts).collect();
    let needed = usize::from(state.ghost.rows[&row.0].m);
    if able.len() < needed {
        return true;
    }
    let mut next = state.clone();
    let open = |nonce| Open {
        row,
        action: action.clone(),
        document: DocumentHash([9; 32]),
        approve_within: 3_600,
        execute_within: 3_600,
        nonce,
        approve: false,
    };
    // Somebody of them has a slot left.
    let opened = able.iter().find_map(|who| {
        next.order(*who, Order::Proposal(proposal::Order::Open(Box::new(open(next.nonce(*who)))))).ok()
    });
    let Some(opened) = opened.and_then(|events| events.into_iter().find_map(opened_as)) else { return false };
    let (id, digest) = opened;
    for who in able.iter().take(needed) {
        if next
            .order(*who, Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }))
            .is_err()
        {
            return false;
        }
    }
    let executed = next.order(able[0], execute_as(id, action));
    executed.is_ok_and(|events| {
        events.iter().any(|event| {
            matches!(
                event,
                Event::Emergency(emergency::Event::Lifted { .. })
                    | Event::Emergency(emergency::Event::ModeChanged { set: None, .. })
            )
        })
    })
}

fn opened_as(event: Event) -> Option<(ProposalId, greatseal_protocol::bytes::ProposalDigest)> {
    match event {
        Event::Proposal(proposal::Event::Opened(opened)) => Some((opened.id, opened.digest)),
        _ => None,
    }
}

/// A quorum that stands, called by an event, with nobody doing anything more: once its delay and every pause are over
/// the proposal is executed, or is refused by what it is about, or its time is over.
pub(crate) fn takes_effect_or_expires(_: &World, state: &State) -> bool {
    state.ghost.lives.iter().all(|life| {
        let Some(eta) = life.eta().filter(|_| life.fate == Fate::Live && life.called_at.is_some()) else { return true };
        if state.ghost.stale(life) {
            return true;
        }
        let mut next = state.clone();
        next.now = next.now.max(eta);
        // Pauses end by themselves.
        while Ghost::blockable(life.row) && next.ghost.blocked(life.action.scope(), next.now) {
            let ends = next.ghost.stops.iter().map(|stop| stop.until).filter(|until| *until > next.now);
            let Some(ends) = ends.min() else { break };
            next.now = ends;
        }
        next.ghost.passed(next.now);
        match executed(next.clone(), life) {
            Ok(()) => true,
            // Its time is over; a pause of the Sovereign may be longer than a window.
            Err(Refusal::ExecuteByPassed | Refusal::ApproveByPassed) => {
                next.now >= life.called_at.map_or(0, |at| at + u64::from(life.delay) + u64::from(life.window))
                    || life.lost
            }
            // A quorum that was taken away and came back by itself waits for one of those who form it.
            Err(Refusal::NoQuorum | Refusal::DelayRunning) => life.lost,
            // What it is about has changed.
            Err(refusal) => changed(refusal),
        }
    })
}

/// By an operator, or in the second half of the window by whoever votes in it and is not overdue.
fn executed(mut next: State, life: &Life) -> Result<(), Refusal> {
    match next.order(seat("O0"), execute(life)) {
        Err(Refusal::NotAnExecutor) => {}
        other => return other.map(|_| ()),
    }
    let until = life.window().map_or(0, |window| window.end);
    next.now = next.now.max(until - u64::from(life.window) / 2);
    next.ghost.passed(next.now);
    let votes = |id: &SeatId| life.epochs.iter().any(|(council, _)| *council == id.council);
    let valid = |state: &State, id: &SeatId| {
        let sits = &state.ghost.seats[id];
        let there = sits.accepted.is_some_and(|at| at < state.now) && state.now >= sits.suspended_until;
        there && state.now < sits.valid_until
    };
    let all: Vec<SeatId> = next.ghost.seats.keys().copied().collect();
    let able = all.into_iter().find(|id| votes(id) && valid(&next, id));
    able.map_or(Ok(()), |who| next.order(who, execute(life)).map(|_| ()))
}

fn changed(refusal: Refusal) -> bool {
    matches!(
        refusal,
        Refusal::PreconditionChanged
            | Refusal::KeyUsedBefore
            | Refusal::HolderTaken
            | Refusal::AlreadySuspended
            | Refusal::SuspensionCap
            | Refusal::NotSuspended
            | Refusal::OwnWord
            | Refusal::NotPaused
            | Refusal::PauseCap
            | Refusal::ReviewDue
            | Refusal::NoReviewDue
            | Refusal::OutOfBounds
            | Refusal::ProfileOver
            | Refusal::ExpiriesTooClose
    )
}
