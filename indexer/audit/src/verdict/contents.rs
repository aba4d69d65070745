//! What is said of the contents that events name.

use crate::{self as audit, Lack, Mention};
use greatseal_protocol::content::Address;
use serde::Serialize;

/// Contents that the events of a bundle name, each counted once: the five numbers are all of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// Those that are there, and fit their addresses.
    pub public: String,
    /// Those that are there encrypted, that the identity opened, and that fit.
    pub opened: String,
    /// Those of which ciphertexts are there, and none is for the identity, or none was given: what is in them is not shown.
    pub closed: String,
    /// Those of which ciphertexts are there, and the identity shows that the content is in none of those that are for it.
    pub other: String,
    /// Those that are not there.
    pub missing: String,
    /// Which are neither public nor opened, by their addresses: the first 64.
    pub lacking: Vec<Lacking>,
}

/// A content that nobody has seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lacking {
    /// `SCHEME:HEX`.
    pub address: String,
    /// What it is.
    pub kind: String,
    /// Number of the first event that names it.
    pub event: String,
    /// Why nobody has seen it.
    pub why: Lack,
}

impl Contents {
    pub(super) fn of(found: &audit::Contents) -> Self {
        let count = |why| found.lacking(why).to_string();
        let lacking = |(address, (why, mention)): (&Address, &(Lack, Mention))| Lacking {
            address: address.to_string(),
            kind: mention.kind.to_string(),
            event: mention.seq.to_string(),
            why: *why,
        };
        Self {
            public: found.public.to_string(),
            opened: found.opened.to_string(),
            closed: count(Lack::Closed),
            other: count(Lack::Other),
            missing: count(Lack::Missing),
            lacking: found.named().map(lacking).collect(),
        }
    }

    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let Self { public, opened, closed, other, missing, lacking } = self;
        let counted = [
            (true, "contents", format!("{public} fit what events name")),
            (opened != "0", "opened", format!("{opened} were encrypted, and fit what events name")),
            (closed != "0", "closed", format!("{closed} are encrypted: give the --identity of one of their readers")),
            (
                other != "0",
                "other",
                format!("{other} are encrypted, and what this identity opens of them is something else"),
            ),
            (missing != "0", "missing", format!("{missing} are not in the bundle")),
        ];
        let mut lines: Vec<_> =
            counted.into_iter().filter(|(is, ..)| *is).map(|(_, label, words)| (label, words)).collect();
        let one = |one: &Lacking| (one.why.word(), format!("{}, the {} of event {}", one.address, one.kind, one.event));
        lines.extend(lacking.iter().map(one));
        lines
    }
}
