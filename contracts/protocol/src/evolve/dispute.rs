//! Disputes and their clocks.

use super::{Fold, Unfit, program, read};
use crate::{
    batch::Batch,
    cells::{CellKey, CellsMut},
    dispute::{Dispute, DisputeId, Held, Hold, OpenDisputes, Resolution, Subject, Triage},
    language::dispute::Event,
    settlement::Final,
    state::State,
};

/// Applies an event about disputes.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    let at = fold.at;
    match event {
        Event::DisputeOpened { dispute, reason, holds } => {
            let seat = cells.seat(dispute.seat).map_err(|_| Unfit::Missing)?;
            cells.put(&CellKey::Dispute(*dispute), &Dispute::new(seat.key, seat.organisation, at, *reason));
            count(cells, *dispute, &|open| open.saturating_add(1))?;
            if let Some(stage) = holds {
                let mut disputes = cells.disputes(&dispute.subject).map_err(|_| Unfit::Missing)?;
                let hold = Some(Hold { seat: dispute.seat, at });
                match stage {
                    Held::Execution => disputes.execution = hold,
                    Held::Finality => disputes.finality = hold,
                }
                cells.put(&CellKey::Disputed(dispute.subject), &disputes);
            }
        }
        Event::DisputeAcknowledged { dispute, .. } => with(cells, *dispute, &|found| found.acknowledged = Some(at))?,
        Event::DisputeTriaged { seat, dispute, finding, decide_by, .. } => {
            let organisation = cells.seat(*seat).map_err(|_| Unfit::Missing)?.organisation;
            let triage = Triage { at, organisation, finding: *finding, decide_by: *decide_by };
            with(cells, *dispute, &|found| found.triaged = Some(triage))?;
        }
        Event::DisputeExtended { dispute, until, .. } => with(cells, *dispute, &|found| {
            found.triaged = found.triaged.map(|triage| Triage { decide_by: *until, ..triage });
        })?,
        Event::DisputeResolved { dispute, outcome, .. } => {
            with(cells, *dispute, &|found| found.resolved = Some((*outcome, at)))?;
            count(cells, *dispute, &|open| open.saturating_sub(1))?;
            if *outcome == Resolution::Upheld {
                let mut disputes = cells.disputes(&dispute.subject).map_err(|_| Unfit::Missing)?;
                disputes.upheld = Some(at);
                cells.put(&CellKey::Disputed(dispute.subject), &disputes);
                discredit(cells, dispute.subject)?;
            }
        }
        Event::DisputeRetracted { dispute, .. } => {
            with(cells, *dispute, &|found| found.retracted = Some(at))?;
            count(cells, *dispute, &|open| open.saturating_sub(1))?;
        }
    }
    Ok(())
}

/// Changes a dispute. One piece of code for all changes.
#[inline(never)]
fn with(cells: &mut impl CellsMut, dispute: DisputeId, how: &dyn Fn(&mut Dispute)) -> Result<(), Unfit> {
    let key = CellKey::Dispute(dispute);
    let mut found: Dispute = read(cells, &key)?.ok_or(Unfit::Missing)?;
    how(&mut found);
    cells.put(&key, &found);
    Ok(())
}

#[inline(never)]
fn count(cells: &mut impl CellsMut, dispute: DisputeId, how: &dyn Fn(u8) -> u8) -> Result<(), Unfit> {
    let key = cells.seat(dispute.seat).map_err(|_| Unfit::Missing)?.key;
    let mut open: OpenDisputes = cells.open_disputes(dispute.seat, &key).map_err(|_| Unfit::Missing)?;
    if let Some(kind) = open.counts.get_mut(dispute.subject.kind()) {
        *kind = how(*kind);
    }
    cells.put(&CellKey::OpenDisputes(dispute.seat), &open);
    Ok(())
}

/// What the last final statement gave back to the line does not count any more, until a later one says it again.
fn discredit(cells: &mut impl CellsMut, subject: Subject) -> Result<(), Unfit> {
    let Subject::Batch(manifest) = subject else { return Ok(()) };
    let Some(batch) = read::<Batch>(cells, &CellKey::Batch(manifest))? else { return Ok(()) };
    let Some(last) = batch.last else { return Ok(()) };
    program::credit(cells, manifest, Batch { last: Some(Final { credit: 0, ..last }), ..batch }, Some(&last))
}
