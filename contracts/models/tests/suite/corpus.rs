//! Every file of the corpus through the body of its target: what a fuzzer once found stays found, on any toolchain.

use greatseal_models::{
    fuzz::{TARGETS, sequence},
    town::Keys,
};
use greatseal_protocol::{event::Event, language::contract, refusal::Refusal};
use std::{collections::BTreeSet, fs, path::PathBuf};

fn fuzz() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../protocol/fuzz")
}

#[test]
fn every_file_of_the_corpus_keeps_the_promises() {
    let mut count = 0_u32;
    for (target, body) in TARGETS {
        let mut files: Vec<_> = fs::read_dir(fuzz().join("corpus").join(target)).unwrap().collect();
        assert!(!files.is_empty(), "{target} has a corpus");
        for file in files.drain(..).map(Result::unwrap) {
            body(&fs::read(file.path()).unwrap());
            count += 1;
        }
    }
    assert!(count > 200, "{count} files only");
}

/// Each target has a program and each program a target.
#[test]
fn every_target_has_a_program() {
    let programs = fs::read_dir(fuzz().join("fuzz_targets")).unwrap();
    let programs: BTreeSet<String> = programs.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let expected = TARGETS.map(|(target, _)| format!("{target}.rs")).into_iter().collect();
    assert_eq!(programs, expected);
}

/// The stories of the corpus reach most of what can happen: a fuzzer that starts from them does not start from nothing.
#[test]
fn the_stories_of_the_corpus_reach_most_events_and_refusals() {
    let (mut kinds, mut refusals, mut doors) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for file in fs::read_dir(fuzz().join("corpus/command_sequence")).unwrap() {
        let scene = sequence::tell(&fs::read(file.unwrap().path()).unwrap());
        doors.insert(scene.keys == Keys::Accounts);
        for record in scene.records {
            match record.event {
                Event::Contract(contract::Event::Refused { refusal, .. }) => drop(refusals.insert(refusal.code())),
                event => drop(kinds.insert(event.kind())),
            }
        }
    }
    println!(
        "{} of {} kinds of events, {} of {} refusals",
        kinds.len(),
        Event::kinds().count(),
        refusals.len(),
        Refusal::ALL.len()
    );
    assert!(kinds.len() >= 24 && refusals.len() >= 50 && doors.len() == 2, "{kinds:?} {refusals:?}");
}
