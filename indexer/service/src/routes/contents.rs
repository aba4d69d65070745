//! `/v1/contents`: what stands on chain as a hash, by its address.
//!
//! Whoever has a content may bring it: nothing but its own bytes fits an address. Restricted contents are ciphertexts, of which
//! nobody here can tell whether they are the right ones.

use super::query::{Parameters, Segment, decimal};
use crate::{contents::Refused, problem::Problem, routes::App};
use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{Stream, StreamExt as _};
use greatseal_api::wire::{Ciphertexts, MissingPage, RecordContents};
use greatseal_protocol::{bytes::to_hex, content::Address};
use greatseal_vault::{Name, VaultError};
use std::{
    pin::pin,
    time::{Duration, SystemTime},
};

/// Longest pause of an upload.
const STALLED: Duration = Duration::from_secs(30);
/// What of a body is read where the answer is clear without it, so that short requests end in peace.
const DRAINED: usize = 1 << 20;
/// Records that one page of what is missing looks at: the index cannot grow meanwhile.
const LOOKED: usize = 2_000;
const RESTRICTED: &str = "restricted";

/// `PUT /v1/contents/{address}`
pub(crate) async fn keep(
    State(app): State<App>,
    Segment(address): Segment,
    parameters: Parameters,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let mut body = pin!(body.into_data_stream());
    let kept = receive(&app, &address, parameters, &headers, &mut body).await;
    if kept.is_err() {
        drain(&mut body).await;
    }
    kept
}

async fn receive<E>(
    app: &App,
    address: &str,
    parameters: Parameters,
    headers: &HeaderMap,
    body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
) -> Result<Response, Problem> {
    let parameters = parameters.only(&[RESTRICTED])?;
    let address = parse(address)?;
    let restricted = match parameters.text(RESTRICTED) {
        None => false,
        Some("") => true,
        Some(_) => return Err(Problem::bad(RESTRICTED, "bring a ciphertext with ?restricted alone")),
    };
    if !restricted && Standing::of(app, &address).confidential {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "confidential",
            "the content is a confidential programme's: it is not taken in plain",
            "bring it encrypted to its readers, with ?restricted",
        ));
    }
    if !restricted && app.contents.rely(&Name::Public(address), SystemTime::now()).is_some() {
        drain(body).await;
        return Ok((StatusCode::OK, location(&address)).into_response());
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > greatseal_content::MAX) {
        return Err(refused(&Refused::Vault(VaultError::TooLong(greatseal_content::MAX))));
    }
    let begun = app.contents.begin(address, restricted, &app.live.read().names);
    let mut arriving = begun.map_err(|reason| refused(&reason))?;
    loop {
        let part = tokio::time::timeout(STALLED, body.next()).await.map_err(|_| stalled())?;
        let Some(part) = part else { break };
        let part = part.map_err(|_| {
            Problem::new(StatusCode::BAD_REQUEST, "unreadable", "the body did not arrive", "send it again")
        })?;
        arriving.push(&part).await.map_err(|reason| refused(&reason))?;
    }
    // On its own: once it is put under its name it is entered as well, whether or not somebody still waits for the answer.
    let live = app.live.clone();
    let ended = tokio::spawn(arriving.finish(move || live.read().names.has(&address))).await;
    ended.map_err(|error| Problem::internal(&error))?.map_err(|reason| refused(&reason))?;
    Ok((StatusCode::CREATED, location(&address)).into_response())
}

/// `GET` and `HEAD /v1/contents/{address}`
pub(crate) async fn one(
    State(app): State<App>,
    Segment(address): Segment,
    method: Method,
    parameters: Parameters,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let parameters = parameters.only(&[RESTRICTED])?;
    let (address, now) = (parse(&address)?, SystemTime::now());
    let standing = Standing::of(&app, &address);
    let name = match parameters.text(RESTRICTED) {
        Some("") => {
            let restricted = app.contents.ciphertexts(&address, now).iter().map(|hash| to_hex(hash)).collect();
            return Ok(Json(Ciphertexts { restricted }).into_response());
        }
        Some(digits) => {
            let bad = || Problem::bad(RESTRICTED, "give the 64 lower-case digits that ?restricted lists");
            let path = format!("restricted/{}/{}/{digits}.age", address.scheme(), to_hex(address.hash()));
            Name::parse(&path).ok_or_else(bad)?
        }
        None if standing.confidential => {
            return Err(Problem::new(
                StatusCode::FORBIDDEN,
                "confidential",
                "the content is a confidential programme's: it is not shown in plain",
                "?restricted lists its ciphertexts; an audit reader's key opens them",
            ));
        }
        None => Name::Public(address),
    };
    let unknown = || {
        let help = "whoever has it may bring it with `greatseal content put`; ?restricted lists ciphertexts";
        Problem::missing("unknown_content", "this content is not held here", help)
    };
    let is_head = method == Method::HEAD;
    // Whoever asks for the head alone need not bring it, and relies on it.
    let held = if is_head { app.contents.rely(&name, now) } else { app.contents.size(&name) };
    let mut size = held.ok_or_else(unknown)?;
    if !is_head && standing.behind && matches!(name, Name::Public(_)) {
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "behind",
            "blocks are missing that may say who may see the content",
            "try again when /health says ok, or ask another indexer",
        ));
    }
    let tag = format!("\"{}\"", etag(&name));
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let body = if is_head {
        Body::empty()
    } else {
        let opened = app.contents.open(name).await.map_err(|error| failing(&error))?.ok_or_else(unknown)?;
        size = opened.size;
        Body::from_stream(opened.parts)
    };
    // What is not public is in nobody's cache; what no record names yet may be a confidential programme's tomorrow.
    let caching = match name {
        _ if !standing.named => "no-store",
        Name::Public(_) => "public, max-age=31536000, immutable",
        Name::Restricted(..) => "private, max-age=31536000, immutable",
    };
    let mut response = Response::new(body);
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    fields.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(|error| Problem::internal(&error))?);
    Ok(response)
}

