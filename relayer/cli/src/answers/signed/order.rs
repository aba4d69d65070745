//! What was ordered, as typed fields. `order` names it.

mod of;

use super::{
    Opening,
    converted::{Converted, Stated},
};
use crate::{
    answers::{
        Text,
        bridge::{Lists, Rate},
        chain::Severity,
        proposal::Shown,
    },
    output::{Line, line},
};
use greatseal_protocol::{
    bytes::{IncidentId, Label, ManifestHash, OutcomesRoot, ProposalDigest, ReferenceHash, StatementHash},
    council::{Council, Phase, SeatId},
    dispute::Subject,
    key::Key,
    parameter,
    phase::CompanionHash,
    proposal_id::ProposalId,
    scope::{Scope, Watched},
    settlement::Verdict,
};
use schemars::JsonSchema;
use serde::Serialize;

/// What was ordered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "order", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "docs/answers.md has each field beside the command that gives the order")]
pub enum Order {
    Open(Box<Opening>),
    Approve {
        proposal: Text<ProposalId>,
        digest: Text<ProposalDigest>,
    },
    Reject {
        proposal: Text<ProposalId>,
        digest: Text<ProposalDigest>,
    },
    Cancel {
        proposal: Text<ProposalId>,
    },
    Veto {
        proposal: Text<ProposalId>,
        digest: Text<ProposalDigest>,
    },
    CallPanel {
        proposal: Text<ProposalId>,
    },
    PanelApprove {
        proposal: Text<ProposalId>,
        digest: Text<ProposalDigest>,
    },
    DecideTogether {
        approve: Vec<Text<ProposalId>>,
        reject: Vec<Text<ProposalId>>,
        digests: Vec<Text<ProposalDigest>>,
    },
    Execute {
        proposal: Text<ProposalId>,
        #[serde(flatten)]
        action: Box<Shown>,
        version: Text<Label>,
        sbom: Text<ReferenceHash>,
    },
    AcceptSeat {
        accepted: Text<SeatId>,
        follows: Option<Text<Key>>,
    },
    SuspendSelf,
    Heartbeat {
        nonce: Text<u64>,
    },
    NameSuccessor {
        successor: Text<Key>,
        nonce: Text<u64>,
    },
    NameCompanion {
        companion: Text<CompanionHash>,
    },
    Escalate {
        scope: Text<Watched>,
        report: Text<ReferenceHash>,
        nonce: Text<u64>,
    },
    FileReview {
        scope: Text<Scope>,
        set_by: Text<ProposalId>,
        incident: Text<IncidentId>,
        version: u16,
        severity: Severity,
        report: Text<ReferenceHash>,
    },
    AttestReview {
        scope: Text<Scope>,
        set_by: Text<ProposalId>,
        incident: Text<IncidentId>,
        of: Text<SeatId>,
        version: u16,
        report: Text<ReferenceHash>,
    },
    Tune {
        parameter: Text<parameter::Parameter>,
        from: Text<u64>,
        to: Text<u64>,
        nonce: Text<u64>,
    },
    FileDrill {
        drill: Text<Label>,
        report: Text<ReferenceHash>,
        nonce: Text<u64>,
    },
    RollBack {
        component: Text<Label>,
        from: Text<Label>,
        to: Text<Label>,
        nonce: Text<u64>,
    },
    RollBackPhase {
        council: Text<Council>,
        from: Text<Phase>,
        to: Text<Phase>,
        nonce: Text<u64>,
    },
    Authorize(Converted),
    Promise {
        #[serde(flatten)]
        transfer: Converted,
        nonce: Text<u64>,
    },
    Withdraw {
        route: u32,
        nonce: Text<u64>,
    },
    StateRate {
        route: u32,
        rate: Rate,
        nonce: Text<u64>,
    },
    WithdrawRate {
        route: u32,
        nonce: Text<u64>,
    },
    StateLists {
        route: u32,
        after: u32,
        lists: Lists,
        nonce: Text<u64>,
    },
    Complete(Stated),
    OpenDispute {
        subject: Text<Subject>,
        reason: Text<ReferenceHash>,
        proposal: Option<Text<ProposalId>>,
    },
    AcknowledgeDispute {
        subject: Text<Subject>,
        of: Text<SeatId>,
    },
    TriageDispute {
        subject: Text<Subject>,
        of: Text<SeatId>,
        finding: Text<ReferenceHash>,
    },
    RetractDispute {
        subject: Text<Subject>,
        reason: Text<ReferenceHash>,
    },
    State {
        manifest: Text<ManifestHash>,
        version: u32,
        previous: Option<Text<StatementHash>>,
        root: Text<OutcomesRoot>,
        closed: u32,
        paid: Text<u128>,
        unpaid: Text<u128>,
        debited: Text<u128>,
    },
    Vote {
        manifest: Text<ManifestHash>,
        number: u32,
        recorder: Text<SeatId>,
        version: u32,
        commitment: Text<StatementHash>,
        verdict: Text<Verdict>,
        evidence: Text<ReferenceHash>,
    },
    Finalise {
        manifest: Text<ManifestHash>,
        recorder: Text<SeatId>,
        version: u32,
    },
    HoldEntry {
        manifest: Text<ManifestHash>,
        index: u32,
        until: Text<u64>,
        reason: Text<ReferenceHash>,
        nonce: Text<u64>,
    },
    FreeEntry {
        manifest: Text<ManifestHash>,
        index: u32,
        nonce: Text<u64>,
    },
}

