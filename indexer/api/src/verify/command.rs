//! From an event back to the order that began with it. Records hold everything that an order says, but for the proofs of a
//! conversion's lists, and but for an order that was refused.

use super::Cause;
use greatseal_protocol::{
    action::Action,
    bytes::ContractAddress,
    cells::{Cells, Memory},
    command::{Execute, Open, Order, ProposalId},
    conversion::{Conversion, ListProofs},
    council::SeatId,
    event::{Event, Opened},
    genesis::Genesis,
    refusal::Refusal,
};
use std::collections::BTreeMap;

/// Actions of the proposals whose slots were not given away, by their slots. The contract keeps only their hashes.
#[derive(Clone, Debug, Default)]
pub(super) struct Actions(BTreeMap<(SeatId, u8), (u32, Action)>);

impl Actions {
    /// Keeps what a proposal would do.
    pub(super) fn note(&mut self, event: &Event) {
        match event {
            Event::Opened(opened) => {
                let ProposalId { serial, author, slot } = opened.id;
                self.0.insert((author, slot), (serial, opened.action.clone()));
            }
            Event::Executed { id, .. } => {
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
    Refusal(Refusal),
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
        Event::Deployed { contract, genesis, .. } => return Ok(Begins::Deployment(genesis, *contract)),
        Event::Succeeded { .. } => return Ok(Begins::Succession),
        Event::Refused { refusal } => return Ok(Begins::Refusal(*refusal)),
        Event::Rejected { .. } => return Ok(Begins::Slot),
        Event::Opened(opened) => return Ok(Begins::Opening(opened)),
        Event::ConversionAuthorized { conversion, .. } | Event::ConversionRefused { conversion, .. } => {
            return Ok(Begins::Conversion(*conversion));
        }
        Event::Decided { id, decision, .. } => Order::Decide { id: *id, digest: digest(*id)?, decision: *decision },
        Event::Cancelled { id } => Order::Cancel { id: *id },
        Event::Vetoed { id, .. } => Order::Veto { id: *id, digest: digest(*id)? },
        Event::Executed { id, log, .. } => {
            Order::Execute(Box::new(Execute { id: *id, action: actions.of(*id)?, log: log.clone() }))
        }
        Event::Deadlocked { id, .. } => Order::CallPanel { id: *id },
        Event::PanelApproved { id, .. } => Order::PanelApprove { id: *id, digest: digest(*id)? },
        Event::SeatAccepted { seat, previous } => Order::AcceptSeat { seat: *seat, previous: *previous },
        Event::SeatSuspended { id: None, .. } => Order::SuspendSelf,
        Event::Heartbeat { nonce, .. } => Order::Heartbeat { nonce: *nonce },
        Event::SuccessorNamed { successor, nonce, .. } => Order::NameSuccessor { successor: *successor, nonce: *nonce },
        Event::Escalated { watched, reference, nonce, .. } => {
            Order::Escalate { watched: *watched, reference: *reference, nonce: *nonce }
        }
        Event::ReviewFiled { scope, incident, severity, report, .. } => {
            Order::FileReview { scope: *scope, incident: *incident, severity: *severity, report: *report }
        }
        Event::ReviewAttested { scope, incident, report, .. } => {
            Order::AttestReview { scope: *scope, incident: *incident, report: *report }
        }
        Event::Tuned { name, previous, value, nonce, .. } => {
            Order::Tune { name: *name, previous: *previous, value: *value, nonce: *nonce }
        }
        Event::DrillFiled { kind, report, nonce, .. } => {
            Order::FileDrill { kind: *kind, report: *report, nonce: *nonce }
        }
        Event::ReleaseRolledBack { component, from, to, .. } => {
            Order::RollBack { component: *component, from: from.version, to: to.version }
        }
        Event::DisputeOpened { subject, reason, .. } => Order::Dispute { subject: *subject, reason: *reason },
        Event::DisputeAcknowledged { subject, .. } => Order::AcknowledgeDispute { subject: *subject },
        Event::DisputeTriaged { subject, finding, .. } => Order::TriageDispute { subject: *subject, finding: *finding },
        Event::DisputeRetracted { subject, reason, .. } => Order::RetractDispute { subject: *subject, reason: *reason },
        Event::ConversionCosigned { conversion, .. } => Order::Cosign { conversion: *conversion },
        Event::ConversionCompleted { route, number, reference, .. } => {
            Order::Complete { route: *route, number: *number, reference: *reference }
        }
        Event::ConversionReleased { route, number, reason, .. } => {
            Order::Release { route: *route, number: *number, reason: *reason }
        }
        Event::PhaseRolledBack { council, from, to, .. } => {
            Order::RollBackPhase { council: *council, from: *from, to: *to }
        }
        Event::CompanionNamed { companion, .. } => Order::NameCompanion { companion: *companion },
        Event::SettlementRecorded { manifest, from, settled, .. } => {
            Order::RecordSettlement { manifest: *manifest, from: *from, settled: settled.clone() }
        }
        Event::SettlementAttested { attestation, .. } => Order::AttestSettlement(attestation.clone()),
        Event::BatchReconciled { manifest, .. } => Order::Reconcile { manifest: *manifest },
        // What a command causes besides its first event.
        Event::QuorumReached { .. }
        | Event::Paused { .. }
        | Event::Lifted { .. }
        | Event::SeatReplaced { .. }
        | Event::SeatSuspended { id: Some(_), .. }
        | Event::SeatReinstated { .. }
        | Event::CouncilReconstituted { .. }
        | Event::RowChanged { .. }
        | Event::RegistryChanged { .. }
        | Event::ReleaseApproved { .. }
        | Event::RouteChanged { .. }
        | Event::ComplianceChanged { .. }
        | Event::PhaseChanged { .. }
        | Event::Retired { .. }
        | Event::ProgramChanged { .. }
        | Event::BatchExecuted { .. }
        | Event::EntryExcepted { .. }
        | Event::DisputeExtended { .. }
        | Event::BaselineChanged { .. }
        | Event::ModeChanged { .. }
        | Event::OverrideUsed { .. }
        | Event::DisputeResolved { .. }
        | Event::ProfileRenewed { .. } => return Err(Cause::Uncaused { kind: event.kind() }),
    }))
}

/// The order of an opening at a time, with the author's own approval or without.
pub(super) fn open(opened: &Opened, at: u64, approve: bool) -> Result<Order, Cause> {
    let within = opened.approve_by.checked_sub(at).and_then(|within| u32::try_from(within).ok());
    let approve_within = within.ok_or(Cause::Refused { refusal: Refusal::OutOfBounds })?;
    Ok(Order::Open(Box::new(Open {
        row: opened.row,
        action: opened.action.clone(),
        document: opened.document,
        approve_within,
        execute_within: opened.window,
        nonce: opened.nonce,
        approve,
    })))
}

/// The order of a conversion, without proofs.
pub(super) fn authorize(conversion: Conversion) -> Order {
    Order::Authorize { conversion, proofs: ListProofs::default() }
}
