//! What a council's post-quantum phase asks of an envelope: looked up on the chain when it is about to be submitted.
//!
//! The contract does not verify ML-DSA. This relayer submits nothing that lacks a companion's signature where the phase
//! asks for one.

use crate::{error::RelayerError, journal::Pending};
use greatseal_api::deployment::Deployment;
use greatseal_chain::Chain;
use greatseal_protocol::{
    cells::{CellKey, Cells},
    command::Capacity,
    companion::{NotCompanioned, Sent},
    council::{Council, Phase, SeatId},
    digest::Domain,
    envelope::Envelope,
    language::council,
    phase::{Companion, CompanionHash},
    refusal::Refusal,
};
use std::collections::BTreeSet;

/// What an attempt's bytes are worth now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// The envelope's bytes: what the contract is given.
    Counts(Vec<u8>),
    /// The bytes themselves show that no contract of this domain ever takes them.
    Never(Refusal),
    /// It does not count now.
    NotNow {
        /// Stable word for the kind of reason.
        code: &'static str,
        /// In words.
        reason: String,
    },
}

/// Judges each attempt by itself, by the last finalised state: councils first, companions where somebody needs them.
///
/// # Errors
///
/// [`RelayerError::Chain`] where the node does not answer.
pub(crate) async fn judge<'a>(
    chain: &Chain,
    deployment: &Deployment,
    attempts: &'a [Pending],
) -> Result<Vec<(&'a Pending, Worth)>, RelayerError> {
    let at = chain.finalized().await?;
    let contract = deployment.contract();
    let parsed: Vec<_> = attempts.iter().map(parse).collect();
    let councils: BTreeSet<Council> = parsed.iter().flatten().filter_map(|(_, envelope)| council(envelope)).collect();
    let councils: Vec<CellKey> = councils.into_iter().map(CellKey::Council).collect();
    let heads = chain.cells(contract, councils, &at).await?;
    // Where nothing is asked for and nothing is there, nothing is looked up.
    let mut keys = Vec::new();
    for (sent, envelope) in parsed.iter().flatten() {
        let asked = phase(&heads, envelope).map_or(true, |phase| phase.needs_companion());
        if matches!(sent, Sent::Companioned(_)) || asked {
            keys.push(CellKey::KeySeat(envelope.key));
        }
    }
    let seats = chain.cells(contract, keys, &at).await?;
    // A cell that cannot be read is the trouble of those who need it, told when each is judged.
    let seated = parsed.iter().flatten().filter_map(|(_, envelope)| seat(&seats, envelope).ok().flatten());
    let seated: Vec<CellKey> = seated.map(CellKey::Companion).collect();
    let named = chain.cells(contract, seated, &at).await?;
    let worth = |parsed: Result<(Sent, Envelope), Refusal>| match parsed {
        Err(refusal) => Worth::Never(refusal),
        Ok((sent, envelope)) => match admit(&deployment.domain(), [&heads, &seats, &named], &sent, &envelope) {
            Ok(Ok(bytes)) => Worth::Counts(bytes),
            Ok(Err(NotCompanioned::Envelope(refusal))) => Worth::Never(refusal),
            Ok(Err(missing)) => Worth::NotNow { code: "companion", reason: format!("{missing}; {}", missing.help()) },
            Err(unreadable) => Worth::NotNow { code: "unreadable", reason: unreadable.to_string() },
        },
    };
    Ok(attempts.iter().zip(parsed.into_iter().map(worth)).collect())
}

/// The envelope's bytes where it counts, by the cells of councils, of keys' seats and of companions.
fn admit<C: Cells>(
    domain: &Domain,
    [heads, seats, named]: [&C; 3],
    sent: &Sent,
    envelope: &Envelope,
) -> Result<Result<Vec<u8>, NotCompanioned>, RelayerError> {
    let answer = sent.admit(domain, phase(heads, envelope)?, companion(seats, named, envelope)?);
    Ok(answer.map(|_| sent.envelope().to_vec()))
}

