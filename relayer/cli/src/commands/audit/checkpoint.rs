//! The checkpoint of a log, by the keys that the auditor gives.

use super::source::Source;
use crate::{cli::CheckpointKeys, error::CliError};
use greatseal_audit::checkpoint::{Attested, Trusted};
use greatseal_deployment::Deployment;
use greatseal_trail::note::KeyError;
use std::str::FromStr;

const HELP: &str = "give a vkey as `greatseal key vkey` shows it, from whoever has the key";

/// The keys; `None` where no key of the log is given.
///
/// # Errors
///
/// [`CliError::Input`].
pub(super) fn trusted(keys: &CheckpointKeys, deployment: &Deployment) -> Result<Option<Trusted>, CliError> {
    let Some(log) = &keys.log_key else { return Ok(None) };
    let witnesses = keys.witness.iter().map(|vkey| vkey_of("--witness", vkey)).collect::<Result<_, _>>()?;
    let trusted = Trusted::new(deployment, vkey_of("--log-key", log)?, witnesses, keys.witnesses.map(usize::from));
    trusted.map(Some).map_err(|error| CliError::input("--log-key", error, HELP))
}

/// The published checkpoint, with the signatures that it needs.
///
/// # Errors
///
/// [`CliError::NotVerified`] where there is none, or it lacks some.
pub(super) async fn attested(trusted: &Trusted, source: &Source) -> Result<Attested, CliError> {
    let none = || CliError::NotVerified("there is no checkpoint: whoever has the log has not signed any, or left it out".into());
    let note = source.checkpoint().await?.ok_or_else(none)?;
    trusted.open(&note).map_err(|error| CliError::NotVerified(error.to_string()))
}

fn vkey_of<T: FromStr<Err = KeyError>>(switch: &'static str, text: &str) -> Result<T, CliError> {
    text.parse().map_err(|error: KeyError| CliError::input(switch, error, HELP))
}
