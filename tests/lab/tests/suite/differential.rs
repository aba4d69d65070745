//! Stories told twice: natively by `decide` and `evolve`, and to the contract. Events, refusals and state are the same.

use crate::{
    dice::{cases, first_seed},
    tale::{Kind, Tale, genesis},
    world::START,
};
use greatseal_lab::Lab;
use greatseal_protocol::{
    event::{Event, Record},
    outcome::{Outcome, Undone},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    thread,
};

/// Stories in the ordinary run.
const STORIES: u64 = 500;
/// Commands of a story.
const STEPS: u64 = 40;

/// What the contract answers to one command, in the words of the protocol.
pub(crate) fn heard(lab: &mut Lab, bytes: &[u8], direct: Option<bool>) -> (Outcome, Vec<Record>) {
    let answer = |result: Result<Vec<Outcome>, Undone>| match result {
        Ok(outcomes) | Err(Undone::NothingAuthentic(outcomes)) => outcomes[0],
        Err(undone) => panic!("{undone:?}"),
    };
    match direct {
        None => {
            let heard = lab.submit(&[bytes.to_vec()]);
            (answer(heard.result), heard.records)
        }
        Some(caller) => {
            // The key is in front of the command; another account is anybody's.
            let mut account: [u8; 32] = bytes.get(1..33).and_then(|key| key.try_into().ok()).unwrap_or([1; 32]);
            account[0] ^= u8::from(!caller);
            let heard = lab.act_as(account, bytes);
            (answer(heard.result.map(|outcome| vec![outcome])), heard.records)
        }
    }
}

/// What the stories have shown.
#[derive(Debug, Default)]
struct Seen {
    /// Kinds of events and numbers of refusals.
    what: BTreeSet<String>,
    /// Commands that were applied through the direct door.
    direct: usize,
}

impl Seen {
    fn and(mut self, other: Self) -> Self {
        self.what.extend(other.what);
        Self { what: self.what, direct: self.direct + other.direct }
    }
}

fn tell(lab: &mut Lab, kind: Kind, seed: u64) -> Seen {
    let beginning = lab.begin();
    let mut tale = Tale::for_contract(lab.domain.contract, kind, seed);
    tale.tell(STEPS);
    let mut seen = Seen::default();
    for (step, sent) in tale.sent.iter().flatten().enumerate() {
        lab.wait(sent.at - lab.now());
        let (outcome, records) = heard(lab, &sent.bytes, sent.direct);
        assert_eq!(outcome, sent.outcome, "{kind:?}, seed {seed}, step {step}");
        assert_eq!(records, sent.records, "{kind:?}, seed {seed}, step {step}");
        match outcome {
            Outcome::Applied { .. } => {
                seen.direct += usize::from(sent.direct.is_some());
            }
            Outcome::Refused { refusal, .. } | Outcome::Ignored { refusal } => {
                seen.what.insert(refusal.code().to_string());
            }
        }
        seen.what.extend(records.iter().map(|record| record.event.kind().to_owned()));
    }
    assert_eq!(lab.differences(), [], "{kind:?}, seed {seed}: cells that differ");
    assert_eq!(lab.model, *tale.cells(), "{kind:?}, seed {seed}: what the contract's own records make of nothing");
    lab.undo(beginning);
    seen
}

#[test]
fn five_hundred_stories_are_the_same_on_the_contract() {
    let (first, all) = (first_seed(), cases(STORIES));
    let workers = u64::try_from(thread::available_parallelism().map_or(1, usize::from)).unwrap();
    let work = |worker: u64| {
        let kinds = [Kind::Standard, Kind::Micronode, Kind::Smallest];
        let mut labs: BTreeMap<u64, Lab> = BTreeMap::new();
        let mut seen = Seen::default();
        for seed in (first..first + all).filter(|seed| seed % workers == worker) {
            let which = if seed % 6 == 5 { 1 + seed / 6 % 2 } else { 0 };
            let kind = kinds[usize::try_from(which).unwrap()];
            let lab = labs.entry(which).or_insert_with(|| Lab::deploy(&genesis(kind, true), START));
            seen = seen.and(tell(lab, kind, seed));
        }
        seen
    };
    let seen = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).fold(Seen::default(), Seen::and)
    });
    // Stories in which little happens compare little.
    let kinds = Event::kinds().filter(|kind| seen.what.contains(*kind)).count();
    let codes = seen.what.iter().filter(|what| what.parse::<u16>().is_ok()).count();
    let Seen { direct, .. } = seen;
    println!("{all} stories, {kinds} kinds of events, {codes} refusals");
    println!("applied by the direct door: {direct}");
    assert!(kinds >= 48 && codes >= 105, "the stories are too dull: {seen:?}");
    assert!(direct >= 4_000, "too few by the direct door: {direct}");
}
