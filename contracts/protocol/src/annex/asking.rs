//! The governance contract's side: who speaks is found out here, what they cause is asked, and the answer is written.
//!
//! To whoever submits, a command of the annex is like every other one: the same outcomes, refusals and records, which a
//! test compares.

use super::{ACTIONS, Answer, Applied, MOST_CELLS, MOST_QUESTIONS, ORDERS, Question};
use crate::{
    bytes::{DomainTag, EnvelopeDigest, ManifestRoot, ReferenceHash},
    cells::{CellKey, CellsMut, Head},
    command::{Capacity, ProposalId},
    conversion::Reservation,
    council::SeatId,
    decide::Via,
    digest,
    envelope::Envelope,
    event::Records,
    evolve::Unfit,
    key::{Crypto, Key, Signature},
    refusal::Refusal,
    row::RowId,
    submit::{self, Outcome},
};
use alloc::{boxed::Box, vec, vec::Vec};
use parity_scale_codec::{Decode, DecodeAll};

/// Whether the command at the beginning is the annex's, by its tags; everything else about it is for the annex to read.
pub fn concerns(command: &[u8]) -> bool {
    beginning(command).is_some()
}

/// The cells that the annex's rules look at first, as far as the beginning of the command names them: they need not be
/// asked for.
fn beginning(mut command: &[u8]) -> Option<Vec<CellKey>> {
    let input = &mut command;
    Capacity::decode(input).ok()?;
    u64::decode(input).ok()?;
    let first = match u8::decode(input).ok()? {
        0 => CellKey::Row(RowId::decode(input).ok()?),
        4 => CellKey::proposal(ProposalId::decode(input).ok()?),
        order => return ORDERS.contains(&order).then(|| named(order, input).unwrap_or_default()),
    };
    ACTIONS.contains(&u8::decode(input).ok()?).then(|| vec![first])
}

/// The same of an order that names them first: a route, a batch, or what is disputed.
fn named(order: u8, input: &mut &[u8]) -> Option<Vec<CellKey>> {
    Some(match order {
        18..=21 => {
            let (route, number) = <(u32, u64)>::decode(input).ok()?;
            let held = CellKey::Reservation(route, Reservation::place(number));
            let mut keys = vec![CellKey::Traffic(route), if order < 20 { CellKey::Route(route) } else { held }];
            keys.extend((order == 18).then_some(CellKey::Compliance(route)));
            keys
        }
        24..=26 => vec![CellKey::Batch(ManifestRoot::decode(input).ok()?)],
        17 | 27..=29 => vec![CellKey::Dispute(ReferenceHash::decode(input).ok()?)],
        _ => Vec::new(),
    })
}

/// The same for an envelope, or what should be one.
pub fn concerns_envelope(bytes: &[u8]) -> bool {
    let command = Envelope::versioned(bytes).and_then(|mut rest| DomainTag::decode(&mut rest).ok().map(|_| rest));
    command.is_some_and(concerns)
}

/// The same for a key and a bare command.
pub fn concerns_bare(mut bytes: &[u8]) -> bool {
    Key::decode(&mut bytes).is_ok() && concerns(bytes)
}

/// [`submit::submit`] for an envelope whose command is the annex's, by its tags.
///
/// # Errors
///
/// Like there.
pub fn submit(
    cells: &mut impl CellsMut,
    bytes: &[u8],
    now: u64,
    crypto: &impl Crypto,
) -> Result<(Outcome, Option<Records>), Unfit> {
    let name = EnvelopeDigest(cells.sha256(&digest::envelope_preimage(bytes)));
    let head = match submit::in_force(cells)? {
        Ok(head) => head,
        Err(refusal) => return Ok((Outcome::Ignored { refusal }, None)),
    };
    let ignored = |refusal| Ok((Outcome::Ignored { refusal }, None));
    // Mostly the end of an envelope tells where its command ends, and one question less is asked.
    let mut tried = None;
    if let Some(sealed) = by_its_end(bytes) {
        match authenticate(cells, &sealed, &head, crypto) {
            Ok(member) => {
                let command = (&sealed.key, member, sealed.command);
                match carry_out(cells, Box::new(*head), command, name, Via::Envelope, now)? {
                    (Outcome::Ignored { refusal: Refusal::Decode }, _) => {}
                    answered => return Ok(answered),
                }
            }
            Err(refusal) => tried = Some((sealed.command.len(), refusal)),
        }
    }
    match (unseal(cells, bytes), tried) {
        (Err(refusal), _) => ignored(refusal),
        // It was read so already, and is not verified a second time.
        (Ok(sealed), Some((length, refusal))) if sealed.command.len() == length => ignored(refusal),
        (Ok(sealed), _) => match authenticate(cells, &sealed, &head, crypto) {
            Ok(member) => carry_out(cells, head, (&sealed.key, member, sealed.command), name, Via::Envelope, now),
            Err(refusal) => ignored(refusal),
        },
    }
}

