//! A document as its author writes it: what the chain knows may be left out, and is filled in.

use super::{
    Attachment, Changes, Claims, Differs, Document, Expiry, Impact, NoDocument, Texts, claims::Said, json, schema, text,
};
use greatseal_protocol::{council::SeatId, scope::Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A document in which author, scope, windows and changes may be left out. Where one is stated, it must be the chain's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Name of the schema; filled in where left out.
    #[schemars(schema_with = "schema::name", extend("default" = super::SCHEMA))]
    #[serde(default = "named")]
    pub schema: String,
    /// The author's seat.
    #[serde(default, with = "text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::seat")]
    pub author: Option<SeatId>,
    /// What it is about.
    #[serde(default, with = "text::option", skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::scope")]
    pub scope: Option<Scope>,
    /// Its matter in a line.
    #[schemars(schema_with = "schema::text")]
    pub title: String,
    /// Why it is proposed.
    #[schemars(schema_with = "schema::text")]
    pub rationale: String,
    /// What it changes for the three aims of protection.
    pub impact: Impact,
    /// What could go wrong.
    #[schemars(schema_with = "schema::text")]
    pub risk: String,
    /// How it can be undone.
    #[schemars(schema_with = "schema::text")]
    pub rollback: String,
    /// When it shall end undecided, and what then.
    pub expiry: Intent,
    /// Longer texts and evidence, by name and hash.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::changes")]
    pub changes: Option<Changes>,
}

/// When a proposal shall end without taking effect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Intent {
    /// Seconds from the opening until the quorum must stand; the row's where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::seconds")]
    pub approve_within: Option<u32>,
    /// Seconds, after the delay, in which it may be executed; the row's where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::seconds")]
    pub execute_within: Option<u32>,
    /// What happens where it expires.
    #[schemars(schema_with = "schema::text")]
    pub then: String,
}

/// Why a draft does not become a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFilled {
    /// It states something else than the chain.
    #[error(transparent)]
    Differs(#[from] Differs),
    /// It does not say what it changes, and what the action replaced is no longer there to be read.
    #[error("it leaves out what it changes, and the proposal has ended: what it replaced is no longer on the chain")]
    Past,
    /// With all that is filled in it is no document.
    #[error(transparent)]
    NoDocument(#[from] NoDocument),
}

impl Draft {
    /// Reads a draft in any form of JSON. A whole document is one too.
    ///
    /// # Errors
    ///
    /// [`NoDocument`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NoDocument> {
        let draft: Self = json::read(bytes)?;
        Texts {
            title: &draft.title,
            rationale: &draft.rationale,
            impact: &draft.impact,
            risk: &draft.risk,
            rollback: &draft.rollback,
            then: &draft.expiry.then,
            attachments: &draft.attachments,
        }
        .judge()?;
        draft.changes.iter().try_for_each(Changes::judge)?;
        Ok(draft)
    }

    /// The fields that it leaves out.
    pub fn left_out(&self) -> Vec<&'static str> {
        let fields = [
            ("author", self.author.is_none()),
            ("scope", self.scope.is_none()),
            ("expiry.approve_within", self.expiry.approve_within.is_none()),
            ("expiry.execute_within", self.expiry.execute_within.is_none()),
            ("changes", self.changes.is_none()),
        ];
        fields.into_iter().filter_map(|(field, left_out)| left_out.then_some(field)).collect()
    }

    /// The document that it is where it leaves nothing out.
    ///
    /// # Errors
    ///
    /// [`NoDocument`].
    pub fn whole(&self) -> Result<Document, NoDocument> {
        let bytes = serde_json::to_vec(self).map_err(|error| NoDocument::Unreadable(error.to_string()))?;
        Document::parse(&bytes)
    }

    /// The document: what it leaves out is the chain's.
    ///
    /// # Errors
    ///
    /// [`NotFilled`].
    pub fn fill(self, claims: &Claims) -> Result<Document, NotFilled> {
        claims.compare(&Said {
            author: self.author,
            scope: self.scope,
            approve_within: self.expiry.approve_within,
            execute_within: self.expiry.execute_within,
            changes: self.changes.as_ref(),
        })?;
        let changes = self.changes.or_else(|| claims.changes()).ok_or(NotFilled::Past)?;
        let document = Document {
            schema: self.schema,
            author: claims.author,
            scope: claims.scope,
            title: self.title,
            rationale: self.rationale,
            impact: self.impact,
            risk: self.risk,
            rollback: self.rollback,
            expiry: Expiry {
                approve_within: claims.approve_within,
                execute_within: claims.execute_within,
                then: self.expiry.then,
            },
            attachments: self.attachments,
            changes,
        };
        Ok(document.judged()?)
    }
}

impl From<Document> for Draft {
    fn from(document: Document) -> Self {
        let Expiry { approve_within, execute_within, then } = document.expiry;
        Self {
            schema: document.schema,
            author: Some(document.author),
            scope: Some(document.scope),
            title: document.title,
            rationale: document.rationale,
            impact: document.impact,
            risk: document.risk,
            rollback: document.rollback,
            expiry: Intent { approve_within: Some(approve_within), execute_within: Some(execute_within), then },
            attachments: document.attachments,
            changes: Some(document.changes),
        }
    }
}

fn named() -> String {
    super::SCHEMA.into()
}
