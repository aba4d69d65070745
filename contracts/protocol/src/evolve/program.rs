//! Programmes, budget lines, and what becomes of the entries of a batch.

use super::{Fold, Unfit, read, use_nonce};
use crate::{
    batch::{Attestation, Batch, Exception, Executed, Settled},
    bytes::ManifestHash,
    cells::{CellKey, CellsMut},
    language::program::Event,
    line::{Line, SetLine},
    program::{Program, RuleSet, RulesChange, Terms},
    state::State,
};

/// Applies an event about programmes and batches.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::ProgramChanged { program, terms, rules, lines, .. } => change(cells, *program, *terms, rules, lines)?,
        Event::BatchExecuted { batch, .. } => execute(cells, batch)?,
        Event::SettlementRecorded { manifest, settled, .. } => record(cells, *manifest, settled)?,
        Event::EntryExcepted { manifest, from, up_to, amount, .. } => {
            except(cells, *manifest, (*from, *up_to), *amount)?;
        }
        Event::SettlementAttested { attestation, .. } => attest(cells, attestation)?,
        Event::BatchReconciled { manifest, .. } => reconcile(cells, fold.at, *manifest)?,
        Event::BatchStopped { manifest, .. } => cells.put(&CellKey::Stopped(*manifest), &fold.at),
        Event::EntryHeld { seat, nonce, .. } => use_nonce(cells, *seat, *nonce)?,
    }
    Ok(())
}

#[inline(never)]
fn change(
    cells: &mut impl CellsMut,
    number: u32,
    terms: Option<(u32, Terms)>,
    rules: &[RulesChange],
    lines: &[SetLine],
) -> Result<(), Unfit> {
    let key = CellKey::Program(number);
    let present: Option<Program> = read(cells, &key)?;
    let (version, terms) = terms.or(present.map(|present| (present.version, present.terms))).ok_or(Unfit::Missing)?;
    let (mut newest, batches, last) = present.map_or((0, 0, None), |now| (now.rules, now.batches, now.last));
    for change in rules {
        let key = CellKey::Rules(number, change.version());
        match change {
            RulesChange::Begin { version, rules } => {
                newest = *version;
                cells.put(&key, rules);
            }
            RulesChange::End { until, .. } => {
                let rules: RuleSet = read(cells, &key)?.ok_or(Unfit::Missing)?;
                cells.put(&key, &RuleSet { effective_until: Some(*until), ..rules });
            }
        }
    }
    cells.put(&key, &Program { version, terms, rules: newest, batches, last });
    for set in lines {
        let key = CellKey::Line(number, set.line);
        let present: Option<Line> = read(cells, &key)?;
        let version = set.previous.checked_add(1).ok_or(Unfit::Missing)?;
        let line = present.map_or_else(|| Line::new(set), |line| Line { version, terms: set.terms, ..line });
        cells.put(&key, &line);
    }
    Ok(())
}

#[inline(never)]
fn execute(cells: &mut impl CellsMut, executed: &Executed) -> Result<(), Unfit> {
    let header = &executed.header;
    let key = CellKey::Program(header.program);
    let program: Program = read(cells, &key)?.ok_or(Unfit::Missing)?;
    cells.put(&key, &Program { batches: executed.number, last: Some(executed.manifest), ..program });
    let key = CellKey::Line(header.program, header.line);
    let line: Line = read(cells, &key)?.ok_or(Unfit::Missing)?;
    cells.put(&key, &line.charged(header.total, executed.small));
    cells.put(&CellKey::Batch(executed.manifest), &Batch::new(executed));
    Ok(())
}

#[inline(never)]
pub(super) fn record(cells: &mut impl CellsMut, manifest: ManifestHash, settled: &[Settled]) -> Result<(), Unfit> {
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
    manifest: ManifestHash,
    (from, up_to): (u32, u32),
    amount: u128,
) -> Result<(), Unfit> {
    let mut batch = cells.batch(manifest).map_err(|_| Unfit::Missing)?;
    let range = Exception { up_to, amount, run: up_to, next: None };
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
pub(super) fn reconcile(cells: &mut impl CellsMut, at: u64, manifest: ManifestHash) -> Result<(), Unfit> {
    with_batch(cells, manifest, &mut |batch| {
        batch.reconciled = Some(at);
        Some(())
    })
}

#[inline(never)]
fn with_batch(
    cells: &mut impl CellsMut,
    manifest: ManifestHash,
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
    manifest: ManifestHash,
    from: u32,
    how: &mut dyn FnMut(&mut Exception),
) -> Result<(), Unfit> {
    let key = CellKey::Exception(manifest, from);
    let mut range: Exception = read(cells, &key)?.ok_or(Unfit::Missing)?;
    how(&mut range);
    cells.put(&key, &range);
    Ok(())
}
