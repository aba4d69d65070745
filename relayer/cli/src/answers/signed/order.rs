//! What was ordered, as typed fields. `order` names it.

use super::Opening;
use crate::{
    answers::{
        Hex, Text,
        chain::{Range, Severity},
    },
    output::{Line, line},
};
use greatseal_protocol::{
    bytes::{ChainHash, IncidentId, Label, ManifestHash, ReferenceHash},
    command,
    conversion::{Conversion, Quote},
    council::{Council, Phase, SeatId},
    key::Key,
    language::{bridge, council, dispute, emergency, operation, phase, program, proposal, registry},
    parameter,
    phase::CompanionHash,
    proposal_id::{Decision, ProposalId},
    scope::{Scope, Watched},
};
use schemars::JsonSchema;
use serde::Serialize;

/// What was ordered.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "order", rename_all = "kebab-case")]
#[allow(missing_docs, reason = "docs/answers.md has each field beside the command that gives the order")]
pub enum Order {
    Open(Box<Opening>),
    Approve { proposal: Text<ProposalId> },
    Reject { proposal: Text<ProposalId> },
    Cancel { proposal: Text<ProposalId> },
    Veto { proposal: Text<ProposalId> },
    CallPanel { proposal: Text<ProposalId> },
    PanelApprove { proposal: Text<ProposalId> },
    DecideTogether { approve: Vec<Text<ProposalId>>, reject: Vec<Text<ProposalId>> },
    Execute { proposal: Text<ProposalId> },
    AcceptSeat { accepted: Text<SeatId>, follows: Option<Text<Key>> },
    SuspendSelf,
    Heartbeat,
    NameSuccessor { successor: Text<Key> },
    NameCompanion { companion: Text<CompanionHash> },
    Escalate { scope: Text<Watched>, report: Text<ReferenceHash> },
    FileReview { scope: Text<Scope>, incident: Text<IncidentId>, severity: Severity, report: Text<ReferenceHash> },
    AttestReview { scope: Text<Scope>, incident: Text<IncidentId>, report: Text<ReferenceHash> },
    Tune { parameter: Text<parameter::Parameter>, from: Text<u64>, to: Text<u64> },
    FileDrill { drill: Text<Label>, report: Text<ReferenceHash> },
    RollBack { component: Text<Label>, from: Text<Label>, to: Text<Label> },
    RollBackPhase { council: Text<Council>, from: Text<Phase>, to: Text<Phase> },
    Authorize(Converted),
    Cosign(Converted),
    Complete { route: u32, conversion: Text<u64>, reference: Text<ReferenceHash> },
    Release { route: u32, conversion: Text<u64>, reason: Text<ReferenceHash> },
    OpenDispute { subject: Text<ReferenceHash>, reason: Text<ReferenceHash> },
    AcknowledgeDispute { subject: Text<ReferenceHash> },
    TriageDispute { subject: Text<ReferenceHash>, finding: Text<ReferenceHash> },
    RetractDispute { subject: Text<ReferenceHash>, reason: Text<ReferenceHash> },
    RecordSettlement { manifest: Text<ManifestHash>, entries: Range, count: Option<u32> },
    AttestSettlement { manifest: Text<ManifestHash>, entries: Range, amount: Text<u128>, chain: Text<ChainHash> },
    Reconcile { manifest: Text<ManifestHash> },
}

/// A conversion, and what it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Converted {
    /// The route.
    pub route: u32,
    /// Its number on this route.
    pub conversion: Text<u64>,
    /// Whose.
    pub account: Hex<32>,
    /// How much, in base units of the source asset.
    pub amount: Text<u128>,
    /// Version of the route's economics that it was reckoned with.
    pub economics: u32,
    /// Version of the route's compliance that it was reckoned with.
    pub compliance: u32,
    /// What is kept, in base units of the source asset; none where the route's numbers give none.
    pub fee: Option<Text<u128>>,
    /// What arrives, in base units of the destination asset.
    pub arrives: Option<Text<u128>>,
}

