//! Nothing that people read is written by `derive(Debug)`: names of variants are no words, and they change.

use std::{
    fs,
    path::{Path, PathBuf},
};

use greatseal_tests::Outcome;

/// Where programs are made, and what they say.
const SOURCES: [&str; 5] =
    ["contracts/client/src", "contracts/deployment/src", "contracts/protocol/src", "indexer", "relayer"];
/// Where such a format stands for a reason.
const ALLOWED: [(&str, &str, &str); 3] = [
    (
        "contracts/protocol/src/bytes.rs",
        r#"write!(out, "{:?}", self.as_str())"#,
        "the Debug of a label: a quoted string",
    ),
    (
        "contracts/protocol/src/manifest.rs",
        r#"write!(out, "{:?}", self.0)"#,
        "the Debug of a destination: a quoted string",
    ),
    ("relayer/cli/src/cli/examples.rs", r##"assert!(wrong.is_empty(), "{place}: {wrong:#?}");"##, "a file of tests"),
];

#[test]
fn rule_46_nothing_that_people_read_comes_from_debug() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut read, mut found, mut allowed) = (0, Vec::new(), 0);
    for folder in SOURCES {
        for file in sources(&root.join(folder))? {
            let name = file.strip_prefix(&root)?.to_string_lossy().into_owned();
            read += 1;
            for line in debugged(&fs::read_to_string(&file)?) {
                match ALLOWED.iter().any(|(file, text, _)| *file == name && *text == line) {
                    true => allowed += 1,
                    false => found.push(format!("{name}: {line}")),
                }
            }
        }
    }
    assert!(read > 150, "{read} files");
    assert_eq!(found, Vec::<String>::new(), "use Display, or a fact of greatseal_facts");
    assert_eq!(allowed, ALLOWED.len(), "each stands there once, and none is left that is not needed");
    Ok(())
}

#[test]
fn every_way_to_debug_is_found() {
    for line in [
        r#"format!("{answer:?}")"#,
        r#"format!("{:?}", answer)"#,
        r#"format!("{:#?}", answer)"#,
        r#"format!("{answer:>8?}")"#,
        r#"format!("{:x?}", bytes)"#,
        r#"#[error("no token is labelled {label:?}")]"#,
        r#"tracing::warn!(?error, "lost")"#,
        r#"tracing::warn!(%digest, ?error, "lost")"#,
        r#"tracing::warn!(reason = ?error, "lost")"#,
        "reason = ?error,",
        "?error,",
        "fmt::Debug::fmt(self, out)",
        "span.record(\"error\", tracing::field::debug(error));",
    ] {
        assert_eq!(debugged(line).count(), 1, "{line}");
    }
    for line in [
        "// {answer:?}",
        r#"format!("{answer}")"#,
        "let answer = ask()?;",
        "tracing::warn!(%error, \"lost\")",
        "#[derive(Clone, Debug)]",
        "impl fmt::Debug for Key {",
        r#"matches!(x, Some('?'))"#,
        "(first?, second)",
        "?;",
        "pub fn write<T: ?Sized>(value: &T)",
    ] {
        assert_eq!(debugged(line).count(), 0, "{line}");
    }
    assert_eq!(debugged("let a = 1;\n#[cfg(test)]\nmod tests {\n    panic!(\"{a:?}\")\n}").count(), 0);
}

/// Lines that write with Debug, but for those of tests, which end a file.
fn debugged(source: &str) -> impl Iterator<Item = &str> {
    let production = source.split("\nmod tests {").next().unwrap_or_default();
    production.lines().map(str::trim).filter(|line| {
        let debug = line.contains("fmt::Debug::fmt(") || line.contains("field::debug(");
        !line.starts_with("//") && (debug || formatted(line) || recorded(line))
    })
}

/// `{…?}` inside a line.
fn formatted(line: &str) -> bool {
    line.split('{').skip(1).filter_map(|rest| rest.split_once('}')).any(|(inside, _)| {
        inside.split_once(':').is_some_and(|(_, format)| format.ends_with('?') && !format.contains(' '))
    })
}

/// A field of a log line by its Debug: `?error`.
fn recorded(line: &str) -> bool {
    let named = |rest: &str| rest.starts_with(|letter: char| letter.is_ascii_lowercase());
    let after = |sign: &str| line.split(sign).skip(1).any(named);
    line.strip_prefix('?').is_some_and(named)
        || after("= ?")
        || line.contains("tracing::") && (after("(?") || after(" ?"))
}

fn sources(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                files.extend(sources(&path)?);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
    Ok(files)
}
