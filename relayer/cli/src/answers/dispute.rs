//! `greatseal dispute show`: a mark on a record, and the clocks of those who have to answer.

use super::{Answer, Text, chain::Block};
use crate::{
    date::date,
    output::{Line, line},
    text::about,
};
use greatseal_protocol::{
    bytes::ReferenceHash,
    council::SeatId,
    dispute::{self, DisputeId, Resolution, Subject},
};
use schemars::JsonSchema;
use serde::Serialize;

/// The last dispute about a subject.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DisputeShown {
    /// Where it was read.
    pub block: Block,
    /// The dispute.
    #[serde(flatten)]
    pub dispute: Dispute,
}

/// A dispute.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dispute {
    /// What is disputed: a batch, a proposal, or another record by its hash.
    pub subject: Text<Subject>,
    /// Whether nobody has ended it, and its seat still sits with the key that opened it.
    pub open: bool,
    /// Who opened it.
    pub seat: Text<SeatId>,
    /// When.
    pub at: Text<u64>,
    /// SHA-256 of the reason.
    pub reason: Text<ReferenceHash>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<Text<u64>>,
    /// Second from which the acknowledgement is late.
    pub acknowledge_by: Text<u64>,
    /// When it was triaged.
    pub triaged_at: Option<Text<u64>>,
    /// Second from which the triage is late.
    pub triage_by: Text<u64>,
    /// SHA-256 of the finding of the triage.
    pub finding: Option<Text<ReferenceHash>>,
    /// When it was decided.
    pub decided_at: Option<Text<u64>>,
    /// Second from which the decision is late.
    pub decide_by: Text<u64>,
    /// The decision.
    pub answer: Option<Decision>,
    /// When it was taken back.
    pub retracted_at: Option<Text<u64>>,
    /// Whether somebody was or is late.
    pub late: bool,
}

/// How a dispute was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The record was wrong.
    Upheld,
    /// The record was right.
    Dismissed,
}

impl From<Resolution> for Decision {
    fn from(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Upheld => Self::Upheld,
            Resolution::Dismissed => Self::Dismissed,
        }
    }
}

impl Decision {
    fn word(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Dismissed => "dismissed",
        }
    }
}

impl Dispute {
    /// A dispute as the contract keeps it; `open` where it stands.
    pub fn of(id: DisputeId, dispute: &dispute::Dispute, open: bool, now: u64) -> Self {
        Self {
            subject: Text(id.subject),
            open,
            seat: Text(id.seat),
            at: Text(dispute.at),
            reason: Text(dispute.reason),
            acknowledged_at: dispute.acknowledged.map(Text),
            acknowledge_by: Text(dispute.acknowledge_by()),
            triaged_at: dispute.triaged.map(|triage| Text(triage.at)),
            triage_by: Text(dispute.triage_by()),
            finding: dispute.triaged.map(|triage| Text(triage.finding)),
            decided_at: dispute.resolved.map(|(_, at)| Text(at)),
            decide_by: Text(dispute.decide_by()),
            answer: dispute.resolved.map(|(answer, _)| answer.into()),
            retracted_at: dispute.retracted.map(Text),
            late: dispute.late(now),
        }
    }

    /// Where it stands, with the clock that runs for it.
    pub(crate) fn standing(&self, now: u64) -> String {
        let step = match (self.answer.zip(self.decided_at), self.retracted_at) {
            (Some((answer, at)), _) => format!("{} at {}", answer.word(), at.date()),
            (None, Some(at)) => format!("retracted at {}", at.date()),
            (None, None) => match (self.acknowledged_at, self.triaged_at) {
                (None, _) => format!("to be acknowledged {}", due(self.acknowledge_by, now)),
                (Some(_), None) => format!("to be triaged {}", due(self.triage_by, now)),
                (Some(_), Some(_)) => format!("to be decided {}", due(self.decide_by, now)),
            },
        };
        let late = if self.late { ", late" } else { "" };
        format!("by {} since {}: {step}{late}", self.seat, self.at.date())
    }
}

impl Answer for DisputeShown {
    fn lines(&self) -> Vec<Line> {
        let Self { dispute, block } = self;
        let yes = |holds| if holds { "yes" } else { "no" };
        let mut lines = vec![
            line("subject", dispute.subject),
            line("open", yes(dispute.open)),
            line("opened by", dispute.seat),
            line("opened at", dispute.at.date()),
            line("reason", format!("sha256:{}", dispute.reason)),
        ];
        let steps = [
            ("acknowledged", dispute.acknowledged_at, dispute.acknowledge_by),
            ("triaged", dispute.triaged_at, dispute.triage_by),
            ("decided", dispute.decided_at, dispute.decide_by),
        ];
        for (name, at, by) in steps {
            if name == "decided" {
                lines.extend(dispute.finding.map(|finding| line("finding", format!("sha256:{finding}"))));
                lines.extend(dispute.answer.map(|answer| line("answer", answer.word())));
            }
            match at {
                Some(at) => lines.push(line(name, format!("at {}, due by {}", at.date(), by.date()))),
                None if dispute.open => lines.push(line(name, due(by, block.time.0))),
                // Steps that a closed dispute never saw are not due any more.
                None => {}
            }
        }
        lines.extend(dispute.retracted_at.map(|at| line("retracted", format!("at {}", at.date()))));
        lines.push(line("late", yes(dispute.late)));
        lines
    }
}

/// A second by which something is due: still to come, or passed.
fn due(Text(by): Text<u64>, now: u64) -> String {
    match by.checked_sub(now) {
        Some(left) if left > 0 => format!("by {} ({} left)", date(by), about(left)),
        _ => format!("by {} (late for {})", date(by), about(now.saturating_sub(by))),
    }
}
