//! What is released of a contract beside its blob: ink!'s metadata, and the bundle that has the blob in it.

use serde_json::{Value, json};
use std::{error::Error, fs, path::Path};

/// Why nothing is written.
pub type Failed = Box<dyn Error>;

/// ink!'s static buffer in bytes, as `.cargo/config.toml` states it: call data, events and cells pass through it.
const BUFFER: u64 = 32 * 1024;

/// Names the released files.
pub const NAME: &str = "governance";
/// The contract's crate.
const PACKAGE: &str = "greatseal-contract";
/// Every message, and whether it writes cells.
const MESSAGES: &[(&str, bool)] =
    &[("import", true), ("submit", true), ("act", true), ("cell", false), ("cells", false)];

/// ink!'s generated metadata, with one spelling wherever it is generated, and with the truth about every message.
///
/// Messages take `&self`, so that ink! does not write its own empty cell back in every call, and ink! concludes that
/// they change nothing. A tool that believes it asks where it should send: what it does looks done and is not.
///
/// # Errors
///
/// A message that is not known to write or to read; a generator that was built with another buffer.
pub fn metadata(mut metadata: Value) -> Result<Value, Failed> {
    // ink! lists events in the order in which a linker happened to lay them out.
    if let Some(events) = metadata["spec"]["events"].as_array_mut() {
        events.sort_by(|one, other| one["label"].as_str().cmp(&other["label"].as_str()));
    }
    for message in metadata["spec"]["messages"].as_array_mut().into_iter().flatten() {
        let known = MESSAGES.iter().find(|(label, _)| message["label"] == *label);
        let (_, writes) = known.ok_or_else(|| format!("say whether message {} writes", message["label"]))?;
        message["mutates"] = json!(writes);
    }
    match metadata["spec"]["environment"]["staticBufferSize"].as_u64() {
        Some(BUFFER) => Ok(metadata),
        other => Err(format!(
            "the generator was built with a buffer of {other:?} bytes, not {BUFFER}: build it in contracts/governance"
        )
        .into()),
    }
}

/// Writes metadata and bundle into a folder. The code hash is the blob's.
///
/// # Errors
///
/// The folder cannot be written to.
pub fn write(folder: &Path, metadata: Value, blob: &[u8], code_hash: &str, toolchain: &str) -> Result<(), Failed> {
    let source = json!({ "hash": code_hash, "language": "ink! 6.0.0-beta.1", "compiler": toolchain });
    let contract = json!({ "name": PACKAGE, "version": env!("CARGO_PKG_VERSION"), "authors": ["Great Seal"] });
    let mut project = json!({ "source": source, "contract": contract, "image": null });
    if let (Value::Object(project), Value::Object(metadata)) = (&mut project, metadata) {
        project.extend(metadata);
    }
    let mut bundle = project.clone();
    bundle["source"]["contract_binary"] = Value::String(format!("0x{}", hex::encode(blob)));
    let file = |ending: &str| folder.join(format!("{NAME}.{ending}"));
    fs::write(file("json"), serde_json::to_string_pretty(&project)? + "\n")?;
    fs::write(file("contract"), serde_json::to_string(&bundle)? + "\n")?;
    Ok(())
}

/// A blob's code hash, as the chain states it.
pub fn code_hash(blob: &[u8]) -> String {
    use sha3::Digest as _;
    format!("0x{}", hex::encode(sha3::Keccak256::digest(blob)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beside(path: &str) -> String {
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("a file of the repository")
    }

    /// The messages of an ink! source, and whether each takes the storage to write to it.
    fn messages(source: &str) -> Vec<(String, bool)> {
        let bodies = source.split("#[ink(message)]").skip(1);
        let message = |body: &str| {
            let (_, rest) = body.split_once("pub fn ").expect("a message is a function");
            let name = rest.split(['(', '<']).next().expect("a name").to_owned();
            let writes = ["let mut storage", "&mut Storage", "&mut self"].iter().any(|word| body.contains(word));
            (name, writes)
        };
        bodies.map(message).collect()
    }

    #[test]
    fn metadata_says_of_every_message_whether_the_source_writes_in_it() {
        let found = messages(&beside("../src/lib.rs"));
        let released: Value = serde_json::from_str(&beside("../released/governance.json")).expect("JSON");
        let released = released["spec"]["messages"].as_array().expect("messages");
        let stated =
            |label: &str| released.iter().find(|message| message["label"] == label).map(|message| &message["mutates"]);
        assert_eq!((found.len(), MESSAGES.len()), (released.len(), released.len()));
        for (name, writes) in found {
            assert_eq!(stated(&name), Some(&json!(writes)), "{name}");
        }
    }

    #[test]
    fn a_message_that_nobody_has_thought_of_is_not_released() {
        let metadata = json!({ "spec": { "messages": [{ "label": "new", "mutates": false }] } });
        assert!(super::metadata(metadata).is_err_and(|error| error.to_string().contains("whether message")));
    }
}
