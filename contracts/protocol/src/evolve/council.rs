//! Seats come and go; organisations and holders are counted with them.

use super::{Fold, Unfit, read};
use crate::{
    bytes::HolderHash,
    cells::{CellKey, CellsMut},
    council::{Council, CouncilHead, Organisation, Seat, SeatId, Seated, Sits, Suspender, Suspension},
    evolve::with_seat,
    genesis::{Genesis, NewSeat},
    language::council::Event,
    state::State,
};
use alloc::boxed::Box;

/// Applies an event about councils and seats.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::SeatReplaced { seat, new, epoch, .. } => replace(cells, *seat, new, *epoch)?,
        Event::SeatAccepted { seat, .. } => {
            with_seat(cells, *seat, |seat| seat.accepted = Some(fold.at))?;
            look_at_seats(cells, seat.council)?;
        }
        Event::SeatSuspended { seat, by, until, .. } => suspend(cells, fold.at, *seat, *by, *until)?,
        Event::SeatReinstated { seat, .. } => reinstate(cells, fold.at, *seat)?,
        // With a new authority comes its council.
        Event::CouncilReconstituted { council, epoch, size, added, .. } => {
            reconstitute(cells, *council, *epoch, *size, added)?;
        }
        Event::Heartbeat { seat, nonce } => with_seat(cells, *seat, |seat| {
            seat.nonce = *nonce;
            seat.heartbeat = fold.at;
        })?,
        Event::SeatVacated { seat, .. } => {
            let old = leave(cells, *seat)?;
            cells.put(&CellKey::Seat(*seat), &Seat { vacant: true, accepted: None, ..*old });
            look_at_seats(cells, seat.council)?;
        }
        Event::SuccessorNamed { seat, successor, nonce } => with_seat(cells, *seat, |seat| {
            seat.nonce = *nonce;
            seat.successor = Some(*successor);
        })?,
    }
    Ok(())
}

/// The councils of a genesis. Its seats are taken from the start, but for those with a P-256 key: whether that is a point of
/// the curve shows when it signs, so that it accepts its seat like any that comes later.
#[inline(never)]
pub(super) fn found(cells: &mut impl CellsMut, genesis: &Genesis) -> Result<(), Unfit> {
    for entry in &genesis.councils {
        let head = CouncilHead { size: entry.size(), whole_from: 1, ..CouncilHead::default() };
        let taken = entry.seats.iter().all(|seat| seat.key.signs());
        let whole_from = if taken { head.whole_from } else { u64::MAX };
        cells.put(&CellKey::Council(entry.council), &CouncilHead { whole_from, ..head });
        if entry.council.in_row() == Council::PROGRAM {
            cells.put(&CellKey::Council(Council::PROGRAM), &head);
        }
    }
    for (id, seat) in genesis.seats() {
        let accepted = seat.key.signs().then_some(0);
        sit(cells, id, Seat { accepted, sits: Some(Sits::default()), ..newcomer(seat, 0) })?;
    }
    Ok(())
}

/// Another key in a seat, which has yet to accept it.
#[inline(never)]
pub(super) fn replace(cells: &mut impl CellsMut, id: SeatId, new: &NewSeat, epoch: u32) -> Result<(), Unfit> {
    let old = leave(cells, id)?;
    let head = cells.council(id.council).map_err(|_| Unfit::Missing)?;
    // Whoever was set aside here is gone.
    let set_aside = head.set_aside.filter(|(index, _)| *index != id.index);
    cells.put(&CellKey::Council(id.council), &CouncilHead { epoch, set_aside, ..head });
    sit(cells, id, Seat { previous: Some(old.key), ..newcomer(new, epoch) })?;
    look_at_seats(cells, id.council)
}

/// Writes to a council's head from when on it is whole, and to its seats what their council is now. Seats change rarely,
/// and votes are cast and counted all the time.
#[inline(never)]
pub(super) fn look_at_seats(cells: &mut impl CellsMut, council: Council) -> Result<(), Unfit> {
    let head = cells.council(council).map_err(|_| Unfit::Missing)?;
    let mut whole_from = 0;
    for index in 0..head.size {
        let id = SeatId { council, index };
        let mut seat = cells.seat(id).map_err(|_| Unfit::Missing)?;
        whole_from = seat.whole_from().max(whole_from);
        let sits = Some(Sits { epoch: head.epoch, phase: head.phase });
        if seat.sits != sits {
            seat.sits = sits;
            cells.put(&CellKey::Seat(id), &seat);
        }
    }
    cells.put(&CellKey::Council(council), &CouncilHead { whole_from, ..head });
    Ok(())
}

