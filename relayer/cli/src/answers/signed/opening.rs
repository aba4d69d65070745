//! A proposal that was opened.

use crate::{
    answers::{
        Text,
        manifest::Warnings,
        proposal::{Needs, Shown},
    },
    output::{Line, line},
};
use greatseal_facts::NotFacts;
use greatseal_protocol::{
    bytes::{DocumentHash, ProposalDigest},
    council::SeatId,
    language::proposal,
    proposal_id::ProposalId,
    row::RowId,
};
use schemars::JsonSchema;
use serde::Serialize;

/// A proposal: what was signed, and, once it is open, what the chain made of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Opening {
    /// Its row.
    pub row: Text<RowId>,
    /// What it does.
    #[serde(flatten)]
    pub action: Shown,
    /// SHA-256 of its document.
    pub document: Text<DocumentHash>,
    /// Seconds until the quorum must stand.
    pub approve_within: u32,
    /// Seconds, after the delay, in which it may be executed.
    pub execute_within: u32,
    /// Whether the author's seat approves with it.
    pub approves: bool,
    /// Higher than any nonce of the key before.
    pub nonce: Text<u64>,
    /// What somebody should look at before it is signed.
    #[serde(flatten)]
    pub notes: Notes,
    /// Its id.
    pub proposal: Option<Text<ProposalId>>,
    /// What approvers sign.
    pub digest: Option<Text<ProposalDigest>>,
    /// Second from which decisions are no longer taken.
    pub approve_by: Option<Text<u64>>,
    /// The approval that came with it.
    pub approval: Option<Approval>,
}

/// What somebody should look at before an opening is signed: the manifest, and what is not there yet and begins with it.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Notes {
    /// Rows that the table does not have yet, and that the proposal adds.
    pub new_rows: Vec<Text<RowId>>,
    /// A route that the proposal begins.
    pub new_route: Option<u32>,
    /// What somebody should look at in the manifest of a batch.
    pub manifest: Option<Warnings>,
}

/// An approval that came with an opening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Approval {
    /// Whose it is.
    pub seat: Text<SeatId>,
    /// Approvals that are still missing.
    pub missing: Needs,
    /// When it may be executed, where that approval was enough.
    pub quorum: Option<Quorum>,
}

/// When a proposal whose quorum stands may be executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Quorum {
    /// First second in which it may.
    pub from: Text<u64>,
    /// Second from which it no longer may.
    pub until: Text<u64>,
}

impl Opening {
    /// What was signed.
    ///
    /// # Errors
    ///
    /// [`NotFacts`], which no action of the protocol gives.
    pub fn of(open: &proposal::Open) -> Result<Self, NotFacts> {
        Ok(Self {
            row: Text(open.row),
            action: Shown::of(open.action.clone())?,
            document: Text(open.document),
            approve_within: open.approve_within,
            execute_within: open.execute_within,
            approves: open.approve,
            nonce: Text(open.nonce),
            notes: Notes::default(),
            proposal: None,
            digest: None,
            approve_by: None,
            approval: None,
        })
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<_> = self.proposal.map(|id| line("proposal", id)).into_iter().collect();
        lines.extend([line("row", self.row), line("document", format!("sha256:{}", self.document))]);
        lines.extend(self.notes.lines());
        lines.extend(self.digest.map(|digest| line("proposal digest", digest)));
        lines.extend(self.approve_by.map(|until| line("approve by", until.date())));
        if let Some(Approval { seat, missing, quorum }) = &self.approval {
            let missing = match quorum {
                Some(Quorum { from, until }) => {
                    format!("nothing: to be executed from {} until {}", from.date(), until.date())
                }
                None => missing.words(),
            };
            lines.extend([line("approved by", seat), line("missing", missing)]);
        }
        lines
    }
}

impl Notes {
    /// Above the question, and in the answer.
    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<_> = self.manifest.iter().flat_map(Warnings::lines).collect();
        lines.extend(
            self.new_rows
                .iter()
                .map(|row| line("new row", format!("{row}, which the table does not have yet: it denied this so far"))),
        );
        let route = |route: u32| line("new route", format!("{route}, which is not there yet: this begins it"));
        lines.extend(self.new_route.map(route));
        lines
    }
}
