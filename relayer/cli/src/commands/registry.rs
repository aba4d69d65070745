//! `greatseal registry` and `greatseal release show`: what stands in the registry, and what components run. Custody's
//! settings are entries as well.

use super::listing::Listing;
use crate::{
    answers::{
        registry::{Entry, EntryShown, Registry},
        release::{Component, ComponentShown, Components},
    },
    cli,
    error::CliError,
    session::Session,
    text,
};
use greatseal_protocol::{
    bytes::Label,
    cells::{CellKey, Cells},
    refusal::Refusal,
    registry::{Deployment, EntryKey, Registered},
};

/// `greatseal registry show`
///
/// # Errors
///
/// [`CliError::Refused`] with 620 where nothing stands under the name.
pub async fn run(session: &Session, command: &cli::Registry) -> Result<(), CliError> {
    match command {
        cli::Registry::Show { entry: Some(entry), .. } => one(session, text::entry_key(&session.at_hand, entry)?).await,
        cli::Registry::Show { entry: None, kind } => all(session, *kind).await,
    }
}

async fn one(session: &Session, key: EntryKey) -> Result<(), CliError> {
    let cell = CellKey::Entry(key);
    let found: Option<Registered> = session.cells([cell]).await?.cell(&cell)?;
    let found = found.ok_or(Refusal::UnknownEntry)?;
    session.output.answer(&EntryShown { block: session.at(), entry: Entry::of(key, &found, session.now) })
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
    let mut entries = Vec::new();
    for key in keys {
        let found: Option<Registered> = cells.cell(&CellKey::Entry(key))?;
        entries.extend(found.map(|found| Entry::of(key, &found, session.now)));
    }
    session.output.answer(&Registry { block: session.at(), entries, listing: listing.told() })
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
    let component = Component::of(component, &found, session.now);
    session.output.answer(&ComponentShown { block: session.at(), component })
}

async fn all_run(session: &Session) -> Result<(), CliError> {
    let listing = Listing::of(session).await?;
    let components = listing.named(|key| match key {
        CellKey::Running(component) => Some(*component),
        _ => None,
    });
    let mut found = Vec::new();
    for component in components {
        let running = deployment(session, component).await?;
        found.extend(running.map(|running| Component::of(component, &running, session.now)));
    }
    session.output.answer(&Components { block: session.at(), components: found, listing: listing.told() })
}

async fn deployment(session: &Session, component: Label) -> Result<Option<Deployment>, CliError> {
    let key = CellKey::Running(component);
    Ok(session.cells([key]).await?.cell(&key)?)
}
