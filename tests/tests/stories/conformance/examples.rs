//! The example in another language reads the golden vectors, and finds each that was altered.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use greatseal_tests::Outcome;
use serde_json::Value;

/// Debian's: the package python3-cryptography is for this one.
const PYTHON: &str = "/usr/bin/python3";
/// The files that the example reads.
const FILES: [&str; 6] =
    ["digests.json", "envelopes.json", "keys.json", "leaves.json", "micronode-envelopes.json", "types.json"];

/// What is altered, and what the example says of it.
const ALTERED: [(&str, &str, &str); 26] = [
    ("keys.json", "/keys/8/seed", "envelopes.json: envelopes[1]: signature differs"),
    ("envelopes.json", "/domain/deployment", "domain: bytes differs"),
    ("envelopes.json", "/domain/bytes", "domain: bytes differs"),
    ("envelopes.json", "/domain/chain_id", "domain: bytes differs"),
    ("envelopes.json", "/envelopes/1/signed_message", "envelopes[1]: signed_message differs"),
    ("envelopes.json", "/envelopes/1/signature", "envelopes[1]: signature differs"),
    ("envelopes.json", "/envelopes/1/envelope", "envelopes[1]: envelope differs"),
    ("envelopes.json", "/envelopes/2/envelope", "envelopes[2]: signature differs"),
    ("envelopes.json", "/envelopes/2/command", "envelopes[2]: command differs"),
    ("envelopes.json", "/envelopes/2/key", "envelopes[2]: key differs"),
    ("envelopes.json", "/envelopes/2/envelope_digest", "envelopes[2]: envelope_digest differs"),
    ("micronode-envelopes.json", "/envelopes/1/signature", "micronode-envelopes.json: envelopes[1]: signature differs"),
    ("types.json", "/named/Command", "envelopes.json: envelopes[0]"),
    ("digests.json", "/route", "digests.json: route_hash differs"),
    ("digests.json", "/actions/2/action_hash", "actions[2]: action_hash differs"),
    ("digests.json", "/recorder", "digests.json: statement_hash differs"),
    ("digests.json", "/statement_hash", "digests.json: statement_hash differs"),
    ("digests.json", "/outcomes/1/leaf", "outcomes[1]: leaf differs"),
    ("digests.json", "/outcomes/2/bytes", "outcomes[2]: leaf differs"),
    ("leaves.json", "/leaves/3/record", "leaves[3]: leaf differs"),
    ("leaves.json", "/leaves/3/block_number", "leaves[3]: leaf differs"),
    ("leaves.json", "/leaves/3/time_ms", "leaves[3]: leaf differs"),
    ("leaves.json", "/leaves/3/transaction", "leaves[3]: leaf differs"),
    ("leaves.json", "/leaves/3/leaf", "leaves[3]: leaf differs"),
    ("leaves.json", "/leaves/3/hash", "leaves[3]: hash differs"),
    ("leaves.json", "/leaves/17/root", "leaves[17]: root differs"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// How the example ends with these vectors, and what it says.
fn example(vectors: &Path) -> Outcome<(Option<i32>, String, String)> {
    // Without files of compiled Python in the repository.
    let script = root().join("docs/examples/envelope.py");
    let ended = Command::new(PYTHON).arg("-B").arg(script).arg(vectors).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((ended.status.code(), text(&ended.stdout), text(&ended.stderr)))
}

fn copy() -> Outcome<tempfile::TempDir> {
    let folder = tempfile::tempdir()?;
    for name in FILES {
        fs::copy(root().join("contracts/protocol/vectors").join(name), folder.path().join(name))?;
    }
    Ok(folder)
}

/// Another last digit.
fn altered(value: &Value) -> Outcome<Value> {
    Ok(match value {
        Value::Number(number) => (number.as_u64().unwrap_or_default() + 1).into(),
        Value::String(text) => {
            let (rest, last) = text.split_at(text.len() - 1);
            format!("{rest}{}", if last == "1" { "2" } else { "1" }).into()
        }
        other => return Err(format!("{other} has no digit").into()),
    })
}

#[test]
fn the_example_makes_the_bytes_of_the_vectors() -> Outcome {
    let (code, said, complained) = example(copy()?.path())?;
    assert_eq!((code, &*complained), (Some(0), ""), "{PYTHON} needs the package python3-cryptography: {said}");
    // All of them but those that were altered, or signed for another contract.
    let file: Value = serde_json::from_slice(&fs::read(copy()?.path().join("envelopes.json"))?)?;
    let sound = |entry: &&Value| {
        entry["envelope"].is_string() && !["ignored 103", "ignored 104"].map(Value::from).contains(&entry["result"])
    };
    let signed = file["envelopes"].as_array().into_iter().flatten().filter(sound).count();
    assert!(signed > 250, "{signed}");
    for wants in ["signed by hand", &format!("; {signed} signatures hold"), "18 leaves of a log", "about 3 outcomes"] {
        assert!(said.contains(wants), "{said}");
    }
    Ok(())
}

#[test]
fn the_example_finds_every_altered_vector() -> Outcome {
    let folder = copy()?;
    for (name, at, wants) in ALTERED {
        let path = folder.path().join(name);
        let sound = fs::read(&path)?;
        let mut file: Value = serde_json::from_slice(&sound)?;
        let place = file.pointer_mut(at).ok_or(at)?;
        *place = altered(place)?;
        fs::write(&path, file.to_string())?;
        let (code, said, complained) = example(folder.path())?;
        assert_eq!(code, Some(1), "{name}{at}: {said}{complained}");
        assert!(complained.starts_with("error: ") && complained.contains(wants), "{name}{at}: {complained}");
        assert!(complained.contains("\nhelp: ") && !complained.contains("Traceback"), "{name}{at}: {complained}");
        fs::write(&path, sound)?;
    }
    Ok(())
}

#[test]
fn the_example_misses_a_leaf_and_a_file() -> Outcome {
    let folder = copy()?;
    let path = folder.path().join("leaves.json");
    let mut file: Value = serde_json::from_slice(&fs::read(&path)?)?;
    file["leaves"].as_array_mut().ok_or("no leaves")?.remove(7);
    fs::write(&path, file.to_string())?;
    let (code, _, complained) = example(folder.path())?;
    assert!(code == Some(1) && complained.contains("leaves[7]: root differs"), "{complained}");
    fs::remove_file(folder.path().join("keys.json"))?;
    let (code, _, complained) = example(folder.path())?;
    assert!(code == Some(1) && complained.contains("keys.json"), "{complained}");
    Ok(())
}
