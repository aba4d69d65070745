//! The JSON Schemas take what they describe, and refuse it once it is altered.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use greatseal_tests::{
    Outcome,
    schema::{folder, judge},
};
use serde_json::{Value, json};

use crate::forging::golden;

/// Members that may be left out, wherever they stand: null, or filled in.
const OPTIONAL: [&str; 11] =
    ["actor", "attachments", "envelope", "name", "params", "path", "proposal", "schema", "text", "typeName", "words"];
/// Objects whose members have names of their own.
const MAPS: [&str; 3] = ["named", "cells", "narrower"];

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/protocol/vectors")
}

fn read(path: &Path) -> Outcome<Value> {
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// Names of the JSON files in a folder.
fn files(folder: &Path) -> Outcome<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        names.extend(entry?.file_name().to_str().filter(|name| name.ends_with(".json")).map(str::to_owned));
    }
    Ok(names)
}

/// The schema of a file of vectors: a story that is told of another deployment has that of the first.
fn schema_of(name: &str) -> String {
    let name = ["micronode-", "succession-"].into_iter().find_map(|story| name.strip_prefix(story)).unwrap_or(name);
    format!("vectors/{name}")
}

/// A row for each kind of event, with its golden facts.
fn rows() -> Outcome<Vec<Value>> {
    let first = serde_json::to_value(golden()?.first().ok_or("no row")?)?;
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/facts/tests/golden");
    let mut rows = Vec::new();
    for name in files(&facts)? {
        let mut row = first.clone();
        row["event"] = read(&facts.join(name))?["event"].clone();
        rows.push(row);
    }
    Ok(rows)
}

/// Documents of proposals, and JSON that is none, from the vectors.
fn documents(part: &str) -> Outcome<Vec<Value>> {
    let file = read(&vectors().join("canonical-json.json"))?;
    let entries = file[part].as_array().ok_or("no entries")?;
    let text = |entry: &Value| entry["text"].as_str().map(serde_json::from_str::<Value>);
    entries.iter().map(|entry| Ok(text(entry).ok_or("no text")??)).collect()
}

fn lines(documents: &[Value]) -> Outcome<tempfile::NamedTempFile> {
    let file = tempfile::Builder::new().suffix(".jsonl").tempfile()?;
    fs::write(file.path(), documents.iter().map(|document| format!("{document}\n")).collect::<String>())?;
    Ok(file)
}

fn valid(schema: &str, documents: &[Value]) -> Outcome {
    let judged = judge(schema, lines(documents)?.path())?;
    assert!(judged.faults.is_empty() && judged.valid == documents.len() && judged.valid > 0, "{schema}: {judged:?}");
    Ok(())
}

/// None of the alterations is taken. Each has a word for what was done.
fn refused(schema: &str, altered: &[(String, Value)]) -> Outcome {
    let documents: Vec<Value> = altered.iter().map(|(_, document)| document.clone()).collect();
    let judged = judge(schema, lines(&documents)?.path())?;
    let found: BTreeSet<usize> = judged
        .faults
        .iter()
        .filter_map(|fault| fault.split_once(".jsonl:")?.1.split_once(':')?.0.parse().ok())
        .collect();
    let missed: Vec<&str> =
        (1..).zip(altered).filter(|(line, _)| !found.contains(line)).map(|(_, (what, _))| what.as_str()).collect();
    assert!(missed.is_empty() && !altered.is_empty(), "{schema} takes what was altered: {missed:?}");
    Ok(())
}

/// The document with each value changed into one of another type, each member left out, and a member more in each object.
fn alterations(document: &Value) -> Vec<(String, Value)> {
    let mut altered = Vec::new();
    let mut alter = |what: String, at: &str, change: &dyn Fn(&mut Value)| {
        let mut other = document.clone();
        other.pointer_mut(at).into_iter().for_each(change);
        altered.push((what, other));
    };
    let mut places = vec![(String::new(), document)];
    while let Some((at, value)) = places.pop() {
        alter(format!("{at} is a half"), &at, &|value| *value = json!(0.5));
        let name = at.rsplit('/').next().unwrap_or_default();
        match value {
            Value::Object(members) => {
                alter(format!("{at} has a member more"), &at, &|value| value["another"] = json!({ "a": 1 }));
                for (member, inner) in members {
                    if !OPTIONAL.contains(&member.as_str()) && !MAPS.contains(&name) {
                        alter(format!("{at} has no {member}"), &at, &|value| {
                            if let Value::Object(members) = value {
                                members.remove(member);
                            }
                        });
                    }
                    places.push((format!("{at}/{member}"), inner));
                }
            }
            Value::Array(list) => places.extend(list.iter().enumerate().map(|(n, inner)| (format!("{at}/{n}"), inner))),
            _ => {}
        }
    }
    altered
}

/// At most two entries of each list at the top: the others are no different.
fn short(mut document: Value) -> Value {
    for member in document.as_object_mut().into_iter().flat_map(|members| members.values_mut()) {
        if let Some(list) = member.as_array_mut() {
            list.truncate(2);
        }
    }
    document
}

#[test]
fn every_file_of_the_vectors_has_its_schema() -> Outcome {
    let mut used = BTreeSet::new();
    for name in files(&vectors())? {
        let schema = schema_of(&name);
        let judged = judge(&schema, &vectors().join(&name))?;
        assert!(judged.valid == 1 && judged.faults.is_empty(), "{name}: {judged:?}");
        used.extend(schema.strip_prefix("vectors/").map(str::to_owned));
    }
    assert_eq!(used, files(&folder().join("vectors"))?);
    Ok(())
}

