//! `greatseal document …`: the texts that explain proposals.

use crate::{
    cli,
    commands::governance::document,
    error::CliError,
    output::{Output, line, object},
    session::{Session, Settings},
};

/// `greatseal document check`: asks nobody.
///
/// # Errors
///
/// [`CliError::Input`] where it is no document.
pub fn check(file: &std::path::Path, output: Output) -> Result<(), CliError> {
    let (texts, _, hash) = document::load(file)?;
    let mut lines = document::lines(&texts);
    lines.push(line("document", format!("sha256:{hash}")));
    output.answer(&lines, &object(&lines));
    Ok(())
}

/// `greatseal document put`
///
/// # Errors
///
/// [`CliError::Input`] where it is no document, [`CliError::Service`] where no proposal names it.
pub async fn put(session: &Session, file: &std::path::Path) -> Result<(), CliError> {
    let (_, bytes, hash) = document::load(file)?;
    document::give(session, bytes).await?;
    let lines = [line("document", format!("sha256:{hash}")), line("document held", "yes")];
    session.output.answer(&lines, &object(&lines));
    Ok(())
}

/// `greatseal document …`
///
/// # Errors
///
/// As [`check`] and [`put`].
pub async fn run(command: &cli::Document, settings: &Settings) -> Result<(), CliError> {
    match command {
        cli::Document::Check { file } => check(file, settings.output),
        cli::Document::Put { file } => put(&Session::open(settings).await?, file).await,
    }
}
