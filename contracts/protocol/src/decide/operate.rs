//! What operators and auditors do by themselves: look, tune, drill.

use super::{Request, rising};
use crate::{
    action::Parameter,
    bytes::{Label, ReferenceHash},
    cells::{CellKey, Cells, Tuning},
    council::Council,
    event::Event,
    refusal::Refusal,
    row::RowId,
    scope::Watched,
};
use alloc::{vec, vec::Vec};

/// Seconds between two changes of one parameter.
const TUNE_EVERY: u64 = 60 * 60;

impl<C: Cells> Request<'_, C> {
    #[inline(never)]
    pub(super) fn escalate(
        &self,
        watched: Watched,
        reference: ReferenceHash,
        nonce: u64,
    ) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.seat_of(&[Council::Operator, Council::Auditor])?;
        rising(seat, nonce)?;
        Ok(vec![Event::Escalated { seat: id, watched, reference, nonce }])
    }

    #[inline(never)]
    pub(super) fn file_drill(&self, kind: Label, report: ReferenceHash, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.seat_of(&[Council::Operator, Council::Auditor])?;
        rising(seat, nonce)?;
        Ok(vec![Event::DrillFiled { seat: id, kind, report, nonce }])
    }

    #[inline(never)]
    pub(super) fn tune(&self, name: Parameter, previous: u64, value: u64, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.seat_of(&[Council::Operator])?;
        rising(seat, nonce)?;
        let present = self.parameter(name)?.ok_or(Refusal::UnknownParameter)?;
        if present.value != previous {
            return Err(Refusal::PreconditionChanged);
        }
        if value.abs_diff(present.baseline) > present.baseline / Tuning::BAND {
            return Err(Refusal::OutsideBand);
        }
        if self.now < present.at.saturating_add(TUNE_EVERY) {
            return Err(Refusal::TunedTooSoon);
        }
        Ok(vec![Event::Tuned { seat: id, name, previous, value, nonce }])
    }

    #[inline(never)]
    pub(super) fn check_baseline(&self, name: Parameter, previous: Option<u64>) -> Result<RowId, Refusal> {
        match self.parameter(name)?.map(|present| present.value) == previous {
            true => Ok(RowId::CONFIG_OUTSIDE_BAND),
            false => Err(Refusal::PreconditionChanged),
        }
    }

    fn parameter(&self, name: Parameter) -> Result<Option<Tuning>, Refusal> {
        self.cells.cell(&CellKey::Parameter(name))
    }
}
