//! `greatseal batch show`: what is stated of a batch, confirmed and final.

mod said;

pub use said::{Statement, Vote};

use super::{Answer, Text, chain::Block, dispute::Dispute};
use crate::output::{Line, line};
use greatseal_protocol::{
    batch,
    bytes::{AssetHash, ManifestHash, StatementHash},
    council::SeatId,
    proposal_id::ProposalId,
    settlement,
    words::duration,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A batch as the chain has it, with what is said of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchShown {
    /// Where it was read.
    pub block: Block,
    /// The batch.
    #[serde(flatten)]
    pub batch: Batch,
    /// Each seat's last dispute about it.
    pub disputes: Vec<Dispute>,
    /// When a dispute about it was last upheld.
    pub upheld_at: Option<Text<u64>>,
    /// Each recorder's present statement.
    pub statements: Vec<Statement>,
    /// Each auditor's last vote.
    pub votes: Vec<Vote>,
    /// Its execution; none where no indexer says so.
    pub executed: Option<Executed>,
    /// Why there is none.
    pub history_error: Option<String>,
}

/// A batch that was never executed, where the chain knows something of it all the same.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchNotExecuted {
    /// Where it was read.
    pub block: Block,
    /// Hash of its manifest, which names it.
    pub manifest: Text<ManifestHash>,
    /// When it was stopped: it is never executed.
    pub stopped_at: Option<Text<u64>>,
    /// When a dispute about it was upheld: it is never executed.
    pub upheld_at: Option<Text<u64>>,
    /// Each seat's last dispute about it.
    pub disputes: Vec<Dispute>,
}

/// A batch as the contract keeps it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Batch {
    /// Hash of its manifest, which names it.
    pub manifest: Text<ManifestHash>,
    /// For which programme.
    pub program: u32,
    /// Its number within the programme.
    pub number: u32,
    /// In which asset.
    pub asset: Text<AssetHash>,
    /// Version of its rule set.
    pub rule_set: u32,
    /// Its budget line.
    pub line: u32,
    /// The second from which is paid.
    pub pay_on: Text<u64>,
    /// Its entries.
    pub count: u32,
    /// Sum of their amounts.
    pub total: Text<u128>,
    /// Auditors whose confirmation a statement needs.
    pub auditors: u8,
    /// Seconds without contradiction that a statement needs.
    pub challenge: u32,
    /// When it was stopped.
    pub stopped_at: Option<Text<u64>>,
    /// The statement that is final.
    pub last: Option<Final>,
    /// When nothing more would happen to any entry, by the final statement.
    pub reconciled_at: Option<Text<u64>>,
    /// What it waits for; nothing where it is closed.
    pub waits_for: Vec<Step>,
}

/// What a batch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// A statement about it becomes final.
    FinalStatement,
    /// A statement about the rest of its entries becomes final.
    Rest {
        /// Entries that are open.
        open: u32,
    },
    /// A dispute about it is answered.
    DisputeAnswer,
}

/// A statement that is final.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Final {
    /// Whose.
    pub recorder: Text<SeatId>,
    /// Its version.
    pub version: u32,
    /// Its hash.
    pub commitment: Text<StatementHash>,
    /// When it was made.
    pub stated_at: Text<u64>,
    /// When it became final.
    pub at: Text<u64>,
    /// Entries to which nothing more will happen.
    pub closed: u32,
    /// What arrived.
    pub paid: Text<u128>,
    /// What did not.
    pub unpaid: Text<u128>,
    /// What left the payer's account and did not come back.
    pub debited: Text<u128>,
    /// What the budget line gets back for it.
    pub credit: Text<u128>,
}

/// The execution of a batch.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Executed {
    /// When.
    pub at: Text<u64>,
    /// By which proposal.
    pub proposal: Text<ProposalId>,
    /// Whether it counts among the small batches.
    pub small: bool,
    /// The batch whose failed entries it pays again.
    pub parent: Option<Text<ManifestHash>>,
}

impl Batch {
    /// A batch as the contract keeps it; `disputed` where a dispute about it is open.
    pub fn of(manifest: ManifestHash, batch: &batch::Batch, stopped: Option<u64>, disputed: bool) -> Self {
        Self {
            manifest: Text(manifest),
            program: batch.program,
            number: batch.number,
            asset: Text(batch.asset),
            rule_set: batch.rules,
            line: batch.line,
            pay_on: Text(batch.pay_on),
            count: batch.count,
            total: Text(batch.total),
            auditors: batch.auditors,
            challenge: batch.challenge,
            stopped_at: stopped.map(Text),
            last: batch.last.as_ref().map(Final::of),
            reconciled_at: batch.reconciled().map(Text),
            waits_for: Step::of(batch, disputed),
        }
    }

