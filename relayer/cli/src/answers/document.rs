//! `greatseal document …`: the texts that explain proposals.

use super::{Answer, Text, content::ContentKept, schema};
use crate::output::{Line, line};
use greatseal_api::document::{Attachment, Changed, Differs, Draft, Kind};
use greatseal_protocol::bytes::DocumentHash;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// `greatseal document check`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentChecked {
    /// SHA-256 of its canonical form: what a proposal names; none where fields are left out.
    pub hash: Option<Text<DocumentHash>>,
    /// Fields that it leaves out. The command that proposes fills them in.
    pub left_out: Vec<String>,
    /// What it says.
    #[schemars(schema_with = "schema::draft")]
    pub document: Draft,
}

/// `greatseal document put`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DocumentPut {
    /// SHA-256 of its canonical form.
    pub hash: Text<DocumentHash>,
    /// Who keeps it, and the attachments that were given with it.
    pub contents: Vec<ContentKept>,
}

/// Where a document says something else than its proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Difference {
    /// The first such field, such as `changes.action.bridge.set-route.economics.tx_max`.
    pub field: String,
    /// What the document says.
    pub said: String,
    /// What is proposed.
    pub proposed: String,
}

impl Difference {
    /// Its form in answers.
    pub fn of(Differs { field, document, proposal }: &Differs) -> Self {
        Self { field: field.clone(), said: document.clone(), proposed: proposal.clone() }
    }
}

/// A document in words, without its change set.
pub(crate) fn lines(document: &Draft) -> Vec<Line> {
    let stated = |label: &str, value: Option<String>| value.map(|value| line(label, value));
    let mut lines = vec![line("title", &document.title)];
    lines.extend(stated("document's author", document.author.map(|seat| seat.to_string())));
    lines.extend(stated("document's scope", document.scope.map(|scope| scope.to_string())));
    lines.extend([
        line("rationale", &document.rationale),
        line("impact: security", &document.impact.security),
        line("impact: availability", &document.impact.availability),
        line("impact: privacy", &document.impact.privacy),
        line("risk", &document.risk),
        line("rollback", &document.rollback),
    ]);
    let seconds = |seconds: Option<u32>| seconds.map(|seconds| format!("{seconds} s"));
    lines.extend(stated("to approve within", seconds(document.expiry.approve_within)));
    lines.extend(stated("to execute within", seconds(document.expiry.execute_within)));
    lines.push(line("if it expires", &document.expiry.then));
    lines.extend(document.attachments.iter().flat_map(attached));
    lines
}

/// Values that a proposal replaces: each field that changes, old beside new.
pub(crate) fn changes(values: &[Changed]) -> Vec<Line> {
    let of = |changed: &Changed| {
        let name = changed.of.clone();
        let fields = changed.fields().into_iter();
        fields.map(move |(path, old, new)| line("changes", replaced(&name, &path, old, new))).collect::<Vec<_>>()
    };
    values.iter().flat_map(of).collect()
}

fn replaced(name: &str, path: &str, old: &Value, new: &Value) -> String {
    let field = if path.is_empty() { name.to_owned() } else { format!("{name} {path}") };
    match (path.is_empty(), old, new) {
        // The action, which stands in words at the end, has all of it.
        (true, Value::Null, Value::Object(_)) => format!("{field}: new"),
        (true, Value::Object(_), Value::Null) => format!("{field}: ends"),
        (_, old, new) => format!("{field}: {} -> {}", value(old), value(new)),
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn attached(Attachment { name, sha256, size, kind }: &Attachment) -> Vec<Line> {
    let mut lines = vec![line("attachment", format!("{name} sha256:{sha256} {size} bytes"))];
    lines.extend(kind.iter().map(|Kind::Ci(run)| {
        line("evidence", format!("{} at commit {} reported sha256:{}", run.pipeline, run.commit, run.result))
    }));
    lines
}

impl Answer for DocumentChecked {
    fn lines(&self) -> Vec<Line> {
        let mut lines = lines(&self.document);
        lines.extend(self.document.changes.iter().flat_map(|stated| changes(&stated.values)));
        lines.extend(self.hash.map(|hash| line("document", format!("sha256:{hash}"))));
        if !self.left_out.is_empty() {
            lines.push(line("filled in by propose", self.left_out.join(", ")));
        }
        lines
    }
}

impl Answer for DocumentPut {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("document", format!("sha256:{}", self.hash))];
        lines.extend(self.contents.iter().map(ContentKept::line));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_value_that_changes_is_told_old_beside_new() {
        let of = |of: &str, old: Value, new: Value| Changed { of: of.into(), old, new };
        let values = [
            of("route:1", json!({ "fee": { "max": "9" }, "to": "a" }), json!({ "fee": { "max": "7" }, "to": "a" })),
            of("row:custody", json!({ "m": 2, "direct": true }), json!({ "m": 3, "direct": false })),
            of("seat:S3", Value::Null, json!({ "key": "k" })),
            of("entry:asset:00", json!({ "version": 1 }), Value::Null),
            of("parameter:cache-ttl", Value::Null, json!("300")),
            of("phase:Custody", json!("classical"), json!("hybrid")),
            of("program:1", json!({ "auditors": 1 }), json!({ "auditors": 1 })),
        ];
        let told: Vec<_> = changes(&values).into_iter().map(|(_, value)| value.to_string()).collect();
        assert_eq!(
            told,
            [
                "route:1 fee.max: 9 -> 7",
                "row:custody direct: true -> false",
                "row:custody m: 2 -> 3",
                "seat:S3: new",
                "entry:asset:00: ends",
                "parameter:cache-ttl: none -> 300",
                "phase:Custody: classical -> hybrid",
            ]
        );
    }
}
