//! Records whose command is not at hand: it is made again from what the event says of it, and decided by the protocol's own
//! rules, in the state before it. The events that they give are those on record, or the record is not what happened.

mod command;

use crate::{
    fault::Cause,
    rules::command::{Actions, Begins},
};
use greatseal_protocol::{
    bytes::ContractAddress,
    cells::{CellKey, Cells, Succession},
    clock::LIFE,
    command::{Capacity, Command, Order},
    conversion::Conversion,
    council::Seat,
    daily::{Daily, DayLists},
    decide::{Via, decide},
    event::{Door, Event, Record},
    evolve::evolve,
    genesis::Genesis,
    key::Key,
    language::{
        bridge,
        proposal::{self, Opened},
    },
    memory::Memory,
    refusal::Refusal,
    route::Served,
    scale::{DecodeAll, Encode},
    state::State,
    submit,
};
use std::{collections::VecDeque, mem};

/// Refusals that leave no record: the bytes are not authentic, or out of their time.
const NEVER_RECORDED: [Refusal; 8] = [
    Refusal::TooLarge,
    Refusal::WrongVersion,
    Refusal::WrongDomain,
    Refusal::BadSignature,
    Refusal::EnvelopeExpired,
    Refusal::LifeTooLong,
    Refusal::NotTheCaller,
    Refusal::UnknownKey,
];

/// Rules over records, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    actions: Actions,
    due: Due,
}

/// What has to come next.
#[derive(Clone, Debug, Default)]
enum Due {
    /// Any command may begin.
    #[default]
    Anything,
    /// This record has ended a proposal to make room for an opening of the same command.
    Opening(Frame, Box<Record>),
    /// The command has more events; where it may end, the author may have approved with the opening.
    Rest { frame: Frame, events: VecDeque<Event>, may_end: bool },
}

/// What the records of one command have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Frame {
    /// Block and transaction.
    place: (u64, u32),
    at: u64,
    door: Door,
    actor: Option<Key>,
}

impl Rules {
    /// Takes the next record, and folds it into the state.
    pub(crate) fn take(&mut self, state: &mut Memory, place: (u64, u32), record: Record) -> Result<(), Cause> {
        let Record { at, door, actor, .. } = record;
        let frame = Frame { place, at, door, actor };
        match mem::take(&mut self.due) {
            Due::Rest { frame: due, mut events, .. } if due == frame && events.front() == Some(&record.event) => {
                events.pop_front();
                self.expect(frame, events, false);
                self.fold(state, &record)
            }
            Due::Rest { events, may_end: false, .. } => Err(interrupted(events.front())),
            Due::Opening(due, ended) => self.open_after(state, frame, due, *ended, record),
            Due::Anything | Due::Rest { may_end: true, .. } => self.begin(state, frame, record),
        }
    }

    /// Takes note of what a record says that came in another way.
    pub(crate) fn note(&mut self, record: &Record) {
        self.actions.note(&record.event);
    }

    /// Where a command must have ended.
    pub(crate) fn finish(&mut self) -> Result<(), Cause> {
        match mem::take(&mut self.due) {
            Due::Anything | Due::Rest { may_end: true, .. } => Ok(()),
            Due::Opening(..) => Err(Cause::Interrupted { expected: "Opened" }),
            Due::Rest { events, .. } => Err(interrupted(events.front())),
        }
    }

    fn begin(&mut self, state: &mut Memory, frame: Frame, record: Record) -> Result<(), Cause> {
        let (events, may_end) = match command::begins(&record.event, state, &self.actions)? {
            Begins::Deployment(genesis, contract) => {
                deployed(&record, genesis, contract)?;
                return self.fold(state, &record);
            }
            Begins::Succession => {
                if (record.door, record.actor) != (Door::Constructor, None) {
                    return Err(Cause::Door);
                }
                return self.fold(state, &record);
            }
            Begins::Refusal { refusal, expiry } => {
                refused(state, &record, refusal, expiry)?;
                return self.fold(state, &record);
            }
            Begins::Slot => {
                self.due = Due::Opening(frame, Box::new(record));
                return Ok(());
            }
            Begins::Opening(opened) => opening(state, &record, opened)?,
            Begins::Conversion(conversion) => {
                converted(state, &record, conversion)?;
                return self.fold(state, &record);
            }
            Begins::Order(order) => (caused(state, &record, order)?, false),
        };
        let mut events = VecDeque::from(events);
        next(&mut events, &record.event)?;
        self.expect(frame, events, may_end);
        self.fold(state, &record)
    }

