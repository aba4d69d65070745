//! `greatseal manifest`: what a batch commits to.

use crate::{
    answers::{Text, manifest::ManifestChecked},
    cli,
    error::CliError,
    manifest::{load, named, rail, write},
    output::{Output, Printable, say},
    session::{Session, Settings},
    text,
};
use greatseal_protocol::{
    batch::{Header, Rail},
    cells::CellKey,
    refusal::Refusal,
    state::State,
};
use std::path::Path;

/// `greatseal manifest …`
///
/// # Errors
///
/// [`CliError::Faults`] with every entry that is not right.
pub async fn run(command: &cli::Manifests, settings: &Settings) -> Result<(), CliError> {
    match command {
        cli::Manifests::Check { file, rail: name } => {
            check(file, name.as_deref().map(rail).transpose()?, settings.output)
        }
        cli::Manifests::Hash { file } => hash(file, settings.output),
        cli::Manifests::Make(command) => make(&Session::open(settings).await?, command).await,
    }
}

fn check(file: &Path, rail: Option<Rail>, output: Output) -> Result<(), CliError> {
    let checked = load(file, rail)?;
    let rail = rail.or(checked.header.map(|header| header.rail)).unwrap_or(Rail::Queryable);
    output.answer(&ManifestChecked {
        manifest: checked.facts(),
        pseudonyms: Text(checked.key),
        rail: Text(rail),
        warnings: checked.warnings,
    })
}

fn hash(file: &Path, output: Output) -> Result<(), CliError> {
    let checked = load(file, None)?;
    match checked.hash() {
        Some(hash) if !output.json => {
            say(&Printable::new(hash));
            Ok(())
        }
        _ => output.answer(&checked.facts()),
    }
}

/// The deployment is the session's, and the rule set the newest where none is named.
async fn make(session: &Session, command: &cli::Make) -> Result<(), CliError> {
    let rail = rail(&command.rail)?;
    let checked = load(&command.entries, Some(rail))?;
    let cells = session.cells([CellKey::Head, CellKey::Program(command.program)]).await?;
    let newest = cells.program(command.program)?.rules;
    let parent = command.parent.as_deref().map(named).transpose()?.map(|(manifest, _)| manifest);
    let header = Header {
        version: Header::VERSION,
        deployment: cells.head()?.domain.deployment,
        program: command.program,
        asset: text::asset("--asset", &command.asset)?,
        payer: text::account("--payer", &command.payer)?,
        rail,
        rules: command.rules.unwrap_or(newest),
        line: command.line,
        pay_on: text::moment("--pay-on", &command.pay_on, session.now)?,
        count: checked.head.size,
        total: checked.total,
        root: checked.root(),
        parent,
    };
    let keys = [CellKey::Rules(header.program, header.rules), CellKey::Line(header.program, header.line)];
    let cells = session.cells(keys).await?;
    cells.rules(header.program, header.rules)?.ok_or(Refusal::RulesDiffer)?;
    cells.line(header.program, header.line)?.ok_or(Refusal::UnknownLine)?;
    write(&command.entries, &header, &command.out)?;
    session.output.answer(&load(&command.out, None)?.facts())
}
