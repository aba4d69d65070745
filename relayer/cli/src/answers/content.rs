//! Contents: what stands on chain as a hash, and who keeps it.

use super::{Answer, Text};
use crate::{
    contents::{Kept, quoted},
    output::{Line, line},
};
use greatseal_protocol::content::{Address, Content, Kind};
use schemars::JsonSchema;
use serde::Serialize;

/// A content by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ContentNamed {
    /// What it is.
    pub kind: Text<Kind>,
    /// By what it is known: `sha256:HEX`, or the root of a list.
    pub address: Text<Address>,
}

/// Who keeps a content, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Keeping {
    /// Whether it is kept encrypted.
    pub restricted: bool,
    /// How many indexers keep it.
    pub kept_by: u32,
    /// How many were asked to.
    pub of: u32,
    /// Why one of them does not.
    pub reason: Option<String>,
}

/// A content of a command that was signed, and who keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ContentKept {
    /// What it is.
    pub kind: Text<Kind>,
    /// By what it is known.
    pub address: Text<Address>,
    /// Who keeps it.
    #[serde(flatten)]
    pub keeping: Keeping,
}

/// `greatseal content get`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ContentGot {
    /// By what it is known.
    pub address: Text<Address>,
    /// Its length in bytes.
    pub bytes: Text<u64>,
    /// What it says, where it is a short text and no file was named.
    pub text: Option<String>,
    /// The file that has it.
    pub file: Option<String>,
}

/// `greatseal content put`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ContentsPut {
    /// Each file.
    pub files: Vec<ContentPut>,
}

/// A file that was brought to the indexers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ContentPut {
    /// The file.
    pub file: String,
    /// By what it is known.
    pub address: Text<Address>,
    /// Who keeps it.
    #[serde(flatten)]
    pub keeping: Keeping,
}

/// `greatseal content list`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ContentsListed {
    /// Each content that is named.
    pub named: Vec<ContentHeld>,
}

/// A content, and who holds it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ContentHeld {
    /// What it is.
    pub kind: Text<Kind>,
    /// By what it is known.
    pub address: Text<Address>,
    /// Each indexer.
    pub indexers: Vec<IndexerHolds>,
}

/// What an indexer says of a content.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct IndexerHolds {
    /// Its URL.
    pub indexer: String,
    /// public, restricted or none; none where it does not answer.
    pub held: Option<Held>,
    /// Why there is no answer.
    pub error: Option<String>,
}

/// In which form a content is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    /// For everybody.
    Public,
    /// Encrypted.
    Restricted,
    /// Not at all.
    None,
}

impl From<&Content> for ContentNamed {
    fn from(content: &Content) -> Self {
        Self { kind: Text(content.kind), address: Text(content.address) }
    }
}

impl From<Kept> for Keeping {
    fn from(kept: Kept) -> Self {
        let Kept { restricted, kept_by, of, reason, .. } = kept;
        // Where all of them keep it there is nothing to explain.
        let reason = reason.filter(|_| kept_by < of || of == 0);
        Self { restricted, kept_by, of, reason }
    }
}

impl From<Kept> for ContentKept {
    fn from(kept: Kept) -> Self {
        let Content { kind, address } = kept.content;
        Self { kind: Text(kind), address: Text(address), keeping: kept.into() }
    }
}

impl Keeping {
    /// By how many of how many, how, and why not by all.
    fn words(&self) -> String {
        let Self { restricted, kept_by, of, reason } = self;
        let how = if *restricted { ", encrypted" } else { "" };
        let why = reason.iter().map(|reason| format!(": {reason}")).collect::<String>();
        format!("kept by {kept_by} of {of}{how}{why}")
    }
}

impl ContentKept {
    /// The content.
    pub(crate) fn content(&self) -> Content {
        Content { kind: self.kind.0, address: self.address.0 }
    }

    /// What is told of it: much where somebody does not keep it.
    pub(crate) fn line(&self) -> Line {
        let Self { kind, address, keeping } = self;
        line("content", format!("{kind} {address}, {}", keeping.words()))
    }
}

impl Answer for ContentGot {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("content", self.address), line("bytes", self.bytes)];
        lines.extend(self.text.iter().flat_map(|text| quoted("text", text)));
        lines.extend(self.file.iter().map(|file| line("file", file)));
        lines
    }
}

impl Answer for ContentsPut {
    fn lines(&self) -> Vec<Line> {
        let of = |ContentPut { file, address, keeping }: &ContentPut| {
            line("content", format!("{address}, {file}, {}", keeping.words()))
        };
        self.files.iter().map(of).collect()
    }
}

impl Answer for ContentsListed {
    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        for ContentHeld { kind, address, indexers } in &self.named {
            lines.push(line("content", format!("{kind} {address}")));
            lines.extend(indexers.iter().map(|IndexerHolds { indexer, held, error }| {
                let words = match (held, error) {
                    (Some(Held::Public), _) => "has it".to_owned(),
                    (Some(Held::Restricted), _) => "has it encrypted".to_owned(),
                    (Some(Held::None), _) => "does not have it".to_owned(),
                    (None, error) => format!("does not answer: {}", error.as_deref().unwrap_or_default()),
                };
                line("indexer", format!("{indexer} {words}"))
            }));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_text_never_begin_where_labels_do() {
        let text = Some("a notice\nfile /etc/passwd\n".to_owned());
        let got = ContentGot { address: Text(Address::Sha256([7; 32])), bytes: Text(25), text, file: None };
        let shown: Vec<String> = got.lines().iter().map(|(label, value)| format!("{label}:{value}")).collect();
        assert_eq!(shown[2..], ["text:a notice", " :| file /etc/passwd"]);
    }
}