/// [`submit::act`] for a bare command that is the annex's, by its tags.
///
/// # Errors
///
/// Like there.
pub fn act(
    cells: &mut impl CellsMut,
    bytes: &[u8],
    now: u64,
    is_caller: impl FnOnce(&[u8; 32]) -> bool,
) -> Result<(Outcome, Option<Records>), Unfit> {
    let ignored = |refusal| Ok((Outcome::Ignored { refusal }, None));
    let head = match submit::in_force(cells)? {
        Ok(head) => head,
        Err(refusal) => return ignored(refusal),
    };
    let mut command = bytes;
    let (Ok(key), mut capacity) = (Key::decode(&mut command), command) else { return ignored(Refusal::Decode) };
    let Ok(capacity) = Capacity::decode(&mut capacity) else { return ignored(Refusal::Decode) };
    let member = match &key {
        Key::Ed25519(account) if is_caller(account) => submit::member_of(cells, &key, capacity),
        _ => Err(Refusal::NotTheCaller),
    };
    match member.and_then(|(member, _)| member) {
        Ok(member) => carry_out(cells, head, (&key, member, command), EnvelopeDigest([0; 32]), Via::Account, now),
        // What is not exactly a command is that first.
        Err(refusal) => match length(cells, command) {
            Ok(length) if length != command.len() => ignored(Refusal::Decode),
            Ok(_) => ignored(refusal),
            Err(unread) => ignored(unread),
        },
    }
}

/// An envelope whose command is not read here.
struct Sealed<'a> {
    domain: DomainTag,
    capacity: Capacity,
    command: &'a [u8],
    key: Key,
    signature: Signature,
}

/// By a key and a signature of one algorithm at the end, where only one of the two algorithms can be meant. Nothing is
/// certain before the signature verifies and the annex reads the command to its last byte: then the envelope's bytes have
/// no other meaning.
fn by_its_end(bytes: &[u8]) -> Option<Sealed<'_>> {
    /// Tags, key and signature: Ed25519, P-256.
    const ENDS: [usize; 2] = [1 + 32 + 1 + 64, 1 + 33 + 1 + 96];
    let mut rest = Envelope::versioned(bytes)?;
    let domain = DomainTag::decode(&mut rest).ok()?;
    let read = |end: usize| open(domain, rest, rest.len().checked_sub(end)?).ok();
    match ENDS.map(read) {
        [Some(one), None] | [None, Some(one)] => Some(one),
        _ => None,
    }
}

/// By the length of the command, which the annex knows.
fn unseal<'a>(cells: &impl CellsMut, bytes: &'a [u8]) -> Result<Sealed<'a>, Refusal> {
    let mut rest = Envelope::versioned(bytes).ok_or(Refusal::Decode)?;
    let domain = DomainTag::decode(&mut rest).map_err(|_| Refusal::Decode)?;
    open(domain, rest, length(cells, rest)?)
}

fn open(domain: DomainTag, rest: &[u8], length: usize) -> Result<Sealed<'_>, Refusal> {
    let (command, mut rest) = rest.split_at_checked(length).ok_or(Refusal::Decode)?;
    let capacity = Capacity::decode(&mut &*command).map_err(|_| Refusal::Decode)?;
    let (key, signature) = <(Key, Signature)>::decode_all(&mut rest).map_err(|_| Refusal::Decode)?;
    Ok(Sealed { domain, capacity, command, key, signature })
}