    /// An opening that has made room for itself.
    fn open_after(
        &mut self,
        state: &mut Memory,
        frame: Frame,
        due: Frame,
        ended: Record,
        record: Record,
    ) -> Result<(), Cause> {
        let Event::Proposal(proposal::Event::Opened(opened)) = &record.event else {
            return Err(Cause::Interrupted { expected: "Opened" });
        };
        if frame != due {
            return Err(Cause::Interrupted { expected: "Opened" });
        }
        let (events, may_end) = opening(state, &record, opened)?;
        let mut events = VecDeque::from(events);
        next(&mut events, &ended.event)?;
        next(&mut events, &record.event)?;
        self.expect(frame, events, may_end);
        self.fold(state, &ended)?;
        self.fold(state, &record)
    }

    fn expect(&mut self, frame: Frame, events: VecDeque<Event>, may_end: bool) {
        self.due = if events.is_empty() { Due::Anything } else { Due::Rest { frame, events, may_end } };
    }

    fn fold(&mut self, state: &mut Memory, record: &Record) -> Result<(), Cause> {
        self.actions.note(&record.event);
        Ok(evolve(state, record)?)
    }
}

fn interrupted(next: Option<&Event>) -> Cause {
    Cause::Interrupted { expected: next.map_or("nothing", Event::kind) }
}

/// Whether the event is the next that the rules give.
fn next(events: &mut VecDeque<Event>, found: &Event) -> Result<(), Cause> {
    match events.pop_front() {
        Some(expected) if expected == *found => Ok(()),
        Some(expected) => Err(Cause::Differs { expected: expected.kind(), same: expected.kind() == found.kind() }),
        None => Err(Cause::Uncaused { kind: found.kind() }),
    }
}

/// The record that the constructor makes of this genesis.
fn deployed(record: &Record, genesis: &Genesis, contract: ContractAddress) -> Result<(), Cause> {
    match submit::deploy(genesis.clone(), contract, record.at) {
        Ok(made) if made == *record => Ok(()),
        Ok(_) => Err(Cause::Door),
        Err(_) => Err(Cause::BrokenGenesis),
    }
}

/// Nobody can decide again what was refused: the order is not on record. It is a member's, and of a rule that leaves one.
fn refused(state: &Memory, record: &Record, refusal: Refusal, expiry: u64) -> Result<(), Cause> {
    let (actor, _) = came_in(state, record)?;
    let in_time = (1..=LIFE).contains(&expiry.saturating_sub(record.at));
    let recorded = submit::leaves_record(state, &actor, refusal, record.door, record.at);
    if !in_time || !recorded || NEVER_RECORDED.contains(&refusal) {
        return Err(Cause::NeverRecorded { refusal });
    }
    Ok(())
}

/// The events of an opening, with the author's own approval where that may have come with it.
fn opening(state: &Memory, record: &Record, opened: &Opened) -> Result<(Vec<Event>, bool), Cause> {
    match caused(state, record, command::open(opened, record.at, true)?) {
        Ok(events) => Ok((events, true)),
        Err(_) => Ok((caused(state, record, command::open(opened, record.at, false)?)?, false)),
    }
}

/// Whether a conversion has the answer on record. The proofs that came with it are not: where the route has lists, that they
/// let the account through, or do not, is the one thing that is not seen.
fn converted(state: &Memory, record: &Record, conversion: Conversion) -> Result<(), Cause> {
    let strict = caused(state, record, command::authorize(conversion))?;
    // Without proofs the lists stop everything that comes as far as they stand.
    let mut events = match (strict.iter().any(by_list), &record.event) {
        (true, event @ Event::Bridge(bridge::Event::ConversionRefused { refusal, .. })) if by_list(event) => {
            has_list(state, conversion.transfer.route, *refusal)?;
            // But for the list, the rules' own refusal.
            strict.into_iter().map(|event| with_refusal(event, *refusal)).collect()
        }
        (true, _) => {
            let unlisted = Unlisted { state, route: conversion.transfer.route };
            caused(&unlisted, record, command::authorize(conversion))?.into()
        }
        (false, _) => VecDeque::from(strict),
    };
    next(&mut events, &record.event)
}

