//! Escalations, parameters, drills.

use super::{Fold, Unfit};
use crate::{
    cells::{CellKey, CellsMut},
    evolve::{read, use_nonce},
    language::operation::Event,
    parameter::Tuning,
    scope::Escalation,
};

/// Applies an event about operations.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::Escalated { seat, watched, reference, nonce } => {
            use_nonce(cells, *seat, *nonce)?;
            let record = Escalation { at: fold.at, seat: *seat, reference: *reference, used: false };
            cells.put(&CellKey::Escalation(*watched), &record);
        }
        Event::Tuned { seat, name, value, nonce, .. } => {
            use_nonce(cells, *seat, *nonce)?;
            let present: Tuning = read(cells, &CellKey::Parameter(*name))?.ok_or(Unfit::Missing)?;
            cells.put(&CellKey::Parameter(*name), &Tuning { value: *value, at: fold.at, ..present });
        }
        Event::BaselineChanged { name, value, .. } => {
            cells.put(&CellKey::Parameter(*name), &Tuning { baseline: *value, value: *value, at: fold.at });
        }
        Event::DrillFiled { seat, nonce, .. } => use_nonce(cells, *seat, *nonce)?,
    }
    Ok(())
}
