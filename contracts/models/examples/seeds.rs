//! Writes the corpus from which fuzzing starts into `contracts/protocol/fuzz/corpus`, one folder a target.
//!
//! `cargo run -p greatseal-models --example seeds`; files that a fuzzer has added stay.

use greatseal_models::fuzz::seeds;
use std::{fs, io, path::Path};

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/fuzz/corpus");
    for ((target, name), bytes) in seeds::files(4_000) {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name.to_lowercase()), bytes)?;
    }
    Ok(())
}
