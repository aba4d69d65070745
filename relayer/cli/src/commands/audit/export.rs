//! `greatseal audit export`: the rows as the indexer has them, page by page.

use super::{caught_up, companions::Beside, out::Out, rows::Rows};
use crate::{
    answers::{
        Text,
        audit::{AuditExported, CompanionsExported},
    },
    cli::AuditExport,
    error::CliError,
    output::note,
    session::Session,
};
use std::io::Write as _;

/// How many rows are written between two lines for people who wait.
const TELL: u64 = 10_000;

/// Writes all events, one JSON object a line. Evidence that is there already is not replaced unless that is asked for.
///
/// # Errors
///
/// [`CliError::Input`] where something is there already, [`CliError::Unreachable`].
pub async fn run(session: &Session, command: &AuditExport) -> Result<(), CliError> {
    let mut out = Out::begin(&command.out, command.replace)?;
    let mut beside = match &command.companions {
        Some(path) => Some(Beside::begin(session.relayer()?, path, command.replace)?),
        None => None,
    };
    let indexer = session.indexer()?;
    caught_up(&indexer, session.block.number).await?;
    let mut rows = Rows::of_indexer(&indexer);
    let mut count = 0_u64;
    while let Some((row, _)) = rows.next().await? {
        let text = serde_json::to_string(&row).map_err(|error| CliError::Failed(error.to_string()))?;
        writeln!(out, "{text}").map_err(|error| out.failed(&error))?;
        if let Some(beside) = &mut beside {
            beside.row(&row).await?;
        }
        count = count.saturating_add(1);
        if count.is_multiple_of(TELL) {
            note(&format!("{count} events written"));
        }
    }
    let companions = match (beside, &command.companions) {
        (Some(beside), Some(path)) => {
            let signatures = Text(u64::try_from(beside.finish()?).unwrap_or(u64::MAX));
            Some(CompanionsExported { signatures, file: path.display().to_string() })
        }
        _ => None,
    };
    out.finish()?;
    session.output.answer(&AuditExported { events: Text(count), file: command.out.display().to_string(), companions })
}
