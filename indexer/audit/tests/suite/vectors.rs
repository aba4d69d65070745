//! Golden vectors of the log, beside those of the protocol. `docs/protocol/vectors.md` explains them.
//!
//! `GREATSEAL_BLESS=1` writes them; otherwise the committed file must be what this code makes, byte for byte.

use crate::json::{Json, hex, text};
use greatseal_log::{files::File, leaf::Leaf};
use greatseal_made::Made;
use greatseal_trail::tree::{Frontier, leaf_hash};
use std::{fs, path::Path};

/// The history of a micronode as a log: leaves with their hashes and the root behind each, and what is kept beside them.
fn leaves() -> Json {
    let log = Made::golden("micronode-records", "micronode-envelopes").log();
    let mut tree = Frontier::new();
    let mut leaves = Vec::new();
    for part in File::entries(log.head.size) {
        let mut entries = &*log.files[&File::Entries(part)];
        while let Some((length, rest)) = entries.split_first_chunk::<2>() {
            let (bytes, rest) = rest.split_at(u16::from_be_bytes(*length).into());
            entries = rest;
            let (leaf, _) = Leaf::parse(bytes).unwrap();
            tree.push(leaf_hash(bytes)).unwrap();
            leaves.push(Json::Object(vec![
                ("block_number", text(leaf.block_number)),
                ("block_hash", hex(leaf.block_hash)),
                ("time_ms", text(leaf.time_ms)),
                ("extrinsic_index", text(leaf.extrinsic)),
                ("event_index", text(leaf.index)),
                ("transaction", hex(leaf.transaction)),
                ("record", hex(&leaf.record)),
                ("leaf", hex(bytes)),
                ("hash", hex(leaf_hash(bytes).bytes())),
                ("root", hex(tree.root().bytes())),
            ]));
        }
    }
    assert_eq!(tree.root().to_string(), log.head.root);
    let file =
        |is: fn(&File) -> bool| log.files.iter().find(|(file, _)| is(file)).map(|(_, bytes)| hex(bytes)).unwrap();
    Json::Object(vec![
        ("deployment", hex(log.deployment.deployment)),
        ("first_block", text(log.head.first_block)),
        ("last_block", text(log.head.last_block)),
        ("last_block_hash", Json::Text(log.head.last_block_hash.clone())),
        ("leaves", Json::List(leaves)),
        ("evidence", file(|file| matches!(file, File::Evidence(_)))),
        ("headers", file(|file| matches!(file, File::Headers(_)))),
        ("metadata", file(|file| matches!(file, File::Metadata { .. }))),
    ])
}

#[test]
fn vectors_of_leaves_are_the_committed_bytes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contracts/protocol/vectors/leaves.json");
    let produced = leaves().to_file();
    if std::env::var("GREATSEAL_BLESS").is_ok_and(|value| value == "1") {
        fs::write(&path, &produced).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == produced, "leaves.json differs: scripts/bless-vectors.sh writes it anew");
}
