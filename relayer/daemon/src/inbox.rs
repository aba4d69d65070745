//! Where envelopes come in over HTTP: parsed and verified once, written down, then acknowledged.

use crate::{
    door::{self, Closed},
    error::RelayerError,
    health::{Code, Health, Reason},
    journal::{Attempt, Entry, Journal, Outcome, Verdict},
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
use greatseal_client::Chain;
use greatseal_host::problem::Problem;
use greatseal_protocol::{
    bytes::{EnvelopeDigest, parse_hex_bytes, to_hex},
    companion::{Companioned, Sent},
    envelope::Envelope,
    refusal::Refusal,
};
use greatseal_wire::{EnvelopeState, State as Stands, Submission, Waiting, refusal_code};
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
    /// How things are.
    pub health: Health,
    /// Who pays.
    pub payer: [u8; 32],
}

/// Most envelopes that are open, and most of one key among them.
pub(crate) const MOST_OPEN: u32 = 1024;
/// Most that are open where the node could not be asked about the next one.
const MOST_UNSEEN: u32 = 256;
const MOST_OF_ONE: u32 = 64;
/// Longest time for one answer, reading the body included.
const ANSWER: Duration = Duration::from_secs(15);

/// The routes.
pub fn routes(desk: Desk) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
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

/// Alive, and in which state; says so whatever the node and the journal do.
async fn health(State(desk): State<Desk>) -> Response {
    let (_, told) = desk.health.tell(&desk.standing.borrow());
    Json(told).into_response()
}

/// Whether envelopes can be submitted, for probes.
async fn ready(State(desk): State<Desk>) -> Response {
    let (ready, told) = desk.health.tell(&desk.standing.borrow());
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(told)).into_response()
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
    let open = match desk.journal.lock().await.latest(digest).await {
        Ok(Some(known)) if settled(&known) => {
            return (StatusCode::OK, Json(desk.state(digest, &known))).into_response();
        }
        Ok(known) => known.is_some_and(|known| known.open.is_some()),
        Err(error) => return desk.internal(&error),
    };
    let seen = desk.look(digest, &envelope, &bytes).await;
    let closed = match &seen {
        // What is open already is told as it is: the door is for what is not in the journal.
        _ if open => None,
        Some(seen) => seen.closed(&envelope, submission.keep),
        None => door::unseen(&envelope),
    };
    if let Some(closed) = closed {
        return match closed {
            Closed::Refused(refusal) => refused(refusal),
            Closed::NotNow { code, reason } => {
                problem(StatusCode::UNPROCESSABLE_ENTITY, code, &reason, "nothing was taken in; sign the command again")
            }
        };
    }
    // Envelopes of strangers may be among those that nobody has looked at: they have a share of the places.
    let most = if seen.is_some() { MOST_OPEN } else { MOST_UNSEEN };
    let welcome = seen.is_some_and(|seen| seen.welcome());
    let entry = Entry::of(&envelope.key, &envelope.command);
    match accept(&mut *desk.journal.lock().await, digest, &bytes, &entry, (welcome, most)).await {
        Ok(Some((status, attempt))) => {
            desk.wake.notify_one();
            (status, Json(desk.state(digest, &attempt))).into_response()
        }
        Ok(None) => {
            let error = "too many envelopes wait here already";
            let help = "wait until some have an outcome or have expired; /health says how many wait, and why";
            problem(StatusCode::TOO_MANY_REQUESTS, "queue_full", error, help)
        }
        Err(error) => desk.internal(&error),
    }
}

/// Whether the same envelope again is the same request, whatever the chain says now: it is carried, or it was.
fn settled(attempt: &Attempt) -> bool {
    match (&attempt.outcome, &attempt.open) {
        (Some(Outcome { verdict: Verdict::Applied, .. }), _) => true,
        (Some(Outcome { verdict: Verdict::Refused | Verdict::Failed, tx, .. }), _) => tx.is_some(),
        (None, open) => open.as_ref().is_some_and(|open| open.in_flight),
    }
}

