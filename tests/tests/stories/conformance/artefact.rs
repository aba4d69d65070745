//! The released artefact is what its fingerprint says, can do nothing but keep its own cells, and is called by its names.

use std::{fs, path::Path};

use greatseal_protocol::selector;
use greatseal_tests::{Outcome, world::artefact};
use serde_json::Value;
use sp_crypto_hashing::{blake2_256, keccak_256, sha2_256};

/// With none of these can the contract call, replace or end anything.
const FORBIDDEN: [&str; 8] = [
    "call_evm",
    "delegate_call",
    "delegate_call_evm",
    "instantiate",
    "instantiate_evm",
    "terminate",
    "set_code_hash",
    "call_runtime",
];
/// What the contract is called by.
const SELECTORS: [(&str, &str, [u8; 4]); 5] = [
    ("constructors", "new", selector::NEW),
    ("constructors", "succeed", selector::SUCCEED),
    ("messages", "submit", selector::SUBMIT),
    ("messages", "act", selector::ACT),
    ("messages", "import", selector::IMPORT),
];

#[test]
fn the_fingerprint_is_of_the_blob() -> Outcome {
    let fingerprint = json("fingerprint.json")?;
    let blob = fs::read(artefact().join("governance.polkavm"))?;
    assert_eq!(fingerprint["blob"]["bytes"], blob.len());
    assert_eq!(fingerprint["blob"]["sha256"], hex::encode(sha2_256(&blob)));
    assert_eq!(fingerprint["code_hash"], hex::encode(keccak_256(&blob)));
    let metadata = fs::read(artefact().join("governance.json"))?;
    assert_eq!(fingerprint["metadata"], hex::encode(sha2_256(&metadata)));
    Ok(())
}

#[test]
fn the_bundle_is_the_metadata_with_the_blob() -> Outcome {
    let mut bundle = json("governance.contract")?;
    let source = bundle["source"].as_object_mut().ok_or("no source in the bundle")?;
    let blob = fs::read(artefact().join("governance.polkavm"))?;
    assert!(source.remove("contract_binary") == Some(format!("0x{}", hex::encode(blob)).into()));
    assert!(bundle == json("governance.json")?);
    // The longest call of the relayer passes through it.
    assert_eq!(bundle["spec"]["environment"]["staticBufferSize"], 32 * 1024);
    Ok(())
}

/// A tool asks where it should send if it is told that a message changes nothing: what it does looks done and is not.
#[test]
fn a_foreign_client_is_told_which_messages_change_something() -> Outcome {
    let metadata = json("governance.json")?;
    let messages = metadata["spec"]["messages"].as_array().ok_or("no messages")?;
    let mut told: Vec<_> = messages
        .iter()
        .map(|message| {
            (message["label"].as_str().unwrap_or_default(), message["mutates"].as_bool().unwrap_or_default())
        })
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("act", true), ("cell", false), ("cells", false), ("import", true), ("submit", true)]);
    Ok(())
}

#[test]
fn rule_06_rule_34_the_contract_imports_nothing_that_reaches_beyond_itself() -> Outcome {
    let fingerprint = json("fingerprint.json")?;
    let imports: Vec<String> = serde_json::from_value(fingerprint["imports"].clone())?;
    let blob = fs::read(artefact().join("governance.polkavm"))?;
    let in_blob = |name: &str| blob.windows(name.len()).any(|bytes| bytes == name.as_bytes());
    assert!(!imports.is_empty());
    for import in &imports {
        assert!(in_blob(import), "the blob does not import {import}, which its fingerprint lists");
        assert!(!FORBIDDEN.contains(&import.as_str()), "the blob must not import {import}");
    }
    // The list may be wrong; these names are too long to stand in the blob by chance.
    for name in ["delegate_call", "instantiate", "terminate", "set_code_hash", "call_runtime"] {
        assert!(!in_blob(name), "the blob imports {name}, and its fingerprint does not say so");
    }
    // One call there is, for precompiles and the contract before or after: it changes nothing, there or here.
    let mut calls = Vec::new();
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/governance/src"))? {
        let source = fs::read_to_string(file?.path())?;
        calls.extend(source.lines().filter(|line| line.contains("::call(")).map(str::to_owned));
    }
    let [only] = &calls[..] else { return Err(format!("not one call: {calls:?}").into()) };
    assert!(only.contains("CallFlags::READ_ONLY"), "{only}");
    Ok(())
}

#[test]
fn the_contract_is_called_by_the_selectors_of_its_metadata() -> Outcome {
    let metadata = json("governance.json")?;
    for (kind, name, selector) in SELECTORS {
        let entries = metadata["spec"][kind].as_array().ok_or("no spec in the metadata")?;
        let entry = entries.iter().find(|entry| entry["label"] == name).ok_or_else(|| format!("no {name}"))?;
        assert_eq!(entry["selector"], format!("0x{}", hex::encode(selector)), "{name} in the metadata");
        assert_eq!(blake2_256(name.as_bytes()).get(..4), Some(&selector[..]), "{name} as ink! derives it");
    }
    Ok(())
}

fn json(name: &str) -> Outcome<Value> {
    Ok(serde_json::from_slice(&fs::read(artefact().join(name))?)?)
}
