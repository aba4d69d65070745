//! `POST /v1/documents` and `GET /v1/documents/{sha256}`
//!
//! Whoever has a document may bring it: its hash was signed and stands in a proposal, so that nothing else fits.

use super::query::{Parameters, Segment};
use crate::{problem::Problem, routes::App, store::StoreError};
use axum::{
    body::Bytes,
    extract::{State, rejection::BytesRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use greatseal_api::document::{self, NoDocument};
use greatseal_protocol::{bytes::DocumentHash, digest};

const UNKNOWN: &str = "unknown_document";

pub(crate) async fn keep(
    State(app): State<App>,
    parameters: Parameters,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let bytes = body.map_err(|rejection| unread(&rejection))?;
    // Whatever form it comes in, its one form is what a proposal names.
    let bytes = document::canonical(&bytes).map_err(|error| unusable(&error))?;
    let hash = digest::document_hash(&bytes);
    if !app.live.read().register.names(&hash) {
        let help = "open the proposal first, and wait until its block is indexed";
        return Err(Problem::missing(UNKNOWN, "no proposal names a document with this hash", help));
    }
    document::visible(&bytes).map_err(|error| unusable(&error))?;
    app.store.keep_document(&hash, &bytes).await?;
    app.live.hold(hash);
    let location = [(header::LOCATION, format!("/v1/documents/{hash}"))];
    Ok((StatusCode::CREATED, location, axum::Json(serde_json::json!({ "sha256": hash.to_string() }))).into_response())
}

pub(crate) async fn one(
    State(app): State<App>,
    Segment(hash): Segment,
    parameters: Parameters,
) -> Result<Response, Problem> {
    parameters.only(&[])?;
    let hash: DocumentHash = hash.parse().map_err(|_| Problem::bad("sha256", "give 64 hexadecimal digits"))?;
    let unknown = || Problem::missing(UNKNOWN, "the bytes of this document are not here", "bring them by POST");
    let bytes = app.store.document(&hash).await?.ok_or_else(unknown)?;
    if digest::document_hash(&bytes) != hash {
        return Err(StoreError::DamagedDocument(hash).into());
    }
    Ok(([(header::CONTENT_TYPE, "application/json")], bytes).into_response())
}

fn unusable(error: &NoDocument) -> Problem {
    let (status, code) = match error {
        NoDocument::TooLong(_) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
        NoDocument::Hidden { .. } => (StatusCode::BAD_REQUEST, "hidden_characters"),
        _ => (StatusCode::BAD_REQUEST, "not_json"),
    };
    let help = if code == "not_json" { "send the document as JSON in UTF-8" } else { error.help() };
    Problem::new(status, code, error.to_string(), help)
}

fn unread(rejection: &BytesRejection) -> Problem {
    match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let (error, help) = ("the document is larger than 64 KiB", "attach large files by their hash");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", error, help)
        }
        _ => Problem::new(StatusCode::BAD_REQUEST, "unreadable", "the body did not arrive", "send it again"),
    }
}
