//! Golden answers: for each type of answer the JSON of an example, in `tests/golden`. `scripts/bless-vectors.sh` writes
//! them anew, and nobody changes them by accident.

mod examples;
mod orders;
mod page;
mod schema;

use greatseal_cli::answers::Answer;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::{Path, PathBuf},
};

/// An answer with fixed values.
pub(super) struct Example {
    /// Name of its file.
    name: &'static str,
    /// Name of its type.
    answer: String,
    json: Value,
    schema: Value,
    lines: Vec<String>,
}

impl Example {
    fn of<A: Answer>(name: &'static str, answer: &A) -> Self {
        let whole = std::any::type_name::<A>();
        let lines = answer.lines().iter().map(|(label, value)| format!("{label}: {value}")).collect();
        let answer_type = whole.rsplit("::").next().unwrap().to_owned();
        Self {
            name,
            answer: answer_type,
            json: serde_json::to_value(answer).unwrap(),
            schema: schema::of::<A>(),
            lines,
        }
    }
}

fn examples() -> Vec<Example> {
    let mut examples = examples::all();
    examples.extend(orders::all());
    examples
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Rust files of a folder.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else {
            found.push(fs::read_to_string(entry).unwrap());
        }
    }
    found
}

/// Names of all fields, and which answers have them. What other documents describe is left out: rows of the audit database, a
/// signing journal's own lines, documents of proposals.
fn fields(of: &str, value: &Value, found: &mut BTreeMap<String, BTreeSet<String>>) {
    // Facts of events and actions, and documents, have pages of their own.
    const ELSEWHERE: [&str; 7] = ["event", "entry", "texts", "fields", "action", "document", "replaces"];
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                found.entry(name.clone()).or_default().insert(of.to_owned());
                if !ELSEWHERE.contains(&name.as_str()) && of != "governance-log" {
                    fields(of, value, found);
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| fields(of, value, found)),
        _ => {}
    }
}

#[test]
fn each_answer_is_its_golden_json() {
    let folder = here("tests/golden");
    fs::create_dir_all(&folder).unwrap();
    // Examples of one name stand in one file.
    let mut goldens: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    examples().into_iter().for_each(|example| goldens.entry(example.name).or_default().push(example.json));
    let mut expected = BTreeSet::new();
    for (name, mut all) in goldens {
        let json = if all.len() == 1 { all.remove(0) } else { Value::Array(all) };
        let file = folder.join(format!("{name}.json"));
        if env::var_os("GREATSEAL_BLESS").is_some() {
            fs::write(&file, serde_json::to_string_pretty(&json).unwrap() + "\n").unwrap();
        }
        let help = "scripts/bless-vectors.sh writes it anew";
        let text = fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}; {help}", file.display()));
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), json, "{name}: {help}");
        expected.insert(file);
    }
    let there: BTreeSet<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(there, expected, "a file of no example");
}

#[test]
fn every_type_of_answer_has_an_example() {
    let sources = sources(&here("src"));
    let named = |line: &str| Some(line.trim().strip_prefix("impl Answer for ")?.strip_suffix(" {")?.to_owned());
    let types: BTreeSet<_> = sources.iter().flat_map(|text| text.lines().filter_map(named)).collect();
    assert!(types.len() > 25, "{types:?}");
    let shown: BTreeSet<_> = examples().into_iter().map(|example| example.answer).collect();
    assert_eq!(types, shown);
}

/// A command that answers without a type of its own would answer what no golden file has.
#[test]
fn nothing_else_is_written_as_json() {
    let made = ["json!(", "serde_json::to_string(", "Printable::json("];
    let mut found = Vec::new();
    for text in sources(&here("src")) {
        let production = text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = production.lines().map(str::trim).filter(|line| !line.starts_with("//"));
        found.extend(lines.filter(|line| made.iter().any(|made| line.contains(made))).map(str::to_owned));
    }
    // The answer itself; rows of an export; what a deployment knows where its file could not be written.
    let allowed = [
        "let text = serde_json::to_string(answer).map_err(|error| CliError::NotTold(error.into()))?;",
        "say(&Printable::json(text));",
        "let text = serde_json::to_string(&row).map_err(|error| CliError::Failed(error.to_string()))?;",
        "let known = json!({",
        "format!(\"the contract is deployed, and this file could not be written ({error}): {}\", json!(deployment));",
    ];
    found.retain(|line| !allowed.contains(&line.as_str()));
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn fields_have_one_form_and_are_documented() {
    let mut found = BTreeMap::new();
    for Example { name, json, .. } in examples() {
        fields(name, &json, &mut found);
    }
    // Councils are the names of fields where each has a number.
    found.retain(|name, _| !name.starts_with(char::is_uppercase) && !["eip155", "rtgs"].contains(&name.as_str()));
    let snake =
        |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let wrong: Vec<_> = found.keys().filter(|name| !snake(name)).collect();
    assert_eq!(wrong, Vec::<&String>::new(), "names are snake_case");
    let page = fs::read_to_string(here("../../docs/answers.md")).unwrap();
    let missing: Vec<_> = found.iter().filter(|(name, _)| !page.contains(&format!("`{name}`"))).collect();
    assert_eq!(missing, Vec::new(), "docs/answers.md does not name them");
    for example in examples() {
        assert!(
            page.contains(&format!("golden/{}.json", example.name)),
            "docs/answers.md does not name {}",
            example.name
        );
    }
}

/// Lines are made of the fields: no value is told to people that programs do not get.
#[test]
fn numbers_and_hashes_of_the_lines_are_in_the_json() {
    let told = |character: char| !character.is_ascii_alphanumeric();
    for Example { name, json, lines, .. } in examples() {
        let text = json.to_string();
        for line in &lines {
            let long =
                line.split(told).filter(|word| word.len() >= 9 && word.bytes().all(|byte| byte.is_ascii_hexdigit()));
            for word in long.filter(|word| word.bytes().any(|byte| byte.is_ascii_digit())) {
                assert!(text.contains(word), "{name}: {line}: {word}");
            }
        }
    }
}
