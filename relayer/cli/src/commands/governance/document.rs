//! The document that explains a proposal: from a file, or from an indexer that holds it. Either way it is believed for its hash only.

use crate::{error::CliError, file, session::Session};
use greatseal_api::document::{Document, NoDocument, canonical};
use greatseal_protocol::{bytes::DocumentHash, digest};
use std::{path::Path, time::Duration};

/// How long the indexer may need to see the proposal.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(100);
const HELP: &str = "give the document as a JSON file, as `greatseal governance propose --document` takes it";
const OTHER: &str = "give the file that the author gave to `governance propose --document`, unchanged";

/// What is known of a proposal's document.
#[derive(Clone, Debug)]
pub enum Held {
    /// It is here, and hashes to what the chain says.
    Here(Document),
    /// Nobody who was asked has one that people can read, and why.
    Nowhere(String),
}

/// A document file: its texts, its canonical bytes, their hash.
///
/// # Errors
///
/// [`CliError::Input`] where a field is missing, empty, unknown, stands twice, or holds what people do not see.
pub fn load(path: &Path) -> Result<(Document, Vec<u8>, DocumentHash), CliError> {
    let document = Document::parse(file::text(path, HELP)?.as_bytes()).map_err(|error| unusable(path, &error))?;
    let bytes = document.canonical();
    let hash = digest::document_hash(&bytes);
    Ok((document, bytes, hash))
}

/// The document of a proposal: from the file where one is named, otherwise from the indexer.
///
/// # Errors
///
/// [`CliError::Input`] where the file is another document, [`CliError::Contradiction`] where an indexer gives other bytes than the
/// chain names. Bytes that people cannot read are no error: who rejects does not need them.
pub async fn of_proposal(session: &Session, named: Option<&Path>, expected: DocumentHash) -> Result<Held, CliError> {
    if let Some(path) = named {
        let raw = file::text(path, HELP)?.into_bytes();
        // What the author's file left out, `propose` has filled in; other programs may have hashed the file as it is.
        let filled = Document::parse(&raw).map(|document| document.canonical());
        let bare = canonical(&raw).map_err(|error| unusable(path, &error))?;
        let found = digest::document_hash(filled.as_deref().unwrap_or(&bare));
        let mut forms = filled.into_iter().chain([bare]);
        let Some(bytes) = forms.find(|bytes| digest::document_hash(bytes) == expected) else {
            let reason = format!("it hashes to {found}, the proposal names {expected}");
            return Err(CliError::file(path, reason, OTHER));
        };
        return Ok(readable(&bytes));
    }
    let asked = async { session.indexer()?.bytes(&format!("/v1/documents/{expected}")).await };
    match asked.await {
        Ok(Some(bytes)) if digest::document_hash(&bytes) != expected => {
            Err(CliError::Contradiction("the document's bytes do not hash to what the proposal names".into()))
        }
        Ok(Some(bytes)) => Ok(readable(&bytes)),
        Ok(None) => Ok(Held::Nowhere("the indexer does not have it".into())),
        Err(error) => Ok(Held::Nowhere(error.to_string())),
    }
}

/// Gives a document to the indexer, which takes it once it has seen a proposal that names it.
///
/// # Errors
///
/// What the indexer answers, or that it does not.
pub async fn give(session: &Session, bytes: Vec<u8>) -> Result<(), CliError> {
    let indexer = session.indexer()?;
    let since = tokio::time::Instant::now();
    loop {
        match indexer.post_bytes("/v1/documents", bytes.clone()).await {
            // The block with the proposal may be on its way to the indexer.
            Err(CliError::Service { problem, .. })
                if problem.code == "unknown_document" && since.elapsed() < PATIENCE =>
            {
                tokio::time::sleep(POLL).await;
            }
            other => return other,
        }
    }
}

/// The texts of bytes that the chain names: what looks different on another screen is not shown as a document.
fn readable(bytes: &[u8]) -> Held {
    match Document::parse(bytes) {
        Ok(document) => Held::Here(document),
        Err(error) => Held::Nowhere(format!("what the proposal names is no document that people can read: {error}")),
    }
}

fn unusable(path: &Path, error: &NoDocument) -> CliError {
    CliError::file(path, error, error.help())
}
