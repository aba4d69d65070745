//! The rules: which events a command causes, or why it is refused. Mutates nothing.
//!
//! What is called from other files is a function of its own in the contract too (`inline(never)`): all in one, with one
//! frame on the stack, is larger and slower (ADR 33).

mod bridge;
mod check;
mod contract;
mod council;
mod dispute;
mod emergency;
mod operation;
mod phase;
mod policy;
mod program;
mod proposal;
mod registry;
mod stated;

pub use check::rows;

use crate::{
    cells::{Cells, Head},
    clock::LIFE,
    command::{Capacity, Command, Order},
    council::{Council, Overdue, Seat, SeatId},
    event::Event,
    key::Key,
    language::Proof,
    proposal::Proposal,
    refusal::Refusal,
    row::RowId,
    state::State,
};
use alloc::{boxed::Box, vec::Vec};
use core::cell::Cell;
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// How a command came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Via {
    /// Signed, in an envelope.
    #[codec(index = 0)]
    Envelope,
    /// From the member's own chain account.
    #[codec(index = 1)]
    Account,
}

/// What `command` of `actor` causes at `now` (seconds, block time).
///
/// # Errors
///
/// The numbered refusal of the first rule that it breaks.
pub fn decide(cells: &impl Cells, actor: &Key, command: &Command, via: Via, now: u64) -> Result<Vec<Event>, Refusal> {
    let place = Cell::new(None);
    decide_as(cells, &*cells.head()?, actor, (cells.seat_of(actor), None), command, (via, now), &place)
}

/// The seat that a key has or had, as its cell answers; and that seat's cell, for whoever has read it already.
pub(crate) type Member = (Result<Option<SeatId>, Refusal>, Option<Box<Seat>>);

/// [`decide`] for a caller that has looked up already which seat the key has or had, and is told which of several decisions
/// is refused: `place` counts from 0.
pub(crate) fn decide_as(
    cells: &impl Cells,
    head: &Head,
    actor: &Key,
    (member, seat): Member,
    command: &Command,
    (via, now): (Via, u64),
    place: &Cell<Option<u8>>,
) -> Result<Vec<Event>, Refusal> {
    if now >= command.expiry {
        return Err(Refusal::EnvelopeExpired);
    }
    let life = command.expiry.saturating_sub(now);
    if life > LIFE {
        return Err(Refusal::LifeTooLong);
    }
    let seat = match command.capacity {
        Capacity::Anyone => None,
        Capacity::Seat { seat: claimed, epoch } => {
            let id = member?.ok_or(Refusal::UnknownKey)?;
            if id.council != claimed.council {
                return Err(Refusal::WrongCouncil);
            }
            if id != claimed {
                return Err(Refusal::NotTheSeat);
            }
            let seat = seat.map_or_else(|| cells.seat(id), Ok)?;
            Some((id, claimed_seat(cells, actor, (id, seat), epoch, &command.order, via, now)?))
        }
    };
    let request = Request { cells, head, actor, seat, life, via, now, place };
    request.carry_out(&command.order)
}

/// A command on its way through the rules.
struct Request<'a, C> {
    cells: &'a C,
    head: &'a Head,
    actor: &'a Key,
    /// The seat that the key claims and has; none where it claims to be anyone.
    seat: Option<(SeatId, Box<Seat>)>,
    /// Seconds until the command expires.
    life: u64,
    via: Via,
    now: u64,
    /// Which of several decisions is refused.
    place: &'a Cell<Option<u8>>,
}

