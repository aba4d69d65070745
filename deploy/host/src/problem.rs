//! What a service answers where it refuses a request.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

/// The body of every refused request: 4xx or 5xx with a code that stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Stable word for the kind of problem.
    pub code: String,
    /// What happened.
    pub error: String,
    /// What to do next.
    pub help: String,
}

impl Problem {
    /// A stable word, what happened, and what to do next.
    pub fn new(code: impl Into<String>, error: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: code.into(), error: error.into(), help: help.into() }
    }

    /// The answer with this status.
    pub fn answer(self, status: StatusCode) -> Response {
        (status, Json(self)).into_response()
    }
}
