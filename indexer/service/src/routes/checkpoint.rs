//! `GET /log/checkpoint` and `GET /log/checkpoint/{size}`: signed notes (C2SP tlog-checkpoint).

use super::query::Parameters;
use crate::{problem::Problem, routes::App};
use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};

const TEXT: (header::HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; charset=utf-8");
const FRESH: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-cache");

/// The last one that is published.
pub(crate) async fn last(State(app): State<App>, parameters: Parameters) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let note = match &app.live.read().checkpoints {
        None => return Err(unsigned()),
        Some(checkpoints) => checkpoints.note(),
    };
    let help = "wait until it is signed and enough witnesses have cosigned; /health says how they are";
    let none = || Problem::missing("unknown_checkpoint", "no checkpoint is published yet", help);
    Ok(([TEXT, FRESH], note.ok_or_else(none)?.to_string()).into_response())
}

/// That of a size.
pub(crate) async fn one(
    State(app): State<App>,
    Path(size): Path<String>,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let checkpoints = app.live.read().checkpoints.clone().ok_or_else(unsigned)?;
    let help = "GET /log/checkpoint has the last one; not every size has one";
    let unknown = || Problem::missing("unknown_checkpoint", "no checkpoint of this size is published", help);
    let number = size.parse::<u64>().ok().filter(|number| number.to_string() == size).ok_or_else(unknown)?;
    let kept = app.store.checkpoint(number).await?.ok_or_else(unknown)?;
    // It gains cosignatures as time goes by.
    Ok(([TEXT, FRESH], checkpoints.note_of(&kept).ok_or_else(unknown)?).into_response())
}

fn unsigned() -> Problem {
    let help = "verify with another head, or ask the indexer's operator for a key in [checkpoint]";
    Problem::missing("unknown_checkpoint", "this indexer signs no checkpoints", help)
}
