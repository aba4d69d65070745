//! What operators do with the audit database while no indexer, or another one, is using it: back up, restore, migrate.

use crate::{
    config::Config,
    error::Error,
    store::{SCHEMA, Store},
};
use greatseal_deployment::Deployment;
use greatseal_host::{out, printable::Printable};
use greatseal_protocol::bytes::to_hex;
use greatseal_store::{Archive, BackupError, Roles};
use serde_json::json;
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Writes the database of the configuration into a file.
///
/// # Errors
///
/// [`Error`]: a database of another deployment is not backed up under this one's name.
pub async fn backup(config: Config, to: PathBuf) -> Result<ExitCode, Error> {
    let deployment = Deployment::read(&config.deployment.file)?;
    let place = config.database.place()?;
    if !Store::inspect(&place, &deployment).await? {
        return Err(BackupError::Nothing { place: place.to_string() }.into());
    }
    let copied = Archive::at(&to).write(&place, &SCHEMA).await?;
    say(json!({ "backup": to, "rows": copied.rows.to_string(), "sha256": to_hex(&copied.sha256) }))
}

/// Makes a database of a file, and judges it.
///
/// # Errors
///
/// [`Error`]; where the database that was made does not hold, it stays as evidence.
pub async fn restore(config: Config, from: PathBuf) -> Result<ExitCode, Error> {
    let deployment = Arc::new(Deployment::read(&config.deployment.file)?);
    let place = config.database.place()?;
    let copied = Archive::at(&from).restore(&place, &SCHEMA, &Store::identity(&deployment)).await?;
    let store = Store::open(&place, &deployment).await?;
    let replayed = store.replay(&deployment).await;
    store.close().await;
    let ledger = replayed?.ledger;
    say(json!({
        "restored": place.to_string(),
        "rows": copied.rows.to_string(),
        "sha256": to_hex(&copied.sha256),
        "events": ledger.count().to_string(),
        "head": ledger.head().root.to_string(),
        "indexed_to": ledger.next().saturating_sub(1).to_string(),
    }))
}

/// Creates or migrates the database, and gives accounts their rights.
///
/// # Errors
///
/// [`Error`].
pub async fn migrate(config: Config, roles: Roles) -> Result<ExitCode, Error> {
    let deployment = Arc::new(Deployment::read(&config.deployment.file)?);
    let place = config.database.place()?;
    let store = Store::open(&place, &deployment).await?;
    let granted = match roles == Roles::default() {
        true => Ok(()),
        false => store.grant(&roles).await,
    };
    store.close().await;
    granted?;
    let Roles { writers, readers } = roles;
    say(
        json!({ "migrated": place.to_string(), "version": SCHEMA.newest().to_string(), "writers": writers, "readers": readers }),
    )
}

fn say(answer: serde_json::Value) -> Result<ExitCode, Error> {
    out::say(&Printable::json(answer));
    Ok(ExitCode::SUCCESS)
}
