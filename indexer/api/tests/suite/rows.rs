//! Facts and words of a row.

use crate::history::{History, verify};
use greatseal_api::{
    verify::{Cause, Fault},
    wire::EventRow,
};
use serde_json::{Value, json};

#[test]
fn rule_46_words_are_no_evidence_and_may_be_worded_otherwise() {
    let history = History::all();
    let mut rows = history.rows();
    for row in &mut rows {
        for (label, value) in &mut row.fields {
            *label = format!("a better word for {label}");
            value.push_str(", as we say today");
        }
        row.fields.reverse();
    }
    let verified = verify(&history.deployment, &rows).expect("bytes, places and links are as they were");
    assert_eq!(verified.last, history.verify().unwrap().last);
}

#[test]
fn rule_46_whatever_is_shown_as_a_fact_is_what_the_bytes_say() {
    let history = History::all();
    let at = 40;
    type Change = (&'static str, fn(&mut EventRow));
    let changes: [Change; 9] = [
        ("seq", |row| row.seq.push('0')),
        ("at", |row| row.at.push('0')),
        ("door", |row| row.door = "direct".into()),
        ("envelope", |row| row.envelope = Some("00".repeat(32))),
        ("actor", |row| row.actor = None),
        ("kind", |row| row.kind = "Vetoed".into()),
        ("proposal", |row| row.proposal = Some("7.S0.0".into())),
        ("block_hash", |row| row.block_hash.insert_str(0, "0x")),
        ("record", |row| row.record.insert_str(0, "0x")),
    ];
    for (field, change) in changes {
        let mut rows = history.rows();
        change(&mut rows[at]);
        let fault = verify(&history.deployment, &rows).expect_err(field);
        assert_eq!(fault, Fault::Event { seq: 40, cause: Cause::Shown { field } });
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

#[test]
fn rule_46_a_field_that_nobody_looks_at_is_refused() {
    let row = History::all().rows().remove(3);
    let mut told = serde_json::to_value(&row).unwrap();
    assert_eq!(serde_json::from_value::<EventRow>(told.clone()).unwrap(), row);
    told["approved_by"] = json!("the whole parliament");
    let error = serde_json::from_value::<EventRow>(told).unwrap_err().to_string();
    assert!(error.contains("unknown field `approved_by`"), "{error}");
    let twice = serde_json::to_string(&row).unwrap().replacen("{\"seq\"", "{\"kind\":\"Lifted\",\"seq\"", 1);
    assert!(serde_json::from_str::<EventRow>(&twice).is_err_and(|error| error.to_string().contains("duplicate")));
    let Value::Object(fields) = serde_json::to_value(&row).unwrap() else { panic!("no object") };
    for field in fields.keys() {
        let mut fewer = fields.clone();
        fewer.remove(field);
        // What may be absent is null, and absent is null too.
        let optional = ["envelope", "actor", "proposal"].contains(&field.as_str());
        assert_eq!(serde_json::from_value::<EventRow>(fewer.into()).is_ok(), optional, "{field}");
    }
}
