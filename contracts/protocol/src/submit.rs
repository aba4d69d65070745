//! From bytes to records: what the contract's `submit` does with each envelope, and what every model does too.

use crate::{
    bytes::{ContractAddress, DeploymentId, EnvelopeDigest, Written},
    cells::{CellKey, Cells, CellsMut, Head},
    command::{Capacity, Command},
    council::{Council, LONGEST_SEAT, SeatId, Seated},
    decide::{self, Member, Via},
    digest::{self, Domain},
    envelope::{Envelope, MOST_REMEMBERED},
    event::{Door, Event, Record},
    evolve::{self, Unfit},
    genesis::{Genesis, Profile},
    hash,
    key::{Crypto, Key},
    language::contract,
    outcome::{Outcome, Records},
    policy::{self, Broken},
    refusal::Refusal,
    state::State,
};
use alloc::{boxed::Box, vec};
use core::cell::Cell;
use greatseal_edwards::Prepared;
use parity_scale_codec::Decode;

/// Most envelopes in a call.
pub const MAX_ENVELOPES: usize = 16;

/// Carries out one envelope at `now`: decides, evolves, and returns the records to be emitted, if there are any.
///
/// # Errors
///
/// [`Unfit`] only where stored cells were damaged from outside; the whole call must then be undone.
pub fn submit(
    cells: &mut impl CellsMut,
    bytes: &[u8],
    now: u64,
    crypto: &impl Crypto,
) -> Result<(Outcome, Option<Records>), Unfit> {
    let envelope = Envelope::parse_signed(bytes);
    let name = EnvelopeDigest(cells.sha256(&digest::envelope_preimage(bytes)));
    let head = in_force(cells)?;
    let authentic = match &envelope {
        Ok((envelope, signed)) => match &head {
            Ok(head) => authenticate(cells, envelope, signed, &head.domain, crypto),
            Err(refusal) => Err(*refusal),
        },
        Err(refusal) => Err(*refusal),
    };
    carry_out(cells, head, authentic, name, Via::Envelope, now)
}

/// A bare command from a member's own account: `SCALE(key) ‖ SCALE(command)`.
///
/// The surroundings say whether the caller's account is the key's: on pallet-revive `keccak256(key)[12..]`. There is no
/// account of a P-256 key, hence no such door for it.
///
/// # Errors
///
/// Those of [`submit`].
pub fn act(
    cells: &mut impl CellsMut,
    bytes: &[u8],
    now: u64,
    is_caller: impl FnOnce(&[u8; 32]) -> bool,
) -> Result<(Outcome, Option<Records>), Unfit> {
    let bare = bare(bytes);
    let authentic = match &bare {
        _ if bytes.len() > Envelope::MAX => Err(Refusal::TooLarge),
        None => Err(Refusal::Decode),
        Some((key, command)) if key.account().is_some_and(is_caller) => {
            member_of(cells, key, command.capacity).map(|member| (key, &**command, member))
        }
        Some(_) => Err(Refusal::NotTheCaller),
    };
    // A bare command has no name: the transaction that brings it is its evidence.
    carry_out(cells, in_force(cells)?, authentic, EnvelopeDigest([0; 32]), Via::Account, now)
}

/// A key and its command, and nothing behind them.
fn bare(mut bytes: &[u8]) -> Option<(Key, Box<Command>)> {
    let key = Key::decode(&mut bytes).ok()?;
    let command = Box::decode(&mut bytes).ok()?;
    bytes.is_empty().then_some((key, command))
}

/// What is authentic: whose command, and the seat that the key has or had.
type Authentic<'a> = (&'a Key, &'a Command, Member);

/// The head of a contract that has its whole state, and is not retired.
pub(crate) fn in_force(cells: &impl Cells) -> Result<Result<Box<Head>, Refusal>, Unfit> {
    let head: Option<Box<Head>> = cells.cell(&CellKey::Head).map_err(|_| Unfit::Missing)?;
    Ok(match head {
        None => Err(Refusal::Awaiting),
        Some(head) if head.successor.is_some() => Err(Refusal::Retired),
        Some(head) => Ok(head),
    })
}

