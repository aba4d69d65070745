//! What a recorder, a maker of manifests or an owner of files can do that the contract does not see.

use super::*;
use crate::{
    answers::{
        files::{Contradicted, Missing},
        money::NotRepayable,
    },
    manifest::{entries, samples, write},
};
use greatseal_protocol::{
    batch::{Executed, Rail},
    bytes::{OutcomesRoot, ReferenceHash, StatementHash},
    conversion::Completion,
    event::{Door, Event, Record},
    language::{bridge, program},
    program::RuleSet,
    settlement::{Final, Statement},
};
use std::{error::Error, fs};
use tempfile::TempDir;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A folder, and what is on record.
struct World {
    folder: TempDir,
    on: OnRecord,
}

/// A closed entry that was paid by this log of one transaction.
fn paid(index: u32, amount: u32, log: u32) -> String {
    let (transaction, evidence) = (format!("eip155:1:0x{}", "a1".repeat(32)), "e1".repeat(32));
    format!(
        "{{\"index\":{index},\"state\":\"closed\",\"paid\":\"{amount}\",\"evidence\":\"{evidence}\",\"references\":[\
         {{\"transaction\":\"{transaction}\",\"log\":{log},\"amount\":\"{amount}\",\"share\":\"{amount}\"}}]}}\n"
    )
}

/// A closed entry that was not paid.
fn unpaid(index: u32) -> String {
    let evidence = "e1".repeat(32);
    format!(
        "{{\"index\":{index},\"state\":\"closed\",\"paid\":\"0\",\"reason\":\"account-closed\",\"evidence\":\"{evidence}\"}}\n"
    )
}

