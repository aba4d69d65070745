//! Settlement: every entry of a batch ends exactly once, and every payment that is claimed is seen by an auditor.

use crate::{
    batch::{Attestation, Batch, Exception, MOST_ENTRIES, MOST_RANGES, MOST_TRANSACTIONS, Seen, Settled},
    bytes::ManifestHash,
    cells::{CellKey, Cells},
    council::{Concern, Council},
    event::Event,
    refusal::Refusal,
    row::RowId,
    state::State,
};
use crate::{
    decide::{Request, check::Moment},
    language::program,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// A claim of those who pay. It reserves nothing on the rail: only what an auditor has seen is used up there.
    #[inline(never)]
    pub(in crate::decide) fn record_settlement(
        &self,
        manifest: ManifestHash,
        from: u32,
        settled: &[Settled],
    ) -> Result<Vec<Event>, Refusal> {
        let mut batch = self.cells.batch(manifest)?;
        let (seat, _) = self.seat_of(&[Council::Operator, self.cells.authority(Concern::Program(batch.program))?])?;
        if from != batch.cursor {
            return Err(Refusal::WrongCursor);
        }
        if settled.is_empty() || settled.len() > MOST_RANGES {
            return Err(Refusal::BadRange);
        }
        for range in settled {
            ends(&batch, range.up_to, range.amount)?;
            batch.cursor = range.up_to;
            batch.settled = batch.settled.saturating_add(range.amount);
        }
        Ok(vec![Event::Program(program::Event::SettlementRecorded { seat, manifest, from, settled: settled.to_vec() })])
    }

    /// Opened while others are still recorded, executed where they stopped.
    #[inline(never)]
    pub(in crate::decide) fn check_except(
        &self,
        manifest: ManifestHash,
        (from, up_to): (u32, u32),
        amount: u128,
        moment: Moment,
    ) -> Result<RowId, Refusal> {
        let batch = self.cells.batch(manifest)?;
        if from < batch.cursor || moment == Moment::Executing && from != batch.cursor {
            return Err(Refusal::WrongCursor);
        }
        ends(&Batch { cursor: from, ..batch }, up_to, amount).map(|()| RowId::MANUAL_OVERRIDE)
    }

    #[inline(never)]
    fn exception(&self, manifest: ManifestHash, from: u32) -> Result<Option<Exception>, Refusal> {
        self.cells.cell(&CellKey::Exception(manifest, from))
    }

    /// Who records does not attest: operators, authorities and auditors are of different organisations (invariant
    /// `org_duties`).
    #[inline(never)]
    pub(in crate::decide) fn attest_settlement(&self, attestation: &Attestation) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Auditor])?;
        let Attestation { manifest, from, amount, ref seen, .. } = *attestation;
        let batch = self.cells.batch(manifest)?;
        if from != batch.attested {
            return Err(Refusal::WrongCursor);
        }
        let entries = attestation.entries();
        let most = u32::try_from(MOST_ENTRIES).unwrap_or(u32::MAX);
        if !(1..=most).contains(&entries) || seen.len() > MOST_TRANSACTIONS {
            return Err(Refusal::BadRange);
        }
        let up_to = attestation.up_to();
        match () {
            () if up_to > batch.cursor => return Err(Refusal::NotRecorded),
            () if up_to > batch.attestable() => return Err(Refusal::ExceptedEntry),
            () => {}
        }
        self.check_logs(attestation)?;
        let run = match batch.ahead {
            Some(ahead) if ahead == up_to => self.exception(manifest, ahead)?,
            _ => None,
        };
        let reached = run.map_or(up_to, |run| run.run);
        match batch.confirms(reached, amount, entries) {
            true => {
                Ok(vec![Event::Program(program::Event::SettlementAttested { seat, attestation: attestation.clone() })])
            }
            false => Err(Refusal::SumsDiffer),
        }
    }

    /// A log settles one entry, over all programmes: of each transaction the contract knows the last one that was used.
    fn check_logs(&self, attestation: &Attestation) -> Result<(), Refusal> {
        for (at, Seen { tx, logs }) in attestation.seen.iter().enumerate() {
            let again = attestation.seen.iter().take(at).any(|earlier| earlier.tx == *tx);
            let rising = logs.windows(2).all(|pair| matches!(pair, [left, right] if left < right));
            let last: Option<u32> = self.cells.cell(&CellKey::Attested(attestation.chain, *tx))?;
            let behind = logs.first().is_some_and(|first| last.is_none_or(|last| *first > last));
            if again || !rising || !behind {
                return Err(Refusal::LogUsed);
            }
        }
        Ok(())
    }

    /// Nothing is judged here but numbers, so that everybody who works on a batch may ask for it.
    #[inline(never)]
    pub(in crate::decide) fn reconcile(&self, manifest: ManifestHash) -> Result<Vec<Event>, Refusal> {
        let batch = self.cells.batch(manifest)?;
        let authority = self.cells.authority(Concern::Program(batch.program))?;
        let (seat, _) = self.seat_of(&[Council::Operator, Council::Auditor, authority])?;
        let disputed = self.held(manifest)?;
        match () {
            () if batch.reconciled.is_some() => Err(Refusal::AlreadyReconciled),
            () if batch.cursor < batch.count => Err(Refusal::NotAllEnded),
            () if batch.attested < batch.count => Err(Refusal::NotAllAttested),
            () if !batch.complete() => Err(Refusal::SumsDiffer),
            () if disputed => Err(Refusal::Disputed),
            () => Ok(vec![Event::Program(program::Event::BatchReconciled { seat, manifest })]),
        }
    }
}

/// Whether the entries from the cursor up to here can end so.
fn ends(batch: &Batch, up_to: u32, amount: u128) -> Result<(), Refusal> {
    match () {
        () if up_to <= batch.cursor || up_to > batch.count => Err(Refusal::BadRange),
        () if !batch.adds_up(up_to, amount) => Err(Refusal::SumsDiffer),
        () => Ok(()),
    }
}
