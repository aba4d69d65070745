//! Rows as they are shown: typed, each fact once, and nothing that is not known.

use greatseal_api::{render, wire::EventRow};
use greatseal_log::leaf::{EDITION, Leaf};
use greatseal_protocol::{
    event::Record,
    scale::{DecodeAll, Encode},
};
use greatseal_trail::tree::leaf_hash;
use serde_json::{Value, json};

/// Every kind of event.
fn rows() -> Vec<EventRow> {
    let row = |record: &Record| {
        let leaf = Leaf {
            edition: EDITION,
            block_number: 5,
            block_hash: [5; 32],
            time_ms: 7_000,
            extrinsic: 1,
            index: 2,
            transaction: [3; 32],
            record: Encode::encode(record),
        };
        render::event_row(record, &leaf, &leaf_hash(&leaf.to_bytes().unwrap())).unwrap()
    };
    golden("records").iter().map(row).collect()
}

/// Records of a golden history.
pub(crate) fn golden(name: &str) -> Vec<Record> {
    let path = crate::vectors::path(&format!("{name}.json"));
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let record = |value: &Value| {
        let bytes = hex::decode(value["record"].as_str().unwrap()).unwrap();
        Record::decode_all(&mut &*bytes).unwrap()
    };
    vectors["records"].as_array().unwrap().iter().map(record).collect()
}

/// Of two values of one name a reader may see the first, and another the last.
#[test]
fn rule_46_a_fact_stands_once() {
    let rows = rows();
    let row = rows.iter().find(|row| row.event.kind == "Decided").unwrap();
    let text = serde_json::to_string(row).unwrap();
    assert!(serde_json::from_str::<EventRow>(&text).is_ok());
    let twice = text.replacen("\"fields\":{", "\"fields\":{\"seat\":\"S9\",", 1);
    let error = serde_json::from_str::<EventRow>(&twice).unwrap_err().to_string();
    assert!(error.contains("the name `seat` stands twice"), "{error}");
    let list = text.replacen("\"fields\":{", "\"fields\":[],\"fields\":{", 1);
    assert!(serde_json::from_str::<EventRow>(&list).is_err());
}

#[test]
fn rule_46_a_field_that_nobody_looks_at_is_refused() {
    let row = rows().remove(3);
    let mut told = serde_json::to_value(&row).unwrap();
    assert_eq!(serde_json::from_value::<EventRow>(told.clone()).unwrap(), row);
    told["approved_by"] = json!("the whole parliament");
    let error = serde_json::from_value::<EventRow>(told).unwrap_err().to_string();
    assert!(error.contains("unknown field `approved_by`"), "{error}");
    let mut inside = serde_json::to_value(&row).unwrap();
    inside["event"]["approved_by"] = json!("the whole parliament");
    let error = serde_json::from_value::<EventRow>(inside).unwrap_err().to_string();
    assert!(error.contains("unknown field `approved_by`"), "{error}");
    let twice = serde_json::to_string(&row).unwrap().replacen("{\"seq\"", "{\"door\":\"direct\",\"seq\"", 1);
    assert!(serde_json::from_str::<EventRow>(&twice).is_err_and(|error| error.to_string().contains("duplicate")));
    let Value::Object(fields) = serde_json::to_value(&row).unwrap() else { panic!("no object") };
    for field in fields.keys() {
        let mut fewer = fields.clone();
        fewer.remove(field);
        // What may be absent is null, and absent is null too.
        let optional = ["envelope", "actor", "proposal", "words"].contains(&field.as_str());
        assert_eq!(serde_json::from_value::<EventRow>(fewer.into()).is_ok(), optional, "{field}");
    }
}
