//! What is said of the contents that events name.

use crate::{self as audit, Mention};
use greatseal_protocol::content::Address;
use serde::Serialize;

/// Most of them that are named.
const MOST_NAMED: usize = 64;

/// Contents that the events of a bundle name, each counted once: the three numbers and that of `missing` are all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Those that are there, and fit their addresses.
    pub public: String,
    /// Those that are there encrypted, and were opened, and fit.
    pub opened: String,
    /// Those that are there encrypted, and were not opened: what is in them is not shown.
    pub closed: String,
    /// How many are not there.
    pub missing: String,
    /// Which, by their addresses: the first 64.
    pub not_there: Vec<Missing>,
}

/// A content that is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// `SCHEME:HEX`.
    pub address: String,
    /// What it is.
    pub kind: String,
    /// Number of the first event that names it.
    pub event: String,
}

impl Contents {
    pub(super) fn of(found: &audit::Contents) -> Self {
        let missing = |(address, mention): (&Address, &Mention)| Missing {
            address: address.to_string(),
            kind: mention.kind.to_string(),
            event: mention.seq.to_string(),
        };
        Self {
            public: found.public.to_string(),
            opened: found.opened.to_string(),
            closed: found.closed.to_string(),
            missing: found.missing.len().to_string(),
            not_there: found.missing.iter().take(MOST_NAMED).map(missing).collect(),
        }
    }

    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let Self { public, opened, closed, missing, not_there } = self;
        let mut lines = vec![("contents", format!("{public} fit what events name"))];
        if opened != "0" {
            lines.push(("encrypted", format!("{opened} opened, and fit what events name")));
        }
        if closed != "0" {
            lines.push(("encrypted", format!("{closed} not opened: give the --identity of a reader")));
        }
        if missing != "0" {
            lines.push(("missing", format!("{missing} contents that events name are not in the bundle")));
        }
        let one =
            |Missing { address, kind, event }: &Missing| ("missing", format!("{address}, the {kind} of event {event}"));
        lines.extend(not_there.iter().map(one));
        lines
    }
}
