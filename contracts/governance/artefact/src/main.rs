//! Links the contract's ELF file to PolkaVM and writes its blob, metadata, bundle and fingerprint.
//!
//! usage: greatseal-artefact ELF FOLDER TOOLCHAIN

use greatseal_artefact::{Failed, NAME, code_hash};
use polkavm_common::program::{ProgramBlob, ProgramParts};
use polkavm_linker::{Config, TargetInstructionSet};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sha3::Keccak256;
use std::{fs, path::Path, process::ExitCode};

/// Host functions that the contract may import: reading and writing cells, the clock, events, input and result, the caller
/// and the hash of a key; `call`, always read-only, which reaches two precompiles and the contract that this one succeeds or
/// that succeeds it, with what they answer; and `code_hash`, which says whether they run the code that was decided.
const ALLOWED: [&str; 14] = [
    "address",
    "call",
    "code_hash",
    "call_data_copy",
    "caller",
    "deposit_event",
    "get_storage",
    "hash_keccak_256",
    "now",
    "return_data_copy",
    "return_data_size",
    "seal_return",
    "set_storage",
    "value_transferred",
];

/// Ceiling of the blob in bytes: the design's, a fifth of what the platform takes.
#[cfg(test)]
const CEILING: usize = 288 * 1024;

/// Stack of the contract in bytes, as `cargo contract` sets it.
const STACK: u32 = 64 * 1024;

/// The contract's metadata.
fn metadata() -> Result<Value, Failed> {
    unsafe extern "Rust" {
        fn __ink_generate_metadata() -> ink::metadata::InkProject;
    }
    // SAFETY: the contract's crate, linked in below, defines the function with exactly this signature.
    greatseal_artefact::metadata(serde_json::to_value(unsafe { __ink_generate_metadata() })?)
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failed> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [elf, folder, toolchain] => release(elf, Path::new(folder), toolchain),
        _ => Err("usage: greatseal-artefact ELF FOLDER TOOLCHAIN".into()),
    }
}

/// Links an ELF file. The blob imports nothing but what is allowed.
fn link(elf: &str) -> Result<Vec<u8>, Failed> {
    let elf = fs::read(elf)?;
    let mut config = Config::default();
    config.set_strip(true);
    config.set_optimize(true);
    // The linker does not read the ELF file's own stack size; with its default of 8 KiB every verification traps.
    config.set_min_stack_size(STACK);
    let blob = polkavm_linker::program_from_elf(config, TargetInstructionSet::ReviveV1, &elf)
        .map_err(|error| error.to_string())?;
    match imports(&blob)?.iter().find(|name| !ALLOWED.contains(&name.as_str())) {
        Some(name) => Err(format!("the blob imports `{name}`, which is not among the allowed host functions").into()),
        None => Ok(blob),
    }
}

/// Code hash, size, hash and imports.
fn described(blob: &[u8]) -> Result<Value, Failed> {
    Ok(json!({
        "code_hash": hex::encode(Keccak256::digest(blob)),
        "blob": { "bytes": blob.len(), "sha256": hex::encode(Sha256::digest(blob)) },
        "imports": imports(blob)?,
    }))
}

fn release(elf: &str, folder: &Path, toolchain: &str) -> Result<(), Failed> {
    let blob = link(elf)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join(format!("{NAME}.polkavm")), &blob)?;
    greatseal_artefact::write(folder, metadata()?, &blob, &code_hash(&blob), toolchain)?;
    let mut fingerprint = described(&blob)?;
    let metadata = fs::read(folder.join(format!("{NAME}.json")))?;
    fingerprint["toolchain"] = json!(toolchain);
    fingerprint["metadata"] = json!(hex::encode(Sha256::digest(metadata)));
    fs::write(folder.join("fingerprint.json"), serde_json::to_string_pretty(&fingerprint)? + "\n")?;
    println!("{}", serde_json::to_string(&fingerprint)?);
    Ok(())
}

fn imports(blob: &[u8]) -> Result<Vec<String>, Failed> {
    let parts = ProgramParts::from_bytes(blob.to_vec().into()).map_err(|error| error.to_string())?;
    let program = ProgramBlob::from_parts(parts).map_err(|error| error.to_string())?;
    let mut names: Vec<String> = program
        .imports()
        .iter()
        .flatten()
        .map(|symbol| String::from_utf8_lossy(symbol.as_bytes()).into_owned())
        .collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn released(name: &str) -> Vec<u8> {
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../released").join(name)).expect("the released artefact")
    }

    #[test]
    fn rule_06_rule_34_the_released_blob_imports_nothing_that_calls_or_replaces_code() {
        let names = imports(&released("governance.polkavm")).expect("a PolkaVM program");
        assert!(!names.is_empty());
        let forbidden: Vec<_> = names.iter().filter(|name| !ALLOWED.contains(&name.as_str())).collect();
        assert!(forbidden.is_empty(), "the blob imports {forbidden:?}");
    }

    #[test]
    fn the_fingerprint_is_the_one_of_the_released_blob() {
        let fingerprint: Value = serde_json::from_slice(&released("fingerprint.json")).expect("JSON");
        let blob = released("governance.polkavm");
        for (part, value) in described(&blob).expect("a PolkaVM program").as_object().expect("an object") {
            assert_eq!(fingerprint[part], *value, "{part}");
        }
        assert_eq!(fingerprint["metadata"], hex::encode(Sha256::digest(released("governance.json"))));
        assert!(blob.len() <= CEILING, "the blob has {} bytes", blob.len());
    }

    #[test]
    fn the_released_metadata_is_the_one_of_this_source() {
        let written: Value = serde_json::from_slice(&released("governance.json")).expect("JSON");
        let generated = metadata().expect("metadata");
        for part in ["spec", "types", "storage", "version"] {
            assert_eq!(written[part], generated[part], "{part}: run scripts/build-contract");
        }
    }
}

// Links the contract, whose generated function is called by name above.
use greatseal_contract as _;
