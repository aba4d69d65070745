//! Selections of a log: what was chosen is proved, and what is not there is said.

use crate::bundles::{listed_anew, run, verdict, whole};
use greatseal_audit::{Fault, Handed};
use greatseal_bundle::{
    Bundle,
    filter::Filter,
    seal,
    select::select,
    selection::{self, Selected},
};
use greatseal_log::evidence::Cause;
use greatseal_made::{Log, Made};
use greatseal_protocol::{
    bytes::IncidentId,
    event::{Event, Record},
    language::{contract, emergency, program, proposal},
    proposal_id::ProposalId,
    scale::{DecodeAll, Encode},
};
use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};
use tempfile::TempDir;

/// A selection of a log.
fn chosen(log: &Log, filter: &Filter) -> TempDir {
    let (all, out) = (whole(log), tempfile::tempdir().unwrap());
    select(&Bundle::folder(all.path()), out.path(), &log.deployment, filter).unwrap();
    seal::manifest(out.path()).unwrap();
    out
}

fn read(folder: &Path) -> Vec<Selected> {
    let bundle = Bundle::folder(folder);
    let head = selection::head(&bundle).unwrap().unwrap().unwrap();
    (0..head.leaves.div_ceil(selection::LEAVES))
        .flat_map(|number| selection::read(&bundle, number).unwrap().unwrap())
        .collect()
}

/// Numbers of the leaves that were chosen.
fn numbers(folder: &Path) -> BTreeSet<u64> {
    read(folder).iter().map(|selected| selected.seq).collect()
}

fn first<T>(made: &Made, is: impl Fn(&Event) -> Option<T>) -> T {
    made.records.iter().find_map(|record| is(&record.event)).unwrap()
}

fn incident(made: &Made) -> IncidentId {
    first(made, |event| match event {
        Event::Emergency(emergency::Event::Paused { pause, .. }) => Some(pause.incident),
        _ => None,
    })
}

fn programme(made: &Made) -> u32 {
    first(made, |event| match event {
        Event::Program(program::Event::BatchExecuted { batch, .. }) => Some(batch.header.program),
        _ => None,
    })
}

fn executed(made: &Made) -> ProposalId {
    first(made, |event| match event {
        Event::Proposal(proposal::Event::Executed { id, .. }) => Some(*id),
        _ => None,
    })
}

fn seqs(made: &Made, is: impl Fn(&Record) -> bool) -> BTreeSet<u64> {
    made.records.iter().filter(|record| is(record)).map(|record| record.seq).collect()
}

#[test]
fn a_selection_holds_and_says_what_it_does_not_show() {
    let made = Made::all();
    let log = made.log();
    let middle = made.records[made.records.len() / 2].at;
    for filter in [
        Filter { programme: Some(programme(&made)), ..Filter::default() },
        Filter { proposal: Some(executed(&made)), ..Filter::default() },
        Filter { incident: Some(incident(&made)), ..Filter::default() },
        Filter { since: Some(middle), ..Filter::default() },
        Filter { until: Some(middle), programme: Some(programme(&made)), ..Filter::default() },
        Filter { incident: Some(IncidentId([0xEE; 16])), ..Filter::default() },
    ] {
        let folder = chosen(&log, &filter);
        let told = verdict(folder.path(), &log, 0);
        let found = &told["selection"];
        assert_eq!(found["events"], numbers(folder.path()).len().to_string(), "{told}");
        assert_eq!(found["of"], log.head.size.to_string());
        assert_eq!(found["root"], log.head.root);
        assert_eq!(found["not_shown"].as_array().unwrap().len(), 5);
        assert_eq!(
            serde_json::from_value::<greatseal_bundle::filter::FilterText>(found["filter"].clone()).unwrap(),
            filter.text()
        );
        assert!(told["verified"].is_null() && told["bundle"].is_object(), "{told}");
        // The same log, the same bytes; and a tar of it is the same selection.
        let tar = |folder: &Path| seal::tar(&Bundle::folder(folder), Vec::new()).unwrap();
        assert_eq!(tar(folder.path()), tar(chosen(&log, &filter).path()));
        let packed = tempfile::NamedTempFile::new().unwrap();
        fs::write(packed.path(), tar(folder.path())).unwrap();
        assert_eq!(verdict(packed.path(), &log, 0), told);
    }
}

