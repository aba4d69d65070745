//! What is asked for in words has to be there: a hash of zeros is the hash of nothing, and tells nobody anything.

use crate::{
    action::Action,
    command::Order,
    dispute::Subject,
    language::{bridge, contract, council, dispute, emergency, operation, phase, policy, program, proposal, registry},
    refusal::Refusal,
};

/// Bytes that must not be zeros: evidence, reasons, reports, references and incidents.
type Stated<'a> = [&'a [u8]; 2];
const NOTHING: Stated<'_> = [&[1]; 2];

/// What an order states.
pub(super) fn of_order(order: &Order) -> Result<(), Refusal> {
    stated(match order {
        Order::Emergency(emergency::Order::FileReview { report: said, .. })
        | Order::Emergency(emergency::Order::AttestReview { report: said, .. })
        | Order::Dispute(dispute::Order::Triage { finding: said, .. })
        | Order::Dispute(dispute::Order::Retract { reason: said, .. })
        | Order::Operation(operation::Order::Escalate { reference: said, .. })
        | Order::Operation(operation::Order::FileDrill { report: said, .. }) => [&said.0; 2],
        Order::Dispute(dispute::Order::Open { subject: Subject::Other(subject), reason }) => [&subject.0, &reason.0],
        Order::Dispute(dispute::Order::Open { reason: said, .. }) => [&said.0; 2],
        Order::Bridge(bridge::Order::Complete(completion)) => [&completion.root.0; 2],
        Order::Program(program::Order::HoldEntry { reason: said, .. }) => [&said.0; 2],
        Order::Program(program::Order::Vote(vote)) => [&vote.evidence.0; 2],
        Order::Program(program::Order::State(statement)) => [&statement.root.0; 2],
        Order::Program(program::Order::Finalise { .. } | program::Order::FreeEntry { .. })
        | Order::Bridge(
            bridge::Order::Authorize { .. }
            | bridge::Order::Promise { .. }
            | bridge::Order::Withdraw { .. }
            | bridge::Order::StateRate { .. }
            | bridge::Order::WithdrawRate { .. }
            | bridge::Order::StateLists { .. },
        )
        | Order::Dispute(dispute::Order::Acknowledge { .. })
        | Order::Operation(operation::Order::Tune { .. })
        | Order::Council(
            council::Order::AcceptSeat { .. }
            | council::Order::SuspendSelf
            | council::Order::Heartbeat { .. }
            | council::Order::NameSuccessor { .. },
        )
        | Order::Proposal(
            proposal::Order::Open(_)
            | proposal::Order::Decide { .. }
            | proposal::Order::DecideTogether(_)
            | proposal::Order::Cancel { .. }
            | proposal::Order::Veto { .. }
            | proposal::Order::Execute(_)
            | proposal::Order::CallPanel { .. }
            | proposal::Order::PanelApprove { .. },
        )
        | Order::Registry(registry::Order::RollBack { .. })
        | Order::Phase(phase::Order::RollBack { .. } | phase::Order::NameCompanion { .. }) => NOTHING,
    })
}

/// What an action states, besides what its own rules ask for: a release its bill of materials, a phase its reports.
pub(super) fn of_action(action: &Action) -> Result<(), Refusal> {
    stated(match action {
        Action::Emergency(emergency::Action::Pause(pause)) => [&pause.incident.0, &pause.reason.0],
        Action::Emergency(emergency::Action::SetMode(set)) => [&set.incident.0, &set.reason.0],
        Action::Emergency(emergency::Action::Consent { evidence: said, .. })
        | Action::Council(council::Action::Suspend { reason: said, .. })
        | Action::Council(council::Action::Reinstate { reason: said, .. })
        | Action::Dispute(dispute::Action::Resolve { statement: said, .. })
        | Action::Dispute(dispute::Action::Extend { reason: said, .. })
        | Action::Registry(registry::Action::Revoke { reason: said, .. })
        | Action::Program(program::Action::Stop { reason: said, .. })
        | Action::Program(program::Action::Overrule { reason: said, .. }) => [&said.0; 2],
        Action::Program(program::Action::ExecuteBatch(header)) => [&header.root.0; 2],
        Action::Program(
            program::Action::Create(_) | program::Action::Change(_) | program::Action::CreateAuthority(_),
        )
        | Action::Emergency(emergency::Action::Lift { .. } | emergency::Action::LeaveMode { .. })
        | Action::Council(
            council::Action::Rotate { .. } | council::Action::Recover { .. } | council::Action::Reconstitute(_),
        )
        | Action::Registry(registry::Action::Register { .. } | registry::Action::Release(_))
        | Action::Policy(
            policy::Action::SetRow(_) | policy::Action::Adopt { .. } | policy::Action::RenewProfile { .. },
        )
        | Action::Bridge(bridge::Action::SetRoute(_) | bridge::Action::SetCompliance(_))
        | Action::Phase(phase::Action::SetPhase(_) | phase::Action::RevokeWayBack(_))
        | Action::Operation(operation::Action::SetBaseline { .. })
        | Action::Contract(contract::Action::Retire { .. }) => NOTHING,
    })
}

fn stated(said: Stated<'_>) -> Result<(), Refusal> {
    match said.iter().any(|said| said.iter().all(|byte| *byte == 0)) {
        true => Err(Refusal::DocumentMissing),
        false => Ok(()),
    }
}
