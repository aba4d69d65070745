//! Journals whose end is damaged.

use super::{greatseal, private};
use std::fs;

const NUL_TAIL: &[u8] = include_bytes!("../../../signing/tests/journals/nul-tail.journal");
const CARRIAGE_RETURNS: &[u8] = include_bytes!("../../../signing/tests/journals/cr.journal");
const VERSION_2: &[u8] = include_bytes!("../../../signing/tests/journals/version-2.journal");
const WHOLE: &[u8] = include_bytes!("../../../signing/tests/journals/whole.journal");

#[test]
fn a_damaged_journal_ends_with_6_and_is_left_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    private(folder, "passphrase", b"correct horse battery staple\n");
    fs::create_dir(folder.join("keys")).unwrap();
    for (damage, named) in [(NUL_TAIL, "NUL byte"), (CARRIAGE_RETURNS, "carriage return")] {
        let journal = private(folder, "keys/signing.journal", damage);
        let generate = ["key", "generate", "--sealed", "keys", "--passphrase-file", "passphrase"];
        let ended = greatseal(folder, &[], &generate);
        assert_eq!(ended.code, 6, "{ended:?}");
        assert!(ended.told.contains(named) && ended.told.contains("line "), "{ended:?}");
        let shown = greatseal(folder, &[], &["key", "journal", "--sealed", "keys"]);
        assert_eq!(shown.code, 8, "{shown:?}");
        assert_eq!(fs::read(journal).unwrap(), damage);
        assert!(!folder.join("keys/seat.sealed").exists());
    }
    private(folder, "keys/signing.journal", WHOLE);
    let shown = greatseal(folder, &[], &["key", "journal", "--sealed", "keys"]);
    assert_eq!(shown.code, 0, "{shown:?}");
    assert!(shown.told.contains("all hold") && shown.told.contains("approve 8.E1.1 by"), "{shown:?}");
}

#[test]
fn a_journal_of_version_2_is_refused_and_continued_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    private(folder, "passphrase", b"correct horse battery staple\n");
    fs::create_dir(folder.join("keys")).unwrap();
    let journal = private(folder, "keys/signing.journal", VERSION_2);
    let show = ["key", "journal", "--sealed", "keys"];
    let generate = ["key", "generate", "--sealed", "keys", "--passphrase-file", "passphrase"];
    for refused in [&show[..], &generate] {
        let ended = greatseal(folder, &[], refused);
        assert_eq!(ended.code, 6, "{ended:?}");
        assert!(ended.told.contains("version 2") && ended.told.contains("--start --continue FILE"), "{ended:?}");
    }
    let alone = greatseal(folder, &[], &[&show[..], &["--continue", "keys/signing.journal"]].concat());
    assert_eq!(alone.code, 2, "{alone:?}");
    fs::rename(&journal, folder.join("old")).unwrap();
    let started = greatseal(folder, &[], &[&show[..], &["--start", "--continue", "old"]].concat());
    assert_eq!(started.code, 0, "{started:?}");
    let head =
        std::str::from_utf8(VERSION_2.split(|byte| *byte == b'\n').rev().nth(1).unwrap()).unwrap()[..64].to_owned();
    for words in ["5, all hold", "approve 8.E1.1 by", &format!("5 lines of a journal whose head was {head}")] {
        assert!(started.told.contains(words), "{words}: {started:?}");
    }
    assert_eq!(fs::read(folder.join("old")).unwrap(), VERSION_2);
    // Damaged, it is not continued.
    fs::write(folder.join("old"), &VERSION_2[..VERSION_2.len() - 1]).unwrap();
    fs::remove_file(&journal).unwrap();
    let damaged = greatseal(folder, &[], &[&show[..], &["--start", "--continue", "old"]].concat());
    assert_eq!((damaged.code, journal.exists()), (8, false), "{damaged:?}");
}