/// Whether a list stopped a conversion.
fn by_list(event: &Event) -> bool {
    matches!(
        event,
        Event::Bridge(bridge::Event::ConversionRefused { refusal: Refusal::NotAllowed | Refusal::NotShownAbsent, .. })
    )
}

/// The refusal of a conversion for another reason.
fn with_refusal(event: Event, refusal: Refusal) -> Event {
    match event {
        Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, .. }) => {
            Event::Bridge(bridge::Event::ConversionRefused { seat, conversion, refusal })
        }
        other => other,
    }
}

/// Whether the route has the list that is said to have stopped a conversion.
fn has_list(state: &Memory, route: u32, refusal: Refusal) -> Result<(), Cause> {
    let refused = |refusal| Cause::Refused { refusal };
    let daily = state.daily(route).map_err(refused)?;
    let has = state.served(route).map_err(refused)?.is_some_and(|served| {
        let (_, lists) = daily.lists(&served.compliance);
        if refusal == Refusal::NotAllowed { lists.allow.is_some() } else { lists.deny.is_some() }
    });
    if has { Ok(()) } else { Err(Cause::Differs { expected: "ConversionRefused", same: true }) }
}

/// The state as if the route served everybody.
struct Unlisted<'a> {
    state: &'a Memory,
    route: u32,
}

impl Succession for Unlisted<'_> {}

impl Cells for Unlisted<'_> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        let bytes = self.state.load(key)?;
        // What cannot be read stays so.
        if *key == CellKey::Compliance(self.route)
            && let Ok(mut served) = Served::decode_all(&mut &*bytes)
        {
            (served.compliance.allow, served.compliance.deny) = (None, None);
            return Some(served.encode());
        }
        if *key == CellKey::Daily(self.route)
            && let Ok(mut daily) = Daily::decode_all(&mut &*bytes)
        {
            daily.lists = daily.lists.map(|_| DayLists { allow: None, deny: None });
            return Some(daily.encode());
        }
        Some(bytes)
    }
}

/// What the rules make of the order, in the state before it.
fn caused(state: &impl Cells, record: &Record, order: Order) -> Result<Vec<Event>, Cause> {
    let refused = |refusal| Cause::Refused { refusal };
    let (actor, via) = came_in(state, record)?;
    let mut command = Command { capacity: Capacity::Anyone, expiry: record.at.saturating_add(1), order };
    // Whoever executed and left no name has not said that it has a seat, or is set aside.
    let nameless =
        matches!(&record.event, Event::Proposal(proposal::Event::Executed { log, .. }) if log.operator.is_none());
    if let Some(id) = state.seat_of(&actor).map_err(refused)?.filter(|_| !nameless) {
        let seat: Option<Seat> = state.cell(&CellKey::Seat(id)).map_err(refused)?;
        let epoch = seat.and_then(|seat| seat.sits).map_or(0, |sits| sits.epoch);
        command.capacity = Capacity::Seat { seat: id, epoch };
    }
    decide(state, &actor, &command, via, record.at).map_err(refused)
}

/// Whose command it is, and by which door.
fn came_in(state: &impl Cells, record: &Record) -> Result<(Key, Via), Cause> {
    let head = state.head().map_err(|refusal| Cause::Refused { refusal })?;
    if head.successor.is_some() {
        return Err(Cause::OutOfForce);
    }
    match (record.door, record.actor) {
        (Door::Envelope(_), Some(actor)) => Ok((actor, Via::Envelope)),
        // Only an Ed25519 key has an account.
        (Door::Direct, Some(actor @ Key::Ed25519(_))) => Ok((actor, Via::Account)),
        _ => Err(Cause::Door),
    }
}
