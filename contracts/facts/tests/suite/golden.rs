//! Golden facts: for each kind of event one record and the JSON that is made of it, in `tests/golden/KIND.json`.
//!
//! `GREATSEAL_BLESS=1` writes them; otherwise the committed files must be what this code makes.

use crate::history;
use greatseal_facts as facts;
use greatseal_protocol::{
    bytes::to_hex,
    event::{Event, Record},
    scale::Encode,
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, env, fs, path::PathBuf};

/// The first record of the kind in any of the golden histories.
fn sample(histories: &[Vec<Record>], kind: &str) -> Record {
    let mut records = histories.iter().flatten();
    records.find(|record| record.event.kind() == kind).unwrap_or_else(|| panic!("no history has {kind}")).clone()
}

#[test]
fn golden_facts_of_every_kind_of_event() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let histories = history::ALL.map(history::golden);
    let mut expected = BTreeSet::new();
    for kind in Event::kinds() {
        let record = sample(&histories, kind);
        let facts = facts::event(&record.event).unwrap();
        assert_eq!(facts.kind, kind);
        let golden = json!({ "record": to_hex(&record.encode()), "event": facts });
        let file = folder.join(format!("{kind}.json"));
        if env::var_os("GREATSEAL_BLESS").is_some() {
            fs::write(&file, serde_json::to_string_pretty(&golden).unwrap() + "\n").unwrap();
        }
        let help = "scripts/bless-vectors.sh writes it anew";
        let text = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}; {help}", file.display()));
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), golden, "{kind}: {help}");
        expected.insert(file);
    }
    assert!(expected.len() > 50, "{}", expected.len());
    let there: BTreeSet<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(there, expected);
}
