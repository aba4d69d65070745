//! Programmes, budgets, and what becomes of the entries of a batch.

use super::{Fold, Unfit, read};
use crate::{
    batch::{Attestation, Batch, Correction, Exception, Executed, Settled},
    bytes::ManifestRoot,
    cells::{CellKey, CellsMut},
    language::program::Event,
    program::{AssetTerms, Budget, Program, Terms},
    state::State,
};

/// Applies an event about programmes and batches.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::ProgramChanged { program, version, terms, assets, .. } => {
            change(cells, fold.at, (*program, *version), *terms, assets)?;
        }
        Event::BatchExecuted { batch, .. } => execute(cells, fold.at, batch)?,
        Event::SettlementRecorded { manifest, settled, .. } => record(cells, *manifest, settled)?,
        Event::EntryExcepted { manifest, from, up_to, amount, .. } => {
            except(cells, *manifest, (*from, *up_to), *amount)?;
        }
        Event::SettlementAttested { attestation, .. } => attest(cells, attestation)?,
        Event::BatchReconciled { manifest, .. } => reconcile(cells, fold.at, *manifest)?,
    }
    Ok(())
}

#[inline(never)]
pub(super) fn change(
    cells: &mut impl CellsMut,
    at: u64,
    (number, version): (u32, u32),
    terms: Terms,
    assets: &[AssetTerms],
) -> Result<(), Unfit> {
    let key = CellKey::Program(number);
    let present: Option<Program> = read(cells, &key)?;
    let (batches, last) = present.map_or((0, None), |present| (present.batches, present.last));
    cells.put(&key, &Program { version, terms, batches, last });
    for AssetTerms { asset, limits } in assets {
        let key = CellKey::Budget(number, *asset);
        let present: Option<Budget> = read(cells, &key)?;
        let budget = present.map_or_else(|| Budget::new(*limits, at), |present| present.with_limits(*limits, at));
        cells.put(&key, &budget);
    }
    Ok(())
}

#[inline(never)]
pub(super) fn execute(cells: &mut impl CellsMut, at: u64, executed: &Executed) -> Result<(), Unfit> {
    let order = &executed.order;
    let key = CellKey::Program(order.program);
    let program: Program = read(cells, &key)?.ok_or(Unfit::Missing)?;
    cells.put(&key, &Program { batches: executed.number, last: Some(order.manifest), ..program });
    let key = CellKey::Budget(order.program, order.asset);
    let budget: Budget = read(cells, &key)?.ok_or(Unfit::Missing)?;
    cells.put(&key, &budget.charged(order.total, executed.small, at));
    if let Some(Correction { parent, from, .. }) = order.correction {
        with_exception(cells, parent, from, &mut |range| range.corrected = Some(order.manifest))?;
    }
    cells.put(&CellKey::Batch(order.manifest), &Batch::new(executed));
    Ok(())
}

#[inline(never)]
pub(super) fn record(cells: &mut impl CellsMut, manifest: ManifestRoot, settled: &[Settled]) -> Result<(), Unfit> {
    with_batch(cells, manifest, &mut |batch| {
        for range in settled {
            batch.cursor = range.up_to;
            batch.settled = batch.settled.checked_add(range.amount)?;
        }
        Some(())
    })
}

/// Attestation that has come up to here goes on behind it. One that has not will find it: the first run ahead is known
/// to the batch, and each run knows the next one.
#[inline(never)]
pub(super) fn except(
    cells: &mut impl CellsMut,
    manifest: ManifestRoot,
    (from, up_to): (u32, u32),
    amount: u128,
) -> Result<(), Unfit> {
    let mut batch = cells.batch(manifest).map_err(|_| Unfit::Missing)?;
    let range = Exception { up_to, amount, corrected: None, run: up_to, next: None };
    cells.put(&CellKey::Exception(manifest, from), &range);
    batch.cursor = up_to;
    batch.excepted = batch.excepted.checked_add(amount).ok_or(Unfit::Missing)?;
    match batch.newest {
        _ if batch.attested == from => batch.attested = up_to,
        Some(newest) => {
            let mut extends = false;
            with_exception(cells, manifest, newest, &mut |last| {
                extends = last.run == from;
                match extends {
                    true => last.run = up_to,
                    false => last.next = Some(from),
                }
            })?;
            batch.newest = if extends { Some(newest) } else { Some(from) };
        }
        None => (batch.ahead, batch.newest) = (Some(from), Some(from)),
    }
    cells.put(&CellKey::Batch(manifest), &batch);
    Ok(())
}

#[inline(never)]
pub(super) fn attest(cells: &mut impl CellsMut, attestation: &Attestation) -> Result<(), Unfit> {
    for seen in &attestation.seen {
        let last = seen.logs.last().ok_or(Unfit::Missing)?;
        cells.put(&CellKey::Attested(attestation.chain, seen.tx), last);
    }
    let (manifest, up_to) = (attestation.manifest, attestation.up_to());
    let mut batch = cells.batch(manifest).map_err(|_| Unfit::Missing)?;
    batch.attested = up_to;
    batch.confirmed = batch.confirmed.checked_add(attestation.amount).ok_or(Unfit::Missing)?;
    if batch.ahead == Some(up_to) {
        let run: Exception = read(cells, &CellKey::Exception(manifest, up_to))?.ok_or(Unfit::Missing)?;
        batch.attested = run.run;
        batch.ahead = run.next;
        batch.newest = batch.newest.filter(|_| run.next.is_some());
    }
    cells.put(&CellKey::Batch(manifest), &batch);
    Ok(())
}

#[inline(never)]
pub(super) fn reconcile(cells: &mut impl CellsMut, at: u64, manifest: ManifestRoot) -> Result<(), Unfit> {
    with_batch(cells, manifest, &mut |batch| {
        batch.reconciled = Some(at);
        Some(())
    })
}

#[inline(never)]
fn with_batch(
    cells: &mut impl CellsMut,
    manifest: ManifestRoot,
    how: &mut dyn FnMut(&mut Batch) -> Option<()>,
) -> Result<(), Unfit> {
    let mut batch = cells.batch(manifest).map_err(|_| Unfit::Missing)?;
    how(&mut batch).ok_or(Unfit::Missing)?;
    cells.put(&CellKey::Batch(manifest), &batch);
    Ok(())
}

#[inline(never)]
fn with_exception(
    cells: &mut impl CellsMut,
    manifest: ManifestRoot,
    from: u32,
    how: &mut dyn FnMut(&mut Exception),
) -> Result<(), Unfit> {
    let key = CellKey::Exception(manifest, from);
    let mut range: Exception = read(cells, &key)?.ok_or(Unfit::Missing)?;
    how(&mut range);
    cells.put(&key, &range);
    Ok(())
}
