//! A content that an event names, as a line of its own: so that people find the file in the bundle, or know what is not in it.

use greatseal_protocol::{content::Content, event::Record};
use serde::Serialize;

/// A content of an event.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Named {
    /// `SCHEME:HEX`.
    address: String,
    /// Block time of the record, in seconds.
    at: String,
    /// Kind of the event.
    event: &'static str,
    /// What the content is.
    kind: String,
    /// The proposal that the record is about, where it is about one.
    proposal: Option<String>,
    /// Name of this form.
    schema: &'static str,
    /// Number of the record.
    seq: String,
}

impl Named {
    pub(super) fn of(record: &Record, content: &Content) -> Self {
        Self {
            address: content.address.to_string(),
            at: record.at.to_string(),
            event: record.event.kind(),
            kind: content.kind.to_string(),
            proposal: record.event.proposal().map(|id| id.to_string()),
            schema: super::Part::Contents.schema(),
            seq: record.seq.to_string(),
        }
    }
}
