//! `greatseal audit export`: what was written.

use super::{super::Answer, BundleChecked, Filter, Text};
use crate::output::{Line, line};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal audit export`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AuditExported {
    /// Events that were written.
    pub events: Text<u64>,
    /// Size and root of the log, as `--expect-head` takes them.
    pub head: String,
    /// Height of the last block whose header was written.
    pub last_block: Text<u64>,
    /// The folder; none where a tar was written.
    pub folder: Option<String>,
    /// The tar; none where a folder was written.
    pub tar: Option<String>,
    /// Which events it has; none where it is the whole log.
    pub selection: Option<ExportedSelection>,
    /// Number of files that its manifest lists, and the manifest's hash.
    pub bundle: BundleChecked,
    /// Number of events of the checkpoint that was written; none where the indexer has published none.
    pub checkpoint_at: Option<Text<u64>>,
    /// Contents that its events name, each counted once; none where they were left out.
    pub contents: Option<ContentsExported>,
    /// Companions' signatures, where they were asked for.
    pub companions: Option<CompanionsExported>,
}

/// A selection that was written.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExportedSelection {
    /// How many events were chosen.
    pub events: Text<u64>,
    /// What was asked for.
    pub filter: Filter,
}

/// Contents that were written, and those that were not: each is counted once.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct ContentsExported {
    /// Those that stand in it in plain.
    pub public: Text<u64>,
    /// Those that stand in it encrypted. What is in them nobody looked at.
    pub encrypted: Text<u64>,
    /// Those that no indexer has.
    pub missing: Text<u64>,
    /// Those of which indexers gave nothing but other bytes, or damaged ones.
    pub unfit: Text<u64>,
    /// Those that are not in it in plain, while an indexer did not say whether it has them. Ciphertexts of them may be in it.
    pub unanswered: Text<u64>,
}

/// Companions' signatures that were written beside an export.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CompanionsExported {
    /// How many.
    pub signatures: Text<u64>,
    /// The file.
    pub file: String,
}

impl Answer for AuditExported {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("events", self.events), line("head", &self.head)];
        if let Some(ExportedSelection { events, filter }) = &self.selection {
            lines.push(line("a selection", format!("{events} events: {}", filter.words())));
        }
        lines.extend(self.folder.iter().chain(&self.tar).map(|place| line("written to", place)));
        lines.extend(self.bundle.lines());
        lines.extend(self.checkpoint_at.map(|at| line("checkpoint", format!("of the first {at} events"))));
        lines.extend(self.contents.iter().flat_map(ContentsExported::lines));
        if let Some(CompanionsExported { signatures, file }) = &self.companions {
            lines.extend([line("companions' signatures", signatures), line("written to", file)]);
        }
        lines
    }
}

impl ContentsExported {
    fn lines(&self) -> Vec<Line> {
        let Self { public, encrypted, missing, unfit, unanswered } = self;
        let mut lines =
            vec![line("contents", format!("{public} in plain, {encrypted} encrypted, {missing} that no indexer has"))];
        if unfit.0 > 0 {
            lines.push(line("unfit", format!("{unfit} of which indexers gave other bytes")));
        }
        if unanswered.0 > 0 {
            lines.push(line("unanswered", format!("{unanswered} of which an indexer did not say whether it has them")));
        }
        lines
    }
}