/// The phase of the council for which the envelope speaks.
fn phase(heads: &impl Cells, envelope: &Envelope) -> Result<Phase, RelayerError> {
    let Some(council) = council(envelope) else { return Ok(Phase::Classical) };
    let head = heads.council(council).map_err(|_| RelayerError::UnreadableCell(CellKey::Council(council)))?;
    Ok(head.phase)
}

/// The seat that the envelope's key has or had.
fn seat(seats: &impl Cells, envelope: &Envelope) -> Result<Option<SeatId>, RelayerError> {
    seats.seat_of(&envelope.key).map_err(|_| RelayerError::UnreadableCell(CellKey::KeySeat(envelope.key)))
}

/// The companion that the envelope's key itself has named, and not one before it in the seat.
fn companion(
    seats: &impl Cells,
    named: &impl Cells,
    envelope: &Envelope,
) -> Result<Option<CompanionHash>, RelayerError> {
    let Some(seat) = seat(seats, envelope)? else { return Ok(None) };
    let cell = CellKey::Companion(seat);
    let named: Option<Companion> = named.cell(&cell).map_err(|_| RelayerError::UnreadableCell(cell))?;
    Ok(named.filter(|named| named.key == envelope.key).map(|named| named.companion))
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
        Capacity::Seat { seat, .. } => Some(seat.council),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer as _, SigningKey};
    use greatseal_protocol::{
        bytes::{ContractAddress, DeploymentId},
        cells::CellsMut as _,
        command::{Command, Order},
        council::CouncilHead,
        digest::signed_message,
        key::{Key, Signature},
        memory::Memory,
    };

    const DOMAIN: Domain =
        Domain { deployment: DeploymentId([1; 32]), contract: ContractAddress([2; 20]), chain_id: 3 };
    const SEAT: SeatId = SeatId { council: Council::Policy, index: 0 };

    /// A bare envelope of a seat in the Policy council, and what the chain has to say about it.
    fn hybrid() -> (Envelope, Memory) {
        let secret = SigningKey::from_bytes(&[7; 32]);
        let key = Key::Ed25519(secret.verifying_key().to_bytes());
        let command = Command {
            capacity: Capacity::Seat { seat: SEAT, epoch: 0 },
            expiry: 9,
            order: Order::Council(council::Order::Heartbeat { nonce: 1 }),
        };
        let signature = secret.sign(&signed_message(&DOMAIN, &key, &command)).to_bytes();
        let envelope = Envelope::seal(&DOMAIN, command, key, Signature::Ed25519(signature));
        let mut cells = Memory::new();
        let head = CouncilHead { size: 1, phase: Phase::Hybrid, ..CouncilHead::default() };
        cells.put(&CellKey::Council(SEAT.council), &head);
        cells.put(&CellKey::KeySeat(key), &SEAT);
        cells.put(&CellKey::Companion(SEAT), &Companion { key, companion: CompanionHash([5; 32]) });
        (envelope, cells)
    }

    fn judged(envelope: &Envelope, cells: &Memory) -> Result<Result<Vec<u8>, NotCompanioned>, RelayerError> {
        admit(&DOMAIN, [cells, cells, cells], &Sent::Bare(envelope.to_bytes()), envelope)
    }

    #[test]
    fn a_hybrid_council_asks_for_a_companion_and_a_classical_one_does_not() {
        let (envelope, mut cells) = hybrid();
        assert!(matches!(judged(&envelope, &cells), Ok(Err(NotCompanioned::Missing))));
        cells.put(&CellKey::Council(SEAT.council), &CouncilHead { size: 1, ..CouncilHead::default() });
        assert!(matches!(judged(&envelope, &cells), Ok(Ok(bytes)) if bytes == envelope.to_bytes()));
    }

    #[test]
    fn what_cannot_be_read_lets_nothing_through() {
        let (envelope, whole) = hybrid();
        for cell in [CellKey::Council(SEAT.council), CellKey::KeySeat(envelope.key), CellKey::Companion(SEAT)] {
            let mut cells = whole.clone();
            cells.insert(cell, vec![0xff]);
            let answer = judged(&envelope, &cells);
            assert!(matches!(answer, Err(RelayerError::UnreadableCell(named)) if named == cell), "{answer:?}");
        }
    }
}
