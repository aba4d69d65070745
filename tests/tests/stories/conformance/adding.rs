//! "How to add an action" in CONTRIBUTING.md is driven: an action is added to a copy of the language, and the compiler must ask for
//! an answer in the files that the page lists, and in no others.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use greatseal_tests::Outcome;
use serde_json::Value;

/// The subject that gets a new action, and where it is put.
const SUBJECT: &str = "dispute";
const ACTIONS: &str = "pub enum Action {\n";
const NEW: &str = "    /// Tries the list.\n    #[codec(index = 200)]\n    Tried {\n        /// Anything.\n        number: u32,\n    },\n";
/// Crates that a copy of the rules is checked with.
const COPIED: [&str; 2] = ["contracts/edwards", "contracts/protocol"];

/// A row of the page's list.
#[derive(Debug)]
struct Step {
    file: String,
    always: bool,
}

#[test]
fn the_compiler_asks_for_a_new_action_where_the_page_says() -> Outcome {
    let steps = steps()?;
    assert!(steps.len() > 6, "{steps:?}");
    let copy = copy()?;
    let language = copy.path().join(format!("contracts/protocol/src/language/{SUBJECT}.rs"));
    let text = fs::read_to_string(&language)?;
    assert_eq!(asked(copy.path())?, BTreeSet::new(), "the copy is sound before");
    fs::write(&language, text.replacen(ACTIONS, &format!("{ACTIONS}{NEW}"), 1))?;
    let asked = asked(copy.path())?;
    let rules = |step: &&Step| step.always && step.file.starts_with("contracts/protocol/src");
    let listed: BTreeSet<_> = steps.iter().filter(rules).map(|step| step.file.clone()).collect();
    assert_eq!(asked, listed, "where a match is not exhaustive any more, and what the page lists");
    Ok(())
}

/// Clients have matches over the actions of a subject too: the compiler asks there once the rules are done.
#[test]
fn clients_that_match_over_actions_are_listed() -> Outcome {
    let listed: Vec<_> = steps()?.into_iter().map(|step| step.file).collect();
    let mut found = 0;
    for file in
        ["indexer", "relayer"].iter().map(|folder| sources(&root().join(folder))).collect::<Outcome<Vec<_>>>()?.concat()
    {
        let text = fs::read_to_string(&file)?;
        let production = text.split("#[cfg(test)]").next().unwrap_or_default();
        if !production.contains(&format!("{SUBJECT}::Action::")) {
            continue;
        }
        found += 1;
        let name = file.strip_prefix(root())?.to_string_lossy().into_owned();
        // In a listed file, or in one below it.
        let below =
            |listed: &String| name == *listed || name.starts_with(&format!("{}/", listed.trim_end_matches(".rs")));
        assert!(listed.iter().any(below), "CONTRIBUTING.md does not list {name}");
    }
    assert!(found > 4, "{found} files");
    Ok(())
}

/// Files of crates, without their tests.
fn sources(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true if path.ends_with("tests") => {}
            true => found.extend(sources(&path)?),
            false if path.extension().is_some_and(|ext| ext == "rs") => found.push(path),
            false => {}
        }
    }
    Ok(found)
}

/// What stands in the list is there, for each subject that has an action.
#[test]
fn every_file_of_the_list_is_there() -> Outcome {
    for Step { file, always } in steps()? {
        assert!(!always || root().join(&file).exists(), "there is no {file}");
    }
    Ok(())
}

/// The first table behind the heading: production.
fn steps() -> Outcome<Vec<Step>> {
    let page = fs::read_to_string(root().join("CONTRIBUTING.md"))?;
    let (_, list) = page.split_once("## How to add an action\n").ok_or("no heading")?;
    let (list, _) = list.split_once("Then what proves").ok_or("no end")?;
    let rows = list.lines().filter_map(|line| line.strip_prefix("| `"));
    let steps = rows.map(|row| {
        let file = row.split('`').next().unwrap_or_default().replace("SUBJECT", SUBJECT);
        Step { file, always: row.trim_end().ends_with("| yes |") }
    });
    Ok(steps.collect())
}

/// The rules in a workspace of their own.
fn copy() -> Outcome<tempfile::TempDir> {
    let copy = tempfile::tempdir()?;
    for folder in COPIED {
        copied(&root().join(folder), &copy.path().join(folder))?;
    }
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let (_, rest) = manifest.split_once("members = [").ok_or("no members")?;
    let (_, rest) = rest.split_once(']').ok_or("no end of the members")?;
    let members: Vec<_> = COPIED.iter().map(|folder| format!("\"{folder}\"")).collect();
    fs::write(copy.path().join("Cargo.toml"), format!("[workspace]\nmembers = [{}]{rest}", members.join(", ")))?;
    fs::copy(root().join("Cargo.lock"), copy.path().join("Cargo.lock"))?;
    Ok(copy)
}

fn copied(from: &Path, to: &Path) -> Outcome {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        match path.is_dir() {
            // Tests have matches of their own, and the fuzzer a workspace.
            true if name == "tests" || name == "fuzz" || name == "vectors" => {}
            true => copied(&path, &to.join(name))?,
            false => drop(fs::copy(&path, to.join(name))?),
        }
    }
    Ok(())
}

/// The files in which the compiler asks for a match to be completed.
fn asked(copy: &Path) -> Outcome<BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--lib", "--package", "greatseal-protocol", "--message-format", "json"])
        // What the rules depend on is checked once.
        .env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("adding"))
        .current_dir(copy)
        .output()?;
    let mut files = BTreeSet::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let told: Value = serde_json::from_str(line)?;
        let message = &told["message"];
        if message["level"] != "error" || message["spans"].as_array().is_none_or(Vec::is_empty) {
            continue;
        }
        assert_eq!(message["code"]["code"], "E0004", "{}", message["rendered"]);
        let spans = message["spans"].as_array().into_iter().flatten().filter(|span| span["is_primary"] == true);
        files.extend(spans.filter_map(|span| span["file_name"].as_str()).map(str::to_owned));
    }
    if !output.status.success() && files.is_empty() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(files)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
