//! `greatseal batch show`: what recorders and auditors say of a batch.

use crate::answers::Text;
use greatseal_protocol::{
    bytes::{OutcomesRoot, StatementHash},
    council::SeatId,
    refusal::Refusal,
    settlement::{self, Stated, Verdict, Voted},
};
use schemars::JsonSchema;
use serde::Serialize;

/// A recorder's present statement.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Statement {
    /// Whose.
    pub recorder: Text<SeatId>,
    /// Its version.
    pub version: u32,
    /// Its hash.
    pub commitment: Text<StatementHash>,
    /// When it was made.
    pub at: Text<u64>,
    /// Root of the tree of the outcomes.
    pub root: Text<OutcomesRoot>,
    /// Entries to which nothing more will happen.
    pub closed: u32,
    /// What arrived.
    pub paid: Text<u128>,
    /// What did not.
    pub unpaid: Text<u128>,
    /// What left the payer's account and did not come back.
    pub debited: Text<u128>,
    /// Number of the rule that keeps it from being made final at this block; none where anybody may make it final.
    pub refusal: Option<u16>,
}

/// An auditor's last vote.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Vote {
    /// Whose.
    pub auditor: Text<SeatId>,
    /// Its number.
    pub number: u32,
    /// On whose statement.
    pub recorder: Text<SeatId>,
    /// The hash of that statement.
    pub commitment: Text<StatementHash>,
    /// What it says.
    pub verdict: Text<Verdict>,
    /// When.
    pub at: Text<u64>,
    /// Whether that statement is the recorder's present one.
    pub present: bool,
    /// Whether it is a contradiction that was overruled.
    pub overruled: bool,
}

impl Statement {
    /// A statement as the contract keeps it, and the rule that keeps it from being made final.
    pub fn of(recorder: SeatId, stated: &Stated, refusal: Option<Refusal>) -> Self {
        let settlement::Statement { version, root, closed, paid, unpaid, debited, .. } = stated.statement;
        Self {
            recorder: Text(recorder),
            version,
            commitment: Text(stated.commitment),
            at: Text(stated.at),
            root: Text(root),
            closed,
            paid: Text(paid),
            unpaid: Text(unpaid),
            debited: Text(debited),
            refusal: refusal.map(Refusal::code),
        }
    }

    /// What it says; `last` where it is the final one.
    pub(super) fn words(&self, last: bool) -> String {
        let Self { recorder, version, commitment, at, closed, paid, unpaid, debited, .. } = self;
        let sums = format!("{closed} closed, paid {paid}, unpaid {unpaid}, debited {debited}, {commitment}");
        let refusal = self.refusal.and_then(Refusal::from_code);
        let finality = match refusal {
            _ if last => "it is the final one".to_owned(),
            None => "anybody may make it final".to_owned(),
            Some(refusal) => format!("not to be made final: {refusal}"),
        };
        format!("version {version} of {recorder} at {}: {sums}; {finality}", at.date())
    }
}

impl Vote {
    /// A vote as the contract keeps it, and the present statement of the recorder whom it is about.
    pub fn of(auditor: SeatId, voted: &Voted, stated: Option<&Stated>) -> Self {
        Self {
            auditor: Text(auditor),
            number: voted.number,
            recorder: Text(voted.recorder),
            commitment: Text(voted.commitment),
            verdict: Text(voted.verdict),
            at: Text(voted.at),
            present: stated.is_some_and(|stated| stated.commitment == voted.commitment),
            overruled: voted.verdict == Verdict::Contradicted && !voted.contradicts(voted.commitment),
        }
    }

    /// What it says, and whether it still is about something.
    pub(super) fn words(&self) -> String {
        let Self { auditor, recorder, commitment, verdict, at, .. } = self;
        let earlier = if self.present { "" } else { ", which is not the present one" };
        let overruled = if self.overruled { ", overruled" } else { "" };
        format!(
            "{verdict} by {auditor} at {} on the statement {commitment} of {recorder}{earlier}{overruled}",
            at.date()
        )
    }
}
