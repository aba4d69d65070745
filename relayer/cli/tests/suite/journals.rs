//! Journals whose end is damaged.

use super::{greatseal, private};
use std::fs;

const NUL_TAIL: &[u8] = include_bytes!("../../../signing/tests/journals/nul-tail.journal");
const CARRIAGE_RETURNS: &[u8] = include_bytes!("../../../signing/tests/journals/cr.journal");
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
