//! The only way that state changes: one record after the other. Not inlined, for the reason that [`crate::decide`] gives.

mod bridge;
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

use crate::{
    cells::{CellKey, CellsMut, Head},
    council::{Seat, SeatId},
    digest::Domain,
    event::{Door, Event, Record},
    evolve::proposal::Changing,
    key::Key,
    language,
    scope::{Escalation, Watched},
    state::State,
};
use alloc::boxed::Box;
use core::fmt;
use parity_scale_codec::Decode;

/// A record that does not fit the state: the sequence has a gap, a fork or a forgery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Its number is not the next.
    OutOfSequence {
        /// The next number.
        expected: u64,
        /// The record's.
        found: u64,
    },
    /// It is about something that is not there.
    Missing,
    /// It gives a seat to a key that must not have one.
    WeakKey,
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfSequence { expected, found } => write!(out, "event {found} where {expected} is next"),
            Self::Missing => out.write_str("the event is about something that is not there"),
            Self::WeakKey => out.write_str("the event gives a seat to a key that is not sound"),
        }
    }
}

impl core::error::Error for Unfit {}

/// Applies a record. The contract, every replay and every model call this same function.
///
/// # Errors
///
/// [`Unfit`] where the record is not the next one of this state; the state is then not to be used.
pub fn evolve(cells: &mut impl CellsMut, record: &Record) -> Result<(), Unfit> {
    if let Event::Contract(language::contract::Event::Deployed { deployment, contract, genesis }) = &record.event {
        let domain = Domain { deployment: *deployment, contract: *contract, chain_id: genesis.chain_id };
        return contract::deploy(cells, record, domain, genesis);
    }
    let head = cells.head().map_err(|_| Unfit::Missing)?;
    let by = (record.door, record.actor.as_ref());
    evolve_all(cells, head, record.seq, record.at, by, core::slice::from_ref(&record.event))
}

/// Applies the records of one command, none of which is a deployment, to the state of this head, which is written once.
///
/// # Errors
///
/// Those of [`evolve`].
pub(crate) fn evolve_all(
    cells: &mut impl CellsMut,
    head: Box<Head>,
    seq: u64,
    at: u64,
    (door, actor): (Door, Option<&Key>),
    events: &[Event],
) -> Result<(), Unfit> {
    if seq != head.seq {
        return Err(Unfit::OutOfSequence { expected: head.seq, found: seq });
    }
    let mut fold = Fold { head, changing: None, at, door, actor };
    for event in events {
        fold.head.seq = fold.head.seq.checked_add(1).ok_or(Unfit::Missing)?;
        apply(cells, &mut fold, event)?;
    }
    proposal::settle(cells, &mut fold.changing);
    fold.head.cells = cells.count(fold.head.cells);
    cells.put(&CellKey::Head, &fold.head);
    Ok(())
}

/// The records of one command on their way into the state.
struct Fold<'a> {
    /// Written once, at the end.
    head: Box<Head>,
    /// The proposal that they change: written once too.
    changing: Option<Changing>,
    /// Block time in seconds.
    at: u64,
    /// How it came in.
    door: Door,
    /// Whose command.
    actor: Option<&'a Key>,
}

fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    if event.moves_standing() {
        fold.head.changes = fold.head.changes.checked_add(1).ok_or(Unfit::Missing)?;
    }
    match event {
        Event::Council(event) => council::apply(cells, fold, event),
        Event::Proposal(event) => proposal::apply(cells, fold, event),
        Event::Emergency(event) => emergency::apply(cells, fold, event),
        Event::Policy(event) => policy::apply(cells, fold, event),
        Event::Bridge(event) => bridge::apply(cells, fold, event),
        Event::Program(event) => program::apply(cells, fold, event),
        Event::Registry(event) => registry::apply(cells, event),
        Event::Dispute(event) => dispute::apply(cells, fold, event),
        Event::Phase(event) => phase::apply(cells, event),
        Event::Operation(event) => operation::apply(cells, fold, event),
        Event::Contract(event) => contract::apply(cells, fold, event),
    }
}

fn with_seat(cells: &mut impl CellsMut, id: SeatId, how: impl FnOnce(&mut Seat)) -> Result<(), Unfit> {
    let mut seat = cells.seat(id).map_err(|_| Unfit::Missing)?;
    how(&mut seat);
    cells.put(&CellKey::Seat(id), &seat);
    Ok(())
}

fn use_nonce(cells: &mut impl CellsMut, id: SeatId, nonce: u64) -> Result<(), Unfit> {
    with_seat(cells, id, |seat| seat.nonce = nonce)
}

fn use_escalation(cells: &mut impl CellsMut, used: bool, watched: Watched) -> Result<(), Unfit> {
    if used {
        let key = CellKey::Escalation(watched);
        let record: Escalation = read(cells, &key)?.ok_or(Unfit::Missing)?;
        cells.put(&key, &Escalation { used: true, ..record });
    }
    Ok(())
}

fn read<T: Decode>(cells: &impl CellsMut, key: &CellKey) -> Result<Option<T>, Unfit> {
    cells.cell(key).map_err(|_| Unfit::Missing)
}
