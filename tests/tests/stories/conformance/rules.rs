//! No rule is retold: clients ask `greatseal_protocol::ask`, which runs the contract's own. What would be a second answer to a rule's
//! question is searched for in the text.

use std::{
    fs,
    path::{Path, PathBuf},
};

use greatseal_tests::Outcome;

/// Sources of those who ask.
const CLIENTS: [&str; 2] = ["relayer/cli/src", "relayer/daemon/src"];

/// Words of the rules, with the files in which a row is no rule but what is shown, edited or judged as a whole.
const WORDS: [(&str, &[&str]); 21] = [
    // Which row an action needs.
    ("RowId::", &["dead_end.rs", "table/check.rs", "deploy/plan/rows.rs"]),
    ("tightens_to(", &[]),
    ("lets_through", &[]),
    ("release_row(", &[]),
    ("revoke_row(", &[]),
    ("entry.row(", &[]),
    ("escalation()", &["answers/policy.rs"]),
    // Who may open, approve and execute, and what is missing.
    (
        ".minima",
        &[
            "dead_end.rs",
            "table.rs",
            "table/check.rs",
            "invariant.rs",
            "answers/policy.rs",
            "deploy/plan/rows.rs",
            "propose/seats.rs",
        ],
    ),
    ("operators_may_open", &[]),
    ("one_of_two", &[]),
    ("Executors::", &["table.rs", "answers/policy.rs", "commands/audit/companions.rs"]),
    (".recovers()", &["dead_end.rs"]),
    (".rotated()", &[]),
    ("proposal.missing(", &[]),
    (".quorum(", &[]),
    // When it counts, and through which door.
    ("Direction::", &["answers/policy.rs"]),
    // Whether a command is held up where nobody keeps its contents is no rule of the chain.
    (".protective()", &["answers/policy.rs", "contents/about.rs"]),
    ("never_blocked", &["answers/policy.rs"]),
    ("PROTECTIVE_LIFE", &[]),
    ("DoorClosed", &[]),
    ("proposal.direct", &[]),
];

/// Rows that no rule has a word about: all of them, their meanings in words, the one of a name, and none.
const OF_NO_RULE: [&str; 4] = ["RowId::NAMED", "RowId::MEANINGS", "RowId::named", "RowId::NONE"];

#[test]
fn no_client_answers_what_the_rules_are_asked() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut read, mut found) = (0, Vec::new());
    for folder in CLIENTS {
        for file in sources(&root.join(folder))? {
            let name = file.strip_prefix(&root)?.to_string_lossy().into_owned();
            read += 1;
            found.extend(retold(&name, &fs::read_to_string(&file)?));
        }
    }
    assert!(read > 100, "{read} files");
    assert_eq!(found, Vec::<String>::new());
    // An exception that nobody needs any more is none.
    let all = sources(&root.join(CLIENTS[0]))?;
    for (word, file) in WORDS.iter().flat_map(|(word, files)| files.iter().map(move |file| (word, file))) {
        let path = all.iter().find(|path| path.ends_with(file)).ok_or_else(|| format!("there is no {file}"))?;
        let there = production(&fs::read_to_string(path)?).any(|line| line.contains(word));
        assert!(there, "{file} has no {word} any more");
    }
    Ok(())
}

#[test]
fn every_way_to_retell_a_rule_is_named() {
    for line in [
        "    let row = if small { RowId::BATCH_SMALL } else { RowId::BATCH_LARGE };",
        "        Some(current) if current.economics.tightens_to(&economics) => loosen,",
        "    if row.minima.iter().any(|(voting, _)| voting == council.in_row()) {",
        "        Direction::Loosens => delay,",
        "    let life = if row.protective() { 600 } else { 2_400 };",
        "        Executors::Anyone => Capacity::Anyone,",
        "        (_, _, Some(false)) => Err(Refusal::DoorClosed),",
    ] {
        assert_eq!(retold("relayer/cli/src/commands/order.rs", line).len(), 1, "{line}");
    }
    for line in ["// RowId::BATCH_SMALL", "let known = RowId::NAMED.iter();", "#[cfg(test)]\nlet row = RowId::CUSTODY;"]
    {
        assert_eq!(retold("relayer/cli/src/commands/order.rs", line), [""; 0], "{line}");
    }
    assert_eq!(retold("relayer/cli/src/dead_end.rs", "RowId::CUSTODY"), [""; 0]);
}

/// Each word of the rules in a file that is not the word's.
fn retold(name: &str, source: &str) -> Vec<String> {
    let of = |line: &str| {
        let line = OF_NO_RULE.iter().fold(line.to_owned(), |line, word| line.replace(word, ""));
        let words = WORDS
            .iter()
            .filter(|(word, files)| line.contains(word) && !files.iter().any(|file| Path::new(name).ends_with(file)));
        words.map(|(word, _)| format!("{name}: {word}")).collect::<Vec<_>>()
    };
    production(source).flat_map(of).collect()
}

/// Lines that are neither comments nor tests.
fn production(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().take_while(|line| !line.starts_with("#[cfg(test)]"));
    lines.filter(|line| !line.trim_start().starts_with("//"))
}

fn sources(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}
