//! From an event back to the order that began with it. Records hold everything that an order says, but for the proofs of a
//! conversion's lists, and but for an order that was refused.

use crate::fault::Cause;
use greatseal_protocol::{
    action::Action,
    bytes::{ContractAddress, Label},
    command::Order,
    conversion::{Conversion, ListProofs},
    council::SeatId,
    event::Event,
    genesis::Genesis,
    language::{
        bridge, contract, council, dispute, emergency, operation, phase, policy, program,
        proposal::{self, Execute, Open, Opened},
        registry,
    },
    memory::Memory,
    proposal_id::{Choice, Choices, ProposalId},
    refusal::Refusal,
    state::State,
};
use std::collections::BTreeMap;

/// Actions of the proposals whose slots were not given away, by their slots. The contract keeps only their hashes.
#[derive(Clone, Debug, Default)]
pub(super) struct Actions(BTreeMap<(SeatId, u8), (u32, Action)>);

impl Actions {
    /// Keeps what a proposal would do.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Proposal(proposal::Event::Opened(opened)) => {
                let ProposalId { serial, author, slot } = opened.id;
                self.0.insert((author, slot), (serial, opened.action.clone()));
            }
            Event::Proposal(proposal::Event::Executed { id, .. }) => {
                self.0.remove(&(id.author, id.slot));
            }
            _ => {}
        }
    }

    fn of(&self, id: ProposalId) -> Result<Action, Cause> {
        match self.0.get(&(id.author, id.slot)) {
            Some((serial, action)) if *serial == id.serial => Ok(action.clone()),
            _ => Err(Cause::NeverOpened),
        }
    }
}

