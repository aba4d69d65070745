//! The released contract hears what every world is told, and answers alike.
//!
//! Nobody has to ask for it. What worlds and their clones are told is one tree of histories: clones share what came
//! before them. When the last of them is gone, the contract hears the whole tree, each command once.

use crate::{
    differential::heard,
    world::{START, Submission},
};
use greatseal_lab::Lab;
use greatseal_protocol::{
    bytes::ContractAddress,
    cells::{CellKey, Cells, CellsMut, Head},
    event::{Door, Record},
    genesis::Genesis,
    memory::Memory,
    outcome::{NotDeployed, Outcome},
    policy::Broken,
    refusal::Refusal,
    state::State,
    submit,
};
use parity_scale_codec::Encode;
use std::{
    collections::BTreeMap,
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// The first contract of the lab's payer; the same in every lab.
pub(crate) const CONTRACT: ContractAddress = ContractAddress([
    0xc3, 0xc8, 0x02, 0x09, 0x81, 0xb7, 0xfb, 0xaf, 0x00, 0xab, 0xca, 0xe3, 0x1c, 0x2b, 0x5c, 0x8a, 0x6b, 0x14, 0x70,
    0x19,
]);

/// Where the protocol's files are.
pub(crate) const PROTOCOL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contracts/protocol");

/// Whether anybody listens: what costs much and is proved elsewhere is told to listeners only.
pub(crate) const LISTENS: bool = true;

/// Whether a deployment can begin so, by the rules and by the contract's constructor.
pub(crate) fn deploys(genesis: Genesis) -> Result<(), Broken> {
    let answer = Lab::try_deploy(&genesis, START).map(|_| ());
    let native = submit::deploy(genesis, CONTRACT, START).map(|_| ());
    assert_eq!(answer, native.map_err(NotDeployed::Broken));
    count(1);
    native
}

/// The contract as the listener of a world.
#[derive(Debug)]
pub(crate) struct Audience {
    story: Arc<Story>,
    /// What this world was told last; nothing at its beginning.
    at: Option<Arc<Told>>,
    /// The cells after that: whatever differs next time was written past the rules.
    known: Memory,
    gone: bool,
}

/// Everything that a world and its clones were told.
#[derive(Debug)]
struct Story {
    genesis: Genesis,
    first: Branches,
    /// Worlds that may still be told something.
    worlds: AtomicUsize,
}

type Branches = Mutex<Vec<Arc<Told>>>;

/// One thing that happened to a world, and all that happened next.
#[derive(Debug)]
struct Told {
    step: Step,
    next: Branches,
}

#[derive(Debug, PartialEq)]
enum Step {
    /// Cells that a test wrote past the rules.
    Wrote(Vec<(CellKey, Vec<u8>)>),
    /// A command, what came of it, and a digest of the cells afterwards.
    Sent { sent: Submission, records: Vec<Record>, after: [u8; 16] },
}

impl Audience {
    /// From the deployment on.
    pub(crate) fn new(genesis: &Genesis, cells: &Memory) -> Self {
        let story = Story { genesis: genesis.clone(), first: Branches::default(), worlds: AtomicUsize::new(1) };
        Self { story: Arc::new(story), at: None, known: cells.clone(), gone: false }
    }

    /// Something was sent where the cells were as `before`, and became as `after`.
    pub(crate) fn hears(&mut self, before: &Memory, sent: &Submission, records: &[Record], after: &Memory) {
        if self.gone {
            return;
        }
        if *before != self.known {
            assert!(self.known.keys().all(|key| before.contains_key(key)), "the contract cannot forget a cell");
            let wrote = before.iter().filter(|(key, bytes)| self.known.get(key) != Some(bytes));
            self.goes_on(Step::Wrote(wrote.map(|(key, bytes)| (*key, bytes.clone())).collect()));
        }
        self.goes_on(Step::Sent { sent: sent.clone(), records: records.to_vec(), after: digest(after) });
        self.known.clone_from(after);
    }

    /// Nobody hears what follows.
    pub(crate) fn leaves(&mut self) {
        self.gone = true;
    }

    /// Worlds that are told the same go the same way.
    fn goes_on(&mut self, step: Step) {
        let mut branches = open(self.at.as_ref().map_or(&self.story.first, |told| &told.next));
        let same = branches.iter().find(|told| told.step == step).cloned();
        let told = same.unwrap_or_else(|| {
            let told = Arc::new(Told { step, next: Branches::default() });
            branches.push(Arc::clone(&told));
            told
        });
        drop(branches);
        self.at = Some(told);
    }
}

impl Clone for Audience {
    fn clone(&self) -> Self {
        self.story.worlds.fetch_add(1, Ordering::SeqCst);
        Self { story: Arc::clone(&self.story), at: self.at.clone(), known: self.known.clone(), gone: self.gone }
    }
}

impl Drop for Audience {
    fn drop(&mut self) {
        if self.story.worlds.fetch_sub(1, Ordering::SeqCst) > 1 {
            return;
        }
        // What a test has told that fails by itself is of no interest.
        let commands = if thread::panicking() { Some(0) } else { self.story.play() };
        commands.into_iter().for_each(count);
    }
}

impl Story {
    /// Tells the contract everything, if there is anything: how many commands.
    fn play(&self) -> Option<usize> {
        let first = mem::take(&mut *open(&self.first));
        if first.is_empty() {
            return None;
        }
        let genesis = self.genesis.encode();
        let waiting = open(&LABS).get_mut(&genesis).and_then(Vec::pop);
        let mut lab = waiting.unwrap_or_else(|| Lab::deploy(&self.genesis, START));
        assert_eq!(lab.domain.contract, CONTRACT);
        let beginning = lab.begin();
        let mut commands = 0;
        branch(&mut lab, first, &mut commands);
        lab.undo(beginning);
        open(&LABS).entry(genesis).or_default().push(lab);
        Some(commands)
    }
}

/// Labs at their beginning, by their genesis.
static LABS: Mutex<BTreeMap<Vec<u8>, Vec<Lab>>> = Mutex::new(BTreeMap::new());

/// How many commands of which test the contract has heard.
static HEARD: Mutex<BTreeMap<String, usize>> = Mutex::new(BTreeMap::new());

fn count(commands: usize) {
    let name = thread::current().name().unwrap_or_default().to_owned();
    *open(&HEARD).entry(name).or_default() += commands;
}

/// How many commands of each test the contract has heard so far.
pub(crate) fn so_far() -> BTreeMap<String, usize> {
    open(&HEARD).clone()
}

fn open<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Each way from here, and back again in between.
fn branch(lab: &mut Lab, mut ways: Vec<Arc<Told>>, commands: &mut usize) {
    while let [told] = &ways[..] {
        step(lab, &told.step, commands);
        let next = mem::take(&mut *open(&told.next));
        ways = next;
    }
    if ways.is_empty() {
        assert_eq!(lab.differences(), []);
    }
    for told in ways {
        let here = lab.begin();
        step(lab, &told.step, commands);
        let next = mem::take(&mut *open(&told.next));
        branch(lab, next, commands);
        lab.undo(here);
    }
}

fn step(lab: &mut Lab, step: &Step, commands: &mut usize) {
    match step {
        Step::Wrote(cells) => {
            cells.iter().for_each(|(key, bytes)| lab.write_bytes(key, bytes.clone()));
            let head = counted(&lab.model);
            lab.write(&CellKey::Head, &head);
        }
        Step::Sent { sent, records, after } => {
            lab.set_clock(sent.at);
            let stranger = matches!(sent.outcome, Outcome::Ignored { refusal: Refusal::NotTheCaller });
            let direct = (sent.door == Door::Direct).then_some(!stranger);
            let (outcome, emitted) = heard(lab, &sent.bytes, direct);
            assert_eq!(outcome, sent.outcome, "command {commands}");
            assert_eq!(emitted, *records, "command {commands}");
            assert_eq!(digest(&lab.model), *after, "the cells after command {commands}");
            *commands += 1;
        }
    }
}

/// The head as it is once the cells that a test wrote are counted.
fn counted(cells: &Memory) -> Head {
    Head { cells: cells.clone().count(0), ..*cells.head().unwrap() }
}

fn digest(cells: &Memory) -> [u8; 16] {
    let others = cells.iter().filter(|(key, _)| **key != CellKey::Head);
    let bytes = others.flat_map(|(key, bytes)| [key.place(), bytes.clone()]).collect::<Vec<_>>();
    sp_crypto_hashing::twox_128(&(bytes, counted(cells)).encode())
}
