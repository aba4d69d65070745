//! The end of a journal: what a crash leaves is mended, everything else is damage and stays as it is.

use super::sandbox::{decision, domain, story};
use greatseal_protocol::{
    bytes::ProposalDigest,
    key::{Key, Signature},
    proposal_id::Decision,
};
use greatseal_signing::{
    Backend, Confirmation, Decided, Entry, Error, FileJournal, Intent, Journal as _, Purpose, Report, Stand, Use,
};
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

const WHOLE: &[u8] = include_bytes!("../journals/whole.journal");
const NUL_TAIL: &[u8] = include_bytes!("../journals/nul-tail.journal");
const CARRIAGE_RETURNS: &[u8] = include_bytes!("../journals/cr.journal");

/// A folder with one journal in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("journal")
    }

    fn holds(&self, bytes: &[u8]) {
        fs::write(self.path(), bytes).unwrap();
        fs::set_permissions(self.path(), Permissions::from_mode(0o600)).unwrap();
    }

    /// Both doors: reading, and the next signature.
    fn refuses(&self, damage: &[u8], case: &str) -> String {
        self.holds(damage);
        let read = FileJournal::read(&self.path());
        assert!(matches!(read, Err(Error::JournalBroken { .. })), "{case}: {read:?}");
        let refused = FileJournal::at(self.path()).intend(&used(1, Stand::Reject));
        let Err(Error::JournalBroken { .. }) = &refused else { panic!("{case}: {refused:?}") };
        assert_eq!(fs::read(self.path()).unwrap(), damage, "{case}: evidence stays byte for byte");
        refused.unwrap_err().to_string()
    }
}

#[test]
fn a_journal_with_nul_bytes_or_other_line_breaks_is_refused_and_left_as_it_is() {
    let folder = Folder::new();
    folder.holds(WHOLE);
    assert_eq!(read(&folder.path()).lines.len(), 5);
    let words = folder.refuses(NUL_TAIL, "NUL");
    assert!(words.contains("line 4") && words.contains("NUL byte"), "{words}");
    let place = WHOLE.split_inclusive(|byte| *byte == b'\n').take(3).map(<[u8]>::len).sum::<usize>() + 1;
    assert!(words.contains(&format!("byte {place}:")), "{words}");
    let words = folder.refuses(CARRIAGE_RETURNS, "CR");
    assert!(words.contains("line 1") && words.contains("carriage return"), "{words}");
    folder.refuses(b"", "empty");
    folder.refuses(&WHOLE[..40], "no first line");
}

#[test]
fn no_damage_makes_a_journal_forget_what_was_released() {
    let folder = Folder::new();
    let whole = journal(&folder);
    let mut cases = 0;
    let mut holds = |damage: &[u8], case: String| {
        folder.holds(damage);
        let again = FileJournal::at(folder.path()).intend(&used(2, Stand::Reject));
        match again {
            Err(Error::JournalBroken { .. }) => assert_eq!(fs::read(folder.path()).unwrap(), damage, "{case}"),
            Err(Error::OtherDecision { .. }) => remembers(&folder.path(), &whole, 2, &case),
            other => panic!("{case}: {other:?}"),
        }
        cases += 1;
    };
    for place in 0..whole.len() {
        let often = [whole[place] ^ 1, 0, b'\r'];
        let seldom = [whole[place] ^ 0x80, whole[place] ^ 0x20, b'\n', b' ', 0xFF, b'0'];
        let seldom = seldom.iter().filter(|_| place % 7 == 0 || near_a_break(&whole, place));
        for byte in often.iter().chain(seldom).copied() {
            if byte != whole[place] {
                let mut damage = whole.clone();
                damage[place] = byte;
                holds(&damage, format!("byte {place} is {byte:02x}"));
            }
        }
        for byte in
            [0, b'\r', b' ', 0xFF, b'\n', b'\t'].into_iter().filter(|_| place % 5 == 0 || near_a_break(&whole, place))
        {
            let mut damage = whole.clone();
            damage[place..].fill(byte);
            // What is nothing but a line break stands there already.
            if damage != whole {
                holds(&damage, format!("{byte:02x} from byte {place} on"));
            }
        }
    }
    for byte in [0, b'\r', b'\n', b' ', 0xFF, b'x'] {
        for length in [1, 2, 63, 64, 65, 66, 512, 4096, 40_000] {
            holds(&[whole.as_slice(), &vec![byte; length]].concat(), format!("{length} times {byte:02x} behind it"));
        }
    }
    assert!(cases > 5_000, "{cases}");
}

