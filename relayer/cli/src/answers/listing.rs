//! Who lists the cells of the contract, and what may be missing where nobody does.

use crate::output::{Line, line};
use schemars::JsonSchema;
use serde::Serialize;

/// Where the names of what is shown come from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Listing {
    /// Whether nothing of the contract can be missing.
    pub complete: bool,
    /// Who lists the cells.
    pub source: Source,
    /// Cells that are listed.
    pub cells: u32,
    /// What was looked for by number, where nobody lists the cells.
    pub guessed: Option<Guessed>,
}

/// Who lists the cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The node.
    Node,
    /// The indexer's history.
    Indexer,
    /// Nobody.
    Nobody,
}

/// What was looked for by number, and why nobody lists the rest: frozen accounts, batches, disputes and registry entries have no
/// numbers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Guessed {
    /// Routes below this number.
    pub routes_below: u32,
    /// Programmes, and authorities, below this number.
    pub programs_below: u32,
    /// Budget lines below this number.
    pub lines_below: u32,
    /// So many of a programme's newest rule sets.
    pub rule_sets: u32,
    /// What the node answered.
    pub node_error: String,
    /// What the indexer answered.
    pub indexer_error: String,
}

impl Listing {
    pub(crate) fn lines(&self) -> Vec<Line> {
        self.all_but(|Guessed { routes_below, programs_below, lines_below, rule_sets, .. }| {
            let routes = format!("routes from {routes_below} and programmes from {programs_below} on");
            let parts = format!("budget lines from {lines_below} on, rule sets before the last {rule_sets}");
            format!("frozen accounts, {routes}, {parts}, batches, disputes, registry")
        })
    }

    /// Where only programmes' rule sets and budget lines are shown.
    pub(crate) fn of_program(&self) -> Vec<Line> {
        self.all_but(|Guessed { lines_below, rule_sets, .. }| {
            format!("budget lines from {lines_below} on, rule sets before the last {rule_sets}")
        })
    }

    /// Who lists the cells, and what only its number could have shown.
    fn all_but(&self, missing: impl Fn(&Guessed) -> String) -> Vec<Line> {
        let all = |who| line("listed", format!("all {} cells, by {who}", self.cells));
        let first = match self.source {
            Source::Node => all("the node"),
            Source::Indexer => all("the indexer's history"),
            Source::Nobody => line("listed", "not all cells: see what is not listed"),
        };
        let mut lines = vec![first];
        if let Some(guessed @ Guessed { node_error, indexer_error, .. }) = &self.guessed {
            lines.extend([
                line(
                    "not listed",
                    format!("what stands on the chain under other names: {node_error}; {indexer_error}"),
                ),
                line("not listed", format!("{}: looked for by number only", missing(guessed))),
            ]);
        }
        lines
    }

    /// Lines with who lists the cells; `nothing` where it is certain that there is nothing.
    pub(crate) fn with(&self, mut lines: Vec<Line>, nothing: Line) -> Vec<Line> {
        if lines.is_empty() && self.complete {
            lines.push(nothing);
        }
        lines.extend(self.lines());
        lines
    }
}

/// How many of something the chain counts and nobody names.
pub(crate) fn unnamed(count: u32, what: &str) -> Option<Line> {
    (count > 0).then(|| line("not listed", format!("{count} {what}, which nobody names")))
}
