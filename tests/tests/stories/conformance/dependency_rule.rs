//! Who may depend on whom: edges go to lower layers only, and what is dangerous or heavy is known to one crate each.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use greatseal_tests::Outcome;
use serde_json::Value;

/// Every crate of the project with its folder and its layer.
const CRATES: [(&str, &str, u8); 33] = [
    ("greatseal-edwards", "contracts/edwards", 0),
    ("greatseal-printable", "deploy/printable", 0),
    ("greatseal-spelling", "deploy/spelling", 0),
    ("greatseal-postgres", "tests/postgres", 0),
    ("greatseal-protocol", "contracts/protocol", 1),
    ("greatseal-wire", "relayer/wire", 1),
    ("greatseal-host", "deploy/host", 1),
    ("greatseal-block", "indexer/block", 1),
    ("greatseal-trail", "indexer/trail", 1),
    ("greatseal-models", "contracts/models", 2),
    ("greatseal-facts", "contracts/facts", 2),
    ("greatseal-deployment", "contracts/deployment", 2),
    ("greatseal-signing", "relayer/signing", 2),
    ("greatseal-log", "indexer/log", 2),
    ("greatseal-content", "indexer/content", 2),
    ("greatseal-store", "deploy/store", 2),
    ("greatseal-made", "tests/made", 3),
    ("greatseal-fuzz", "contracts/protocol/fuzz", 3),
    ("greatseal-contract", "contracts/governance", 3),
    ("greatseal-client", "contracts/client", 3),
    ("greatseal-api", "indexer/api", 3),
    ("greatseal-bundle", "indexer/bundle", 3),
    ("greatseal-vault", "indexer/vault", 3),
    ("greatseal-artefact", "contracts/governance/artefact", 4),
    ("greatseal-audit", "indexer/audit", 4),
    ("greatseal-payer", "relayer/payer", 4),
    ("greatseal-relayer", "relayer/daemon", 5),
    ("greatseal-indexer", "indexer/service", 5),
    ("greatseal-devnet", "deploy/devnet", 5),
    ("greatseal-devnet-runtime", "deploy/devnet/runtime", 5),
    ("greatseal", "relayer/cli", 6),
    ("greatseal-lab", "tests/lab", 7),
    ("greatseal-tests", "tests", 7),
];
/// The one edge inside a layer: the runtime is a crate of its own only because it is built for no_std as well.
const EXCEPTION: (&str, &str) = ("greatseal-devnet", "greatseal-devnet-runtime");
/// Neighbours: no crate of the one knows a crate of the other, but the command line, which stands above both.
const NEIGHBOURS: [&str; 2] = ["relayer/", "indexer/"];
const ABOVE: &str = "greatseal";
/// Pure, and for both: journals of the relayer are trails too (ADR 66).
const SHARED: &str = "greatseal-trail";
/// Keys of every purpose are one library's, and the indexer signs its checkpoints (ADR 69). Nobody else of `indexer/` holds a
/// key: a verifier must not.
const SIGNING: (&str, &str) = ("greatseal-indexer", "greatseal-signing");
/// What only some crates may know.
const RESERVED: [(&str, &[&str]); 14] = [
    ("age", &["greatseal-content"]),
    ("object_store", &["greatseal-vault"]),
    ("subxt", &["greatseal-client"]),
    ("subxt-signer", &["greatseal-client"]),
    ("cryptoki", &["greatseal-signing"]),
    ("argon2", &["greatseal-signing"]),
    ("chacha20poly1305", &["greatseal-signing"]),
    ("ink", &["greatseal-contract", "greatseal-artefact"]),
    ("sqlx", &["greatseal-store", "greatseal-relayer"]),
    ("frame-metadata", &["greatseal-block", "greatseal-made"]),
    ("twox-hash", &["greatseal-block"]),
    ("icu_properties", &["greatseal-printable"]),
    ("stateright", &["greatseal-models"]),
    ("libfuzzer-sys", &["greatseal-fuzz"]),
];
/// What crates may know only to be tested.
const RESERVED_FOR_TESTS: [(&str, &str); 5] = [
    ("subxt", "greatseal-tests"),
    ("subxt-signer", "greatseal-tests"),
    ("sqlx", "greatseal-tests"),
    ("sqlx", "greatseal-indexer"),
    ("age", "greatseal-tests"),
];

