//! Text goes out through one door: nothing but `deploy/host/src/out.rs` and `log.rs` writes to a terminal, and what they write is
//! `Printable`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use greatseal_tests::Outcome;

/// Sources of programs and of what they are made of.
const SOURCES: [&str; 13] = [
    "deploy/devnet/src",
    "deploy/host/src",
    "deploy/printable/src",
    "deploy/spelling/src",
    "indexer/api/src",
    "indexer/service/src",
    "contracts/client/src",
    "contracts/deployment/src",
    "relayer/cli/src",
    "relayer/daemon/src",
    "relayer/payer/src",
    "relayer/signing/src",
    "relayer/wire/src",
];
/// The door: standard output and error, and the log's writer.
const DOOR: [&str; 2] = ["deploy/host/src/out.rs", "deploy/host/src/log.rs"];
/// What writes to a terminal.
const WRITES: [&str; 10] = [
    "println!",
    "print!",
    "eprintln!",
    "eprint!",
    "dbg!",
    "writeln!(io::std",
    "write!(io::std",
    "stdout().lock()",
    "stderr().lock()",
    "with_writer(",
];

#[test]
fn rule_1_nothing_is_printed_past_the_one_door() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut read = 0;
    let mut found = Vec::new();
    for folder in SOURCES {
        for file in sources(&root.join(folder))? {
            let name = file.strip_prefix(&root)?.to_string_lossy().into_owned();
            read += 1;
            if !DOOR.contains(&name.as_str()) {
                found.extend(past_the_door(&fs::read_to_string(&file)?).map(|line| format!("{name}: {line}")));
            }
        }
    }
    assert!(read > 100, "{read} files");
    assert_eq!(found, Vec::<String>::new());
    for door in DOOR {
        assert!(fs::read_to_string(root.join(door))?.contains("Printable"), "{door}");
    }
    Ok(())
}

#[test]
fn every_way_past_the_door_is_named() {
    for line in [
        "    println!(\"{text}\");",
        "eprint!(\"{text}\")",
        "let _ = writeln!(io::stdout(), \"{text}\");",
        "let mut out = std::io::stdout(); out.write_all(bytes)",
        "let mut stderr = io::stderr();",
        ".with_writer(std::io::stderr)",
    ] {
        assert_eq!(past_the_door(line).count(), 1, "{line}");
    }
    for line in
        ["// println!(\"…\")", "let wide = columns(&std::io::stdout());", "if std::io::stderr().is_terminal() {"]
    {
        assert_eq!(past_the_door(line).count(), 0, "{line}");
    }
}

fn past_the_door(source: &str) -> impl Iterator<Item = &str> {
    source.lines().map(str::trim).filter(|line| {
        let kept =
            ["= std::io::stdout()", "= io::stdout()", "= std::io::stderr()", "= io::stderr()", "(std::io::stderr)"];
        let kept = kept.iter().any(|way| line.contains(way));
        !line.starts_with("//") && (kept || WRITES.iter().any(|way| line.contains(way)))
    })
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
