//! `GET /health` and `GET /ready`

use super::query::Parameters;
use crate::{problem::Problem, routes::App};
use axum::{Json, extract::State, http::StatusCode};
use greatseal_api::wire::Health;

/// Answers 200 as long as it answers: whoever restarts what does not answer must not restart what waits.
pub(crate) async fn health(State(app): State<App>, parameters: Parameters) -> Result<Json<Health>, Problem> {
    parameters.only(&[])?;
    Ok(Json(app.live.read().health()))
}

/// Answers 200 where the index follows the chain, 503 where it does not, with the same body.
pub(crate) async fn ready(
    State(app): State<App>,
    parameters: Parameters,
) -> Result<(StatusCode, Json<Health>), Problem> {
    parameters.only(&[])?;
    let health = app.live.read().health();
    let status = if health.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(health)))
}
