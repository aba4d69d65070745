//! A deployment to which anything is submitted, through the contract's own two doors. Every submission is checked.

use crate::town::{Believing, Keys, SIGNATURE, START, default_genesis, found};
use greatseal_protocol::{
    action::Action,
    bytes::{MAX_CELL, ProposalDigest},
    cells::{CellKey, Cells, CellsMut, Head, Succession},
    clock::PROTECTIVE_LIFE,
    command::{Capacity, Command, Order},
    council::SeatId,
    envelope::Envelope,
    event::{Event, Record},
    evolve::evolve,
    key::{Key, Signature},
    language::proposal,
    memory::Memory,
    outcome::{Outcome, Records},
    proposal_id::ProposalId,
    scale::{DecodeAll, Encode},
    state::State,
    submit,
};
use std::sync::LazyLock;

/// A proposal as its opening told of it.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its id.
    pub id: ProposalId,
    /// Its digest.
    pub digest: ProposalDigest,
    /// Its action.
    pub action: Action,
}

/// Cells that remember what was overwritten: cheaper than to copy all of them before every submission.
#[derive(Clone, Debug)]
pub struct Stored {
    /// What is stored.
    pub cells: Memory,
    overwritten: Vec<(CellKey, Option<Vec<u8>>)>,
}

impl Succession for Stored {}

impl Cells for Stored {
    fn load(&self, key: &CellKey) -> Option<Vec<u8>> {
        self.cells.load(key)
    }
}

impl Stored {
    /// Takes back what was written since the last time.
    pub fn undo(&mut self) {
        for (key, bytes) in self.overwritten.drain(..).rev() {
            match bytes {
                Some(bytes) => drop(self.cells.insert(key, bytes)),
                None => drop(self.cells.remove(&key)),
            }
        }
    }

    /// What was written stays.
    pub fn keep(&mut self) {
        self.overwritten.clear();
    }
}

impl CellsMut for Stored {
    fn store(&mut self, key: &CellKey, bytes: Vec<u8>) {
        self.overwritten.push((*key, self.cells.insert(*key, bytes)));
    }

    fn count(&mut self, before: u32) -> u32 {
        self.cells.count(before)
    }
}

/// A deployment with its history.
#[derive(Clone, Debug)]
pub struct Scene {
    /// What is stored.
    pub cells: Stored,
    /// What was recorded.
    pub records: Vec<Record>,
    /// What was opened.
    pub proposals: Vec<Opened>,
    /// Seconds.
    pub now: u64,
    /// Which keys there are, and hence which door.
    pub keys: Keys,
    /// Number of the next key that is made.
    pub fresh: u32,
}

static SCENES: LazyLock<Vec<Scene>> = LazyLock::new(|| {
    let kinds = [(false, Keys::Envelopes), (true, Keys::Envelopes), (false, Keys::Accounts), (true, Keys::Accounts)];
    kinds.into_iter().map(|(micronode, keys)| Scene::deploy(micronode, keys)).collect()
});

impl Scene {
    /// The number of deployments to choose from.
    pub const KINDS: usize = 4;

    /// One of the default deployments, made once.
    pub fn new(kind: usize) -> Self {
        SCENES.get(kind % Self::KINDS).expect("a deployment for each kind").clone()
    }

    fn deploy(micronode: bool, keys: Keys) -> Self {
        let (records, cells) = found(default_genesis(micronode, keys));
        let cells = Stored { cells, overwritten: Vec::new() };
        Self { cells, records, proposals: Vec::new(), now: START + 1, keys, fresh: 1_000 }
    }

    /// Every seat that there is now.
    pub fn seats(&self) -> Vec<SeatId> {
        let seats = self.cells.cells.keys().filter_map(|key| match key {
            CellKey::Seat(id) => Some(*id),
            _ => None,
        });
        // The cells of seats that a smaller council left behind stay.
        let sits = |id: &SeatId| self.cells.council(id.council).is_ok_and(|head| id.index < head.size);
        seats.filter(sits).collect()
    }

    /// The key that sits there.
    pub fn key(&self, id: SeatId) -> Key {
        self.cells.seat(id).map_or_else(|_| self.keys.number(0), |seat| seat.key)
    }

    /// A moment so many seconds from now.
    pub fn later(&self, seconds: u64) -> u64 {
        self.now.saturating_add(seconds)
    }

