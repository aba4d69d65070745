//! Random stories, and the invariants of section 15 by their names.
//!
//! All stories are told once; each test looks at what one check found in them. At least ten thousand in the ordinary
//! run, twenty times as many with `GREATSEAL_LONG=1`.

use crate::{
    dice::{cases, first_seed},
    tale::{Kind, Tale},
    world::World,
};
use greatseal_protocol::{
    bytes::DeploymentId,
    event::{Event, Record},
    evolve::{Unfit, evolve},
    language::contract,
    memory::Memory,
    refusal::Refusal,
};
use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

/// Stories in the ordinary run.
const STORIES: u64 = 10_000;
/// One story in so many is signed with real keys.
const SIGNED: u64 = 25;
const STEPS: u64 = 80;

/// What all stories together have shown.
#[derive(Debug, Default)]
struct Report {
    looked: BTreeMap<&'static str, u64>,
    /// The first few findings of each check, with the seed of the story.
    broken: BTreeMap<&'static str, Vec<String>>,
    seen: BTreeMap<String, u64>,
}

impl Report {
    fn add(&mut self, other: Self) {
        for (name, times) in other.looked {
            *self.looked.entry(name).or_default() += times;
        }
        for (name, words) in other.broken {
            let known = self.broken.entry(name).or_default();
            known.extend(words);
            known.truncate(5);
        }
        for (what, times) in other.seen {
            let seen = self.seen.entry(what.clone()).or_default();
            *seen = if what.ends_with("at most") { times.max(*seen) } else { *seen + times };
        }
    }
}

/// A story, and the panic that ended it.
fn told(seed: u64) -> (thread::Result<()>, Tale) {
    let kind = match seed % 12 {
        3 | 8 => Kind::Micronode,
        5 => Kind::Smallest,
        _ => Kind::Standard,
    };
    let mut tale = Tale::new(kind, seed.is_multiple_of(SIGNED), seed);
    let told = catch_unwind(AssertUnwindSafe(|| {
        tale.tell(STEPS);
        tale.undoable();
    }));
    (told, tale)
}

fn story(seed: u64) -> Report {
    let (told, mut tale) = told(seed);
    let mut broken: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for (name, words) in &tale.oracle.found.broken {
        broken.entry(*name).or_default().push(format!("seed {seed}, {} records: {words}", tale.records.len()));
    }
    if let Err(panic) = told {
        let words = panic.downcast_ref::<String>().map_or("", String::as_str);
        broken.entry("panic").or_default().push(format!("seed {seed}, {} records: {words}", tale.records.len()));
    }
    *tale.seen.entry("commands".into()).or_default() += tale.commands;
    Report { looked: tale.oracle.found.looked, broken, seen: tale.seen }
}

fn report() -> &'static Report {
    static REPORT: OnceLock<Report> = OnceLock::new();
    REPORT.get_or_init(|| {
        let (first, all) = (first_seed(), cases(STORIES));
        let next = AtomicU64::new(0);
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let work = || {
            let mut report = Report::default();
            loop {
                match next.fetch_add(1, Ordering::Relaxed) {
                    at if at < all => report.add(story(first + at)),
                    _ => return report,
                }
            }
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
            let mut report = Report::default();
            workers.into_iter().for_each(|worker| report.add(worker.join().unwrap()));
            report
        })
    })
}

/// One story, to look at: `GREATSEAL_STORY=7862 cargo test ... one_story -- --nocapture`.
#[test]
#[expect(clippy::print_stdout, reason = "somebody wants to read it")]
fn one_story() {
    let Ok(seed) = std::env::var("GREATSEAL_STORY") else { return };
    let tale = told(seed.parse().unwrap());
    tale.1.records.iter().for_each(|record| println!("{} {:?} {:?}", record.at, record.door, record.event));
    println!("{:#?}", tale.1.oracle.found.broken);
}

/// A check that looked often, and found nothing.
fn holds(name: &str, least: u64) {
    let report = report();
    let broken: Vec<&String> = report.broken.get(name).into_iter().flatten().collect();
    assert!(broken.is_empty(), "{name}:\n{broken:#?}");
    let looked = report.looked.get(name).copied().unwrap_or(0);
    assert!(looked >= least, "{name} looked only {looked} times: the stories are too dull");
}

macro_rules! invariants {
    ($($name:ident: $least:literal;)*) => {$(
        #[test]
        fn $name() {
            holds(stringify!($name), $least);
        }
    )*};
}

invariants! {
    deny: 100_000;
    minima: 100_000;
    who_counts: 100_000;
    singles: 100_000;
    intersect: 100_000;
    slack: 100_000;
    org_cap: 100_000;
    two_councils: 100_000;
    bounds: 100_000;
    pause_window: 100_000;
    direction: 100_000;
    no_cheap_path: 100_000;
    org_duties: 10_000;
    one_seat: 100_000;
    counted: 100_000;
    executed_once: 100_000;
    never_blocked: 5_000;
    pause_cap: 5_000;
    suspension_cap: 1_000;
    phases: 20_000;
    line: 20_000;
    once: 20_000;
    two_duties: 5_000;
    order: 100;
    disputes: 5_000;
    fold: 100_000;
    refused_changes_nothing: 100_000;
    codec: 100_000;
    bounded: 100_000;
    window: 10_000;
    word_once: 2_000;
    kept: 100_000;
    settled: 100_000;
    unsettled: 100_000;
    stops: 5_000;
    undoable: 5_000;
}

