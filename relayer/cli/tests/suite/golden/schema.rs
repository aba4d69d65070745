//! JSON Schemas of the answers, in `docs/protocol/schemas/answers`: one file for each type, made from the types.

use super::{examples, here};
use greatseal_cli::answers::Answer;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
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
