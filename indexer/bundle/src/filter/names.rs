//! What a record names: programme, incident, proposals, batches. Each event and action is named, so that one that is added does not
//! compile before somebody has said what it is about.

use greatseal_protocol::{
    action::Action,
    batch::Header,
    bytes::{IncidentId, ManifestHash},
    digest,
    dispute::{DisputeId, Subject},
    event::Event,
    language::{bridge, council, dispute, emergency, program, proposal},
    proposal_id::ProposalId,
    scope::Scope,
};

/// What a record names.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) programme: Option<u32>,
    pub(super) incident: Option<IncidentId>,
    pub(super) proposals: Vec<ProposalId>,
    /// By their hash alone.
    pub(super) batches: Vec<ManifestHash>,
    /// With their headers.
    pub(super) headers: Vec<ManifestHash>,
}

impl Names {
    pub(super) fn of(event: &Event) -> Self {
        let mut names = Self::default();
        names.proposals.extend(event.proposal());
        match event {
            Event::Council(event) => names.council(event),
            Event::Proposal(event) => names.proposal(event),
            Event::Emergency(event) => names.emergency(event),
            Event::Bridge(event) => names.bridge(event),
            Event::Program(event) => names.program(event),
            Event::Dispute(event) => names.dispute(event),
            // They name no more than the proposal that caused them.
            Event::Policy(_) | Event::Registry(_) | Event::Phase(_) | Event::Operation(_) | Event::Contract(_) => {}
        }
        names
    }

    fn council(&mut self, event: &council::Event) {
        match event {
            council::Event::SeatReplaced { .. }
            | council::Event::SeatAccepted { .. }
            | council::Event::SeatSuspended { .. }
            | council::Event::SeatReinstated { .. }
            | council::Event::CouncilReconstituted { .. }
            | council::Event::Heartbeat { .. }
            | council::Event::SuccessorNamed { .. }
            | council::Event::SeatVacated { .. } => {}
        }
    }

    fn proposal(&mut self, event: &proposal::Event) {
        match event {
            proposal::Event::Opened(opened) => self.action(&opened.action),
            proposal::Event::DecidedTogether { choices, .. } => {
                self.proposals.extend(choices.iter().map(|choice| choice.id));
            }
            proposal::Event::Decided { .. }
            | proposal::Event::QuorumReached { .. }
            | proposal::Event::Cancelled { .. }
            | proposal::Event::Vetoed { .. }
            | proposal::Event::Rejected { .. }
            | proposal::Event::Executed { .. }
            | proposal::Event::Deadlocked { .. }
            | proposal::Event::PanelApproved { .. } => {}
        }
    }

    fn emergency(&mut self, event: &emergency::Event) {
        match event {
            emergency::Event::Paused { pause, .. } => self.stopped(Some(pause.scope), pause.incident, None),
            emergency::Event::Lifted { scope, .. } => self.scope(*scope),
            emergency::Event::ModeChanged { set, .. } => self.incident = set.map(|set| set.incident),
            emergency::Event::ReviewFiled { scope, set_by, incident, .. }
            | emergency::Event::ReviewAttested { scope, set_by, incident, .. }
            | emergency::Event::OverrideUsed { scope, set_by, incident, .. } => {
                self.stopped(Some(*scope), *incident, Some(*set_by));
            }
        }
    }

    fn bridge(&mut self, event: &bridge::Event) {
        match event {
            bridge::Event::RouteChanged { .. }
            | bridge::Event::ComplianceChanged { .. }
            | bridge::Event::ConversionAuthorized { .. }
            | bridge::Event::ConversionRefused { .. }
            | bridge::Event::WordGiven { .. }
            | bridge::Event::ConversionCompleted { .. }
            | bridge::Event::WordWithdrawn { .. }
            | bridge::Event::RateStated { .. }
            | bridge::Event::RateWithdrawn { .. }
            | bridge::Event::ListsStated { .. } => {}
        }
    }

    fn program(&mut self, event: &program::Event) {
        match event {
            program::Event::ProgramChanged { program, .. } => self.programme = Some(*program),
            program::Event::BatchExecuted { batch, .. } => {
                self.programme = Some(batch.header.program);
                self.headers.push(batch.manifest);
            }
            program::Event::BatchStopped { manifest, header, .. } => {
                self.programme = Some(header.program);
                self.headers.push(*manifest);
            }
            program::Event::StatementMade { statement, .. } => self.batches.push(statement.manifest),
            program::Event::VoteCast { vote, .. } => self.batches.push(vote.manifest),
            program::Event::ContradictionOverruled { manifest, .. }
            | program::Event::StatementFinal { manifest, .. }
            | program::Event::EntryHeld { manifest, .. } => self.batches.push(*manifest),
        }
    }

    fn dispute(&mut self, event: &dispute::Event) {
        match event {
            dispute::Event::DisputeOpened { dispute, .. }
            | dispute::Event::DisputeAcknowledged { dispute, .. }
            | dispute::Event::DisputeTriaged { dispute, .. }
            | dispute::Event::DisputeExtended { dispute, .. }
            | dispute::Event::DisputeResolved { dispute, .. }
            | dispute::Event::DisputeRetracted { dispute, .. } => self.disputed(dispute),
        }
    }

    fn action(&mut self, action: &Action) {
        match action {
            Action::Emergency(action) => match action {
                emergency::Action::Pause(pause) => self.stopped(Some(pause.scope), pause.incident, None),
                emergency::Action::SetMode(mode) => self.stopped(None, mode.incident, None),
                emergency::Action::Lift { scope, set_by, incident }
                | emergency::Action::Consent { scope, set_by, incident, .. } => {
                    self.stopped(Some(*scope), *incident, Some(*set_by));
                }
                emergency::Action::LeaveMode { set_by, incident } => self.stopped(None, *incident, Some(*set_by)),
            },
            Action::Program(action) => match action {
                program::Action::Create(new) => self.programme = Some(new.program),
                program::Action::Change(change) => self.programme = Some(change.program),
                program::Action::ExecuteBatch(header) | program::Action::Stop { header, .. } => self.header(header),
                program::Action::Overrule { manifest, .. } => self.batches.push(*manifest),
                program::Action::CreateAuthority(_) => {}
            },
            Action::Dispute(action) => match action {
                dispute::Action::Resolve { dispute, .. } | dispute::Action::Extend { dispute, .. } => {
                    self.disputed(dispute);
                }
            },
            Action::Council(_)
            | Action::Policy(_)
            | Action::Bridge(_)
            | Action::Registry(_)
            | Action::Phase(_)
            | Action::Operation(_)
            | Action::Contract(_) => {}
        }
    }

    fn header(&mut self, header: &Header) {
        self.programme = Some(header.program);
        self.headers.push(digest::manifest_hash(header));
    }

    fn stopped(&mut self, scope: Option<Scope>, incident: IncidentId, set_by: Option<ProposalId>) {
        scope.into_iter().for_each(|scope| self.scope(scope));
        self.incident = Some(incident);
        self.proposals.extend(set_by);
    }

    fn scope(&mut self, scope: Scope) {
        match scope {
            Scope::Program(number) => self.programme = Some(number),
            Scope::Everything | Scope::Upgrades | Scope::Route(_) | Scope::Account(_) => {}
        }
    }

    fn disputed(&mut self, dispute: &DisputeId) {
        match dispute.subject {
            Subject::Batch(manifest) => self.batches.push(manifest),
            Subject::Proposal(id, _) => self.proposals.push(id),
            Subject::Other(_) => {}
        }
    }
}
