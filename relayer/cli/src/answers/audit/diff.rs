//! `greatseal audit diff`: how far two logs are one.

use super::{super::Answer, Text};
use crate::{
    date::date,
    output::{Line, line},
};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal audit diff`: how far two logs are one. Neither was verified.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditDiffered {
    /// The deployment of both.
    pub deployment: String,
    /// The first.
    pub left: LogSide,
    /// The other.
    pub right: LogSide,
    /// Number of events, from the first on, that both have.
    pub common_events: Text<u64>,
    /// Root of the tree of these, computed from them.
    pub common_root: String,
    /// What they are to each other.
    pub relation: Relation,
    /// The first event that differs; none where they do not contradict each other.
    pub first_difference: Option<FirstDifference>,
    /// Exit code of the command.
    pub exit_code: u8,
    /// What to do; none where both are the same.
    pub help: Option<String>,
}

/// A log that was compared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LogSide {
    /// Path of the export, or `the indexer`.
    pub source: String,
    /// Size and root, as it says.
    pub head: String,
    /// Events that it has behind those of both.
    pub more_events: Text<u64>,
}

/// What two logs are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// They have the same events.
    Same,
    /// The first goes on behind the other.
    LeftLonger,
    /// The other goes on behind the first.
    RightLonger,
    /// They have different events of one number.
    Contradict,
}

/// An event that two logs have in different ways.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FirstDifference {
    /// Its number.
    pub seq: Text<u64>,
    /// What the first has.
    pub left: LeafShown,
    /// What the other has.
    pub right: LeafShown,
}

/// A leaf of a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeafShown {
    /// Hash of the leaf in the tree.
    pub leaf: String,
    /// Kind of its event; none where its bytes are no leaf of this protocol.
    pub kind: Option<String>,
    /// Block time in seconds.
    pub at: Option<Text<u64>>,
    /// Height of its block.
    pub block_number: Option<Text<u64>>,
    /// Hash of its block.
    pub block_hash: Option<String>,
}

impl LeafShown {
    fn words(&self) -> String {
        let known = (&self.kind, self.block_number, self.at);
        match known {
            (Some(kind), Some(block), Some(at)) => {
                format!("{kind} in block {block} at {}, leaf {}", date(at.0), self.leaf)
            }
            _ => format!("no leaf of this protocol, with the hash {}", self.leaf),
        }
    }
}

impl Answer for AuditDiffered {
    fn lines(&self) -> Vec<Line> {
        let side = |side: &LogSide| format!("{}, {} events more", side.source, side.more_events);
        let mut lines = vec![
            line("deployment", &self.deployment),
            line("common", format!("{} events, root {}", self.common_events, self.common_root)),
            line("left", side(&self.left)),
            line("right", side(&self.right)),
        ];
        if let Some(FirstDifference { seq, left, right }) = &self.first_difference {
            lines.extend([
                line("first difference", format!("event {seq}")),
                line("left", left.words()),
                line("right", right.words()),
            ]);
        }
        let relation = match self.relation {
            Relation::Same => "they are the same",
            Relation::LeftLonger => "the left one goes on behind the right one",
            Relation::RightLonger => "the right one goes on behind the left one",
            Relation::Contradict => "they contradict each other",
        };
        lines.push(line("logs", relation));
        lines
    }
}
