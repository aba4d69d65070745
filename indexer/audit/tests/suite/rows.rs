//! Facts and words of a row.

use crate::history::{History, verify};
use greatseal_api::{verify::{Cause, Fault, Verifier}, wire::EventRow};
use greatseal_facts::EventFacts;
use serde_json::{Map, Value, json};

#[test]
fn rule_46_words_are_no_evidence_and_may_be_worded_otherwise() {
    let history = History::all();
    let mut rows = history.rows();
    for row in &mut rows {
        for (label, value) in &mut row.words {
            *label = format!("a better word for {label}");
            value.push_str(", as we say today");
        }
        row.words.reverse();
    }
    let verified = verify(&history.deployment, &rows).expect("bytes, places and links are as they were");
    assert_eq!(verified.last, history.verify().unwrap().last);
    rows.iter_mut().for_each(|row| row.words.clear());
    assert_eq!(verify(&history.deployment, &rows).expect("words may be left out").last, verified.last);
}

#[test]
fn rule_46_whatever_is_shown_as_a_fact_is_what_the_bytes_say() {
    let history = History::all();
    let at = 40;
    type Change = (&'static str, fn(&mut EventRow));
    let changes: [Change; 10] = [
        ("seq", |row| row.seq.push('0')),
        ("at", |row| row.at.push('0')),
        ("door", |row| row.door = "direct".into()),
        ("envelope", |row| row.envelope = Some("00".repeat(32))),
        ("actor", |row| row.actor = None),
        ("event.kind", |row| row.event.kind = "Vetoed".into()),
        ("event.subject", |row| row.event.subject = "war".into()),
        ("proposal", |row| row.proposal = Some("7.S0.0".into())),
        ("block_hash", |row| row.block_hash.insert_str(0, "0x")),
        ("record", |row| row.record.insert_str(0, "0x")),
    ];
    for (field, change) in changes {
        let mut rows = history.rows();
        change(&mut rows[at]);
        let fault = verify(&history.deployment, &rows).expect_err(field);
        assert_eq!(fault, Fault::Event { seq: 40, cause: Cause::Shown { field: field.into() } });
    }
    let places: [fn(&mut EventRow); 6] = [
        |row| row.block_number += 1,
        |row| row.extrinsic_index += 1,
        |row| row.event_index += 1,
        |row| row.previous = "11".repeat(32),
        |row| row.hash = "11".repeat(32),
        |row| row.block_hash = "11".repeat(32),
    ];
    for change in places {
        let mut rows = history.rows();
        change(&mut rows[at]);
        let fault = verify(&history.deployment, &rows).expect_err("the link covers it");
        assert_eq!(fault, Fault::Event { seq: 40, cause: Cause::Link });
    }
}

/// Every fact of every event, however deep: changed, left out, or with another one beside it.
#[test]
fn rule_46_no_fact_of_an_event_can_be_changed() {
    let history = History::all();
    let rows = history.rows();
    let mut verifier = Verifier::new(history.deployment);
    let mut tried = 0;
    for row in &rows {
        let seq: u64 = row.seq.parse().unwrap();
        let refused = |fields: Map<String, Value>| {
            let event = EventFacts { fields, ..row.event.clone() };
            let fault = verifier.read(&EventRow { event, ..row.clone() }).expect_err("a fact was changed");
            let Fault::Event { seq: found, cause: Cause::Shown { field } } = fault else { panic!("{fault}") };
            assert_eq!(found, seq);
            assert!(field.starts_with("event.fields."), "{field}");
        };
        let facts = Value::Object(row.event.fields.clone());
        for at in places(&facts) {
            for forge in [changed, left_out, joined] {
                let mut forged = facts.clone();
                if forge(forged.pointer_mut(&at).unwrap()) {
                    let Value::Object(fields) = forged else { panic!("no object") };
                    refused(fields);
                    tried += 1;
                }
            }
        }
        let entry = verifier.read(row).unwrap();
        verifier.fold(entry).unwrap();
    }
    assert!(tried > 4_000, "{tried}");
}

/// JSON pointers to every value.
fn places(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), value)).collect(),
        _ => Vec::new(),
    };
    let deeper = children
        .iter()
        .flat_map(|(name, value)| places(value).into_iter().map(move |rest| format!("/{name}{rest}")))
        .collect::<Vec<_>>();
    [vec![String::new()], deeper].concat()
}

fn changed(value: &mut Value) -> bool {
    *value = match value {
        Value::Null => json!("0"),
        Value::Bool(yes) => json!(!*yes),
        Value::Number(number) => json!(number.as_u64().unwrap() + 1),
        Value::String(text) => json!(format!("{text}0")),
        Value::Array(_) | Value::Object(_) => return false,
    };
    true
}

fn left_out(value: &mut Value) -> bool {
    match value {
        Value::Array(list) => list.pop().is_some(),
        Value::Object(map) => match map.keys().next().cloned() {
            Some(name) => map.remove(&name).is_some(),
            None => false,
        },
        _ => false,
    }
}

fn joined(value: &mut Value) -> bool {
    match value {
        Value::Array(list) => list.push(json!(0)),
        Value::Object(map) => drop(map.insert("approved_by".into(), json!("the whole parliament"))),
        _ => return false,
    }
    true
}

/// Of two values of one name a reader may see the first, and the verifier the last.
#[test]
fn rule_46_a_fact_stands_once() {
    let rows = History::all().rows();
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
    let row = History::all().rows().remove(3);
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
