//! What was found of the contents that the events of a bundle name.

use super::Text;
use crate::output::{Line, line};
use greatseal_audit::{Contents, Mention};
use greatseal_protocol::content::Address;
use schemars::JsonSchema;
use serde::Serialize;

/// Most contents that are not there and are named.
const MOST_NAMED: usize = 64;

/// Contents that the events of a bundle name, each counted once: the four numbers are all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ContentsChecked {
    /// Those that are there, and fit their addresses.
    pub public: Text<u64>,
    /// Those that are there encrypted, that the identity opened, and that fit.
    pub opened: Text<u64>,
    /// Those that are there encrypted and were not opened: what is in them nobody looked at.
    pub closed: Text<u64>,
    /// Those that are not there.
    pub missing: Text<u64>,
    /// Which, in the order of their addresses: the first 64.
    pub not_there: Vec<NotThere>,
}

/// A content that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct NotThere {
    /// `SCHEME:HEX`.
    pub address: String,
    /// What it is.
    pub kind: String,
    /// The first event that names it.
    pub event: Text<u64>,
}

impl ContentsChecked {
    pub(crate) fn of(found: &Contents) -> Self {
        let not_there = |(address, mention): (&Address, &Mention)| NotThere {
            address: address.to_string(),
            kind: mention.kind.to_string(),
            event: Text(mention.seq),
        };
        Self {
            public: Text(found.public),
            opened: Text(found.opened),
            closed: Text(found.closed),
            missing: Text(u64::try_from(found.missing.len()).unwrap_or(u64::MAX)),
            not_there: found.missing.iter().take(MOST_NAMED).map(not_there).collect(),
        }
    }

    /// Whether nobody looked at some of them.
    pub(crate) fn open(&self) -> bool {
        self.closed.0 > 0 || self.missing.0 > 0
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("contents", format!("{} fit what events name", self.public))];
        if self.opened.0 > 0 {
            lines.push(line("encrypted", format!("{} opened, and fit what events name", self.opened)));
        }
        let missing =
            |not: &NotThere| line("missing", format!("{}, the {} of event {}", not.address, not.kind, not.event));
        lines.extend(self.not_there.iter().map(missing));
        lines
    }

    pub(super) fn words(&self) -> String {
        format!("{} are encrypted and were not opened, {} are not in the bundle", self.closed, self.missing)
    }
}
