//! The document that explains a proposal: a fixed set of fields, RFC 8785 bytes, SHA-256 on chain.

use crate::{error::CliError, output::Line, output::line, session::read};
use greatseal_protocol::{bytes::DocumentHash, digest};
use serde::{Deserialize, Serialize};
use std::path::Path;

const HELP: &str = "the document needs title, rationale, impact {security, availability, privacy}, risk and rollback";
/// Longest document in bytes; the indexer takes no more.
const MAX: usize = 64 * 1024;

/// What every proposal must say.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default = "schema")]
    schema: String,
    title: String,
    rationale: String,
    impact: Impact,
    risk: String,
    rollback: String,
    #[serde(default)]
    attachments: Vec<Attachment>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Impact {
    security: String,
    availability: String,
    privacy: String,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Attachment {
    name: String,
    sha256: String,
}

fn schema() -> String {
    "greatseal.proposal/1".into()
}

/// Canonical bytes and hash of a document file.
///
/// # Errors
///
/// [`CliError::Input`] where a field is missing, empty, unknown or stands twice.
pub fn load(path: &Path) -> Result<(Vec<u8>, DocumentHash), CliError> {
    let document: Document =
        serde_json::from_slice(&read(path, HELP)?).map_err(|error| CliError::file(path, error, HELP))?;
    let said = [
        &document.title,
        &document.rationale,
        &document.impact.security,
        &document.impact.availability,
        &document.impact.privacy,
        &document.risk,
        &document.rollback,
    ];
    if document.schema != schema() || said.iter().any(|text| text.trim().is_empty()) {
        return Err(CliError::file(path, "a field is empty, or the schema is another", HELP));
    }
    let bytes = serde_json_canonicalizer::to_vec(&document).map_err(|error| CliError::file(path, error, HELP))?;
    match bytes.len() <= MAX {
        true => Ok((bytes.clone(), digest::document_hash(&bytes))),
        false => Err(CliError::file(path, "the document is larger than 64 KiB", "attach long texts by their hash")),
    }
}

/// A document in words, if it is one and hashes to what the chain says.
///
/// # Errors
///
/// [`CliError::Contradiction`] where the bytes are others.
pub fn lines(bytes: &[u8], expected: DocumentHash) -> Result<Vec<Line>, CliError> {
    if digest::document_hash(bytes) != expected {
        return Err(CliError::Contradiction("the document's bytes do not hash to what the proposal names".into()));
    }
    let document: Document = serde_json::from_slice(bytes)
        .map_err(|error| CliError::Contradiction(format!("the document is not readable: {error}")))?;
    let mut lines = vec![
        line("title", document.title),
        line("rationale", document.rationale),
        line("impact: security", document.impact.security),
        line("impact: availability", document.impact.availability),
        line("impact: privacy", document.impact.privacy),
        line("risk", document.risk),
        line("rollback", document.rollback),
    ];
    let attachment = |entry: Attachment| line("attachment", format!("{} sha256:{}", entry.name, entry.sha256));
    lines.extend(document.attachments.into_iter().map(attachment));
    Ok(lines)
}