/// One crate of a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Package {
    name: String,
    folder: String,
}

/// One line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    from: String,
    to: String,
    dev: bool,
}

#[test]
fn the_project_keeps_the_rule() -> Outcome {
    let (packages, edges) = project()?;
    assert!(packages.len() > 10 && edges.len() > 100, "cargo told of {packages:?} only");
    assert_eq!(broken(&packages, &edges), Vec::<String>::new());
    assert_eq!(packages.len(), CRATES.len(), "a crate of this test is gone");
    Ok(())
}

#[test]
fn the_documents_say_the_same() -> Outcome {
    let architecture = fs::read_to_string(root().join("docs/architecture.md"))?;
    let crates = part(&architecture, "## Crates")?;
    let table: BTreeSet<_> = rows(crates).map(|row| (word(row[0]), word(row[1]))).collect();
    let known: BTreeSet<_> = CRATES.iter().map(|(name, folder, _)| (*name, *folder)).collect();
    assert_eq!(table, known, "the table of crates");

    let rule = part(&architecture, "## Dependency rule")?;
    let layers: BTreeSet<_> = rule.lines().filter_map(layer_line).flatten().collect();
    let known: BTreeSet<_> = CRATES.iter().map(|(name, _, layer)| (*layer, short(name).to_owned())).collect();
    assert_eq!(layers, known, "the layers");

    let homes = rows(rule)
        .flat_map(|row| words(row[0]).into_iter().map(move |name| (name, words(row[1]).into_iter().collect())));
    let homes: BTreeMap<_, BTreeSet<_>> = homes.collect();
    let known = RESERVED.iter().map(|(name, crates)| {
        let tests = RESERVED_FOR_TESTS.iter().filter(|(reserved, _)| reserved == name).map(|(_, tests)| tests);
        (*name, crates.iter().chain(tests).filter_map(|name| folder(name)).collect())
    });
    assert_eq!(homes, known.collect(), "the homes of foreign crates");

    let readme = fs::read_to_string(root().join("README.md"))?;
    let folders: Vec<_> = rows(part(&readme, "## Folders")?).map(|row| word(row[0])).collect();
    for (_, folder, _) in CRATES {
        let named = Path::new(folder).ancestors().any(|above| folders.iter().any(|named| above == Path::new(named)));
        assert!(named, "README names no folder of {folder}");
    }
    Ok(())
}

#[test]
fn switches_go_no_further_than_the_commands() -> Outcome {
    let sources = root().join("relayer/cli/src");
    let above = |path: &Path| {
        let first = path.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
        first.is_some_and(|first| ["cli", "cli.rs", "commands", "commands.rs", "main.rs", "lib.rs"].contains(&&*first))
    };
    let mut looked_at = 0;
    for path in files(&sources)? {
        let name = path.strip_prefix(&sources)?;
        if above(name) {
            continue;
        }
        looked_at += 1;
        let text = fs::read_to_string(&path)?;
        let found = ["clap", "cli::", "commands::"].into_iter().find(|word| text.contains(word));
        assert_eq!(found, None, "{} stands below the commands", name.display());
    }
    assert!(looked_at > 30, "{looked_at} files only");
    Ok(())
}