#[test]
fn what_a_crash_leaves_is_mended_and_every_whole_line_is_kept() {
    let folder = Folder::new();
    let whole = journal(&folder);
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap();
    // The first line comes whole or not at all.
    for length in 0..=first {
        folder.refuses(&whole[..length], "first line");
    }
    for length in first + 1..=whole.len() {
        let left = &whole[..length];
        folder.holds(left);
        let before = read(&folder.path());
        let again = FileJournal::at(folder.path()).intend(&used(9, Stand::Approve));
        assert!(again.is_ok(), "{length}: {again:?}");
        // Lines that are whole, their line break included or not, are there as they were.
        let ends = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(place, _)| place);
        let kept = ends.take_while(|place| *place <= length).count();
        let after = read(&folder.path());
        assert_eq!(before.lines.len(), kept, "{length}");
        assert_eq!(after.lines[..kept], before.lines, "{length}");
        let torn = after.lines.iter().filter(|line| matches!(line.entry, Entry::Torn { .. })).count();
        assert_eq!(torn, usize::from(before.torn > 0), "{length}");
        assert_eq!(after.lines.len(), kept + torn + 1, "{length}");
        // A decision whose line is whole is not forgotten, whatever came behind it.
        for number in 1..=2 {
            let decided = before.lines.iter().any(|line| is_on(line, number));
            let opposite = FileJournal::at(folder.path()).intend(&used(number, Stand::Reject));
            assert_eq!(matches!(opposite, Err(Error::OtherDecision { .. })), decided, "{length}: {opposite:?}");
        }
    }
}

story!(
    /// The case as it was met: after the damage the key signed the opposite.
    sealed a_key_does_not_sign_the_opposite_behind_a_damaged_end,
    async |sandbox| {
        let (keyring, signer) = sandbox.signer("seat").await;
        keyring.generate("payer", Purpose::Payer).await.unwrap();
        let sign = async |signer: &greatseal_signing::Signer, word| {
            let intent = Intent::new(domain(), decision(word, 1, 1_800_000_000), signer.key());
            signer.sign(&intent.confirm(Confirmation::Person)).await
        };
        sign(&signer, Decision::Approve).await.unwrap();
        let whole = fs::read(sandbox.path("journal")).unwrap();
        let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        let mut nul = whole.clone();
        nul[first..].fill(0);
        let carriage = whole.iter().map(|byte| if *byte == b'\n' { b'\r' } else { *byte }).collect();
        for damage in [nul, carriage] {
            fs::write(sandbox.path("journal"), &damage).unwrap();
            let again = sandbox.open().await;
            let signer = again.signer("seat").await.unwrap();
            assert!(matches!(sign(&signer, Decision::Reject).await, Err(Error::JournalBroken { .. })));
            let payer = again.payer("payer").await.unwrap();
            assert!(matches!(payer.ready().await, Err(Error::JournalBroken { .. })));
            assert_eq!(fs::read(sandbox.path("journal")).unwrap(), damage);
        }
    }
);

/// A journal of two approvals that were released.
fn journal(folder: &Folder) -> Vec<u8> {
    FileJournal::start(&folder.path()).unwrap();
    let journal = FileJournal::at(folder.path());
    for number in 1..=2 {
        let receipt = journal.intend(&used(number, Stand::Approve)).unwrap();
        journal.release(receipt, &Signature::Ed25519([number; 64])).unwrap();
    }
    fs::read(folder.path()).unwrap()
}

fn used(number: u8, stand: Stand) -> Use {
    let proposal = format!("{number}.S0.1").parse().unwrap();
    let decided = Decided { domain: domain(), proposal, digest: ProposalDigest([number; 32]), stand, withdraws: false };
    Use {
        key: Key::Ed25519([0x5A; 32]),
        backend: Backend::Token,
        digest: [number; 32],
        order: "approve",
        words: vec![("order".into(), "approve \"it\"\\ \n ü".into()), ("proposal".into(), format!("{number}.S0.1"))],
        confirmation: Some(Confirmation::Person),
        decided: vec![decided],
    }
}

/// All lines with decisions are there as they were, but for a last release that was cut in two.
fn remembers(path: &Path, whole: &[u8], decisions: u8, case: &str) {
    let folder = Folder::new();
    folder.holds(whole);
    let (before, after) = (read(&folder.path()), read(path));
    for number in 1..=decisions {
        let line = |report: &Report| report.lines.iter().find(|line| is_on(line, number)).cloned();
        assert_eq!(line(&after), line(&before), "{case}");
    }
}

/// Whether a line ends or begins close by.
fn near_a_break(whole: &[u8], place: usize) -> bool {
    whole[place.saturating_sub(3)..whole.len().min(place + 3)].contains(&b'\n')
}

fn is_on(line: &greatseal_signing::Line, number: u8) -> bool {
    let Entry::Intended(intended) = &line.entry else { return false };
    intended.decides.iter().any(|it| it.proposal == format!("{number}.S0.1"))
}

fn read(path: &Path) -> Report {
    FileJournal::read(path).unwrap()
}
