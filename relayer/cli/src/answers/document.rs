//! `greatseal document …`: the texts that explain proposals.

use super::{Answer, Text, schema};
use crate::output::{Line, line};
use greatseal_api::document::Document;
use greatseal_protocol::bytes::DocumentHash;
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal document check`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentChecked {
    /// SHA-256 of its canonical form: what a proposal names.
    pub hash: Text<DocumentHash>,
    /// Its texts.
    #[schemars(schema_with = "schema::document")]
    pub document: Document,
}

/// `greatseal document put`
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct DocumentPut {
    /// SHA-256 of its canonical form.
    pub hash: Text<DocumentHash>,
    /// Whether the indexer holds it.
    pub held: bool,
}

/// A document in words.
pub(crate) fn lines(document: &Document) -> Vec<Line> {
    let mut lines = vec![
        line("title", &document.title),
        line("rationale", &document.rationale),
        line("impact: security", &document.impact.security),
        line("impact: availability", &document.impact.availability),
        line("impact: privacy", &document.impact.privacy),
        line("risk", &document.risk),
        line("rollback", &document.rollback),
    ];
    let attached = document.attachments.iter();
    lines.extend(attached.map(|entry| line("attachment", format!("{} sha256:{}", entry.name, entry.sha256))));
    lines
}

impl Answer for DocumentChecked {
    fn lines(&self) -> Vec<Line> {
        let mut lines = lines(&self.document);
        lines.push(line("document", format!("sha256:{}", self.hash)));
        lines
    }
}

impl Answer for DocumentPut {
    fn lines(&self) -> Vec<Line> {
        let held = if self.held { "yes" } else { "no" };
        vec![line("document", format!("sha256:{}", self.hash)), line("document held", held)]
    }
}
