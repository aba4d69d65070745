//! Asking the rules before anybody signs: what a command would do to a state of which only some cells are known.
//!
//! The rules that run are those of the contract, [`decide`](crate::decide::decide) and [`evolve`](crate::evolve::evolve). The
//! answer is the command's events and the cells that they write, or the rule that refuses it, or the cells that must be
//! known too. A client reads those at the same block, and asks again.

mod likely;
mod outlook;
mod wish;

pub use outlook::{Lacking, Outlook, Vetoes};
pub use wish::{Draft, Verdict, Wish, Wisher, fulfil};

use crate::{
    cells::{CellKey, Cells, CellsMut, Succession},
    command::Command,
    council::{CouncilHead, SeatId},
    decide::{self, Via},
    event::{Door, Event},
    evolve,
    key::Key,
    refusal::Refusal,
    state::State,
    submit,
};
use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};
use core::cell::RefCell;

/// Cells of a state that were read, and those that somebody has looked for besides.
#[derive(Clone, Debug, Default)]
pub struct Known {
    cells: BTreeMap<CellKey, Option<Vec<u8>>>,
    missing: RefCell<BTreeSet<CellKey>>,
}

/// Cells that must be known before there is an answer.
pub type Missing = BTreeSet<CellKey>;

impl Known {
    /// Adds cells that were read; `None` for those that the state does not have.
    pub fn add(&mut self, read: impl IntoIterator<Item = (CellKey, Option<Vec<u8>>)>) {
        self.cells.extend(read);
    }

    /// Runs `look` over the known cells.
    ///
    /// # Errors
    ///
    /// The cells that it looked for and that are not known: its result is then discarded.
    pub fn answer<T>(&self, look: impl FnOnce(&Self) -> T) -> Result<T, Missing> {
        self.missing.borrow_mut().clear();
        let answer = look(self);
        let missing = self.missing.take();
        if missing.is_empty() { Ok(answer) } else { Err(missing) }
    }

    /// Whether cells that can be told beforehand are known.
    fn expect(&self, likely: impl FnOnce(&Self) -> Vec<CellKey>) -> Result<(), Missing> {
        self.answer(|cells| likely(cells).into_iter().for_each(|key| cells.miss(key)))
    }

    fn miss(&self, key: CellKey) {
        if !self.cells.contains_key(&key) {
            self.missing.borrow_mut().insert(key);
        }
    }
}

/// The chain alone knows of another contract: a client's answer leaves that open.
impl Succession for Known {}

impl Cells for Known {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        if let Some(cell) = self.cells.get(key) {
            return cell.clone();
        }
        self.miss(*key);
        // A rule that looks at one seat of a council mostly looks at all.
        if let CellKey::Seat(SeatId { council, .. }) = key
            && let Ok(CouncilHead { size, .. }) = self.council(*council)
        {
            (0..size).for_each(|index| self.miss(CellKey::Seat(SeatId { council: *council, index })));
        }
        None
    }
}

/// A command, and how it would come in.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// Whose command.
    pub actor: &'a Key,
    /// The command.
    pub command: &'a Command,
    /// Through which door.
    pub via: Via,
    /// Block time in seconds.
    pub now: u64,
}

/// What the rules say of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// They look at these cells too.
    Missing(Missing),
    /// A rule refuses the command.
    Refused(Refusal),
    /// It would take effect.
    Applied(Applied),
}

/// What a command would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its events, in their order.
    pub events: Vec<Event>,
    /// The cells that they write, the head among them.
    pub written: BTreeMap<CellKey, Vec<u8>>,
}

/// Asks the rules about a command.
///
/// Only the signature is not asked about: there is none yet.
pub fn ask(question: &Question<'_>, known: &Known) -> Answer {
    // Cells that can be told beforehand are asked for together, and not one by one as the rules come to them.
    match known
        .expect(|cells| likely::of_question(question, cells))
        .and_then(|()| known.answer(|cells| carry_out(question, cells)))
    {
        Err(missing) => Answer::Missing(missing),
        Ok(Err(refusal)) => Answer::Refused(refusal),
        Ok(Ok(applied)) => Answer::Applied(applied),
    }
}

fn carry_out(question: &Question<'_>, cells: &Known) -> Result<Applied, Refusal> {
    let Question { actor, command, via, now } = *question;
    let head = submit::in_force(cells).map_err(|_| Refusal::Unreadable)??;
    if via == Via::Account && actor.account().is_none() {
        return Err(Refusal::NotTheCaller);
    }
    let events = decide::decide(cells, actor, command, via, now)?;
    let (mut after, seq) = (After { before: cells, written: BTreeMap::new() }, head.seq);
    // Cells that do not fit each other were damaged: no rule can say anything about them.
    evolve::evolve_all(&mut after, head, seq, now, (Door::Direct, Some(actor)), &events)
        .map_err(|_| Refusal::Unreadable)?;
    Ok(Applied { events, written: after.written })
}

impl Applied {
    /// The state that the command would leave.
    pub fn over<'a>(&self, known: &'a Known) -> After<'a> {
        After { before: known, written: self.written.clone() }
    }
}

/// The state after a command: what it writes, over the cells that are known.
#[derive(Clone, Debug)]
pub struct After<'a> {
    before: &'a Known,
    written: BTreeMap<CellKey, Vec<u8>>,
}

impl Succession for After<'_> {}

impl Cells for After<'_> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.written.get(key).cloned().or_else(|| self.before.load(key))
    }
}

impl CellsMut for After<'_> {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.written.insert(*key, bytes);
    }

    fn count(&mut self, before: u32) -> u32 {
        let new = self.written.keys().filter(|key| **key != CellKey::Head && self.before.load(key).is_none());
        before.saturating_add(u32::try_from(new.count()).unwrap_or(u32::MAX))
    }
}
