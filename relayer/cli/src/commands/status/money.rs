//! Programmes with what is left of their budget lines, batches that wait, disputes with their clocks.
//!
//! The chain has all of it, by name; the listing has the names. Where it is not whole, the chain's own counts show what is
//! missing.

use crate::{
    answers::{
        self, Text,
        dispute::Dispute,
        program::{BudgetLine, RuleSet},
    },
    commands::{dispute, listing::Listing, unknown},
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
    let authorities = listing.named(|key| match key {
        CellKey::Council(council @ Council::Program(_)) if *council != Council::PROGRAM => Some(*council),
        _ => None,
    });
    let councils: Vec<_> = [Council::Auditor].into_iter().chain(authorities).collect();
    let seats = unknown::seats(session, &councils).await?;
    let cells =
        session.cells(seats.iter().flat_map(|seat| [CellKey::OpenDisputes(*seat), CellKey::Seat(*seat)])).await?;
    let counts = seats.into_iter().map(|seat| {
        let open = cells.open_disputes(seat, &cells.seat(seat)?.key)?;
        Ok::<_, CliError>(open.counts.into_iter().map(usize::from).sum::<usize>())
    });
    counts.sum()
}

pub(crate) async fn of_program(
    session: &Session,
    listing: &Listing,
    (id, program): (u32, &Program),
    listed: u32,
) -> Result<answers::program::Program, CliError> {
    let Program { version, terms, batches, .. } = program;
    let versions: BTreeSet<u32> = listing
        .named(|key| match key {
            CellKey::Rules(program, version) if *program == id => Some(*version),
            _ => None,
        })
        .collect();
    let numbers: BTreeSet<u32> = listing
        .named(|key| match key {
            CellKey::Line(program, line) if *program == id => Some(*line),
            _ => None,
        })
        .collect();
    let rules = versions.iter().map(|version| CellKey::Rules(id, *version));
    let cells = session.cells(rules.chain(numbers.iter().map(|line| CellKey::Line(id, *line)))).await?;
    let mut rule_sets = Vec::new();
    for version in versions {
        rule_sets.extend(cells.rules(id, version)?.map(|rules| RuleSet {
            version,
            hash: Text(rules.hash),
            effective_from: Text(rules.effective_from),
            effective_until: rules.effective_until.map(Text),
        }));
    }
    let mut lines = Vec::new();
    for number in numbers {
        lines.extend(cells.line(id, number)?.map(|line| BudgetLine::of(number, &line, session.now)));
    }
    Ok(answers::program::Program {
        program: id,
        version: *version,
        authority: terms.authority,
        privacy: Text(terms.privacy),
        auditors: terms.auditors,
        challenge: terms.challenge,
        rule_sets,
        batches: *batches,
        batches_not_listed: batches.saturating_sub(listed),
        lines,
    })
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
        let about = dispute::about(session, listing, Subject::Batch(root)).await?;
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
        let about = dispute::about(session, listing, subject).await?;
        listed.extend(about.into_iter().filter(|dispute| dispute.open));
    }
    let missing = u32::try_from(open.saturating_sub(listed.len())).unwrap_or(u32::MAX);
    Ok((listed, missing))
}
