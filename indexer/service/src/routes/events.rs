//! `GET /v1/events` and `GET /v1/events/{seq}`

use super::query::{Named, Parameters, Segment, decimal};
use crate::{problem::Problem, routes::App, store::EventFilter};
use axum::{Json, extract::State};
use greatseal_api::wire::{EventPage, EventRow};
use greatseal_protocol::event::Event;

pub(crate) async fn list(State(app): State<App>, parameters: Parameters) -> Result<Json<EventPage>, Problem> {
    let parameters = parameters.only(&["after", "limit", "kind", "proposal"])?;
    let proposal = parameters.text("proposal").map(|text| Named::parse("proposal", text)).transpose()?;
    let proposal = proposal.map(|named| match named {
        Named::Id(id) => id.to_string(),
        // A number that was never given names no row, and no row has an empty id.
        Named::Serial(serial) => {
            app.live.read().register.get(serial).map(|entered| entered.id.to_string()).unwrap_or_default()
        }
    });
    let filter = EventFilter { after: parameters.number("after")?, kind: kind(&parameters)?, proposal };
    Ok(Json(app.store.events(&filter, parameters.limit()?).await?))
}

pub(crate) async fn one(
    State(app): State<App>,
    Segment(seq): Segment,
    parameters: Parameters,
) -> Result<Json<EventRow>, Problem> {
    parameters.only(&[])?;
    let seq = decimal(&seq).ok_or_else(|| Problem::bad("seq", "give a decimal number"))?;
    let help = "list the newest with `greatseal governance log`, or ask GET /v1/events";
    let unknown = || Problem::missing("unknown_event", "there is no event with this number", help);
    app.store.event(seq).await?.map(Json).ok_or_else(unknown)
}

fn kind(parameters: &Parameters) -> Result<Option<String>, Problem> {
    let Some(kind) = parameters.text("kind") else { return Ok(None) };
    let known = Event::kinds().any(|known| known == kind);
    known.then(|| Some(kind.to_owned())).ok_or_else(|| Problem::bad("kind", "give a kind such as Opened or Executed"))
}
