//! Batches: what is decided to be paid, out of a budget line, once.

use crate::{
    batch::{AHEAD, Batch, Executed, Header, LATE},
    bytes::ManifestHash,
    cells::{CellKey, Cells},
    event::Event,
    line::Line,
    program::RuleSet,
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
use alloc::boxed::Box;

impl<C: Cells> Request<'_, C> {
    /// The large row takes any batch; the small one only what is small now, with all that was small before.
    #[inline(never)]
    pub(in crate::decide) fn check_batch(&self, row: RowId, batch: &Header, moment: Moment) -> Result<(), Refusal> {
        // A programme is never removed.
        if !moment.executing() {
            self.cells.program(batch.program)?;
        }
        if batch.version != Header::VERSION || batch.deployment != self.head.domain.deployment {
            return Err(Refusal::OtherHeader);
        }
        if batch.count == 0 || batch.total < u128::from(batch.count) {
            return Err(Refusal::BadBatch);
        }
        let rules: RuleSet = self.cells.rules(batch.program, batch.rules)?.ok_or(Refusal::RulesDiffer)?;
        self.check_payday(batch, moment)?;
        self.check_payer(batch)?;
        let manifest = self.manifest_hash(batch);
        if self.cells.load(&CellKey::Batch(manifest)).is_some() {
            return Err(Refusal::ManifestUsed);
        }
        if self.cells.stopped(manifest)?.is_some() {
            return Err(Refusal::BatchStopped);
        }
        let parent = batch.parent.map(|parent| self.check_parent(batch, parent)).transpose()?;
        let line: Line = self.cells.line(batch.program, batch.line)?.ok_or(Refusal::UnknownLine)?;
        if line.asset != batch.asset {
            return Err(Refusal::OtherAsset);
        }
        // After the end of a line, and of rules, what failed is paid again and nothing else: out of the line and under the
        // rules of the parent, as much of it as is final as unpaid.
        let pays_at = self.pays_at(batch, moment);
        let again = parent.as_ref().filter(|parent| batch.total <= parent.repayable());
        if !rules.pays(pays_at, again.is_some_and(|parent| parent.rules == batch.rules)) {
            return Err(Refusal::RulesNotEffective);
        }
        if !line.open_for(pays_at, again.is_some_and(|parent| parent.line == batch.line)) {
            return Err(Refusal::LineClosed);
        }
        if row == RowId::BATCH_SMALL && (parent.is_some() || !line.lets_through_small(batch.total, self.now)) {
            return Err(Refusal::NotSmall);
        }
        // Until its execution more may be credited: then only the whole line is in its way.
        let most = line.terms.limit.saturating_add(line.terms.credit_max);
        let left = if moment.executing() { line.left() } else { most };
        if batch.total > left {
            return Err(Refusal::LineSpent);
        }
        Ok(())
    }

    /// The second for which line and rules must hold: the payday, or its proposal, where that is later. Nobody dates back what
    /// would be too late.
    fn pays_at(&self, batch: &Header, moment: Moment) -> u64 {
        batch.pay_on.max(moment.since().unwrap_or(self.now))
    }

    /// The payday is neither long past nor far ahead.
    fn check_payday(&self, batch: &Header, moment: Moment) -> Result<(), Refusal> {
        let late = batch.pay_on.saturating_add(LATE) < self.now;
        let early = batch.pay_on > self.now.saturating_add(AHEAD) && moment.executing();
        if late || early { Err(Refusal::BadPayday) } else { Ok(()) }
    }

    /// Asset and payer stand in the registry and hold: to revoke one of them stops payments at once.
    fn check_payer(&self, batch: &Header) -> Result<(), Refusal> {
        self.registry_holds(EntryKey::Asset(batch.asset))?;
        self.registry_holds(EntryKey::Payer(batch.payer, batch.program)).map_err(|refusal| match refusal {
            Refusal::UnknownEntry => Refusal::OtherPayer,
            other => other,
        })
    }

    /// It was executed, for this programme in this asset. Where a dispute about it was upheld, a statement made since is final. Which of its entries are
    /// paid again, each once, shows the verifier; the line bounds the sum.
    fn check_parent(&self, batch: &Header, parent: ManifestHash) -> Result<Box<Batch>, Refusal> {
        let found = self.cells.batch(parent)?;
        if (found.program, found.asset) != (batch.program, batch.asset) {
            return Err(Refusal::BadParent);
        }
        if self.upheld(parent)?.is_some_and(|at| found.last.is_none_or(|last| last.stated_at <= at)) {
            return Err(Refusal::Disputed);
        }
        Ok(found)
    }

    #[inline(never)]
    pub(in crate::decide) fn batch_executed(
        &self,
        id: ProposalId,
        row: RowId,
        header: Header,
    ) -> Result<Event, Refusal> {
        let program = self.cells.program(header.program)?;
        let batch = Executed {
            manifest: self.manifest_hash(&header),
            header,
            rules: self.cells.rules(header.program, header.rules)?.ok_or(Refusal::RulesDiffer)?,
            number: program.batches.saturating_add(1),
            previous: program.last,
            small: row == RowId::BATCH_SMALL,
            auditors: program.terms.auditors,
            challenge: program.terms.challenge,
        };
        Ok(Event::Program(program::Event::BatchExecuted { id, batch }))
    }
}
