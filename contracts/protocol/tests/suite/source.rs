//! What the text of the crate and of its document must keep.

use greatseal_protocol::refusal::Refusal;
use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => files.extend(rust_files(&path)),
            false if path.extension().is_some_and(|extension| extension == "rs") => files.push(path),
            false => {}
        }
    }
    files.sort();
    files
}

/// Whether ` as ` and the name of an integer follow each other, as in a cast that can lose digits.
fn casts(line: &str) -> bool {
    const INTEGERS: [&str; 12] =
        ["u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"];
    let code = line.split("//").next().unwrap_or_default();
    code.split(" as ").skip(1).any(|rest| {
        let word: String = rest.chars().take_while(|letter| letter.is_ascii_alphanumeric()).collect();
        INTEGERS.contains(&word.as_str())
    })
}

/// `clippy::as_conversions` fires on what the codec's derive writes, so the text is searched instead.
#[test]
fn no_numeric_cast_in_protocol_and_contract() {
    assert!(casts("let x = y as u32;") && casts("(a as usize)") && !casts("use a as b; // as u8"));
    let mut found = Vec::new();
    for folder in ["contracts/protocol/src", "contracts/governance/src"] {
        let files = rust_files(&root().join(folder));
        assert!(!files.is_empty(), "{folder} has no source");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let lines = text.lines().enumerate().filter(|(_, line)| casts(line));
            found.extend(lines.map(|(at, line)| format!("{}:{}: {line}", file.display(), at + 1)));
        }
    }
    assert!(found.is_empty(), "numeric casts:\n{}", found.join("\n"));
}

/// The core is told everything: it has no clock, no randomness, no environment, no unordered map.
#[test]
fn no_ambient_input_in_the_protocol() {
    let banned = ["SystemTime", "Instant::now", "HashMap", "HashSet", "std::env", "std::fs", "getrandom", "thread_rng"];
    for file in rust_files(&root().join("contracts/protocol/src")) {
        let text = fs::read_to_string(&file).unwrap();
        banned.iter().for_each(|word| assert!(!text.contains(word), "{}: {word}", file.display()));
    }
}

#[test]
fn refusals_are_numbered_once_and_in_order() {
    let codes: Vec<u16> = Refusal::ALL.iter().map(|refusal| refusal.code()).collect();
    assert!(codes.is_sorted_by(|left, right| left < right), "{codes:?}");
    for refusal in Refusal::ALL {
        assert_eq!(Refusal::from_code(refusal.code()), Some(*refusal));
        assert!(!refusal.sentence().is_empty() && !refusal.help().is_empty());
    }
    let unknown = (0..=u16::MAX).filter(|code| Refusal::from_code(*code).is_some()).count();
    assert_eq!(unknown, codes.len());
}

/// The normative text lists every refusal with its number: in a table row, or at least as a word of its own.
#[test]
fn every_refusal_is_in_the_protocol_document() {
    let Ok(text) = fs::read_to_string(root().join("docs/protocol.md")) else {
        eprintln!("skipped: docs/protocol.md does not exist yet");
        return;
    };
    let words: Vec<&str> = text.split(|letter: char| !letter.is_ascii_alphanumeric()).collect();
    let missing: Vec<String> = Refusal::ALL
        .iter()
        .filter(|refusal| !words.contains(&refusal.code().to_string().as_str()))
        .map(ToString::to_string)
        .collect();
    assert!(missing.is_empty(), "docs/protocol.md does not list:\n{}", missing.join("\n"));
}
