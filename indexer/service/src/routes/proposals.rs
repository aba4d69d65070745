//! `GET /v1/proposals` and `GET /v1/proposals/{id}`

use super::query::{Named, Parameters, Segment};
use crate::{
    live,
    problem::Problem,
    register::{Entered, STATUSES},
    routes::App,
};
use axum::{Json, extract::State};
use greatseal_api::{
    render,
    wire::{Held, ProposalPage, ProposalRow},
};
use greatseal_facts as facts;
use greatseal_protocol::{
    bytes::to_hex,
    content::Address,
    council::SeatId,
    proposal::{Proposal, Tally},
    scale::Encode,
    standing::Status,
    words,
};

pub(crate) async fn list(State(app): State<App>, parameters: Parameters) -> Result<Json<ProposalPage>, Problem> {
    let parameters = parameters.only(&["status", "before", "limit"])?;
    let wanted = parameters.text("status");
    if wanted.is_some_and(|status| !STATUSES.contains(&status)) {
        return Err(Problem::bad(
            "status",
            "give one of open, deadlocked, waiting, executable, executed, cancelled, rejected, expired, stale",
        ));
    }
    let before = parameters.number("before")?.unwrap_or(u32::MAX);
    let limit = usize::try_from(parameters.limit()?).unwrap_or(usize::MAX);

    let state = app.live.read();
    let mut proposals = Vec::new();
    let mut next = None;
    for entered in state.register.below(before) {
        let status = status(&state, entered)?;
        if wanted.is_some_and(|wanted| wanted != status.to_string()) {
            continue;
        }
        if proposals.len() == limit {
            next = proposals.last().map(|(serial, _): &(u32, ProposalRow)| serial.to_string());
            break;
        }
        proposals.push((entered.id.serial, row(&app, &state, entered, status)?));
    }
    let proposals = proposals.into_iter().map(|(_, row)| row).collect();
    Ok(Json(ProposalPage { proposals, next, indexed_to: state.indexed_to() }))
}

pub(crate) async fn one(
    State(app): State<App>,
    Segment(name): Segment,
    parameters: Parameters,
) -> Result<Json<ProposalRow>, Problem> {
    parameters.only(&[])?;
    let named = Named::parse("id", &name)?;
    let state = app.live.read();
    let entered = state.register.get(named.serial()).filter(|entered| match named {
        Named::Id(id) => id == entered.id,
        Named::Serial(_) => true,
    });
    let help = "list the proposals with `greatseal status`, or ask GET /v1/proposals";
    let unknown = || Problem::missing("unknown_proposal", "there is no such proposal", help);
    let entered = entered.ok_or_else(unknown)?;
    Ok(Json(row(&app, &state, entered, status(&state, entered)?)?))
}

fn status(state: &live::State, entered: &Entered) -> Result<Status, Problem> {
    entered.status(state.ledger.cells(), state.now()).map_err(|refusal| Problem::internal(&refusal))
}

fn row(app: &App, state: &live::State, entered: &Entered, status: Status) -> Result<ProposalRow, Problem> {
    let proposal = &entered.proposal;
    let called = entered.execution.map(|(eta, _)| eta);
    // A suspension may have interrupted the quorum since it was called: then the delay has begun anew.
    let eta = if let Status::Waiting(eta) = status { Some(eta) } else { called };
    let time = |seconds: u64| seconds.to_string();
    Ok(ProposalRow {
        id: entered.id.to_string(),
        status: status.to_string(),
        status_at: time(state.now()),
        digest: proposal.digest.to_string(),
        row: proposal.row.to_string(),
        action: facts::action(&entered.action).map_err(|fault| Problem::internal(&fault))?,
        words: render::pairs(words::action(&entered.action)),
        action_bytes: to_hex(&entered.action.encode()),
        document: proposal.document.to_string(),
        document_held: app.contents.held(&Address::Sha256(proposal.document.0)) != Held::None,
        author: proposal.author.to_string(),
        opened_at: time(proposal.opened_at),
        approve_by: time(proposal.approve_by),
        eta: eta.map(time),
        execute_by: entered.execution.map(|(_, execute_by)| time(execute_by)),
        approve: seats(proposal, |tally| tally.approve),
        reject: seats(proposal, |tally| tally.reject),
    })
}

/// The seats whose bit is set, council by council.
fn seats(proposal: &Proposal, bits: impl Fn(&Tally) -> u32) -> Vec<String> {
    let seat = |council, index| SeatId { council, index }.to_string();
    let of = |tally: &Tally| {
        let (council, bits) = (tally.council, bits(tally));
        (0_u8..32).filter(move |index| bits >> index & 1 == 1).map(move |index| seat(council, index))
    };
    proposal.tallies.iter().flat_map(of).collect()
}
