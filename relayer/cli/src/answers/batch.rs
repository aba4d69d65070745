//! `greatseal batch show`: how the entries of a batch end.

use super::{
    Answer, Text,
    chain::{Block, Range},
    dispute::Dispute,
};
use crate::output::{Line, line};
use greatseal_protocol::{
    batch,
    bytes::{AssetHash, ManifestHash, ReferenceHash},
    council::SeatId,
    proposal_id::ProposalId,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A batch as the chain has it, with the indexer's history of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BatchShown {
    /// Where it was read.
    pub block: Block,
    /// The batch.
    #[serde(flatten)]
    pub batch: Batch,
    /// The last dispute about it.
    pub dispute: Option<Dispute>,
    /// Who did what; none where no indexer says so.
    pub history: Option<History>,
    /// Why there is no history.
    pub history_error: Option<String>,
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
    /// Entries before this one have ended.
    pub cursor: u32,
    /// Sum of what is recorded as settled.
    pub settled: Text<u128>,
    /// Sum of what is excepted.
    pub excepted: Text<u128>,
    /// Entries before this one are attested or excepted.
    pub attested_up_to: u32,
    /// Sum of what is attested.
    pub attested: Text<u128>,
    /// When it was reconciled.
    pub reconciled_at: Option<Text<u64>>,
    /// What it waits for; nothing where it is closed.
    pub waits_for: Vec<Step>,
}

/// What a batch waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// An operator records the settlement.
    Settlement {
        /// From this entry on.
        from: u32,
    },
    /// An auditor attests the settlement.
    Attestation {
        /// From this entry on.
        from: u32,
    },
    /// A dispute about it is answered.
    DisputeAnswer,
    /// An operator reconciles it.
    Reconciliation,
}

/// Who did what with a batch, oldest first.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct History {
    /// Its execution.
    pub executed: Option<Executed>,
    /// Ranges that operators have recorded as settled.
    pub settled: Vec<Settled>,
    /// Ranges that were excepted.
    pub excepted: Vec<Excepted>,
    /// Ranges that auditors have attested.
    pub attested: Vec<Attested>,
    /// Its end.
    pub reconciled: Option<Reconciled>,
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

/// A range that an operator has recorded as settled.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Settled {
    /// Its entries.
    pub entries: Range,
    /// Sum of their amounts.
    pub amount: Text<u128>,
    /// Who.
    pub seat: Text<SeatId>,
    /// When.
    pub at: Text<u64>,
    /// SHA-256 of the reference on the rail.
    pub reference: Text<ReferenceHash>,
}

/// A range that was excepted.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Excepted {
    /// Its entries.
    pub entries: Range,
    /// Sum of their amounts.
    pub amount: Text<u128>,
    /// By which proposal.
    pub proposal: Text<ProposalId>,
    /// When.
    pub at: Text<u64>,
}

/// A range that an auditor has attested.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Attested {
    /// Its entries.
    pub entries: Range,
    /// Sum of their amounts.
    pub amount: Text<u128>,
    /// Who.
    pub seat: Text<SeatId>,
    /// When.
    pub at: Text<u64>,
}

/// The end of a batch.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Reconciled {
    /// Who.
    pub seat: Text<SeatId>,
    /// When.
    pub at: Text<u64>,
}

impl Batch {
    /// A batch as the contract keeps it; `disputed` where a dispute about it is open.
    pub fn of(manifest: ManifestHash, batch: &batch::Batch, disputed: bool) -> Self {
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
            cursor: batch.cursor,
            settled: Text(batch.settled),
            excepted: Text(batch.excepted),
            attested_up_to: batch.attested,
            attested: Text(batch.confirmed),
            reconciled_at: batch.reconciled.map(Text),
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
        if batch.reconciled.is_some() {
            return Vec::new();
        }
        let steps = [
            (batch.cursor < batch.count).then_some(Self::Settlement { from: batch.cursor }),
            (batch.attested < batch.cursor).then_some(Self::Attestation { from: batch.attested }),
            disputed.then_some(Self::DisputeAnswer),
            (batch.complete() && !disputed).then_some(Self::Reconciliation),
        ];
        steps.into_iter().flatten().collect()
    }

    fn words(&self) -> String {
        match self {
            Self::Settlement { from } => format!("settlement from entry {from}"),
            Self::Attestation { from } => format!("attestation from entry {from}"),
            Self::DisputeAnswer => "the answer to a dispute".to_owned(),
            Self::Reconciliation => "reconciliation".to_owned(),
        }
    }
}

impl History {
    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        if let Some(Executed { at, proposal, small, parent }) = &self.executed {
            let size = if *small { "small" } else { "large" };
            lines.push(line("executed", format!("at {at}, {size}, by proposal {proposal}")));
            lines.extend(parent.map(|parent| line("pays again", format!("entries of {parent}"))));
        }
        lines.extend(self.settled.iter().map(|Settled { entries, amount, seat, at, reference }| {
            line("settled by", format!("{entries}: {amount} by {seat} at {at}, reference sha256:{reference}"))
        }));
        lines.extend(self.excepted.iter().map(|Excepted { entries, amount, proposal, at }| {
            line("excepted by", format!("{entries}: {amount} by proposal {proposal} at {at}"))
        }));
        lines.extend(self.attested.iter().map(|Attested { entries, amount, seat, at }| {
            line("attested by", format!("{entries}: {amount} by {seat} at {at}"))
        }));
        lines.extend(self.reconciled.map(|Reconciled { seat, at }| line("reconciled by", format!("{seat} at {at}"))));
        lines
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
            line("pay on", batch.pay_on),
            line("entries", batch.count),
            line("total", batch.total),
            line("cursor", batch.cursor),
            line("settled", batch.settled),
            line("excepted", batch.excepted),
            line("attested up to", batch.attested_up_to),
            line("attested", batch.attested),
            line("reconciled", batch.reconciled_at.map_or("no".to_owned(), |at| format!("at {at}"))),
            line("waits for", batch.waits().unwrap_or_else(|| "nothing".to_owned())),
        ];
        let time = self.block.time.0;
        lines.extend(self.dispute.as_ref().map(|dispute| line("dispute", dispute.standing(time))));
        lines.extend(self.history.iter().flat_map(History::lines));
        lines.extend(self.history_error.iter().map(|error| line("by whom", format!("not known: {error}"))));
        lines
    }
}
