//! HTTP: routes, their limits, and JSON for every refusal.

pub use crate::routes::App;

use crate::{
    problem::Problem,
    routes::{checkpoint, contents, events, health, log, metrics, proposals},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use std::time::Duration;

/// Longest time for one answer, reading the body included.
const ANSWER: Duration = Duration::from_secs(10);

/// Longest body where none is expected, in bytes.
const BODY: usize = 1024;

/// Every route.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/ready", get(health::ready))
        .route("/metrics", get(metrics::metrics))
        .route("/v1/events", get(events::list))
        .route("/v1/events/{seq}", get(events::one))
        .route("/v1/proposals", get(proposals::list))
        .route("/v1/proposals/{id}", get(proposals::one))
        .route("/log/head", get(log::head))
        .route("/log/checkpoint", get(checkpoint::last))
        .route("/log/checkpoint/{size}", get(checkpoint::one))
        .route("/log/{*path}", get(log::file))
        .route("/v1/contents", get(contents::of_record))
        .route("/v1/contents/missing", get(contents::missing))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(middleware::from_fn(in_time))
        // Two gibibytes take their time: what stands still is cut, by the route or by the connection.
        .route("/v1/contents/{address}", get(contents::one).put(contents::keep))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
}

async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let (error, help) = ("the answer took too long", "try again, with a smaller limit");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", error, help).into_response()
        }
    }
}

async fn nothing_here() -> Problem {
    Problem::missing(
        "not_found",
        "there is nothing at this path",
        "resources begin with /health, /ready, /metrics, /log/ or /v1/",
    )
}

async fn wrong_method() -> Problem {
    let help = "the Allow header names what it takes";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "the resource takes no such method", help)
}
