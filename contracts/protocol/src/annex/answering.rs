//! The annex's side: the rules, on cells that were handed over.

use super::{Answer, Applied, Question, Told, concerns, likely};
use crate::{
    bytes::Written,
    cells::{CellKey, Cells, CellsMut},
    command::Command,
    council::{CouncilHead, SeatId},
    decide,
    event::{Event, Record},
    evolve,
    refusal::Refusal,
};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use parity_scale_codec::{Decode, DecodeAll};

/// The answer to a question; hashes are the surroundings'.
pub fn answer(question: &Question, sha256: impl Fn(&[&[u8]]) -> [u8; 32]) -> Answer {
    let Question { actor, member, via, now, command, cells } = question;
    let Some(command) = command_of(command) else { return Answer::Malformed };
    let mut cells =
        Handed { sha256, handed: cells, next: Cell::new(0), missing: RefCell::default(), written: Vec::new() };
    let Ok(head) = cells.head() else { return cells.missing().unwrap_or(Answer::Unfit) };
    let seq = head.seq;
    // What is known beforehand is asked for before the rules begin.
    likely::likely(&command, *member, &head, &cells).into_iter().for_each(|key| cells.miss(key));
    if let Some(missing) = cells.missing() {
        return missing;
    }
    let decided = decide::decide_as(&cells, &head, actor, (Ok(*member), None), &command, *via, *now);
    if let Some(missing) = cells.missing() {
        return missing;
    }
    let events = match decided {
        Ok(events) => events,
        Err(refusal) => return Answer::Refused(refusal),
    };
    let evolved = evolve::evolve_all(&mut cells, head, seq, *now, Some(actor), &events);
    match (cells.missing(), evolved) {
        (Some(missing), _) => missing,
        (None, Err(_)) => Answer::Unfit,
        (None, Ok(())) => {
            let told = events.iter().map(|event| told(event, &cells)).collect();
            let (head, cells) = cells.written.into_iter().partition(|(key, _)| *key == CellKey::Head);
            let head: Vec<(CellKey, Vec<u8>)> = head;
            match head.into_iter().next() {
                Some((_, head)) => Answer::Applied(Applied { told, head, cells }),
                None => Answer::Unfit,
            }
        }
    }
}

/// Bytes of the command at the beginning, where it is one of the annex's.
pub fn length(bytes: &[u8]) -> Option<u32> {
    let mut rest = bytes;
    Command::decode(&mut rest).ok().filter(|_| concerns(bytes))?;
    u32::try_from(bytes.len().checked_sub(rest.len())?).ok()
}

/// What is not for the annex, it would decide without what only the other one sees.
fn command_of(bytes: &[u8]) -> Option<Command> {
    concerns(bytes).then(|| Command::decode_all(&mut &*bytes).ok()).flatten()
}

fn told(event: &Event, cells: &impl Cells) -> Told {
    let topic = cells.sha256(&[Record::TOPIC, event.kind().as_bytes()]);
    Told { topic, subject: event.subject(), event: Written::once(event) }
}

/// Cells that were handed over, those that are missing, and those that were written.
struct Handed<'a, H> {
    sha256: H,
    handed: &'a [(CellKey, Option<Vec<u8>>)],
    /// Where the one after the last that was looked at is.
    next: Cell<usize>,
    missing: RefCell<Vec<CellKey>>,
    written: Vec<(CellKey, Vec<u8>)>,
}

impl<H: Fn(&[&[u8]]) -> [u8; 32]> Handed<'_, H> {
    /// A cell as it was written, or handed over.
    #[inline(never)]
    fn find(&self, key: &CellKey) -> Option<&[u8]> {
        if let Some((_, bytes)) = self.written.iter().find(|(written, _)| written == key) {
            return Some(bytes);
        }
        // Cells are mostly looked at in the order in which they were asked for.
        let (before, from) = self.handed.split_at_checked(self.next.get()).unwrap_or((self.handed, &[]));
        for (at, (handed, bytes)) in (before.len()..).zip(from).chain((0..).zip(before)) {
            if handed == key {
                self.next.set(at.saturating_add(1));
                return bytes.as_deref();
            }
        }
        self.miss(*key);
        // A rule that looks at one seat of a council looks at all.
        if let CellKey::Seat(SeatId { council, .. }) = key
            && let Ok(CouncilHead { size, .. }) = self.council(*council)
        {
            (0..size).for_each(|index| self.miss(CellKey::Seat(SeatId { council: *council, index })));
        }
        None
    }

    fn miss(&self, key: CellKey) {
        let handed = self.handed.iter().any(|(handed, _)| *handed == key);
        let mut missing = self.missing.borrow_mut();
        if !handed && !missing.contains(&key) {
            missing.push(key);
        }
    }

    /// What must be handed over too, if anything must. Rules that went on without it have come to nothing.
    fn missing(&self) -> Option<Answer> {
        let missing = self.missing.take();
        (!missing.is_empty()).then_some(Answer::Missing(missing))
    }
}

impl<H: Fn(&[&[u8]]) -> [u8; 32]> Cells for Handed<'_, H> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.find(key).map(<[u8]>::to_vec)
    }

    fn cell<T: Decode>(&self, key: &CellKey) -> Result<Option<T>, Refusal> {
        let Some(mut bytes) = self.find(key) else { return Ok(None) };
        T::decode_all(&mut bytes).map(Some).map_err(|_| Refusal::Unreadable)
    }

    fn sha256(&self, parts: &[&[u8]]) -> [u8; 32] {
        (self.sha256)(parts)
    }
}

impl<H: Fn(&[&[u8]]) -> [u8; 32]> CellsMut for Handed<'_, H> {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        match self.written.iter_mut().find(|(written, _)| written == key) {
            Some((_, cell)) => *cell = bytes,
            None => self.written.push((*key, bytes)),
        }
    }

    /// Which cells are new is seen where they are written.
    fn count(&mut self, before: u32) -> u32 {
        before
    }
}
