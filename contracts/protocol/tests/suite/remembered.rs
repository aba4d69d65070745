//! What is remembered lest it be read again, against what the cells say: a proposal's row and councils, and the second
//! from which nothing is stopped.

use crate::oracle::Findings;
use greatseal_protocol::{
    cells::{CellKey, Head},
    council::{Council, SeatId, Sits},
    emergency::{InMode, Paused},
    memory::Memory,
    proposal::{Proposal, Stage},
    scale::DecodeAll,
    state::State,
};

/// Looks at every proposal, pause and mode that is in force.
pub(crate) fn look(cells: &Memory, now: u64, found: &mut Findings) {
    let head = cells.head().unwrap();
    for (key, bytes) in cells {
        match key {
            CellKey::Proposal(author, slot) => {
                proposal(cells, &head, (*author, *slot), &Proposal::decode_all(&mut &**bytes).unwrap(), now, found);
            }
            CellKey::Pause(_) => stop(&head, Paused::decode_all(&mut &**bytes).unwrap().until, now, found),
            CellKey::Council(council) => seats(cells, *council, found),
            CellKey::Seat(id) => {
                let held = cells.seat(*id).unwrap();
                if held.vacant {
                    continue;
                }
                let key = held.key;
                let known = cells.seat_of(&key) == Ok(Some(*id));
                found.must("one_seat", known, || format!("{id} has the key of {:?}", cells.seat_of(&key)));
            }
            CellKey::Mode => stop(&head, InMode::decode_all(&mut &**bytes).unwrap().until, now, found),
            _ => {}
        }
    }
}

/// Every seat knows its council as it is, and one beyond the council's size knows none.
fn seats(cells: &Memory, council: Council, found: &mut Findings) {
    let head = cells.council(council).unwrap();
    for index in 0..=u8::try_from(Council::MAX_SEATS).unwrap() {
        let Ok(seat) = cells.seat(SeatId { council, index }) else { continue };
        let sits = (index < head.size).then_some(Sits { epoch: head.epoch, phase: head.phase });
        found.must("sits", seat.sits == sits, || format!("{council} {index}: {:?} of {head:?}", seat.sits));
    }
}

fn stop(head: &Head, until: u64, now: u64, found: &mut Findings) {
    if now < until {
        let known = until <= head.stops_until;
        found.must("stops", known, || format!("until {until}, and the head says {}", head.stops_until));
    }
}

/// As long as its row has not changed, what it keeps is the row's; as long as nothing has changed, its councils are as
/// they were.
fn proposal(cells: &Memory, head: &Head, place: (SeatId, u8), kept: &Proposal, now: u64, found: &mut Findings) {
    if !matches!(kept.stage, Stage::Open | Stage::Approved { .. }) {
        return;
    }
    let row = cells.row(kept.row).unwrap();
    let (present, anew) = (kept.present(head.changes, cells).unwrap(), kept.present_anew(cells).unwrap());
    let minima = kept.tallies.iter().all(|tally| tally.least == row.minima.of(tally.council));
    let same = (kept.m, kept.executors, kept.direct) == (row.m, row.executors, row.direct) && minima;
    let words = || format!("{place:?}: {kept:?} of {row:?}, {present:?}, {anew:?} at {now}");
    if kept.row_version == row.version {
        found.must("kept", same, words);
    }
    let councils = || present.councils.iter().zip(&anew.councils).zip(&kept.tallies);
    if kept.settled == Some(head.changes) {
        let undisturbed = councils().all(|((then, now), tally)| {
            (then.epoch, then.size) == (now.epoch, now.size)
                && (tally.epoch, tally.size) == (now.epoch, now.size)
                && now.whole_from <= kept.opened_at
        });
        let sound = same && present.row_version == anew.row_version && undisturbed;
        found.must("settled", sound && present.councils.len() == anew.councils.len(), words);
    } else {
        found.must("unsettled", present == anew, words);
    }
    let counted = |present| {
        (kept.missing(present, cells, now), kept.status_in(present, cells, now), kept.hopeless(place.0, present))
    };
    found.must("settled", counted(&present) == counted(&anew), words);
}
