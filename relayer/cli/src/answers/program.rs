//! Programmes: terms, rule sets, budget lines.

use super::{Answer, Text, chain::Block};
use crate::output::{Line, line};
use greatseal_protocol::{
    bytes::{AssetHash, ReferenceHash},
    line,
    program::Privacy,
};
use schemars::JsonSchema;
use serde::Serialize;

/// `greatseal program show`
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProgramShown {
    /// Where it was read.
    pub block: Block,
    /// The programme.
    #[serde(flatten)]
    pub program: Program,
}

/// A programme.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Program {
    /// Its number.
    pub program: u32,
    /// Up by one with every change of its terms.
    pub version: u32,
    /// Number of the authority that answers for it.
    pub authority: u32,
    /// What may be seen of its payments.
    pub privacy: Text<Privacy>,
    /// Auditors whose confirmation a statement about a batch needs.
    pub auditors: u8,
    /// Seconds without contradiction that a statement about a batch needs.
    pub challenge: u32,
    /// Its rule sets by version.
    pub rule_sets: Vec<RuleSet>,
    /// Batches that were executed.
    pub batches: u32,
    /// Batches that the chain counts and nobody names.
    pub batches_not_listed: u32,
    /// Its budget lines by number.
    pub lines: Vec<BudgetLine>,
}

/// The rules of a programme.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct RuleSet {
    /// Its version.
    pub version: u32,
    /// SHA-256 of it.
    pub hash: Text<ReferenceHash>,
    /// First second for which is paid under it.
    pub effective_from: Text<u64>,
    /// Second from which nothing is paid under it.
    pub effective_until: Option<Text<u64>>,
}

/// What a programme may pay out of a budget line.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct BudgetLine {
    /// Its number.
    pub line: u32,
    /// Up by one with every change.
    pub version: u32,
    /// The asset.
    pub asset: Text<AssetHash>,
    /// First second.
    pub from: Text<u64>,
    /// Second from which it pays no more.
    pub until: Text<u64>,
    /// Most that is paid out of it.
    pub limit: Text<u128>,
    /// What may be paid again because it never left or came back.
    pub credited: Text<u128>,
    /// Executed out of it.
    pub spent: Text<u128>,
    /// What is left.
    pub left: Text<u128>,
    /// What is left now for one small batch.
    pub left_small: Text<u128>,
}

impl BudgetLine {
    /// A line at a time.
    pub fn of(number: u32, line: &line::Line, now: u64) -> Self {
        let small = line.accrued(now).saturating_sub(line.small_spent).min(line.terms.small_one);
        Self {
            line: number,
            version: line.version,
            asset: Text(line.asset),
            from: Text(line.from),
            until: Text(line.terms.until),
            limit: Text(line.terms.limit),
            credited: Text(line.credited()),
            spent: Text(line.spent),
            left: Text(line.left()),
            left_small: Text(small.min(line.left())),
        }
    }
}

impl Program {
    pub(super) fn lines(&self, block: &Block) -> Vec<Line> {
        let Self { program, version, authority, privacy, batches, .. } = self;
        let terms = format!("of authority {authority}, {privacy}, {batches} batches");
        let mut lines = vec![line("programme", format!("{program} version {version}: {terms}"))];
        lines.extend(self.rule_sets.iter().map(|rules| {
            let from = block.clock(rules.effective_from.0);
            let until = rules.effective_until.map(|until| format!(" until {}", block.clock(until.0)));
            let effect = format!("in effect from {from}{}", until.unwrap_or_default());
            line("rule set", format!("{program} version {}: {effect}", rules.version))
        }));
        lines.extend(self.lines.iter().map(|BudgetLine { line: number, limit, left, left_small, until, .. }| {
            let whole = format!("{left} of {limit} left until {}", block.clock(until.0));
            line("budget line", format!("{program} line {number}: {whole}, {left_small} in a small batch now"))
        }));
        lines
    }
}

impl Answer for ProgramShown {
    fn lines(&self) -> Vec<Line> {
        self.program.lines(&self.block)
    }
}
