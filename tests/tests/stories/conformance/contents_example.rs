//! The example that verifies contents in another language: it takes sound ones, and finds what was altered.

use std::{fs, path::Path, process::Command};

use greatseal_bundle::{contents, parts::Part};
use greatseal_content::{Name, check, restricted::MAGIC};
use greatseal_protocol::{bytes::parse_hex_bytes, content::Address, hash::sha256};
use greatseal_tests::Outcome;
use serde_json::{Value, json};

/// Debian's.
const PYTHON: &str = "/usr/bin/python3";

/// How the example ends, and what it says.
fn verify(bundle: &Path) -> Outcome<(Option<i32>, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/verify_contents.py");
    // Without files of compiled Python in the repository.
    let ended = Command::new(PYTHON).arg("-B").arg(script).arg(bundle).output()?;
    let told = [ended.stdout, ended.stderr].concat();
    Ok((ended.status.code(), String::from_utf8_lossy(&told).into_owned()))
}

fn put(bundle: &Path, name: &Name, bytes: &[u8]) -> Outcome {
    let path = bundle.join(contents::file(name));
    fs::create_dir_all(path.parent().ok_or("no folder")?)?;
    Ok(fs::write(path, bytes)?)
}

#[test]
fn the_example_compares_contents_with_what_events_name() -> Outcome {
    let vectors = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/protocol/vectors/digests.json"))?;
    let vectors: Value = serde_json::from_slice(&vectors)?;
    let outcomes = vectors["outcomes"].as_array().ok_or("no outcomes")?.iter();
    let outcomes = outcomes.map(|one| parse_hex_bytes(one["bytes"].as_str().unwrap_or_default()));
    let outcomes = outcomes.collect::<Result<Vec<_>, _>>()?.concat();
    let ciphertext = [MAGIC, b"and what only readers open"].concat();
    let held = [
        (Name::Public(Address::Sha256(sha256(&[b"a report"]))), &b"a report"[..]),
        (Name::Public(check::address(&Address::Outcomes([0; 32]), &outcomes)?), &outcomes),
        (Name::Public(check::address(&Address::Accounts([0; 32]), &[7; 96])?), &[7; 96]),
        (Name::Public(check::address(&Address::Carried([0; 32]), b"")?), b""),
        (Name::Restricted(Address::Sha256([9; 32]), sha256(&[&ciphertext])), &ciphertext),
    ];
    let missing = Address::Entries([8; 32]);
    let line =
        |address: &Address| format!("{}\n", json!({ "address": address.to_string(), "schema": "greatseal.content/1" }));
    let bundle = tempfile::tempdir()?;
    fs::create_dir(bundle.path().join("parts"))?;
    let lines: String = held.iter().map(|(name, _)| line(&name.address())).chain([line(&missing)]).collect();
    fs::write(bundle.path().join(Part::Contents.name()), &lines)?;
    for (name, bytes) in &held {
        put(bundle.path(), name, bytes)?;
    }
    let (code, told) = verify(bundle.path())?;
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.starts_with("4 contents are what events name: 1 accounts, 1 carried, 1 outcomes, 1 sha256\n1 are encr"),
        "{told}"
    );
    assert!(told.contains(&format!("missing: {missing}\n")), "{told}");

    for (name, honest) in &held {
        let longer = [*honest, b"\n"].concat();
        let mut changed = honest.to_vec();
        if let Some(byte) = changed.first_mut() {
            *byte ^= 1;
        }
        for altered in [longer, changed] {
            if altered == *honest {
                continue;
            }
            put(bundle.path(), name, &altered)?;
            let (code, told) = verify(bundle.path())?;
            assert!(code == Some(1) && told.starts_with(&format!("error: {}: ", contents::file(name))), "{told}");
            assert!(!told.contains("Traceback") && told.lines().count() == 2, "{told}");
        }
        put(bundle.path(), name, honest)?;
    }
    // What is no file, and a folder that leads elsewhere.
    let odd = bundle.path().join("contents/sha256/pipe");
    assert!(Command::new("mkfifo").arg(&odd).status()?.success());
    assert!(verify(bundle.path())?.1.contains("a bundle has no such file"));
    fs::remove_file(odd)?;
    let moved = bundle.path().join("elsewhere");
    fs::rename(bundle.path().join("contents"), &moved)?;
    std::os::unix::fs::symlink(&moved, bundle.path().join("contents"))?;
    assert!(verify(bundle.path())?.1.contains("it is no folder"));
    fs::remove_file(bundle.path().join("contents"))?;
    fs::rename(moved, bundle.path().join("contents"))?;
    // What no event names, and names that are none.
    let stranger = contents::file(&Name::Public(Address::Sha256(sha256(&[b"all is well"]))));
    for name in [&stranger[..], "contents/sha256/00/README", "contents/note\u{1b}[2J.txt"] {
        let path = bundle.path().join(name);
        fs::create_dir_all(path.parent().ok_or("no folder")?)?;
        fs::write(&path, "all is well")?;
        let (code, told) = verify(bundle.path())?;
        assert!(code == Some(1) && told.lines().count() == 2 && !told.contains('\u{1b}'), "{told}");
        fs::remove_file(path)?;
    }
    assert_eq!(verify(bundle.path())?.0, Some(0));
    for wrong in ["{}", "{\"address\":\"sha256:\\u001b[2J\",\"schema\":\"greatseal.content/1\"}", "[", "\"a\""] {
        fs::write(bundle.path().join(Part::Contents.name()), format!("{wrong}\n"))?;
        let (code, told) = verify(bundle.path())?;
        assert!(code == Some(1) && !told.contains("Traceback") && !told.contains('\u{1b}'), "{told}");
    }
    Ok(())
}