/// What an event begins.
pub(super) enum Begins<'a> {
    /// The history.
    Deployment(&'a Genesis, ContractAddress),
    /// Another contract's part of it.
    Succession,
    /// A command whose order is not on record.
    Refusal {
        /// Why.
        refusal: Refusal,
        /// When the command expires.
        expiry: u64,
    },
    /// An opening that first ends a proposal that is over, to have its slot.
    Slot,
    /// An opening.
    Opening(&'a Opened),
    /// A request for a conversion, whose proofs are not on record.
    Conversion(Conversion),
    /// A command with this order.
    Order(Order),
}

/// What the event begins, where it can be the first of a command's.
pub(super) fn begins<'a>(event: &'a Event, state: &Memory, actions: &Actions) -> Result<Begins<'a>, Cause> {
    let digest = |id| state.proposal(id).map(|proposal| proposal.digest).map_err(|refusal| Cause::Refused { refusal });
    Ok(Begins::Order(match event {
        Event::Contract(contract::Event::Deployed { contract, genesis, .. }) => {
            return Ok(Begins::Deployment(genesis, *contract));
        }
        Event::Contract(contract::Event::Succeeded { .. }) => return Ok(Begins::Succession),
        Event::Contract(contract::Event::Refused { refusal, expiry, .. }) => {
            return Ok(Begins::Refusal { refusal: *refusal, expiry: *expiry });
        }
        Event::Proposal(proposal::Event::Rejected { .. }) => return Ok(Begins::Slot),
        Event::Proposal(proposal::Event::Opened(opened)) => return Ok(Begins::Opening(opened)),
        Event::Bridge(bridge::Event::ConversionAuthorized { conversion, .. })
        | Event::Bridge(bridge::Event::ConversionRefused { conversion, .. }) => {
            return Ok(Begins::Conversion(*conversion));
        }
        Event::Proposal(proposal::Event::Decided { id, decision, .. }) => {
            Order::Proposal(proposal::Order::Decide { id: *id, digest: digest(*id)?, decision: *decision })
        }
        Event::Proposal(proposal::Event::DecidedTogether { choices, .. }) => {
            let choice = |told: &proposal::Decided| {
                Ok::<_, Cause>(Choice { id: told.id, digest: digest(told.id)?, decision: told.decision })
            };
            let choices = choices.iter().map(choice).collect::<Result<_, _>>()?;
            let choices = Choices::new(choices).ok_or(Cause::Uncaused { kind: event.kind() })?;
            Order::Proposal(proposal::Order::DecideTogether(choices))
        }
        Event::Proposal(proposal::Event::Cancelled { id }) => Order::Proposal(proposal::Order::Cancel { id: *id }),
        Event::Proposal(proposal::Event::Vetoed { id, .. }) => {
            Order::Proposal(proposal::Order::Veto { id: *id, digest: digest(*id)? })
        }
        Event::Proposal(proposal::Event::Executed { id, log, .. }) => {
            Order::Proposal(proposal::Order::Execute(Box::new(Execute {
                id: *id,
                action: actions.of(*id)?,
                // Whoever had no seat may have said anything: it is not on record.
                version: log.version.or_else(|| Label::new("none")).ok_or(Cause::Door)?,
                sbom: log.sbom,
            })))
        }
        Event::Proposal(proposal::Event::Deadlocked { id, .. }) => {
            Order::Proposal(proposal::Order::CallPanel { id: *id })
        }
        Event::Proposal(proposal::Event::PanelApproved { id, .. }) => {
            Order::Proposal(proposal::Order::PanelApprove { id: *id, digest: digest(*id)? })
        }
        Event::Council(council::Event::SeatAccepted { seat, previous }) => {
            Order::Council(council::Order::AcceptSeat { seat: *seat, previous: *previous })
        }
        Event::Council(council::Event::SeatSuspended { id: None, .. }) => Order::Council(council::Order::SuspendSelf),
        Event::Council(council::Event::Heartbeat { nonce, .. }) => {
            Order::Council(council::Order::Heartbeat { nonce: *nonce })
        }
        Event::Council(council::Event::SuccessorNamed { successor, nonce, .. }) => {
            Order::Council(council::Order::NameSuccessor { successor: *successor, nonce: *nonce })
        }
        Event::Operation(operation::Event::Escalated { watched, reference, nonce, .. }) => {
            Order::Operation(operation::Order::Escalate { watched: *watched, reference: *reference, nonce: *nonce })
        }
        Event::Emergency(emergency::Event::ReviewFiled {
            scope, set_by, incident, version, severity, report, ..
        }) => Order::Emergency(emergency::Order::FileReview {
            scope: *scope,
            set_by: *set_by,
            version: *version,
            incident: *incident,
            severity: *severity,
            report: *report,
        }),
        Event::Emergency(emergency::Event::ReviewAttested { scope, set_by, incident, of, version, report, .. }) => {
            Order::Emergency(emergency::Order::AttestReview {
                scope: *scope,
                set_by: *set_by,
                incident: *incident,
                of: *of,
                version: *version,
                report: *report,
            })
        }
        Event::Operation(operation::Event::Tuned { name, previous, value, nonce, .. }) => {
            Order::Operation(operation::Order::Tune { name: *name, previous: *previous, value: *value, nonce: *nonce })
        }
        Event::Operation(operation::Event::DrillFiled { kind, report, nonce, .. }) => {
            Order::Operation(operation::Order::FileDrill { kind: *kind, report: *report, nonce: *nonce })
        }
        Event::Registry(registry::Event::ReleaseRolledBack { component, from, to, nonce, .. }) => {
            Order::Registry(registry::Order::RollBack {
                component: *component,
                from: from.version,
                to: to.version,
                nonce: *nonce,
            })
        }
        Event::Dispute(dispute::Event::DisputeOpened { dispute, reason, .. }) => {
            Order::Dispute(dispute::Order::Open { subject: dispute.subject, reason: *reason })
        }
        Event::Dispute(dispute::Event::DisputeAcknowledged { dispute, .. }) => {
            Order::Dispute(dispute::Order::Acknowledge { dispute: *dispute })
        }
        Event::Dispute(dispute::Event::DisputeTriaged { dispute, finding, .. }) => {
            Order::Dispute(dispute::Order::Triage { dispute: *dispute, finding: *finding })
        }
        Event::Dispute(dispute::Event::DisputeRetracted { dispute, reason }) => {
            Order::Dispute(dispute::Order::Retract { subject: dispute.subject, reason: *reason })
        }
        Event::Bridge(bridge::Event::WordGiven { transfer, nonce, .. }) => {
            Order::Bridge(bridge::Order::Promise { transfer: *transfer, nonce: *nonce })
        }
        Event::Bridge(bridge::Event::ConversionCompleted { completion, .. }) => {
            Order::Bridge(bridge::Order::Complete(*completion))
        }
        Event::Bridge(bridge::Event::WordWithdrawn { route, nonce, .. }) => {
            Order::Bridge(bridge::Order::Withdraw { route: *route, nonce: *nonce })
        }
        Event::Bridge(bridge::Event::RateStated { route, rate, nonce, .. }) => {
            Order::Bridge(bridge::Order::StateRate { route: *route, rate: *rate, nonce: *nonce })
        }
        Event::Bridge(bridge::Event::RateWithdrawn { route, nonce, .. }) => {
            Order::Bridge(bridge::Order::WithdrawRate { route: *route, nonce: *nonce })
        }
        Event::Bridge(bridge::Event::ListsStated { route, lists, nonce, .. }) => {
            Order::Bridge(bridge::Order::StateLists { route: *route, lists: *lists, nonce: *nonce })
        }
        Event::Phase(phase::Event::PhaseRolledBack { council, from, to, nonce, .. }) => {
            Order::Phase(phase::Order::RollBack { council: *council, from: *from, to: *to, nonce: *nonce })
        }
        Event::Phase(phase::Event::CompanionNamed { companion, .. }) => {
            Order::Phase(phase::Order::NameCompanion { companion: *companion })
        }
        Event::Program(program::Event::StatementMade { statement, .. }) => {
            Order::Program(program::Order::State(*statement))
        }
        Event::Program(program::Event::VoteCast { vote, .. }) => Order::Program(program::Order::Vote(*vote)),
        Event::Program(program::Event::StatementFinal { manifest, last }) => Order::Program(program::Order::Finalise {
            manifest: *manifest,
            recorder: last.recorder,
            version: last.version,
        }),
        Event::Program(program::Event::EntryHeld { manifest, index, hold: Some((until, reason)), nonce, .. }) => {
            Order::Program(program::Order::HoldEntry {
                manifest: *manifest,
                index: *index,
                until: *until,
                reason: *reason,
                nonce: *nonce,
            })
        }
        Event::Program(program::Event::EntryHeld { manifest, index, hold: None, nonce, .. }) => {
            Order::Program(program::Order::FreeEntry { manifest: *manifest, index: *index, nonce: *nonce })
        }
        // What a command causes besides its first event.
        Event::Proposal(proposal::Event::QuorumReached { .. })
        | Event::Emergency(emergency::Event::Paused { .. })
        | Event::Emergency(emergency::Event::Lifted { .. })
        | Event::Council(council::Event::SeatReplaced { .. })
        | Event::Council(council::Event::SeatSuspended { id: Some(_), .. })
        | Event::Council(council::Event::SeatReinstated { .. })
        | Event::Council(council::Event::SeatVacated { .. })
        | Event::Phase(phase::Event::WayBackRevoked { .. })
        | Event::Council(council::Event::CouncilReconstituted { .. })
        | Event::Policy(policy::Event::RowChanged { .. })
        | Event::Registry(registry::Event::RegistryChanged { .. })
        | Event::Registry(registry::Event::ReleaseApproved { .. })
        | Event::Bridge(bridge::Event::RouteChanged { .. })
        | Event::Bridge(bridge::Event::ComplianceChanged { .. })
        | Event::Phase(phase::Event::PhaseChanged { .. })
        | Event::Contract(contract::Event::Retired { .. })
        | Event::Program(program::Event::ProgramChanged { .. })
        | Event::Program(program::Event::BatchExecuted { .. })
        | Event::Program(program::Event::ContradictionOverruled { .. })
        | Event::Program(program::Event::BatchStopped { .. })
        | Event::Dispute(dispute::Event::DisputeExtended { .. })
        | Event::Operation(operation::Event::BaselineChanged { .. })
        | Event::Emergency(emergency::Event::ModeChanged { .. })
        | Event::Emergency(emergency::Event::OverrideUsed { .. })
        | Event::Dispute(dispute::Event::DisputeResolved { .. })
        | Event::Policy(policy::Event::ProfileRenewed { .. }) => return Err(Cause::Uncaused { kind: event.kind() }),
    }))
}

/// The order of an opening at a time, with the author's own approval or without.
pub(super) fn open(opened: &Opened, at: u64, approve: bool) -> Result<Order, Cause> {
    let within = opened.approve_by.checked_sub(at).and_then(|within| u32::try_from(within).ok());
    let approve_within = within.ok_or(Cause::Refused { refusal: Refusal::OutOfBounds })?;
    Ok(Order::Proposal(proposal::Order::Open(Box::new(Open {
        row: opened.row,
        action: opened.action.clone(),
        document: opened.document,
        approve_within,
        execute_within: opened.window,
        nonce: opened.nonce,
        approve,
    }))))
}

/// The order of a conversion, without proofs.
pub(super) fn authorize(conversion: Conversion) -> Order {
    Order::Bridge(bridge::Order::Authorize { conversion, proofs: ListProofs::default() })
}
