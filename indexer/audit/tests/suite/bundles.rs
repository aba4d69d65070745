//! Bundles: the readable parts and the manifest beside a log, as `greatseal-audit` judges them.

use greatseal_bundle::{
    Bundle, manifest,
    parts::{Part, Parts, Unwritable},
    seal,
};
use greatseal_log::evidence::Cause;
use greatseal_made::{Log, Made};
use greatseal_protocol::{
    bytes::EnvelopeDigest,
    event::{Door, Event, Record},
    language::proposal,
    proposal_id::ProposalId,
};
use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

/// A whole bundle of a log.
pub(crate) fn whole(log: &Log) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    log.write(folder.path());
    seal::parts(folder.path(), &log.deployment).unwrap();
    seal::manifest(folder.path()).unwrap();
    folder
}

/// What the program says of a bundle, with the deployment file of the log.
pub(crate) fn run(bundle: &Path, log: &Log, args: &[&str]) -> Output {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), serde_json::to_vec(&log.deployment).unwrap()).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_greatseal-audit"));
    command.arg(bundle).arg("--deployment").arg(file.path()).arg("--json").args(args).output().unwrap()
}

/// The verdict; the program has ended with this code.
pub(crate) fn verdict(bundle: &Path, log: &Log, code: i32) -> Value {
    let answer = run(bundle, log, &[]);
    assert_eq!(answer.status.code(), Some(code), "{answer:?}");
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// Writes the manifest anew, as a forger does.
pub(crate) fn listed_anew(bundle: &Path) {
    fs::remove_file(bundle.join(manifest::NAME)).unwrap();
    seal::manifest(bundle).unwrap();
}

fn fault(bundle: &Path, log: &Log) -> (String, Value) {
    let found = verdict(bundle, log, 8)["fault"].clone();
    (found["words"].as_str().unwrap().to_owned(), found)
}

#[test]
fn a_bundle_holds_with_its_parts_and_its_manifest() {
    for made in [Made::all(), Made::golden("succession-records", "")] {
        let log = made.log();
        let folder = whole(&log);
        let told = verdict(folder.path(), &log, 0);
        let listed = manifest::check(&Bundle::folder(folder.path())).unwrap().unwrap();
        assert_eq!(told["bundle"]["files"], listed.files.to_string());
        assert_eq!(told["bundle"]["manifest"], greatseal_protocol::bytes::to_hex(&listed.sha256));
        // The same log, the same bytes.
        let again = whole(&log);
        let tar = |folder: &Path| seal::tar(&Bundle::folder(folder), Vec::new()).unwrap();
        assert_eq!(tar(folder.path()), tar(again.path()));
        // A tar of it is the same bundle.
        let packed = again.path().join("bundle.tar");
        fs::write(&packed, tar(folder.path())).unwrap();
        assert_eq!(verdict(&packed, &log, 0), told);
        // A log and nothing else is a log still.
        let bare = tempfile::tempdir().unwrap();
        log.write(bare.path());
        assert_eq!(verdict(bare.path(), &log, 0)["bundle"], Value::Null);
    }
}

#[test]
fn parts_are_canonical_and_say_what_the_records_say() {
    let made = Made::all();
    let folder = whole(&made.log());
    for part in Part::ALL {
        let bytes = fs::read(folder.path().join(part.name())).unwrap();
        let canonical = |bytes: &[u8]| {
            let value: Value = serde_json::from_slice(bytes).unwrap();
            let again = greatseal_bundle::parts::canonical(&value).unwrap();
            assert_eq!(String::from_utf8(again), String::from_utf8(bytes.to_vec()), "{}", part.name());
            value
        };
        if part.is_lines() {
            let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
            assert!(lines.len() > 20);
            for line in lines {
                let value = canonical(line.strip_suffix(b"\n").unwrap());
                assert_eq!(value["schema"], part.schema());
            }
            continue;
        }
        let value = canonical(&bytes);
        assert_eq!(value["schema"], part.schema());
        assert!(!value["rows"].as_array().unwrap().is_empty(), "{}", part.name());
    }
    // Each kind that a part has stands there as often as in the records.
    let read =
        |part: Part| -> Value { serde_json::from_slice(&fs::read(folder.path().join(part.name())).unwrap()).unwrap() };
    let count = |part: Part, kind: &str| {
        read(part)["rows"].as_array().unwrap().iter().filter(|row| row["event"]["kind"] == kind).count()
    };
    for (part, kind) in [
        (Part::Batches, "BatchExecuted"),
        (Part::Batches, "VoteCast"),
        (Part::Settlement, "StatementFinal"),
        (Part::Exceptions, "Paused"),
        (Part::Exceptions, "Refused"),
        (Part::Exceptions, "DisputeOpened"),
        (Part::Programmes, "ProgramChanged"),
    ] {
        let records = made.records.iter().filter(|record| record.event.kind() == kind).count();
        assert!(records > 0 && count(part, kind) == records, "{kind}");
    }
    let rules = read(Part::RuleSets);
    let rows = rules["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["ended"].is_object()), "{rules}");
}

/// A transaction of a member's account may hold several commands: each has its line.
#[test]
fn two_commands_of_one_transaction_have_two_lines() {
    let made = Made::all();
    let log = made.log();
    let lines = |records: &[&Record], door: Door| {
        let mut parts = Parts::new(&log.deployment.deployment, log.deployment.contract());
        let (mut told, mut leaf) = (Vec::new(), log.parts().leaves[0].clone());
        leaf.transaction = [7; 32];
        for record in records {
            let record = Record { door, actor: made.records[1].actor, ..(*record).clone() };
            let mut out = |part: Part, bytes: &[u8]| {
                if part == Part::Approvals {
                    told.push(serde_json::from_slice::<Value>(bytes).unwrap()["seq"].as_str().unwrap().to_owned());
                }
                Ok::<_, Unwritable>(())
            };
            parts.take(&leaf, &record, &Cause::Transaction(vec![7]), &mut out).unwrap();
        }
        told
    };
    let all = |is: fn(&proposal::Event) -> bool| {
        let is = move |record: &&Record| matches!(&record.event, Event::Proposal(event) if is(event));
        made.records.iter().filter(is).collect::<Vec<_>>()
    };
    let openings = all(|event| matches!(event, proposal::Event::Opened(_)));
    let decisions = all(|event| matches!(event, proposal::Event::Decided { .. }));
    let on = |id: Option<ProposalId>, not: bool| {
        *decisions.iter().find(|record| (record.event.proposal() == id) != not).unwrap()
    };
    let opening = *openings
        .iter()
        .find(|opened| decisions.iter().any(|record| record.event.proposal() == opened.event.proposal()))
        .unwrap();
    let (its_own, another) = (on(opening.event.proposal(), false), on(opening.event.proposal(), true));
    let number = |record: &Record| record.seq.to_string();
    // The author's own approval comes with the opening, once; what is about something else is a command of its own.
    assert_eq!(lines(&[opening, its_own], Door::Direct), [number(opening)]);
    assert_eq!(lines(&[opening, its_own, its_own], Door::Direct), [number(opening), number(its_own)]);
    assert_eq!(lines(&[opening, another], Door::Direct), [number(opening), number(another)]);
    assert_eq!(lines(&[its_own, another], Door::Direct), [number(its_own), number(another)]);
    assert_eq!(lines(&[opening, opening], Door::Direct), [number(opening), number(opening)]);
    // So do decisions that were made together.
    let together = all(|event| matches!(event, proposal::Event::DecidedTogether { .. }))[0];
    let at = usize::try_from(together.seq).unwrap();
    let rest: Vec<_> = made.records[at..].iter().take_while(|record| record.door == together.door).collect();
    assert!(rest.len() > 1, "{rest:?}");
    assert_eq!(lines(&rest, Door::Direct), [number(together)]);
    assert_eq!(lines(&[&rest[..], &[another]].concat(), Door::Direct), [number(together), number(another)]);
    let Event::Proposal(proposal::Event::DecidedTogether { choices, .. }) = &together.event else { panic!("none") };
    let skipped = choices.iter().find(|choice| choice.skipped.is_some()).unwrap();
    let mut late = another.clone();
    if let Event::Proposal(proposal::Event::Decided { id, .. }) = &mut late.event {
        *id = skipped.id;
    }
    assert_eq!(lines(&[together, &late], Door::Direct), [number(together), number(&late)]);
    // An envelope is one command.
    assert_eq!(lines(&[its_own, another], Door::Envelope(EnvelopeDigest([7; 32]))), [number(its_own)]);
}

#[test]
fn rule_26_every_part_that_is_changed_is_named_with_its_event() {
    let log = Made::all().log();
    let folder = whole(&log);
    for part in Part::ALL {
        let path = folder.path().join(part.name());
        let honest = fs::read(&path).unwrap();
        let forged = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            listed_anew(folder.path());
            let found = fault(folder.path(), &log);
            assert_eq!(found.1["file"], part.name(), "{found:?}");
            found
        };
        // Also where the manifest was made anew.
        for at in (0..honest.len()).step_by((honest.len() / 24).max(1)) {
            let mut changed = honest.clone();
            changed[at] ^= 1;
            forged(&changed);
        }
        assert!(forged(&honest[..honest.len() - 1]).0.contains(part.name()));
        assert_eq!(forged(&[&honest[..], b" "].concat()).0, format!("the file {} goes on behind its end", part.name()));
        forged(b"");
        fs::remove_file(&path).unwrap();
        listed_anew(folder.path());
        assert_eq!(fault(folder.path(), &log).0, format!("the file {} is not there", part.name()));
        fs::write(&path, &honest).unwrap();
        listed_anew(folder.path());
    }
    // A single digit in an approval leads to its event.
    let path = folder.path().join(Part::Approvals.name());
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().nth(7).unwrap();
    let seq = serde_json::from_str::<Value>(line).unwrap()["seq"].as_str().unwrap().to_owned();
    fs::write(&path, text.replacen(line, &line.replacen("\"at\":\"1", "\"at\":\"2", 1), 1)).unwrap();
    listed_anew(folder.path());
    let found = fault(folder.path(), &log);
    assert_eq!(found.0, format!("the file parts/approvals.jsonl is not what event {seq} says"));
    assert_eq!(found.1["event"], seq);
}

#[test]
fn rule_26_a_manifest_that_does_not_fit_is_a_fault() {
    let log = Made::all().log();
    let folder = whole(&log);
    fs::write(folder.path().join("README"), "all is well").unwrap();
    assert_eq!(fault(folder.path(), &log).1["file"], "README");
    fs::remove_file(folder.path().join("README")).unwrap();
    fs::remove_file(folder.path().join(manifest::NAME)).unwrap();
    assert_eq!(fault(folder.path(), &log).0, "there is no MANIFEST.sha256");
    seal::manifest(folder.path()).unwrap();
    // The metadata are proved by no block; a manifest at least says that they were changed.
    fs::write(folder.path().join("deployment.json"), "{}").unwrap();
    assert_eq!(fault(folder.path(), &log).1["file"], "deployment.json");
}

/// Whoever plants a letter to the auditor lists it, too.
#[test]
fn rule_26_what_is_listed_and_belongs_to_nothing_is_a_fault() {
    let log = Made::all().log();
    let folder = whole(&log);
    for name in ["README", "log/metadata/9", "log/tile/0/000.p/3", "parts/verdict.json", "contents/sha256/00"] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "all is well").unwrap();
        listed_anew(folder.path());
        let told = fault(folder.path(), &log);
        assert_eq!(told.1["file"], name, "{told:?}");
        assert!(told.0.contains("belongs to nothing"), "{told:?}");
        fs::remove_file(&path).unwrap();
    }
    listed_anew(folder.path());
    verdict(folder.path(), &log, 0);
    // A deployment file that leads whoever takes it to another contract.
    let other = greatseal_deployment::Deployment { contract: [7; 20], ..log.deployment.clone() };
    for false_one in [&serde_json::to_vec(&other).unwrap()[..], b"{}"] {
        fs::write(folder.path().join("deployment.json"), false_one).unwrap();
        listed_anew(folder.path());
        assert_eq!(fault(folder.path(), &log).1["file"], "deployment.json");
    }
    // The same without a manifest: a log and nothing else.
    let bare = tempfile::tempdir().unwrap();
    log.write(bare.path());
    fs::write(bare.path().join("README"), "all is well").unwrap();
    assert_eq!(fault(bare.path(), &log).1["file"], "README");
}

#[test]
fn rule_26_a_hostile_bundle_is_refused_in_two_lines() {
    let log = Made::all().log();
    let folder = whole(&log);
    let packed = folder.path().join("bundle.tar");
    let tar = {
        let mut bytes = seal::tar(&Bundle::folder(folder.path()), Vec::new()).unwrap();
        bytes.truncate(bytes.len() - 700);
        bytes
    };
    fs::write(&packed, tar).unwrap();
    let answer = run(&packed, &log, &[]);
    let told = String::from_utf8(answer.stderr).unwrap();
    assert!(answer.status.code() == Some(3) && told.contains("is cut off") && told.lines().count() == 2, "{told}");
    fs::remove_file(&packed).unwrap();
    let linked = folder.path().join("log/head");
    fs::remove_file(&linked).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &linked).unwrap();
    let answer = run(folder.path(), &log, &[]);
    let told = String::from_utf8(answer.stderr).unwrap();
    assert!(answer.status.code() == Some(3) && told.contains("a bundle has no such file"), "{told}");
}
