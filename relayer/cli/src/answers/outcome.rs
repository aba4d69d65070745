//! `greatseal outcome …`: what a statement about a batch commits to, and what several batches claim together.

use super::{Answer, Text, money::Search};
use crate::output::{Line, line};
use greatseal_protocol::bytes::{ManifestHash, OutcomesRoot};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal outcome check`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OutcomesChecked {
    /// The batches, in the order of their files.
    pub outcomes: Vec<BatchOutcomes>,
    /// What they show together.
    pub search: Search,
    /// Exit code of the command: 8 where the files contradict each other.
    pub exit_code: u8,
}

/// The outcomes of a batch.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchOutcomes {
    /// Their file.
    pub file: String,
    /// Hash of the manifest; none where its file has no header.
    pub manifest: Option<Text<ManifestHash>>,
    /// Root of the tree of the outcomes.
    pub root: Text<OutcomesRoot>,
    /// Entries.
    pub count: u32,
    /// Entries to which nothing more will happen.
    pub closed: u32,
    /// What arrived of what is due of the closed entries.
    pub paid: Text<u128>,
    /// What did not.
    pub unpaid: Text<u128>,
    /// What arrived at all entries, also beyond what is due.
    pub arrived: Text<u128>,
}

impl BatchOutcomes {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("outcomes", &self.file)];
        lines.extend(self.manifest.iter().map(|hash| line("manifest", hash)));
        lines.extend([
            line("root", self.root),
            line("closed", format!("{} of {}", self.closed, self.count)),
            line("paid", self.paid),
            line("unpaid", self.unpaid),
            line("arrived", self.arrived),
        ]);
        lines
    }
}

impl Answer for OutcomesChecked {
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self.outcomes.iter().flat_map(BatchOutcomes::lines).collect();
        lines.extend(self.search.lines());
        lines
    }
}
