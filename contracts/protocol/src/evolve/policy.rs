//! Rows of the policy table, and the profile.

use super::{Fold, Unfit};
use crate::{
    cells::{CellKey, CellsMut},
    genesis::Profile,
    language::policy::Event,
};

/// Applies an event about the policy table and the profile.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::RowChanged { row, .. } => cells.put(&CellKey::Row(row.id), row),
        Event::ProfileRenewed { until, .. } => fold.head.profile = Profile::Micronode { until: *until },
    }
    Ok(())
}
