//! What makes two states one. Everything that a rule or the second opinion reads, and nothing else: times as seconds
//! from now, keys by their number in the seat, seats that are alike in any order.

use super::{State, World, life::Fate, life::Life};
use greatseal_models::town::DAY;
use greatseal_protocol::{
    action::Action,
    council::SeatId,
    emergency::Use,
    language::emergency,
    proposal::{Proposal, Stage},
    proposal_id::ProposalId,
    scale::Encode,
    scope::Scope,
    state::State as _,
};

/// Further away than any exploration goes.
const FAR: u64 = 60 * DAY;

pub(crate) fn of(world: &World, state: &State) -> Vec<u8> {
    let ahead = |moment: u64| match moment.saturating_sub(state.now) {
        far if far > FAR => FAR,
        near => near,
    };
    let mut out = Vec::new();
    (state.acted, state.broken.is_some()).encode_to(&mut out);
    for (council, epoch) in &state.ghost.epochs {
        let head = state.cells.council(*council).unwrap();
        let set_aside = head.set_aside.filter(|(_, until)| state.now < *until).map(|(_, until)| ahead(until));
        (epoch, head.epoch, head.size, set_aside).encode_to(&mut out);
    }
    for row in state.ghost.rows.values().filter(|row| row.version > 0) {
        row.encode_to(&mut out);
    }
    seats(world, state, &ahead, &mut out);
    for life in &state.ghost.lives {
        proposal(state, life, &ahead, &mut out);
    }
    stops(state, &ahead, &mut out);
    out
}

fn seats(world: &World, state: &State, ahead: &impl Fn(u64) -> u64, out: &mut Vec<u8>) {
    let mut alike = Vec::new();
    for id in state.ghost.seats.keys() {
        let one = seat(state, *id, ahead);
        match world.alike.contains(id) {
            true => alike.push((id.council, one)),
            false => one.encode_to(out),
        }
    }
    alike.sort_unstable();
    alike.encode_to(out);
}

/// A seat with all that it decided.
fn seat(state: &State, id: SeatId, ahead: &impl Fn(u64) -> u64) -> Vec<u8> {
    let (cell, ghost) = (state.cells.seat(id).unwrap(), &state.ghost.seats[&id]);
    let head = state.cells.council(id.council).unwrap();
    let live = || state.ghost.lives.iter().filter(|life| life.fate == Fate::Live);
    // When an earlier suspension ended matters as long as somebody waits for a delay.
    let ended = |until: u64| {
        if live().any(|life| life.called_at.is_some()) { state.now.saturating_sub(until).min(15 * DAY) } else { 0 }
    };
    let suspension = cell.suspension.map(|last| (last.by, ahead(last.until), ended(last.until)));
    let aside = head.set_aside.is_some_and(|(index, until)| index == id.index && state.now < until);
    let accepted = |at: Option<u64>| at.map(|at| at < state.now);
    let mut out = Vec::new();
    (accepted(cell.accepted), cell.since, ahead(cell.valid_until), suspension, cell.set_aside_in, aside)
        .encode_to(&mut out);
    (ghost.key == cell.key, accepted(ghost.accepted), ghost.since, ghost.by, ghost.set_aside_in).encode_to(&mut out);
    ahead(ghost.suspended_until).encode_to(&mut out);
    for life in &state.ghost.lives {
        let decision = life.decisions.get(&id).map(|(key, decision)| (*key == ghost.key, *decision));
        let veto = life.vetoes.get(&id).map(|key| *key == ghost.key);
        let before = cell.accepted.is_some_and(|at| at <= life.opened_at);
        let stored = state.cells.proposal(life.id).ok();
        let stored = stored.map(|stored| (stored.decision(id), stored.vetoed_by(id.index)));
        (decision, veto, before, stored).encode_to(&mut out);
    }
    out
}

