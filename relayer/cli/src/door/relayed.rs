//! Through the relayer. Its answers are compared with the chain: it can claim an outcome that is not so.

use crate::{error::CliError, output::note, place::Place, services::Services};
use greatseal_protocol::{
    bytes::{EnvelopeDigest, parse_hex, to_hex},
    companion::Sent,
    envelope::Envelope,
    event::{Door, Event, Record},
    language::contract,
    refusal::Refusal,
};
use greatseal_wire::{EnvelopeState, State, Submission, refusal_of};
use std::time::Duration;

/// How long our node may be behind the relayer's.
const LAG: Duration = Duration::from_secs(60);
/// How long to wait for an outcome.
const PATIENCE: Duration = Duration::from_secs(120);

/// A command that took effect through the relayer.
#[derive(Clone, Debug)]
pub struct Relayed {
    /// What the relayer says of it.
    pub state: EnvelopeState,
    /// Its records, read from the chain's own block.
    pub records: Vec<Record>,
}

/// Gives an envelope to the relayer and waits for its outcome. What the contract would refuse now is not left with the
/// relayer: a person who is told of a refusal must not find later that it took effect after all.
///
/// # Errors
///
/// [`CliError::Refused`] where the contract would refuse it now, or has; [`CliError::RefusedForNow`] where the relayer
/// has it already and tries again; [`CliError::Failed`].
pub async fn submit(place: &Place, services: &Services, envelope: &[u8]) -> Result<Relayed, CliError> {
    let relayer = services.relayer()?;
    let digest = Envelope::digest(Sent::parse(envelope)?.envelope());
    let submission = Submission { envelope: to_hex(envelope), keep: false };
    let posted: Result<EnvelopeState, _> = relayer.post("/v1/envelopes", &submission).await;
    let mut state = match posted {
        Err(CliError::Service { service, problem }) => {
            return Err(match refusal_of(&problem.code) {
                Some(number) => known(number)?.into(),
                None => CliError::Service { service, problem },
            });
        }
        other => about(other?, digest)?,
    };
    note("submitted; waiting until it is final");
    let since = tokio::time::Instant::now();
    let mut told = None;
    loop {
        let waiting = state.waiting.take();
        match state.state {
            State::Applied => {
                let records = witnessed(place, &state, digest, None).await?;
                return Ok(Relayed { state, records });
            }
            State::Refused => return Err(refused(place, &state, digest).await?),
            State::Failed => return Err(CliError::Failed(state.reason.unwrap_or_default())),
            State::Accepted | State::Submitted => {}
        }
        if let Some(refusal) = waiting.as_ref().and_then(|waiting| Refusal::from_code(waiting.refusal?)) {
            let until = state.expires.and_then(|seconds| seconds.parse().ok());
            return Err(CliError::RefusedForNow { refusal, until });
        }
        let reason = waiting.map(|waiting| waiting.reason);
        if since.elapsed() > PATIENCE {
            return Err(CliError::TimeOut { seconds: PATIENCE.as_secs(), reason });
        }
        if let Some(reason) = reason.filter(|reason| told.as_ref() != Some(reason)) {
            note(&format!("waiting: {reason}"));
            told = Some(reason);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        state = about(relayer.get(&format!("/v1/envelopes/{digest}")).await?, digest)?;
    }
}

/// The refusal that the relayer tells of. One that cost a fee stands in a block.
async fn refused(place: &Place, state: &EnvelopeState, digest: EnvelopeDigest) -> Result<CliError, CliError> {
    let unnamed = || CliError::Unwitnessed("it names no rule that refused the command".into());
    let number = state.refusal.ok_or_else(unnamed)?;
    if state.fee_paid {
        witnessed(place, state, digest, Some(number)).await?;
    }
    Ok(CliError::Refused { refusal: known(number)?, fee_paid: state.fee_paid })
}

/// The rule with a number.
fn known(number: u16) -> Result<Refusal, CliError> {
    let newer = || CliError::Failed(format!("refused with {number}, a rule that this release does not know"));
    Refusal::from_code(number).ok_or_else(newer)
}

/// The relayer's answer, which must be about the envelope that was asked about.
fn about(state: EnvelopeState, digest: EnvelopeDigest) -> Result<EnvelopeState, CliError> {
    match state.envelope == digest.to_string() {
        true => Ok(state),
        false => Err(CliError::Unwitnessed("it answers for another envelope".into())),
    }
}

/// The records of an outcome, which the chain's own block must hold.
async fn witnessed(
    place: &Place,
    state: &EnvelopeState,
    digest: EnvelopeDigest,
    refusal: Option<u16>,
) -> Result<Vec<Record>, CliError> {
    let nowhere = || CliError::Unwitnessed("it names no block".into());
    let number = state.block_number.ok_or_else(nowhere)?;
    let since = tokio::time::Instant::now();
    // Our node may be a little behind the relayer's.
    while place.chain.finalized().await?.number < number {
        if since.elapsed() > LAG {
            let reason = format!("it names block {number}, which this node does not have");
            return Err(CliError::Unwitnessed(reason));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let unseen = || CliError::Unwitnessed("the block that it names does not hold the command".into());
    let transaction = state.transaction.as_deref().and_then(|text| parse_hex(text).ok()).ok_or_else(unseen)?;
    let mut records = place.records_of(number, &transaction).await.map_err(|_| unseen())?;
    records.retain(|record| record.door == Door::Envelope(digest));
    let found = records.first().map(|record| match record.event {
        Event::Contract(contract::Event::Refused { refusal, .. }) => Some(refusal.code()),
        _ => None,
    });
    match found {
        Some(found) if found == refusal => Ok(records),
        _ => Err(CliError::Unwitnessed("the block that it names does not hold this outcome".into())),
    }
}
