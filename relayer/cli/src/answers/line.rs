//! `greatseal line …`: budget lines of a programme.

use super::{Answer, chain::Block, listing::Listing, program::BudgetLine};
use crate::output::{Line, line};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal line show`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct LineShown {
    /// Where it was read.
    pub block: Block,
    /// Whose.
    pub program: u32,
    /// The budget line.
    #[serde(flatten)]
    pub line: BudgetLine,
}

/// `greatseal line list`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Lines {
    /// Where they were read.
    pub block: Block,
    /// Whose.
    pub program: u32,
    /// Its budget lines by number.
    pub lines: Vec<BudgetLine>,
    /// Who lists them.
    pub listing: Listing,
}

impl Answer for LineShown {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("programme", self.program)];
        lines.extend(self.line.whole(&self.block));
        lines
    }
}

impl Answer for Lines {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("programme", self.program)];
        lines.extend(self.lines.iter().map(|of| line("budget line", of.words(&self.block))));
        lines.extend(self.listing.of_program());
        lines
    }
}
