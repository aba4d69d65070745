//! `GET /health`

use super::query::Parameters;
use crate::{problem::Problem, serve::App};
use axum::{Json, extract::State};
use greatseal_api::wire::Health;

pub(crate) async fn health(State(app): State<App>, parameters: Parameters) -> Result<Json<Health>, Problem> {
    parameters.only(&[])?;
    Ok(Json(app.live.read().health()))
}