#[test]
fn every_way_to_break_the_rule_is_named() {
    let cases = [
        (
            edge("greatseal-protocol", "greatseal-client"),
            "greatseal-protocol (layer 1) depends on greatseal-client (layer 3)",
        ),
        (edge("greatseal-api", "greatseal-client"), "greatseal-api (layer 3) depends on greatseal-client (layer 3)"),
        (
            edge("greatseal-relayer", "greatseal-indexer"),
            "greatseal-relayer (layer 5) depends on greatseal-indexer (layer 5)",
        ),
        (
            edge("greatseal-relayer", "greatseal-api"),
            "greatseal-relayer depends on greatseal-api: relayer/ and indexer/ know nothing of each other",
        ),
        (
            edge("greatseal-indexer", "greatseal-wire"),
            "greatseal-indexer depends on greatseal-wire: relayer/ and indexer/ know nothing of each other",
        ),
        (
            edge("greatseal-audit", "greatseal-signing"),
            "greatseal-audit depends on greatseal-signing: relayer/ and indexer/ know nothing of each other",
        ),
        (edge("greatseal-trail", "greatseal-wire"), "greatseal-trail (layer 1) depends on greatseal-wire (layer 1)"),
        (
            Edge { dev: true, ..edge("greatseal-indexer", "greatseal-wire") },
            "greatseal-indexer depends on greatseal-wire: relayer/ and indexer/ know nothing of each other",
        ),
        (
            edge("greatseal-devnet-runtime", "greatseal-devnet"),
            "greatseal-devnet-runtime (layer 5) depends on greatseal-devnet (layer 5)",
        ),
        (
            edge("greatseal-indexer", "greatseal-tests"),
            "greatseal-indexer (layer 5) depends on greatseal-tests (layer 7)",
        ),
        (
            Edge { dev: true, ..edge("greatseal-client", "greatseal-relayer") },
            "greatseal-client (layer 3) depends on greatseal-relayer (layer 5)",
        ),
        (edge("greatseal-client", "greatseal-new"), "greatseal-client depends on greatseal-new, which has no layer"),
        (edge("greatseal-relayer", "subxt"), "greatseal-relayer depends on subxt, which is for greatseal-client only"),
        (
            edge("greatseal-tests", "subxt-signer"),
            "greatseal-tests depends on subxt-signer, which is for greatseal-client only",
        ),
        (
            edge("greatseal-relayer", "cryptoki"),
            "greatseal-relayer depends on cryptoki, which is for greatseal-signing only",
        ),
        (
            edge("greatseal-protocol", "ink"),
            "greatseal-protocol depends on ink, which is for greatseal-contract, greatseal-artefact only",
        ),
        (edge("greatseal", "sqlx"), "greatseal depends on sqlx, which is for greatseal-store, greatseal-relayer only"),
    ];
    for (edge, sentence) in cases {
        assert_eq!(broken(&[], &[edge]), [sentence]);
    }
    let package = |name: &str, folder: &str| Package { name: name.to_owned(), folder: folder.to_owned() };
    assert_eq!(
        broken(&[package("greatseal-new", "relayer/new")], &[]),
        ["greatseal-new has no layer: give it one in this test"]
    );
    assert_eq!(
        broken(&[package("greatseal-client", "relayer/chain")], &[]),
        ["greatseal-client lies in relayer/chain, not in contracts/client"]
    );
}

#[test]
fn what_the_rule_allows_is_not_named() {
    let allowed = [
        edge("greatseal-protocol", "greatseal-edwards"),
        edge("greatseal-contract", "greatseal-protocol"),
        edge("greatseal-relayer", "greatseal-client"),
        edge("greatseal-indexer", "greatseal-client"),
        edge("greatseal", "greatseal-api"),
        edge("greatseal", "greatseal-wire"),
        edge("greatseal-relayer", "greatseal-trail"),
        edge("greatseal-signing", "greatseal-trail"),
        edge("greatseal-indexer", "greatseal-signing"),
        edge("greatseal-devnet", "greatseal-devnet-runtime"),
        edge("greatseal-tests", "greatseal-protocol"),
        edge("greatseal-client", "subxt"),
        Edge { dev: true, ..edge("greatseal-tests", "subxt") },
        edge("greatseal-protocol", "sha2"),
    ];
    assert_eq!(broken(&[], &allowed), Vec::<String>::new());
}

/// A sentence for every crate without a layer or in another folder, and for every forbidden edge.
fn broken(packages: &[Package], edges: &[Edge]) -> Vec<String> {
    let misplaced = packages.iter().filter_map(|Package { name, folder: found }| match folder(name) {
        None => Some(format!("{name} has no layer: give it one in this test")),
        Some(home) if home != found => Some(format!("{name} lies in {found}, not in {home}")),
        Some(_) => None,
    });
    misplaced.chain(edges.iter().filter_map(forbidden)).collect()
}

