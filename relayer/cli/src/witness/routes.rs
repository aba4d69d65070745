//! HTTP of the witness: `POST /add-checkpoint`, `GET /health`, `GET /metrics`.

use super::{LogState, Witness};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State},
    http::{StatusCode, header::CONTENT_TYPE},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use greatseal_host::problem::Problem;
use greatseal_trail::witness::LONGEST_BODY;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use serde::Serialize;
use std::{fmt, time::Duration};

/// Longest time for one answer, reading the body included.
const ANSWER: Duration = Duration::from_secs(30);
const METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// `GET /health`
#[derive(Debug, Serialize)]
struct Health {
    /// `ok`, or `alarm` where a log shows different histories.
    status: &'static str,
    /// The witness's key.
    key: String,
    logs: Vec<LogHealth>,
}

#[derive(Debug, Serialize)]
struct LogHealth {
    origin: String,
    /// Leaves of the last checkpoint that was cosigned; 0 before the first.
    #[serde(with = "greatseal_api::spelling::decimal")]
    size: u64,
    /// File with the evidence; null where there is no alarm.
    alarm: Option<String>,
}

/// Every route.
pub fn router(witness: Witness) -> Router {
    Router::new()
        .route("/add-checkpoint", post(add_checkpoint))
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .fallback(nothing_here)
        // One byte more is read, and then refused as the specification says.
        .layer(DefaultBodyLimit::max(LONGEST_BODY.saturating_add(1)))
        .layer(middleware::from_fn(in_time))
        .with_state(witness)
}

async fn add_checkpoint(State(witness): State<Witness>, body: Bytes) -> Response {
    let answer = witness.add_checkpoint(&body).await;
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(CONTENT_TYPE, answer.kind)], answer.body).into_response()
}

async fn health(State(witness): State<Witness>) -> Json<Health> {
    let one = |state: LogState| LogHealth { origin: state.origin.to_string(), size: state.size, alarm: state.alarm };
    let logs: Vec<_> = witness.states().into_iter().map(one).collect();
    let status = if logs.iter().any(|log| log.alarm.is_some()) { "alarm" } else { "ok" };
    Json(Health { status, key: witness.vkey(), logs })
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    log: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    log: String,
    answer: &'static str,
}

async fn metrics(State(witness): State<Witness>) -> Response {
    match text(&witness.states()) {
        Ok(text) => ([(CONTENT_TYPE, METRICS)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn text(states: &[LogState]) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("greatseal_witness");
    let (size, alarm) = (Family::<Of, Gauge>::default(), Family::<Of, Gauge>::default());
    let answers = Family::<Answered, Counter>::default();
    for state in states {
        let of = Of { log: state.origin.to_string() };
        size.get_or_create(&of).set(i64::try_from(state.size).unwrap_or(i64::MAX));
        alarm.get_or_create(&of).set(i64::from(state.alarm.is_some()));
        for (answer, count) in state.tally.numbers() {
            answers.get_or_create(&Answered { log: of.log.clone(), answer }).inc_by(count);
        }
    }
    registry.register("leaves", "Leaves of the last checkpoint that was cosigned", size);
    registry.register("alarm", "1 where the log shows different histories and nobody has dealt with it", alarm);
    registry.register("answers", "Requests about the log by their answer, since the start", answers);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            Problem::new("timeout", "the answer took too long", "try again later").answer(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

async fn nothing_here() -> Response {
    let help = "POST /add-checkpoint cosigns a checkpoint; GET /health and GET /metrics say how the witness is";
    Problem::new("not_found", "there is nothing at this path", help).answer(StatusCode::NOT_FOUND)
}
