//! `greatseal manifest`: what a batch commits to.

use crate::{
    answers::{
        Text,
        manifest::ManifestChecked,
        money::{BadRepayment, Batches, PaidAgain},
    },
    cli,
    error::CliError,
    manifest::{Checked, Faults, can, entries, headed, load, named, outcome::outcomes, rail, write},
    money::{
        claims::Claims,
        repaid::{Parent, Repayments},
    },
    output::{Output, Printable, say},
    session::{Session, Settings},
    text,
};
use greatseal_protocol::{
    batch::{Batch, Header},
    bytes::ManifestHash,
    cells::{CellKey, Cells as _},
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
        cli::Manifests::Check { file, rail: name, parent, parent_outcome } => {
            let checked = load(file, name.as_deref().map(rail).transpose()?)?;
            let repays = match parent {
                Some(parent) => Some(repaid(file, &checked, parent, parent_outcome.as_deref())?),
                None => None,
            };
            settings.output.answer(&ManifestChecked {
                manifest: checked.facts(),
                pseudonyms: Text(checked.key),
                rail: Text(checked.rail),
                repays,
                warnings: checked.warnings,
            })
        }
        cli::Manifests::Hash { file } => hash(file, settings.output),
        cli::Manifests::Make(command) => make(&Session::open(settings).await?, command).await,
    }
}

/// Compares the entries of a batch with those of the parent that they pay again.
fn repaid(file: &Path, child: &Checked, parent: &Path, outcome: Option<&Path>) -> Result<PaidAgain, CliError> {
    let (manifest, checked) = headed(parent)?;
    let named = child.header.map(|header| header.parent);
    if named.is_some_and(|named| named != Some(manifest)) || !child.pays_again() {
        let reason = format!("pays no entries of {} again", parent.display());
        return Err(CliError::file(file, reason, "give the manifest that its header names as its parent"));
    }
    let outcomes = match outcome {
        Some(path) => Some(outcomes(path, &checked, 0, &mut Claims::default())?),
        None => None,
    };
    let settled = outcomes.as_ref().map(|outcomes| outcomes.settled.as_slice());
    again(file, child, (manifest, &Parent { payments: checked.payments(), settled }))
}

/// What the entries of a child pay again of its parent.
///
/// # Errors
///
/// [`CliError::Faults`] with the entries that must not be paid again.
fn again(file: &Path, child: &Checked, (manifest, parent): (ManifestHash, &Parent<'_>)) -> Result<PaidAgain, CliError> {
    const HELP: &str = "pay again what the parent's outcomes leave unpaid, to the same persons, each once";
    let what = file.display().to_string();
    let batches = Batches(vec![(what.clone(), child.hash())]);
    let (mut faults, mut repaid) = (Faults::default(), Repayments::default());
    repaid.add(0, parent, &child.payments(), |bad| {
        faults.whole(BadRepayment::of(&batches, manifest, &bad).words());
    });
    match faults.is_empty() {
        true => Ok(PaidAgain::of(manifest, child.hash().as_slice(), child.head.size, repaid.left(parent))),
        false => Err(CliError::Faults { what, faults, help: HELP }),
    }
}

fn hash(file: &Path, output: Output) -> Result<(), CliError> {
    let (hash, checked) = headed(file)?;
    if output.json {
        return output.answer(&checked.facts());
    }
    say(&Printable::new(hash));
    Ok(())
}

/// The deployment is the session's. Where none is named the rule set is the parent's, under which the entries are due that are
/// paid again, and of a batch without a parent the newest that is in effect on the payday.
async fn make(session: &Session, command: &cli::Make) -> Result<(), CliError> {
    can(&command.entries, &command.out)?;
    let rail = rail(&command.rail)?;
    let mut checked = entries(&command.entries, rail, command.parent.is_some())?;
    let parent = match &command.parent {
        Some(name) => Some(parent(session, name, command, &checked).await?),
        None => None,
    };
    let cells = session.cells([CellKey::Head, CellKey::Program(command.program)]).await?;
    let pay_on = text::moment("--pay-on", &command.pay_on, session.now)?;
    let newest = cells.program(command.program)?.rules;
    let rules = match command.rules.or(parent.and_then(|(_, rules)| rules)) {
        Some(version) => version,
        None => in_effect(session, command.program, newest, pay_on).await?,
    };
    let header = Header {
        version: Header::VERSION,
        deployment: cells.head()?.domain.deployment,
        program: command.program,
        asset: text::asset(&session.at_hand, "--asset", &command.asset)?,
        payer: text::account("--payer", &command.payer)?,
        rail,
        rules,
        line: command.line,
        pay_on,
        count: checked.head.size,
        total: checked.total,
        root: checked.root(),
        parent: parent.map(|(manifest, _)| manifest),
    };
    let keys = [CellKey::Rules(header.program, header.rules), CellKey::Line(header.program, header.line)];
    let cells = session.cells(keys).await?;
    cells.rules(header.program, header.rules)?.ok_or(Refusal::RulesDiffer)?;
    cells.line(header.program, header.line)?.ok_or(Refusal::UnknownLine)?;
    write(&command.entries, &header, &command.out)?;
    checked.header = Some(header);
    session.output.answer(&checked.facts())
}

/// The newest rule set that is in effect on a payday, of the newest thirty-two: next year's may be adopted by then.
async fn in_effect(session: &Session, program: u32, newest: u32, pay_on: u64) -> Result<u32, CliError> {
    const LOOKED_AT: u32 = 32;
    let versions = || (newest.saturating_sub(LOOKED_AT).saturating_add(1)..=newest).rev();
    let cells = session.cells(versions().map(|version| CellKey::Rules(program, version))).await?;
    for version in versions() {
        if cells.rules(program, version)?.is_some_and(|rules| rules.in_effect(pay_on)) {
            return Ok(version);
        }
    }
    Err(Refusal::RulesNotEffective)?
}

/// The batch whose entries are paid again, and its rule set where it was executed. Where its file is at hand the entries are
/// compared with it.
async fn parent(
    session: &Session,
    name: &str,
    command: &cli::Make,
    child: &Checked,
) -> Result<(ManifestHash, Option<u32>), CliError> {
    let (manifest, parent) = named(name)?;
    if let Some(parent) = parent {
        let parent = Parent { payments: parent.payments(), settled: None };
        again(&command.entries, child, (manifest, &parent))?;
    }
    let key = CellKey::Batch(manifest);
    let executed = session.cells([key]).await?.cell::<Batch>(&key)?;
    Ok((manifest, executed.map(|batch| batch.rules)))
}
