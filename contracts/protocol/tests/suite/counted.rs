//! `counted`, where councils do not stay as they were.

use crate::{
    sequences::{Tallies, run},
    steps::{Step, troubled},
    tale::Tale,
    world::World,
};
use greatseal_protocol::{
    cells::Cells,
    command::{Decision, ProposalId},
    council::{Council, SeatId, SeatState},
    event::{Event, Record},
    row::RowId,
};
use std::collections::BTreeMap;

/// With seats suspended, restored and taken anew between the commands: counted again at every decision and at the
/// execution, and the delay runs from the last moment at which the quorum turned true.
#[test]
fn counted_with_suspensions_and_rotations() {
    let seen = Tallies::default();
    run(1_000, &troubled(60), |steps| {
        let mut tale = Tale::new();
        for step in &steps {
            let (before, sitting) = (tale.world.records.len(), Sitting::of(&tale.world));
            tale = tale.tell(std::slice::from_ref(step));
            for at in before..tale.world.records.len() {
                let (told, record) = (&tale.world.records[..at], &tale.world.records[at]);
                match record.event {
                    Event::Executed { id, .. } => {
                        assert!(sitting.quorum(told, id), "{id} has no quorum");
                        let reached = |record: &Record| match record.event {
                            Event::QuorumReached { id: it, eta, execute_by } if it == id => Some(eta..execute_by),
                            _ => None,
                        };
                        let time = told.iter().rev().find_map(reached).unwrap();
                        assert!(time.contains(&record.at), "{id} at {} outside {time:?}", record.at);
                        seen.count("executed");
                    }
                    Event::Decided { id, seat, quorum, .. } => {
                        let (_, epochs) = opening(told, id);
                        assert!(sitting.seats[&seat].1 <= epochs[&seat.council], "{seat} came after {id}");
                        assert_eq!(sitting.quorum(&tale.world.records[..=at], id), quorum);
                        if quorum && !sitting.quorum(told, id) {
                            let next = tale.world.records.get(at + 1).map(|next| &next.event);
                            assert!(matches!(next, Some(Event::QuorumReached { id: it, .. }) if *it == id));
                            let again = |record: &Record| matches!(record.event, Event::QuorumReached { id: it, .. } if it == id);
                            seen.count(if told.iter().any(again) { "reached again" } else { "reached" });
                        }
                        if epochs[&seat.council] < sitting.epochs[&seat.council] {
                            seen.count("decided in a later epoch");
                        }
                    }
                    Event::Refused { refusal } => {
                        let what = if matches!(step, Step::Execute(..)) { "execute" } else { "other" };
                        seen.count(format!("{what} {}", refusal.code()));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    });
    seen.at_least(&[
        ("executed", 200),
        ("execute 404", 20),
        ("reached", 200),
        ("reached again", 10),
        ("decided in a later epoch", 20),
        ("other 205", 20),
        ("other 202", 20),
        ("other 407", 10),
    ]);
}

/// Who sits where, as the cells say it: active, since which epoch; and the epochs.
struct Sitting {
    seats: BTreeMap<SeatId, (bool, u32)>,
    epochs: BTreeMap<Council, u32>,
}

impl Sitting {
    fn of(world: &World) -> Self {
        let ids = crate::steps::SEATS.map(crate::world::seat);
        let seat = |id| (id, world.cells.seat(id).map(|seat| (seat.state == SeatState::Active, seat.since)).unwrap());
        let epoch = |id: SeatId| (id.council, world.cells.council(id.council).unwrap().epoch);
        Self { seats: ids.into_iter().map(seat).collect(), epochs: ids.into_iter().map(epoch).collect() }
    }

    /// Section 6 once more, from the history of decisions.
    fn quorum(&self, told: &[Record], id: ProposalId) -> bool {
        use Council::{Emergency, Sovereign, Treasury};
        let (row, epochs) = opening(told, id);
        let (protective, m, minima): (_, _, &[_]) = match row.0 {
            5 => (true, 2, &[(Emergency, 2)]),
            10 => (false, 2, &[(Sovereign, 2)]),
            12 => (false, 3, &[(Sovereign, 1), (Treasury, 1)]),
            _ => (true, 3, &[(Sovereign, 1), (Treasury, 1)]),
        };
        let decisions: BTreeMap<SeatId, Decision> = told
            .iter()
            .filter_map(|record| match record.event {
                Event::Decided { id: it, seat, decision, .. } if it == id => Some((seat, decision)),
                _ => None,
            })
            .collect();
        let counted = |council: Council| {
            let (then, now) = (epochs[&council], self.epochs[&council]);
            let mine = decisions.iter().filter(|(seat, decision)| {
                let (active, since) = self.seats[seat];
                seat.council == council && **decision == Decision::Approve && active && since <= then
            });
            if now == then || protective && now == then + 1 { mine.count() } else { 0 }
        };
        let total: usize = minima.iter().map(|(council, _)| counted(*council)).sum();
        total >= m && minima.iter().all(|(council, k)| counted(*council) >= *k)
    }
}

/// Row and epochs of a proposal.
fn opening(told: &[Record], id: ProposalId) -> (RowId, BTreeMap<Council, u32>) {
    let opened = told.iter().find_map(|record| match &record.event {
        Event::Opened(opened) if opened.id == id => Some((opened.row, opened.epochs.iter().copied().collect())),
        _ => None,
    });
    opened.unwrap()
}
