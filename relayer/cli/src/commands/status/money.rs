//! Programmes with what is left of their budgets, batches that wait, disputes with their clocks.
//!
//! The chain has all of it, by name. The indexer gives the names of assets, batches and disputes; where it leaves one out
//! the chain's own counts show that.

use super::{clock, unreadable};
use crate::{
    commands::{batch::waits, dispute::standing, history::records},
    error::CliError,
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::{
    bytes::{AssetHash, ManifestRoot, ReferenceHash},
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    event::{Event, Record},
    program::{Budget, Program},
};
use std::collections::{BTreeMap, BTreeSet};

/// Programmes that are looked up by number; those above are named by the indexer.
const PROGRAMS: u32 = 8;
/// Events with the names.
const KINDS: [&str; 3] = ["ProgramChanged", "BatchExecuted", "DisputeOpened"];

/// What the indexer names.
#[derive(Default)]
struct Names {
    assets: BTreeSet<(u32, AssetHash)>,
    batches: BTreeSet<ManifestRoot>,
    subjects: BTreeSet<ReferenceHash>,
}

/// Programmes, batches, disputes.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(super) async fn tell(session: &Session, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let mut programs = programs(session, 1..=PROGRAMS).await?;
    let disputes = open_disputes(session).await?;
    let names = match records(session, &KINDS).await {
        Ok(records) => names(&records),
        Err(error) => {
            let what = format!("budgets, batches, disputes and programmes above {PROGRAMS}");
            lines.push(line("not listed", format!("{what}: {error}")));
            Names::default()
        }
    };
    let above = names.assets.iter().map(|(program, _)| *program).filter(|program| *program > PROGRAMS);
    programs.extend(self::programs(session, above.collect::<BTreeSet<_>>()).await?);
    for (id, program) in &programs {
        of_program(session, (*id, program), &names, lines).await?;
    }
    batches(session, &programs, &names, lines).await?;
    disputed(session, disputes, &names, lines).await
}

async fn programs(session: &Session, ids: impl IntoIterator<Item = u32>) -> Result<BTreeMap<u32, Program>, CliError> {
    let ids: Vec<u32> = ids.into_iter().collect();
    let cells = session.cells(ids.iter().copied().map(CellKey::Program)).await?;
    let mut found = BTreeMap::new();
    for id in ids {
        let program: Option<Program> = cells.cell(&CellKey::Program(id)).map_err(unreadable)?;
        found.extend(program.map(|program| (id, program)));
    }
    Ok(found)
}

/// How many disputes are open, by the counts of the seats that can open one.
async fn open_disputes(session: &Session) -> Result<usize, CliError> {
    let council = Council::Auditor;
    let size = session.cells([CellKey::Council(council)]).await?.council(council).map_err(unreadable)?.size;
    let seats = || (0..size).map(|index| SeatId { council, index });
    let cells = session.cells(seats().map(CellKey::OpenDisputes)).await?;
    let counts = seats().map(|seat| cells.open_disputes(seat).map(usize::from));
    counts.sum::<Result<usize, _>>().map_err(unreadable)
}

fn names(records: &[Record]) -> Names {
    let mut names = Names::default();
    for record in records {
        match &record.event {
            Event::ProgramChanged { program, assets, .. } => {
                names.assets.extend(assets.iter().map(|terms| (*program, terms.asset)));
            }
            Event::BatchExecuted { batch, .. } => {
                names.batches.insert(batch.order.manifest);
            }
            Event::DisputeOpened { subject, .. } => {
                names.subjects.insert(*subject);
            }
            _ => {}
        }
    }
    names
}

async fn of_program(
    session: &Session,
    (id, program): (u32, &Program),
    names: &Names,
    lines: &mut Vec<Line>,
) -> Result<(), CliError> {
    let Program { version, terms, batches, .. } = program;
    let (rules, now) = (&terms.rules, session.now);
    let effect = match rules.effective_from.checked_sub(now) {
        Some(left) if left > 0 => format!("in effect from {}", clock(rules.effective_from, now)),
        _ => "in effect".to_owned(),
    };
    let rules = format!("rule set version {} {effect}", rules.version);
    lines.push(line("programme", format!("{id} version {version}: {rules}, {}, {batches} batches", terms.privacy)));
    let assets: Vec<_> = names.assets.iter().filter(|(program, _)| *program == id).collect();
    let cells = session.cells(assets.iter().map(|(id, asset)| CellKey::Budget(*id, *asset))).await?;
    for (id, asset) in assets {
        if let Some(budget) = cells.budget(*id, *asset).map_err(unreadable)? {
            lines.push(line("budget", format!("{id} sha256:{asset}: {}", left(&budget, now))));
        }
    }
    Ok(())
}

/// What may still be paid, at once and in small batches.
fn left(budget: &Budget, now: u64) -> String {
    let limits = budget.limits;
    let ends = limits.period_at(now).saturating_add(1).saturating_mul(limits.period.into());
    let small = limits.small.saturating_sub(budget.small.sum(now)).min(budget.left(now));
    let whole = format!("{} of {} left until {}", budget.left(now), limits.budget, clock(ends, now));
    format!("{whole}, {small} of it in small batches now")
}

async fn batches(
    session: &Session,
    programs: &BTreeMap<u32, Program>,
    names: &Names,
    lines: &mut Vec<Line>,
) -> Result<(), CliError> {
    let roots = || names.batches.iter().copied();
    let cells = session.cells(roots().map(CellKey::Batch)).await?;
    let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
    for root in roots() {
        let batch = cells.batch(root).map_err(unreadable)?;
        let count = counts.entry(batch.program).or_default();
        *count = count.saturating_add(1);
        if batch.reconciled.is_some() {
            continue;
        }
        let subject = ReferenceHash(root.0);
        let dispute = session.cells([CellKey::Dispute(subject)]).await?.dispute(subject).map_err(unreadable)?;
        let disputed = dispute.is_some_and(|dispute| dispute.open());
        if let Some(waits) = waits(&batch, disputed) {
            let place = format!("{} of programme {}", batch.number, batch.program);
            let ended = format!("{} of {} entries ended", batch.cursor, batch.count);
            lines.push(line("batch", format!("{place}, {root}: {ended}, waits for {waits}")));
        }
    }
    for (id, program) in programs {
        let missing = program.batches.saturating_sub(counts.get(id).copied().unwrap_or_default());
        if missing > 0 {
            lines.push(line(
                "not listed",
                format!("{missing} batches of programme {id}, which the indexer does not name"),
            ));
        }
    }
    Ok(())
}

async fn disputed(session: &Session, open: usize, names: &Names, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let cells = session.cells(names.subjects.iter().copied().map(CellKey::Dispute)).await?;
    let mut listed = 0_usize;
    for subject in &names.subjects {
        let dispute = cells.dispute(*subject).map_err(unreadable)?.filter(|dispute| dispute.open());
        if let Some(dispute) = dispute {
            lines.push(line("dispute", format!("{subject} {}", standing(&dispute, session.now))));
            listed = listed.saturating_add(1);
        }
    }
    let missing = open.saturating_sub(listed);
    if missing > 0 {
        lines.push(line("not listed", format!("{missing} open disputes, which the indexer does not name")));
    }
    Ok(())
}