impl Converted {
    /// A conversion, and what it comes to.
    pub fn of(conversion: &Conversion, quote: Option<&Quote>) -> Self {
        let Conversion { route, number, account, amount, versions: (economics, compliance) } = *conversion;
        Self {
            route,
            conversion: Text(number),
            account: Hex(account),
            amount: Text(amount),
            economics,
            compliance,
            fee: quote.map(|quote| Text(quote.fee)),
            arrives: quote.map(|quote| Text(quote.result)),
        }
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            line("route", self.route),
            line("conversion", self.conversion),
            line("account", self.account),
            line("amount", self.amount),
            line("reckoned with", format!("economics {}, compliance {}", self.economics, self.compliance)),
        ];
        lines.extend(self.fee.map(|fee| line("fee", fee)));
        lines.extend(self.arrives.map(|arrives| line("arrives", arrives)));
        lines
    }
}

impl From<&command::Order> for Order {
    fn from(order: &command::Order) -> Self {
        use command::Order;
        match order {
            Order::Proposal(proposal::Order::Open(open)) => Self::Open(Box::new(Opening::of(open))),
            Order::Proposal(proposal::Order::Decide { id, decision: Decision::Approve, .. }) => {
                Self::Approve { proposal: Text(*id) }
            }
            Order::Proposal(proposal::Order::Decide { id, decision: Decision::Reject, .. }) => {
                Self::Reject { proposal: Text(*id) }
            }
            Order::Proposal(proposal::Order::Cancel { id }) => Self::Cancel { proposal: Text(*id) },
            Order::Proposal(proposal::Order::Veto { id, .. }) => Self::Veto { proposal: Text(*id) },
            Order::Proposal(proposal::Order::CallPanel { id }) => Self::CallPanel { proposal: Text(*id) },
            Order::Proposal(proposal::Order::PanelApprove { id, .. }) => Self::PanelApprove { proposal: Text(*id) },
            Order::Proposal(proposal::Order::DecideTogether(choices)) => {
                let of = |decision| {
                    let same = choices.iter().filter(|choice| choice.decision == decision);
                    same.map(|choice| Text(choice.id)).collect()
                };
                Self::DecideTogether { approve: of(Decision::Approve), reject: of(Decision::Reject) }
            }
            Order::Proposal(proposal::Order::Execute(execute)) => Self::Execute { proposal: Text(execute.id) },
            Order::Council(council::Order::AcceptSeat { seat, previous }) => {
                Self::AcceptSeat { accepted: Text(*seat), follows: previous.map(Text) }
            }
            Order::Council(council::Order::SuspendSelf) => Self::SuspendSelf,
            Order::Council(council::Order::Heartbeat { .. }) => Self::Heartbeat,
            Order::Council(council::Order::NameSuccessor { successor, .. }) => {
                Self::NameSuccessor { successor: Text(*successor) }
            }
            Order::Phase(phase::Order::NameCompanion { companion }) => {
                Self::NameCompanion { companion: Text(*companion) }
            }
            Order::Operation(operation::Order::Escalate { watched, reference, .. }) => {
                Self::Escalate { scope: Text(*watched), report: Text(*reference) }
            }
            Order::Emergency(emergency::Order::FileReview { scope, incident, severity, report }) => Self::FileReview {
                scope: Text(*scope),
                incident: Text(*incident),
                severity: (*severity).into(),
                report: Text(*report),
            },
            Order::Emergency(emergency::Order::AttestReview { scope, incident, report }) => {
                Self::AttestReview { scope: Text(*scope), incident: Text(*incident), report: Text(*report) }
            }
            Order::Operation(operation::Order::Tune { name, previous, value, .. }) => {
                Self::Tune { parameter: Text(*name), from: Text(*previous), to: Text(*value) }
            }
            Order::Operation(operation::Order::FileDrill { kind, report, .. }) => {
                Self::FileDrill { drill: Text(*kind), report: Text(*report) }
            }
            Order::Registry(registry::Order::RollBack { component, from, to }) => {
                Self::RollBack { component: Text(*component), from: Text(*from), to: Text(*to) }
            }
            Order::Phase(phase::Order::RollBack { council, from, to }) => {
                Self::RollBackPhase { council: Text(*council), from: Text(*from), to: Text(*to) }
            }
            Order::Bridge(bridge::Order::Authorize { conversion, .. }) => {
                Self::Authorize(Converted::of(conversion, None))
            }
            Order::Bridge(bridge::Order::Cosign { conversion }) => Self::Cosign(Converted::of(conversion, None)),
            Order::Bridge(bridge::Order::Complete { route, number, reference }) => {
                Self::Complete { route: *route, conversion: Text(*number), reference: Text(*reference) }
            }
            Order::Bridge(bridge::Order::Release { route, number, reason }) => {
                Self::Release { route: *route, conversion: Text(*number), reason: Text(*reason) }
            }
            Order::Dispute(dispute::Order::Open { subject, reason }) => {
                Self::OpenDispute { subject: Text(*subject), reason: Text(*reason) }
            }
            Order::Dispute(dispute::Order::Acknowledge { subject }) => {
                Self::AcknowledgeDispute { subject: Text(*subject) }
            }
            Order::Dispute(dispute::Order::Triage { subject, finding }) => {
                Self::TriageDispute { subject: Text(*subject), finding: Text(*finding) }
            }
            Order::Dispute(dispute::Order::Retract { subject, reason }) => {
                Self::RetractDispute { subject: Text(*subject), reason: Text(*reason) }
            }
            Order::Program(program::Order::RecordSettlement { manifest, from, settled }) => {
                let up_to = settled.last().map_or(*from, |last| last.up_to);
                Self::RecordSettlement { manifest: Text(*manifest), entries: Range { from: *from, up_to }, count: None }
            }
            Order::Program(program::Order::AttestSettlement(attestation)) => Self::AttestSettlement {
                manifest: Text(attestation.manifest),
                entries: Range { from: attestation.from, up_to: attestation.up_to() },
                amount: Text(attestation.amount),
                chain: Text(attestation.chain),
            },
            Order::Program(program::Order::Reconcile { manifest }) => Self::Reconcile { manifest: Text(*manifest) },
        }
    }
}

