//! The tables of `docs/answers.md`: every type of an answer with its fields, as the sources document them.

use super::here;
use greatseal_facts::kebab;
use std::{env, fmt::Write as _, fs, path::Path};

/// Behind this line of the page the tables stand.
const MARK: &str = "<!-- Behind this line: written by scripts/bless-vectors.sh from relayer/cli/src/answers. -->\n";

#[test]
fn the_page_has_every_type_with_its_fields() {
    let path = here("../../docs/answers.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, tables) = page.split_once(MARK).unwrap();
    let expected = written();
    assert!(expected.matches("\n| `").count() > 250, "{expected}");
    if env::var_os("GREATSEAL_BLESS").is_some() {
        fs::write(&path, format!("{head}{MARK}{expected}")).unwrap();
        return;
    }
    assert_eq!(tables, expected, "scripts/bless-vectors.sh writes it anew");
}

fn written() -> String {
    let mut page = String::new();
    files(&here("src/answers"), &mut page);
    page
}

fn files(folder: &Path, page: &mut String) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => files(&path, page),
            false => file(&fs::read_to_string(&path).unwrap(), page),
        }
    }
}

/// The types of a file, below its first sentence.
fn file(source: &str, page: &mut String) {
    let mut types = String::new();
    let (mut docs, mut lines) = (String::new(), source.lines());
    while let Some(line) = lines.next() {
        match line.strip_prefix("/// ") {
            Some(text) => {
                docs.push_str(text);
                docs.push(' ');
            }
            None if line.starts_with("#[") || line == "///" => {}
            None => {
                let name = |kind| line.strip_prefix(kind)?.strip_suffix(" {");
                if let Some(name) = name("pub struct ").or_else(|| name("pub enum ")) {
                    let body: Vec<_> = lines.by_ref().take_while(|line| *line != "}").collect();
                    table(name, &docs, &body, &mut types);
                }
                docs.clear();
            }
        }
    }
    if !types.is_empty() {
        let title: String = source.lines().map_while(|line| line.strip_prefix("//! ")).collect::<Vec<_>>().join(" ");
        let _ = write!(page, "\n## {}\n{types}", title.trim_end_matches('.'));
    }
}

/// One type: its fields, or the words that it may be.
fn table(name: &str, docs: &str, body: &[&str], page: &mut String) {
    let mut rows = String::new();
    let (mut said, mut flattened) = (String::new(), false);
    for line in body.iter().map(|line| line.trim()) {
        if let Some(text) = line.strip_prefix("/// ") {
            said.push_str(text);
            said.push(' ');
        } else if line.starts_with("#[") {
            flattened |= line.contains("flatten");
        } else if let Some((field, ty)) = line.trim_start_matches("pub ").trim_end_matches(',').split_once(": ") {
            let form = if flattened { format!("the fields of {}", form(ty)) } else { form(ty) };
            let _ = writeln!(rows, "| `{field}` | {form} | {} |", said.trim_end());
            (said, flattened) = (String::new(), false);
        } else if line.starts_with(char::is_uppercase) {
            let variant = line.split([' ', ',', '(', '{']).next().unwrap_or_default();
            let _ = writeln!(rows, "| `{}` | | {} |", kebab(variant), said.trim_end());
            said.clear();
        }
    }
    if !rows.is_empty() {
        let _ = write!(
            page,
            "\n### {name}\n\n{}\n\n| field or word | form | meaning |\n|---|---|---|\n{rows}",
            docs.trim_end()
        );
    }
}

/// How values of a Rust type look in JSON.
fn form(ty: &str) -> String {
    let inside = |outer: &str| ty.strip_prefix(outer).and_then(|rest| rest.strip_suffix('>'));
    if let Some(inner) = inside("Option<") {
        return format!("{} or null", form(inner));
    }
    if let Some(inner) = inside("Vec<").or_else(|| ty.strip_prefix("Vec<")) {
        return format!("list: {}", form(inner.trim_end_matches(';')));
    }
    if let Some(inner) = inside("Box<") {
        return form(inner);
    }
    if let Some(inner) = inside("BTreeMap<") {
        return format!("object: {}", inner.split_once(", ").map_or_else(String::new, |(_, value)| form(value)));
    }
    match ty {
        "Text<u64>" | "Text<u128>" => "decimal text".to_owned(),
        "u8" | "u16" | "u32" | "u64" => "number".to_owned(),
        "bool" => "true or false".to_owned(),
        "String" | "&'static str" => "text".to_owned(),
        "PerCouncil" => "object: number".to_owned(),
        hex if hex.starts_with("Hex<") => "hexadecimal".to_owned(),
        id => match id.strip_prefix("Text<").and_then(|rest| rest.strip_suffix('>')) {
            Some(id) => format!("text of {}", last(id)),
            None => last(id).to_owned(),
        },
    }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}