#[test]
fn an_incident_has_everything_of_it_and_nothing_else() {
    let made = Made::all();
    let wanted = incident(&made);
    let folder = chosen(&made.log(), &Filter { incident: Some(wanted), ..Filter::default() });
    let found = numbers(folder.path());
    // Whatever has the incident in its bytes.
    let named = seqs(&made, |record| Encode::encode(record).windows(16).any(|bytes| bytes == wanted.0));
    assert!(named.len() > 3 && named.is_subset(&found), "{named:?} {found:?}");
    let opened: BTreeSet<ProposalId> = made
        .records
        .iter()
        .filter_map(|record| match &record.event {
            Event::Proposal(proposal::Event::Opened(opened)) if named.contains(&record.seq) => Some(opened.id),
            _ => None,
        })
        .collect();
    let about = seqs(&made, |record| record.event.proposal().is_some_and(|id| opened.contains(&id)));
    assert!(about.is_subset(&found), "{about:?} {found:?}");
    // What is about something else is not in it.
    let others = seqs(&made, |record| matches!(&record.event, Event::Program(_) | Event::Bridge(_)));
    assert!(!others.is_empty() && others.is_disjoint(&found), "{others:?} {found:?}");
}

#[test]
fn a_proposal_and_a_programme_have_all_their_records() {
    let made = Made::all();
    let id = executed(&made);
    let found = numbers(chosen(&made.log(), &Filter { proposal: Some(id), ..Filter::default() }).path());
    assert!(seqs(&made, |record| record.event.proposal() == Some(id)).is_subset(&found));
    assert!(found.len() < made.records.len() / 2, "{found:?}");
    let number = programme(&made);
    let found = numbers(chosen(&made.log(), &Filter { programme: Some(number), ..Filter::default() }).path());
    let batches: BTreeSet<_> = made
        .records
        .iter()
        .filter_map(|record| match &record.event {
            Event::Program(program::Event::BatchExecuted { batch, .. }) if batch.header.program == number => {
                Some(batch.manifest)
            }
            _ => None,
        })
        .collect();
    let about = seqs(&made, |record| match &record.event {
        Event::Program(program::Event::ProgramChanged { program, .. }) => *program == number,
        Event::Program(program::Event::StatementMade { statement, .. }) => batches.contains(&statement.manifest),
        Event::Program(program::Event::VoteCast { vote, .. }) => batches.contains(&vote.manifest),
        Event::Program(
            program::Event::StatementFinal { manifest, .. } | program::Event::EntryHeld { manifest, .. },
        ) => batches.contains(manifest),
        _ => false,
    });
    assert!(about.len() > 5 && about.is_subset(&found), "{about:?} {found:?}");
    // Events that frame every selection.
    assert!(found.contains(&0));
}

/// A history that goes on in another contract: its envelopes and events are that one's.
#[test]
fn a_selection_goes_through_a_succession() {
    let made = Made::golden("succession-records", "");
    let log = made.log();
    let last = made.records.last().unwrap();
    let folder = chosen(&log, &Filter { since: Some(last.at), ..Filter::default() });
    let frames = seqs(&made, |record| {
        matches!(
            record.event,
            Event::Contract(
                contract::Event::Deployed { .. } | contract::Event::Retired { .. } | contract::Event::Succeeded { .. }
            )
        )
    });
    assert!(frames.len() > 2 && frames.is_subset(&numbers(folder.path())));
    verdict(folder.path(), &log, 0);
}

/// Leaves of a selection, changed and written back with a manifest that fits.
fn forged(folder: &Path, log: &Log, change: impl FnOnce(&mut Vec<Selected>)) -> String {
    let path = folder.join(selection::file(0));
    let honest = fs::read(&path).unwrap();
    let mut leaves = Vec::<Selected>::decode_all(&mut &*honest).unwrap();
    change(&mut leaves);
    fs::write(&path, leaves.encode()).unwrap();
    listed_anew(folder);
    let found = verdict(folder, log, 8)["fault"]["words"].as_str().unwrap().to_owned();
    fs::write(&path, honest).unwrap();
    listed_anew(folder);
    found
}