impl Order {
    pub(super) fn lines(&self) -> Vec<Line> {
        match self {
            Self::Open(opening) => opening.lines(),
            Self::Approve { proposal }
            | Self::Reject { proposal }
            | Self::Cancel { proposal }
            | Self::Veto { proposal }
            | Self::CallPanel { proposal }
            | Self::PanelApprove { proposal }
            | Self::Execute { proposal } => vec![line("proposal", proposal)],
            Self::DecideTogether { approve, reject } => {
                let approved = approve.iter().map(|id| line("approve", id));
                approved.chain(reject.iter().map(|id| line("reject", id))).collect()
            }
            Self::AcceptSeat { .. } | Self::SuspendSelf | Self::Heartbeat => Vec::new(),
            Self::NameSuccessor { successor } => vec![line("successor", successor)],
            Self::NameCompanion { companion } => vec![line("companion", format!("ml-dsa-65 sha256:{companion}"))],
            Self::Escalate { scope, report } => vec![line("scope", scope), hash("report", report)],
            Self::FileReview { scope, incident, .. } | Self::AttestReview { scope, incident, .. } => {
                vec![line("scope", scope), line("incident", incident)]
            }
            Self::Tune { parameter, from, to } => {
                vec![line("parameter", parameter), line("from", from), line("to", to)]
            }
            Self::FileDrill { drill, report } => vec![line("drill", drill), hash("report", report)],
            Self::RollBack { component, from, to } => {
                vec![line("component", component), line("from", from), line("to", to)]
            }
            Self::RollBackPhase { council, from, to } => {
                vec![line("council", council), line("from", from), line("to", to)]
            }
            Self::Authorize(conversion) | Self::Cosign(conversion) => conversion.lines(),
            Self::Complete { route, conversion, .. } | Self::Release { route, conversion, .. } => {
                vec![line("route", route), line("conversion", conversion)]
            }
            Self::OpenDispute { subject, .. }
            | Self::AcknowledgeDispute { subject }
            | Self::TriageDispute { subject, .. }
            | Self::RetractDispute { subject, .. } => vec![line("subject", subject)],
            Self::RecordSettlement { manifest, entries, count } => {
                let of = count.map(|count| line("of", count));
                [line("manifest", manifest), line("entries", entries)].into_iter().chain(of).collect()
            }
            Self::AttestSettlement { manifest, entries, .. } => {
                vec![line("manifest", manifest), line("entries", entries)]
            }
            Self::Reconcile { manifest } => vec![line("manifest", manifest)],
        }
    }
}

fn hash(label: &str, hash: &Text<ReferenceHash>) -> Line {
    line(label, format!("sha256:{hash}"))
}
