//! What is said of a selection, and what no selection shows.

use super::{Metadata, Rests};
use crate::selection::Selected;
use greatseal_bundle::filter::FilterText;
use greatseal_protocol::bytes::to_hex;
use serde::Serialize;

/// What was verified of a selection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selection {
    /// Number of chosen events.
    pub events: String,
    /// What was asked for, as whoever made it says: nothing proves it.
    pub filter: FilterText,
    /// Number of events of the log.
    pub of: String,
    /// Root of its tree, in which every chosen event is.
    pub root: String,
    /// How many of the chosen events are among those of the checkpoint; null where no keys were given.
    pub under_checkpoint: Option<String>,
    /// Blocks whose time and events are proved against their state roots. Their headers are not linked.
    pub blocks: String,
    /// Events of commands in envelopes that the actor's key signed.
    pub by_envelope: String,
    /// Events of commands in transactions that the actor's key signed.
    pub by_transaction: String,
    /// Events that rest on the block alone.
    pub rests: Vec<Rests>,
    /// By which metadata events were read.
    pub metadata: Vec<Metadata>,
    /// What this selection does not show.
    pub not_shown: Vec<NotShown>,
}

/// What a selection does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NotShown {
    /// Whether events between the chosen ones belong to what was asked for.
    Completeness,
    /// Whether the rules give these events: nothing was decided again. Approvals, rejections, vetoes, attestations and votes are
    /// compared with what was signed; of other events it is shown that their actor signed some command.
    Rules,
    /// Whether the tree is the log's, where neither a checkpoint with signatures of the auditor's keys nor a head of his own has all
    /// events.
    Tree,
    /// Whether the blocks are linked to the deployment's.
    Headers,
    /// Whether the chain has the blocks.
    Chain,
    /// Whether the metadata are the runtime's.
    Metadata,
}

impl NotShown {
    const ALL: [Self; 6] = [Self::Completeness, Self::Rules, Self::Tree, Self::Headers, Self::Chain, Self::Metadata];

    /// What this one does not show.
    pub fn of(selected: &Selected) -> Vec<Self> {
        Self::ALL.into_iter().filter(|open| !(selected.tree_known && *open == Self::Tree)).collect()
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Completeness => "whether nothing is missing in between that was asked for",
            Self::Rules => {
                "whether the rules give these events; openings, decisions, vetoes, attestations and votes alone are compared with what was signed"
            }
            Self::Tree => "whether the tree is the log's: give --log-key and --witness, or --expect-head",
            Self::Headers => "whether the blocks are linked to the deployment's",
            Self::Chain => "whether the chain has the blocks: compare their hashes with a node of your own",
            Self::Metadata => "whether the metadata are the runtime's: no block proves that",
        }
    }
}

impl Selection {
    pub(super) fn of(selected: &Selected) -> Self {
        let metadata = selected.metadata.iter();
        Self {
            events: selected.leaves.to_string(),
            filter: selected.filter.clone(),
            of: selected.head.size.to_string(),
            root: selected.head.root.to_string(),
            under_checkpoint: selected.under_checkpoint.map(|events| events.to_string()),
            blocks: selected.blocks.len().to_string(),
            by_envelope: selected.bases.by_envelope.to_string(),
            by_transaction: selected.bases.by_transaction.to_string(),
            rests: Rests::of(&selected.bases),
            metadata: metadata
                .map(|(version, hash)| Metadata { spec_version: *version, sha256: to_hex(hash) })
                .collect(),
            not_shown: NotShown::of(selected),
        }
    }

    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            (
                "a selection",
                format!("{} of {} events, each proved to be in the tree and in its block", self.events, self.of),
            ),
            ("head", format!("{}:{}", self.of, self.root)),
            ("signed", format!("{} events by envelopes, {} by transactions", self.by_envelope, self.by_transaction)),
        ];
        if let Some(events) = &self.under_checkpoint {
            lines.push(("under the checkpoint", format!("{events} events")));
        }
        for rests in &self.rests {
            let first = rests.first.as_ref().map(|first| format!(", the first is event {first}")).unwrap_or_default();
            lines.push(("rest on the block", format!("{} events: {}{first}", rests.events, rests.why.reason())));
        }
        for metadata in &self.metadata {
            lines.push(("metadata", format!("version {} has SHA-256 {}", metadata.spec_version, metadata.sha256)));
        }
        lines.extend(self.not_shown.iter().map(|open| ("not shown", open.words().to_owned())));
        lines
    }
}
