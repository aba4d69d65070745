//! Phases of councils, companions of seats.

use super::{Unfit, council::look_at_seats, read, use_nonce};
use crate::{
    cells::{CellKey, CellsMut},
    council::{Council, CouncilHead, Phase, SeatId},
    language::phase::Event,
    phase::{Companion, CompanionHash, Way, WayBack},
    registry::Deployment,
    state::State,
};

/// Applies an event about phases and companions.
#[inline(never)]
pub(super) fn apply(cells: &mut impl CellsMut, event: &Event) -> Result<(), Unfit> {
    match event {
        Event::PhaseChanged { council, to, way_back, .. } => set(cells, *council, *to, *way_back)?,
        Event::PhaseRolledBack { seat, council, to, nonce, .. } => {
            set(cells, *council, *to, None)?;
            use_nonce(cells, *seat, *nonce)?;
        }
        Event::WayBackRevoked { way: Way::Phase { council, .. }, .. } => {
            cells.put(&CellKey::WayBack(*council), &None::<WayBack>);
        }
        Event::WayBackRevoked { way: Way::Release { component, .. }, .. } => {
            let key = CellKey::Running(*component);
            let running: Deployment = read(cells, &key)?.ok_or(Unfit::Missing)?;
            cells.put(&key, &Deployment { before: None, rollback_until: 0, ..running });
        }
        Event::CompanionNamed { seat, companion } => name(cells, *seat, *companion)?,
    }
    Ok(())
}

#[inline(never)]
pub(super) fn set(
    cells: &mut impl CellsMut,
    council: Council,
    phase: Phase,
    way_back: Option<WayBack>,
) -> Result<(), Unfit> {
    let head = cells.council(council).map_err(|_| Unfit::Missing)?;
    cells.put(&CellKey::Council(council), &CouncilHead { phase, ..head });
    cells.put(&CellKey::WayBack(council), &way_back);
    look_at_seats(cells, council)
}

/// The key is the seat's own: whoever names its companion signs with it.
#[inline(never)]
pub(super) fn name(cells: &mut impl CellsMut, id: SeatId, companion: CompanionHash) -> Result<(), Unfit> {
    let key = cells.seat(id).map_err(|_| Unfit::Missing)?.key;
    cells.put(&CellKey::Companion(id), &Companion { key, companion });
    cells.put(&CellKey::CompanionSeat(companion), &id);
    Ok(())
}
