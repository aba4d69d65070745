//! Which parts an event stands in. Each event is named: one that is added does not compile before somebody has said where it belongs.

use super::Part;
use greatseal_protocol::{
    event::Event,
    language::{bridge, contract, council, dispute, emergency, phase, policy, program, proposal},
};

/// The parts that have a row of the event. Rule sets are put together from several events ([`super::rules`]).
pub(super) const fn parts(event: &Event) -> &'static [Part] {
    match event {
        Event::Council(event) => council(event),
        Event::Proposal(event) => proposal(event),
        Event::Emergency(event) => emergency(event),
        Event::Policy(policy::Event::RowChanged { .. } | policy::Event::ProfileRenewed { .. }) => &[],
        Event::Bridge(event) => bridge(event),
        Event::Program(event) => program(event),
        // Entries, releases, escalations, parameters and drills stand in the leaves alone.
        Event::Registry(_) | Event::Operation(_) => &[],
        Event::Dispute(event) => dispute(event),
        Event::Phase(event) => phase(event),
        Event::Contract(event) => contract(event),
    }
}

const fn council(event: &council::Event) -> &'static [Part] {
    match event {
        // Somebody may not decide for a time.
        council::Event::SeatSuspended { .. } | council::Event::SeatReinstated { .. } => &[Part::Exceptions],
        council::Event::SeatReplaced { .. }
        | council::Event::SeatAccepted { .. }
        | council::Event::CouncilReconstituted { .. }
        | council::Event::Heartbeat { .. }
        | council::Event::SuccessorNamed { .. }
        | council::Event::SeatVacated { .. } => &[],
    }
}

const fn proposal(event: &proposal::Event) -> &'static [Part] {
    match event {
        proposal::Event::Opened(_)
        | proposal::Event::Decided { .. }
        | proposal::Event::DecidedTogether { .. }
        | proposal::Event::PanelApproved { .. } => &[Part::Approvals],
        proposal::Event::Vetoed { .. } => &[Part::Approvals, Part::Exceptions],
        proposal::Event::Deadlocked { .. } => &[Part::Exceptions],
        proposal::Event::QuorumReached { .. }
        | proposal::Event::Cancelled { .. }
        | proposal::Event::Rejected { .. }
        | proposal::Event::Executed { .. } => &[],
    }
}

const fn emergency(event: &emergency::Event) -> &'static [Part] {
    match event {
        emergency::Event::ReviewAttested { .. } => &[Part::Approvals, Part::Exceptions],
        emergency::Event::Paused { .. }
        | emergency::Event::Lifted { .. }
        | emergency::Event::ModeChanged { .. }
        | emergency::Event::ReviewFiled { .. }
        | emergency::Event::OverrideUsed { .. } => &[Part::Exceptions],
    }
}

const fn bridge(event: &bridge::Event) -> &'static [Part] {
    match event {
        bridge::Event::ConversionAuthorized { .. } | bridge::Event::ConversionCompleted { .. } => &[Part::Settlement],
        bridge::Event::ConversionRefused { .. } => &[Part::Exceptions],
        bridge::Event::RouteChanged { .. }
        | bridge::Event::ComplianceChanged { .. }
        | bridge::Event::WordGiven { .. }
        | bridge::Event::WordWithdrawn { .. }
        | bridge::Event::RateStated { .. }
        | bridge::Event::RateWithdrawn { .. }
        | bridge::Event::ListsStated { .. } => &[],
    }
}

const fn program(event: &program::Event) -> &'static [Part] {
    match event {
        program::Event::ProgramChanged { .. } => &[Part::Programmes],
        program::Event::BatchExecuted { .. } => &[Part::Batches],
        program::Event::StatementMade { .. } | program::Event::StatementFinal { .. } => {
            &[Part::Batches, Part::Settlement]
        }
        program::Event::VoteCast { .. } => &[Part::Approvals, Part::Batches],
        program::Event::ContradictionOverruled { .. }
        | program::Event::BatchStopped { .. }
        | program::Event::EntryHeld { .. } => &[Part::Batches, Part::Exceptions],
    }
}

const fn dispute(event: &dispute::Event) -> &'static [Part] {
    match event {
        dispute::Event::DisputeOpened { .. }
        | dispute::Event::DisputeAcknowledged { .. }
        | dispute::Event::DisputeTriaged { .. }
        | dispute::Event::DisputeExtended { .. }
        | dispute::Event::DisputeResolved { .. }
        | dispute::Event::DisputeRetracted { .. } => &[Part::Exceptions],
    }
}

const fn phase(event: &phase::Event) -> &'static [Part] {
    match event {
        phase::Event::PhaseRolledBack { .. } => &[Part::Exceptions],
        phase::Event::PhaseChanged { .. }
        | phase::Event::CompanionNamed { .. }
        | phase::Event::WayBackRevoked { .. } => &[],
    }
}

const fn contract(event: &contract::Event) -> &'static [Part] {
    match event {
        contract::Event::Refused { .. } => &[Part::Exceptions],
        contract::Event::Deployed { .. } | contract::Event::Retired { .. } | contract::Event::Succeeded { .. } => &[],
    }
}
