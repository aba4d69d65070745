//! Journals of version 2: refused as they are, and taken over with all that they bind.

use super::sandbox::domain;
use greatseal_protocol::{bytes::ProposalDigest, hash::sha256, key::Key};
use greatseal_signing::{Backend, Confirmation, Decided, Entry, Error, FileJournal, Journal as _, Stand, Use};
use greatseal_trail::tree::{Frontier, leaf_hash};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
};

const OLD: &[u8] = include_bytes!("../journals/version-2.journal");

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn holds(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

#[test]
fn a_journal_of_version_2_is_named_and_left_as_it_is() {
    let folder = Folder::new();
    let old = folder.holds("old", OLD);
    let read = FileJournal::read(&old);
    assert!(matches!(read, Err(Error::JournalOld { .. })), "{read:?}");
    let used = FileJournal::at(&old).intend(&opposite(&old_decision()));
    assert!(matches!(used, Err(Error::JournalOld { .. })), "{used:?}");
    assert!(used.unwrap_err().help().contains("--continue"));
    assert_eq!(fs::read(&old).unwrap(), OLD);
}

#[test]
fn its_lines_are_taken_over_and_its_decisions_bind() {
    let folder = Folder::new();
    let (old, new) = (folder.holds("old", OLD), folder.path("new"));
    FileJournal::start_from(&old, &new).unwrap();
    assert_eq!(fs::read(&old).unwrap(), OLD, "evidence stays");
    assert_eq!(fs::metadata(&new).unwrap().permissions().mode() & 0o7777, 0o600);

    let report = FileJournal::read(&new).unwrap();
    let Entry::Started { version: 3, continues: Some(continued), .. } = &report.lines[0].entry else {
        panic!("{:?}", report.lines[0])
    };
    // The last link of the old file, which its owner may have noted.
    let last = OLD.split(|byte| *byte == b'\n').rev().nth(1).unwrap();
    assert_eq!((continued.lines, continued.head.as_bytes()), (5, &last[..64]));
    let entries = |bytes: &[u8]| -> Vec<Vec<u8>> {
        bytes
            .split(|byte| *byte == b'\n')
            .skip(1)
            .filter(|line| !line.is_empty())
            .map(|line| line[65..].to_vec())
            .collect()
    };
    assert_eq!(entries(&fs::read(&new).unwrap()), entries(OLD), "byte for byte");
    assert!(report.unreleased.is_empty());

    let decided = old_decision();
    let refused = FileJournal::at(&new).intend(&opposite(&decided));
    assert!(matches!(refused, Err(Error::OtherDecision { .. })), "{refused:?}");
    let other = Use { key: Key::Ed25519([1; 32]), ..opposite(&decided) };
    assert_eq!(FileJournal::at(&new).intend(&other).unwrap().0, 5, "the next number");

    let again = FileJournal::start_from(&old, &new);
    assert!(matches!(again, Err(Error::JournalExists { .. })), "{again:?}");
}

#[test]
fn a_damaged_one_is_not_taken_over() {
    let folder = Folder::new();
    let new = folder.path("new");
    let refused = |bytes: &[u8], case: String| {
        let old = folder.holds("old", bytes);
        let refused = FileJournal::start_from(&old, &new);
        assert!(matches!(refused, Err(Error::JournalBroken { .. })), "{case}: {refused:?}");
        assert!(!new.exists(), "{case}");
    };
    for place in 0..OLD.len() {
        let mut altered = OLD.to_vec();
        altered[place] ^= 1;
        refused(&altered, format!("byte {place}"));
    }
    for length in (0..OLD.len()).filter(|length| *length == 0 || OLD[length - 1] != b'\n') {
        refused(&OLD[..length], format!("{length} bytes"));
    }
    // One of the present version is none of the version before.
    FileJournal::start(&folder.path("present")).unwrap();
    refused(&fs::read(folder.path("present")).unwrap(), "version 3".into());
}

/// Each line has the root over all lines up to it, made in the plain way.
#[test]
fn roots_are_those_of_the_tree_over_all_lines() {
    let whole = include_bytes!("../journals/whole.journal");
    let mut frontier = Frontier::new();
    for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        frontier.push(leaf_hash(&line[65..])).unwrap();
        assert_eq!(frontier.root().to_string().as_bytes(), &line[..64]);
    }
    assert_eq!(frontier.size(), 5);
    let folder = Folder::new();
    let report = FileJournal::read(&folder.holds("whole", whole)).unwrap();
    assert_eq!(report.head, *frontier.root().bytes());
}

/// The key of the old journal, and its decision.
fn old_decision() -> (Key, Decided) {
    let folder = Folder::new();
    let report = FileJournal::read(&folder.holds("whole", include_bytes!("../journals/whole.journal"))).unwrap();
    let found = report.lines.into_iter().find_map(|line| match line.entry {
        Entry::Intended(intended) => intended.decides.first().cloned().map(|decides| (intended.key, decides)),
        _ => None,
    });
    let (key, decides) = found.unwrap();
    let mut domain = domain();
    domain.deployment = decides.deployment.parse().unwrap();
    domain.contract = decides.contract.parse().unwrap();
    domain.chain_id = decides.chain_id;
    let digest = ProposalDigest(greatseal_protocol::bytes::parse_hex(&decides.proposal_digest).unwrap());
    assert_eq!(decides.decision, "approve");
    let proposal = decides.proposal.parse().unwrap();
    (key.parse().unwrap(), Decided { domain, proposal, digest, stand: Stand::Approve, withdraws: false })
}

fn opposite((key, decided): &(Key, Decided)) -> Use {
    Use {
        key: *key,
        backend: Backend::Token,
        digest: sha256(&[b"any"]),
        order: "reject",
        words: Vec::new(),
        confirmation: Some(Confirmation::Person),
        decided: vec![Decided { stand: Stand::Reject, ..*decided }],
    }
}
