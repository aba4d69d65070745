//! `greatseal parameter`: what operators tune, its baseline, and how far they may go.

use crate::{
    cli,
    error::CliError,
    output::line,
    session::Session,
    text::{self, about},
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    parameter::{Parameter, Tuning},
    refusal::Refusal,
};
use serde_json::json;

/// A parameter that has a value.
pub struct Tuned {
    name: Parameter,
    tuning: Tuning,
}

impl Tuned {
    /// Its value, its baseline and its band.
    pub fn words(&self) -> String {
        let (low, high) = self.band();
        let Self { name, tuning: Tuning { value, baseline, .. } } = self;
        format!("{name} {value}, baseline {baseline}, band {low} to {high}")
    }

    /// What an operator may set without a decision.
    fn band(&self) -> (u64, u64) {
        let Tuning { baseline, .. } = self.tuning;
        let width = baseline / Tuning::BAND;
        (baseline.saturating_sub(width), baseline.saturating_add(width))
    }
}

/// `greatseal parameter show`
///
/// # Errors
///
/// [`CliError::Refused`] with 900 where the named one has no baseline.
pub async fn run(session: &Session, command: &cli::Parameters) -> Result<(), CliError> {
    let cli::Parameters::Show { name } = command;
    let named = name.as_deref().map(text::parameter).transpose()?;
    let mut all = tuned(session).await?;
    all.retain(|tuned| named.is_none_or(|name| name == tuned.name));
    if named.is_some() && all.is_empty() {
        return Err(Refusal::UnknownParameter.into());
    }
    let mut lines: Vec<_> = all
        .iter()
        .map(|tuned| {
            let since = session.now.saturating_sub(tuned.tuning.at);
            line(&tuned.name.to_string(), format!("{}, for {}", tuned.words(), about(since)))
        })
        .collect();
    if lines.is_empty() {
        lines.push(line("parameters", "none has a baseline yet: see `greatseal governance propose baseline --help`"));
    }
    let value = |tuned: &Tuned| {
        let (low, high) = tuned.band();
        let Tuning { value, baseline, at } = tuned.tuning;
        json!({
            "name": tuned.name.to_string(),
            "value": value.to_string(),
            "baseline": baseline.to_string(),
            "least": low.to_string(),
            "most": high.to_string(),
            "since": at.to_string(),
        })
    };
    session.output.answer(&lines, &json!({ "parameters": all.iter().map(value).collect::<Vec<_>>() }));
    Ok(())
}

/// Parameters that have a value. Their list is closed.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn tuned(session: &Session) -> Result<Vec<Tuned>, CliError> {
    let cells = session.cells(Parameter::NAMED.map(|(name, _)| CellKey::Parameter(name))).await?;
    let mut found = Vec::new();
    for (name, _) in Parameter::NAMED {
        let tuning: Option<Tuning> = cells.cell(&CellKey::Parameter(name))?;
        found.extend(tuning.map(|tuning| Tuned { name, tuning }));
    }
    Ok(found)
}
