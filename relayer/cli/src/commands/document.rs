//! `greatseal document …`: the texts that explain proposals.

use crate::{
    answers::{
        Text,
        document::{DocumentChecked, DocumentPut},
    },
    cli,
    commands::governance::{document, show},
    error::CliError,
    output::Output,
    session::{Session, Settings},
};
use std::path::Path;

/// `greatseal document check`: asks nobody.
///
/// # Errors
///
/// [`CliError::Input`] where it is no document.
pub fn check(path: &Path, output: Output) -> Result<(), CliError> {
    let document = document::load(path)?;
    let left_out: Vec<_> = document.left_out().into_iter().map(str::to_owned).collect();
    let hash = match left_out.as_slice() {
        [] => Some(Text(document::hash(&document::whole(path, &document)?))),
        _ => None,
    };
    output.answer(&DocumentChecked { hash, left_out, document })
}

/// `greatseal document put`
///
/// # Errors
///
/// [`CliError::Input`] where it is no document, [`CliError::Service`] where no proposal names it.
pub async fn put(session: &Session, path: &Path, proposal: Option<&str>) -> Result<(), CliError> {
    let found = match proposal {
        None => document::whole(path, &document::load(path)?)?,
        Some(id) => {
            let seen = show::look(session, id, Some(path)).await?;
            // A document that speaks of something else is evidence like any other.
            let found = seen.document.document().cloned();
            found.ok_or_else(|| CliError::file(path, "is no document that people can read", UNREADABLE))?
        }
    };
    let hash = document::hash(&found);
    document::give(session, found.canonical()).await?;
    session.output.answer(&DocumentPut { hash: Text(hash), held: true })
}

const UNREADABLE: &str = "reject the proposal: nobody can know what was approved";

/// `greatseal document …`
///
/// # Errors
///
/// Those of [`check`] and [`put`].
pub async fn run(command: &cli::Document, settings: &Settings) -> Result<(), CliError> {
    match command {
        cli::Document::Check { file } => check(file, settings.output),
        cli::Document::Put { file, proposal } => put(&Session::open(settings).await?, file, proposal.as_deref()).await,
    }
}
