//! The rules: which events a command causes, or why it is refused. Mutates nothing.

mod effect;
mod propose;
mod vote;

use crate::{
    action::Scope,
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    command::{Capacity, Command, LIFE, Order, PROTECTIVE_LIFE},
    council::{Council, Seat, SeatId, SeatState},
    event::Event,
    key::Key,
    refusal::Refusal,
    row::RowId,
};
use alloc::{vec, vec::Vec};

/// What `command`, signed by `actor`, causes at `now` (seconds, block time).
///
/// # Errors
///
/// The numbered refusal of the first rule that it breaks.
pub fn decide(cells: &impl Cells, actor: &Key, command: &Command, now: u64) -> Result<Vec<Event>, Refusal> {
    if now >= command.expiry {
        return Err(Refusal::EnvelopeExpired);
    }
    let life = command.expiry.saturating_sub(now);
    if life > LIFE {
        return Err(Refusal::LifeTooLong);
    }
    let seat = claimed_seat(cells, actor, command.capacity)?;
    let request = Request { cells, actor, seat, life, now };
    match &command.order {
        Order::Open(open) => request.open(open),
        Order::Decide { id, digest, decision } => request.vote(*id, digest, *decision),
        Order::Cancel { id } => request.cancel(*id),
        Order::Execute(execute) => request.execute(execute),
        Order::Escalate { scope, reference, nonce } => request.escalate(*scope, *reference, *nonce),
    }
}

/// A command on its way through the rules.
struct Request<'a, C> {
    cells: &'a C,
    actor: &'a Key,
    /// The seat that the key claims and has; none where it claims to be anyone.
    seat: Option<(SeatId, Seat)>,
    /// Seconds until the command expires.
    life: u64,
    now: u64,
}

impl<C: Cells> Request<'_, C> {
    /// The seat, where the order needs one that is not overdue.
    fn seat(&self) -> Result<(SeatId, &Seat), Refusal> {
        let (id, seat) = self.any_seat()?;
        match self.now < seat.valid_until {
            true => Ok((id, seat)),
            false => Err(Refusal::SeatOverdue),
        }
    }

    /// The seat for an order under this row. Expiry is soft: overdue Emergency seats can still pause, so that a
    /// rotation that nobody thought of does not end all emergency power.
    fn seat_for(&self, row: RowId) -> Result<(SeatId, &Seat), Refusal> {
        match self.any_seat()? {
            (id, seat) if id.council == Council::Emergency && row == RowId::EMERGENCY_PAUSE => Ok((id, seat)),
            _ => self.seat(),
        }
    }

    fn any_seat(&self) -> Result<(SeatId, &Seat), Refusal> {
        self.seat.as_ref().map(|(id, seat)| (*id, seat)).ok_or(Refusal::WrongCouncil)
    }

    /// Protective rows take only fresh envelopes.
    fn fresh(&self, protective: bool) -> Result<(), Refusal> {
        match protective && self.life > PROTECTIVE_LIFE {
            true => Err(Refusal::LifeTooLong),
            false => Ok(()),
        }
    }

    fn escalate(&self, scope: Scope, reference: ReferenceHash, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.seat()?;
        if !matches!(id.council, Council::Operator | Council::Auditor) {
            return Err(Refusal::WrongCouncil);
        }
        if !matches!(scope, Scope::Route(_)) {
            return Err(Refusal::OutOfBounds);
        }
        rising(seat, nonce)?;
        Ok(vec![Event::Escalated { seat: id, scope, reference, nonce }])
    }
}

/// A nonce works once, and none below it ever again.
fn rising(seat: &Seat, nonce: u64) -> Result<(), Refusal> {
    (nonce > seat.nonce).then_some(()).ok_or(Refusal::Replayed)
}

/// The seat that the capacity claims, if the key has it and it is active.
fn claimed_seat(cells: &impl Cells, actor: &Key, capacity: Capacity) -> Result<Option<(SeatId, Seat)>, Refusal> {
    let Capacity::Seat { council, epoch } = capacity else { return Ok(None) };
    let id: SeatId = cells.cell(&CellKey::KeySeat(*actor))?.ok_or(Refusal::UnknownKey)?;
    if id.council != council {
        return Err(Refusal::WrongCouncil);
    }
    let seat = cells.seat(id)?;
    if seat.key != *actor {
        // The key sat here once: a key is never forgotten, and never gets its seat back.
        return Err(Refusal::SeatNotActive);
    }
    match seat.state {
        SeatState::Pending => Err(Refusal::SeatNotActive),
        SeatState::Suspended => Err(Refusal::SeatSuspended),
        SeatState::Active if cells.council(council)?.epoch != epoch => Err(Refusal::WrongEpoch),
        SeatState::Active => Ok(Some((id, seat))),
    }
}
