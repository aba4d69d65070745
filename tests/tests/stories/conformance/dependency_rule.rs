//! Who may depend on whom: edges go to lower layers only, and what is dangerous or heavy is known to one crate each.

use std::{path::Path, process::Command};

use greatseal_tests::Outcome;
use serde_json::Value;

/// Every crate of the project with its layer.
const LAYERS: [(&str, u8); 18] = [
    ("greatseal-edwards", 0),
    ("greatseal-protocol", 1),
    ("greatseal-printable", 1),
    ("greatseal-contract", 3),
    ("greatseal-chain", 2),
    ("greatseal-signing", 2),
    ("greatseal-api", 2),
    ("greatseal-host", 2),
    ("greatseal-artefact", 4),
    ("greatseal-relayer", 3),
    ("greatseal-indexer", 3),
    ("greatseal", 3),
    ("greatseal-devnet", 3),
    ("greatseal-devnet-runtime", 3),
    ("greatseal-models", 2),
    ("greatseal-fuzz", 3),
    ("greatseal-lab", 4),
    ("greatseal-tests", 4),
];
/// The one edge inside a layer: the runtime is a crate of its own only because it is built for no_std as well.
const EXCEPTION: (&str, &str) = ("greatseal-devnet", "greatseal-devnet-runtime");
/// What only some crates may know.
const RESERVED: [(&str, &[&str]); 10] = [
    ("subxt", &["greatseal-chain"]),
    ("subxt-signer", &["greatseal-chain"]),
    ("cryptoki", &["greatseal-signing"]),
    ("argon2", &["greatseal-signing"]),
    ("chacha20poly1305", &["greatseal-signing"]),
    ("ink", &["greatseal-contract", "greatseal-artefact"]),
    ("sqlx", &["greatseal-relayer", "greatseal-indexer"]),
    ("icu_properties", &["greatseal-printable"]),
    ("stateright", &["greatseal-models"]),
    ("libfuzzer-sys", &["greatseal-fuzz"]),
];
/// What crates may know only to be tested.
const RESERVED_FOR_TESTS: [(&str, &str); 2] = [("subxt", "greatseal-tests"), ("subxt-signer", "greatseal-tests")];

/// One line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edge {
    from: String,
    to: String,
    dev: bool,
}

#[test]
fn the_project_keeps_the_rule() -> Outcome {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut names = Vec::new();
    let mut edges = Vec::new();
    for manifest in ["Cargo.toml", "contracts/governance/Cargo.toml", "contracts/protocol/fuzz/Cargo.toml"] {
        let metadata = metadata(&root.join(manifest))?;
        for package in metadata["packages"].as_array().ok_or("no packages")? {
            names.push(text(&package["name"]));
            edges.extend(package["dependencies"].as_array().ok_or("no dependencies")?.iter().map(|dependency| Edge {
                from: text(&package["name"]),
                to: text(&dependency["name"]),
                dev: dependency["kind"] == "dev",
            }));
        }
    }
    assert!(names.len() > 10 && edges.len() > 100, "cargo told of {names:?} only");
    assert_eq!(broken(&names, &edges), Vec::<String>::new());
    Ok(())
}

#[test]
fn every_way_to_break_the_rule_is_named() {
    let cases = [
        (
            edge("greatseal-protocol", "greatseal-chain"),
            "greatseal-protocol (layer 1) depends on greatseal-chain (layer 2)",
        ),
        (edge("greatseal-api", "greatseal-chain"), "greatseal-api (layer 2) depends on greatseal-chain (layer 2)"),
        (
            edge("greatseal-relayer", "greatseal-indexer"),
            "greatseal-relayer (layer 3) depends on greatseal-indexer (layer 3)",
        ),
        (
            edge("greatseal-devnet-runtime", "greatseal-devnet"),
            "greatseal-devnet-runtime (layer 3) depends on greatseal-devnet (layer 3)",
        ),
        (
            edge("greatseal-indexer", "greatseal-tests"),
            "greatseal-indexer (layer 3) depends on greatseal-tests (layer 4)",
        ),
        (
            Edge { dev: true, ..edge("greatseal-chain", "greatseal-relayer") },
            "greatseal-chain (layer 2) depends on greatseal-relayer (layer 3)",
        ),
        (edge("greatseal-chain", "greatseal-new"), "greatseal-chain depends on greatseal-new, which has no layer"),
        (edge("greatseal-relayer", "subxt"), "greatseal-relayer depends on subxt, which is for greatseal-chain only"),
        (
            edge("greatseal-tests", "subxt-signer"),
            "greatseal-tests depends on subxt-signer, which is for greatseal-chain only",
        ),
        (
            edge("greatseal-relayer", "cryptoki"),
            "greatseal-relayer depends on cryptoki, which is for greatseal-signing only",
        ),
        (
            edge("greatseal-protocol", "ink"),
            "greatseal-protocol depends on ink, which is for greatseal-contract, greatseal-artefact only",
        ),
        (
            edge("greatseal", "sqlx"),
            "greatseal depends on sqlx, which is for greatseal-relayer, greatseal-indexer only",
        ),
    ];
    for (edge, sentence) in cases {
        assert_eq!(broken(&[], &[edge]), [sentence]);
    }
    assert_eq!(broken(&["greatseal-new".into()], &[]), ["greatseal-new has no layer: give it one in this test"]);
}

#[test]
fn what_the_rule_allows_is_not_named() {
    let allowed = [
        edge("greatseal-protocol", "greatseal-edwards"),
        edge("greatseal-contract", "greatseal-protocol"),
        edge("greatseal-relayer", "greatseal-chain"),
        edge("greatseal-devnet", "greatseal-devnet-runtime"),
        edge("greatseal-tests", "greatseal-protocol"),
        edge("greatseal-chain", "subxt"),
        Edge { dev: true, ..edge("greatseal-tests", "subxt") },
        edge("greatseal-protocol", "sha2"),
    ];
    assert_eq!(broken(&LAYERS.map(|(name, _)| name.to_owned()), &allowed), Vec::<String>::new());
}

/// A sentence for every crate without a layer and every forbidden edge.
fn broken(names: &[String], edges: &[Edge]) -> Vec<String> {
    let strangers = names.iter().filter(|name| layer(name).is_none());
    let strangers = strangers.map(|name| format!("{name} has no layer: give it one in this test"));
    strangers.chain(edges.iter().filter_map(forbidden)).collect()
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
        _ => None,
    }
}

fn layer(name: &str) -> Option<u8> {
    LAYERS.iter().find(|(known, _)| *known == name).map(|(_, layer)| *layer)
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
