//! PINs and passphrases as editors and browsers leave them.

use super::{greatseal, private};
use std::fs;

#[test]
fn a_pin_file_with_more_than_a_pin_ends_with_6_and_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for (content, named) in [
        (b"1234\r\n".as_slice(), "carriage return"),
        (b"\xEF\xBB\xBF1234", "byte order mark"),
        (b"1234\n\n", "second line"),
        (b"1234\0", "NUL byte"),
    ] {
        private(folder, "pin", content);
        let ended = greatseal(folder, &[], &["key", "list", "--token", "any", "--pin-file", "pin"]);
        assert_eq!(ended.code, 6, "{ended:?}");
        assert!(ended.told.contains(named) && ended.told.contains("at byte"), "{ended:?}");
        assert!(!ended.told.contains("1234"), "{ended:?}");
    }
}

#[test]
fn a_passphrase_with_a_carriage_return_makes_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    private(folder, "crlf", b"correct horse battery staple\r\n");
    private(folder, "lf", b"correct horse battery staple\n");
    let generate = |file| greatseal(folder, &[], &["key", "generate", "--sealed", "keys", "--passphrase-file", file]);
    let ended = generate("crlf");
    assert_eq!(ended.code, 6, "{ended:?}");
    assert!(ended.told.contains("carriage return"), "{ended:?}");
    assert!(!folder.join("keys/seat.sealed").exists());
    assert_eq!(generate("lf").code, 0);
    assert!(folder.join("keys/seat.sealed").exists());
    assert_eq!(fs::read_dir(folder.join("keys")).unwrap().count(), 2, "the key and its journal");
}

#[test]
fn without_a_file_and_without_a_terminal_nothing_waits() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [["key", "list", "--token", "any"], ["key", "list", "--sealed", "keys"]] {
        let ended = greatseal(folder.path(), &[], &arguments);
        assert_eq!(ended.code, 6, "{ended:?}");
        assert!(ended.told.contains("no terminal") && ended.told.contains("--pin-file"), "{ended:?}");
    }
}
