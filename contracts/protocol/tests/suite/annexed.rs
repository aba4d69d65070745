//! The same command on a chain, where half of the rules are another contract's (ADR 35): the same outcome, records and
//! cells as where all rules are at hand.

use greatseal_protocol::{
    annex::{self, Answer, Question},
    cells::{CellKey, Cells, CellsMut},
    digest,
    event::Record,
    key::Crypto,
    memory::Memory,
    outcome::{Outcome, Records},
    scale::{DecodeAll, Encode},
};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    fmt::Debug,
    sync::{Mutex, PoisonError},
};

/// Most questions about a command: each costs the annex's code anew, in time and in proof. What comes next is another one
/// that no story needs.
const MOST_QUESTIONS: usize = 6;

/// Most bytes of a question or an answer: ink!'s buffer, with room for what ink! puts around it.
const MOST_BYTES: usize = 32 * 1024 - 64;

/// What was asked for one command, and the most of it for any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked {
    pub(crate) questions: usize,
    pub(crate) cells: usize,
    pub(crate) question: usize,
    pub(crate) answer: usize,
}

static MOST: Mutex<Asked> = Mutex::new(Asked { questions: 0, cells: 0, question: 0, answer: 0 });

/// The most of everything so far.
pub(crate) fn most() -> Asked {
    *MOST.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A command that came in: its bytes, when, and by which door.
#[derive(Clone, Copy)]
pub(crate) struct Sent<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) now: u64,
    /// Whether the caller's account is the key's; nothing for an envelope.
    pub(crate) caller: Option<bool>,
}

/// What it came to, where the annex is asked.
#[derive(Debug)]
pub(crate) struct Answered<S> {
    outcome: Outcome,
    records: Option<Records>,
    pub(crate) store: S,
}

/// Carries the command out by asking, where it is the annex's.
pub(crate) fn ask<S: CellsMut>(store: S, sent: Sent<'_>, crypto: &impl Crypto) -> Option<Answered<S>> {
    let mut asking = Asking { store, asked: RefCell::default() };
    let Sent { bytes, now, caller } = sent;
    let (outcome, records) = match caller {
        None if annex::concerns_envelope(bytes) => annex::submit(&mut asking, bytes, now, crypto),
        Some(caller) if annex::concerns_bare(bytes) && bytes.len() <= greatseal_protocol::envelope::Envelope::MAX => {
            annex::act(&mut asking, bytes, now, |_| caller)
        }
        _ => return None,
    }
    .expect("an answer");
    let asked = asking.asked.into_inner();
    assert!(asked.questions <= MOST_QUESTIONS, "{asked:?}");
    let mut most = MOST.lock().unwrap_or_else(PoisonError::into_inner);
    most.questions = most.questions.max(asked.questions);
    most.cells = most.cells.max(asked.cells);
    most.question = most.question.max(asked.question);
    most.answer = most.answer.max(asked.answer);
    assert!(most.question.max(most.answer) <= MOST_BYTES, "{asked:?}");
    Some(Answered { outcome, records, store: asking.store })
}

impl<S: Debug> Answered<S> {
    /// Why this is not what came of it where all rules are at hand.
    pub(crate) fn differs(&self, outcome: &Outcome, records: &[Record]) -> Option<String> {
        if self.outcome != *outcome {
            return Some(format!("{:?} and not {outcome:?}", self.outcome));
        }
        let Some(found) = &self.records else { return (!records.is_empty()).then(|| "no records".into()) };
        let events: Vec<_> = match found.told.is_empty() {
            false => found.told.iter().map(|told| (told.topic, told.subject, told.event.clone())).collect(),
            true => found.events.iter().map(parts).collect(),
        };
        let expected: Vec<_> = records.iter().map(|record| parts(&record.event)).collect();
        let same = events == expected
            && records.iter().zip(found.seq..).all(|(record, seq)| {
                (record.seq, record.at, record.door, record.actor) == (seq, found.at, found.door, found.actor)
            });
        (!same).then(|| format!("{found:?} and not {records:?}"))
    }
}

impl<C> Answered<Over<'_, C>> {
    /// By itself: what was written, without what it was written over.
    pub(crate) fn apart(self) -> Answered<BTreeMap<CellKey, Vec<u8>>> {
        let Self { outcome, records, store } = self;
        Answered { outcome, records, store: store.written }
    }
}

fn parts(event: &greatseal_protocol::event::Event) -> ([u8; 32], [u8; 32], Vec<u8>) {
    (Record::signature_topic(event.kind()), event.subject(), event.encode())
}

/// Cells that are written apart from those below.
#[derive(Debug)]
pub(crate) struct Over<'a, C> {
    pub(crate) base: &'a C,
    pub(crate) written: BTreeMap<CellKey, Vec<u8>>,
}

impl<C: Cells> Cells for Over<'_, C> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.written.get(key).cloned().or_else(|| self.base.load(key))
    }
}

impl<C: Cells> CellsMut for Over<'_, C> {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.written.insert(*key, bytes);
    }

    fn count(&mut self, before: u32) -> u32 {
        let new = |key: &&CellKey| **key != CellKey::Head && self.base.load(key).is_none();
        before + u32::try_from(self.written.keys().filter(new).count()).unwrap()
    }
}

/// Surroundings with an annex: what goes to and fro is bytes.
struct Asking<S> {
    store: S,
    asked: RefCell<Asked>,
}

impl<S: Cells> Cells for Asking<S> {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.store.load(key)
    }

    fn annex_length(&self, bytes: &[u8]) -> Option<Option<u32>> {
        Some(annex::length(bytes))
    }

    fn annex_answer(&self, question: &Question) -> Option<Answer> {
        let bytes = question.encode();
        let answer = annex::answer(&Question::decode_all(&mut &*bytes).unwrap(), digest::sha256).encode();
        let mut asked = self.asked.borrow_mut();
        asked.questions += 1;
        asked.cells = asked.cells.max(question.cells.len());
        asked.question = asked.question.max(bytes.len());
        asked.answer = asked.answer.max(answer.len());
        Some(Answer::decode_all(&mut &*answer).unwrap())
    }
}

impl<S: CellsMut> CellsMut for Asking<S> {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.store.store(key, bytes);
    }

    fn count(&mut self, before: u32) -> u32 {
        self.store.count(before)
    }
}

/// Whether the two hold the same cells.
pub(crate) fn same_cells(one: &Memory, other: &Memory) -> Option<String> {
    let differing: Vec<_> = one.keys().chain(other.keys()).filter(|key| one.get(key) != other.get(key)).collect();
    (!differing.is_empty()).then(|| format!("cells differ: {differing:?}"))
}
