//! `greatseal audit verify` of a selection: what a part of a log proves.

use super::{super::Answer, BundleChecked, Checkpoint, ContentsChecked, Metadata, Signed, Text, Verdict};
use crate::{
    date::date,
    output::{Line, line},
};
use greatseal_protocol::{bytes::IncidentId, proposal_id::ProposalId};
use schemars::JsonSchema;
use serde::Serialize;

/// What was asked for. Everything that is given has to hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Filter {
    /// The incident.
    pub incident: Option<Text<IncidentId>>,
    /// The programme.
    pub programme: Option<u32>,
    /// The proposal.
    pub proposal: Option<Text<ProposalId>>,
    /// Events of this second and later.
    pub since: Option<Text<u64>>,
    /// Events before this second.
    pub until: Option<Text<u64>>,
}

/// `greatseal audit verify --bundle` of a selection: what a part of a log proves.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditSelectionVerified {
    /// Never all: what lies between the events of a selection is not in it.
    pub verified: Verdict,
    /// Its events, each proved to be in the tree and in its block.
    pub events: Text<u64>,
    /// Events of the whole log.
    pub of_events: Text<u64>,
    /// Size and root of the whole log, as `--expect-head` takes them.
    pub head: String,
    /// What was asked for, as whoever made it says: nothing proves it.
    pub filter: Filter,
    /// How many of its events are among those of its checkpoint; none where no keys were given.
    pub under_checkpoint: Option<Text<u64>>,
    /// Blocks that were proved by themselves.
    pub blocks: Text<u64>,
    /// On whose signature the records rest.
    pub signed: Signed,
    /// By which metadata the events were read.
    pub metadata: Vec<Metadata>,
    /// The checkpoint, where keys were given with `--log-key` and `--witness`.
    pub checkpoint: Option<Checkpoint>,
    /// Whether each of its blocks is the chain's; none offline.
    pub on_chain: Option<bool>,
    /// Its files.
    pub bundle: Option<BundleChecked>,
    /// The contents that its events name.
    pub contents: Option<ContentsChecked>,
    /// What it does not show.
    pub not_shown: Vec<NotShown>,
    /// Exit code of the command.
    pub exit_code: u8,
    /// What to do to see more.
    pub help: String,
}

/// What a selection does not show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotShown {
    /// Whether nothing is missing in between that was asked for.
    Completeness,
    /// Whether the rules give these events.
    Rules,
    /// Whether the tree is the log's: neither a checkpoint with signatures nor an expected head has all events.
    Tree,
    /// Whether the blocks are linked to the deployment's.
    Headers,
    /// Whether the chain has the blocks.
    Chain,
    /// Whether the metadata are the runtime's.
    Metadata,
}

impl Filter {
    pub(crate) fn of(filter: &greatseal_bundle::filter::Filter) -> Self {
        Self {
            incident: filter.incident.map(Text),
            programme: filter.programme,
            proposal: filter.proposal.map(Text),
            since: filter.since.map(Text),
            until: filter.until.map(Text),
        }
    }

    pub(super) fn words(&self) -> String {
        let given = [
            self.incident.map(|incident| format!("incident {incident}")),
            self.programme.map(|number| format!("programme {number}")),
            self.proposal.map(|id| format!("proposal {id}")),
            self.since.map(|since| format!("since {}", date(since.0))),
            self.until.map(|until| format!("until {}", date(until.0))),
        ];
        given.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl NotShown {
    pub(crate) fn of(open: greatseal_audit::verdict::NotShown) -> Self {
        use greatseal_audit::verdict::NotShown as Open;
        match open {
            Open::Completeness => Self::Completeness,
            Open::Rules => Self::Rules,
            Open::Tree => Self::Tree,
            Open::Headers => Self::Headers,
            Open::Chain => Self::Chain,
            Open::Metadata => Self::Metadata,
        }
    }

    fn words(self) -> &'static str {
        use greatseal_audit::verdict::NotShown as Open;
        match self {
            Self::Completeness => Open::Completeness,
            Self::Rules => Open::Rules,
            Self::Tree => Open::Tree,
            Self::Headers => Open::Headers,
            Self::Chain => Open::Chain,
            Self::Metadata => Open::Metadata,
        }
        .words()
    }
}

impl Answer for AuditSelectionVerified {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("a selection", format!("{} of {} events: {}", self.events, self.of_events, self.filter.words())),
            line("events", "each proved to be in the tree and in its block"),
            line(
                "signed",
                format!(
                    "{} events by envelopes, {} by transactions",
                    self.signed.by_envelope, self.signed.by_transaction
                ),
            ),
            line("head", &self.head),
        ];
        lines.extend(self.checkpoint.iter().flat_map(Checkpoint::lines));
        lines.extend(self.under_checkpoint.map(|events| line("under the checkpoint", format!("{events} events"))));
        lines.extend(self.on_chain.map(|_| line("chain", format!("all {} blocks are the chain's", self.blocks))));
        lines.extend(self.bundle.iter().flat_map(BundleChecked::lines));
        if let Some(contents) = &self.contents {
            lines.extend(contents.lines());
            if contents.open() {
                lines.push(line("not looked at", contents.words()));
            }
        }
        lines.extend(
            self.signed
                .by_block
                .iter()
                .map(|rests| line("rest on the block", format!("{} events: {}", rests.events, rests.why.words()))),
        );
        lines.extend(self.not_shown.iter().map(|open| line("not shown", open.words())));
        lines.push(line("verified", "as a selection"));
        lines
    }
}