fn carry_out(
    cells: &mut impl CellsMut,
    head: Result<Box<Head>, Refusal>,
    authentic: Result<Authentic<'_>, Refusal>,
    name: EnvelopeDigest,
    via: Via,
    now: u64,
) -> Result<(Outcome, Option<Records>), Unfit> {
    // Out of force nothing is authentic: no record comes to a state that is not there yet, or is final.
    let (head, (key, command, member)) = match head.and_then(|head| authentic.map(|authentic| (head, authentic))) {
        Ok(authentic) => authentic,
        Err(refusal) => return Ok((Outcome::Ignored { refusal }, None)),
    };
    let (seq, place) = (head.seq, Cell::new(None));
    let (outcome, events) = match decide::decide_as(cells, &head, key, member, command, (via, now), &place) {
        Ok(events) => {
            let count = u32::try_from(events.len()).map_err(|_| Unfit::Missing)?;
            (Outcome::Applied { envelope: name, seq, events: count }, events)
        }
        Err(refusal) => {
            return refuse(cells, head, (key, command.expiry), (refusal, place.get()), name, via, now);
        }
    };
    let door = door(via, name);
    evolve::evolve_all(cells, head, seq, now, (door, Some(key)), &events)?;
    Ok((outcome, Some(Records { seq, at: now, door, actor: Some(*key), events })))
}

fn door(via: Via, name: EnvelopeDigest) -> Door {
    match via {
        Via::Envelope => Door::Envelope(name),
        Via::Account => Door::Direct,
    }
}

/// Whether a refused command of this key is put on record. Whoever holds an envelope could send it again and again: so
/// each is recorded once, of a key that sits, and not where it only says that something is done already, or out of its
/// time, or that another contract did not answer: how much the answer may use is chosen by whoever submits. The list is
/// closed.
pub fn leaves_record(cells: &impl Cells, key: &Key, refusal: Refusal, door: Door, now: u64) -> bool {
    let said = match refusal {
        Refusal::EnvelopeExpired
        | Refusal::LifeTooLong
        | Refusal::Replayed
        | Refusal::AlreadyDecided
        | Refusal::AlreadyExecuted
        | Refusal::AlreadyAccepted
        | Refusal::NoSuccessor => return false,
        _ => cells.seat_of(key),
    };
    let Ok(Some(id)) = said else { return false };
    let sits = cells.seat(id).is_ok_and(|seat| seat.key == *key && seat.sits.is_some());
    match (sits, door) {
        (true, Door::Envelope(name)) => cells.remembered(id, now).is_ok_and(|remembered| {
            remembered.len() < MOST_REMEMBERED && remembered.iter().all(|(other, _)| *other != name)
        }),
        // Nobody but the key's own account can bring it again, and pays for it.
        (sits, Door::Direct | Door::Constructor) => sits,
        (false, Door::Envelope(_)) => false,
    }
}

/// What a rule refuses.
fn refuse(
    cells: &mut impl CellsMut,
    head: Box<Head>,
    (key, expiry): (&Key, u64),
    (refusal, place): (Refusal, Option<u8>),
    name: EnvelopeDigest,
    via: Via,
    now: u64,
) -> Result<(Outcome, Option<Records>), Unfit> {
    let door = door(via, name);
    if !leaves_record(cells, key, refusal, door, now) {
        return Ok((Outcome::Ignored { refusal }, None));
    }
    let (seq, events) = (head.seq, vec![Event::Contract(contract::Event::Refused { refusal, place, expiry })]);
    evolve::evolve_all(cells, head, seq, now, (door, Some(key)), &events)?;
    let records = Records { seq, at: now, door, actor: Some(*key), events };
    Ok((Outcome::Refused { envelope: name, refusal, place, seq }, Some(records)))
}

