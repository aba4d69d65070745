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
    action::Action,
    bytes::IncidentId,
    event::{Door, Event, Record},
    language::{contract, emergency, program, proposal},
    proposal_id::{Decision, ProposalId},
    row::RowId,
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
        let told = verdict(folder.path(), &log, 10);
        let found = &told["selection"];
        assert_eq!(found["events"], numbers(folder.path()).len().to_string(), "{told}");
        assert_eq!(found["of"], log.head.size.to_string());
        assert_eq!(found["root"], log.head.root);
        let without_tree = ["completeness", "rules", "headers", "chain", "metadata"];
        assert_eq!(
            found["not_shown"],
            serde_json::json!(["completeness", "rules", "tree", "headers", "chain", "metadata"])
        );
        let kept = format!("{}:{}", log.head.size, log.head.root);
        let known = run(folder.path(), &log, &["--expect-head", &kept]);
        let known: Value = serde_json::from_slice(&known.stdout).unwrap();
        assert_eq!(known["selection"]["not_shown"], serde_json::json!(without_tree));
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
        assert_eq!(verdict(packed.path(), &log, 10), told);
    }
}

#[test]
fn a_page_says_that_it_is_about_a_selection() {
    let made = Made::all();
    let log = made.log();
    let folder = chosen(&log, &Filter { proposal: Some(executed(&made)), ..Filter::default() });
    let page = tempfile::NamedTempFile::new().unwrap();
    let path = page.path().to_str().unwrap();
    assert_eq!(run(folder.path(), &log, &["--page", path]).status.code(), Some(10));
    let told = fs::read_to_string(path).unwrap();
    assert!(told.contains("<h1>Verdict on a selection</h1>") && !told.contains("Verdict on a log"), "{told}");
    assert!(told.contains("<li>Whether nothing is missing in between that was asked for.</li>"), "{told}");
    assert!(told.contains("<li>Whether the tree is the log's: give "), "{told}");
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
    verdict(folder.path(), &log, 10);
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
    verdict(folder.path(), &log, 10);
    let kept = |head: &str| run(folder.path(), &log, &["--expect-head", head]);
    assert_eq!(kept(&format!("{}:{}", log.head.size, log.head.root)).status.code(), Some(10));
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
    use greatseal_protocol::{envelope::Envelope, key::Signature};
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

/// What is found in a selection of a history whose hashes all fit.
fn words(made: &Made) -> String {
    let log = made.log();
    let folder = chosen(&log, &Filter { since: Some(0), ..Filter::default() });
    verdict(folder.path(), &log, 8)["fault"]["words"].as_str().unwrap().to_owned()
}

/// Writes leaves of a selection with a manifest that fits; the fault.
fn rewritten(folder: &Path, log: &Log, file: u64, change: impl FnOnce(&mut Vec<Selected>)) -> String {
    let path = folder.join(selection::file(file));
    let mut leaves = Vec::<Selected>::decode_all(&mut &*fs::read(&path).unwrap()).unwrap();
    change(&mut leaves);
    fs::write(&path, leaves.encode()).unwrap();
    listed_anew(folder);
    verdict(folder, log, 8)["fault"]["words"].as_str().unwrap().to_owned()
}

/// Nothing links the blocks of a selection; but their heights are in the leaves, and a chain has one block of each.
#[test]
fn rule_26_heights_rise_in_a_selection_and_have_one_block() {
    use greatseal_block::{blake2_256, header::Header};
    let changed = |bytes: &[u8], change: fn(&mut Header)| {
        let mut header = Header::decode(bytes).unwrap();
        change(&mut header);
        header.encode()
    };
    // The last leaves stand in a block that is given an earlier height: its header hashes, and its state proves the events.
    let made = Made::golden("micronode-records", "micronode-envelopes");
    let honest = made.log();
    let parts = honest.parts();
    let at = |height: u64| usize::try_from(height - honest.head.first_block).unwrap();
    let height = parts.leaves.last().unwrap().block_number;
    let earlier = changed(&parts.headers[at(height)], |header| header.number -= 2);
    let mut forged = parts.forged(|_, leaf, _| {
        if leaf.block_number == height {
            (leaf.block_number, leaf.block_hash) = (height - 2, blake2_256(&earlier));
        }
        true
    });
    let proof = parts.proofs.last().cloned().unwrap();
    forged.proofs.push(greatseal_log::evidence::Proof { block_number: height - 2, ..proof });
    let log = forged.log(honest.deployment.clone());
    let folder = chosen(&log, &Filter { since: Some(0), ..Filter::default() });
    let found = rewritten(folder.path(), &log, 0, |leaves| {
        leaves.iter_mut().rev().find_map(|leaf| leaf.block.as_mut()).unwrap().header = earlier.clone();
    });
    assert_eq!(found, format!("block {}: it comes behind block {}", height - 2, height - 1));

    // Leaves of one block in two files, each of which has its header: in the second one it is another.
    let made = Made::busy(270, 0);
    let honest = made.log();
    let parts = honest.parts();
    let (first, second) = (&parts.leaves[255], &parts.leaves[256]);
    assert_eq!(first.block_number, second.block_number, "one block");
    let header = &parts.headers[usize::try_from(second.block_number - honest.head.first_block).unwrap()];
    let other = changed(header, |header| header.extrinsics_root[0] ^= 1);
    let forged = parts.forged(|record, leaf, _| {
        if record.seq >= 256 && leaf.block_number == second.block_number {
            leaf.block_hash = blake2_256(&other);
        }
        true
    });
    let log = forged.log(honest.deployment.clone());
    let folder = chosen(&log, &Filter { since: Some(0), ..Filter::default() });
    let found = rewritten(folder.path(), &log, 1, |leaves| leaves[0].block.as_mut().unwrap().header = other.clone());
    assert_eq!(found, format!("block {}: there are two blocks of this height", second.block_number));
}

/// A key that has signed a rejection has not approved, and one that approved something has not approved everything: a record stands
/// under another envelope of its actor.
#[test]
fn rule_26_a_signature_is_none_under_another_record() {
    let made = Made::all();
    for kind in ["Opened", "Decided", "DecidedTogether", "Vetoed", "ReviewAttested", "VoteCast"] {
        let signed = |record: &&Record| record.event.kind() == kind && matches!(record.door, Door::Envelope(_));
        let other = |record: &Record| {
            let signed =
                |other: &&Record| matches!(other.door, Door::Envelope(name) if made.envelopes.contains_key(&name));
            let others = made.records.iter().filter(signed);
            others
                .filter(|other| other.actor == record.actor && other.door != record.door)
                .map(|other| other.door)
                .next()
        };
        let pairs: Vec<_> = made
            .records
            .iter()
            .filter(signed)
            .filter_map(|record| Some((record.seq, other(record)?)))
            .take(3)
            .collect();
        assert!(!pairs.is_empty(), "{kind}");
        for (seq, door) in pairs {
            let mut forged = made.clone();
            forged.records[usize::try_from(seq).unwrap()].door = door;
            assert_eq!(words(&forged), format!("event {seq}: its actor has signed another order"), "{kind}");
        }
    }
}

/// Each field that the order has and the event repeats.
#[test]
fn rule_26_what_consent_is_about_is_what_was_signed() {
    type Change = fn(&mut Event) -> bool;
    let changes: [(&str, Change); 14] = [
        ("row", |event| opened(event, |opened| opened.row = RowId::RETIRE)),
        ("author", |event| opened(event, |opened| opened.id.author.index ^= 1)),
        ("document", |event| opened(event, |opened| opened.document.0[0] ^= 1)),
        ("nonce", |event| opened(event, |opened| opened.nonce += 1)),
        ("approve by", |event| opened(event, |opened| opened.approve_by += 1)),
        ("window", |event| opened(event, |opened| opened.window += 1)),
        ("action", |event| {
            opened(event, |opened| {
                opened.action = Action::Emergency(emergency::Action::LeaveMode {
                    set_by: opened.id,
                    incident: IncidentId([7; 16]),
                });
            })
        }),
        ("decided", |event| match event {
            Event::Proposal(proposal::Event::Decided { id, .. }) => rises(&mut id.serial),
            _ => false,
        }),
        ("decision", |event| match event {
            Event::Proposal(proposal::Event::Decided { decision, .. }) => {
                *decision = if *decision == Decision::Approve { Decision::Reject } else { Decision::Approve };
                true
            }
            _ => false,
        }),
        ("seat", |event| match event {
            Event::Proposal(proposal::Event::Decided { seat, .. }) => {
                seat.index ^= 1;
                true
            }
            _ => false,
        }),
        ("together", |event| match event {
            Event::Proposal(proposal::Event::DecidedTogether { choices, .. }) => choices.pop().is_some(),
            _ => false,
        }),
        ("vetoed", |event| match event {
            Event::Proposal(proposal::Event::Vetoed { id, .. }) => rises(&mut id.serial),
            _ => false,
        }),
        ("the panel", |event| match event {
            Event::Proposal(proposal::Event::PanelApproved { id, .. }) => rises(&mut id.serial),
            _ => false,
        }),
        ("vote", |event| match event {
            Event::Program(program::Event::VoteCast { vote, .. }) => rises(&mut vote.number),
            _ => false,
        }),
    ];
    let made = Made::all();
    for (what, change) in changes {
        let mut forged = made.clone();
        let signed = forged.records.iter_mut().filter(|record| matches!(record.door, Door::Envelope(_)));
        let seq = signed.into_iter().find_map(|record| change(&mut record.event).then_some(record.seq));
        let seq = seq.unwrap_or_else(|| panic!("{what}"));
        assert_eq!(words(&forged), format!("event {seq}: its actor has signed another order"), "{what}");
    }
}

fn opened(event: &mut Event, change: impl FnOnce(&mut proposal::Opened)) -> bool {
    match event {
        Event::Proposal(proposal::Event::Opened(opened)) => {
            change(opened);
            true
        }
        _ => false,
    }
}

fn rises(number: &mut u32) -> bool {
    *number += 1;
    true
}

/// Whether a selection holds by itself: without parts and manifest, which would tell of every change.
fn holds(folder: &Path, log: &Log) -> bool {
    let bundle = Bundle::folder(folder);
    let judge = || {
        let mut handed = Handed::open(&bundle, &log.deployment)?;
        let said = greatseal_audit::selection::head(&bundle, &log.deployment)?.ok_or(Fault::Empty)?;
        greatseal_audit::selection::verify(&bundle, &log.deployment, said, None, None, &mut handed)?;
        handed.finish(None, &mut |_| {})
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
    assert_eq!(answer.status.code(), Some(10), "{told}");
    let under = numbers(folder.path()).iter().filter(|seq| **seq < 50).count();
    assert_eq!(told["selection"]["under_checkpoint"], under.to_string());
    assert_eq!(told["checkpoint"]["events"], "50");
    let tree = |told: &Value| told["selection"]["not_shown"].as_array().unwrap().contains(&"tree".into());
    assert!(tree(&told), "later leaves are in no tree that anybody has signed: {told}");
    // Whose checkpoint it is, nobody knows without keys.
    let unsigned = verdict(folder.path(), &log, 10);
    assert!(unsigned["selection"]["under_checkpoint"].is_null() && tree(&unsigned), "{unsigned}");
    let all_signed = export(log.parts().head(made.records.len()));
    let told: Value = serde_json::from_slice(&run(all_signed.path(), &log, &["--log-key", &vkey]).stdout).unwrap();
    assert_eq!(told["selection"]["under_checkpoint"], told["selection"]["events"]);
    assert!(!tree(&told), "{told}");
    let kept = format!("50:{}", head.root);
    assert_eq!(run(folder.path(), &log, &["--expect-head", &kept]).status.code(), Some(10));
    // A forked checkpoint: a tree of that size with another root.
    let forked = export(Head { root: log.parts().head(49).root, ..head });
    let answer = run(forked.path(), &log, &["--log-key", &vkey]);
    let told: Value = serde_json::from_slice(&answer.stdout).unwrap();
    assert_eq!(told["fault"]["words"], "the selection: its tree does not go on from its checkpoint", "{told}");
}