impl Order {
    pub(super) fn lines(&self) -> Vec<Line> {
        match self {
            Self::Open(opening) => opening.lines(),
            Self::Approve { proposal, .. }
            | Self::Reject { proposal, .. }
            | Self::Cancel { proposal }
            | Self::Veto { proposal, .. }
            | Self::CallPanel { proposal }
            | Self::PanelApprove { proposal, .. }
            | Self::Execute { proposal, .. } => vec![line("proposal", proposal)],
            Self::DecideTogether { approve, reject, .. } => {
                let approved = approve.iter().map(|id| line("approve", id));
                approved.chain(reject.iter().map(|id| line("reject", id))).collect()
            }
            Self::AcceptSeat { .. } | Self::SuspendSelf | Self::Heartbeat { .. } => Vec::new(),
            Self::NameSuccessor { successor, .. } => vec![line("successor", successor)],
            Self::NameCompanion { companion } => vec![line("companion", format!("ml-dsa-65 sha256:{companion}"))],
            Self::Escalate { scope, report, .. } => vec![line("scope", scope), hash("report", report)],
            Self::FileReview { scope, set_by, incident, version, .. } => {
                vec![line("scope", scope), line("set by", set_by), line("incident", incident), line("version", version)]
            }
            Self::AttestReview { scope, set_by, incident, of, version, .. } => vec![
                line("scope", scope),
                line("set by", set_by),
                line("incident", incident),
                line("report", format!("version {version} of {of}")),
            ],
            Self::Tune { parameter, from, to, .. } => {
                vec![line("parameter", parameter), line("from", from), line("to", to)]
            }
            Self::FileDrill { drill, report, .. } => vec![line("drill", drill), hash("report", report)],
            Self::RollBack { component, from, to, .. } => {
                vec![line("component", component), line("from", from), line("to", to)]
            }
            Self::RollBackPhase { council, from, to, .. } => {
                vec![line("council", council), line("from", from), line("to", to)]
            }
            Self::Authorize(transfer) | Self::Promise { transfer, .. } => transfer.lines(),
            Self::Withdraw { route, .. }
            | Self::StateRate { route, .. }
            | Self::WithdrawRate { route, .. }
            | Self::StateLists { route, .. } => vec![line("route", route)],
            Self::Complete(Stated { route, conversion, version, count, amount, .. }) => vec![
                line("route", route),
                line("conversion", conversion),
                line("statement", version),
                line("carried out", format!("{count} conversions of {amount}")),
            ],
            Self::OpenDispute { subject, reason, proposal } => {
                let mut lines = vec![line("subject", subject), hash("reason", reason)];
                lines.extend(proposal.map(|id| line("paid by", format!("proposal {id}, which was named"))));
                lines
            }
            Self::RetractDispute { subject, reason } => vec![line("subject", subject), hash("reason", reason)],
            Self::AcknowledgeDispute { subject, of } | Self::TriageDispute { subject, of, .. } => {
                vec![line("subject", subject), line("disputed by", of)]
            }
            Self::State { manifest, version, previous, root, closed, paid, unpaid, debited } => {
                let follows = previous.map_or_else(|| "nothing".to_owned(), |previous| previous.to_string());
                vec![
                    line("manifest", manifest),
                    line("version", version),
                    line("follows", follows),
                    line("root", root),
                    line("closed", closed),
                    line("paid", paid),
                    line("unpaid", unpaid),
                    line("debited", debited),
                ]
            }
            Self::Vote { manifest, number, recorder, version, commitment, verdict, evidence } => vec![
                line("manifest", manifest),
                line("vote", format!("{number} of the seat")),
                line("statement", format!("version {version} of {recorder}: {commitment}")),
                line("verdict", verdict),
                hash("evidence", evidence),
            ],
            Self::Finalise { manifest, recorder, version } => {
                vec![line("manifest", manifest), line("statement", format!("version {version} of {recorder}"))]
            }
            Self::HoldEntry { manifest, index, until, reason, .. } => vec![
                line("manifest", manifest),
                line("entry", index),
                line("not before", until),
                hash("reason", reason),
            ],
            Self::FreeEntry { manifest, index, .. } => vec![line("manifest", manifest), line("entry", index)],
        }
    }
}

fn hash(label: &str, hash: &Text<ReferenceHash>) -> Line {
    line(label, format!("sha256:{hash}"))
}
