//! What was ordered, as typed fields. `order` names it.

use super::Opening;
use crate::{
    answers::{
        Hex, Text,
        bridge::{Lists, Rate},
        chain::Severity,
    },
    output::{Line, line},
};
use greatseal_protocol::{
    bytes::{IncidentId, Label, ManifestHash, OutcomesRoot, ReferenceHash},
    command,
    conversion::{Completion, Conversion, Quote, Transfer},
    council::{Council, Phase, SeatId},
    dispute::Subject,
    key::Key,
    language::{bridge, council, dispute, emergency, operation, phase, program, proposal, registry},
    parameter,
    phase::CompanionHash,
    proposal_id::{Decision, ProposalId},
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
    },
    Reject {
        proposal: Text<ProposalId>,
    },
    Cancel {
        proposal: Text<ProposalId>,
    },
    Veto {
        proposal: Text<ProposalId>,
    },
    CallPanel {
        proposal: Text<ProposalId>,
    },
    PanelApprove {
        proposal: Text<ProposalId>,
    },
    DecideTogether {
        approve: Vec<Text<ProposalId>>,
        reject: Vec<Text<ProposalId>>,
    },
    Execute {
        proposal: Text<ProposalId>,
    },
    AcceptSeat {
        accepted: Text<SeatId>,
        follows: Option<Text<Key>>,
    },
    SuspendSelf,
    Heartbeat,
    NameSuccessor {
        successor: Text<Key>,
    },
    NameCompanion {
        companion: Text<CompanionHash>,
    },
    Escalate {
        scope: Text<Watched>,
        report: Text<ReferenceHash>,
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
    },
    FileDrill {
        drill: Text<Label>,
        report: Text<ReferenceHash>,
    },
    RollBack {
        component: Text<Label>,
        from: Text<Label>,
        to: Text<Label>,
    },
    RollBackPhase {
        council: Text<Council>,
        from: Text<Phase>,
        to: Text<Phase>,
    },
    Authorize(Converted),
    Promise(Converted),
    Withdraw {
        route: u32,
    },
    StateRate {
        route: u32,
        rate: Rate,
    },
    WithdrawRate {
        route: u32,
    },
    StateLists {
        route: u32,
        after: u32,
        lists: Lists,
    },
    Complete(Stated),
    OpenDispute {
        subject: Text<Subject>,
        reason: Text<ReferenceHash>,
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
        root: Text<OutcomesRoot>,
        closed: u32,
    },
    Vote {
        manifest: Text<ManifestHash>,
        recorder: Text<SeatId>,
        version: u32,
        verdict: Text<Verdict>,
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
    },
    FreeEntry {
        manifest: Text<ManifestHash>,
        index: u32,
    },
}

/// A conversion, and what it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Converted {
    /// The route.
    pub route: u32,
    /// Its number on this route; none of the Treasury's word, which holds for any.
    pub conversion: Option<Text<u64>>,
    /// Whose; none for a lot.
    pub account: Option<Hex<32>>,
    /// How many conversions at most.
    pub count: u32,
    /// How much at most, in base units of the source asset.
    pub amount: Text<u128>,
    /// Version of the route's economics that it was reckoned with.
    pub economics: u32,
    /// Version of the route's compliance that it was reckoned with.
    pub compliance: u32,
    /// Version of the day's rate; 0 where the approved one holds.
    pub rate: u32,
    /// Version of the day's lists; 0 where those of the compliance hold.
    pub lists: u32,
    /// What is kept, in base units of the source asset; none where the route's numbers give none.
    pub fee: Option<Text<u128>>,
    /// What arrives, in base units of the destination asset.
    pub arrives: Option<Text<u128>>,
}

/// A statement about what the rail did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stated {
    /// The route.
    pub route: u32,
    /// The conversion's number.
    pub conversion: Text<u64>,
    /// Version of the statement.
    pub version: u32,
    /// Conversions that were carried out; none of a release.
    pub count: u32,
    /// What they moved, in base units of the source asset.
    pub amount: Text<u128>,
    /// What of it was kept.
    pub fees: Text<u128>,
    /// Root of what was carried out; of a release the hash of its reason.
    pub root: Text<ReferenceHash>,
}