/// Takes an envelope in, unless it is open already: then it is looked at again where it is `welcome` now, and with these bytes
/// where a companion's signature beside it is another. Nothing where `most` are open or the key's share is full.
async fn accept(
    journal: &mut Journal,
    digest: EnvelopeDigest,
    bytes: &[u8],
    entry: &Entry,
    (welcome, most): (bool, u32),
) -> Result<Option<(StatusCode, Attempt)>, RelayerError> {
    if let Some(known) = journal.latest(digest).await?.filter(|known| settled(known) || known.open.is_some()) {
        let again = welcome && !settled(&known);
        if !again || known.bytes == bytes {
            if again {
                journal.nudge(known.id).await?;
            }
            return Ok(Some((StatusCode::OK, known)));
        }
    }
    let load = journal.load(&entry.signer).await?;
    if load.open >= most || load.of_signer >= MOST_OF_ONE {
        return Ok(None);
    }
    journal.accept(digest, bytes, entry, now()).await?;
    let attempt = journal.latest(digest).await?.ok_or(RelayerError::Damaged)?;
    Ok(Some((StatusCode::ACCEPTED, attempt)))
}

async fn show(State(desk): State<Desk>, Path(digest): Path<String>) -> Response {
    let Ok(digest) = digest.parse::<EnvelopeDigest>() else {
        let help = "a digest is 64 hexadecimal digits";
        return problem(StatusCode::BAD_REQUEST, "bad_digest", "not an envelope digest", help);
    };
    match desk.journal.lock().await.latest(digest).await {
        Ok(Some(attempt)) => Json(desk.state(digest, &attempt)).into_response(),
        Ok(None) => {
            let help = "this relayer has not accepted it; submit it first";
            problem(StatusCode::NOT_FOUND, "unknown_envelope", "no such envelope", help)
        }
        Err(error) => desk.internal(&error),
    }
}

impl Desk {
    fn state(&self, digest: EnvelopeDigest, attempt: &Attempt) -> EnvelopeState {
        let outcome = attempt.outcome.as_ref();
        let open = attempt.open.as_ref();
        let stands = match outcome.map(|outcome| outcome.verdict) {
            Some(Verdict::Applied) => Stands::Applied,
            Some(Verdict::Refused) => Stands::Refused,
            Some(Verdict::Failed) => Stands::Failed,
            None if open.is_some_and(|open| open.in_flight) => Stands::Submitted,
            None => Stands::Accepted,
        };
        let told = open.and_then(|open| open.waiting.as_ref()).map(|waiting| Waiting {
            code: waiting.code.clone(),
            refusal: waiting.refusal,
            reason: waiting.reason.clone(),
            block_number: Some(waiting.block),
        });
        // Money, key or node: what all of them wait for.
        let held = || {
            let Reason { code, text } = self.health.hold()?;
            Some(Waiting { code: code.into(), refusal: None, reason: text, block_number: None })
        };
        EnvelopeState {
            envelope: digest.to_string(),
            state: stands,
            refusal: outcome.and_then(|outcome| outcome.refusal),
            reason: outcome.and_then(|outcome| outcome.reason.clone()),
            fee_paid: outcome.is_some_and(|outcome| outcome.tx.is_some()),
            transaction: attempt.transaction.map(|hash| to_hex(&hash)),
            block_number: outcome.and_then(|outcome| outcome.block),
            seq: outcome.and_then(|outcome| outcome.seq).map(|seq| seq.to_string()),
            companioned: Companioned::parse(&attempt.bytes).is_ok().then(|| to_hex(&attempt.bytes)),
            waiting: open.and_then(|_| told.or_else(held)),
            expires: open.map(|open| open.expiry.to_string()),
        }
    }

    fn internal(&self, error: &RelayerError) -> Response {
        tracing::error!(%error, "journal");
        self.health.set(Code::Journal, format!("{error}; {}", error.help()));
        problem(StatusCode::SERVICE_UNAVAILABLE, "journal", "the journal cannot be used", &error.help())
    }
}

fn refused(refusal: Refusal) -> Response {
    let code = refusal_code(refusal.code());
    problem(StatusCode::UNPROCESSABLE_ENTITY, &code, &refusal.to_string(), refusal.help())
}

fn problem(status: StatusCode, code: &str, error: &str, help: &str) -> Response {
    Problem::new(code, error, help).answer(status)
}

/// Seconds since the Unix epoch, for the journal's own notes; no rule depends on it.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
