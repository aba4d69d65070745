//! Pauses and modes: their clocks, their use, the duty that they leave behind; suspensions.

use super::{Fold, Unfit};
use crate::{
    bytes::IncidentId,
    cells::{CellKey, CellsMut},
    council::SeatId,
    emergency::{Duty, InMode, Paused, Report},
    language::emergency::Event,
    proposal_id::ProposalId,
    scope::{Pause, Scope, SetMode, Severity},
    state::State,
};

/// Applies an event about pauses, modes and reviews.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, fold: &mut Fold<'_>, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::Paused { id, pause, until, capped } => {
            fold.head.stops_until = fold.head.stops_until.max(*until);
            self::pause(cells, fold.at, *id, pause, *until, *capped)?;
        }
        Event::Lifted { scope, .. } => lift(cells, fold.at, *scope)?,
        Event::ModeChanged { id, set: Some(set), until, capped } => {
            fold.head.stops_until = fold.head.stops_until.max(*until);
            set_mode(cells, fold.at, *id, set, *until, *capped)?;
        }
        Event::ModeChanged { set: None, .. } => leave_mode(cells, fold.at)?,
        Event::ReviewFiled { seat, scope, set_by, version, severity, report, .. } => {
            let report = Report { set_by: *set_by, version: *version, severity: *severity, report: *report };
            file(cells, *scope, *seat, &report)?;
        }
        Event::ReviewAttested { scope, .. } => attest(cells, *scope)?,
        Event::OverrideUsed { scope, .. } => consent(cells, *scope)?,
    }
    Ok(())
}

#[inline(never)]
pub(super) fn pause(
    cells: &mut impl CellsMut,
    at: u64,
    id: ProposalId,
    pause: &Pause,
    until: u64,
    capped: bool,
) -> Result<(), Unfit> {
    let running = cells.paused(pause.scope, at).map_err(|_| Unfit::Missing)?;
    let since = running.map_or(at, |running| running.since);
    // A pause that is prolonged under a cap stays the pause that it is: no new name can dodge a lift under way. By the
    // Sovereign's word it is another one, which a lift of the first does not end.
    let (set_by, incident) =
        running.filter(|_| capped).map_or((id, pause.incident), |running| (running.set_by, running.incident));
    let (severity, reason) = (pause.severity, pause.reason);
    let sovereign_until = if capped { running.map_or(0, |running| running.sovereign_until) } else { until };
    let paused = Paused { until, since, set_by, incident, severity, reason, sovereign_until };
    cells.put(&CellKey::Pause(pause.scope), &paused);
    if capped {
        let named = Named { set_by, incident, severity, anew: set_by == id };
        spend(cells, at, (pause.scope, running.map(|running| running.until)), &named, until)?;
    }
    Ok(())
}

#[inline(never)]
pub(super) fn lift(cells: &mut impl CellsMut, at: u64, scope: Scope) -> Result<(), Unfit> {
    let running = cells.paused(scope, at).ok().flatten().ok_or(Unfit::Missing)?;
    cells.put(&CellKey::Pause(scope), &Paused { until: at, ..running });
    // A mode narrows everything: while it runs, the review of everything waits for it.
    let mode = cells.mode(at).map_err(|_| Unfit::Missing)?.filter(|_| scope == Scope::Everything);
    over(cells, mode.map_or(at, |mode| mode.until), scope)
}

#[inline(never)]
pub(super) fn set_mode(
    cells: &mut impl CellsMut,
    at: u64,
    id: ProposalId,
    set: &SetMode,
    until: u64,
    capped: bool,
) -> Result<(), Unfit> {
    let running = cells.mode(at).map_err(|_| Unfit::Missing)?;
    let kept = running.filter(|running| capped && running.mode == set.mode);
    let (set_by, incident) = kept.map_or((id, set.incident), |running| (running.set_by, running.incident));
    let sovereign_until = if capped { kept.map_or(0, |running| running.sovereign_until) } else { until };
    cells.put(&CellKey::Mode, &InMode { mode: set.mode, until, incident, set_by, sovereign_until });
    if capped {
        let scope = (Scope::Everything, running.map(|running| running.until));
        let named = Named { set_by, incident, severity: set.severity, anew: set_by == id };
        spend(cells, at, scope, &named, until)?;
    }
    Ok(())
}

#[inline(never)]
pub(super) fn leave_mode(cells: &mut impl CellsMut, at: u64) -> Result<(), Unfit> {
    let running = cells.mode(at).ok().flatten().ok_or(Unfit::Missing)?;
    cells.put(&CellKey::Mode, &InMode { until: at, ..running });
    // A pause of everything may still run: the review waits for it.
    let paused = cells.paused(Scope::Everything, at).map_err(|_| Unfit::Missing)?;
    over(cells, paused.map_or(at, |paused| paused.until), Scope::Everything)
}

/// What a review is named by.
struct Named {
    set_by: ProposalId,
    incident: IncidentId,
    severity: Severity,
    /// Whether this begins now, and prolongs nothing of that name.
    anew: bool,
}

