//! What a council's post-quantum phase asks of an envelope: looked up on the chain when it is about to be submitted.
//!
//! The contract does not verify ML-DSA. This relayer submits nothing that lacks a companion's signature where the phase
//! asks for one.

use crate::{error::RelayerError, journal::Pending};
use greatseal_api::deployment::Deployment;
use greatseal_chain::Chain;
use greatseal_protocol::{
    cells::{CellKey, Cells as _},
    command::Capacity,
    companion::{NotCompanioned, Sent},
    council::Council,
    envelope::Envelope,
    phase::{Companion, Phase},
    refusal::Refusal,
};
use std::collections::BTreeSet;

/// The envelope's bytes, or why it does not count.
type Judged<'a> = (&'a Pending, Result<Vec<u8>, NotCompanioned>);

/// Judges each attempt by the last finalised state: councils first, companions where somebody needs them.
pub(crate) async fn judge<'a>(
    chain: &Chain,
    deployment: &Deployment,
    attempts: &'a [Pending],
) -> Result<Vec<Judged<'a>>, RelayerError> {
    let at = chain.finalized().await?;
    let parsed: Vec<_> = attempts.iter().map(parse).collect();
    let councils: BTreeSet<Council> = parsed.iter().flatten().filter_map(|(_, envelope)| council(envelope)).collect();
    let councils = councils.into_iter().map(CellKey::Council);
    let heads = chain.cells(deployment.contract(), councils, &at).await?;
    let phase = |envelope: &Envelope| {
        let head = council(envelope).and_then(|council| heads.council(council).ok());
        head.map_or(Phase::Classical, |head| head.phase)
    };
    // Where nothing is asked for and nothing is there, nothing is looked up.
    let asks =
        |sent: &Sent, envelope: &Envelope| matches!(sent, Sent::Companioned(_)) || phase(envelope).needs_companion();
    let keys = parsed.iter().flatten().filter(|(sent, envelope)| asks(sent, envelope));
    let keys: Vec<CellKey> = keys.map(|(_, envelope)| CellKey::KeySeat(envelope.key)).collect();
    let seats = chain.cells(deployment.contract(), keys, &at).await?;
    let seat = |envelope: &Envelope| seats.seat_of(&envelope.key).ok().flatten();
    let named = parsed.iter().flatten().filter_map(|(_, envelope)| seat(envelope)).map(CellKey::Companion);
    let named = chain.cells(deployment.contract(), named, &at).await?;
    let companion = |envelope: &Envelope| {
        let named: Option<Companion> = named.cell(&CellKey::Companion(seat(envelope)?)).ok().flatten();
        named.filter(|named| named.key == envelope.key).map(|named| named.companion)
    };
    let judged = |attempt: &'a Pending, parsed: Result<(Sent, Envelope), Refusal>| {
        let (sent, envelope) = match parsed {
            Ok(parsed) => parsed,
            Err(refusal) => return (attempt, Err(NotCompanioned::Envelope(refusal))),
        };
        let answer = sent.admit(&deployment.domain(), phase(&envelope), companion(&envelope));
        (attempt, answer.map(|_| sent.envelope().to_vec()))
    };
    Ok(attempts.iter().zip(parsed).map(|(attempt, parsed)| judged(attempt, parsed)).collect())
}

fn parse(attempt: &Pending) -> Result<(Sent, Envelope), Refusal> {
    let sent = Sent::parse(&attempt.bytes)?;
    let envelope = Envelope::parse(sent.envelope())?;
    Ok((sent, envelope))
}

/// The council for which a seat speaks; who is anyone speaks for none.
fn council(envelope: &Envelope) -> Option<Council> {
    match envelope.command.capacity {
        Capacity::Anyone => None,
        Capacity::Seat { council, .. } => Some(council),
    }
}
