//! Authorities, programmes, batches, contradictions, and more time for disputes.

use super::{Proposal, seats::seated};
use crate::{
    cli,
    commands::{
        dispute,
        seats::{SeatEntry, sitting},
    },
    contents::AtHand,
    error::CliError,
    file,
    manifest::{Checked, header, named, with_header},
    session::Session,
    text,
};
use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::ReferenceHash,
    cells::CellKey,
    council::Council,
    language::{self, program},
    line::{Line, LineTerms, SetLine},
    program::{ChangeProgram, CreateAuthority, CreateProgram, Privacy, RuleSet, RulesChange, Terms},
    refusal::Refusal,
    state::State,
};
use serde::Deserialize;
use std::path::Path;

const AUTHORITY: &str = "see `greatseal governance propose authority-create --help` for the file";
const CREATE: &str = "see `greatseal governance propose program-create --help` for the file";
const CHANGE: &str = "see `greatseal governance propose program-change --help` for the file";
/// Seconds without contradiction where nothing is said.
const CHALLENGE: u32 = 24 * 60 * 60;
/// What is credited at most where nothing is said: 5 % of the limit.
const CREDIT_PART: u128 = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityFile {
    authority: u32,
    seats: Vec<SeatEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CreateFile {
    program: u32,
    authority: u32,
    privacy: String,
    schedule: String,
    auditors: Option<u8>,
    challenge: Option<String>,
    #[serde(default)]
    rules: Vec<cli::RulesChange>,
    #[serde(default)]
    lines: Vec<cli::LineChange>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeFile {
    program: u32,
    privacy: Option<String>,
    schedule: Option<String>,
    auditors: Option<u8>,
    challenge: Option<String>,
    #[serde(default)]
    rules: Vec<cli::RulesChange>,
    #[serde(default)]
    ends: Vec<cli::RulesEnded>,
    #[serde(default)]
    lines: Vec<cli::LineChange>,
}

/// A new authority; its seats expire beside each other where no time is given.
pub(super) async fn authority(session: &Session, path: &Path) -> Result<Action, CliError> {
    let found: AuthorityFile = file::load(path, AUTHORITY)?;
    let council = Council::Program(found.authority);
    let sitting = sitting(session, council).await?;
    let entries: Vec<_> = (sitting.head.size..).zip(&found.seats).collect();
    let seats = seated(session, council, &sitting, &entries).await?.into_iter().map(|(_, new)| new).collect();
    Ok(Action::Program(program::Action::CreateAuthority(CreateAuthority { authority: found.authority, seats })))
}

/// A new programme.
pub(super) fn create(session: &Session, path: &Path) -> Result<Action, CliError> {
    let found: CreateFile = file::load(path, CREATE)?;
    let challenge = found.challenge.as_deref().map(|text| text::duration("challenge", text)).transpose()?;
    let terms = Terms {
        authority: found.authority,
        privacy: privacy(&found.privacy)?,
        schedule: ReferenceHash(text::hash(&session.at_hand, &found.schedule)?),
        auditors: found.auditors.unwrap_or(1),
        challenge: challenge.unwrap_or(CHALLENGE),
    };
    let rules = begins(session, &found.rules, 0)?;
    let lines = found.lines.iter().map(|said| line_set(session, said, None, CREATE)).collect::<Result<Vec<_>, _>>()?;
    let new = CreateProgram { program: found.program, terms, rules, lines: by_number(lines) };
    Ok(Action::Program(program::Action::Create(new)))
}

/// Other values for a programme; what is not said, and what is replaced, is read from the chain.
pub(super) async fn change(session: &Session, path: &Path) -> Result<Action, CliError> {
    Ok(Action::Program(program::Action::Change(changed(session, &file::load(path, CHANGE)?, CREATE).await?)))
}

/// One budget line, as it holds now and as it shall be; nothing else changes.
pub(crate) async fn change_line(
    session: &Session,
    program: u32,
    said: &cli::LineChange,
) -> Result<(Action, Option<Line>, SetLine), CliError> {
    const HELP: &str = "see `greatseal line set --help` for what can be named";
    let named = [&said.asset, &said.from, &said.until, &said.limit, &said.credit_max, &said.small_one, &said.small_all];
    if named.iter().all(|text| text.is_none()) {
        return Err(CliError::input(format!("line {}", said.line), "nothing of it is named that shall change", HELP));
    }
    let key = CellKey::Line(program, said.line);
    let present = session.cells([key]).await?.line(program, said.line)?;
    let file = ChangeFile { program, lines: vec![said.clone()], ..ChangeFile::default() };
    let change = changed(session, &file, HELP).await?;
    let set = *change.lines.first().ok_or(Refusal::UnknownLine)?;
    Ok((Action::Program(program::Action::Change(change)), present, set))
}

/// One rule set that begins.
pub(crate) async fn add_rules(session: &Session, program: u32, said: &cli::RulesChange) -> Result<Action, CliError> {
    let file = ChangeFile { program, rules: vec![said.clone()], ..ChangeFile::default() };
    Ok(Action::Program(program::Action::Change(changed(session, &file, CREATE).await?)))
}

/// One rule set that ends.
pub(crate) async fn end_rules(session: &Session, program: u32, said: &cli::RulesEnded) -> Result<Action, CliError> {
    let file = ChangeFile { program, ends: vec![said.clone()], ..ChangeFile::default() };
    Ok(Action::Program(program::Action::Change(changed(session, &file, CREATE).await?)))
}

/// What a file says over what the chain has.
async fn changed(session: &Session, found: &ChangeFile, help: &'static str) -> Result<ChangeProgram, CliError> {
    let program = found.program;
    let parts = found.ends.iter().map(|end| CellKey::Rules(program, end.version));
    let parts = parts.chain(found.lines.iter().map(|line| CellKey::Line(program, line.line)));
    let cells = session.cells([CellKey::Program(program)].into_iter().chain(parts)).await?;
    let present = cells.program(program)?;
    let mut terms = present.terms;
    if let Some(name) = &found.privacy {
        terms.privacy = privacy(name)?;
    }
    if let Some(schedule) = &found.schedule {
        terms.schedule = ReferenceHash(text::hash(&session.at_hand, schedule)?);
    }
    terms.auditors = found.auditors.unwrap_or(terms.auditors);
    if let Some(challenge) = &found.challenge {
        terms.challenge = text::duration("challenge", challenge)?;
    }
    let mut rules = begins(session, &found.rules, present.rules)?;
    for cli::RulesEnded { version, until } in &found.ends {
        let rules_now: RuleSet = cells.rules(program, *version)?.ok_or(Refusal::RulesDiffer)?;
        let (version, previous) = (*version, rules_now.effective_until);
        rules.push(RulesChange::End { version, previous, until: text::moment("until", until, session.now)? });
    }
    rules.sort_by_key(RulesChange::version);
    let mut lines = Vec::new();
    for line in &found.lines {
        lines.push(line_set(session, line, cells.line(program, line.line)?, help)?);
    }
    let terms = (terms != present.terms).then_some((present.version, terms));
    Ok(ChangeProgram { program, terms, rules, lines: by_number(lines) })
}

/// A batch, with its entries where they are at hand.
pub(super) fn batch(session: &Session, said: &cli::Batch) -> Result<(Action, Option<Checked>), CliError> {
    let (header, checked) = of_batch(session, said)?;
    Ok((Action::Program(program::Action::ExecuteBatch(header)), checked))
}

/// A batch that is stopped.
pub(super) fn stop(session: &Session, said: &cli::Stop) -> Result<Action, CliError> {
    let (header, _) = of_batch(session, &said.batch)?;
    Ok(Action::Program(program::Action::Stop { header, reason: text::words(&session.at_hand, &said.reason) }))
}

fn of_batch(session: &Session, said: &cli::Batch) -> Result<(Header, Option<Checked>), CliError> {
    const HELP: &str = "give the file that `greatseal manifest make` wrote";
    match (&said.manifest, &said.header) {
        (Some(path), _) => with_header(&session.at_hand, path).map(|(header, checked)| (header, Some(checked))),
        (None, Some(path)) => Ok((header(path)?, None)),
        (None, None) => Err(CliError::input("--manifest", "missing", HELP)),
    }
}

/// A contradiction that shall not stand: to which statement is read from the chain.
pub(super) async fn overrule(session: &Session, said: &cli::Overrule) -> Result<Action, CliError> {
    let (manifest, _) = named(&said.batch)?;
    let auditor = text::seat(&said.auditor)?;
    let voted = session.cells([CellKey::Vote(manifest, auditor)]).await?.voted(manifest, auditor)?;
    let commitment = voted.ok_or(Refusal::NotContradicted)?.commitment;
    let reason = text::words(&session.at_hand, &said.reason);
    Ok(Action::Program(program::Action::Overrule { manifest, auditor, commitment, reason }))
}

/// More time for a decision; the time that holds is read from the chain.
pub(super) async fn extend(session: &Session, said: &cli::ExtendDispute) -> Result<Proposal, CliError> {
    let (id, known) = dispute::this(session, &said.which).await?;
    let triage = dispute::stored(session, id).await?.triaged.ok_or(Refusal::NotInOrder)?;
    let until = text::moment("--until", &said.until, session.now)?;
    let (previous, reason) = (triage.decide_by, text::words(&session.at_hand, &said.reason));
    let privacy = dispute::privacy(session, id.subject, known).await?;
    let action = Action::Dispute(language::dispute::Action::Extend { dispute: id, previous, until, reason });
    Ok(Proposal { privacy, ..Proposal::of(action) })
}

/// Rule sets that begin; their versions follow each other where none is said.
fn begins(session: &Session, files: &[cli::RulesChange], newest: u32) -> Result<Vec<RulesChange>, CliError> {
    let (mut version, now) = (newest, session.now);
    let mut begins = Vec::with_capacity(files.len());
    for file in files {
        version = file.version.unwrap_or_else(|| version.saturating_add(1));
        let until = file.effective_until.as_deref();
        let from = file.effective_from.as_deref();
        let rules = RuleSet {
            hash: ReferenceHash(canonical(&session.at_hand, &file.set)?),
            effective_from: from.map_or(Ok(now), |text| text::moment("effective_from", text, now))?,
            effective_until: until.map(|text| text::moment("effective_until", text, now)).transpose()?,
        };
        begins.push(RulesChange::Begin { version, rules });
    }
    Ok(begins)
}

/// The line as it shall be: what is not said stays as it is.
fn line_set(
    session: &Session,
    said: &cli::LineChange,
    present: Option<Line>,
    help: &'static str,
) -> Result<SetLine, CliError> {
    let field = |name: &str| format!("line {}: {name}", said.line);
    let missing = |name: &str| CliError::input(field(name), "missing", help);
    let amount = |name: &str, said: &Option<String>, old: Option<u128>| match said {
        Some(text) => text::amount(&field(name), text),
        None => old.ok_or_else(|| missing(name)),
    };
    let moment = |name: &'static str, said: &Option<String>, old: Option<u64>| match said {
        Some(text) => text::moment(name, text, session.now),
        None => old.ok_or_else(|| missing(name)),
    };
    let old = present.map(|line| line.terms);
    let limit = amount("limit", &said.limit, old.map(|old| old.limit))?;
    let credit = old.map_or(limit / CREDIT_PART, |old| old.credit_max);
    let asset = said.asset.as_deref().map(|text| text::asset(&session.at_hand, &field("asset"), text)).transpose()?;
    Ok(SetLine {
        line: said.line,
        previous: present.map_or(0, |line| line.version),
        asset: asset.or(present.map(|line| line.asset)).ok_or_else(|| missing("asset"))?,
        from: moment("from", &said.from, present.map(|line| line.from))?,
        terms: LineTerms {
            until: moment("until", &said.until, old.map(|old| old.until))?,
            limit,
            credit_max: amount("credit_max", &said.credit_max, Some(credit))?,
            small_one: amount("small_one", &said.small_one, old.map(|old| old.small_one))?,
            small_all: amount("small_all", &said.small_all, old.map(|old| old.small_all))?,
        },
    })
}

/// In the order in which the contract wants them.
fn by_number(mut lines: Vec<SetLine>) -> Vec<SetLine> {
    lines.sort_by_key(|set| set.line);
    lines
}

/// SHA-256 of the RFC 8785 bytes of a JSON file, or the hash itself.
pub(crate) fn canonical(at_hand: &AtHand, text: &str) -> Result<[u8; 32], CliError> {
    const HELP: &str = "give the rule set as a JSON file, or its hash as sha256:HEX";
    if text.starts_with("sha256:") {
        return text::hash(at_hand, text);
    }
    let path = Path::new(text);
    let wrong = |error: serde_json::Error| CliError::file(path, error, HELP);
    let value: serde_json::Value = file::json(path, HELP)?;
    Ok(at_hand.bytes(serde_json_canonicalizer::to_vec(&value).map_err(wrong)?))
}

fn privacy(name: &str) -> Result<Privacy, CliError> {
    name.parse().map_err(|_| CliError::input("privacy", format!("`{name}` is none"), "write public or confidential"))
}
