//! What the text of the crate and of its document must keep.

use greatseal_protocol::{
    event::{Event, Record},
    genesis::Profile,
    refusal::Refusal,
    row::{Direction, Executors, Row},
    table::default_rows,
};
use std::{
    collections::{BTreeMap, BTreeSet},
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

/// Functions that say what protects: the file, and which of its functions; all of them where none is named.
const SAFEGUARDS: &[(&str, &[&str])] = &[
    ("cells.rs", &["apart"]),
    ("companion.rs", &["admit"]),
    ("council.rs", &["counts", "authority", "duty", "includes"]),
    ("decide.rs", &["claimed_seat"]),
    ("decide/emergency.rs", &["counted", "reviewed"]),
    ("decide/proposal/execute.rs", &["in_time", "unblocked", "logged"]),
    ("genesis.rs", &["micronode", "over"]),
    ("registry.rs", &["scope", "row", "revoke_row"]),
    ("row.rs", &["rotate"]),
    ("scope.rs", &["single"]),
    ("standing.rs", &["finished", "status"]),
];

/// The text of a function, from its name to the brace that ends it.
fn function<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text.find(&format!("fn {name}(")).unwrap_or_else(|| panic!("there is no function {name}"));
    let text = &text[start..];
    let mut depth = 0;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 1 => return &text[..=at],
            '}' => depth -= 1,
            _ => {}
        }
    }
    panic!("{name} does not end")
}

/// Whether a line takes what no other arm has named: `_`, a bare name, or `matches!`.
fn takes_the_rest(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    let pattern = code.split("=>").next().unwrap_or_default().split(" if ").next().unwrap_or_default().trim();
    let bare = !pattern.is_empty() && pattern.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_');
    code.contains("=>") && bare && !["true", "false"].contains(&pattern) || code.contains("matches!(")
}

/// An action, order, event or cell that is added must say what stops it: a wildcard would answer in its place.
#[test]
fn no_safeguard_is_decided_by_a_wildcard() {
    assert!(
        ["    _ => None,", "other => x,", "_ if late => y,", "matches!(self, Self::A)"].into_iter().all(takes_the_rest)
    );
    assert!(
        !["Self::A | Self::B => None,", "true => x,", "None => y,", "(_, Some(_)) => z,"]
            .into_iter()
            .any(takes_the_rest)
    );
    let mut found = Vec::new();
    // What each subject of the language answers.
    let subjects = rust_files(&root().join("contracts/protocol/src/language"));
    assert_eq!(subjects.len(), 11, "{subjects:?}");
    for file in subjects {
        let text = fs::read_to_string(&file).unwrap();
        let lines = text.lines().filter(|line| takes_the_rest(line));
        found.extend(lines.map(|line| format!("{}: {}", file.display(), line.trim())));
    }
    for (file, names) in SAFEGUARDS {
        let text = fs::read_to_string(root().join("contracts/protocol/src").join(file)).unwrap();
        let bodies = match names {
            [] => vec![text.as_str()],
            names => names.iter().map(|name| function(&text, name)).collect(),
        };
        let lines = bodies.iter().flat_map(|body| body.lines()).filter(|line| takes_the_rest(line));
        found.extend(lines.map(|line| format!("{file}: {}", line.trim())));
    }
    assert!(found.is_empty(), "a safeguard is decided by a wildcard:\n{}", found.join("\n"));
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

/// The normative text: every part of it, one after the other.
fn protocol_document() -> String {
    let mut parts: Vec<PathBuf> =
        fs::read_dir(root().join("docs/protocol")).unwrap().map(|entry| entry.unwrap().path()).collect();
    parts.retain(|part| part.extension().is_some_and(|extension| extension == "md"));
    parts.sort();
    assert!(parts.len() > 20, "{} parts", parts.len());
    parts.iter().map(|part| fs::read_to_string(part).unwrap()).collect()
}

/// Lines of the normative text that must stand there word for word, and are missing.
fn missing(lines: impl Iterator<Item = String>) -> Vec<String> {
    let text = protocol_document();
    let present: BTreeSet<&str> = text.lines().collect();
    lines.filter(|line| !present.contains(line.as_str())).collect()
}

#[test]
fn the_document_has_every_refusal_word_for_word() {
    let line = |refusal: &Refusal| {
        let (code, sentence, help) = (refusal.code(), refusal.sentence(), refusal.help());
        format!("| {code} | {refusal:?} | {sentence} | {help} |")
    };
    let missing = missing(Refusal::ALL.iter().map(line));
    assert!(missing.is_empty(), "docs/protocol does not have:\n{}", missing.join("\n"));
}

/// Kind and signature topic; the tag and the fields are for people to compare.
#[test]
fn the_document_has_every_kind_of_event_with_its_topic() {
    let text = protocol_document();
    for kind in Event::kinds() {
        let topic = greatseal_protocol::bytes::to_hex(&Record::signature_topic(kind));
        let line = text.lines().find(|line| line.contains(&format!("`{topic}`")));
        assert!(line.is_some_and(|line| line.contains(&format!("| {kind} |"))), "docs/protocol: {kind} {topic}");
    }
}

#[test]
fn the_document_has_the_default_table() {
    let rows = default_rows(Profile::Standard);
    let seats: BTreeMap<&str, u32> =
        [("S", 3), ("P", 2), ("T", 3), ("E", 3), ("C", 3), ("M", 2), ("I", 3), ("Pr", 3)].into();
    let line = |row: &Row| {
        let goes = match row.id.direction() {
            Direction::Protects => "protects",
            Direction::Neutral => "",
            Direction::Loosens => "loosens",
        };
        let minima: Vec<String> = row.minima.iter().map(|(council, k)| format!("{} {k}", council.letter())).collect();
        let all: u32 = row.minima.iter().map(|(council, _)| seats[council.letter()]).sum();
        let executor = match row.executors {
            Executors::Anyone => "anyone",
            Executors::Operator => "Operator",
            Executors::Members => "members",
        };
        format!(
            "| {} | {} | {goes} | {} | {} | {all} | {} | {} | {} | {executor} | {} |",
            row.id.0,
            row.id,
            row.m,
            minima.join(", "),
            time(row.delay),
            time(row.approve_by),
            time(row.window),
            if row.direct { "yes" } else { "no" },
        )
    };
    let missing = missing(rows.iter().map(line));
    assert!(missing.is_empty(), "docs/protocol does not have:\n{}", missing.join("\n"));
}

/// Hours up to two days, then days.
fn time(seconds: u32) -> String {
    const HOUR: u32 = 60 * 60;
    match seconds {
        0 => "0".into(),
        _ if seconds <= 48 * HOUR => format!("{} h", seconds / HOUR),
        _ => format!("{} d", seconds / (24 * HOUR)),
    }
}