fn forbidden(edge: &Edge) -> Option<String> {
    let (from, to) = (edge.from.as_str(), edge.to.as_str());
    if let Some((_, allowed)) = RESERVED.iter().find(|(reserved, _)| *reserved == to) {
        let may = allowed.contains(&from) || edge.dev && RESERVED_FOR_TESTS.contains(&(to, from));
        return (!may).then(|| format!("{from} depends on {to}, which is for {} only", allowed.join(", ")));
    }
    match (layer(from), layer(to)) {
        (_, None) if to.starts_with("greatseal") => Some(format!("{from} depends on {to}, which has no layer")),
        (Some(above), Some(below)) if above <= below && (from, to) != EXCEPTION => {
            Some(format!("{from} (layer {above}) depends on {to} (layer {below})"))
        }
        (Some(_), Some(_)) if from != ABOVE && to != SHARED && (from, to) != SIGNING && neighbours(from, to) => {
            let [one, other] = NEIGHBOURS;
            Some(format!("{from} depends on {to}: {one} and {other} know nothing of each other"))
        }
        _ => None,
    }
}

/// Whether two crates lie in folders that know nothing of each other.
fn neighbours(from: &str, to: &str) -> bool {
    let side = |name: &str| NEIGHBOURS.iter().position(|side| folder(name).is_some_and(|home| home.starts_with(side)));
    side(from).zip(side(to)).is_some_and(|(one, other)| one != other)
}

fn layer(name: &str) -> Option<u8> {
    CRATES.iter().find(|(known, ..)| *known == name).map(|(_, _, layer)| *layer)
}

fn folder(name: &str) -> Option<&'static str> {
    CRATES.iter().find(|(known, ..)| *known == name).map(|(_, folder, _)| *folder)
}

/// A crate's name as the document has it.
fn short(name: &str) -> &str {
    name.strip_prefix("greatseal-").unwrap_or(name)
}

/// A chapter of a document, without its heading.
fn part<'a>(document: &'a str, heading: &str) -> Outcome<&'a str> {
    let (_, rest) = document.split_once(&format!("\n{heading}\n")).ok_or_else(|| format!("no {heading}"))?;
    Ok(rest.split("\n## ").next().unwrap_or(rest))
}

/// Rows of a chapter's tables, without their heads.
fn rows(chapter: &str) -> impl Iterator<Item = Vec<&str>> {
    let rows = chapter.lines().filter_map(|line| line.strip_prefix("| `").map(|_| line));
    rows.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
}

/// What stands in backticks.
fn words(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn word(cell: &str) -> &str {
    words(cell).first().copied().unwrap_or_default()
}

/// `2  models, signing` as pairs of layer and name.
fn layer_line(line: &str) -> Option<Vec<(u8, String)>> {
    let (layer, names) = line.split_once("  ")?;
    let layer = layer.parse().ok()?;
    Some(names.split(", ").map(|name| (layer, name.trim().to_owned())).collect())
}

/// Crates and edges of all workspaces.
fn project() -> Outcome<(Vec<Package>, Vec<Edge>)> {
    let root = root().canonicalize()?;
    let (mut packages, mut edges) = (Vec::new(), Vec::new());
    for manifest in ["Cargo.toml", "contracts/governance/Cargo.toml", "contracts/protocol/fuzz/Cargo.toml"] {
        let metadata = metadata(&root.join(manifest))?;
        for package in metadata["packages"].as_array().ok_or("no packages")? {
            let (name, manifest) = (text(&package["name"]), text(&package["manifest_path"]));
            let folder = Path::new(&manifest).parent().ok_or("no folder")?.strip_prefix(&root)?;
            packages.push(Package { name: name.clone(), folder: folder.display().to_string() });
            edges.extend(package["dependencies"].as_array().ok_or("no dependencies")?.iter().map(|dependency| Edge {
                from: name.clone(),
                to: text(&dependency["name"]),
                dev: dependency["kind"] == "dev",
            }));
        }
    }
    Ok((packages, edges))
}

/// Every Rust file of a folder.
fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path)?),
            false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
            false => {}
        }
    }
    Ok(found)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn edge(from: &str, to: &str) -> Edge {
    Edge { from: from.to_owned(), to: to.to_owned(), dev: false }
}

fn metadata(manifest: &Path) -> Outcome<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path"]).arg(manifest);
    let output = cargo.output()?;
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout)?),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
