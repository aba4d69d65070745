//! Disputes and their clocks.

use super::{Fold, Unfit, read};
use crate::{
    bytes::ReferenceHash,
    cells::{CellKey, CellsMut},
    council::SeatId,
    dispute::{Dispute, Resolution, Triage},
    language::dispute::Event,
    state::State,
};

/// Applies an event about disputes.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::DisputeOpened { seat, subject, reason } => open(cells, fold.at, *seat, *subject, *reason)?,
        Event::DisputeAcknowledged { subject, .. } => acknowledge(cells, fold.at, *subject)?,
        Event::DisputeTriaged { subject, finding, decide_by, .. } => {
            triage(cells, *subject, Triage { at: fold.at, finding: *finding, decide_by: *decide_by })?;
        }
        Event::DisputeExtended { subject, until, .. } => extend(cells, *subject, *until)?,
        Event::DisputeResolved { subject, outcome, .. } => resolve(cells, fold.at, *subject, *outcome)?,
        Event::DisputeRetracted { subject, .. } => retract(cells, fold.at, *subject)?,
    }
    Ok(())
}

#[inline(never)]
pub(super) fn open(
    cells: &mut impl CellsMut,
    at: u64,
    seat: SeatId,
    subject: ReferenceHash,
    reason: ReferenceHash,
) -> Result<(), Unfit> {
    cells.put(&CellKey::Dispute(subject), &Dispute::new(seat, at, reason));
    count(cells, seat, |open| open.saturating_add(1))
}

#[inline(never)]
pub(super) fn acknowledge(cells: &mut impl CellsMut, at: u64, subject: ReferenceHash) -> Result<(), Unfit> {
    with(cells, subject, &mut |dispute| dispute.acknowledged = Some(at)).map(drop)
}

#[inline(never)]
pub(super) fn triage(cells: &mut impl CellsMut, subject: ReferenceHash, triage: Triage) -> Result<(), Unfit> {
    with(cells, subject, &mut |dispute| dispute.triaged = Some(triage)).map(drop)
}

#[inline(never)]
pub(super) fn extend(cells: &mut impl CellsMut, subject: ReferenceHash, until: u64) -> Result<(), Unfit> {
    with(cells, subject, &mut |dispute| {
        dispute.triaged = dispute.triaged.map(|triage| Triage { decide_by: until, ..triage });
    })
    .map(drop)
}

#[inline(never)]
pub(super) fn resolve(
    cells: &mut impl CellsMut,
    at: u64,
    subject: ReferenceHash,
    outcome: Resolution,
) -> Result<(), Unfit> {
    let seat = with(cells, subject, &mut |dispute| dispute.resolved = Some((outcome, at)))?;
    count(cells, seat, |open| open.saturating_sub(1))
}

#[inline(never)]
pub(super) fn retract(cells: &mut impl CellsMut, at: u64, subject: ReferenceHash) -> Result<(), Unfit> {
    let seat = with(cells, subject, &mut |dispute| dispute.retracted = Some(at))?;
    count(cells, seat, |open| open.saturating_sub(1))
}

/// Changes a dispute, and returns whose it is. One piece of code for all changes.
#[inline(never)]
fn with(cells: &mut impl CellsMut, subject: ReferenceHash, how: &mut dyn FnMut(&mut Dispute)) -> Result<SeatId, Unfit> {
    let key = CellKey::Dispute(subject);
    let mut dispute: Dispute = read(cells, &key)?.ok_or(Unfit::Missing)?;
    how(&mut dispute);
    cells.put(&key, &dispute);
    Ok(dispute.seat)
}

fn count(cells: &mut impl CellsMut, seat: SeatId, how: impl FnOnce(u8) -> u8) -> Result<(), Unfit> {
    let open = cells.open_disputes(seat).map_err(|_| Unfit::Missing)?;
    cells.put(&CellKey::OpenDisputes(seat), &how(open));
    Ok(())
}