impl World {
    fn new() -> Outcome<Self> {
        Ok(Self { folder: tempfile::tempdir()?, on: OnRecord::default() })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn take(&mut self, at: u64, event: Event) {
        self.on.take(&Record { seq: 0, at, door: Door::Direct, actor: None, event });
    }

    /// Executes a batch of these entries, whose manifest lies in the folder.
    fn batch(&mut self, name: &str, of: &[String], parent: Option<ManifestHash>) -> Outcome<ManifestHash> {
        let bare = tempfile::NamedTempFile::new()?;
        fs::write(bare.path(), of.concat())?;
        let header = samples::header(&entries(bare.path(), Rail::Queryable, parent.is_some())?, parent);
        write(bare.path(), &header, &self.path(name))?;
        let manifest = digest::manifest_hash(&header);
        let (previous, small, auditors, challenge) = (None, false, 1, 60);
        let rules = RuleSet { hash: ReferenceHash([8; 32]), effective_from: 0, effective_until: None };
        let batch = Executed { manifest, header, rules, number: 1, previous, small, auditors, challenge };
        let id = "1.Pr:1-0.0".parse().map_err(|_| "an id")?;
        self.take(1, Event::Program(program::Event::BatchExecuted { id, batch }));
        Ok(manifest)
    }

    /// States what became of a batch, in sums that may be other ones, and makes it final where it shall be.
    fn stated(
        &mut self,
        of: (ManifestHash, &str),
        outcomes: &[String],
        [closed, paid, unpaid, debited]: [u32; 4],
        last: bool,
    ) -> Outcome {
        let (manifest, name) = of;
        fs::write(self.path(name), outcomes.concat())?;
        let root = outcome::root(&self.path(name))?;
        let (paid, unpaid, debited) = (paid.into(), unpaid.into(), debited.into());
        let statement = Statement { manifest, version: 1, previous: None, root, closed, paid, unpaid, debited };
        let (seat, commitment) = ("O0".parse().map_err(|_| "a seat")?, StatementHash(root.0));
        self.take(2, Event::Program(program::Event::StatementMade { seat, statement, commitment }));
        if last {
            let last = Final {
                recorder: seat,
                version: 1,
                commitment,
                stated_at: 2,
                at: 3,
                closed,
                paid,
                unpaid,
                debited,
                credit: 0,
            };
            self.take(3, Event::Program(program::Event::StatementFinal { manifest, last }));
        }
        Ok(())
    }

    fn check(&self) -> Outcome<FilesChecked> {
        Ok(check(self.folder.path(), &self.on)?)
    }
}

#[test]
fn sums_that_are_not_those_of_their_root_are_named() -> Outcome {
    let mut world = World::new()?;
    let batch = world.batch("manifest", &[samples::entry(0, 0, 50, None), samples::entry(1, 1, 50, None)], None)?;
    // The recorder says that 40 less arrived than did, and that 60 less left: the line would get it back.
    world.stated((batch, "outcomes"), &[paid(0, 50, 0), paid(1, 50, 1)], [2, 60, 40, 40], true)?;
    let found = world.check()?;
    let told: Vec<_> =
        found.contradictions.iter().map(|one| (one.what, one.stated.map(|n| n.0), one.found.map(|n| n.0))).collect();
    let expected = [
        (Contradicted::Paid, Some(60), Some(100)),
        (Contradicted::Unpaid, Some(40), Some(0)),
        (Contradicted::Debited, Some(40), Some(100)),
    ];
    assert_eq!(told, expected);
    assert_eq!((found.manifests.0, found.outcomes.0, found.open()), (1, 0, 0));
    assert!(found.verdict().is_some_and(|told| told.starts_with("3 times")));
    Ok(())
}

#[test]
fn a_transfer_that_two_programmes_claim_is_named_with_both() -> Outcome {
    let mut world = World::new()?;
    let first = world.batch("1", &[samples::entry(0, 0, 50, None)], None)?;
    let second = world.batch("2", &[samples::entry(0, 9, 50, None)], None)?;
    world.stated((first, "1 outcomes"), &[paid(0, 50, 7)], [1, 50, 0, 50], true)?;
    let whole = world.check()?;
    assert_eq!((whole.verdict(), whole.search.transfers.0), (None, 1));
    // Not final yet: the newest at hand counts.
    let twice = paid(0, 50, 7).replace("e1e1", "e2e2");
    world.stated((second, "2 outcomes"), &[twice], [1, 50, 0, 50], false)?;
    let found = world.check()?;
    let claims: Vec<_> =
        found.search.double_claims.iter().map(|one| (&*one.first.file, &*one.second.file, one.claimed.0)).collect();
    assert_eq!(claims, [("1 outcomes", "2 outcomes", 100)]);
    assert_eq!((found.contradictions.len(), found.outcomes.0), (0, 2));
    Ok(())
}

#[test]
fn children_are_compared_with_what_became_of_their_parent() -> Outcome {
    let mut world = World::new()?;
    let of = |index| samples::entry(index, index, 50, None);
    let parent = world.batch("parent", &[of(0), of(1), of(2)], None)?;
    let again = |person, repays| samples::entry(0, person, 50, Some(repays));
    world.batch("child", &[again(1, 1)], Some(parent))?;
    let wrong = world.batch("wrong", &[again(0, 0)], Some(parent))?;
    let missing = |found: &FilesChecked| found.missing.iter().map(|one| (one.what, one.manifest)).collect::<Vec<_>>();
    // Without the parent's outcomes nobody sees whether an entry was paid, and that is said.
    let found = world.check()?;
    assert_eq!((found.verdict(), missing(&found)), (None, vec![(Missing::Outcomes, Some(Text(parent)))]));
    assert_eq!(found.search.parents.iter().map(|one| one.left_entries).collect::<Vec<_>>(), [None]);
    world.stated((parent, "outcomes"), &[paid(0, 50, 0), unpaid(1), unpaid(2)], [3, 50, 100, 50], true)?;
    let found = world.check()?;
    let bad: Vec<_> = found.search.bad_repayments.iter().map(|one| (one.entry.manifest, one.repays, one.why)).collect();
    assert_eq!(bad, [(Some(Text(wrong)), 0, NotRepayable::Paid)]);
    assert_eq!((missing(&found).len(), found.search.parents[0].left_entries), (0, Some(1)));
    // A child whose manifest is nowhere is not compared, and that is said.
    fs::remove_file(world.path("wrong"))?;
    let found = world.check()?;
    assert_eq!((found.verdict(), missing(&found)), (None, vec![(Missing::Manifest, Some(Text(wrong)))]));
    Ok(())
}

#[test]
fn conversions_come_to_what_was_stated() -> Outcome {
    let mut world = World::new()?;
    let line = format!(
        "{{\"account\":\"rtgs:national:bob\",\"amount\":\"90\",\"fee\":\"2\",\"result\":\"88\",\
         \"reference\":\"rtgs:national:INV 1\",\"check\":\"{}\"}}\n",
        "0c".repeat(32)
    );
    fs::write(world.path("lot"), line)?;
    let sums = carried::load(&world.path("lot"))?;
    let sound = Completion { route: 1, number: 7, version: 1, count: 1, amount: 90, fees: 2, root: sums.root.0 };
    let seat = "O0".parse().map_err(|_| "a seat")?;
    let completed =
        |completion| Event::Bridge(bridge::Event::ConversionCompleted { seat, completion, over: false, late: false });
    world.take(
        1,
        completed(Completion { count: 0, amount: 0, fees: 0, number: 6, root: ReferenceHash([9; 32]), ..sound }),
    );
    world.take(1, completed(sound));
    let found = world.check()?;
    assert_eq!((found.verdict(), found.carried.0, found.bridge_statements.0, found.open()), (None, 1, 1, 0));
    world.take(2, completed(Completion { version: 2, fees: 3, ..sound }));
    let found = world.check()?;
    let told = found.contradictions.first().map(|one| (one.what, one.route, one.number.map(|n| n.0)));
    assert_eq!((told, found.carried.0), (Some((Contradicted::Fees, Some(1), Some(7))), 0));
    Ok(())
}

#[test]
fn a_file_of_nothing_on_record_is_named_and_no_fault() -> Outcome {
    let mut world = World::new()?;
    let batch = world.batch("manifest", &[samples::entry(0, 0, 50, None)], None)?;
    fs::copy(world.path("manifest"), world.path("twice"))?;
    fs::write(world.path("draft"), paid(0, 50, 0))?;
    fs::write(world.path("notes"), "call the bank")?;
    fs::write(world.path(".hidden"), "call the bank")?;
    fs::create_dir(world.path("folder"))?;
    let found = world.check()?;
    let names: Vec<_> = found.strangers.iter().map(|one| &*one.file).collect();
    assert_eq!((names, found.files.0, found.verdict()), (vec!["draft", "notes", "twice"], 4, None));
    let root: OutcomesRoot = outcome::root(&world.path("draft"))?;
    assert_eq!((world.on.stated(root).count(), found.open()), (0, 0), "nothing was stated of {batch}");
    Ok(())
}