    /// A nonce that this seat's key has not used.
    pub fn nonce(&self, id: SeatId) -> u64 {
        self.cells.seat(id).map_or(1, |seat| seat.nonce.saturating_add(1))
    }

    /// A command of a seat in its council's present epoch.
    pub fn command(&self, id: SeatId, order: Order) -> Command {
        let epoch = self.cells.council(id.council).map_or(0, |head| head.epoch);
        let capacity = Capacity::Seat { seat: id, epoch };
        Command { capacity, expiry: self.later(PROTECTIVE_LIFE), order }
    }

    /// A seat gives an order.
    pub fn order(&mut self, id: SeatId, order: Order) -> Outcome {
        self.say(self.key(id), self.command(id, order))
    }

    /// A key says something, through the door that it has.
    pub fn say(&mut self, key: Key, command: Command) -> Outcome {
        match key {
            Key::P256(_) => {
                let domain = self.cells.head().expect("the head is there").domain;
                let bytes = Envelope::seal(&domain, command, key, SIGNATURE).to_bytes();
                self.submit(&bytes)
            }
            Key::Ed25519(_) => self.act(&(key, command).encode()),
        }
    }

    /// Bytes at the door of envelopes.
    pub fn submit(&mut self, bytes: &[u8]) -> Outcome {
        let before = *self.cells.head().expect("the head is there");
        self.cells.keep();
        let answer = submit::submit(&mut self.cells, bytes, self.now, &Believing);
        let (outcome, records) = answer.expect("sound cells fit every record that they cause");
        self.check(before, outcome, records.map_or(Vec::new(), Records::into_vec))
    }

    /// Bytes at the direct door.
    pub fn act(&mut self, bytes: &[u8]) -> Outcome {
        let before = *self.cells.head().expect("the head is there");
        self.cells.keep();
        let answer = submit::act(&mut self.cells, bytes, self.now, |_| true);
        let (outcome, records) = answer.expect("sound cells fit every record that they cause");
        self.check(before, outcome, records.map_or(Vec::new(), Records::into_vec))
    }

    /// `refused_changes_nothing`, `bounded`, contiguous numbers, records that survive their bytes.
    fn check(&mut self, head: Head, outcome: Outcome, records: Vec<Record>) -> Outcome {
        for (seq, record) in (head.seq..).zip(&records) {
            assert_eq!((record.seq, record.at), (seq, self.now), "records are numbered without a gap");
            assert_eq!(Record::decode_all(&mut &*record.encode()).as_ref(), Ok(record), "a record survives its bytes");
        }
        let count = u64::try_from(records.len()).expect("records are few");
        let Stored { cells, overwritten } = &self.cells;
        match &outcome {
            Outcome::Applied { events, .. } => assert!(count == u64::from(*events) && count > 0),
            Outcome::Refused { .. } => {
                let cells_now = cells.head().expect("the head is there").cells;
                let counted = Head { seq: head.seq.saturating_add(1), cells: cells_now, ..head };
                assert_eq!(cells.head(), Ok(Box::new(counted)), "a refusal is counted");
                let only = overwritten.iter().all(|(key, _)| matches!(key, CellKey::Head | CellKey::Refusals(_)));
                assert!(only, "refused_changes_nothing but the event counter, and what is remembered");
            }
            Outcome::Ignored { .. } => assert!(records.is_empty() && overwritten.is_empty(), "ignored is ignored"),
        }
        for (key, _) in overwritten {
            let length = cells.get(key).map_or(0, Vec::len);
            assert!(length <= MAX_CELL, "bounded: {key:?} has {length} bytes");
        }
        self.proposals.extend(records.iter().filter_map(|record| match &record.event {
            Event::Proposal(proposal::Event::Opened(opened)) => {
                Some(Opened { id: opened.id, digest: opened.digest, action: opened.action.clone() })
            }
            _ => None,
        }));
        self.records.extend(records);
        outcome
    }

    /// `fold`: the records alone give the stored bytes.
    pub fn folds(&self) {
        let mut replay = Memory::new();
        self.records.iter().for_each(|record| evolve(&mut replay, record).expect("records fold"));
        assert_eq!(replay, self.cells.cells, "folding the records gives the stored state, byte for byte");
    }

    /// A signature of the right kind for a key.
    pub fn signature(key: &Key) -> Signature {
        match key {
            Key::P256(_) => SIGNATURE,
            Key::Ed25519(_) => Signature::Ed25519([0; 64]),
        }
    }
}