#[test]
fn rule_26_what_is_changed_in_a_selection_is_found() {
    let made = Made::all();
    let log = made.log();
    let folder = chosen(&log, &Filter { programme: Some(programme(&made)), ..Filter::default() });
    let forged = |change: &dyn Fn(&mut Vec<Selected>)| forged(folder.path(), &log, change);
    let last = |leaves: &[Selected]| leaves.len() - 1;
    assert!(forged(&|leaves| leaves[3].leaf[60] ^= 1).contains("is not in the tree"));
    assert!(forged(&|leaves| leaves[3].path[1][0] ^= 1).contains("the proof leads to a different root"));
    assert!(forged(&|leaves| leaves[3].path.truncate(1)).contains("is not in the tree"));
    assert!(forged(&|leaves| leaves[3].seq += 1).contains("the record is number"));
    assert!(forged(&|leaves| leaves.insert(3, leaves[3].clone())).contains("selection/00000000 does not hold"));
    assert!(forged(&|leaves| drop(leaves.remove(3))).contains("selection/00000000 does not hold"));
    assert!(forged(&|leaves| drop(leaves.remove(0))).contains("selection/00000000 does not hold"));
    // Instead of the deployment another leaf comes first.
    assert!(
        forged(&|leaves| {
            let again = leaves[last(leaves)].clone();
            leaves.remove(0);
            leaves.push(again);
        })
        .starts_with("event ")
    );
    assert!(forged(&|leaves| leaves[0].block = None).contains("nothing proves"));
    assert!(forged(&|leaves| leaves[0].block.as_mut().unwrap().header[5] ^= 1).contains("names a block that is not"));
    assert!(forged(&|leaves| leaves[0].block.as_mut().unwrap().proof.nodes[0][3] ^= 1).starts_with("block 5: "));
    assert!(forged(&|leaves| leaves[0].birth = Some([7; 32])).contains("another transaction"));
    let signed = read(folder.path()).iter().position(|one| matches!(one.cause, Cause::Envelope(_))).unwrap();
    let other = forged(&|leaves| {
        if let Cause::Envelope(bytes) = &mut leaves[signed].cause {
            let end = bytes.len() - 1;
            bytes[end] ^= 1;
        }
    });
    assert!(other.contains("another envelope"), "{other}");
    assert!(forged(&|leaves| leaves[signed].cause = Cause::Same).contains("event "));
    let path = folder.path().join(selection::NAME);
    let honest = fs::read_to_string(&path).unwrap();
    for (from, to) in [
        ("greatseal.selection/1", "greatseal.selection/2"),
        (&*log.head.root, &*"00".repeat(32)),
        (&*format!("\"size\":\"{}\"", log.head.size), "\"size\":\"999999\""),
        ("\"since\":null", "\"since\":\"01\""),
        ("\"consistency\":null", "\"consistency\":[]"),
        ("\"schema\"", "\"extra\":1,\"schema\""),
    ] {
        fs::write(&path, honest.replacen(from, to, 1)).unwrap();
        assert_ne!(honest, honest.replacen(from, to, 1), "{from}");
        listed_anew(folder.path());
        verdict(folder.path(), &log, 8);
    }
    fs::write(&path, &honest).unwrap();
    listed_anew(folder.path());
    verdict(folder.path(), &log, 0);
    let kept = |head: &str| run(folder.path(), &log, &["--expect-head", head]);
    assert_eq!(kept(&format!("{}:{}", log.head.size, log.head.root)).status.code(), Some(0));
    assert_eq!(kept(&format!("{}:{}", log.head.size, "00".repeat(32))).status.code(), Some(8));
    let smaller = kept(&format!("5:{}", "00".repeat(32)));
    let told: Value = serde_json::from_slice(&smaller.stdout).unwrap();
    assert!(told["fault"]["words"].as_str().unwrap().contains("proves nothing about the head of 5 leaves"), "{told}");
}

/// Leaves that the head does not count would be read by people and verified by nobody.
#[test]
fn rule_26_a_further_file_of_a_selection_is_a_fault() {
    let made = Made::all();
    let log = made.log();
    let folder = chosen(&log, &Filter { proposal: Some(executed(&made)), ..Filter::default() });
    for name in [selection::file(1), "log/tile/0/000".to_owned(), "selection/notes".to_owned()] {
        let path = folder.path().join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(folder.path().join(selection::file(0)), &path).unwrap();
        listed_anew(folder.path());
        assert_eq!(verdict(folder.path(), &log, 8)["fault"]["file"], name);
        fs::remove_file(path).unwrap();
    }
}

/// An approval that nobody signed, in a log whose hashes all fit: the rules are not asked, and the signature is.
#[test]
fn rule_26_an_invented_approval_is_found_in_a_selection() {
    use greatseal_protocol::{envelope::Envelope, event::Door, key::Signature};
    let mut made = Made::all();
    let at = made.records.iter().position(|record| record.event.kind() == "Decided").unwrap();
    let Door::Envelope(name) = made.records[at].door else { panic!("no envelope") };
    let mut envelope = Envelope::parse(&made.envelopes[&name]).unwrap();
    envelope.signature = Signature::Ed25519([7; 64]);
    let bytes = envelope.to_bytes();
    let digest = Envelope::digest(&bytes);
    made.envelopes.insert(digest, bytes);
    for record in made.records.iter_mut().filter(|record| record.door == Door::Envelope(name)) {
        record.door = Door::Envelope(digest);
    }
    let log = made.log();
    let id = made.records[at].event.proposal();
    let folder = chosen(&log, &Filter { proposal: id, ..Filter::default() });
    let found = verdict(folder.path(), &log, 8)["fault"].clone();
    assert_eq!(found["event"], at.to_string(), "{found}");
    assert!(found["words"].as_str().unwrap().contains("was not signed by its actor"), "{found}");
}

