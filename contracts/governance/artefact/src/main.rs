//! Links the contracts' ELF files to PolkaVM and writes their blobs; for the governance contract also metadata, bundle and
//! the fingerprint of both.
//!
//! usage: greatseal-artefact annex ELF FOLDER                    prints its code hash
//!        greatseal-artefact governance ELF FOLDER TOOLCHAIN     with the annex and its metadata in the same folder

use greatseal_artefact::{Failed, GOVERNANCE, code_hash};
use polkavm_common::program::{ProgramBlob, ProgramParts};
use polkavm_linker::{Config, TargetInstructionSet};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use sha3::Keccak256;
use std::{fs, path::Path, process::ExitCode};

/// Host functions that the governance contract may import: reading and writing cells, the clock, events, input and result,
/// the caller and the hash of a key; `call`, always read-only, which reaches two precompiles, the annex, and the contract
/// that this one succeeds or that succeeds it, with what they answer; and `code_hash`, which says whether they run the code
/// that was decided.
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

/// Host functions that the annex may import: input and result, `call` for one precompile, and its own empty value, which
/// ink! writes when it is constructed and reads whenever it is asked.
const ALLOWED_ANNEX: [&str; 6] =
    ["call", "call_data_copy", "get_storage", "seal_return", "set_storage", "value_transferred"];

/// Files whose SHA-256 the fingerprint has besides those of the blobs.
const METADATA: [&str; 2] = ["annex.json", "governance.json"];

/// Stack of the contract in bytes, as `cargo contract` sets it.
const STACK: u32 = 64 * 1024;

/// The governance contract's own metadata.
fn metadata() -> Result<Value, Failed> {
    unsafe extern "Rust" {
        fn __ink_generate_metadata() -> ink::metadata::InkProject;
    }
    // SAFETY: the contract's crate, linked in below, defines the function with exactly this signature.
    GOVERNANCE.metadata(serde_json::to_value(unsafe { __ink_generate_metadata() })?)
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
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["annex", elf, folder] => annex(elf, Path::new(folder)),
        ["governance", elf, folder, toolchain] => governance(elf, Path::new(folder), toolchain),
        _ => Err("usage: greatseal-artefact annex ELF FOLDER | governance ELF FOLDER TOOLCHAIN".into()),
    }
}

/// Links an ELF file. The blob imports nothing but what is allowed.
fn link(elf: &str, allowed: &[&str]) -> Result<Vec<u8>, Failed> {
    let elf = fs::read(elf)?;
    let mut config = Config::default();
    config.set_strip(true);
    config.set_optimize(true);
    // The linker does not read the ELF file's own stack size; with its default of 8 KiB every verification traps.
    config.set_min_stack_size(STACK);
    let blob = polkavm_linker::program_from_elf(config, TargetInstructionSet::ReviveV1, &elf)
        .map_err(|error| error.to_string())?;
    match imports(&blob)?.iter().find(|name| !allowed.contains(&name.as_str())) {
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

fn annex(elf: &str, folder: &Path) -> Result<(), Failed> {
    let blob = link(elf, &ALLOWED_ANNEX)?;
    fs::create_dir_all(folder)?;
    fs::write(folder.join("annex.polkavm"), &blob)?;
    println!("{}", hex::encode(Keccak256::digest(&blob)));
    Ok(())
}

fn governance(elf: &str, folder: &Path, toolchain: &str) -> Result<(), Failed> {
    let blob = link(elf, &ALLOWED)?;
    let annex = fs::read(folder.join("annex.polkavm"))?;
    if !knows(&blob, &annex) {
        return Err("the contract was built with the code hash of another annex".into());
    }
    let mut fingerprint = described(&blob)?;
    fingerprint["annex"] = described(&annex)?;
    fingerprint["toolchain"] = json!(toolchain);
    GOVERNANCE.write(folder, metadata()?, &blob, &code_hash(&blob), toolchain)?;
    fs::write(folder.join("governance.polkavm"), &blob)?;
    let mut hashes = Map::new();
    for file in METADATA {
        hashes.insert(file.to_owned(), json!(hex::encode(Sha256::digest(fs::read(folder.join(file))?))));
    }
    fingerprint["metadata"] = hashes.into();
    fs::write(folder.join("fingerprint.json"), serde_json::to_string_pretty(&fingerprint)? + "\n")?;
    println!("{}", serde_json::to_string(&fingerprint)?);
    Ok(())
}

/// One hash says everything: the annex's stands in the governance contract's own code.
fn knows(blob: &[u8], annex: &[u8]) -> bool {
    let code_hash = Keccak256::digest(annex);
    blob.windows(code_hash.len()).any(|bytes| bytes == code_hash.as_slice())
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
    fn rule_06_rule_34_the_released_blobs_import_nothing_that_calls_or_replaces_code() {
        for (blob, allowed) in [("governance.polkavm", &ALLOWED[..]), ("annex.polkavm", &ALLOWED_ANNEX)] {
            let names = imports(&released(blob)).expect("a PolkaVM program");
            assert!(!names.is_empty());
            let forbidden: Vec<_> = names.iter().filter(|name| !allowed.contains(&name.as_str())).collect();
            assert!(forbidden.is_empty(), "{blob} imports {forbidden:?}");
        }
    }

    #[test]
    fn the_fingerprint_is_the_one_of_the_released_blobs() {
        let fingerprint: Value = serde_json::from_slice(&released("fingerprint.json")).expect("JSON");
        for (blob, stated) in [("governance.polkavm", &fingerprint), ("annex.polkavm", &fingerprint["annex"])] {
            let bytes = released(blob);
            for (part, value) in described(&bytes).expect("a PolkaVM program").as_object().expect("an object") {
                assert_eq!(stated[part], *value, "{blob}: {part}");
            }
            let named = METADATA.map(|file| (file, hex::encode(Sha256::digest(released(file)))));
            named.iter().for_each(|(file, hash)| assert_eq!(fingerprint["metadata"][file], **hash, "{file}"));
            // The design's limit (ADR 35).
            assert!(bytes.len() <= 160 * 1024, "{blob} has {} bytes", bytes.len());
        }
    }

    #[test]
    fn the_governance_contract_knows_its_annex_and_no_other() {
        let (blob, annex) = (released("governance.polkavm"), released("annex.polkavm"));
        assert!(knows(&blob, &annex) && !knows(&blob, &blob) && !knows(&annex, &annex));
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
