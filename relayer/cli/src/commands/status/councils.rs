//! Councils, the seats that need somebody's attention, and the proposals that wait for a decision.

use super::clock;
use crate::{
    commands::listing::Listing,
    error::CliError,
    foresee,
    output::{Line, line},
    session::Session,
    text::{DAY, about},
};
use greatseal_protocol::{
    cells::{CellKey, Cells},
    council::{Council, CouncilHead, Phase, Seat, SeatId, Suspender},
    phase::{Companion, WayBack},
    proposal::Proposal,
    proposal_id::ProposalId,
    standing::Status,
    state::State,
};
use std::collections::BTreeSet;

const COUNCILS: [Council; 10] = [
    Council::Sovereign,
    Council::Policy,
    Council::Technical,
    Council::Emergency,
    Council::Custody,
    Council::Treasury,
    Council::Identity,
    Council::Operator,
    Council::Auditor,
    Council::Panel,
];
const WARN_BEFORE: u64 = 30 * DAY;
/// A sign of life is older than this: somebody should ask.
const SILENCE: u64 = 7 * DAY;

/// Councils with their seats and proposals.
///
/// # Errors
///
/// [`CliError::Chain`].
pub(super) async fn tell(session: &Session, listing: &Listing, lines: &mut Vec<Line>) -> Result<(), CliError> {
    // The cell of all programmes together only says how large their councils are.
    let programs = listing.named(|key| match key {
        CellKey::Council(council @ Council::Program(_)) if *council != Council::PROGRAM => Some(*council),
        _ => None,
    });
    for council in COUNCILS.into_iter().chain(programs) {
        of(session, listing, council, lines).await?;
    }
    Ok(())
}

/// One council, if it has seats.
async fn of(session: &Session, listing: &Listing, council: Council, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let head: CouncilHead = session.cells([CellKey::Council(council)]).await?.council(council)?;
    if head.size == 0 {
        return Ok(());
    }
    let ids = || (0..head.size).map(|index| SeatId { council, index });
    // What a seat has opened goes on where the council has become smaller since, and the seat is no more.
    let listed = listing.named(|key| match key {
        CellKey::Proposal(seat, slot) if seat.council == council => Some((*seat, *slot)),
        _ => None,
    });
    let slots: BTreeSet<(SeatId, u8)> = ids()
        .flat_map(|seat| (0..ProposalId::SLOTS).map(move |slot| (seat, slot)))
        .filter(|(seat, slot)| listing.may_have(&CellKey::Proposal(*seat, *slot)))
        .chain(listed)
        .collect();
    let keys = ids().map(CellKey::Seat).chain(slots.iter().map(|(seat, slot)| CellKey::Proposal(*seat, *slot)));
    let cells = session.cells(keys).await?;
    let seats = ids().map(|id| Ok((id, cells.seat(id)?))).collect::<Result<Vec<_>, CliError>>()?;
    let organisations: Vec<_> = seats.iter().map(|(_, seat)| seat.organisation.to_string()).collect();
    lines.push(line(&council.to_string(), format!("epoch {}: {}", head.epoch, organisations.join(", "))));
    phase(session, council, &head, lines).await?;
    for (id, seat) in &seats {
        attention(*id, seat, session.now, lines);
    }
    for (seat, slot) in slots {
        let proposal: Option<Proposal> = cells.cell(&CellKey::Proposal(seat, slot))?;
        let Some(proposal) = proposal else { continue };
        let id = proposal.id(seat, slot);
        let outlook = foresee::outlook(session, id, &session.block, session.now).await?;
        let status = outlook.status;
        if !status.finished() {
            let waits = waits(&proposal, id, status, session.now);
            // Called once, and a seat was set aside since: it comes back, or somebody else approves.
            let called = matches!(status, Status::Waiting(_) | Status::Executable(_));
            let gap = if called && !outlook.quorum { ", but its quorum does not stand now" } else { "" };
            lines.push(line("proposal", format!("{waits}{gap}")));
        }
    }
    Ok(())
}

/// The post-quantum phase, where it is not the first; who lacks a companion, and what an operator may go back to.
async fn phase(session: &Session, council: Council, head: &CouncilHead, lines: &mut Vec<Line>) -> Result<(), CliError> {
    if head.phase == Phase::Classical {
        return Ok(());
    }
    let ids = || (0..head.size).map(|index| SeatId { council, index });
    let keys = ids().flat_map(|id| [CellKey::Seat(id), CellKey::Companion(id)]).chain([CellKey::WayBack(council)]);
    let cells = session.cells(keys).await?;
    let way: Option<Option<WayBack>> = cells.cell(&CellKey::WayBack(council))?;
    let way = way.flatten().filter(|way| session.now < way.until);
    let back = way.map_or(String::new(), |way| format!(", back to {} until {}", way.to, clock(way.until, session.now)));
    lines.push(line("phase", format!("{council}: {}{back}", head.phase)));
    for id in ids() {
        let named: Option<Companion> = cells.cell(&CellKey::Companion(id))?;
        let seat = cells.seat(id)?;
        if named.is_none_or(|named| named.key != seat.key) {
            lines.push(line("no companion", id));
        }
    }
    Ok(())
}

fn attention(id: SeatId, seat: &Seat, now: u64, lines: &mut Vec<Line>) {
    if seat.accepted.is_none() {
        lines.push(line("seat pending", format!("{id}: {} has not accepted it", seat.key)));
    }
    if let Some(suspension) = seat.suspension.filter(|_| seat.suspended(now)) {
        let by = match suspension.by {
            Suspender::Emergency => "the Emergency council",
            Suspender::Sovereign => "the Sovereign council",
            Suspender::Itself => "its own key",
        };
        let until = match suspension.until {
            u64::MAX => "it is ended".to_owned(),
            until => clock(until, now),
        };
        lines.push(line("seat suspended", format!("{id} by {by} until {until}")));
    }
    if seat.valid_until <= now {
        lines.push(line("seat overdue", format!("{id} since {}: it needs a new key", seat.valid_until)));
    } else if seat.valid_until <= now.saturating_add(WARN_BEFORE) {
        lines.push(line("seat expires", format!("{id} at {}", clock(seat.valid_until, now))));
    }
    let silent = seat.active(now) && now.saturating_sub(seat.heartbeat) > SILENCE;
    if id.council == Council::Emergency && silent {
        let last = match seat.heartbeat {
            0 => "no sign of life yet".to_owned(),
            at => format!("no sign of life for {}", about(now.saturating_sub(at))),
        };
        lines.push(line("heartbeat", format!("{id}: {last}")));
    }
}

/// A proposal with the clock that runs for it.
fn waits(proposal: &Proposal, id: ProposalId, status: Status, now: u64) -> String {
    let row = proposal.row;
    let clock = |until| clock(until, now);
    match status {
        Status::Waiting(eta) => format!("{id} {row}: waiting, executable from {}", clock(eta)),
        Status::Executable(until) => format!("{id} {row}: executable until {}", clock(until)),
        Status::Deadlocked(from, until) if now < from => {
            format!("{id} {row}: deadlocked, the panel may approve from {}", clock(from)) + &format!(" until {until}")
        }
        Status::Deadlocked(_, until) => format!("{id} {row}: deadlocked, the panel may approve until {}", clock(until)),
        other => format!("{id} {row}: {other}, approve by {}", clock(proposal.approve_by)),
    }
}