/// Whether a selection holds by itself: without parts and manifest, which would tell of every change.
fn holds(folder: &Path, log: &Log) -> bool {
    let bundle = Bundle::folder(folder);
    let judge = || {
        let mut handed = Handed::open(&bundle, &log.deployment)?;
        let said = greatseal_audit::selection::head(&bundle, &log.deployment)?.ok_or(Fault::Empty)?;
        greatseal_audit::selection::verify(&bundle, &log.deployment, said, None, None, &mut handed)?;
        handed.finish()
    };
    judge().is_ok()
}

#[test]
fn rule_26_every_byte_of_a_selection_is_looked_at() {
    let made = Made::golden("micronode-records", "micronode-envelopes");
    let (log, id) = (made.log(), executed(&made));
    let folder = chosen(&log, &Filter { proposal: Some(id), ..Filter::default() });
    fs::remove_dir_all(folder.path().join("parts")).unwrap();
    fs::remove_file(folder.path().join("MANIFEST.sha256")).unwrap();
    assert!(holds(folder.path(), &log));
    let path = folder.path().join(selection::file(0));
    let honest = fs::read(&path).unwrap();
    let step = if std::env::var_os("GREATSEAL_LONG").is_some() { 1 } else { 7 };
    let mut unseen = Vec::new();
    for at in (0..honest.len()).step_by(step) {
        let mut changed = honest.clone();
        changed[at] ^= 1 << (at % 8);
        fs::write(&path, changed).unwrap();
        if holds(folder.path(), &log) {
            unseen.push(at);
        }
    }
    assert!(unseen.is_empty(), "{unseen:?} of {}", honest.len());
    // Two leaves that changed places, and one that comes twice, in place of another.
    for (from, to) in [(1, 2), (2, 1), (3, 1)] {
        let mut leaves = Vec::<Selected>::decode_all(&mut &*honest).unwrap();
        leaves[to] = leaves[from].clone();
        fs::write(&path, leaves.encode()).unwrap();
        assert!(!holds(folder.path(), &log), "{from} for {to}");
        leaves = Vec::decode_all(&mut &*honest).unwrap();
        leaves.swap(from, to);
        fs::write(&path, leaves.encode()).unwrap();
        assert!(!holds(folder.path(), &log), "{from} and {to}");
    }
    for changed in [&honest[..honest.len() - 1], &[&honest[..], &[0]].concat(), &[]] {
        fs::write(&path, changed).unwrap();
        assert!(!holds(folder.path(), &log));
    }
}

/// What an auditor who has the keys sees: the checkpoint is of a smaller tree, and a path leads from it to the selection's.
#[test]
fn rule_27_a_selection_goes_on_from_the_checkpoint() {
    use crate::checkpoints::{log_key, signed};
    use greatseal_trail::tree::Head;
    let made = Made::all();
    let log = made.log();
    let all = whole(&log);
    let head = log.parts().head(50);
    let export = |head: Head| {
        let out = tempfile::tempdir().unwrap();
        fs::write(all.path().join("log/checkpoint"), signed(&log, head, &[]).note().to_string()).unwrap();
        let filter = Filter { programme: Some(programme(&made)), ..Filter::default() };
        select(&Bundle::folder(all.path()), out.path(), &log.deployment, &filter).unwrap();
        seal::manifest(out.path()).unwrap();
        out
    };
    let folder = export(head);
    let vkey = log_key(&log).to_string();
    let answer = run(folder.path(), &log, &["--log-key", &vkey]);
    let told: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(answer.status.code(), Some(0), "{told}");
    let under = numbers(folder.path()).iter().filter(|seq| **seq < 50).count();
    assert_eq!(told["selection"]["under_checkpoint"], under.to_string());
    assert_eq!(told["checkpoint"]["events"], "50");
    let kept = format!("50:{}", head.root);
    assert_eq!(run(folder.path(), &log, &["--expect-head", &kept]).status.code(), Some(0));
    // A forked checkpoint: a tree of that size with another root.
    let forked = export(Head { root: log.parts().head(49).root, ..head });
    let answer = run(forked.path(), &log, &["--log-key", &vkey]);
    let told: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(told["fault"]["words"], "the selection: its tree does not go on from its checkpoint", "{told}");
}
