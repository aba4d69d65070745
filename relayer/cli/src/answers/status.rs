//! `greatseal status`: everything that somebody may have to act on, at one finalised block.

mod lines;

use super::{
    Answer, Text,
    batch::Batch,
    chain::{Block, Profile, Severity},
    dispute::Dispute,
    escalation::Escalation,
    listing::{Listing, unnamed},
    parameter::Parameter,
    program::Program,
    proposal,
};
use crate::output::{Line, line};
use greatseal_protocol::{
    bytes::{ContractAddress, DeploymentId, IncidentId, Label, ReferenceHash},
    council::{self, Phase, SeatId},
    key::Key,
    proposal_id::ProposalId,
    row::RowId,
    scope::{self, Scope},
};
use schemars::JsonSchema;
use serde::Serialize;

/// Where a deployment stands.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StatusShown {
    /// Names the deployment for ever.
    pub deployment: Text<DeploymentId>,
    /// Address of the contract that holds the state.
    pub contract: Text<ContractAddress>,
    /// How strict it is.
    pub profile: Profile,
    /// Where everything was read.
    pub block: Block,
    /// Events of the contract.
    pub events: Text<u64>,
    /// The contract in whose favour this one is retired, until that has the whole state.
    pub successor: Option<Text<ContractAddress>>,
    /// Who lists what is shown.
    pub listing: Listing,
    /// The degraded mode that is in force.
    pub mode: Option<Mode>,
    /// Pauses in force.
    pub pauses: Vec<Pause>,
    /// Reviews that are owed.
    pub reviews: Vec<Review>,
    /// Escalations that no change has used.
    pub escalations: Vec<Escalation>,
    /// Bridge routes.
    pub routes: Vec<Route>,
    /// Parameters that operators tune.
    pub parameters: Vec<Parameter>,
    /// Councils with seats.
    pub councils: Vec<Council>,
    /// Proposals that have not ended.
    pub proposals: Vec<Proposal>,
    /// Programmes.
    pub programs: Vec<Program>,
    /// Batches that are not closed.
    pub batches: Vec<Batch>,
    /// Open disputes.
    pub disputes: Vec<Dispute>,
    /// Open disputes that the chain counts and nobody names.
    pub disputes_not_listed: u32,
}

/// A degraded mode.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Mode {
    /// Which.
    pub mode: Text<scope::Mode>,
    /// Second from which it is over.
    pub until: Text<u64>,
    /// The incident.
    pub incident: Text<IncidentId>,
    /// By which proposal: its name.
    pub set_by: Text<ProposalId>,
}

/// A pause.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Pause {
    /// What is paused.
    pub scope: Text<Scope>,
    /// Second from which it is over.
    pub until: Text<u64>,
    /// Severity of the incident.
    pub severity: Severity,
    /// The incident.
    pub incident: Text<IncidentId>,
    /// By which proposal: its name.
    pub set_by: Text<ProposalId>,
}

/// A review that is owed before the scope is paused again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Review {
    /// What was paused.
    pub scope: Text<Scope>,
    /// Name of the newest pause or mode.
    pub set_by: Text<ProposalId>,
    /// Its incident.
    pub incident: Text<IncidentId>,
    /// Pauses that it has to cover.
    pub pauses: u16,
    /// When the last pause ends.
    pub paused_until: Text<u64>,
    /// Reports that were filed: an auditor has to attest one of them.
    pub reports: Vec<Report>,
    /// Whether the Sovereign council lets the next pause through.
    pub consent: bool,
}

/// What a seat reports on what was paused.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Whose.
    pub seat: Text<SeatId>,
    /// Which version of it.
    pub version: u16,
    /// Severity in hindsight.
    pub severity: Severity,
    /// SHA-256 of the report.
    pub report: Text<ReferenceHash>,
}

/// A bridge route.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Route {
    /// Its number.
    pub route: u32,
    /// Version of its economics.
    pub version: u32,
    /// Whether it serves anybody.
    pub enabled: bool,
    /// Most amount of one conversion.
    pub tx_max: Text<u128>,
    /// Most amount of one account in a period.
    pub account_max: Text<u128>,
    /// Most amount of all accounts in a period.
    pub aggregate_max: Text<u128>,
    /// Length of the period in seconds.
    pub period: u32,
    /// Conversions that were authorised.
    pub authorised: Text<u64>,
    /// Conversions that were refused.
    pub refused: Text<u64>,
    /// Authorised conversions that were neither completed nor released.
    pub without_end: Text<u64>,
}

