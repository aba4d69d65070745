//! `greatseal registry` and `greatseal release show`: what stands in the registry, and what components run. Custody's
//! settings are entries as well.

use super::listing::Listing;
use crate::{
    cli,
    error::CliError,
    output::{Line, line, object, told},
    session::Session,
    text::{self, about},
};

use greatseal_protocol::{
    bytes::Label,
    cells::{CellKey, Cells},
    refusal::Refusal,
    registry::{Deployment, EntryKey, Registered, Running},
    state::State,
    words,
};
use serde_json::{Value, json};

/// `greatseal registry show`
///
/// # Errors
///
/// [`CliError::Refused`] with 620 where nothing stands under the name.
pub async fn run(session: &Session, command: &cli::Registry) -> Result<(), CliError> {
    match command {
        cli::Registry::Show { entry: Some(entry), .. } => one(session, text::entry_key(entry)?).await,
        cli::Registry::Show { entry: None, kind } => all(session, *kind).await,
    }
}

async fn one(session: &Session, key: EntryKey) -> Result<(), CliError> {
    let cell = CellKey::Entry(key);
    let found: Option<Registered> = session.cells([cell]).await?.cell(&cell)?;
    let found = found.ok_or(Refusal::UnknownEntry)?;
    let mut lines = vec![line("entry", key), line("version", found.version)];
    lines.extend(told(words::entry(&found.entry)));
    lines.push(line("holds", holds(&found, session.now)));
    lines.push(line("valid from", found.valid_from));
    lines.push(line("valid until", end(found.valid_until)));
    if let Some((at, reason)) = found.revoked {
        lines.push(line("revoked at", at));
        lines.push(line("reason", format!("sha256:{reason}")));
    }
    session.output.answer(&lines, &value(&key, &found, session.now));
    Ok(())
}

async fn all(session: &Session, kind: Option<cli::EntryKind>) -> Result<(), CliError> {
    let listing = Listing::of(session).await?;
    let keys: Vec<EntryKey> = listing
        .named(|key| match key {
            CellKey::Entry(entry) if kind.is_none_or(|kind| kind.is_of(entry)) => Some(*entry),
            _ => None,
        })
        .collect();
    let cells = session.cells(keys.iter().copied().map(CellKey::Entry)).await?;
    let (mut lines, mut entries) = (Vec::new(), Vec::new());
    for key in keys {
        let found: Option<Registered> = cells.cell(&CellKey::Entry(key))?;
        let Some(found) = found else { continue };
        let fields = told(words::entry(&found.entry)).into_iter().map(|(label, text)| format!(", {label} {text}"));
        let fields: String = fields.collect();
        lines
            .push(line(&key.to_string(), format!("version {}{fields}; {}", found.version, holds(&found, session.now))));
        entries.push(value(&key, &found, session.now));
    }
    let nothing = line("entries", "none: see `greatseal governance propose register --help`");
    listing.answer(session, lines, nothing, ("entries", entries));
    Ok(())
}

/// Whether it holds now, and why not.
fn holds(found: &Registered, now: u64) -> String {
    match found.revoked {
        Some((at, _)) => format!("no: revoked at {at}"),
        None if now < found.valid_from => format!("not yet: from {}", found.valid_from),
        None if now >= found.valid_until => format!("no longer: it ended at {}", found.valid_until),
        None => match found.valid_until {
            u64::MAX => "yes".to_owned(),
            until => format!("yes, until {until} ({} left)", about(until.saturating_sub(now))),
        },
    }
}

fn end(until: u64) -> String {
    if until == u64::MAX { "no end".to_owned() } else { until.to_string() }
}

fn value(key: &EntryKey, found: &Registered, now: u64) -> Value {
    let mut value = object(&told(words::entry(&found.entry)));
    value["entry"] = json!(key.to_string());
    value["version"] = json!(found.version);
    value["holds"] = json!(found.holds(now));
    value["valid_from"] = json!(found.valid_from.to_string());
    value["valid_until"] = json!((found.valid_until != u64::MAX).then(|| found.valid_until.to_string()));
    value["revoked"] =
        json!(found.revoked.map(|(at, reason)| json!({ "at": at.to_string(), "reason": reason.to_string() })));
    value
}

/// `greatseal release show`
///
/// # Errors
///
/// [`CliError::Refused`] with 620 where the component runs nothing.
pub async fn running(session: &Session, component: Option<&str>) -> Result<(), CliError> {
    match component {
        Some(name) => one_runs(session, text::label("component", name)?).await,
        None => all_run(session).await,
    }
}

async fn one_runs(session: &Session, component: Label) -> Result<(), CliError> {
    let found = deployment(session, component).await?.ok_or(Refusal::UnknownEntry)?;
    let over = over(session).await?;
    let runs = |running: Running| format!("{}, code sha256:{}", running.version, running.code);
    let before = found.before.map_or_else(|| "nothing".to_owned(), runs);
    let lines: [Line; 4] = [
        line("component", component),
        line("runs", runs(found.current)),
        line("before", before),
        line("roll back", back(&found, over, session.now)),
    ];
    session.output.answer(&lines, &released(component, &found, over, session.now));
    Ok(())
}

async fn all_run(session: &Session) -> Result<(), CliError> {
    let listing = Listing::of(session).await?;
    let components = listing.named(|key| match key {
        CellKey::Running(component) => Some(*component),
        _ => None,
    });
    let over = over(session).await?;
    let (mut lines, mut released) = (Vec::new(), Vec::new());
    for component in components {
        let Some(found) = deployment(session, component).await? else { continue };
        let back = back(&found, over, session.now);
        lines.push(line(&component.to_string(), format!("runs {}; roll back: {back}", found.current.version)));
        released.push(self::released(component, &found, over, session.now));
    }
    let nothing = line("components", "none runs anything: see `greatseal governance propose release --help`");
    listing.answer(session, lines, nothing, ("components", released));
    Ok(())
}

async fn deployment(session: &Session, component: Label) -> Result<Option<Deployment>, CliError> {
    let key = CellKey::Running(component);
    Ok(session.cells([key]).await?.cell(&key)?)
}

/// Whether a micronode's time is over: then nothing is rolled back.
async fn over(session: &Session) -> Result<bool, CliError> {
    Ok(session.cells([CellKey::Head]).await?.head()?.profile.over(session.now))
}

/// Whether an operator may go back, to what and until when. What is paused when it is tried, the contract says then.
fn back(found: &Deployment, over: bool, now: u64) -> String {
    let until = found.rollback_until;
    match found.before {
        None => "no: there is nothing before it".to_owned(),
        Some(_) if now >= until => format!("no longer: until {until}"),
        Some(_) if over => "no: the micronode's time is over".to_owned(),
        Some(before) => format!("to {} until {until} ({} left)", before.version, about(until.saturating_sub(now))),
    }
}

fn released(component: Label, found: &Deployment, over: bool, now: u64) -> Value {
    let running =
        |running: Running| json!({ "version": running.version.to_string(), "code": running.code.to_string() });
    json!({
        "component": component.to_string(),
        "runs": running(found.current),
        "before": found.before.map(running),
        "rollback_until": found.before.map(|_| found.rollback_until.to_string()),
        "may_roll_back": found.before.is_some() && now < found.rollback_until && !over,
    })
}
