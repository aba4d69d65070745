//! `greatseal document …`: the texts that explain proposals.

use crate::{
    answers::{
        Text,
        document::{DocumentChecked, DocumentPut},
    },
    cli,
    commands::governance::document,
    error::CliError,
    output::Output,
    session::{Session, Settings},
};

/// `greatseal document check`: asks nobody.
///
/// # Errors
///
/// [`CliError::Input`] where it is no document.
pub fn check(file: &std::path::Path, output: Output) -> Result<(), CliError> {
    let (texts, _, hash) = document::load(file)?;
    output.answer(&DocumentChecked { hash: Text(hash), document: texts })
}

/// `greatseal document put`
///
/// # Errors
///
/// [`CliError::Input`] where it is no document, [`CliError::Service`] where no proposal names it.
pub async fn put(session: &Session, file: &std::path::Path) -> Result<(), CliError> {
    let (_, bytes, hash) = document::load(file)?;
    document::give(session, bytes).await?;
    session.output.answer(&DocumentPut { hash: Text(hash), held: true })
}

/// `greatseal document …`
///
/// # Errors
///
/// Those of [`check`] and [`put`].
pub async fn run(command: &cli::Document, settings: &Settings) -> Result<(), CliError> {
    match command {
        cli::Document::Check { file } => check(file, settings.output),
        cli::Document::Put { file } => put(&Session::open(settings).await?, file).await,
    }
}
