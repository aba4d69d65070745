//! Orders as if they were signed, for tests that ask the rules very often: no envelope, no refusal on record.

use greatseal_protocol::{
    bytes::EnvelopeDigest,
    command::{Capacity, Command, Order},
    council::SeatId,
    decide::{Via, decide},
    event::{Door, Event, Record},
    evolve::evolve,
    memory::Memory,
    refusal::Refusal,
    state::State,
};

/// What the order of a seat causes, which the cells have from then on.
pub(crate) fn say(cells: &mut Memory, now: u64, id: SeatId, order: Order) -> Result<Vec<Event>, Refusal> {
    let (key, epoch) = (cells.seat(id)?.key, cells.council(id.council)?.epoch);
    let command = Command { capacity: Capacity::Seat { seat: id, epoch }, expiry: now + 60, order };
    let events = decide(cells, &key, &command, Via::Envelope, now)?;
    let (first, door) = (cells.head()?.seq, Door::Envelope(EnvelopeDigest([0; 32])));
    for (seq, event) in (first..).zip(&events) {
        evolve(cells, &Record { seq, at: now, door, actor: Some(key), event: event.clone() }).unwrap();
    }
    Ok(events)
}
