//! Programmes with what is left of their budgets, batches that wait, disputes with their clocks.
//!
//! The chain has all of it, by name; the listing has the names. Where it is not whole, the chain's own counts show what is
//! missing.

use crate::{
    answers::{
        self, Text,
        dispute::Dispute,
        status::{self, RuleSet},
    },
    commands::listing::Listing,
    error::CliError,
    session::Session,
};
use greatseal_protocol::{
    batch::Batch,
    bytes::{AssetHash, ReferenceHash},
    cells::{CellKey, Cells},
    council::{Council, SeatId},
    program::{Budget, Program},
    state::State,
};
use std::collections::BTreeMap;

/// Programmes, and the batches that are not closed.
type Money = (Vec<status::Program>, Vec<answers::batch::Batch>);

/// Programmes, and the batches that are not closed.
///
/// # Errors
///
/// [`CliError::Chain`], here and below.
pub(super) async fn read(session: &Session, listing: &Listing) -> Result<Money, CliError> {
    let programs = programs(session, listing).await?;
    let (listed, open) = batches(session, listing).await?;
    let mut told = Vec::new();
    for (id, program) in &programs {
        let listed = listed.get(id).copied().unwrap_or(0);
        told.push(of_program(session, listing, (*id, program), listed).await?);
    }
    Ok((told, open))
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
    listed: u32,
) -> Result<status::Program, CliError> {
    let Program { version, terms, batches, .. } = program;
    let rules = &terms.rules;
    let assets = listing.named(|key| match key {
        CellKey::Budget(program, asset) if *program == id => Some(*asset),
        _ => None,
    });
    let mut budgets = Vec::new();
    for asset in assets {
        let budget = session.cells([CellKey::Budget(id, asset)]).await?.budget(id, asset)?;
        budgets.extend(budget.map(|budget| of_asset(asset, &budget, session.now)));
    }
    Ok(status::Program {
        program: id,
        version: *version,
        rule_set: RuleSet {
            version: rules.version,
            hash: Text(rules.hash),
            effective_from: Text(rules.effective_from),
        },
        privacy: Text(terms.privacy),
        batches: *batches,
        batches_not_listed: batches.saturating_sub(listed),
        budgets,
    })
}

/// What may still be paid of an asset, at once and in small batches.
fn of_asset(asset: AssetHash, budget: &Budget, now: u64) -> status::Budget {
    let limits = budget.limits;
    let ends = limits.period_at(now).saturating_add(1).saturating_mul(limits.period.into());
    let small = limits.small.saturating_sub(budget.small.sum(now)).min(budget.left(now));
    status::Budget {
        asset: Text(asset),
        budget: Text(limits.budget),
        left: Text(budget.left(now)),
        left_small: Text(small),
        until: Text(ends),
    }
}

/// How many batches of each programme are listed, and those that are not closed.
async fn batches(
    session: &Session,
    listing: &Listing,
) -> Result<(BTreeMap<u32, u32>, Vec<answers::batch::Batch>), CliError> {
    let roots = listing.named(|key| match key {
        CellKey::Batch(root) => Some(*root),
        _ => None,
    });
    let (mut listed, mut open): (BTreeMap<u32, u32>, _) = (BTreeMap::new(), Vec::new());
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
        open.push(answers::batch::Batch::of(root, &batch, disputed));
    }
    Ok((listed, open))
}

/// Open disputes, and how many of them nobody names.
pub(super) async fn disputes(session: &Session, listing: &Listing) -> Result<(Vec<Dispute>, u32), CliError> {
    let open = open_disputes(session).await?;
    let subjects = listing.named(|key| match key {
        CellKey::Dispute(subject) => Some(*subject),
        _ => None,
    });
    let mut listed = Vec::new();
    for subject in subjects {
        let cells = session.cells([CellKey::Dispute(subject)]).await?;
        let dispute = cells.dispute(subject)?.filter(|dispute| dispute.open());
        listed.extend(dispute.map(|dispute| Dispute::of(subject, &dispute, session.now)));
    }
    let missing = u32::try_from(open.saturating_sub(listed.len())).unwrap_or(u32::MAX);
    Ok((listed, missing))
}
