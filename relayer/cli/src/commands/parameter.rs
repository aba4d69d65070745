//! `greatseal parameter`: what operators tune, its baseline, and how far they may go.

use crate::{
    answers::parameter::{Parameter, Parameters},
    cli,
    error::CliError,
    session::Session,
    text,
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    parameter,
    parameter::Tuning,
    refusal::Refusal,
};

/// `greatseal parameter show`
///
/// # Errors
///
/// [`CliError::Refused`] with 900 where the named one has no baseline.
pub async fn run(session: &Session, command: &cli::Parameters) -> Result<(), CliError> {
    let cli::Parameters::Show { name } = command;
    let named = name.as_deref().map(text::parameter).transpose()?;
    let mut all = tuned(session).await?;
    all.retain(|tuned| named.is_none_or(|name| name == tuned.name.0));
    if named.is_some() && all.is_empty() {
        return Err(Refusal::UnknownParameter.into());
    }
    session.output.answer(&Parameters { block: session.at(), parameters: all })
}

/// Parameters that have a value. Their list is closed.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn tuned(session: &Session) -> Result<Vec<Parameter>, CliError> {
    let cells = session.cells(parameter::Parameter::NAMED.map(|(name, _)| CellKey::Parameter(name))).await?;
    let mut found = Vec::new();
    for (name, _) in parameter::Parameter::NAMED {
        let tuning: Option<Tuning> = cells.cell(&CellKey::Parameter(name))?;
        found.extend(tuning.map(|tuning| Parameter::of(name, tuning)));
    }
    Ok(found)
}
