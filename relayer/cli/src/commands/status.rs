//! `greatseal status`: everything from the chain, at one finalised block.

use crate::{
    error::CliError,
    output::{Line, line, object},
    session::Session,
};
use greatseal_protocol::{
    action::Scope,
    cells::{CellKey, Cells, Paused, Route},
    command::ProposalId,
    council::{Council, CouncilHead, Seat, SeatId, SeatState},
    proposal::Proposal,
    refusal::Refusal,
};

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
/// Routes whose flags are looked up.
const ROUTES: u32 = 16;
const WARN_BEFORE: u64 = 30 * 24 * 60 * 60;

/// Flags with their clocks, live proposals with theirs, councils and seats that expire soon.
///
/// # Errors
///
/// [`CliError::Chain`].
pub async fn run(session: &Session) -> Result<(), CliError> {
    let refused = |refusal| CliError::Refused { refusal, fee_paid: false };
    let mut lines = vec![
        line("deployment", session.deployment.domain().deployment),
        line("contract", format!("0x{}", session.deployment.contract())),
        line("profile", "standard"),
        line("block", format!("{} at {}", session.block.number, session.now)),
    ];
    let head = session.cells([CellKey::Head]).await?.head().map_err(refused)?;
    lines.push(line("events", head.seq));
    flags(session, &mut lines).await?;
    for council in COUNCILS {
        council_lines(session, council, &mut lines).await?;
    }
    session.output.answer(&lines, &object_of_lists(&lines));
    Ok(())
}

async fn flags(session: &Session, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let routes = (0..ROUTES).map(CellKey::Route);
    let scopes = [Scope::Everything, Scope::Upgrades].into_iter().chain((0..ROUTES).map(Scope::Route));
    let cells = session.cells(routes.chain(scopes.clone().map(CellKey::Pause))).await?;
    for scope in scopes {
        let pause: Option<Paused> = cells.cell(&CellKey::Pause(scope)).map_err(unreadable)?;
        if let Some(pause) = pause.filter(|pause| session.now < pause.until) {
            let left = pause.until.saturating_sub(session.now);
            lines.push(line("paused", format!("{scope} until {} ({left} s left), by {}", pause.until, pause.proposal)));
        }
    }
    for id in 0..ROUTES {
        let route: Option<Route> = cells.cell(&CellKey::Route(id)).map_err(unreadable)?;
        if let Some(route) = route {
            let economics = &route.economics;
            let limits =
                format!("one {}, account {}, all {}", economics.tx_max, economics.account_max, economics.aggregate_max);
            lines.push(line(
                "route",
                format!("{id} version {}: at most {limits} in {} s", route.version, economics.period),
            ));
        }
    }
    Ok(())
}

async fn council_lines(session: &Session, council: Council, lines: &mut Vec<Line>) -> Result<(), CliError> {
    let cells = session.cells([CellKey::Council(council)]).await?;
    let head: CouncilHead = cells.council(council).map_err(unreadable)?;
    let ids = || (0..head.size).map(|index| SeatId { council, index });
    let slots = ids().flat_map(|seat| (0..ProposalId::SLOTS).map(move |slot| (seat, slot)));
    let keys = ids().map(CellKey::Seat).chain(slots.clone().map(|(seat, slot)| CellKey::Proposal(seat, slot)));
    let cells = session.cells(keys).await?;
    if head.size > 0 {
        let organisations: Vec<_> = ids().map(|id| organisation(&cells.seat(id))).collect();
        lines.push(line(&council.to_string(), format!("epoch {}: {}", head.epoch, organisations.join(", "))));
    }
    for id in ids() {
        let seat = cells.seat(id).map_err(unreadable)?;
        if seat.state != SeatState::Active {
            lines.push(line("seat", format!("{id} is {:?}", seat.state)));
        } else if seat.valid_until <= session.now.saturating_add(WARN_BEFORE) {
            lines.push(line("seat expires", format!("{id} at {}", seat.valid_until)));
        }
    }
    for (seat, slot) in slots {
        let proposal: Option<Proposal> = cells.cell(&CellKey::Proposal(seat, slot)).map_err(unreadable)?;
        let Some(proposal) = proposal else { continue };
        let councils = proposal.tallies.iter().map(|tally| CellKey::Council(tally.council));
        let around = session.cells(councils.chain([CellKey::Row(proposal.row)])).await?;
        let status = proposal.status(&around, session.now).map_err(unreadable)?;
        if !status.finished() {
            let (id, row) = (proposal.id(seat, slot), proposal.row);
            lines.push(line("proposal", format!("{id} {row}: {status}, approve by {}", proposal.approve_by)));
        }
    }
    Ok(())
}

fn organisation(seat: &Result<Seat, Refusal>) -> String {
    seat.as_ref().map_or_else(|refusal| refusal.to_string(), |seat| seat.organisation.to_string())
}

fn unreadable(refusal: Refusal) -> CliError {
    CliError::Refused { refusal, fee_paid: false }
}

/// Labels that stand several times become lists.
fn object_of_lists(lines: &[Line]) -> serde_json::Value {
    let single = ["deployment", "contract", "profile", "block", "events"];
    let mut value =
        object(&lines.iter().filter(|(label, _)| single.contains(&label.as_str())).cloned().collect::<Vec<_>>());
    for (label, text) in lines.iter().filter(|(label, _)| !single.contains(&label.as_str())) {
        let list = &mut value[label.replace(' ', "_")];
        match list.as_array_mut() {
            Some(list) => list.push(text.clone().into()),
            None => *list = serde_json::json!([text]),
        }
    }
    value
}