    /// What it waits for, in words; none where it is closed.
    pub(crate) fn waits(&self) -> Option<String> {
        let steps: Vec<_> = self.waits_for.iter().map(Step::words).collect();
        (!steps.is_empty()).then(|| steps.join(", "))
    }
}

impl Step {
    fn of(batch: &batch::Batch, disputed: bool) -> Vec<Self> {
        let rest = batch.last.map(|last| batch.count.saturating_sub(last.closed));
        let step = match rest {
            None => Some(Self::FinalStatement),
            Some(0) => None,
            Some(open) => Some(Self::Rest { open }),
        };
        step.into_iter().chain(disputed.then_some(Self::DisputeAnswer)).collect()
    }

    fn words(&self) -> String {
        match self {
            Self::FinalStatement => "a final statement".to_owned(),
            Self::Rest { open } => format!("a final statement about the {open} entries that are open"),
            Self::DisputeAnswer => "the answer to a dispute".to_owned(),
        }
    }
}

impl Final {
    fn of(last: &settlement::Final) -> Self {
        Self {
            recorder: Text(last.recorder),
            version: last.version,
            commitment: Text(last.commitment),
            stated_at: Text(last.stated_at),
            at: Text(last.at),
            closed: last.closed,
            paid: Text(last.paid),
            unpaid: Text(last.unpaid),
            debited: Text(last.debited),
            credit: Text(last.credit),
        }
    }
}

impl Answer for BatchShown {
    fn lines(&self) -> Vec<Line> {
        let batch = &self.batch;
        let mut lines = vec![
            line("manifest", batch.manifest),
            line("programme", batch.program),
            line("number", batch.number),
            line("asset", format!("sha256:{}", batch.asset)),
            line("rule set", format!("version {}", batch.rule_set)),
            line("budget line", batch.line),
            line("pay on", batch.pay_on.date()),
            line("entries", batch.count),
            line("total", batch.total),
            line("asks for", format!("{} auditors and {}", batch.auditors, duration(batch.challenge))),
        ];
        lines.extend(batch.stopped_at.map(|at| line("stopped", format!("at {}", at.date()))));
        lines.extend(batch.last.map(|last| {
            let sums = format!("{} closed, paid {}, unpaid {}", last.closed, last.paid, last.unpaid);
            let credit = format!("debited {}, credit {}", last.debited, last.credit);
            let whose = format!("version {} of {} at {}", last.version, last.recorder, last.at.date());
            line("final", format!("{whose}: {sums}, {credit}"))
        }));
        lines.push(line("waits for", batch.waits().unwrap_or_else(|| "nothing".to_owned())));
        lines.extend(doubts(&self.disputes, self.upheld_at, &self.block));
        let last = batch.last.map(|last| last.commitment);
        lines.extend(self.statements.iter().map(|said| line("statement", said.words(last == Some(said.commitment)))));
        lines.extend(self.votes.iter().map(|vote| line("vote", vote.words())));
        lines.extend(self.executed.map(|Executed { at, proposal, small, parent }| {
            let size = if small { "small" } else { "large" };
            let parent = parent.map(|parent| format!(", pays entries of {parent} again")).unwrap_or_default();
            line("executed", format!("at {}, {size}, by proposal {proposal}{parent}", at.date()))
        }));
        lines.extend(self.history_error.iter().map(|error| line("executed", format!("not known: {error}"))));
        lines
    }
}

impl Answer for BatchNotExecuted {
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("manifest", self.manifest), line("executed", "never")];
        lines.extend(self.stopped_at.map(|at| line("stopped", format!("at {}: it is never executed", at.date()))));
        lines.extend(doubts(&self.disputes, self.upheld_at, &self.block));
        lines
    }
}

/// Disputes with their clocks, and that one was upheld.
fn doubts(disputes: &[Dispute], upheld: Option<Text<u64>>, block: &Block) -> Vec<Line> {
    let time = block.time.0;
    let mut lines: Vec<Line> = disputes.iter().map(|dispute| line("dispute", dispute.standing(time))).collect();
    lines.extend(upheld.map(|at| line("upheld", format!("a dispute about it, at {}", at.date()))));
    lines
}
