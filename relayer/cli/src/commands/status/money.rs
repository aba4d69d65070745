//! Programmes with what is left of their budget lines, batches that wait, disputes with their clocks.
//!
//! The chain has all of it, by name; the listing has the names. Where it is not whole, the chain's own counts show what is
//! missing.

use crate::{
    answers::{self, dispute::Dispute},
    commands::{dispute, listing::Listing, places, program::of_program},
    error::CliError,
    session::Session,
};
use greatseal_protocol::{
    batch::Batch,
    cells::{CellKey, Cells},
    council::Council,
    dispute::Subject,
    program::Program,
    state::State,
};
use std::collections::{BTreeMap, BTreeSet};

/// Programmes, and the batches that are not closed.
type Money = (Vec<answers::program::Program>, Vec<answers::batch::Batch>);

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

/// How many disputes are open, by the counts of the seats that can open one: auditors', and those of the authorities that are
/// listed.
async fn open_disputes(session: &Session, listing: &Listing) -> Result<usize, CliError> {
    let councils: Vec<_> = [Council::Auditor].into_iter().chain(places::authorities(listing)).collect();
    let seats = places::sitting(session, &councils).await?;
    let cells =
        session.cells(seats.iter().flat_map(|seat| [CellKey::OpenDisputes(*seat), CellKey::Seat(*seat)])).await?;
    let counts = seats.into_iter().map(|seat| {
        let open = cells.open_disputes(seat, &cells.seat(seat)?.key)?;
        Ok::<_, CliError>(open.counts.into_iter().map(usize::from).sum::<usize>())
    });
    counts.sum()
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
        if batch.reconciled().is_some() {
            continue;
        }
        let cells = session.cells([CellKey::Stopped(root)]).await?;
        let about = dispute::about(session, Some(listing), Subject::Batch(root)).await?;
        let disputed = about.iter().any(|dispute| dispute.open);
        open.push(answers::batch::Batch::of(root, &batch, cells.stopped(root)?, disputed));
    }
    Ok((listed, open))
}

/// Open disputes, and how many of them nobody names.
pub(super) async fn disputes(session: &Session, listing: &Listing) -> Result<(Vec<Dispute>, u32), CliError> {
    let open = open_disputes(session, listing).await?;
    let subjects: BTreeSet<Subject> = listing
        .named(|key| match key {
            CellKey::Dispute(id) => Some(id.subject),
            _ => None,
        })
        .collect();
    let mut listed = Vec::new();
    for subject in subjects {
        let about = dispute::about(session, Some(listing), subject).await?;
        listed.extend(about.into_iter().filter(|dispute| dispute.open));
    }
    let missing = u32::try_from(open.saturating_sub(listed.len())).unwrap_or(u32::MAX);
    Ok((listed, missing))
}