/// `GET /v1/contents?seq=N`
pub(crate) async fn of_record(State(app): State<App>, parameters: Parameters) -> Result<Json<RecordContents>, Problem> {
    let parameters = parameters.only(&["seq"])?;
    let bad = || Problem::bad("seq", "give the number of a record");
    let seq = parameters.text("seq").and_then(decimal::<u64>).ok_or_else(bad)?;
    let index = app.live.read();
    if seq >= index.ledger.count() {
        let help = "list the newest with `greatseal governance log`, or ask GET /v1/events";
        return Err(Problem::missing("unknown_event", "there is no event with this number", help));
    }
    Ok(Json(RecordContents { seq, contents: app.contents.named(index.names.of(seq)) }))
}

/// `GET /v1/contents/missing`
pub(crate) async fn missing(State(app): State<App>, parameters: Parameters) -> Result<Json<MissingPage>, Problem> {
    let parameters = parameters.only(&["after", "limit"])?;
    let (after, limit) = (parameters.number::<u64>("after")?, parameters.limit()?);
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    Ok(Json(app.contents.missing(&app.live.read(), after, limit, LOOKED)))
}

fn parse(address: &str) -> Result<Address, Problem> {
    address.parse().map_err(|_| {
        let help = "write SCHEME:HEX with sha256, entries, outcomes, carried or accounts, and 64 lower-case digits";
        Problem::new(StatusCode::BAD_REQUEST, "bad_address", "this is no address of a content", help)
    })
}

fn location(address: &Address) -> [(header::HeaderName, String); 1] {
    [(header::LOCATION, format!("/v1/contents/{address}"))]
}

/// The hash of the bytes, whatever they are under.
fn etag(name: &Name) -> String {
    match name {
        Name::Public(address) => address.to_string(),
        Name::Restricted(_, hash) => Address::Sha256(*hash).to_string(),
    }
}

/// What the index says of an address.
struct Standing {
    /// Whether a record names it.
    named: bool,
    /// Whether the content is not to be seen in plain.
    confidential: bool,
    /// Whether that may have changed since: blocks are missing.
    behind: bool,
}

impl Standing {
    fn of(app: &App, address: &Address) -> Self {
        let index = app.live.read();
        Self {
            named: index.names.has(address),
            confidential: index.names.confidential(address, &index.ledger),
            behind: index.is_behind(),
        }
    }
}

async fn drain<E>(body: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin)) {
    let mut left = DRAINED;
    let reading = async {
        while let Some(Ok(part)) = body.next().await {
            left = left.saturating_sub(part.len());
            if left == 0 {
                break;
            }
        }
    };
    let _ended = tokio::time::timeout(Duration::from_secs(2), reading).await;
}

fn stalled() -> Problem {
    let help = "send it again, without pauses of half a minute";
    Problem::new(StatusCode::REQUEST_TIMEOUT, "stalled", "the body stopped arriving", help)
}

/// Why a content is not taken.
fn refused(reason: &Refused) -> Problem {
    let text = reason.to_string();
    match reason {
        Refused::NoRoom(_) => {
            let help = "try again later; what a record names is taken in any case where it is public";
            Problem::new(StatusCode::INSUFFICIENT_STORAGE, "no_room", text, help)
        }
        Refused::Busy | Refused::Leaving => {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "busy", text, "try again in a minute")
        }
        Refused::TooMany => {
            let help = "the first ones stay: what is brought before its record was brought by whoever made it";
            Problem::new(StatusCode::CONFLICT, "too_many", text, help)
        }
        Refused::Vault(error) => failing(error),
    }
}

fn failing(error: &VaultError) -> Problem {
    let text = error.to_string();
    match error {
        VaultError::Unfit(_) => {
            let help = "compare the file with the one whose hash stands on chain";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unfit", text, help)
        }
        VaultError::NotEncrypted => {
            let help = "encrypt it in the binary form of age, without armor";
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_encrypted", text, help)
        }
        VaultError::TooLong(_) => {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", text, "bring parts, and name each by its own hash")
        }
        VaultError::Damaged(_) => {
            let help = "bring it again, or ask another indexer; tell the operator";
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "content_damaged", text, help)
        }
        VaultError::Full => {
            tracing::error!(%error, "a content could not be kept");
            Problem::new(StatusCode::INSUFFICIENT_STORAGE, "no_room", text, "tell the operator, or use another indexer")
        }
        VaultError::Unusable { .. } | VaultError::Failing(_) => {
            tracing::warn!(%error, "the store of contents does not answer");
            let (text, help) = ("the store of contents does not answer at the moment", "try again in a minute");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "contents_unavailable", text, help)
        }
    }
}
