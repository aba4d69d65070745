//! Post-quantum phases: who steps when, who goes back, which companion signs beside a seat's key.

use super::{Request, Via, check::Moment, rising};
use crate::{
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    council::{Council, Phase, Seat, SeatId},
    event::Event,
    language::phase::{self, Action, Order},
    phase::{Companion, CompanionHash, SetPhase, Way, WayBack},
    proposal_id::ProposalId,
    refusal::Refusal,
    registry::Deployment,
    row::RowId,
    scope::Scope,
    state::State,
};
use alloc::{vec, vec::Vec};

/// Most seconds of a change window after the latest execution that its row lets be.
const LONGEST_CHANGE: u32 = 30 * 24 * 60 * 60;

impl<C: Cells> Request<'_, C> {
    /// What an order about a post-quantum phase or a companion does.
    #[inline(never)]
    pub(super) fn phase_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::RollBack { council, from, to, nonce } => self.roll_back_phase(*council, *from, *to, *nonce),
            Order::NameCompanion { companion } => self.name_companion(*companion),
        }
    }

    /// The row of an action about a post-quantum phase or a companion, if it can take effect.
    #[inline(never)]
    pub(super) fn phase_row(&self, row: RowId, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::SetPhase(change) => self.check_phase(change, moment),
            Action::RevokeWayBack(way) => self.check_revoke_way_back(way).map(|()| row.among(action.choice())),
        }
    }

    /// What an action about a post-quantum phase or a companion does, besides being executed.
    #[inline(never)]
    pub(super) fn phase_effects(&self, id: ProposalId, action: &Action) -> Result<Vec<Event>, Refusal> {
        match action {
            Action::SetPhase(SetPhase { council, previous: from, next: to, way_back, .. }) => {
                Ok(vec![Event::Phase(phase::Event::PhaseChanged {
                    id,
                    council: *council,
                    from: *from,
                    to: *to,
                    way_back: *way_back,
                })])
            }
            Action::RevokeWayBack(way) => Ok(vec![Event::Phase(phase::Event::WayBackRevoked { id, way: *way })]),
        }
    }

    #[inline(never)]
    pub(super) fn check_phase(&self, change: &SetPhase, moment: Moment) -> Result<RowId, Refusal> {
        let head = self.cells.council(change.council)?;
        // The rows' name for all programmes' councils is none itself.
        if head.size == 0 || change.council == Council::PROGRAM {
            return Err(Refusal::NoSuchCouncil);
        }
        if head.phase != change.previous {
            return Err(Refusal::PreconditionChanged);
        }
        if !change.previous.leads_to(change.next) {
            return Err(Refusal::PhaseStep);
        }
        if [change.property_tests, change.performance].contains(&ReferenceHash([0; 32])) {
            return Err(Refusal::PhaseEvidence);
        }
        if !change.bounded() {
            return Err(Refusal::OutOfBounds);
        }
        let early = moment.executing() && self.now < change.not_before;
        if early || self.now >= change.not_after {
            return Err(Refusal::PhaseWindow);
        }
        self.window_ends(RowId::CUSTODY, change.not_after, moment)?;
        if change.next.needs_companion() {
            for index in 0..head.size {
                let id = SeatId { council: change.council, index };
                let seat = self.cells.seat(id)?;
                companion(self.cells, id, &seat)?.ok_or(Refusal::CompanionMissing)?;
            }
        }
        Ok(RowId::CUSTODY)
    }

    /// A change window ends a month after the latest execution at the latest: what may be gone back to for so many days after
    /// it would else be so for ever.
    pub(super) fn window_ends(&self, row: RowId, not_after: u64, moment: Moment) -> Result<(), Refusal> {
        if moment.executing() {
            return Ok(());
        }
        let row = self.cells.row(row)?;
        let within = [row.approve_by, row.delay, row.window, LONGEST_CHANGE].map(u64::from);
        let latest = within.iter().fold(self.now, |latest, more| latest.saturating_add(*more));
        if not_after > latest { Err(Refusal::OutOfBounds) } else { Ok(()) }
    }

    /// The way back is there, and is the one that is meant.
    fn check_revoke_way_back(&self, way: &Way) -> Result<(), Refusal> {
        match way {
            Way::Phase { council, back } => {
                let open: Option<WayBack> = self.cells.cell::<Option<WayBack>>(&CellKey::WayBack(*council))?.flatten();
                match open.filter(|open| self.now < open.until) {
                    None => Err(Refusal::NoWayBack),
                    Some(open) if open != *back => Err(Refusal::PreconditionChanged),
                    Some(_) => Ok(()),
                }
            }
            Way::Release { component, version } => {
                let running: Option<Deployment> = self.cells.cell(&CellKey::Running(*component))?;
                match running.filter(|running| running.before.is_some() && self.now < running.rollback_until) {
                    None => Err(Refusal::NoRollback),
                    Some(running) if running.current.version != *version => Err(Refusal::PreconditionChanged),
                    Some(_) => Ok(()),
                }
            }
        }
    }

    /// Whether the Sovereign's majority has paused upgrades: that alone stops who goes back. Going back is the cure, and a
    /// pause of everything, a mode or the end of a profile would make it wait.
    pub(super) fn may_go_back(&self) -> Result<(), Refusal> {
        match self.cells.paused(Scope::Upgrades, self.now)?.filter(|paused| self.now < paused.sovereign_until) {
            Some(_) => Err(Refusal::Blocked),
            None => Ok(()),
        }
    }

    /// Goes back to the phase that the decision for the present one allowed.
    #[inline(never)]
    pub(super) fn roll_back_phase(
        &self,
        council: Council,
        from: Phase,
        to: Phase,
        nonce: u64,
    ) -> Result<Vec<Event>, Refusal> {
        let (seat, holder) = self.seat_of(&[Council::Operator])?;
        rising(holder, nonce)?;
        let way: Option<WayBack> = self.cells.cell::<Option<WayBack>>(&CellKey::WayBack(council))?.flatten();
        let way = way.filter(|way| self.now < way.until).ok_or(Refusal::NoWayBack)?;
        if self.cells.council(council)?.phase != from || way.to != to {
            return Err(Refusal::PreconditionChanged);
        }
        self.may_go_back()?;
        Ok(vec![Event::Phase(phase::Event::PhaseRolledBack { seat, council, from, to, nonce })])
    }

    /// Once for each key of a seat: who has broken the seat's key cannot put another companion beside it.
    #[inline(never)]
    pub(super) fn name_companion(&self, named: CompanionHash) -> Result<Vec<Event>, Refusal> {
        let (id, seat) = self.any_seat()?;
        // The companion shows beside the envelope that somebody holds it.
        if self.via == Via::Account {
            return Err(Refusal::DoorClosed);
        }
        if companion(self.cells, id, seat)?.is_some() {
            return Err(Refusal::CompanionNamed);
        }
        match self.cells.load(&CellKey::CompanionSeat(named)) {
            Some(_) => Err(Refusal::CompanionUsed),
            None => Ok(vec![Event::Phase(phase::Event::CompanionNamed { seat: id, companion: named })]),
        }
    }
}

/// A seat acts in a council of this phase where it can be verified: signed in an envelope, by a seat with a companion.
pub(super) fn admit(cells: &impl Cells, phase: Phase, id: SeatId, seat: &Seat, via: Via) -> Result<(), Refusal> {
    if !phase.needs_companion() {
        return Ok(());
    }
    if via == Via::Account {
        return Err(Refusal::PhaseDoor);
    }
    Refusal::NoCompanion.unless(companion(cells, id, seat)?.is_some())
}

/// The companion of the key that the seat has now.
fn companion(cells: &impl Cells, id: SeatId, seat: &Seat) -> Result<Option<CompanionHash>, Refusal> {
    let named: Option<Companion> = cells.cell(&CellKey::Companion(id))?;
    Ok(named.filter(|named| named.key == seat.key).map(|named| named.companion))
}
