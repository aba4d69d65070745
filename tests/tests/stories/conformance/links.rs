//! Every link of the documents leads somewhere: to a file of the repository, and to a heading of it.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

use greatseal_tests::Outcome;

/// Where documents lie, besides the root itself.
const FOLDERS: [&str; 2] = ["docs", "contracts/protocol/fuzz"];

#[test]
fn every_link_leads_to_a_file_and_a_heading() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut documents = Vec::new();
    for entry in fs::read_dir(&root)? {
        documents.extend(Some(entry?.path()).filter(|path| is_document(path)));
    }
    for folder in FOLDERS {
        collect(&root.join(folder), &mut documents)?;
    }
    let (mut links, mut broken) = (0, Vec::new());
    for document in &documents {
        for link in links_of(&fs::read_to_string(document)?) {
            links += 1;
            if let Some(fault) = fault(document, &link)? {
                broken.push(format!("{}: {link}: {fault}", document.strip_prefix(&root)?.display()));
            }
        }
    }
    assert!(documents.len() > 70 && links > 200, "{} documents, {links} links", documents.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    Ok(())
}

#[test]
fn every_way_to_lead_nowhere_is_found() -> Outcome {
    let architecture = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/architecture.md");
    for (link, wants) in [
        ("missing.md", Some("no such file")),
        ("governance.md#no-such-heading", Some("no such heading")),
        ("#no-such-heading", Some("no such heading")),
        ("protocol/rules-policy.md#42-rows", None),
        ("../README.md", None),
        ("#http", None),
        ("adr", None),
    ] {
        assert_eq!(fault(&architecture, link)?, wants, "{link}");
    }
    let text = "[a](one.md) and\n```text\n[b](two.md)\n```\n[c](https://example.org), [d](#three) `[e](four.md)`";
    assert_eq!(links_of(text), ["one.md", "#three"]);
    assert_eq!(anchor("6. Life of a `Proposal`: it's [long](x.md)"), "6-life-of-a-proposal-its-long");
    Ok(())
}

fn fault(document: &Path, link: &str) -> Outcome<Option<&'static str>> {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = match file {
        "" => document.to_path_buf(),
        file => plain(&document.parent().ok_or("no folder")?.join(file)),
    };
    if !target.exists() {
        return Ok(Some("no such file"));
    }
    let found = heading.is_empty() || !is_document(&target) || anchors(&fs::read_to_string(&target)?).contains(heading);
    Ok((!found).then_some("no such heading"))
}

/// Targets of the relative links, without code.
fn links_of(text: &str) -> Vec<String> {
    let prose: String = outside(text, "```").map(|part| outside(part, "`").collect::<String>()).collect();
    let targets = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.starts_with("http")).map(str::to_owned).collect()
}

/// The parts that do not stand between two marks.
fn outside<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(mark).step_by(2)
}

fn anchors(text: &str) -> BTreeSet<String> {
    let lines: Vec<&str> = outside(text, "```").flat_map(str::lines).collect();
    lines.into_iter().filter(|line| line.starts_with('#')).map(|line| anchor(line.trim_start_matches('#'))).collect()
}

/// A heading as hosts of repositories name it: lower case, without signs, spaces as hyphens.
fn anchor(heading: &str) -> String {
    let mut words = String::new();
    for (at, part) in heading.split("](").enumerate() {
        // What follows a link's text is its target, up to the bracket.
        words.push_str(if at == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) });
    }
    let kept = words.trim().to_lowercase();
    kept.chars()
        .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter))
        .map(|letter| if letter == ' ' { '-' } else { letter })
        .collect()
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

fn collect(folder: &Path, documents: &mut Vec<PathBuf>) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, documents)?;
        } else if is_document(&path) {
            documents.push(path);
        }
    }
    Ok(())
}

/// The path without `..`, so that a link out of the repository does not pass by way of a folder that is not there.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
