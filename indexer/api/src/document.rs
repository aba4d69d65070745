//! The document that explains a proposal: a fixed set of fields, RFC 8785 bytes, SHA-256 on chain.
//!
//! Author, indexer and everybody who approves read it by these rules. What people cannot see is refused, so that nobody approves
//! a text that looks different on another screen.

use greatseal_facts::strict;
use greatseal_printable::{Hidden, hidden};
use greatseal_protocol::bytes::parse_hex;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most bytes of a document in its canonical form.
pub const MAX: usize = 64 * 1024;
/// Name of the present schema.
pub const SCHEMA: &str = "greatseal.proposal/1";

/// What every proposal must say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// [`SCHEMA`].
    #[serde(default = "schema")]
    pub schema: String,
    /// What it is about, in a line.
    pub title: String,
    /// Why it is proposed.
    pub rationale: String,
    /// What it changes for the three aims of protection.
    pub impact: Impact,
    /// What could go wrong.
    pub risk: String,
    /// How it can be undone.
    pub rollback: String,
    /// Longer texts, by name and hash.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// What a proposal changes for the three aims of protection.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Impact {
    /// For security.
    pub security: String,
    /// For availability.
    pub availability: String,
    /// For privacy.
    pub privacy: String,
}

/// A longer text that belongs to the document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// SHA-256 of its bytes: 64 hexadecimal digits in lower case.
    pub sha256: String,
}

/// Why bytes are no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDocument {
    /// They are no JSON, or lack a field, or have one that does not belong there.
    #[error("{0}")]
    Unreadable(String),
    /// It names another schema.
    #[error("its schema is `{0}`, not `{SCHEMA}`")]
    OtherSchema(String),
    /// A field says nothing.
    #[error("{0} is empty")]
    Empty(String),
    /// A field holds what people do not see.
    #[error("{field}: {hidden}")]
    Hidden {
        /// The field.
        field: String,
        /// The first such character.
        hidden: Hidden,
    },
    /// An attachment is not named by its SHA-256.
    #[error("{0}.sha256 is not 64 hexadecimal digits in lower case")]
    NoHash(String),
    /// It is longer than [`MAX`].
    #[error("it is {0} bytes long, more than 64 KiB")]
    TooLong(usize),
}

impl NoDocument {
    /// What to do next.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable(_) | Self::Empty(_) => {
                "the document needs title, rationale, impact {security, availability, privacy}, risk and rollback"
            }
            Self::OtherSchema(_) => "leave the schema out, or write the one that is asked for",
            Self::Hidden { .. } => {
                "write each text on one line of visible characters; attach longer texts by their hash"
            }
            Self::NoHash(_) => {
                "an attachment is {\"name\": \"report.pdf\", \"sha256\": \"64 digits, as sha256sum prints them\"}"
            }
            Self::TooLong(_) => "attach long texts by their hash",
        }
    }
}

impl Document {
    /// Reads a document in any form of JSON.
    ///
    /// # Errors
    ///
    /// [`NoDocument`]: a field is missing, empty, unknown, stands twice, or holds what people do not see.
    pub fn parse(bytes: &[u8]) -> Result<Self, NoDocument> {
        let document: Self =
            serde_json::from_slice(bytes).map_err(|error| NoDocument::Unreadable(error.to_string()))?;
        document.judge()?;
        let length = document.canonical().len();
        match length > MAX {
            true => Err(NoDocument::TooLong(length)),
            false => Ok(document),
        }
    }

    /// Its one form (RFC 8785): what is hashed and kept.
    pub fn canonical(&self) -> Vec<u8> {
        // Strings and lists of strings can always be written.
        serde_json_canonicalizer::to_vec(self).unwrap_or_default()
    }

    /// Every text, with the name of its field.
    pub fn texts(&self) -> impl Iterator<Item = (String, &str)> {
        let fixed: [(&str, &str); 7] = [
            ("title", &self.title),
            ("rationale", &self.rationale),
            ("impact.security", &self.impact.security),
            ("impact.availability", &self.impact.availability),
            ("impact.privacy", &self.impact.privacy),
            ("risk", &self.risk),
            ("rollback", &self.rollback),
        ];
        let attached = self.attachments.iter().enumerate();
        let attached = attached.map(|(index, entry)| (format!("attachments[{index}].name"), entry.name.as_str()));
        fixed.into_iter().map(|(name, text)| (name.to_owned(), text)).chain(attached)
    }

