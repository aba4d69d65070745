//! From bytes to records: what the contract's `submit` does with each envelope, and what every model does too.

use crate::{
    bytes::{ContractAddress, EnvelopeDigest},
    cells::{CellKey, CellsMut},
    council::SeatId,
    decide,
    digest::{self, Domain},
    envelope::Envelope,
    event::{Door, Event, Record},
    evolve::{self, Unfit},
    genesis::Genesis,
    key::Key,
    policy::{self, Broken},
    refusal::Refusal,
};
use alloc::{vec, vec::Vec};
use parity_scale_codec::{Decode, Encode};
use scale_info::TypeInfo;

/// Most envelopes in a call.
pub const MAX_ENVELOPES: usize = 16;

/// What became of one envelope. A call has one for each, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Outcome {
    /// It took effect.
    #[codec(index = 0)]
    Applied {
        /// The envelope.
        envelope: EnvelopeDigest,
        /// `seq` of its first event.
        seq: u64,
        /// Number of its events.
        events: u32,
    },
    /// A member signed it, but a rule refuses it: on record, nothing changed.
    #[codec(index = 1)]
    Refused {
        /// The envelope.
        envelope: EnvelopeDigest,
        /// The rule.
        refusal: Refusal,
        /// `seq` of the record.
        seq: u64,
    },
    /// It shows nothing that a member signed for this contract: not on record.
    #[codec(index = 2)]
    Ignored {
        /// Why.
        refusal: Refusal,
    },
}

/// Why there is no contract: the constructor's refusal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum NotDeployed {
    /// The argument is not exactly a genesis.
    #[codec(index = 0)]
    Malformed,
    /// The genesis breaks an invariant.
    #[codec(index = 1)]
    Broken(Broken),
    /// A cell does not hold what was written.
    #[codec(index = 2)]
    Storage,
}

/// Why a whole call is undone.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum Undone {
    /// No envelope shows anything that a member signed: nothing to put on record.
    #[codec(index = 0)]
    NothingAuthentic(Vec<Outcome>),
    /// Too many envelopes, or none.
    #[codec(index = 1)]
    Bounds(Refusal),
    /// Stored cells do not fit each other.
    #[codec(index = 2)]
    Storage,
}

/// Carries out one envelope at `now`: decides, evolves, and returns the records to be emitted.
///
/// # Errors
///
/// [`Unfit`] only where stored cells were damaged from outside; the whole call must then be undone.
pub fn submit(cells: &mut impl CellsMut, bytes: &[u8], now: u64) -> Result<(Outcome, Vec<Record>), Unfit> {
    let head = cells.head().map_err(|_| Unfit::Missing)?;
    let (envelope, member) = match authenticate(cells, bytes, &head.domain) {
        Ok(authenticated) => authenticated,
        Err(refusal) => return Ok((Outcome::Ignored { refusal }, Vec::new())),
    };
    let name = Envelope::digest(bytes);
    let (outcome, events) = match decide::decide(cells, &envelope.key, &envelope.command, now) {
        Ok(events) => {
            let count = u32::try_from(events.len()).map_err(|_| Unfit::Missing)?;
            (Outcome::Applied { envelope: name, seq: head.seq, events: count }, events)
        }
        // Whoever holds an envelope could send it again and again: out of its time it puts nothing on record.
        Err(refusal) if member && !matches!(refusal, Refusal::EnvelopeExpired | Refusal::LifeTooLong) => {
            (Outcome::Refused { envelope: name, refusal, seq: head.seq }, vec![Event::Refused { refusal }])
        }
        Err(refusal) => (Outcome::Ignored { refusal }, Vec::new()),
    };
    Ok((outcome, apply(cells, events, envelope.key, name, now)?))
}

/// Parses and verifies; says whether the key has a seat.
fn authenticate(cells: &impl CellsMut, bytes: &[u8], domain: &Domain) -> Result<(Envelope, bool), Refusal> {
    let envelope = Envelope::parse(bytes)?;
    let member = cells.cell::<SeatId>(&CellKey::KeySeat(envelope.key))?.is_some();
    if !member && envelope.command.capacity != crate::command::Capacity::Anyone {
        return Err(Refusal::UnknownKey);
    }
    envelope.verify(domain)?;
    Ok((envelope, member))
}

fn apply(
    cells: &mut impl CellsMut,
    events: Vec<Event>,
    key: Key,
    envelope: EnvelopeDigest,
    now: u64,
) -> Result<Vec<Record>, Unfit> {
    let first = cells.head().map_err(|_| Unfit::Missing)?.seq;
    let mut records = Vec::with_capacity(events.len());
    for (seq, event) in (first..).zip(events) {
        let record = Record { seq, at: now, door: Door::Envelope(envelope), actor: Some(key), event };
        evolve::evolve(cells, &record)?;
        records.push(record);
    }
    Ok(records)
}

/// The record of a deployment.
///
/// # Errors
///
/// The first invariant that the genesis breaks.
pub fn deploy(genesis: Genesis, contract: ContractAddress, now: u64) -> Result<Record, Broken> {
    policy::check(&genesis)?;
    if genesis.seats().any(|(_, seat)| seat.valid_until <= now) {
        return Err(Broken { invariant: 9, row: 0 });
    }
    let deployment = digest::deployment_id(&genesis);
    let event = Event::Deployed { deployment, contract, genesis };
    Ok(Record { seq: 0, at: now, door: Door::Constructor, actor: None, event })
}
