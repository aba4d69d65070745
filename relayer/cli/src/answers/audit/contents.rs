//! What was found of the contents that the events of a bundle name.

use super::Text;
use crate::output::{Line, line};
use greatseal_audit::{self as audit, Contents, Mention};
use greatseal_protocol::content::Address;
use schemars::JsonSchema;
use serde::Serialize;

/// Contents that the events of a bundle name, each counted once: the five numbers are all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ContentsChecked {
    /// Those that are there, and fit their addresses.
    pub public: Text<u64>,
    /// Those that are there encrypted, that the identity opened, and that fit.
    pub opened: Text<u64>,
    /// Those of which ciphertexts are there, and none is for the identity, or none was given: what is in them is not shown.
    pub closed: Text<u64>,
    /// Those of which ciphertexts are there, and the identity shows that the content is in none of those that are for it.
    pub other: Text<u64>,
    /// Those that are not there.
    pub missing: Text<u64>,
    /// Which are neither public nor opened, in the order of their addresses: the first 64.
    pub lacking: Vec<Lacking>,
}

/// A content that nobody has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Lacking {
    /// `SCHEME:HEX`.
    pub address: String,
    /// What it is.
    pub kind: String,
    /// The first event that names it.
    pub event: Text<u64>,
    /// Why nobody has seen it.
    pub why: Lack,
}

/// Why nobody has seen a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lack {
    /// It is not there.
    Missing,
    /// Its ciphertexts are there, and none is for the identity; or none was given.
    Closed,
    /// Its ciphertexts are there, and the identity shows that the content is in none of those that are for it.
    Other,
}

impl Lack {
    fn of(lack: audit::Lack) -> Self {
        match lack {
            audit::Lack::Missing => Self::Missing,
            audit::Lack::Closed => Self::Closed,
            audit::Lack::Other => Self::Other,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Missing => audit::Lack::Missing,
            Self::Closed => audit::Lack::Closed,
            Self::Other => audit::Lack::Other,
        }
        .word()
    }
}

impl ContentsChecked {
    pub(crate) fn of(found: &Contents) -> Self {
        let lacking = |(address, (why, mention)): (&Address, &(audit::Lack, Mention))| Lacking {
            address: address.to_string(),
            kind: mention.kind.to_string(),
            event: Text(mention.seq),
            why: Lack::of(*why),
        };
        Self {
            public: Text(found.public),
            opened: Text(found.opened),
            closed: Text(found.lacking(audit::Lack::Closed)),
            other: Text(found.lacking(audit::Lack::Other)),
            missing: Text(found.lacking(audit::Lack::Missing)),
            lacking: found.named().map(lacking).collect(),
        }
    }

    /// Whether nobody looked at some of them.
    pub(crate) fn open(&self) -> bool {
        !self.lacking.is_empty()
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("contents", format!("{} fit what events name", self.public))];
        if self.opened.0 > 0 {
            lines.push(line("opened", format!("{} were encrypted, and fit what events name", self.opened)));
        }
        let one =
            |one: &Lacking| line(one.why.word(), format!("{}, the {} of event {}", one.address, one.kind, one.event));
        lines.extend(self.lacking.iter().map(one));
        lines
    }

    pub(super) fn words(&self) -> String {
        let Self { closed, other, missing, .. } = self;
        let counted = [
            (closed.0, format!("{closed} are encrypted to others, or no --identity was given")),
            (other.0, format!("{other} are encrypted, and what the identity opens of them is something else")),
            (missing.0, format!("{missing} are not in the bundle")),
        ];
        counted.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect::<Vec<_>>().join("; ")
    }
}