    fn judge(&self) -> Result<(), NoDocument> {
        if self.schema != SCHEMA {
            return Err(NoDocument::OtherSchema(self.schema.clone()));
        }
        for (field, text) in self.texts() {
            if let Some(hidden) = hidden(text) {
                return Err(NoDocument::Hidden { field, hidden });
            }
            if text.trim().is_empty() {
                return Err(NoDocument::Empty(field));
            }
        }
        for (index, entry) in self.attachments.iter().enumerate() {
            let small = !entry.sha256.bytes().any(|byte| byte.is_ascii_uppercase());
            let hash = entry.sha256.len() == 64 && small && parse_hex::<32>(&entry.sha256).is_ok();
            if !hash {
                return Err(NoDocument::NoHash(format!("attachments[{index}]")));
            }
        }
        Ok(())
    }
}

/// Canonical bytes (RFC 8785) of any JSON: the indexer keeps what a proposal names, of whatever schema.
///
/// # Errors
///
/// [`NoDocument::Unreadable`] where it is no JSON, a name stands twice, or an integer is larger than doubles hold;
/// [`NoDocument::TooLong`].
pub fn canonical(bytes: &[u8]) -> Result<Vec<u8>, NoDocument> {
    let unreadable = |error: serde_json::Error| NoDocument::Unreadable(error.to_string());
    let value = strict::value(bytes).map_err(unreadable)?;
    let canonical = serde_json_canonicalizer::to_vec(&value).map_err(unreadable)?;
    match canonical.len() > MAX {
        true => Err(NoDocument::TooLong(canonical.len())),
        false => Ok(canonical),
    }
}

/// The first text of a JSON value that holds what people do not see, keys among them.
///
/// # Errors
///
/// [`NoDocument::Unreadable`], [`NoDocument::Hidden`].
pub fn visible(bytes: &[u8]) -> Result<(), NoDocument> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| NoDocument::Unreadable(error.to_string()))?;
    look(&value, "the document")
}