/// Bytes of the command at the beginning, as the annex reads them.
fn length(cells: &impl CellsMut, bytes: &[u8]) -> Result<usize, Refusal> {
    let length = cells.annex_length(bytes).ok_or(Refusal::NoAnnex)?.ok_or(Refusal::Decode)?;
    usize::try_from(length).map_err(|_| Refusal::Decode)
}

fn authenticate(
    cells: &impl CellsMut,
    sealed: &Sealed<'_>,
    head: &Head,
    crypto: &impl Crypto,
) -> Result<Option<SeatId>, Refusal> {
    let Sealed { domain, capacity, command, key, signature } = sealed;
    let ((member, _), prepared) = submit::seated(cells, key, *capacity)?;
    let sha256 = |parts: &[&[u8]]| crypto.sha256(parts);
    if *domain != head.domain.tag_by(sha256) {
        return Err(Refusal::WrongDomain);
    }
    let message = digest::signed_message_of(sha256, &head.domain, key, command);
    key.verify_with(prepared.as_ref(), &message, signature, crypto)?;
    member
}

fn carry_out(
    cells: &mut impl CellsMut,
    head: Box<Head>,
    (key, member, command): (&Key, Option<SeatId>, &[u8]),
    name: EnvelopeDigest,
    via: Via,
    now: u64,
) -> Result<(Outcome, Option<Records>), Unfit> {
    let question = Question { actor: *key, member, via, now, command: command.to_vec(), cells: Vec::new() };
    match converse(cells, question) {
        Some(Answer::Applied(applied)) => apply(cells, &head, applied, key, name, via, now),
        Some(Answer::Refused(refusal)) => submit::refuse(cells, head, (key, member.is_some()), refusal, name, via, now),
        Some(Answer::Malformed) => Ok((Outcome::Ignored { refusal: Refusal::Decode }, None)),
        Some(Answer::Unfit) => Err(Unfit::Missing),
        Some(Answer::Missing(_)) | None => Ok((Outcome::Ignored { refusal: Refusal::NoAnnex }, None)),
    }
}

/// Asks, each time with the cells that were missing the time before; nothing where that comes to no end.
fn converse(cells: &impl CellsMut, mut question: Question) -> Option<Answer> {
    let mut missing = vec![CellKey::Head];
    missing.extend(question.member.map(CellKey::Seat));
    missing.extend(beginning(&question.command).unwrap_or_default());
    for _ in 0..MOST_QUESTIONS {
        if question.cells.len().saturating_add(missing.len()) > MOST_CELLS {
            return None;
        }
        question.cells.extend(missing.iter().map(|key| (*key, cells.load(key))));
        match cells.annex_answer(&question)? {
            Answer::Missing(more) => missing = more,
            answer => return Some(answer),
        }
    }
    None
}

/// Writes what the annex says. It has no say in what this contract is, nor in its own book-keeping.
fn apply(
    cells: &mut impl CellsMut,
    before: &Head,
    Applied { told, head, cells: written }: Applied,
    key: &Key,
    name: EnvelopeDigest,
    via: Via,
    now: u64,
) -> Result<(Outcome, Option<Records>), Unfit> {
    let mut head: Box<Head> = DecodeAll::decode_all(&mut &*head).map_err(|_| Unfit::Missing)?;
    let events = u32::try_from(told.len()).map_err(|_| Unfit::Missing)?;
    let same = Head { seq: head.seq, serial: head.serial, changes: head.changes, ..*before };
    if *head != same || before.seq.checked_add(events.into()) != Some(head.seq) {
        return Err(Unfit::Missing);
    }
    for (key, bytes) in written {
        if key == CellKey::Head || key.apart() {
            return Err(Unfit::Missing);
        }
        cells.store(&key, bytes);
    }
    head.cells = cells.count(head.cells);
    cells.put(&CellKey::Head, &head);
    let door = submit::door(via, name);
    let records = Records { seq: before.seq, at: now, door, actor: Some(*key), events: Vec::new(), told };
    Ok((Outcome::Applied { envelope: name, seq: before.seq, events }, Some(records)))
}
