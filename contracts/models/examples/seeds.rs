//! Writes the corpus from which fuzzing starts into `contracts/protocol/fuzz/corpus`, one folder a target.
//!
//! `cargo run -p greatseal-models --example seeds`; files that a fuzzer has added stay.
//! `… --example seeds FOLDER` takes over those stories of a fuzzer that reach what no story of the corpus reaches.

use greatseal_models::fuzz::{seeds, sequence};
use greatseal_protocol::{event::Event, language::contract};
use std::{collections::BTreeSet, env, fs, io, path::Path};

fn main() -> io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../protocol/fuzz/corpus");
    let Some(found) = env::args_os().nth(1) else {
        for ((target, name), bytes) in seeds::files(4_000) {
            let folder = corpus.join(target);
            fs::create_dir_all(&folder)?;
            fs::write(folder.join(name.to_lowercase()), bytes)?;
        }
        return Ok(());
    };
    let stories = corpus.join("command_sequence");
    let mut known: BTreeSet<String> = files(&stories)?.iter().flat_map(|(_, bytes)| reached(bytes)).collect();
    let mut found = files(Path::new(&found))?;
    // The shortest first: who reads a story wants no more of it than it takes.
    found.sort_by_key(|(_, bytes)| bytes.len());
    for (_, bytes) in found {
        let new: Vec<String> = reached(&bytes).into_iter().filter(|what| !known.contains(what)).collect();
        if let Some(first) = new.first() {
            fs::write(stories.join(format!("found-{first}")), &bytes)?;
            known.extend(new);
        }
    }
    Ok(())
}

fn files(folder: &Path) -> io::Result<Vec<(String, Vec<u8>)>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let read = |entry: fs::DirEntry| Ok((entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path())?));
    entries.into_iter().map(read).collect()
}

/// Kinds of events and numbers of refusals.
fn reached(story: &[u8]) -> BTreeSet<String> {
    let name = |event: &Event| match event {
        Event::Contract(contract::Event::Refused { refusal, .. }) => format!("refused-{}", refusal.code()),
        event => event.kind().to_lowercase(),
    };
    sequence::tell(story).records.iter().map(|record| name(&record.event)).collect()
}
