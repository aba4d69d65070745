//! Programmes, batches, exceptions, and more time for disputes.

use super::seats::seated;
use crate::{
    answers::manifest::Warnings,
    cli,
    commands::{
        batch::{amount, stored},
        dispute::{self, subject},
        seats::{SeatEntry, sitting},
    },
    error::CliError,
    file,
    manifest::{load, named, rail, root},
    session::Session,
    text,
};
use greatseal_protocol::{
    action::Action,
    batch::{Correction, Exception, ExecuteBatch, Rail},
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    council::Council,
    digest, hash,
    language::{self, program},
    program::{AssetTerms, ChangeProgram, CreateProgram, Limits, Privacy, RuleSet, Terms},
    refusal::Refusal,
    state::State,
};
use serde::Deserialize;
use std::path::Path;

const CREATE: &str = "see `greatseal governance propose program-create --help` for the file";
const CHANGE: &str = "see `greatseal governance propose program-change --help` for the file";
const BATCH: &str = "see `greatseal governance propose batch --help` for what a batch needs";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateFile {
    program: u32,
    privacy: String,
    schedule: String,
    rules: RulesFile,
    assets: Vec<AssetFile>,
    #[serde(default)]
    seats: Vec<SeatEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    program: u32,
    privacy: Option<String>,
    schedule: Option<String>,
    rules: Option<RulesFile>,
    #[serde(default)]
    assets: Vec<AssetFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    set: String,
    version: Option<u32>,
    effective_from: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AssetFile {
    asset: String,
    budget: String,
    period: String,
    small: String,
}

/// A new programme; its seats expire beside each other where no time is given.
pub(super) async fn create(session: &Session, path: &Path) -> Result<Action, CliError> {
    let found: CreateFile = file::load(path, CREATE)?;
    let council = Council::Program(found.program);
    let sitting = sitting(session, council).await?;
    let entries: Vec<_> = (sitting.head.size..).zip(&found.seats).collect();
    let seats = seated(session, council, &sitting, &entries).await?.into_iter().map(|(_, new)| new).collect();
    let terms = Terms {
        rules: found.rules.rules(1, session.now)?,
        privacy: privacy(&found.privacy)?,
        schedule: ReferenceHash(text::hash(&found.schedule)?),
    };
    let new = CreateProgram { program: found.program, terms, assets: assets(&found.assets)?, seats };
    Ok(Action::Program(program::Action::Create(new)))
}

/// Other values for a programme; what is not said, and what is replaced, is read from the chain.
pub(super) async fn change(session: &Session, path: &Path) -> Result<Action, CliError> {
    let found: ChangeFile = file::load(path, CHANGE)?;
    let program = found.program;
    let present = session.cells([CellKey::Program(program)]).await?.program(program)?;
    let mut terms = present.terms;
    if let Some(rules) = &found.rules {
        terms.rules = rules.rules(terms.rules.version.saturating_add(1), session.now)?;
    }
    if let Some(name) = &found.privacy {
        terms.privacy = privacy(name)?;
    }
    if let Some(schedule) = &found.schedule {
        terms.schedule = ReferenceHash(text::hash(schedule)?);
    }
    let previous = digest::program_hash(program, &present);
    let change = ChangeProgram { program, previous, terms, assets: assets(&found.assets)? };
    Ok(Action::Program(program::Action::Change(change)))
}

/// A batch after the present rules.
///
/// What somebody should look at in its manifest goes to `warnings`.
pub(super) async fn batch(
    session: &Session,
    said: &cli::Batch,
    warnings: &mut Option<Warnings>,
) -> Result<Action, CliError> {
    let said = match &said.file {
        Some(path) => &file::load(path, BATCH)?,
        None => said,
    };
    let missing = |what: &'static str| CliError::input(what, "missing", BATCH);
    let program = said.program.ok_or_else(|| missing("program"))?;
    let asset = text::asset("asset", said.asset.as_deref().ok_or_else(|| missing("asset"))?)?;
    let payer = text::account("payer", said.payer.as_deref().ok_or_else(|| missing("payer"))?)?;
    let rail = said.rail.as_deref().map_or(Ok(Rail::Queryable), rail)?;
    let (manifest, count, total) = match (&said.manifest, &said.root) {
        (Some(path), None) => {
            let checked = load(path, rail)?;
            *warnings = Some(checked.warnings.clone());
            (checked.root(), checked.head.size, checked.total)
        }
        (None, Some(hex)) => {
            let total = said.total.as_deref().ok_or_else(|| missing("total"))?;
            (root(hex)?, said.count.ok_or_else(|| missing("count"))?, text::amount("total", total)?)
        }
        (Some(_), Some(_)) => return Err(CliError::input("root", "stands beside a manifest", BATCH)),
        (None, None) => return Err(missing("manifest")),
    };
    let cells = session.cells([CellKey::Program(program)]).await?;
    let rules = cells.program(program)?.terms.rules.version;
    let correction = correction(session, said).await?;
    let batch = ExecuteBatch { program, asset, payer, rules, manifest, count, total, rail, correction };
    Ok(Action::Program(program::Action::ExecuteBatch(batch)))
}

/// The range that is paid after all: where it ends is read from the chain.
async fn correction(session: &Session, said: &cli::Batch) -> Result<Option<Correction>, CliError> {
    let Some(parent) = &said.corrects else { return Ok(None) };
    let missing = |what: &'static str| CliError::input(what, "missing", BATCH);
    let (parent, _) = named(parent)?;
    let from = said.excepted_from.ok_or_else(|| missing("excepted_from"))?;
    let evidence = ReferenceHash(text::hash(said.evidence.as_deref().ok_or_else(|| missing("evidence"))?)?);
    let key = CellKey::Exception(parent, from);
    let range: Option<Exception> = session.cells([key]).await?.cell(&key)?;
    let up_to = range.ok_or(Refusal::NotExcepted)?.up_to;
    Ok(Some(Correction { parent, from, up_to, evidence }))
}

/// Entries that a batch does not pay, from where the last ones ended.
pub(super) async fn except(session: &Session, said: &cli::Except) -> Result<Action, CliError> {
    let (manifest, checked) = named(&said.batch)?;
    let batch = stored(session, manifest, checked.as_ref()).await?;
    let (from, up_to) = (said.from.unwrap_or(batch.cursor), said.up_to);
    let rest = (from == batch.cursor && up_to == batch.count).then(|| batch.open());
    let amount = amount(("--amount", said.amount.as_deref()), checked.as_ref(), (from, up_to), rest)?;
    let evidence = ReferenceHash(text::hash(&said.evidence)?);
    let action = Action::Program(program::Action::Except { manifest, from, up_to, amount, evidence });
    Ok(action)
}

/// More time for a decision; the time that holds is read from the chain.
pub(super) async fn extend(session: &Session, said: &cli::ExtendDispute) -> Result<Action, CliError> {
    let subject = subject(&said.subject)?;
    let triage = dispute::stored(session, subject).await?.triaged.ok_or(Refusal::NotInOrder)?;
    let until = text::moment("--until", &said.until, session.now)?;
    let (previous, reason) = (triage.decide_by, text::words(&said.reason));
    let action = Action::Dispute(language::dispute::Action::Extend { subject, previous, until, reason });
    Ok(action)
}

impl RulesFile {
    fn rules(&self, version: u32, now: u64) -> Result<RuleSet, CliError> {
        let from = self.effective_from.as_deref();
        Ok(RuleSet {
            hash: ReferenceHash(canonical(&self.set)?),
            version: self.version.unwrap_or(version),
            effective_from: from.map_or(Ok(now), |text| text::moment("effective_from", text, now))?,
        })
    }
}

/// SHA-256 of the RFC 8785 bytes of a JSON file, or the hash itself.
fn canonical(text: &str) -> Result<[u8; 32], CliError> {
    const HELP: &str = "give the rule set as a JSON file, or its hash as sha256:HEX";
    if text.starts_with("sha256:") {
        return text::hash(text);
    }
    let path = Path::new(text);
    let wrong = |error: serde_json::Error| CliError::file(path, error, HELP);
    let value: serde_json::Value = file::json(path, HELP)?;
    Ok(hash::sha256(&[&serde_json_canonicalizer::to_vec(&value).map_err(wrong)?]))
}

fn privacy(name: &str) -> Result<Privacy, CliError> {
    name.parse().map_err(|_| CliError::input("privacy", format!("`{name}` is none"), "write public or confidential"))
}

/// In the order in which the contract wants them.
fn assets(files: &[AssetFile]) -> Result<Vec<AssetTerms>, CliError> {
    let terms = |(place, file): (usize, &AssetFile)| {
        let field = |name: &str| format!("assets[{place}].{name}");
        let limits = Limits {
            budget: text::amount(&field("budget"), &file.budget)?,
            period: text::duration("period", &file.period)?,
            small: text::amount(&field("small"), &file.small)?,
        };
        Ok::<_, CliError>(AssetTerms { asset: text::asset(&field("asset"), &file.asset)?, limits })
    };
    let mut assets = files.iter().enumerate().map(terms).collect::<Result<Vec<_>, _>>()?;
    assets.sort_by_key(|terms| terms.asset);
    Ok(assets)
}