/// Verifies.
fn authenticate<'a>(
    cells: &impl CellsMut,
    envelope: &'a Envelope,
    signed: &[u8],
    domain: &Domain,
    crypto: &impl Crypto,
) -> Result<Authentic<'a>, Refusal> {
    let (member, prepared) = seated(cells, &envelope.key, envelope.command.capacity)?;
    envelope.verify_with(signed, domain, prepared.as_ref(), crypto)?;
    Ok((&envelope.key, &envelope.command, member))
}

/// The seat that a key has or had, and what its cell keeps to verify it.
fn seated(cells: &impl CellsMut, key: &Key, capacity: Capacity) -> Result<(Member, Option<Prepared>), Refusal> {
    let seated: Result<Option<Seated>, Refusal> = cells.cell(&CellKey::KeySeat(*key));
    let (member, prepared) = match seated {
        Ok(Some(Seated { seat, prepared })) => (Ok(Some(seat)), prepared),
        Ok(None) => (Ok(None), None),
        Err(refusal) => (Err(refusal), None),
    };
    known(&member, capacity)?;
    Ok(((member, None), prepared))
}

/// The seat that a key has or had. Where it holds the very one that it claims, its own cell need not be read: a key has
/// one seat, once.
fn member_of(cells: &impl CellsMut, key: &Key, capacity: Capacity) -> Result<Member, Refusal> {
    if let Capacity::Seat { seat: id, .. } = capacity
        && let Ok(seat) = cells.seat(id)
        && seat.key == *key
        && !seat.vacant
    {
        return Ok((Ok(Some(id)), Some(seat)));
    }
    let member = cells.seat_of(key);
    known(&member, capacity)?;
    Ok((member, None))
}

/// Who never had a seat can be nobody but anyone.
fn known(member: &Result<Option<SeatId>, Refusal>, capacity: Capacity) -> Result<(), Refusal> {
    match *member != Ok(None) || capacity == Capacity::Anyone {
        true => Ok(()),
        false => Err(Refusal::UnknownKey),
    }
}

/// The record of a deployment. Whether its keys are sound is for [`evolve::evolve`] to say, which prepares them.
///
/// # Errors
///
/// The first invariant that the genesis breaks.
pub fn deploy(genesis: Genesis, contract: ContractAddress, now: u64) -> Result<Record, Broken> {
    deploy_by(hash::sha256, genesis, contract, now)
}

/// [`deploy`] with the SHA-256 of the surroundings.
///
/// # Errors
///
/// Those of [`deploy`].
pub fn deploy_by(
    sha256: impl Fn(&[&[u8]]) -> [u8; 32],
    genesis: Genesis,
    contract: ContractAddress,
    now: u64,
) -> Result<Record, Broken> {
    policy::check_rules(&genesis)?;
    let second = SeatId { council: Council::Sovereign, index: 1 };
    let week = now.saturating_add(policy::APART);
    let in_time = match genesis.profile {
        Profile::Standard => true,
        // Two seats, of which the second is short-lived; and the whole is to be looked at again.
        Profile::Micronode { until } => {
            until <= now.saturating_add(Profile::MICRONODE)
                && genesis.seats().all(|(id, seat)| id != second || seat.valid_until <= week)
        }
    };
    // As in a rotation: a seat that never needs another key would be one that nobody looks at.
    let longest = now.saturating_add(LONGEST_SEAT);
    if !in_time || genesis.seats().any(|(_, seat)| seat.valid_until <= now || seat.valid_until > longest) {
        return Err(Broken { invariant: 9, row: 0 });
    }
    let deployment = DeploymentId(sha256(&[&Written::once(&genesis)]));
    let event = Event::Contract(contract::Event::Deployed { deployment, contract, genesis });
    Ok(Record { seq: 0, at: now, door: Door::Constructor, actor: None, event })
}