#[test]
fn a_vector_that_was_altered_is_refused() -> Outcome {
    for name in files(&folder().join("vectors"))? {
        let mut sample = short(read(&vectors().join(&name))?);
        // Of the registry, a type of each sort.
        if let Some(types) = sample.pointer_mut("/registry/types").and_then(Value::as_array_mut) {
            types.truncate(12);
        }
        refused(&format!("vectors/{name}"), &alterations(&sample))?;
    }
    Ok(())
}

#[test]
fn rows_of_every_kind_have_their_schema_and_altered_ones_are_refused() -> Outcome {
    let (deployment, history) = (greatseal_made::Made::all().log().deployment, golden()?);
    let history = history.iter().map(serde_json::to_value).collect::<Result<Vec<_>, _>>()?;
    valid("event-row.json", &history)?;
    let rows = rows()?;
    assert!(rows.len() > 50, "{}", rows.len());
    valid("event-row.json", &rows)?;
    let mut altered = Vec::new();
    for row in &rows {
        let kind = row["event"]["kind"].as_str().unwrap_or_default();
        // The genesis is a long list of rows and seats that are all of one form.
        let changes = alterations(&row["event"]).into_iter().take(150).map(|(what, event)| {
            let mut row = row.clone();
            row["event"] = event;
            (format!("{kind}{what}"), row)
        });
        altered.extend(changes);
    }
    let first = rows.first().ok_or("no row")?;
    altered.extend(alterations(&json!({ "words": [["a", "b"]] })).into_iter().skip(2).map(|(what, other)| {
        let mut row = first.clone();
        row["words"] = other["words"].clone();
        (format!("words{what}"), row)
    }));
    for (member, wrong) in [
        ("seq", json!(7)),
        ("seq", json!("07")),
        ("door", json!("window")),
        ("envelope", json!("00".repeat(31))),
        ("actor", json!("rsa:00")),
        ("proposal", json!("12.S0")),
        ("block_number", json!(5)),
        ("block_hash", json!(format!("0x{}", "00".repeat(32)))),
        ("record", json!("abc")),
        ("hash", json!("AB".repeat(32))),
        ("extrinsic_index", json!("1")),
        ("event_index", json!(4_294_967_296_u64)),
    ] {
        let mut row = first.clone();
        row[member] = wrong.clone();
        altered.push((format!("{member}: {wrong}"), row));
    }
    refused("event-row.json", &altered)?;

    let deployment = serde_json::to_value(&deployment)?;
    valid("deployment.json", std::slice::from_ref(&deployment))?;
    refused("deployment.json", &alterations(&deployment))?;
    Ok(())
}

#[test]
fn documents_of_proposals_have_their_schema() -> Outcome {
    let documents_of_proposals = documents("proposals")?;
    valid("document.json", &documents_of_proposals)?;
    let others = documents("no_proposals")?.into_iter().map(|other| (other.to_string(), other));
    let whole = documents_of_proposals.first().ok_or("no document")?;
    // Most attachments are no evidence.
    let altered = alterations(whole).into_iter().filter(|(what, _)| !what.ends_with(" has no kind"));
    refused("document.json", &others.chain(altered).collect::<Vec<_>>())?;
    valid("document-draft.json", &documents_of_proposals)?;
    // A schema does not see a name that stands twice; the validator does.
    let twice = tempfile::Builder::new().suffix(".json").tempfile()?;
    fs::write(twice.path(), whole.to_string().replacen('{', "{\"risk\":\"none\",", 1))?;
    assert!(judge("document.json", twice.path())?.faults[0].contains("a name stands twice"));
    Ok(())
}

#[test]
fn the_files_of_a_bundle_have_their_schemas_and_altered_ones_are_refused() -> Outcome {
    use greatseal_bundle::{Bundle, filter::Filter, parts::Part, seal, select::select};
    let (log, whole, chosen) = (greatseal_made::Made::all().log(), tempfile::tempdir()?, tempfile::tempdir()?);
    log.write(whole.path());
    seal::parts(whole.path(), &log.deployment)?;
    let filter = Filter { programme: Some(7), since: Some(1), ..Filter::default() };
    select(&Bundle::folder(whole.path()), chosen.path(), &log.deployment, &filter)?;
    for part in Part::ALL {
        let text = fs::read_to_string(whole.path().join(part.name()))?;
        let documents = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
        let schema = match part {
            Part::Approvals => "approval.json",
            Part::Contents => "content.json",
            Part::RuleSets => "rule-sets.json",
            Part::Batches | Part::Exceptions | Part::Programmes | Part::Settlement => "part.json",
        };
        valid(schema, &documents)?;
        let first = documents.first().ok_or("no document")?;
        // A row more or less is seen by whoever makes the part again; facts of events have a test of their own.
        let altered = alterations(&short(first.clone())).into_iter().filter(|(what, _)| !what.contains("/event/"));
        refused(schema, &altered.take(300).collect::<Vec<_>>())?;
    }
    let head: Value = read(&chosen.path().join("selection.json"))?;
    valid("selection.json", std::slice::from_ref(&head))?;
    refused("selection.json", &alterations(&head))?;
    Ok(())
}
