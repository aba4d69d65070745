//! JSON Schemas of the answers, in `docs/protocol/schemas/answers`: one file for each type, made from the types.

use super::{examples, here};
use greatseal_cli::answers::Answer;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    process::Command,
};

/// The schema of a type of answers.
pub(super) fn of<A: Answer>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<A>().to_value()
}

#[test]
fn each_type_of_answer_has_its_schema() {
    let folder = here("../../docs/protocol/schemas/answers");
    let schemas: BTreeMap<_, _> = examples().into_iter().map(|example| (example.answer, example.schema)).collect();
    let help = "scripts/bless-vectors.sh writes it anew";
    let mut expected = BTreeSet::new();
    for (answer, schema) in schemas {
        let file = folder.join(format!("{answer}.json"));
        if env::var_os("GREATSEAL_BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&file, serde_json::to_string_pretty(&schema).unwrap() + "\n").unwrap();
        }
        let text = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}; {help}", file.display()));
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), schema, "{answer}: {help}");
        expected.insert(file);
    }
    let there: BTreeSet<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(there, expected, "a schema of no answer");
}

/// What the validator of `docs/examples` says of documents: how many are valid, and how many are not.
fn judged(answer: &str, documents: &[Value]) -> String {
    let file = env::temp_dir().join(format!("greatseal-{answer}-{}.jsonl", std::process::id()));
    let lines: String = documents.iter().map(|document| format!("{document}\n")).collect();
    fs::write(&file, lines).unwrap();
    let schema = here(&format!("../../docs/protocol/schemas/answers/{answer}.json"));
    let script = here("../../docs/examples/validate.py");
    let output = Command::new("/usr/bin/python3").arg("-B").arg(script).arg(schema).arg(&file).output().unwrap();
    fs::remove_file(file).unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!said.is_empty(), "apt-get install python3-jsonschema: {}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Each example with one of its fields left out, which no answer does.
fn altered(document: &Value) -> Vec<Value> {
    let fields = document.as_object().unwrap();
    let without = |name: &String| {
        let mut fields = fields.clone();
        fields.remove(name);
        Value::Object(fields)
    };
    fields.keys().map(without).collect()
}

#[test]
fn schemas_take_the_examples_and_refuse_altered_ones() {
    let mut answers: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    examples().into_iter().for_each(|example| answers.entry(example.answer).or_default().push(example.json));
    for (answer, documents) in answers {
        let said = judged(&answer, &documents);
        assert!(said.ends_with(&format!("{} valid, 0 not\n", documents.len())), "{answer}: {said}");
        // One kind of failure has fields that others lack.
        if answer == "Failure" {
            continue;
        }
        let altered: Vec<Value> = documents.iter().flat_map(altered).collect();
        let said = judged(&answer, &altered);
        assert!(said.ends_with(&format!("0 valid, {} not\n", altered.len())), "{answer}: {said}");
    }
}