impl From<&Completion> for Stated {
    fn from(of: &Completion) -> Self {
        Self {
            route: of.route,
            conversion: Text(of.number),
            version: of.version,
            count: of.count,
            amount: Text(of.amount),
            fees: Text(of.fees),
            root: Text(of.root),
        }
    }
}

impl Converted {
    /// A conversion, and what it comes to.
    pub fn of(conversion: &Conversion, quote: Option<&Quote>) -> Self {
        Self { conversion: Some(Text(conversion.number)), ..Self::any(&conversion.transfer, quote) }
    }

    /// A transfer under any number, and what it comes to.
    pub fn any(transfer: &Transfer, quote: Option<&Quote>) -> Self {
        let Transfer { route, count, account, amount, versions } = *transfer;
        Self {
            route,
            conversion: None,
            account: account.map(Hex),
            count,
            amount: Text(amount),
            economics: versions.economics,
            compliance: versions.compliance,
            rate: versions.rate,
            lists: versions.lists,
            fee: quote.map(|quote| Text(quote.fee)),
            arrives: quote.map(|quote| Text(quote.result)),
        }
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = vec![line("route", self.route)];
        lines.extend(self.conversion.map(|number| line("conversion", number)));
        lines.push(match self.account {
            Some(account) => line("account", account),
            None => line("lot", format!("up to {} conversions", self.count)),
        });
        let Self { economics, compliance, rate, lists, .. } = self;
        lines.push(line("amount", self.amount));
        let with = format!("economics {economics}, compliance {compliance}, rate {rate}, lists {lists} of the day");
        lines.push(line("reckoned with", with));
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
            Order::Emergency(emergency::Order::FileReview { scope, set_by, incident, version, severity, report }) => {
                Self::FileReview {
                    scope: Text(*scope),
                    set_by: Text(*set_by),
                    incident: Text(*incident),
                    version: *version,
                    severity: (*severity).into(),
                    report: Text(*report),
                }
            }
            Order::Emergency(emergency::Order::AttestReview { scope, set_by, incident, of, version, report }) => {
                Self::AttestReview {
                    scope: Text(*scope),
                    set_by: Text(*set_by),
                    incident: Text(*incident),
                    of: Text(*of),
                    version: *version,
                    report: Text(*report),
                }
            }
            Order::Operation(operation::Order::Tune { name, previous, value, .. }) => {
                Self::Tune { parameter: Text(*name), from: Text(*previous), to: Text(*value) }
            }
            Order::Operation(operation::Order::FileDrill { kind, report, .. }) => {
                Self::FileDrill { drill: Text(*kind), report: Text(*report) }
            }
            Order::Registry(registry::Order::RollBack { component, from, to, .. }) => {
                Self::RollBack { component: Text(*component), from: Text(*from), to: Text(*to) }
            }
            Order::Phase(phase::Order::RollBack { council, from, to, .. }) => {
                Self::RollBackPhase { council: Text(*council), from: Text(*from), to: Text(*to) }
            }
            Order::Bridge(bridge::Order::Authorize { conversion, .. }) => {
                Self::Authorize(Converted::of(conversion, None))
            }
            Order::Bridge(bridge::Order::Promise { transfer, .. }) => Self::Promise(Converted::any(transfer, None)),
            Order::Bridge(bridge::Order::Withdraw { route, .. }) => Self::Withdraw { route: *route },
            Order::Bridge(bridge::Order::StateRate { route, rate, .. }) => {
                Self::StateRate { route: *route, rate: Rate::of(0, rate) }
            }
            Order::Bridge(bridge::Order::WithdrawRate { route, .. }) => Self::WithdrawRate { route: *route },
            Order::Bridge(bridge::Order::StateLists { route, lists, .. }) => {
                Self::StateLists { route: *route, after: lists.previous, lists: Lists::of(0, &lists.lists) }
            }
            Order::Bridge(bridge::Order::Complete(completion)) => Self::Complete(completion.into()),
            Order::Dispute(dispute::Order::Open { subject, reason }) => {
                Self::OpenDispute { subject: Text(*subject), reason: Text(*reason) }
            }
            Order::Dispute(dispute::Order::Acknowledge { dispute }) => {
                Self::AcknowledgeDispute { subject: Text(dispute.subject), of: Text(dispute.seat) }
            }
            Order::Dispute(dispute::Order::Triage { dispute, finding }) => {
                let (subject, of) = (Text(dispute.subject), Text(dispute.seat));
                Self::TriageDispute { subject, of, finding: Text(*finding) }
            }
            Order::Dispute(dispute::Order::Retract { subject, reason }) => {
                Self::RetractDispute { subject: Text(*subject), reason: Text(*reason) }
            }
            Order::Program(program::Order::State(statement)) => Self::State {
                manifest: Text(statement.manifest),
                version: statement.version,
                root: Text(statement.root),
                closed: statement.closed,
            },
            Order::Program(program::Order::Vote(vote)) => Self::Vote {
                manifest: Text(vote.manifest),
                recorder: Text(vote.recorder),
                version: vote.version,
                verdict: Text(vote.verdict),
            },
            Order::Program(program::Order::Finalise { manifest, recorder, version }) => {
                Self::Finalise { manifest: Text(*manifest), recorder: Text(*recorder), version: *version }
            }
            Order::Program(program::Order::HoldEntry { manifest, index, until, .. }) => {
                Self::HoldEntry { manifest: Text(*manifest), index: *index, until: Text(*until) }
            }
            Order::Program(program::Order::FreeEntry { manifest, index, .. }) => {
                Self::FreeEntry { manifest: Text(*manifest), index: *index }
            }
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
            Self::FileReview { scope, set_by, incident, version, .. } => {
                vec![line("scope", scope), line("set by", set_by), line("incident", incident), line("version", version)]
            }
            Self::AttestReview { scope, set_by, incident, of, version, .. } => vec![
                line("scope", scope),
                line("set by", set_by),
                line("incident", incident),
                line("report", format!("version {version} of {of}")),
            ],
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
            Self::Authorize(conversion) | Self::Promise(conversion) => conversion.lines(),
            Self::Withdraw { route }
            | Self::StateRate { route, .. }
            | Self::WithdrawRate { route }
            | Self::StateLists { route, .. } => vec![line("route", route)],
            Self::Complete(Stated { route, conversion, version, count, amount, .. }) => vec![
                line("route", route),
                line("conversion", conversion),
                line("statement", version),
                line("carried out", format!("{count} conversions of {amount}")),
            ],
            Self::OpenDispute { subject, .. } | Self::RetractDispute { subject, .. } => vec![line("subject", subject)],
            Self::AcknowledgeDispute { subject, of } | Self::TriageDispute { subject, of, .. } => {
                vec![line("subject", subject), line("disputed by", of)]
            }
            Self::State { manifest, version, root, closed } => {
                vec![line("manifest", manifest), line("version", version), line("root", root), line("closed", closed)]
            }
            Self::Vote { manifest, recorder, version, verdict } => vec![
                line("manifest", manifest),
                line("statement", format!("version {version} of {recorder}")),
                line("verdict", verdict),
            ],
            Self::Finalise { manifest, recorder, version } => {
                vec![line("manifest", manifest), line("statement", format!("version {version} of {recorder}"))]
            }
            Self::HoldEntry { manifest, index, until } => {
                vec![line("manifest", manifest), line("entry", index), line("not before", until)]
            }
            Self::FreeEntry { manifest, index } => vec![line("manifest", manifest), line("entry", index)],
        }
    }
}

fn hash(label: &str, hash: &Text<ReferenceHash>) -> Line {
    line(label, format!("sha256:{hash}"))
}
