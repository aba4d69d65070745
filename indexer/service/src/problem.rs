//! Refused requests: a status, a word that stays, what happened and what to do next.

use crate::store::StoreError;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use greatseal_host::problem;

/// A refused request.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    body: problem::Problem,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &str, error: impl Into<String>, help: &str) -> Self {
        Self { status, body: problem::Problem::new(code, error, help) }
    }

    /// A value that no answer belongs to.
    pub(crate) fn bad(name: &str, help: &str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_parameter", format!("`{name}` is not a valid value"), help)
    }

    pub(crate) fn missing(code: &str, error: &str, help: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, error, help)
    }

    /// Our fault: the log says what, the client learns that.
    pub(crate) fn internal(error: &dyn std::error::Error) -> Self {
        tracing::error!(%error, "a request failed");
        let help = "try again; the operator finds the reason in the log";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the request could not be answered", help)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::DamagedEvent { .. } => {
                tracing::error!(%error, "the database was changed");
                let help = "do not rely on this database; tell its operator";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "ledger_damaged", error.to_string(), help)
            }
            waiting if waiting.trouble().is_some() => {
                tracing::warn!(%error, "the database does not answer");
                let (text, help) =
                    ("the database does not answer at the moment", "try again in a minute; /health says why");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "database_unavailable", text, help)
            }
            _ => Self::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.body.answer(self.status)
    }
}
