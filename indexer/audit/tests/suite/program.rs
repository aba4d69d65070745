//! `greatseal-audit` as an auditor runs it: what it says, and what hostile files make it say.

use greatseal_made::Made;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

fn bundle(made: &Made) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    made.log().write(folder.path());
    folder
}

fn run(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_greatseal-audit"));
    command.arg(folder).arg("--deployment").arg(folder.join("deployment.json")).args(args);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_verdict_says_what_rests_on_the_block_alone() {
    let signed = run(bundle(&Made::golden("micronode-records", "micronode-envelopes")).path(), &[]);
    assert!(signed.status.success() && text(&signed.stdout).ends_with("verified            yes\n"), "{signed:?}");
    // Nobody's transaction is at hand: all is proved, and nobody's signature.
    let unsigned = run(bundle(&Made::golden("micronode-records", "")).path(), &[]);
    let told = text(&unsigned.stdout);
    assert!(
        unsigned.status.success() && told.contains("yes, but 17 events of members rest on the block alone"),
        "{told}"
    );
}

#[test]
fn a_verdict_is_a_page_to_be_printed() {
    let folder = bundle(&Made::golden("micronode-records", "micronode-envelopes"));
    let beside = tempfile::tempdir().unwrap();
    let page = beside.path().join("verdict.html");
    assert!(run(folder.path(), &["--page", page.to_str().unwrap()]).status.success());
    let page = fs::read_to_string(page).unwrap();
    assert!(
        page.starts_with("<!doctype html>") && page.contains("<td>yes</td>") && !page.contains("<script"),
        "{page}"
    );
    assert!(page.contains("What this does not show"), "{page}");
    let nowhere = run(folder.path(), &["--page", "/no/such/folder/verdict.html"]);
    assert_eq!(nowhere.status.code(), Some(3));
}

/// What others wrote does not move the cursor of whoever reads about it.
#[test]
fn rule_1_a_hostile_folder_forges_no_line() {
    let folder = bundle(&Made::golden("micronode-records", "micronode-envelopes"));
    let hostile = r#"{"\u001b[2Jverified  yes\n":1}"#;
    fs::write(folder.path().join("log/head"), hostile).unwrap();
    for args in [&[][..], &["--json"]] {
        let answer = run(folder.path(), args);
        let told = text(&answer.stderr);
        assert_eq!(answer.status.code(), Some(3), "{told}");
        assert!(!told.contains('\u{1b}') && told.lines().count() == 2 && told.contains("\\u{1b}"), "{told}");
    }
}

#[test]
fn a_head_has_one_spelling() {
    let folder = bundle(&Made::golden("micronode-records", "micronode-envelopes"));
    let root = "00".repeat(32);
    for wrong in ["", "1", ":", &root, &format!("+1:{root}"), &format!("01:{root}"), "1:00", &format!("1:{root}0")] {
        assert_eq!(run(folder.path(), &["--expect-head", wrong]).status.code(), Some(2), "{wrong}");
    }
    let other = run(folder.path(), &["--expect-head", &format!("1:{root}")]);
    assert!(other.status.code() == Some(8) && text(&other.stdout).contains("the history was rewritten"), "{other:?}");
}
