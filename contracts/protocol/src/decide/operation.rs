//! What operators and auditors do by themselves: look, tune, drill.

use super::{Request, rising};
use crate::{
    bytes::{Label, ReferenceHash},
    cells::{CellKey, Cells},
    council::Council,
    event::Event,
    language::operation::{self, Action, Order},
    parameter::{Parameter, Tuning},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    scope::Watched,
};
use alloc::{vec, vec::Vec};

/// Seconds between two changes of one parameter.
const TUNE_EVERY: u64 = 60 * 60;

impl<C: Cells> Request<'_, C> {
    /// What an order about operations does.
    #[inline(never)]
    pub(super) fn operation_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::Escalate { watched, reference, nonce } => self.escalate(*watched, *reference, *nonce),
            Order::Tune { name, previous, value, nonce } => self.tune(*name, *previous, *value, *nonce),
            Order::FileDrill { kind, report, nonce } => self.file_drill(*kind, *report, *nonce),
        }
    }

    /// The row of an action about operations, if it can take effect.
    #[inline(never)]
    pub(super) fn operation_row(&self, action: &Action) -> Result<RowId, Refusal> {
        match action {
            Action::SetBaseline { name, previous, .. } => self.check_baseline(*name, *previous),
        }
    }

    /// What an action about operations does, besides being executed.
    #[inline(never)]
    pub(super) fn operation_effects(&self, id: ProposalId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::SetBaseline { name, value, .. } => {
                Ok(vec![Event::Operation(operation::Event::BaselineChanged { id, name: *name, value: *value })])
            }
        }
    }

    #[inline(never)]
    pub(super) fn escalate(
        &self,
        watched: Watched,
        reference: ReferenceHash,
        nonce: u64,
    ) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.seat_of(&[Council::Operator, Council::Auditor])?;
        rising(seat, nonce)?;
        Ok(vec![Event::Operation(operation::Event::Escalated { seat: id, watched, reference, nonce })])
    }

    #[inline(never)]
    pub(super) fn file_drill(&self, kind: Label, report: ReferenceHash, nonce: u64) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.seat_of(&[Council::Operator, Council::Auditor])?;
        rising(seat, nonce)?;
        Ok(vec![Event::Operation(operation::Event::DrillFiled { seat: id, kind, report, nonce })])
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
        Ok(vec![Event::Operation(operation::Event::Tuned { seat: id, name, previous, value, nonce })])
    }

    /// By the baseline that it replaces: an operator moves the value beside it, each hour.
    #[inline(never)]
    pub(super) fn check_baseline(&self, name: Parameter, previous: Option<u64>) -> Result<RowId, Refusal> {
        match self.parameter(name)?.map(|present| present.baseline) == previous {
            true => Ok(RowId::CONFIG_OUTSIDE_BAND),
            false => Err(Refusal::PreconditionChanged),
        }
    }

    fn parameter(&self, name: Parameter) -> Result<Option<Tuning>, Refusal> {
        self.cells.cell(&CellKey::Parameter(name))
    }
}
