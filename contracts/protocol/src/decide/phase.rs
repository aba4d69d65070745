//! Post-quantum phases: who steps when, who goes back, which companion signs beside a seat's key.

use super::{Request, Via, check::Moment};
use crate::{
    bytes::ReferenceHash,
    cells::{CellKey, Cells},
    council::{Council, Phase, Seat, SeatId},
    event::Event,
    language::phase::{self, Action, Order},
    phase::{Companion, CompanionHash, SetPhase, WayBack},
    proposal_id::ProposalId,
    refusal::Refusal,
    row::RowId,
    scope::Scope,
    state::State,
};
use alloc::{vec, vec::Vec};

impl<C: Cells> Request<'_, C> {
    /// What an order about a post-quantum phase or a companion does.
    #[inline(never)]
    pub(super) fn phase_order(&self, order: &Order) -> Result<Vec<Event>, Refusal> {
        match order {
            Order::RollBack { council, from, to } => self.roll_back_phase(*council, *from, *to),
            Order::NameCompanion { companion } => self.name_companion(*companion),
        }
    }

    /// The row of an action about a post-quantum phase or a companion, if it can take effect.
    #[inline(never)]
    pub(super) fn phase_row(&self, action: &Action, moment: Moment) -> Result<RowId, Refusal> {
        match action {
            Action::SetPhase(change) => self.check_phase(change, moment),
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
        let early = moment == Moment::Executing && self.now < change.not_before;
        if early || self.now >= change.not_after {
            return Err(Refusal::PhaseWindow);
        }
        if change.next.needs_companion() {
            for index in 0..head.size {
                let id = SeatId { council: change.council, index };
                let seat = self.cells.seat(id)?;
                companion(self.cells, id, &seat)?.ok_or(Refusal::CompanionMissing)?;
            }
        }
        Ok(RowId::CUSTODY)
    }

    /// Goes back to the phase that the decision for the present one allowed.
    #[inline(never)]
    pub(super) fn roll_back_phase(&self, council: Council, from: Phase, to: Phase) -> Result<Vec<Event>, Refusal> {
        let (seat, _) = self.seat_of(&[Council::Operator])?;
        let way: Option<WayBack> = self.cells.cell::<Option<WayBack>>(&CellKey::WayBack(council))?.flatten();
        let way = way.filter(|way| self.now < way.until).ok_or(Refusal::NoWayBack)?;
        if self.cells.council(council)?.phase != from || way.to != to {
            return Err(Refusal::PreconditionChanged);
        }
        self.before_the_end()?;
        self.unblocked(RowId::CUSTODY, Scope::Everything)?;
        Ok(vec![Event::Phase(phase::Event::PhaseRolledBack { seat, council, from, to })])
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
    match () {
        () if !phase.needs_companion() => Ok(()),
        () if via == Via::Account => Err(Refusal::PhaseDoor),
        () => companion(cells, id, seat)?.map(|_| ()).ok_or(Refusal::NoCompanion),
    }
}

/// The companion of the key that the seat has now.
fn companion(cells: &impl Cells, id: SeatId, seat: &Seat) -> Result<Option<CompanionHash>, Refusal> {
    let named: Option<Companion> = cells.cell(&CellKey::Companion(id))?;
    Ok(named.filter(|named| named.key == seat.key).map(|named| named.companion))
}