fn proposal(state: &State, life: &Life, ahead: &impl Fn(u64) -> u64, out: &mut Vec<u8>) {
    let stale = state.ghost.stale(life);
    (life.plan, format!("{:?}", life.fate).as_bytes(), stale, life.lost).encode_to(out);
    let Ok(stored) = state.cells.proposal(life.id) else { return };
    // A proposal that is over stays over: its clocks say nothing more. That it does is what the fate is for.
    let over = matches!(stored.stage, Stage::Executed | Stage::Cancelled | Stage::Rejected);
    (over, stored.stage_number()).encode_to(out);
    if over || stale {
        return;
    }
    meant(&life.action).and_then(|id| place(state, id)).encode_to(out);
    // Whoever remembers its row and councils does not look at them.
    (stored.settled == Some(state.cells.head().unwrap().changes)).encode_to(out);
    let clocks = |since: u64| {
        let (eta, until) = stored.execution(since);
        (ahead(eta), ahead(until))
    };
    let called = match stored.stage {
        Stage::Approved { quorum_at } => Some(clocks(quorum_at)),
        _ => None,
    };
    let epochs: Vec<u32> = life.epochs.iter().map(|(_, epoch)| *epoch).collect();
    (ahead(stored.approve_by), called, life.quorum_since.map(clocks), epochs).encode_to(out);
}

/// The pause or mode that it is about, where it is about one.
fn meant(action: &Action) -> Option<ProposalId> {
    match action {
        Action::Emergency(emergency::Action::Lift { set_by, .. })
        | Action::Emergency(emergency::Action::LeaveMode { set_by, .. })
        | Action::Emergency(emergency::Action::Consent { set_by, .. }) => Some(*set_by),
        _ => None,
    }
}

/// A proposal by its place: its serial says how many were before it, which is nothing to the rules.
fn place(state: &State, id: ProposalId) -> Option<u8> {
    state.ghost.lives.iter().position(|life| life.id == id).and_then(|at| u8::try_from(at).ok())
}

/// The number of a stage, for the canonical form.
trait Numbered {
    fn stage_number(&self) -> u8;
}

impl Numbered for Proposal {
    fn stage_number(&self) -> u8 {
        match self.stage {
            Stage::Open => 0,
            Stage::Approved { .. } => 1,
            Stage::Executed => 2,
            Stage::Cancelled => 3,
            Stage::Rejected => 4,
        }
    }
}

fn stops(state: &State, ahead: &impl Fn(u64) -> u64, out: &mut Vec<u8>) {
    let mut scopes: Vec<Scope> = state.ghost.stops.iter().map(|stop| stop.scope).collect();
    scopes.extend(state.ghost.owed.iter().map(|(scope, _)| *scope));
    scopes.push(Scope::Everything);
    scopes.sort_unstable();
    scopes.dedup();
    let by = |id| place(state, id);
    for scope in &scopes {
        let running = state.cells.paused(*scope, state.now).unwrap();
        (scope, running.map(|pause| (ahead(pause.until), by(pause.set_by), pause.incident))).encode_to(out);
        let duty = state.cells.duty(*scope).unwrap();
        let duty = duty
            .map(|duty| (by(duty.set_by), ahead(duty.until), duty.pauses.min(2), duty.reports.min(1), duty.consent));
        duty.encode_to(out);
        used(state.cells.used(Some(*scope)).unwrap(), state.now, out);
    }
    used(state.cells.used(None).unwrap(), state.now, out);
    ahead(state.cells.head().unwrap().stops_until).encode_to(out);
    let mode = state.cells.mode(state.now).unwrap();
    mode.map(|mode| (mode.mode, ahead(mode.until), by(mode.set_by), mode.incident)).encode_to(out);
    let duties = state.cells.duties().unwrap();
    duties.iter().map(|(scope, ends)| (*scope, ahead(*ends))).collect::<Vec<_>>().encode_to(out);

    let back = |moment: u64| (ahead(moment), state.now.saturating_sub(moment).min(7 * DAY));
    for stop in &state.ghost.stops {
        (stop.scope, stop.mode, stop.capped).encode_to(out);
        // The Sovereign's are forgotten when they are over.
        match stop.capped || state.now < stop.until {
            true => (back(stop.from), back(stop.until)).encode_to(out),
            false => out.push(0),
        }
    }
    state.ghost.owed.encode_to(out);
}

fn used(used: Use, now: u64, out: &mut Vec<u8>) {
    let moved = used.moved_to(now);
    let any = moved.seconds.iter().any(|seconds| *seconds > 0);
    let phase = moved.newest * Use::BUCKET;
    any.then(|| (moved.seconds, phase.abs_diff(now), phase > now)).encode_to(out);
}
