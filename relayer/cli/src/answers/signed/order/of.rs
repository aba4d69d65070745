//! From the protocol's orders to what answers say of them.

use super::Order;
use crate::answers::{
    Text,
    bridge::{Lists, Rate},
    proposal::Shown,
    signed::{Converted, Opening},
};
use greatseal_facts::NotFacts;
use greatseal_protocol::{
    command,
    language::{bridge, council, dispute, emergency, operation, phase, program, proposal, registry},
    proposal_id::Decision,
};

impl Order {
    /// An order, with every fact of it: one that is kept for later has no events that would tell them.
    ///
    /// # Errors
    ///
    /// [`NotFacts`], which no action of the protocol gives.
    pub fn of(order: &command::Order) -> Result<Self, NotFacts> {
        use command::Order;
        Ok(match order {
            Order::Proposal(proposal::Order::Open(open)) => Self::Open(Box::new(Opening::of(open)?)),
            Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Approve }) => {
                Self::Approve { proposal: Text(*id), digest: Text(*digest) }
            }
            Order::Proposal(proposal::Order::Decide { id, digest, decision: Decision::Reject }) => {
                Self::Reject { proposal: Text(*id), digest: Text(*digest) }
            }
            Order::Proposal(proposal::Order::Cancel { id }) => Self::Cancel { proposal: Text(*id) },
            Order::Proposal(proposal::Order::Veto { id, digest }) => {
                Self::Veto { proposal: Text(*id), digest: Text(*digest) }
            }
            Order::Proposal(proposal::Order::CallPanel { id }) => Self::CallPanel { proposal: Text(*id) },
            Order::Proposal(proposal::Order::PanelApprove { id, digest }) => {
                Self::PanelApprove { proposal: Text(*id), digest: Text(*digest) }
            }
            Order::Proposal(proposal::Order::DecideTogether(choices)) => {
                let of = |decision| {
                    let same = choices.iter().filter(|choice| choice.decision == decision);
                    same.map(|choice| Text(choice.id)).collect()
                };
                let digests = choices.iter().map(|choice| Text(choice.digest)).collect();
                Self::DecideTogether { approve: of(Decision::Approve), reject: of(Decision::Reject), digests }
            }
            Order::Proposal(proposal::Order::Execute(execute)) => {
                let proposal::Execute { id, action, version, sbom } = &**execute;
                let (proposal, version, sbom) = (Text(*id), Text(*version), Text(*sbom));
                Self::Execute { proposal, action: Box::new(Shown::of(action.clone())?), version, sbom }
            }
            Order::Council(council::Order::AcceptSeat { seat, previous }) => {
                Self::AcceptSeat { accepted: Text(*seat), follows: previous.map(Text) }
            }
            Order::Council(council::Order::SuspendSelf) => Self::SuspendSelf,
            Order::Council(council::Order::Heartbeat { nonce }) => Self::Heartbeat { nonce: Text(*nonce) },
            Order::Council(council::Order::NameSuccessor { successor, nonce }) => {
                Self::NameSuccessor { successor: Text(*successor), nonce: Text(*nonce) }
            }
            Order::Phase(phase::Order::NameCompanion { companion }) => {
                Self::NameCompanion { companion: Text(*companion) }
            }
            Order::Operation(operation::Order::Escalate { watched, reference, nonce }) => {
                Self::Escalate { scope: Text(*watched), report: Text(*reference), nonce: Text(*nonce) }
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
            Order::Operation(operation::Order::Tune { name, previous, value, nonce }) => {
                let (from, to, nonce) = (Text(*previous), Text(*value), Text(*nonce));
                Self::Tune { parameter: Text(*name), from, to, nonce }
            }
            Order::Operation(operation::Order::FileDrill { kind, report, nonce }) => {
                Self::FileDrill { drill: Text(*kind), report: Text(*report), nonce: Text(*nonce) }
            }
            Order::Registry(registry::Order::RollBack { component, from, to, nonce }) => {
                let (from, to, nonce) = (Text(*from), Text(*to), Text(*nonce));
                Self::RollBack { component: Text(*component), from, to, nonce }
            }
            Order::Phase(phase::Order::RollBack { council, from, to, nonce }) => {
                let (from, to, nonce) = (Text(*from), Text(*to), Text(*nonce));
                Self::RollBackPhase { council: Text(*council), from, to, nonce }
            }
            Order::Bridge(bridge::Order::Authorize { conversion, .. }) => {
                Self::Authorize(Converted::of(conversion, None))
            }
            Order::Bridge(bridge::Order::Promise { transfer, nonce }) => {
                Self::Promise { transfer: Converted::any(transfer, None), nonce: Text(*nonce) }
            }
            Order::Bridge(bridge::Order::Withdraw { route, nonce }) => {
                Self::Withdraw { route: *route, nonce: Text(*nonce) }
            }
            Order::Bridge(bridge::Order::StateRate { route, rate, nonce }) => {
                Self::StateRate { route: *route, rate: Rate::of(0, rate), nonce: Text(*nonce) }
            }
            Order::Bridge(bridge::Order::WithdrawRate { route, nonce }) => {
                Self::WithdrawRate { route: *route, nonce: Text(*nonce) }
            }
            Order::Bridge(bridge::Order::StateLists { route, lists, nonce }) => {
                let (after, lists) = (lists.previous, Lists::of(0, &lists.lists));
                Self::StateLists { route: *route, after, lists, nonce: Text(*nonce) }
            }
            Order::Bridge(bridge::Order::Complete(completion)) => Self::Complete(completion.into()),
            Order::Dispute(dispute::Order::Open { subject, reason }) => {
                Self::OpenDispute { subject: Text(*subject), reason: Text(*reason), proposal: None }
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
                previous: statement.previous.map(Text),
                root: Text(statement.root),
                closed: statement.closed,
                paid: Text(statement.paid),
                unpaid: Text(statement.unpaid),
                debited: Text(statement.debited),
            },
            Order::Program(program::Order::Vote(vote)) => Self::Vote {
                manifest: Text(vote.manifest),
                number: vote.number,
                recorder: Text(vote.recorder),
                version: vote.version,
                commitment: Text(vote.commitment),
                verdict: Text(vote.verdict),
                evidence: Text(vote.evidence),
            },
            Order::Program(program::Order::Finalise { manifest, recorder, version }) => {
                Self::Finalise { manifest: Text(*manifest), recorder: Text(*recorder), version: *version }
            }
            Order::Program(program::Order::HoldEntry { manifest, index, until, reason, nonce }) => {
                let (until, reason, nonce) = (Text(*until), Text(*reason), Text(*nonce));
                Self::HoldEntry { manifest: Text(*manifest), index: *index, until, reason, nonce }
            }
            Order::Program(program::Order::FreeEntry { manifest, index, nonce }) => {
                Self::FreeEntry { manifest: Text(*manifest), index: *index, nonce: Text(*nonce) }
            }
        })
    }
}