/// Another size: the last seats leave, or new ones come at the end.
#[inline(never)]
pub(super) fn reconstitute(
    cells: &mut impl CellsMut,
    council: Council,
    epoch: u32,
    size: u8,
    added: &[NewSeat],
) -> Result<(), Unfit> {
    let head = cells.council(council).map_err(|_| Unfit::Missing)?;
    for index in size..head.size {
        let id = SeatId { council, index };
        let old = leave(cells, id)?;
        cells.put(&CellKey::Seat(id), &Seat { sits: None, ..*old });
    }
    let set_aside = head.set_aside.filter(|(index, _)| *index < size);
    cells.put(&CellKey::Council(council), &CouncilHead { epoch, size, set_aside, ..head });
    if council.in_row() == Council::PROGRAM && cells.load(&CellKey::Council(Council::PROGRAM)).is_none() {
        // The first authority of a programme: all others are as large.
        cells.put(&CellKey::Council(Council::PROGRAM), &CouncilHead { size, whole_from: 1, ..CouncilHead::default() });
    }
    for (index, new) in (head.size..size).zip(added) {
        sit(cells, SeatId { council, index }, newcomer(new, epoch))?;
    }
    look_at_seats(cells, council)
}

fn newcomer(new: &NewSeat, since: u32) -> Seat {
    Seat {
        key: new.key,
        holder: new.holder,
        organisation: new.organisation,
        role: new.role,
        valid_until: new.valid_until,
        accepted: None,
        since,
        nonce: 0,
        suspension: None,
        set_aside_in: None,
        previous: None,
        successor: None,
        heartbeat: 0,
        vacant: false,
        sits: None,
    }
}

fn sit(cells: &mut impl CellsMut, id: SeatId, seat: Seat) -> Result<(), Unfit> {
    let prepared = seat.key.prepare().map_err(|_| Unfit::WeakKey)?;
    cells.put(&CellKey::KeySeat(seat.key), &Seated { seat: id, prepared });
    held(cells, seat.holder, Some(id));
    count(cells, &seat, id.council, |duty| duty.saturating_add(1))?;
    cells.put(&CellKey::Seat(id), &seat);
    Ok(())
}

/// The seat as it was. Its cell is written anew by whoever comes, or left behind beyond the council's size.
fn leave(cells: &mut impl CellsMut, id: SeatId) -> Result<Box<Seat>, Unfit> {
    let old = cells.seat(id).map_err(|_| Unfit::Missing)?;
    // Of a vacant seat nothing is left to free.
    if !old.vacant {
        held(cells, old.holder, None);
        count(cells, &old, id.council, |duty| duty.saturating_sub(1))?;
    }
    Ok(old)
}

fn held(cells: &mut impl CellsMut, holder: HolderHash, by: Option<SeatId>) {
    cells.put(&CellKey::Holder(holder), &by);
}

fn count(cells: &mut impl CellsMut, seat: &Seat, council: Council, how: fn(u16) -> u16) -> Result<(), Unfit> {
    let key = CellKey::Organisation(seat.organisation);
    let mut organisation: Organisation = read(cells, &key)?.unwrap_or_default();
    let duty = organisation.duty(council);
    *duty = how(*duty);
    cells.put(&key, &organisation);
    Ok(())
}

#[inline(never)]
pub(super) fn suspend(cells: &mut impl CellsMut, at: u64, id: SeatId, by: Suspender, until: u64) -> Result<(), Unfit> {
    let head = cells.council(id.council).map_err(|_| Unfit::Missing)?;
    let emergency = by == Suspender::Emergency;
    with_seat(cells, id, |seat| {
        // One that is prolonged began when it began.
        let running = seat.suspension.filter(|last| at < last.until && last.by == by);
        let from = running.map_or(at, |last| last.from);
        seat.suspension = Some(Suspension { from, until, by });
        seat.set_aside_in = if emergency { Some(head.epoch) } else { seat.set_aside_in };
    })?;
    let set_aside = match emergency {
        true => Some((id.index, until)),
        // Somebody else's word now: the Emergency council may set another seat aside.
        false => head.set_aside.filter(|(index, _)| *index != id.index),
    };
    cells.put(&CellKey::Council(id.council), &CouncilHead { set_aside, ..head });
    look_at_seats(cells, id.council)
}

#[inline(never)]
pub(super) fn reinstate(cells: &mut impl CellsMut, at: u64, id: SeatId) -> Result<(), Unfit> {
    let head = cells.council(id.council).map_err(|_| Unfit::Missing)?;
    let set_aside = head.set_aside.filter(|(index, _)| *index != id.index);
    cells.put(&CellKey::Council(id.council), &CouncilHead { set_aside, ..head });
    with_seat(cells, id, |seat| {
        // As if it had not been, but for when the seat is back.
        seat.suspension = seat.suspension.map(|last| Suspension { from: at, until: at, ..last });
    })?;
    look_at_seats(cells, id.council)
}
