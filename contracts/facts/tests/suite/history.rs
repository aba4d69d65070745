//! Records of the golden histories: every kind of event is in them.

use greatseal_protocol::{
    event::{Event, Record},
    scale::DecodeAll,
};
use serde_json::Value;

/// All golden histories.
pub(crate) const ALL: [&str; 3] = ["records", "succession-records", "micronode-records"];

/// The records of one history.
pub(crate) fn golden(name: &str) -> Vec<Record> {
    let path = format!("{}/../protocol/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let record = |record: &Value| {
        let bytes = hex::decode(record["record"].as_str().unwrap()).unwrap();
        Record::decode_all(&mut &*bytes).unwrap()
    };
    vectors["records"].as_array().unwrap().iter().map(record).collect()
}

/// The first event of a kind in the history in which everything happens.
pub(crate) fn first(kind: &str) -> Event {
    golden("records").into_iter().map(|record| record.event).find(|event| event.kind() == kind).unwrap()
}