fn look(value: &Value, path: &str) -> Result<(), NoDocument> {
    let seen = |text: &str, field: &str| match hidden(text) {
        Some(hidden) => Err(NoDocument::Hidden { field: field.to_owned(), hidden }),
        None => Ok(()),
    };
    match value {
        Value::String(text) => seen(text, path),
        Value::Array(list) => {
            list.iter().enumerate().try_for_each(|(index, entry)| look(entry, &format!("{path}[{index}]")))
        }
        Value::Object(map) => map.iter().try_for_each(|(key, entry)| {
            seen(key, &format!("a name in {path}"))?;
            look(entry, &format!("{path}.{key}"))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn schema() -> String {
    SCHEMA.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn why() -> Value {
        json!({
            "title": "Route 1",
            "rationale": "the rate feed was compromised",
            "impact": { "security": "stops the loss", "availability": "route 1 waits", "privacy": "none" },
            "risk": "low",
            "rollback": "it expires by itself",
            "attachments": [{ "name": "report.pdf", "sha256": "ab".repeat(32) }],
        })
    }

    fn parse(value: &Value) -> Result<Document, NoDocument> {
        Document::parse(value.to_string().as_bytes())
    }

    #[test]
    fn a_document_has_one_form() -> Result<(), NoDocument> {
        let document = parse(&why())?;
        let canonical = document.canonical();
        assert_eq!(Document::parse(&canonical)?, document);
        assert_eq!(super::canonical(&canonical)?, canonical);
        let spaced = serde_json::to_vec_pretty(&why()).unwrap_or_default();
        assert_eq!(Document::parse(&spaced)?.canonical(), canonical);
        Ok(())
    }

    #[test]
    fn one_text_has_one_form() {
        let written = |text: &str| canonical(text.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        for text in [
            r#"{}"#,
            r#"{"a":1,"b":[true,null,"ü"]}"#,
            r#"{"a":1.5}"#,
            r#"{"a":1e+21}"#,
            r#"{"a":9007199254740991}"#,
            "{\"\u{1F602}\":1,\"\u{FB33}\":2}",
        ] {
            assert_eq!(written(text).as_deref(), Some(text));
        }
        for (text, form) in [
            (r#" { "b" : 1,"a":2 } "#, r#"{"a":2,"b":1}"#),
            (r#"{"a":1.0,"b":-0,"c":1E3}"#, r#"{"a":1,"b":0,"c":1000}"#),
            (r#"{"a":"\u00fc\/"}"#, r#"{"a":"ü/"}"#),
            ("{\"\u{FB33}\":2,\"\u{1F602}\":1}", "{\"\u{1F602}\":1,\"\u{FB33}\":2}"),
        ] {
            assert_eq!(written(text).as_deref(), Some(form), "{text}");
        }
        for text in [
            "",
            "{",
            "{}{}",
            r#"{"a":1,"a":1}"#,
            r#"{"x":{"a":1,"a":2}}"#,
            r#"{"x":[{"a":1,"\u0061":2}]}"#,
            r#"{"a":9007199254740993}"#,
            r#"{"a":-9007199254740993}"#,
            r#"{"a":18446744073709551615}"#,
            r#"{"a":1e999}"#,
            r#"{"a":"\ud800"}"#,
        ] {
            assert!(written(text).is_none(), "{text}");
        }
        assert!(canonical(b"\xef\xbb\xbf{}").is_err() && canonical(b"{\"a\":\"\xff\"}").is_err());
        assert!(canonical("[".repeat(100_000).as_bytes()).is_err());
    }

    #[test]
    fn what_people_do_not_see_is_refused_in_every_text() {
        for path in [
            "/title",
            "/rationale",
            "/impact/security",
            "/impact/availability",
            "/impact/privacy",
            "/risk",
            "/rollback",
            "/attachments/0/name",
        ] {
            for hostile in ["a\u{1b}[2Jb", "a\nneeds 1 approval", "\u{202e}gnp.exe", "\u{200b}", "\u{2800}", "a\u{7f}"]
            {
                let mut value = why();
                value.pointer_mut(path).into_iter().for_each(|text| *text = hostile.into());
                let refused = parse(&value);
                assert!(matches!(refused, Err(NoDocument::Hidden { .. })), "{path} {hostile:?}: {refused:?}");
                let canonical = canonical(value.to_string().as_bytes()).unwrap_or_default();
                assert!(matches!(visible(&canonical), Err(NoDocument::Hidden { .. })), "{path} {hostile:?}");
            }
            for blank in ["", " ", "\u{3000}\u{a0}"] {
                let mut value = why();
                value.pointer_mut(path).into_iter().for_each(|text| *text = blank.into());
                assert!(matches!(parse(&value), Err(NoDocument::Empty(_))), "{path} {blank:?}");
            }
        }
        assert!(matches!(visible(br#"{"a\u001bb":1}"#), Err(NoDocument::Hidden { .. })));
        assert_eq!(visible(br#"{"a":["b",1,null,{"c":"d"}]}"#), Ok(()));
    }

    #[test]
    fn an_attachment_is_named_by_its_whole_hash() {
        for wrong in ["", "deadbeef", &"AB".repeat(32), &"zz".repeat(32), &format!("0x{}", "ab".repeat(31))] {
            let mut value = why();
            value["attachments"][0]["sha256"] = json!(wrong);
            assert!(matches!(parse(&value), Err(NoDocument::NoHash(_))), "{wrong}");
        }
    }

    #[test]
    fn fields_are_there_once_and_no_others() {
        let text = why().to_string();
        for wrong in [
            text.replacen("\"risk\"", "\"risks\"", 1),
            text.replacen("{", "{\"risk\":\"none\",", 1),
            text.replacen("{", "{\"schema\":\"other/1\",", 1),
            text.replacen("{", "{\"approved\":true,", 1),
            String::new(),
        ] {
            assert!(Document::parse(wrong.as_bytes()).is_err(), "{wrong}");
        }
        let long = json!("long ".repeat(20_000));
        let mut value = why();
        value["rationale"] = long;
        assert!(matches!(parse(&value), Err(NoDocument::TooLong(_))));
    }
}
