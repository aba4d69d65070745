//! `GET /log/head`, and the files of the log.

use super::query::Parameters;
use crate::{problem::Problem, routes::App};
use axum::{
    Json,
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Response},
};
use greatseal_log::files::{File, LogHead, SCHEMA};
use greatseal_protocol::bytes::to_hex;

/// What never changes may be kept.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub(crate) async fn head(State(app): State<App>, parameters: Parameters) -> Result<Json<LogHead>, Problem> {
    parameters.only(&[])?;
    let state = app.live.read();
    let (ledger, unindexed) = (&state.ledger, || {
        Problem::missing(
            "unindexed",
            "no block is indexed so far",
            "wait until the indexer has caught up with the deployment",
        )
    });
    let (head, last) = (ledger.head(), ledger.last().ok_or_else(unindexed)?);
    Ok(Json(LogHead {
        schema: SCHEMA.into(),
        deployment: to_hex(&ledger.deployment().deployment),
        size: head.size,
        root: head.root.to_string(),
        first_block: ledger.deployment().block_number,
        last_block: state.indexed_to(),
        last_block_hash: to_hex(&last),
    }))
}

pub(crate) async fn file(
    State(app): State<App>,
    Path(path): Path<String>,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let help = "docs/protocol/log.md names the files; GET /log/head tells how far the log is";
    let unknown = || Problem::missing("unknown_file", "the log has no such file, or is not so far", help);
    let file = File::parse(&path).ok_or_else(unknown)?;
    let first_block = app.live.read().ledger.deployment().block_number;
    let bytes = app.store.log_file(&file, first_block).await?.ok_or_else(unknown)?;
    let kind = [(header::CONTENT_TYPE, "application/octet-stream"), (header::CACHE_CONTROL, FOR_EVER)];
    Ok((kind, bytes).into_response())
}
