//! Programmes: terms, rule sets, budget lines.

use super::{
    Answer, Text,
    chain::Block,
    listing::{Listing, unnamed},
};
use crate::output::{Line, line};
use greatseal_protocol::{
    bytes::{AssetHash, ManifestHash, ReferenceHash},
    line::{self, CHILDREN},
    program::{self, Privacy},
    words::duration,
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
    /// Who lists its rule sets, its budget lines and its batches.
    pub listing: Listing,
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
    /// SHA-256 of the schedule of its payments.
    pub schedule: Text<ReferenceHash>,
    /// Auditors whose confirmation a statement about a batch needs.
    pub auditors: u8,
    /// Seconds without contradiction that a statement about a batch needs.
    pub challenge: u32,
    /// Its rule sets by version.
    pub rule_sets: Vec<RuleSet>,
    /// Batches that were executed.
    pub batches: u32,
    /// The last of them.
    pub last_batch: Option<Text<ManifestHash>>,
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
    /// Second from which nothing is paid under it but what failed under it.
    pub effective_until: Option<Text<u64>>,
    /// Whether one pays under it for the second of the block.
    pub in_effect: bool,
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
    /// The end that it had at first, up to which small amounts accrue.
    pub first_until: Text<u64>,
    /// Second from which it pays again no more of what failed out of it.
    pub again_until: Text<u64>,
    /// Most that is paid out of it.
    pub limit: Text<u128>,
    /// What final statements say never left, or came back.
    pub returned: Text<u128>,
    /// Most of it that may be paid again.
    pub credit_max: Text<u128>,
    /// What of it may be paid again.
    pub credited: Text<u128>,
    /// Executed out of it.
    pub spent: Text<u128>,
    /// Executed in small batches.
    pub small_spent: Text<u128>,
    /// Most of one small batch.
    pub small_one: Text<u128>,
    /// Most of all small batches.
    pub small_all: Text<u128>,
    /// What of it has accrued.
    pub accrued: Text<u128>,
    /// What is left.
    pub left: Text<u128>,
    /// What is left now for one small batch.
    pub left_small: Text<u128>,
}

impl RuleSet {
    /// A rule set at a time.
    pub fn of(version: u32, rules: &program::RuleSet, now: u64) -> Self {
        Self {
            version,
            hash: Text(rules.hash),
            effective_from: Text(rules.effective_from),
            effective_until: rules.effective_until.map(Text),
            in_effect: rules.in_effect(now),
        }
    }

    /// When it is in effect, in a line.
    pub(super) fn words(&self, block: &Block) -> String {
        let from = block.clock(self.effective_from.0);
        let until = self.effective_until.map(|until| format!(" until {}", block.clock(until.0)));
        let state = if self.in_effect { ", in effect" } else { "" };
        format!("version {}, sha256:{}: from {from}{}{state}", self.version, self.hash, until.unwrap_or_default())
    }
}

impl BudgetLine {
    /// A line at a time.
    pub fn of(number: u32, line: &line::Line, now: u64) -> Self {
        let accrued = line.accrued(now);
        let small = accrued.saturating_sub(line.small_spent).min(line.terms.small_one);
        Self {
            line: number,
            version: line.version,
            asset: Text(line.asset),
            from: Text(line.from),
            until: Text(line.terms.until),
            first_until: Text(line.first_until),
            again_until: Text(line.terms.until.saturating_add(CHILDREN)),
            limit: Text(line.terms.limit),
            returned: Text(line.returned),
            credit_max: Text(line.terms.credit_max),
            credited: Text(line.credited()),
            spent: Text(line.spent),
            small_spent: Text(line.small_spent),
            small_one: Text(line.terms.small_one),
            small_all: Text(line.terms.small_all),
            accrued: Text(accrued),
            left: Text(line.left()),
            left_small: Text(small.min(line.left())),
        }
    }

    /// What is left of it, in a line.
    pub(super) fn words(&self, block: &Block) -> String {
        let Self { line, limit, left, left_small, until, .. } = self;
        let whole = format!("{left} of {limit} left until {}", block.clock(until.0));
        format!("line {line}: {whole}, {left_small} in a small batch now")
    }

    /// Everything of it.
    pub(super) fn whole(&self, block: &Block) -> Vec<Line> {
        let Self { version, asset, limit, spent, left, returned, credited, credit_max, .. } = self;
        let (from, until) = (block.clock(self.from.0), block.clock(self.until.0));
        let first = if self.first_until == self.until {
            String::new()
        } else {
            format!(", at first until {}", block.clock(self.first_until.0))
        };
        let small = format!(
            "at most {} in one, {} in all until {}",
            self.small_one,
            self.small_all,
            block.clock(self.first_until.0)
        );
        vec![
            line("budget line", format!("{} version {version}", self.line)),
            line("asset", format!("sha256:{asset}")),
            line("open", format!("from {from} until {until}{first}")),
            line("pays again", format!("what failed out of it, until {}", block.clock(self.again_until.0))),
            line("limit", limit),
            line("spent", spent),
            line("returned", format!("{returned}, of which {credited} may be paid again; at most {credit_max}")),
            line("left", left),
            line("small batches", small),
            line(
                "small now",
                format!("{} spent of {} that have accrued: {} in one", self.small_spent, self.accrued, self.left_small),
            ),
        ]
    }
}

impl Program {
    /// In a few lines, beside others.
    pub(super) fn lines(&self, block: &Block) -> Vec<Line> {
        let Self { program, version, authority, privacy, batches, .. } = self;
        let terms = format!("of authority {authority}, {privacy}, {batches} batches");
        let mut lines = vec![line("programme", format!("{program} version {version}: {terms}"))];
        lines.extend(self.rule_sets.iter().map(|rules| line("rule set", format!("{program} {}", rules.words(block)))));
        lines.extend(self.lines.iter().map(|of| line("budget line", format!("{program} {}", of.words(block)))));
        lines
    }
}

impl Answer for ProgramShown {
    fn lines(&self) -> Vec<Line> {
        let Program { program, version, authority, privacy, schedule, auditors, challenge, batches, .. } =
            &self.program;
        let mut lines = vec![
            line("programme", format!("{program} version {version}")),
            line("authority", authority),
            line("privacy", privacy),
            line("schedule", format!("sha256:{schedule}")),
            line("asks for", format!("{auditors} auditors and {}", duration(*challenge))),
            line("batches", batches),
        ];
        lines.extend(self.program.last_batch.map(|last| line("last batch", last)));
        lines.extend(unnamed(self.program.batches_not_listed, "batches"));
        lines.extend(self.program.rule_sets.iter().map(|rules| line("rule set", rules.words(&self.block))));
        lines.extend(self.program.lines.iter().flat_map(|of| of.whole(&self.block)));
        lines.extend(self.listing.of_program());
        lines
    }
}
