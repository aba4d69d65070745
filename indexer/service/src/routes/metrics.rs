//! `GET /metrics`

use super::query::Parameters;
use crate::{metrics, problem::Problem, routes::App};
use axum::{extract::State, http::header::CONTENT_TYPE, response::IntoResponse};

pub(crate) async fn metrics(State(app): State<App>, parameters: Parameters) -> Result<impl IntoResponse, Problem> {
    parameters.only(&[])?;
    let state = app.live.read();
    let kept = app.contents.numbers(&state);
    let text = metrics::text(&state, &kept).map_err(|refusal| Problem::internal(&refusal))?;
    Ok(([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text))
}
