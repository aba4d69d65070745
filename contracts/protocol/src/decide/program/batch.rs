//! Batches: what is decided to be paid, within the budget, once.

use crate::{
    batch::{Correction, Exception, ExecuteBatch, Executed},
    bytes::{ManifestRoot, ReferenceHash},
    cells::{CellKey, Cells},
    event::Event,
    program::{Budget, Program},
    proposal_id::ProposalId,
    refusal::Refusal,
    registry::EntryKey,
    row::RowId,
    state::State,
};
use crate::{
    decide::{Request, check::Moment},
    language::program,
};

impl<C: Cells> Request<'_, C> {
    /// The large row takes any batch; the small one only what is small now, with all that was small before.
    #[inline(never)]
    pub(in crate::decide) fn check_batch(
        &self,
        row: RowId,
        batch: &ExecuteBatch,
        moment: Moment,
    ) -> Result<(), Refusal> {
        let program = self.cells.program(batch.program)?;
        if batch.count == 0 || batch.total < u128::from(batch.count) {
            return Err(Refusal::BadBatch);
        }
        if self.cells.load(&CellKey::Batch(batch.manifest)).is_some() {
            return Err(Refusal::ManifestUsed);
        }
        self.check_rules(&program, batch, moment)?;
        self.check_payer(batch)?;
        let budget = self.cells.budget(batch.program, batch.asset)?.ok_or(Refusal::NoBudget)?;
        if let Some(correction) = &batch.correction {
            self.check_correction(batch, correction)?;
        }
        let small = row == RowId::BATCH_SMALL;
        if small && (batch.correction.is_some() || !budget.lets_through_small(batch.total, self.now)) {
            return Err(Refusal::NotSmall);
        }
        // Another period may have begun by the time of its execution: then only the whole budget is in its way.
        let left = if moment == Moment::Executing { budget.left(self.now) } else { budget.limits.budget };
        if batch.total > left { Err(Refusal::BudgetSpent) } else { Ok(()) }
    }

    /// The rule set is the programme's, now as when it was opened: versions never come back.
    fn check_rules(&self, program: &Program, batch: &ExecuteBatch, moment: Moment) -> Result<(), Refusal> {
        let rules = program.terms.rules;
        match () {
            () if rules.version != batch.rules => Err(Refusal::RulesDiffer),
            () if moment == Moment::Executing && self.now < rules.effective_from => Err(Refusal::RulesNotEffective),
            () => Ok(()),
        }
    }

    /// Asset and payer stand in the registry and hold: to revoke one of them stops payments at once.
    fn check_payer(&self, batch: &ExecuteBatch) -> Result<(), Refusal> {
        self.registry_holds(EntryKey::Asset(batch.asset))?;
        self.registry_holds(EntryKey::Payer(batch.payer, batch.program)).map_err(|refusal| match refusal {
            Refusal::UnknownEntry => Refusal::OtherPayer,
            other => other,
        })
    }

    /// It pays a range that was excepted, all of it or a part, once.
    fn check_correction(&self, batch: &ExecuteBatch, correction: &Correction) -> Result<(), Refusal> {
        if correction.evidence == ReferenceHash([0; 32]) {
            return Err(Refusal::DocumentMissing);
        }
        let parent = self.cells.batch(correction.parent)?;
        let excepted = self.exception(correction.parent, correction.from)?;
        let excepted = excepted.filter(|range| range.up_to == correction.up_to).ok_or(Refusal::NotExcepted)?;
        let entries = correction.up_to.saturating_sub(correction.from);
        let within = batch.total <= excepted.amount && batch.count <= entries;
        match () {
            () if excepted.corrected.is_some() => Err(Refusal::AlreadyCorrected),
            () if !within || (parent.program, parent.asset) != (batch.program, batch.asset) => {
                Err(Refusal::BadCorrection)
            }
            () => Ok(()),
        }
    }

    #[inline(never)]
    pub(in crate::decide) fn exception(&self, manifest: ManifestRoot, from: u32) -> Result<Option<Exception>, Refusal> {
        self.cells.cell(&CellKey::Exception(manifest, from))
    }

    #[inline(never)]
    pub(in crate::decide) fn batch_executed(
        &self,
        id: ProposalId,
        row: RowId,
        order: ExecuteBatch,
    ) -> Result<Event, Refusal> {
        let program = self.cells.program(order.program)?;
        let budget: Budget = self.cells.budget(order.program, order.asset)?.ok_or(Refusal::NoBudget)?;
        let batch = Executed {
            order,
            rules: program.terms.rules,
            number: program.batches.saturating_add(1),
            previous: program.last,
            period: budget.limits.period_at(self.now),
            small: row == RowId::BATCH_SMALL,
        };
        Ok(Event::Program(program::Event::BatchExecuted { id, batch }))
    }
}
