//! `greatseal outcome …`: what a statement about a batch commits to.

use super::{Answer, Text};
use crate::output::{Line, line};
use greatseal_protocol::bytes::{ManifestHash, OutcomesRoot};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal outcome check`
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct OutcomesChecked {
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

impl Answer for OutcomesChecked {
    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<_> = self.manifest.iter().map(|hash| line("manifest", hash)).collect();
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