/// A council with seats.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Council {
    /// Its name.
    pub council: Text<council::Council>,
    /// Up at every rotation or reconstitution.
    pub epoch: u32,
    /// Its post-quantum phase.
    pub phase: Text<Phase>,
    /// The phase to which an operator may go back.
    pub way_back: Option<WayBack>,
    /// Its seats by index.
    pub seats: Vec<Seat>,
}

/// A phase to which an operator may go back.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct WayBack {
    /// The phase.
    pub to: Text<Phase>,
    /// Second from which going back needs a decision.
    pub until: Text<u64>,
}

/// A seat.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Seat {
    /// Its address.
    pub seat: Text<SeatId>,
    /// The key that signs for it.
    pub key: Text<Key>,
    /// Whether the key is a point of its curve. Nobody can ever sign with one that is not.
    pub key_is_a_point: bool,
    /// The unit answerable to one head.
    pub organisation: Text<Label>,
    /// When the key accepted the seat.
    pub accepted_at: Option<Text<u64>>,
    /// Second from which it is overdue.
    pub valid_until: Text<u64>,
    /// By whom it is set aside now.
    pub suspended: Option<Suspension>,
    /// Its last sign of life; none where there was none.
    pub heartbeat_at: Option<Text<u64>>,
    /// Whether its key has named a companion; none in the classical phase, where nobody asks.
    pub companion: Option<bool>,
}

/// A suspension that holds.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Suspension {
    /// By whom.
    pub by: Suspender,
    /// Second from which it is over; none where somebody has to end it.
    pub until: Option<Text<u64>>,
}

/// Who set a seat aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Suspender {
    /// The Emergency council.
    Emergency,
    /// The Sovereign council.
    Sovereign,
    /// The seat's own key.
    Itself,
}

/// A proposal that has not ended.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct Proposal {
    /// Its id.
    pub proposal: Text<ProposalId>,
    /// Its row.
    pub row: Text<RowId>,
    /// Where it stands.
    #[serde(flatten)]
    pub status: proposal::Status,
    /// Second from which decisions are no longer taken.
    pub approve_by: Text<u64>,
    /// Whether a quorum that was reached stands now: it does not while a seat that approved is set aside.
    pub quorum_stands: Option<bool>,
}

impl StatusShown {
    fn profile(&self) -> String {
        match self.profile.until {
            None => self.profile.name.word().to_owned(),
            Some(until) if self.block.time >= until => {
                format!("micronode: nothing loosens since {}, until it is renewed", until.date())
            }
            Some(until) => format!("micronode: loosens until {}", self.block.clock(until.0)),
        }
    }

    fn money(&self) -> Vec<Line> {
        let mut lines: Vec<_> = self.programs.iter().flat_map(|program| program.lines(&self.block)).collect();
        lines.extend(self.batches.iter().filter_map(|batch| {
            let place = format!("{} of programme {}", batch.number, batch.program);
            let closed = batch.last.map_or(0, |last| last.closed);
            let ended = format!("{closed} of {} entries closed", batch.count);
            let waits = batch.waits()?;
            Some(line("batch", format!("{place}, {}: {ended}, waits for {waits}", batch.manifest)))
        }));
        lines.extend(self.programs.iter().filter_map(|program| {
            unnamed(program.batches_not_listed, &format!("batches of programme {}", program.program))
        }));
        let now = self.block.time.0;
        lines.extend(
            self.disputes
                .iter()
                .map(|dispute| line("dispute", format!("{} {}", dispute.subject, dispute.standing(now)))),
        );
        lines.extend(unnamed(self.disputes_not_listed, "open disputes"));
        lines
    }
}

impl Answer for StatusShown {
    fn lines(&self) -> Vec<Line> {
        let block = &self.block;
        let mut lines = vec![
            line("deployment", self.deployment),
            line("contract", self.contract),
            line("profile", self.profile()),
            line("block", format!("{} at {}", block.number, block.time.date())),
            line("events", self.events),
        ];
        lines.extend(self.successor.map(|successor| {
            line("retired", format!("in favour of {successor}, which has not got the whole state yet"))
        }));
        lines.extend(self.listing.lines());
        lines.extend(self.mode.map(|mode| line("mode", mode.words(block))));
        lines.extend(self.pauses.iter().map(|pause| line("paused", pause.words(block))));
        lines.extend(self.reviews.iter().map(|review| line("review due", review.words(block))));
        lines.extend(self.escalations.iter().map(|open| line("escalation", open.words(block))));
        lines.extend(self.routes.iter().map(|route| line("route", route.words())));
        lines.extend(self.parameters.iter().map(|parameter| line("parameter", parameter.words())));
        lines.extend(self.councils.iter().flat_map(|council| council.lines(block)));
        lines.extend(self.proposals.iter().map(|proposal| line("proposal", proposal.words(block))));
        lines.extend(self.money());
        lines
    }
}
