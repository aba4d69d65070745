//! Where envelopes come in over HTTP: parsed and verified once, written down, then acknowledged.

use crate::{
    error::RelayerError,
    journal::{Attempt, Journal},
    succession::Standing,
};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, Request, State, rejection::JsonRejection},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use greatseal_api::wire::{EnvelopeState, Problem, Submission};
use greatseal_chain::Chain;
use greatseal_protocol::{
    bytes::{EnvelopeDigest, parse_hex_bytes, to_hex},
    cells::{CellKey, Cells as _},
    command::Capacity,
    companion::{Companioned, Sent},
    envelope::Envelope,
    refusal::Refusal,
};
use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::sync::{Mutex, Notify, watch};

/// What the routes and the worker share.
#[derive(Clone)]
pub struct Desk {
    /// The journal.
    pub journal: Arc<Mutex<Journal>>,
    /// Wakes the worker.
    pub wake: Arc<Notify>,
    /// Which contract, as it was last looked up.
    pub standing: watch::Receiver<Standing>,
    /// The node, as the worker last reached it.
    pub node: watch::Receiver<Chain>,
}

/// Longest time that an envelope waits for the node to say whether its key has a seat.
const ASKING: Duration = Duration::from_secs(2);
/// Longest time for one answer, reading the body included.
const ANSWER: Duration = Duration::from_secs(15);

/// The routes.
pub fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/v1/envelopes", post(submit))
        .route("/v1/envelopes/{digest}", get(show))
        .fallback(|| async { problem(StatusCode::NOT_FOUND, "unknown_path", "there is no such path", "see /health") })
        .layer(DefaultBodyLimit::max(3 * Companioned::MAX))
        .layer(middleware::from_fn(in_time))
        .with_state(desk)
}

/// Cut off while it is written down, an envelope may be in the journal: submitted again, it is the same request.
async fn in_time(request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let (error, help) = ("the answer took too long", "send the request again, as a whole");
            problem(StatusCode::SERVICE_UNAVAILABLE, "timeout", error, help)
        }
    }
}

async fn health(State(desk): State<Desk>) -> Response {
    let Standing { deployment, profile, awaited } = desk.standing.borrow().clone();
    let domain = deployment.domain();
    match desk.journal.lock().await.pending().await {
        Ok(pending) => {
            let mut health = serde_json::json!({
                "status": if awaited.is_some() { "retired" } else { "ok" },
                "profile": profile,
                "pending": pending.len(),
                "deployment": domain.deployment.to_string(),
                "contract": domain.contract.to_string(),
            });
            if let Some(successor) = awaited {
                health["successor"] = successor.to_string().into();
                health["help"] = "bring the state over with `greatseal succeed import`".into();
            }
            Json(health).into_response()
        }
        Err(error) => internal(&error),
    }
}

async fn submit(State(desk): State<Desk>, body: Result<Json<Submission>, JsonRejection>) -> Response {
    let Ok(Json(submission)) = body else {
        let help = "send {\"envelope\": \"HEX\"} with content-type application/json";
        return problem(StatusCode::BAD_REQUEST, "bad_body", "the body is not a submission", help);
    };
    let Ok(bytes) = parse_hex_bytes(&submission.envelope) else {
        return refused(Refusal::Decode);
    };
    // What its council's phase asks for is looked up when it is submitted: the worker has a node, and the last word.
    let verified = Sent::parse(&bytes).and_then(|sent| {
        let envelope = Envelope::parse(sent.envelope())?;
        envelope
            .verify(&desk.standing.borrow().deployment.domain())
            .map(|()| (Envelope::digest(sent.envelope()), envelope))
    });
    let (digest, envelope) = match verified {
        Ok(verified) => verified,
        Err(refusal) => return refused(refusal),
    };
    if desk.stranger(&envelope).await {
        return refused(Refusal::UnknownKey);
    }
    let mut journal = desk.journal.lock().await;
    match accept(&mut journal, digest, &bytes).await {
        Ok((status, attempt)) => {
            desk.wake.notify_one();
            (status, Json(state(digest, &attempt))).into_response()
        }
        Err(error) => internal(&error),
    }
}

