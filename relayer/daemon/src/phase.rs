//! What a council's post-quantum phase asks of an envelope: looked up on the chain when it is about to be submitted.
//!
//! The contract does not verify ML-DSA. This relayer submits nothing that lacks a companion's signature where the phase
//! asks for one.

use crate::{error::RelayerError, journal::Pending};
use greatseal_client::Chain;
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    cells::{CellKey, Cells},
    command::Capacity,
    companion::{NotCompanioned, Sent},
    council::{Council, Phase},
    digest::Domain,
    envelope::Envelope,
    phase::{Companion, CompanionHash},
    refusal::Refusal,
    state::State,
};

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

/// Judges each attempt by itself, by the last finalised state.
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
    let parsed: Vec<_> = attempts.iter().map(parse).collect();
    let look = chain.look(deployment.contract(), &at, |known| {
        known.answer(|cells| {
            let facts = parsed.iter().map(|parsed| parsed.as_ref().ok().map(|parsed| facts(cells, parsed)));
            facts.collect::<Vec<_>>()
        })
    });
    let worth = |(parsed, facts)| worth(&deployment.domain(), parsed, facts);
    Ok(attempts.iter().zip(parsed.iter().zip(look.await?).map(worth)).collect())
}

/// What the chain says about the one who signed: the phase of the council, and the companion that the key has named.
type Facts = Result<(Phase, Option<CompanionHash>), RelayerError>;

/// What one attempt is worth; without facts where its bytes are no envelope.
fn worth(domain: &Domain, parsed: &Result<(Sent, Envelope), Refusal>, facts: Option<Facts>) -> Worth {
    let (sent, facts) = match (parsed, facts) {
        (Ok((sent, _)), Some(facts)) => (sent, facts),
        (Err(refusal), _) => return Worth::Never(*refusal),
        (Ok(_), None) => return Worth::Never(Refusal::Decode),
    };
    match facts.map(|(phase, named)| sent.admit(domain, phase, named)) {
        Ok(Ok(_)) => Worth::Counts(sent.envelope().to_vec()),
        Ok(Err(NotCompanioned::Envelope(refusal))) => Worth::Never(refusal),
        Ok(Err(missing)) => Worth::NotNow { code: "companion", reason: format!("{missing}; {}", missing.help()) },
        // A cell that cannot be read is the trouble of those who need it.
        Err(unreadable) => Worth::NotNow { code: "unreadable", reason: unreadable.to_string() },
    }
}

/// Where no companion is asked for and none has signed, none is looked up.
fn facts(cells: &impl Cells, (sent, envelope): &(Sent, Envelope)) -> Facts {
    let phase = phase(cells, envelope)?;
    let asked = phase.needs_companion() || matches!(sent, Sent::Companioned(_));
    Ok((phase, if asked { companion(cells, envelope)? } else { None }))
}

/// The phase of the council for which the envelope speaks.
fn phase(cells: &impl Cells, envelope: &Envelope) -> Result<Phase, RelayerError> {
    let Some(council) = council(envelope) else { return Ok(Phase::Classical) };
    let head = cells.council(council).map_err(|_| RelayerError::UnreadableCell(CellKey::Council(council)))?;
    Ok(head.phase)
}

/// The companion that the envelope's key itself has named, and not one before it in the seat.
fn companion(cells: &impl Cells, envelope: &Envelope) -> Result<Option<CompanionHash>, RelayerError> {
    let seat = cells.seat_of(&envelope.key);
    let seat = seat.map_err(|_| RelayerError::UnreadableCell(CellKey::KeySeat(envelope.key)))?;
    let Some(seat) = seat else { return Ok(None) };
    let cell = CellKey::Companion(seat);
    let named: Option<Companion> = cells.cell(&cell).map_err(|_| RelayerError::UnreadableCell(cell))?;
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
    use greatseal_protocol::language::council;
    use greatseal_protocol::{
        bytes::{ContractAddress, DeploymentId},
        cells::CellsMut as _,
        command::{Command, Order},
        council::{CouncilHead, SeatId},
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

    fn judged(envelope: &Envelope, cells: &Memory) -> Worth {
        let parsed = (Sent::Bare(envelope.to_bytes()), envelope.clone());
        let facts = facts(cells, &parsed);
        worth(&DOMAIN, &Ok(parsed), Some(facts))
    }

    #[test]
    fn a_hybrid_council_asks_for_a_companion_and_a_classical_one_does_not() {
        let (envelope, mut cells) = hybrid();
        assert!(matches!(judged(&envelope, &cells), Worth::NotNow { code: "companion", .. }));
        cells.put(&CellKey::Council(SEAT.council), &CouncilHead { size: 1, ..CouncilHead::default() });
        assert_eq!(judged(&envelope, &cells), Worth::Counts(envelope.to_bytes()));
    }

    #[test]
    fn what_cannot_be_read_lets_nothing_through() {
        let (envelope, whole) = hybrid();
        for cell in [CellKey::Council(SEAT.council), CellKey::KeySeat(envelope.key), CellKey::Companion(SEAT)] {
            let mut cells = whole.clone();
            cells.insert(cell, vec![0xff]);
            let unreadable = RelayerError::UnreadableCell(cell).to_string();
            assert_eq!(judged(&envelope, &cells), Worth::NotNow { code: "unreadable", reason: unreadable });
        }
    }
}
