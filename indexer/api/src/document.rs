//! The document that explains a proposal: a fixed set of fields, RFC 8785 bytes, SHA-256 on chain.
//!
//! Author, indexer and everybody who approves read it by these rules. What people cannot see is refused, so that nobody approves
//! a text that looks different on another screen. What the chain knows too, such as the action, is compared ([`Claims`]), so that
//! nobody approves a text about something else.

mod changes;
mod claims;
mod draft;
mod fault;
mod json;
mod replaced;
mod schema;
mod text;

#[cfg(test)]
mod tests;

pub use changes::{Changed, Changes, NoChanges};
pub use claims::{Claims, Differs, scope};
pub use draft::{Draft, Intent, NotFilled};
pub use fault::NoDocument;
pub use json::{canonical, visible};

use claims::Said;
use greatseal_protocol::{bytes::parse_hex_bytes, council::SeatId, scope::Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Most bytes of a document in its canonical form.
pub const MAX: usize = 64 * 1024;
/// Name of the present schema.
pub const SCHEMA: &str = "greatseal.proposal/2";
/// Largest integer that every reader of JSON takes for the same.
const LARGEST: u64 = (1 << 53) - 1;

/// What every proposal says: what people have to know, and beside it what the chain knows too.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Name of the schema.
    #[schemars(schema_with = "schema::name")]
    pub schema: String,
    /// The author's seat.
    #[serde(with = "text")]
    #[schemars(schema_with = "schema::seat")]
    pub author: SeatId,
    /// What it is about: everything, upgrades, a route, a programme, an account.
    #[serde(with = "text")]
    #[schemars(schema_with = "schema::scope")]
    pub scope: Scope,
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
    /// When it ends undecided, and what then.
    pub expiry: Expiry,
    /// Longer texts and evidence, by name and hash.
    pub attachments: Vec<Attachment>,
    /// What it does.
    pub changes: Changes,
}

/// What a proposal changes for the three aims of protection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// For security.
    #[schemars(schema_with = "schema::text")]
    pub security: String,
    /// For availability.
    #[schemars(schema_with = "schema::text")]
    pub availability: String,
    /// For privacy.
    #[schemars(schema_with = "schema::text")]
    pub privacy: String,
}

/// When a proposal ends without taking effect.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expiry {
    /// Seconds from the opening until the quorum must stand.
    #[schemars(schema_with = "schema::seconds")]
    pub approve_within: u32,
    /// Seconds, after the delay, in which it may be executed.
    #[schemars(schema_with = "schema::seconds")]
    pub execute_within: u32,
    /// What happens where it expires.
    #[schemars(schema_with = "schema::text")]
    pub then: String,
}

/// A longer text, or evidence, that belongs to the document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Its name.
    #[schemars(schema_with = "schema::text")]
    pub name: String,
    /// SHA-256 of its bytes: 64 hexadecimal digits in lower case.
    #[schemars(schema_with = "schema::hash")]
    pub sha256: String,
    /// How many bytes it has; 2^53 - 1 at most.
    #[schemars(schema_with = "schema::size")]
    pub size: u64,
    /// What it is evidence of, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::kind")]
    pub kind: Option<Kind>,
}

/// What an attachment is evidence of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A run of continuous integration.
    Ci(Run),
}

/// A run of continuous integration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The pipeline that ran, and the number or address of the run.
    #[schemars(schema_with = "schema::text")]
    pub pipeline: String,
    /// The commit that it ran on: 40 or 64 hexadecimal digits in lower case.
    #[schemars(schema_with = "schema::commit")]
    pub commit: String,
    /// SHA-256 of what it reported.
    #[schemars(schema_with = "schema::hash")]
    pub result: String,
}

impl Document {
    /// Reads a whole document in any form of JSON.
    ///
    /// # Errors
    ///
    /// [`NoDocument`]: a field is missing, empty, unknown, stands twice, or holds what people do not see.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoDocument> {
        json::read::<Self>(bytes)?.judged()
    }

    /// Its one form (RFC 8785): what is hashed and kept.
    pub fn canonical(&self) -> Vec<u8> {
        // Texts, whole numbers and lists of them can always be written.
        serde_json_canonicalizer::to_vec(self).unwrap_or_default()
    }

    /// The first field in which it says something else than the chain.
    ///
    /// # Errors
    ///
    /// [`Differs`].
    pub fn compare(&self, claims: &Claims) -> Result<(), Differs> {
        claims.compare(&Said {
            author: Some(self.author),
            scope: Some(self.scope),
            approve_within: Some(self.expiry.approve_within),
            execute_within: Some(self.expiry.execute_within),
            changes: Some(&self.changes),
        })
    }

    fn judged(self) -> Result<Self, NoDocument> {
        Texts {
            title: &self.title,
            rationale: &self.rationale,
            impact: &self.impact,
            risk: &self.risk,
            rollback: &self.rollback,
            then: &self.expiry.then,
            attachments: &self.attachments,
        }
        .judge()?;
        self.changes.judge()?;
        let length = self.canonical().len();
        if length > MAX {
            return Err(NoDocument::TooLong(length));
        }
        Ok(self)
    }
}

/// What only people read, of a document or a draft.
struct Texts<'a> {
    title: &'a str,
    rationale: &'a str,
    impact: &'a Impact,
    risk: &'a str,
    rollback: &'a str,
    then: &'a str,
    attachments: &'a [Attachment],
}

impl Texts<'_> {
    fn judge(&self) -> Result<(), NoDocument> {
        for (field, text) in [
            ("title", self.title),
            ("rationale", self.rationale),
            ("impact.security", &self.impact.security),
            ("impact.availability", &self.impact.availability),
            ("impact.privacy", &self.impact.privacy),
            ("risk", self.risk),
            ("rollback", self.rollback),
            ("expiry.then", self.then),
        ] {
            json::shown(text, field)?;
        }
        for (index, attached) in self.attachments.iter().enumerate() {
            attached.judge(&format!("attachments[{index}]"))?;
        }
        Ok(())
    }
}

impl Attachment {
    fn judge(&self, field: &str) -> Result<(), NoDocument> {
        json::shown(&self.name, &format!("{field}.name"))?;
        digits(&self.sha256, &[32], || format!("{field}.sha256"))?;
        match &self.kind {
            None => Ok(()),
            Some(Kind::Ci(run)) => {
                json::shown(&run.pipeline, &format!("{field}.kind.ci.pipeline"))?;
                digits(&run.commit, &[20, 32], || format!("{field}.kind.ci.commit"))?;
                digits(&run.result, &[32], || format!("{field}.kind.ci.result"))
            }
        }
    }
}

/// Hexadecimal digits in lower case, for one of these numbers of bytes.
fn digits(text: &str, lengths: &[usize], field: impl FnOnce() -> String) -> Result<(), NoDocument> {
    let small = !text.bytes().any(|byte| byte.is_ascii_uppercase());
    let whole = parse_hex_bytes(text).is_ok_and(|bytes| lengths.contains(&bytes.len()));
    // A prefix is no digit.
    let bare = lengths.iter().any(|length| length.checked_mul(2) == Some(text.len()));
    if small && whole && bare { Ok(()) } else { Err(NoDocument::NoHash(field())) }
}