#[test]
fn no_story_panics() {
    let report = report();
    assert!(!report.broken.contains_key("panic"), "{:?}", report.broken["panic"]);
}

/// `undoable` would prove nothing if a hostile seat hindered nobody; and each aim is reached often.
#[test]
fn hostile_seats_hinder_the_others() {
    let seen = &report().seen;
    let aims =
        ["final", "paid", "stopped", "converted", "widened", "lists", "changed", "tuned", "released", "answered"];
    for what in aims.map(|aim| format!("undoable {aim}")).iter().map(String::as_str).chain(["hindered"]) {
        let times = seen.get(what).copied().unwrap_or(0);
        assert!(times >= 100, "{what} only {times} times: {seen:#?}");
    }
}

/// Properties of stories in which nothing happens prove nothing: every kind of event, and most refusals, do happen.
#[test]
fn the_stories_reach_everything() {
    let seen = &report().seen;
    // With a retirement a story is at its end: `rules_succession` has them.
    for kind in Event::kinds().filter(|kind| !matches!(*kind, "Retired" | "Succeeded")) {
        let times = seen.get(kind).copied().unwrap_or(0);
        let least = if kind == "Deployed" { 1 } else { 20 };
        assert!(times >= least, "{kind} happened {times} times: {seen:#?}");
    }
    let codes = seen.keys().filter(|what| what.parse::<u16>().is_ok()).count();
    assert!(codes >= 90, "only {codes} different refusals: {seen:#?}");
    // Of the rules about money and disputes all.
    let money = Refusal::ALL.iter().map(|refusal| refusal.code()).filter(|code| matches!(code, 642..=646 | 800..=843));
    for code in money.map(|code| code.to_string()) {
        assert!(seen.contains_key(&code), "{code} was never reached: {seen:#?}");
    }
}

/// A replay refuses a gap, a repetition, a fork and a beginning that is not one.
#[test]
fn rule_24_fold_refuses_records_out_of_sequence() {
    let world = World::with_route();
    let mut replay = Memory::new();
    let first = &world.records[1];
    assert_eq!(evolve(&mut replay, first), Err(Unfit::Missing));
    evolve(&mut replay, &world.records[0]).unwrap();
    assert_eq!(evolve(&mut replay, &world.records[0]), Err(Unfit::OutOfSequence { expected: 0, found: 0 }));
    assert_eq!(evolve(&mut replay, &world.records[2]), Err(Unfit::OutOfSequence { expected: 1, found: 2 }));
    evolve(&mut replay, first).unwrap();
    assert_eq!(evolve(&mut replay, first), Err(Unfit::OutOfSequence { expected: 2, found: 1 }));
}

/// The first record names the genesis that it carries: neither can be exchanged without the other.
#[test]
fn rule_24_fold_refuses_a_deployment_under_another_genesis_id() {
    let world = World::new();
    let Event::Contract(contract::Event::Deployed { deployment, contract, genesis }) = &world.records[0].event else {
        panic!()
    };
    let forged = |deployment, genesis| {
        let event = Event::Contract(contract::Event::Deployed { deployment, contract: *contract, genesis });
        let mut replay = Memory::new();
        let answer = evolve(&mut replay, &Record { event, ..world.records[0].clone() });
        assert!(answer.is_ok() || replay.is_empty(), "nothing is written before it fits");
        answer
    };
    assert_eq!(forged(*deployment, genesis.clone()), Ok(()));
    assert_eq!(forged(DeploymentId([0; 32]), genesis.clone()), Err(Unfit::Missing));
    let mut other = genesis.clone();
    other.rows[0].m = 3;
    assert_eq!(forged(*deployment, other.clone()), Err(Unfit::Missing));
    assert_eq!(forged(greatseal_protocol::digest::deployment_id(&other), other), Ok(()));
}

/// No sequence of changes, ways back and rotations breaks `phases`; five hundred of them, of nothing else.
#[test]
fn phases_in_every_order() {
    let (mut looked, mut seen) = (0, BTreeMap::<String, u64>::new());
    for seed in 0..500 {
        let kind = if seed % 7 == 3 { Kind::Micronode } else { Kind::Standard };
        let mut tale = Tale::new(kind, seed % 10 == 0, 1_000_000 + seed);
        tale.tell_of_phases(40);
        assert!(tale.oracle.found.broken.is_empty(), "seed {seed}: {:#?}", tale.oracle.found.broken);
        looked += tale.oracle.found.looked.get("phases").copied().unwrap_or(0);
        tale.seen.iter().for_each(|(what, times)| *seen.entry(what.clone()).or_default() += times);
    }
    assert!(looked > 20_000, "phases looked only {looked} times");
    for what in [
        "PhaseChanged",
        "PhaseRolledBack",
        "CompanionNamed",
        "910",
        "911",
        "912",
        "913",
        "914",
        "915",
        "916",
        "917",
        "918",
    ] {
        assert!(seen.get(what).is_some_and(|times| *times >= 5), "{what} is too rare: {seen:#?}");
    }
}