impl<C: Cells> Request<'_, C> {
    fn carry_out(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        stated::of_order(order)?;
        match order {
            Order::Council(order) => self.council_order(order),
            Order::Proposal(order) => self.proposal_order(order),
            Order::Emergency(order) => self.emergency_order(order),
            Order::Bridge(order) => self.bridge_order(order),
            Order::Program(order) => self.program_order(order),
            Order::Registry(order) => self.registry_order(order),
            Order::Dispute(order) => self.dispute_order(order),
            Order::Phase(order) => self.phase_order(order),
            Order::Operation(order) => self.operation_order(order),
        }
    }

    /// Whether an order about this row may come in so: protective rows take only fresh commands, and a member's own
    /// account is a door only where the row says so.
    fn enter(&self, row: RowId, direct: bool) -> Result<(), Refusal> {
        if self.via == Via::Account && !direct {
            return Err(Refusal::DoorClosed);
        }
        Refusal::LifeTooLong.unless(self.life <= row.life())
    }

    /// Whether an order about a proposal may come in by this door. The proposal's row is as it was at the opening, or the proposal
    /// is stale.
    fn enter_on(&self, proposal: &Proposal) -> Result<(), Refusal> {
        self.enter(proposal.row, proposal.direct)
    }

    /// The seat, where the order needs one that is not overdue.
    fn seat(&self) -> Result<(SeatId, &Seat), Refusal> {
        self.seat_unless(Overdue::Nobody)
    }

    /// The seat, which may be overdue only where that is allowed for its council. Expiry is soft, so that a rotation
    /// that nobody thought of does not lock anybody out for good.
    fn seat_unless(&self, overdue: Overdue) -> Result<(SeatId, &Seat), Refusal> {
        match self.any_seat()? {
            (id, seat) if self.now >= seat.valid_until && !overdue.includes(id.council) => Err(Refusal::SeatOverdue),
            valid => Ok(valid),
        }
    }

    /// The seat, overdue or not, that is not set aside.
    fn any_seat(&self) -> Result<(SeatId, &Seat), Refusal> {
        match self.claimed()? {
            (_, seat) if seat.suspended(self.now) => Err(Refusal::SeatSuspended),
            acting => Ok(acting),
        }
    }

    /// The seat for a proposal of this row that sets aside a seat of this council, if it sets one aside. Where a council is
    /// recovered, nobody is silenced but by their own word, and where the Emergency council decides about a seat, not by
    /// that seat's council: otherwise those who are to be replaced could set aside whoever replaces them.
    fn seat_on(&self, row: RowId, about: Option<Council>, overdue: Overdue) -> Result<(SeatId, &Seat), Refusal> {
        match self.claimed()? {
            (_, seat) if row.recovers().is_some() && !seat.gave_itself_up() => self.claimed(),
            (id, seat) if id.council == Council::Emergency && seat.heard_about(about) => {
                let valid = self.now < seat.valid_until || overdue.includes(id.council);
                valid.then_some((id, seat)).ok_or(Refusal::SeatOverdue)
            }
            _ => self.seat_unless(overdue),
        }
    }

    /// The seat as it is.
    fn claimed(&self) -> Result<(SeatId, &Seat), Refusal> {
        self.seat.as_ref().map(|(id, seat)| (*id, &**seat)).ok_or(Refusal::WrongCouncil)
    }

    /// A valid seat of one of these councils.
    fn seat_of(&self, councils: &[Council]) -> Result<(SeatId, &Seat), Refusal> {
        let (id, seat) = self.seat()?;
        councils.contains(&id.council).then_some((id, seat)).ok_or(Refusal::WrongCouncil)
    }
}

/// Most by which a nonce rises: one at the end of its range would be a seat's last.
const MOST_NONCES: u64 = 1 << 48;

/// A nonce works once, and none below it ever again.
fn rising(seat: &Seat, nonce: u64) -> Result<(), Refusal> {
    match nonce {
        _ if nonce <= seat.nonce => Err(Refusal::Replayed),
        _ if nonce.saturating_sub(seat.nonce) > MOST_NONCES => Err(Refusal::NonceTooHigh),
        _ => Ok(()),
    }
}

/// The seat that the capacity claims, if the key has it, or is about to take it.
fn claimed_seat(
    cells: &impl Cells,
    actor: &Key,
    (id, seat): (SeatId, Box<Seat>),
    epoch: u32,
    order: &Order,
    via: Via,
    now: u64,
) -> Result<Box<Seat>, Refusal> {
    let Some(sits) = seat.sits.filter(|_| seat.key == *actor) else {
        // The key sat here once: a key is never forgotten, and never gets its seat back.
        return Err(Refusal::SeatNotActive);
    };
    let proof = order.proof();
    if proof == Proof::Acceptance {
        return match (seat.pending(), seat.vacant) {
            (true, _) => Ok(seat),
            (false, true) => Err(Refusal::SeatNotActive),
            (false, false) => Err(Refusal::AlreadyAccepted),
        };
    }
    if !seat.active(now) {
        return Err(Refusal::SeatNotActive);
    }
    if sits.epoch != epoch {
        return Err(Refusal::WrongEpoch);
    }
    match proof {
        Proof::Phase => phase::admit(cells, sits.phase, id, &seat, via).map(|()| seat),
        // A seat becomes verifiable by naming its companion, and may give itself up as it can.
        Proof::Companion(_) | Proof::Nothing | Proof::Acceptance => Ok(seat),
    }
}
