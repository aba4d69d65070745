//! Programmes, budget lines, batches, and what is said of them.

use super::{Fold, Unfit, read, use_nonce};
use crate::{
    batch::{Batch, Executed},
    bytes::{ManifestHash, StatementHash},
    cells::{CellKey, CellsMut},
    council::SeatId,
    language::program::Event,
    line::{Line, SetLine},
    program::{Program, RuleSet, RulesChange, Terms},
    settlement::{Final, Stated, Statement, Vote, Voted},
    state::State,
};

/// Applies an event about programmes and batches.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::ProgramChanged { program, terms, rules, lines, .. } => change(cells, *program, *terms, rules, lines)?,
        Event::BatchExecuted { batch, .. } => execute(cells, batch)?,
        Event::StatementMade { seat, statement, commitment } => state(cells, fold, *seat, statement, *commitment)?,
        Event::VoteCast { seat, vote } => self::vote(cells, fold, *seat, vote)?,
        Event::ContradictionOverruled { manifest, auditor, commitment, .. } => {
            overrule(cells, fold.at, *manifest, *auditor, *commitment)?;
        }
        Event::StatementFinal { manifest, last } => finalise(cells, *manifest, last)?,
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
    if let Some(manifest) = header.parent {
        let parent = cells.batch(manifest).map_err(|_| Unfit::Missing)?;
        let again = parent.again.saturating_add(header.total);
        cells.put(&CellKey::Batch(manifest), &Batch { again, ..*parent });
    }
    cells.put(&CellKey::Batch(executed.manifest), &Batch::new(executed));
    Ok(())
}

#[inline(never)]
fn state(
    cells: &mut impl CellsMut,
    fold: &Fold<'_>,
    seat: SeatId,
    statement: &Statement,
    commitment: StatementHash,
) -> Result<(), Unfit> {
    let (key, at) = (*fold.actor.ok_or(Unfit::Missing)?, fold.at);
    let stated = Stated { key, at, commitment, statement: *statement, voters: 0, cleared: 0 };
    cells.put(&CellKey::Statement(statement.manifest, seat), &stated);
    Ok(())
}

/// A contradiction that stood ends with the seat's next vote, and the time of the statement begins anew. What was overruled
/// stands no more: whoever repeats it holds nothing up. It does not bind the seat's next key.
#[inline(never)]
fn vote(cells: &mut impl CellsMut, fold: &Fold<'_>, seat: SeatId, vote: &Vote) -> Result<(), Unfit> {
    let (key, at) = (*fold.actor.ok_or(Unfit::Missing)?, fold.at);
    let last = cells.voted(vote.manifest, seat).map_err(|_| Unfit::Missing)?;
    if let Some(last) = last.filter(|last| last.contradicts(last.commitment)) {
        on_statement(cells, vote.manifest, last.recorder, last.commitment, &mut |stated| stated.cleared = at)?;
    }
    let Vote { manifest, number, recorder, commitment, verdict, .. } = *vote;
    let bit = 1_u32.checked_shl(seat.index.into()).ok_or(Unfit::Missing)?;
    on_statement(cells, manifest, recorder, commitment, &mut |stated| stated.voters |= bit)?;
    let overruled = last.filter(|last| last.key == key).and_then(|last| last.overruled);
    let voted = Voted { number, recorder, commitment, verdict, key, at, overruled };
    cells.put(&CellKey::Vote(manifest, seat), &voted);
    Ok(())
}

#[inline(never)]
fn overrule(
    cells: &mut impl CellsMut,
    at: u64,
    manifest: ManifestHash,
    auditor: SeatId,
    commitment: StatementHash,
) -> Result<(), Unfit> {
    let voted = cells.voted(manifest, auditor).map_err(|_| Unfit::Missing)?.ok_or(Unfit::Missing)?;
    if voted.contradicts(commitment) {
        on_statement(cells, manifest, voted.recorder, commitment, &mut |stated| stated.cleared = at)?;
    }
    cells.put(&CellKey::Vote(manifest, auditor), &Voted { overruled: Some(commitment), ..voted });
    Ok(())
}

/// Changes a recorder's statement, where it is still this one.
#[inline(never)]
fn on_statement(
    cells: &mut impl CellsMut,
    manifest: ManifestHash,
    recorder: SeatId,
    commitment: StatementHash,
    how: &mut dyn FnMut(&mut Stated),
) -> Result<(), Unfit> {
    let stated = cells.stated(manifest, recorder).map_err(|_| Unfit::Missing)?;
    if let Some(mut stated) = stated.filter(|stated| stated.commitment == commitment) {
        how(&mut stated);
        cells.put(&CellKey::Statement(manifest, recorder), &stated);
    }
    Ok(())
}

/// The line gets back what this statement says, in place of what the last one said.
#[inline(never)]
fn finalise(cells: &mut impl CellsMut, manifest: ManifestHash, last: &Final) -> Result<(), Unfit> {
    let batch = cells.batch(manifest).map_err(|_| Unfit::Missing)?;
    credit(cells, manifest, Batch { last: Some(*last), ..*batch }, batch.last.as_ref())
}

/// Puts a batch with its last final statement, whose credit takes the place of the one before in the budget line.
pub(super) fn credit(
    cells: &mut impl CellsMut,
    manifest: ManifestHash,
    batch: Batch,
    before: Option<&Final>,
) -> Result<(), Unfit> {
    let of = |last: Option<&Final>| last.map_or(0, |last| last.credit);
    let key = CellKey::Line(batch.program, batch.line);
    let mut line: Line = read(cells, &key)?.ok_or(Unfit::Missing)?;
    let rest = line.returned.checked_sub(of(before));
    line.returned = rest.and_then(|rest| rest.checked_add(of(batch.last.as_ref()))).ok_or(Unfit::Missing)?;
    cells.put(&key, &line);
    cells.put(&CellKey::Batch(manifest), &batch);
    Ok(())
}
