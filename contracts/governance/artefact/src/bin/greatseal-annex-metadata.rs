//! Writes the annex's metadata and bundle. A program of its own: ink! generates metadata under one name in every contract,
//! so that no program can hold two of them.
//!
//! usage: greatseal-annex-metadata FOLDER TOOLCHAIN    with annex.polkavm in the folder

use greatseal_artefact::{ANNEX, Failed, code_hash};
use std::{fs, path::Path, process::ExitCode};

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
    let [folder, toolchain] = arguments.as_slice() else {
        return Err("usage: greatseal-annex-metadata FOLDER TOOLCHAIN".into());
    };
    let folder = Path::new(folder);
    let blob = fs::read(folder.join("annex.polkavm"))?;
    ANNEX.write(folder, generated()?, &blob, &code_hash(&blob), toolchain)
}

fn generated() -> Result<serde_json::Value, Failed> {
    unsafe extern "Rust" {
        fn __ink_generate_metadata() -> ink::metadata::InkProject;
    }
    // SAFETY: the contract's crate, linked in below, defines the function with exactly this signature.
    ANNEX.metadata(serde_json::to_value(unsafe { __ink_generate_metadata() })?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_released_metadata_is_the_one_of_this_source() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../released/annex.json");
        let written: serde_json::Value = serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON");
        let generated = generated().expect("metadata");
        for part in ["spec", "types", "storage", "version"] {
            assert_eq!(written[part], generated[part], "{part}: run scripts/build-contract");
        }
    }
}

// Links the contract, whose generated function is called by name above.
use greatseal_annex as _;
