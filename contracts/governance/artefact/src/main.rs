//! Links the contract's ELF file to PolkaVM and writes blob, metadata, bundle and fingerprint.
//!
//! usage: greatseal-artefact ELF FOLDER TOOLCHAIN

use polkavm_common::program::{ProgramBlob, ProgramParts};
use polkavm_linker::{Config, TargetInstructionSet};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sha3::Keccak256;
use std::{error::Error, fs, path::Path, process::ExitCode};

/// Host functions that the blob may import: reading and writing cells, the clock, events, input and result.
const ALLOWED: [&str; 12] = [
    "address",
    "call_data_copy",
    "call_data_size",
    "consume_all_gas",
    "deposit_event",
    "get_storage",
    "now",
    "ref_time_left",
    "seal_return",
    "set_storage",
    "value_transferred",
    "caller",
];

/// Stack of the contract in bytes, as `cargo contract` sets it.
const STACK: u32 = 64 * 1024;

/// ink!'s generated metadata.
fn metadata() -> ink::metadata::InkProject {
    unsafe extern "Rust" {
        fn __ink_generate_metadata() -> ink::metadata::InkProject;
    }
    // SAFETY: the contract's crate, linked in below, defines the function with exactly this signature.
    unsafe { __ink_generate_metadata() }
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

fn run() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [elf, folder, toolchain] = arguments.as_slice() else {
        return Err("usage: greatseal-artefact ELF FOLDER TOOLCHAIN".into());
    };
    let elf = fs::read(elf)?;
    let mut config = Config::default();
    config.set_strip(true);
    config.set_optimize(true);
    // The linker does not read the ELF file's own stack size; with its default of 8 KiB every verification traps.
    config.set_min_stack_size(STACK);
    let blob = polkavm_linker::program_from_elf(config, TargetInstructionSet::ReviveV1, &elf)
        .map_err(|error| error.to_string())?;
    let imports = imports(&blob)?;
    if let Some(forbidden) = imports.iter().find(|name| !ALLOWED.contains(&name.as_str())) {
        return Err(format!("the blob imports `{forbidden}`, which is not among the allowed host functions").into());
    }

    let sha256 = hex::encode(Sha256::digest(&blob));
    let code_hash = format!("0x{}", hex::encode(Keccak256::digest(&blob)));
    let source = json!({
        "hash": code_hash,
        "language": "ink! 6.0.0-beta.1",
        "compiler": toolchain,
    });
    let contract = json!({ "name": "greatseal-contract", "version": env!("CARGO_PKG_VERSION"), "authors": ["Great Seal"] });
    let mut project = json!({ "source": source, "contract": contract, "image": null });
    merge(&mut project, serde_json::to_value(metadata())?);
    let mut bundle = project.clone();
    bundle["source"]["contract_binary"] = Value::String(format!("0x{}", hex::encode(&blob)));

    let fingerprint = json!({
        "code_hash": code_hash,
        "blob": { "bytes": blob.len(), "sha256": sha256 },
        "imports": imports,
        "toolchain": toolchain,
    });
    let folder = Path::new(folder);
    fs::create_dir_all(folder)?;
    fs::write(folder.join("governance.polkavm"), &blob)?;
    fs::write(folder.join("governance.json"), serde_json::to_string_pretty(&project)? + "\n")?;
    fs::write(folder.join("governance.contract"), serde_json::to_string(&bundle)? + "\n")?;
    fs::write(folder.join("fingerprint.json"), serde_json::to_string_pretty(&fingerprint)? + "\n")?;
    println!("{}", serde_json::to_string(&fingerprint)?);
    Ok(())
}

fn imports(blob: &[u8]) -> Result<Vec<String>, Box<dyn Error>> {
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

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

// Links the contract, whose generated function is called by name above.
use greatseal_contract as _;
