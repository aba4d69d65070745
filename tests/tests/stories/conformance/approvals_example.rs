//! The example that verifies signed approvals in another language: it takes sound ones, and finds what was altered.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use greatseal_bundle::{
    parts::{Part, TRANSACTION},
    seal,
};
use greatseal_made::Made;
use greatseal_tests::Outcome;
use serde_json::{Value, json};

/// Debian's: the package python3-cryptography is for this one.
const PYTHON: &str = "/usr/bin/python3";

/// How the example ends, and what it says.
fn verify(folder: &Path) -> Outcome<(Option<i32>, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/examples/verify_approvals.py");
    // Without files of compiled Python in the repository.
    let mut python = Command::new(PYTHON);
    python.arg("-B").arg(script).arg(approvals(folder)).arg(folder.join("deployment.json"));
    let ended = python.output()?;
    let told = [ended.stdout, ended.stderr].concat();
    Ok((ended.status.code(), String::from_utf8_lossy(&told).into_owned()))
}

fn approvals(folder: &Path) -> PathBuf {
    folder.join(Part::Approvals.name())
}

#[test]
fn the_example_verifies_the_signatures_of_approvals_by_themselves() -> Outcome {
    let (folder, log) = (tempfile::tempdir()?, Made::all().log());
    log.write(folder.path());
    seal::parts(folder.path(), &log.deployment)?;
    let (code, told) = verify(folder.path())?;
    assert_eq!(code, Some(0), "{PYTHON} needs the package python3-cryptography: {told}");
    let honest = fs::read_to_string(approvals(folder.path()))?;
    let lines = honest.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let signed = lines.iter().filter(|line| line["door"] == "envelope").count();
    assert!(signed > 50 && told.starts_with(&format!("{signed} approvals are signed by the keys")), "{told}");

    let at = lines.iter().position(|line| line["door"] == "envelope").ok_or("no envelope")?;
    let other = lines.iter().find(|line| line["door"] == "envelope" && line["actor"] != lines[at]["actor"]);
    let other = other.ok_or("only one member")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let payload = text(&lines[at]["payload"]);
    let half = payload.len() / 8 * 4;
    let letter = if payload[half..].starts_with('A') { "B" } else { "A" };
    // Spaces and line feeds between digits decode as if they were not there, and would be printed.
    let ours = text(&lines[at]["contract"]);
    let broken = format!("{}\n0 approvals are missing\u{1b}[2J {}", &ours[..20], &ours[20..]);
    for (member, wrong, wants) in [
        ("contract", "c1".repeat(20).into(), "for another deployment or contract"),
        ("contract", format!("{}\n{}", &ours[..20], &ours[20..]).into(), "contract is not 40 hexadecimal digits"),
        ("contract", broken.into(), "contract is not 40 hexadecimal digits"),
        ("contract", ours.to_uppercase().into(), "contract is not 40 hexadecimal digits"),
        ("contract", json!([ours]), "contract is not 40 hexadecimal digits"),
        ("envelope", "00".repeat(32).into(), "another digest"),
        ("actor", other["actor"].clone(), "another key's"),
        ("signatures", other["signatures"].clone(), "another key's"),
        ("payload", other["payload"].clone(), "another digest"),
        ("payload", format!("{}{letter}{}", &payload[..half], &payload[half + 1..]).into(), "line "),
        ("payloadType", "application/vnd.in-toto+json".into(), "another type"),
        ("schema", "greatseal.approval/2".into(), "another form"),
    ] {
        let mut altered = lines.clone();
        altered[at][member] = wrong;
        let text: String = altered.iter().map(|line| format!("{line}\n")).collect();
        fs::write(approvals(folder.path()), text)?;
        let (code, told) = verify(folder.path())?;
        assert!(code == Some(1) && told.starts_with("error: line ") && told.contains(wants), "{member}: {told}");
        assert!(!told.contains("Traceback") && !told.contains('\u{1b}') && told.lines().count() == 2, "{told}");
    }
    // Nobody verifies what stands beside a transaction, so that none of it is told; and a transaction may be long.
    let mut altered = lines.clone();
    for (member, value) in [
        ("payloadType", json!(TRANSACTION)),
        ("signatures", json!([])),
        ("contract", json!("00\n0 approvals are missing\u{1b}[2J")),
        ("payload", json!("AAAA".repeat(100_000))),
    ] {
        altered[at][member] = value;
    }
    let transactions: String = altered.iter().map(|line| format!("{line}\n")).collect();
    fs::write(approvals(folder.path()), transactions)?;
    let (code, told) = verify(folder.path())?;
    assert!(code == Some(0) && !told.contains("missing\u{1b}") && !told.contains("for the contract"), "{told}");
    // A signature of somebody else's under a digest that fits.
    fs::write(approvals(folder.path()), honest.trim_end())?;
    assert!(verify(folder.path())?.1.contains("it does not end"));
    Ok(())
}