/// What the power was used for is counted, and owes a review.
fn spend(
    cells: &mut impl CellsMut,
    at: u64,
    (scope, running): (Scope, Option<u64>),
    named: &Named,
    until: u64,
) -> Result<(), Unfit> {
    // What adds nothing is not counted and owes nothing. It would push the buckets towards its end, and old use out of them.
    if running.is_some_and(|running| until <= running) {
        return Ok(());
    }
    charge(cells, scope, running.unwrap_or(at), until)?;
    oblige(cells, at, (scope, running), named, until)
}

/// Seconds that are added are counted where they end, in the scope and in all together.
fn charge(cells: &mut impl CellsMut, scope: Scope, from: u64, until: u64) -> Result<(), Unfit> {
    if scope.single() || until <= from {
        return Ok(());
    }
    let seconds = u32::try_from(until.saturating_sub(from)).unwrap_or(u32::MAX);
    for key in [Some(scope), None] {
        let used = cells.used(key).map_err(|_| Unfit::Missing)?.charged(seconds, until);
        cells.put(&CellKey::Use(key), &used);
    }
    Ok(())
}

/// Whoever pauses owes a review. A pause that began only by the Sovereign's consent adds to what is owed, and uses the
/// consent up, wherever it overlaps. One that is prolonged needs none; a single account overlaps with itself alone.
fn oblige(
    cells: &mut impl CellsMut,
    at: u64,
    (scope, running): (Scope, Option<u64>),
    named: &Named,
    until: u64,
) -> Result<(), Unfit> {
    let Named { set_by, incident, severity, anew } = *named;
    let fresh = Duty { set_by, incident, severity, since: at, until, pauses: 1, reports: 0, consent: false };
    let duty = match cells.duty(scope).map_err(|_| Unfit::Missing)? {
        None => fresh,
        // Named by the newest, which is reviewed with those before it.
        Some(owed) if at < owed.until && anew => {
            Duty { set_by, incident, severity, until: until.max(owed.until), ..owed }
        }
        Some(owed) if at < owed.until => Duty { until: until.max(owed.until), ..owed },
        Some(owed) => {
            let (since, pauses) = (owed.since, owed.pauses.saturating_add(1));
            Duty { since, pauses, consent: running.is_some() && owed.consent, ..fresh }
        }
    };
    let mut duties = cells.duties().map_err(|_| Unfit::Missing)?;
    for (due, _) in duties.iter().filter(|(due, ends)| *due != scope && at >= *ends) {
        if running.is_none() && !scope.single() && (scope == Scope::Everything || *due == Scope::Everything) {
            with_duty(cells, *due, &mut |other| other.consent = false)?;
        }
    }
    if !scope.single() {
        duties.retain(|(due, _)| *due != scope);
        duties.push((scope, duty.until));
        cells.put(&CellKey::Duties, &duties);
    }
    cells.put(&CellKey::Duty(scope), &Some(duty));
    Ok(())
}

/// What was paused runs again at `at` at the latest: then the review can begin.
fn over(cells: &mut impl CellsMut, at: u64, scope: Scope) -> Result<(), Unfit> {
    if cells.duty(scope).map_err(|_| Unfit::Missing)?.is_none() {
        return Ok(());
    }
    with_duty(cells, scope, &mut |duty| duty.until = duty.until.min(at))?;
    let mut duties = cells.duties().map_err(|_| Unfit::Missing)?;
    for (_, ends) in duties.iter_mut().filter(|(due, _)| *due == scope) {
        *ends = at.min(*ends);
    }
    if !scope.single() {
        cells.put(&CellKey::Duties, &duties);
    }
    Ok(())
}

#[inline(never)]
pub(super) fn file(cells: &mut impl CellsMut, scope: Scope, seat: SeatId, report: &Report) -> Result<(), Unfit> {
    cells.put(&CellKey::Report(scope, seat), report);
    match report.version {
        1 => with_duty(cells, scope, &mut |duty| duty.reports = duty.reports.saturating_add(1)),
        _ => Ok(()),
    }
}

#[inline(never)]
pub(super) fn attest(cells: &mut impl CellsMut, scope: Scope) -> Result<(), Unfit> {
    let mut duties = cells.duties().map_err(|_| Unfit::Missing)?;
    duties.retain(|(due, _)| *due != scope);
    if !scope.single() {
        cells.put(&CellKey::Duties, &duties);
    }
    cells.put(&CellKey::Duty(scope), &None::<Duty>);
    Ok(())
}

#[inline(never)]
pub(super) fn consent(cells: &mut impl CellsMut, scope: Scope) -> Result<(), Unfit> {
    with_duty(cells, scope, &mut |duty| duty.consent = true)
}

#[inline(never)]
fn with_duty(cells: &mut impl CellsMut, scope: Scope, how: &mut dyn FnMut(&mut Duty)) -> Result<(), Unfit> {
    let mut duty = cells.duty(scope).ok().flatten().ok_or(Unfit::Missing)?;
    how(&mut duty);
    cells.put(&CellKey::Duty(scope), &Some(duty));
    Ok(())
}