impl Desk {
    /// Whether the chain says that the contract would not even look at the envelope: its key has no seat, and what it
    /// wants only a seat can do. Anybody can sign such envelopes, and the journal forgets nothing. Where the node does
    /// not say, the envelope is taken in: it must not be lost, and the dry run will ask again.
    async fn stranger(&self, envelope: &Envelope) -> bool {
        if envelope.command.capacity == Capacity::Anyone {
            return false;
        }
        let chain = self.node.borrow().clone();
        let deployment = self.standing.borrow().deployment.clone();
        let asking = async {
            // A connection that nobody has used for hours may be dead although the node is well.
            let chain = match chain.finalized().await {
                Ok(_) => chain,
                Err(_) => Chain::connect(chain.url()).await.ok()?,
            };
            if chain.genesis() != deployment.chain() {
                return None;
            }
            let key = CellKey::KeySeat(envelope.key);
            let at = chain.finalized().await.ok()?;
            let cells = chain.cells(deployment.contract(), [CellKey::Head, key], &at).await.ok()?;
            // A contract without a head is another one.
            cells.head().ok()?;
            Some(cells.load(&key).is_none())
        };
        tokio::time::timeout(ASKING, asking).await.ok().flatten().unwrap_or(false)
    }
}

/// The same envelope again is the same request, unless it was refused before it cost anything: then it is tried again.
async fn accept(
    journal: &mut Journal,
    digest: EnvelopeDigest,
    bytes: &[u8],
) -> Result<(StatusCode, Attempt), RelayerError> {
    let known = journal.latest(digest).await?;
    let again = |attempt: &Attempt| {
        attempt.outcome.as_ref().is_some_and(|outcome| outcome.state != "applied" && outcome.tx.is_none())
    };
    if let Some(attempt) = known.filter(|attempt| !again(attempt)) {
        return Ok((StatusCode::OK, attempt));
    }
    journal.accept(digest, bytes, now()).await?;
    let attempt = journal.latest(digest).await?.ok_or(RelayerError::Damaged)?;
    Ok((StatusCode::ACCEPTED, attempt))
}

async fn show(State(desk): State<Desk>, Path(digest): Path<String>) -> Response {
    let Ok(digest) = digest.parse::<EnvelopeDigest>() else {
        let help = "a digest is 64 hexadecimal digits";
        return problem(StatusCode::BAD_REQUEST, "bad_digest", "not an envelope digest", help);
    };
    match desk.journal.lock().await.latest(digest).await {
        Ok(Some(attempt)) => Json(state(digest, &attempt)).into_response(),
        Ok(None) => {
            let help = "this relayer has not accepted it; submit it first";
            problem(StatusCode::NOT_FOUND, "unknown_envelope", "no such envelope", help)
        }
        Err(error) => internal(&error),
    }
}

fn state(digest: EnvelopeDigest, attempt: &Attempt) -> EnvelopeState {
    let outcome = attempt.outcome.as_ref();
    let under_way = if attempt.transaction.is_some() { "submitted" } else { "accepted" };
    EnvelopeState {
        envelope: digest.to_string(),
        state: outcome.map_or(under_way, |outcome| outcome.state.as_str()).to_owned(),
        refusal: outcome.and_then(|outcome| outcome.refusal),
        reason: outcome.and_then(|outcome| outcome.reason.clone()),
        fee_paid: outcome.is_some_and(|outcome| outcome.tx.is_some()),
        transaction: attempt.transaction.map(|hash| to_hex(&hash)),
        block_number: outcome.and_then(|outcome| outcome.block),
        seq: outcome.and_then(|outcome| outcome.seq).map(|seq| seq.to_string()),
        companioned: Companioned::parse(&attempt.bytes).is_ok().then(|| to_hex(&attempt.bytes)),
    }
}

fn refused(refusal: Refusal) -> Response {
    let code = format!("refusal_{}", refusal.code());
    problem(StatusCode::UNPROCESSABLE_ENTITY, &code, &refusal.to_string(), refusal.help())
}

fn internal(error: &RelayerError) -> Response {
    tracing::error!(%error, "journal");
    problem(StatusCode::INTERNAL_SERVER_ERROR, "journal", "the journal cannot be used", &error.help())
}

fn problem(status: StatusCode, code: &str, error: &str, help: &str) -> Response {
    let problem = Problem { code: code.to_owned(), error: error.to_owned(), help: help.to_owned() };
    (status, Json(problem)).into_response()
}

/// Seconds since the Unix epoch, for the journal's own notes; no rule depends on it.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
