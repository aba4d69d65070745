//! Executing: who may, whether something blocks it, and what each action does.

use crate::{
    action::Action,
    bytes::ReferenceHash,
    cells::Cells,
    council::Council,
    event::Event,
    language::{
        program,
        proposal::{DeploymentLog, Execute},
    },
    proposal::Proposal,
    proposal_id::ProposalId,
    refusal::Refusal,
    row::{Direction, Executors, RowId},
    scope::{Mode, Scope},
    standing::Status,
    state::State,
};
use crate::{
    decide::{Request, check::Moment, proposal::open::finished_refusal},
    language::proposal,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    #[inline(never)]
    pub(in crate::decide) fn execute(&self, execute: &Execute) -> Result<Vec<Event>, Refusal> {
        let case = self.case(execute.id)?;
        let proposal = &case.proposal;
        let row = proposal.row;
        self.enter_on(proposal)?;
        let execute_by = match self.status(&case)? {
            Status::Executable(execute_by) => execute_by,
            Status::Open | Status::Deadlocked(..) => return Err(Refusal::NoQuorum),
            Status::Waiting(_) => return Err(Refusal::DelayRunning),
            finished => return Err(finished_refusal(finished)),
        };
        self.may_execute(proposal, execute_by)?;
        let action = self.action_hash(&execute.action);
        if action != proposal.action {
            return Err(Refusal::ActionDiffers);
        }
        if !self.quorum(&case)? {
            return Err(Refusal::NoQuorum);
        }
        self.in_time(row, &execute.action)?;
        self.unblocked(row, execute.action.scope())?;
        if let Some(account) = execute.action.account() {
            self.unblocked(row, account)?;
        }
        let batch = match &execute.action {
            Action::Program(program::Action::ExecuteBatch(header)) => Some(self.manifest_hash(header)),
            _ => None,
        };
        self.undisputed(proposal, execute.id, batch)?;
        let log = self.logged(execute)?;
        self.check_action(row, &execute.action, Moment::Executing { opened: proposal.opened_at })?;
        let mut events = vec![Event::Proposal(proposal::Event::Executed { id: execute.id, action, log })];
        events.extend(self.effects(execute.id, row, &execute.action)?);
        Ok(events)
    }

    fn may_execute(&self, proposal: &Proposal, execute_by: u64) -> Result<(), Refusal> {
        let half = execute_by.saturating_sub(u64::from(proposal.window) / 2);
        let allowed = match (proposal.executors, &self.seat) {
            (Executors::Anyone, _) => true,
            (_, None) => false,
            (_, Some((_, holder))) if !holder.acts(self.now) => false,
            (_, Some((seat, _))) if seat.council == Council::Operator => true,
            (executors, Some((seat, _))) => {
                let votes = proposal.tallies.iter().any(|tally| tally.council == seat.council);
                votes && (executors == Executors::Members || self.now >= half)
            }
        };
        Refusal::NotAnExecutor.unless(allowed)
    }

    /// When the profile's time is over, nothing loosens; seats can be given other keys, and the profile be renewed, even then.
    fn in_time(&self, row: RowId, action: &Action) -> Result<(), Refusal> {
        let cure = row.rotated().is_some() || row.recovers().is_some() || action.renews();
        if row.direction() == Direction::Loosens && !cure { self.before_the_end() } else { Ok(()) }
    }

    /// The profile's time is not over.
    pub(in crate::decide) fn before_the_end(&self) -> Result<(), Refusal> {
        if self.head.profile.over(self.now) { Err(Refusal::ProfileOver) } else { Ok(()) }
    }

    /// No pause and no mode is in the way.
    #[inline(never)]
    pub(in crate::decide) fn unblocked(&self, row: RowId, scope: Scope) -> Result<(), Refusal> {
        if row.never_blocked() || self.now >= self.head.stops_until {
            return Ok(());
        }
        let loosens = row.direction() == Direction::Loosens;
        let narrowed = self.cells.mode(self.now)?.is_some_and(|mode| match mode.mode {
            Mode::Normal => false,
            Mode::Limited => loosens || row == RowId::BATCH_LARGE,
            Mode::ReadOnly => true,
        });
        let paused = |scope| self.cells.paused(scope, self.now).map(|pause| pause.is_some());
        match narrowed || paused(Scope::Everything)? || paused(scope)? {
            true => Err(Refusal::Blocked),
            false => Ok(()),
        }
    }

    /// The deployment log: of a release it names version and bill of materials. Its operator is the organisation of the
    /// executor's seat, because a stranger could write anybody's name.
    fn logged(&self, execute: &Execute) -> Result<DeploymentLog, Refusal> {
        let Execute { version, sbom, .. } = *execute;
        let other = execute.action.logged().is_some_and(|release| (version, sbom) != (release.version, release.sbom));
        if other {
            return Err(Refusal::DocumentMissing);
        }
        Ok(match self.seat.as_ref().map(|(_, seat)| seat).filter(|seat| seat.acts(self.now)) {
            Some(seat) => DeploymentLog { operator: Some(seat.organisation), version: Some(version), sbom },
            None => DeploymentLog { operator: None, version: None, sbom: ReferenceHash([0; 32]) },
        })
    }

    /// What an action does, besides being executed. Its preconditions hold: they were checked just now.
    fn effects(&self, id: ProposalId, row: RowId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::Council(action) => self.council_effects(id, row, action),
            Action::Emergency(action) => self.emergency_effects(id, row, action),
            Action::Policy(action) => self.policy_effects(id, action),
            Action::Bridge(action) => self.bridge_effects(id, row, action),
            Action::Program(action) => self.program_effects(id, row, action),
            Action::Registry(action) => self.registry_effects(id, row, action),
            Action::Dispute(action) => self.dispute_effects(id, action),
            Action::Phase(action) => self.phase_effects(id, action),
            Action::Operation(action) => self.operation_effects(id, action),
            Action::Contract(action) => self.contract_effects(id, action),
        }
    }
}
