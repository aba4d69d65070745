//! Councils with their seats, and the proposals that wait for a decision.

use crate::{
    answers::{
        Text,
        status::{self, Suspension, WayBack},
    },
    commands::{
        listing::Listing,
        places::{authorities, first, standing},
    },
    error::CliError,
    foresee,
    session::Session,
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    council::{Council, CouncilHead, Phase, Seat, SeatId, Suspender},
    phase::{self, Companion},
    proposal::Proposal,
    proposal_id::ProposalId,
    standing::Status,
    state::State,
};
use std::collections::BTreeSet;

/// Councils with seats, and proposals that have not ended.
type Councils = (Vec<status::Council>, Vec<status::Proposal>);

/// Councils with seats, and proposals that have not ended.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(super) async fn read(session: &Session, listing: &Listing) -> Result<Councils, CliError> {
    let (mut councils, mut proposals) = (Vec::new(), Vec::new());
    for council in standing().chain(authorities(listing)) {
        let head: CouncilHead = session.cells([CellKey::Council(council)]).await?.council(council)?;
        if head.size > 0 {
            councils.push(of(session, council, &head).await?);
            proposals.extend(waiting(session, listing, council, &head).await?);
        }
    }
    Ok((councils, proposals))
}

/// A council with seats.
async fn of(session: &Session, council: Council, head: &CouncilHead) -> Result<status::Council, CliError> {
    // In the first phase nobody has a companion, and nobody goes back.
    let phased = head.phase != Phase::Classical;
    let mut keys: Vec<_> = first(council, head.size).map(CellKey::Seat).collect();
    if phased {
        keys.extend(first(council, head.size).map(CellKey::Companion).chain([CellKey::WayBack(council)]));
    }
    let cells = session.cells(keys).await?;
    let way: Option<Option<phase::WayBack>> = if phased { cells.cell(&CellKey::WayBack(council))? } else { None };
    let way = way.flatten().filter(|way| session.now < way.until);
    let mut told = Vec::new();
    for id in first(council, head.size) {
        let seat = cells.seat(id)?;
        let named: Option<Companion> = if phased { cells.cell(&CellKey::Companion(id))? } else { None };
        let companion = named.is_some_and(|named| named.key == seat.key);
        told.push(self::seat(id, &seat, phased.then_some(companion), session.now));
    }
    Ok(status::Council {
        council: Text(council),
        epoch: head.epoch,
        phase: Text(head.phase),
        way_back: way.map(|way| WayBack { to: Text(way.to), until: Text(way.until) }),
        seats: told,
    })
}

fn seat(id: SeatId, seat: &Seat, companion: Option<bool>, now: u64) -> status::Seat {
    let suspended = seat.suspension.filter(|_| seat.suspended(now)).map(|suspension| Suspension {
        by: match suspension.by {
            Suspender::Emergency => status::Suspender::Emergency,
            Suspender::Sovereign => status::Suspender::Sovereign,
            Suspender::Itself => status::Suspender::Itself,
        },
        until: Some(Text(suspension.until)).filter(|until| until.0 != u64::MAX),
    });
    status::Seat {
        seat: Text(id),
        key: Text(seat.key),
        key_is_a_point: seat.key.is_a_point(),
        organisation: Text(seat.organisation),
        accepted_at: seat.accepted.map(Text),
        valid_until: Text(seat.valid_until),
        suspended,
        heartbeat_at: Some(Text(seat.heartbeat)).filter(|at| at.0 > 0),
        companion,
    }
}

/// Proposals of a council's seats that have not ended.
async fn waiting(
    session: &Session,
    listing: &Listing,
    council: Council,
    head: &CouncilHead,
) -> Result<Vec<status::Proposal>, CliError> {
    // What a seat has opened goes on where the council has become smaller since, and the seat is no more.
    let listed = listing.named(|key| match key {
        CellKey::Proposal(seat, slot) if seat.council == council => Some((*seat, *slot)),
        _ => None,
    });
    let slots: BTreeSet<(SeatId, u8)> = first(council, head.size)
        .flat_map(|seat| (0..ProposalId::slots(seat.council)).map(move |slot| (seat, slot)))
        .filter(|(seat, slot)| listing.may_have(&CellKey::Proposal(*seat, *slot)))
        .chain(listed)
        .collect();
    let cells = session.cells(slots.iter().map(|(seat, slot)| CellKey::Proposal(*seat, *slot))).await?;
    let mut waiting = Vec::new();
    for (seat, slot) in slots {
        let proposal: Option<Proposal> = cells.cell(&CellKey::Proposal(seat, slot))?;
        let Some(proposal) = proposal else { continue };
        let id = proposal.id(seat, slot);
        let outlook = foresee::outlook(session, id, &session.block, session.now).await?;
        let status = outlook.status;
        if status.finished() {
            continue;
        }
        // Seats are counted again: one that approved may have been set aside since.
        let called = matches!(status, Status::Waiting(_) | Status::Executable(_));
        let quorum_stands = called.then_some(outlook.quorum);
        waiting.push(status::Proposal {
            proposal: Text(id),
            row: Text(proposal.row),
            status: status.into(),
            approve_by: Text(proposal.approve_by),
            quorum_stands,
        });
    }
    Ok(waiting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use greatseal_protocol::{
        bytes::{HolderHash, Label},
        key::Key,
    };

    /// The contract takes any first coordinate of a P-256 key; 5 is a point's, 1 is none's.
    #[test]
    fn a_seat_says_whether_anybody_can_sign_for_it() -> Result<(), Box<dyn std::error::Error>> {
        let label = Label::new("unit").ok_or("a label")?;
        for (last, point) in [(1, false), (5, true)] {
            let mut bytes = [0; 33];
            (bytes[0], bytes[32]) = (2, last);
            let held = Seat {
                key: Key::P256(bytes),
                holder: HolderHash([1; 32]),
                organisation: label,
                role: label,
                valid_until: u64::MAX,
                accepted: None,
                since: 0,
                nonce: 0,
                suspension: None,
                set_aside_in: None,
                previous: None,
                successor: None,
                heartbeat: 0,
                vacant: false,
                sits: None,
            };
            let shown = seat(SeatId { council: Council::Policy, index: 0 }, &held, None, 0);
            assert_eq!(shown.key_is_a_point, point, "{last}");
        }
        Ok(())
    }
}
