//! `greatseal program`: a programme with its rule sets and budget lines.

use super::listing::{LINES, Listing, RULE_SETS};
use crate::{
    answers::{
        self, Text,
        program::{BudgetLine, ProgramShown, RuleSet},
    },
    cli,
    error::CliError,
    session::Session,
};
use greatseal_protocol::{
    batch::Batch,
    cells::{CellKey, Cells},
    program::Program,
    state::State,
};
use std::collections::BTreeSet;

/// `greatseal program …`
///
/// # Errors
///
/// [`CliError::Refused`] with 800 where there is none.
pub async fn run(session: &Session, command: &cli::Programs) -> Result<(), CliError> {
    let cli::Programs::Show { program: id } = command;
    let present = session.cells([CellKey::Program(*id)]).await?.program(*id)?;
    let listing = Listing::of(session).await?;
    let listed = batches(session, &listing, *id).await?;
    let program = of_program(session, &listing, (*id, &present), listed).await?;
    session.output.answer(&ProgramShown { block: session.at(), program, listing: listing.told() })
}

/// How many batches of a programme are listed.
async fn batches(session: &Session, listing: &Listing, program: u32) -> Result<u32, CliError> {
    let keys: Vec<CellKey> = listing.named(|key| matches!(key, CellKey::Batch(_)).then_some(*key)).collect();
    let cells = session.cells(keys.iter().copied()).await?;
    let mut count = 0_u32;
    for key in keys {
        let batch: Option<Batch> = cells.cell(&key)?;
        if batch.is_some_and(|batch| batch.program == program) {
            count = count.saturating_add(1);
        }
    }
    Ok(count)
}

/// A programme with its parts, of whose batches so many are listed.
///
/// # Errors
///
/// [`CliError::Chain`], here and below.
pub(crate) async fn of_program(
    session: &Session,
    listing: &Listing,
    (id, program): (u32, &Program),
    listed: u32,
) -> Result<answers::program::Program, CliError> {
    let Program { version, terms, batches, last, .. } = program;
    Ok(answers::program::Program {
        program: id,
        version: *version,
        authority: terms.authority,
        privacy: Text(terms.privacy),
        schedule: Text(terms.schedule),
        auditors: terms.auditors,
        challenge: terms.challenge,
        rule_sets: rule_sets(session, listing, (id, program)).await?,
        batches: *batches,
        last_batch: last.map(Text),
        batches_not_listed: batches.saturating_sub(listed),
        lines: lines(session, listing, id).await?,
    })
}

/// A programme's rule sets, by version: all that are listed, or the newest by number where nobody lists them.
pub(crate) async fn rule_sets(
    session: &Session,
    listing: &Listing,
    (id, program): (u32, &Program),
) -> Result<Vec<RuleSet>, CliError> {
    let mut versions: BTreeSet<u32> = listing
        .named(|key| match key {
            CellKey::Rules(program, version) if *program == id => Some(*version),
            _ => None,
        })
        .collect();
    if !listing.complete() {
        let first = program.rules.saturating_sub(RULE_SETS).saturating_add(1);
        versions.extend(first..=program.rules);
    }
    let cells = session.cells(versions.iter().map(|version| CellKey::Rules(id, *version))).await?;
    let mut found = Vec::new();
    for version in versions {
        found.extend(cells.rules(id, version)?.map(|rules| RuleSet::of(version, &rules, session.now)));
    }
    Ok(found)
}

/// A programme's budget lines, by number: all that are listed, or the first ones where nobody lists them.
pub(crate) async fn lines(session: &Session, listing: &Listing, id: u32) -> Result<Vec<BudgetLine>, CliError> {
    let mut numbers: BTreeSet<u32> = listing
        .named(|key| match key {
            CellKey::Line(program, line) if *program == id => Some(*line),
            _ => None,
        })
        .collect();
    if !listing.complete() {
        numbers.extend(1..=LINES);
    }
    let cells = session.cells(numbers.iter().map(|line| CellKey::Line(id, *line))).await?;
    let mut found = Vec::new();
    for number in numbers {
        found.extend(cells.line(id, number)?.map(|line| BudgetLine::of(number, &line, session.now)));
    }
    Ok(found)
}
