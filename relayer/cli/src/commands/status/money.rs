//! Programmes with what is left of their budgets, batches that wait, disputes with their clocks.
//!
//! The chain has all of it, by name; the listing has the names. Where it is not whole, the chain's own counts show what is
//! missing.

use super::clock;
use crate::{
    commands::{batch::waits, dispute::standing, listing::Listing},
    error::CliError,
    output::{Line, line},
    session::Session,
};
use greatseal_protocol::{
    batch::Batch,
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    program::{Budget, Program},
    state::State,
};
use std::collections::BTreeMap;

/// Programmes, batches, disputes.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(super) async fn tell(session: &Session, listing: &Listing, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let programs = programs(session, listing).await?;
    for (id, program) in &programs {
        of_program(session, listing, (*id, program), lines).await?;
    }
    batches(session, listing, &programs, lines).await?;
    disputed(session, listing, lines).await
}

async fn programs(session: &Session, listing: &Listing) -> Result<BTreeMap<u32, Program>, CliError> {
    let ids = listing.named(|key| match key {
        CellKey::Program(id) => Some(*id),
        _ => None,
    });
    let mut found = BTreeMap::new();
    for id in ids {
        let program: Option<Program> = session.cells([CellKey::Program(id)]).await?.cell(&CellKey::Program(id))?;
        found.extend(program.map(|program| (id, program)));
    }
    Ok(found)
}

/// How many disputes are open, by the counts of the seats that can open one.
async fn open_disputes(session: &Session) -> Result<usize, CliError> {
    let council = Council::Auditor;
    let size = session.cells([CellKey::Council(council)]).await?.council(council)?.size;
    let seats = || (0..size).map(|index| SeatId { council, index });
    let cells = session.cells(seats().map(CellKey::OpenDisputes)).await?;
    let counts = seats().map(|seat| cells.open_disputes(seat).map(usize::from));
    Ok(counts.sum::<Result<usize, _>>()?)
}

async fn of_program(
    session: &Session,
    listing: &Listing,
    (id, program): (u32, &Program),
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
    let assets = listing.named(|key| match key {
        CellKey::Budget(program, asset) if *program == id => Some(*asset),
        _ => None,
    });
    for asset in assets {
        let key = CellKey::Budget(id, asset);
        if let Some(budget) = session.cells([key]).await?.budget(id, asset)? {
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
    listing: &Listing,
    programs: &BTreeMap<u32, Program>,
    lines: &mut Vec<Line>,
) -> Result<(), CliError> {
    let roots = listing.named(|key| match key {
        CellKey::Batch(root) => Some(*root),
        _ => None,
    });
    let mut listed: BTreeMap<u32, u32> = BTreeMap::new();
    for root in roots {
        let key = CellKey::Batch(root);
        let batch: Option<Batch> = session.cells([key]).await?.cell(&key)?;
        let Some(batch) = batch else { continue };
        let count = listed.entry(batch.program).or_default();
        *count = count.saturating_add(1);
        if batch.reconciled.is_some() {
            continue;
        }
        let subject = ReferenceHash(root.0);
        let dispute = session.cells([CellKey::Dispute(subject)]).await?.dispute(subject)?;
        let disputed = dispute.is_some_and(|dispute| dispute.open());
        if let Some(waits) = waits(&batch, disputed) {
            let place = format!("{} of programme {}", batch.number, batch.program);
            let ended = format!("{} of {} entries ended", batch.cursor, batch.count);
            lines.push(line("batch", format!("{place}, {root}: {ended}, waits for {waits}")));
        }
    }
    for (id, program) in programs {
        let missing = program.batches.saturating_sub(listed.get(id).copied().unwrap_or(0));
        if missing > 0 {
            lines.push(line("not listed", format!("{missing} batches of programme {id}, which nobody names")));
        }
    }
    Ok(())
}

async fn disputed(session: &Session, listing: &Listing, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let open = open_disputes(session).await?;
    let subjects = listing.named(|key| match key {
        CellKey::Dispute(subject) => Some(*subject),
        _ => None,
    });
    let mut listed = 0_usize;
    for subject in subjects {
        let cells = session.cells([CellKey::Dispute(subject)]).await?;
        let dispute = cells.dispute(subject)?.filter(|dispute| dispute.open());
        if let Some(dispute) = dispute {
            lines.push(line("dispute", format!("{subject} {}", standing(&dispute, session.now))));
            listed = listed.saturating_add(1);
        }
    }
    let missing = open.saturating_sub(listed);
    if missing > 0 {
        lines.push(line("not listed", format!("{missing} open disputes, which nobody names")));
    }
    Ok(())
}
