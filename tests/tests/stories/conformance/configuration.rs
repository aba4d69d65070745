//! The configuration files of docs/config name every key with its real default, and every key stands in them.

use std::{collections::BTreeSet, fs, path::Path};

use greatseal_host::config::{Draft, Key, Kind};
use greatseal_tests::Outcome;
use serde::{Serialize, de::DeserializeOwned};

#[test]
fn of_the_relayer() -> Outcome {
    use greatseal_relayer::config::{Config, KEYS};
    agrees::<Config>(
        "relayer.toml",
        KEYS,
        "[deployment]\nfile = \"deployment.json\"\n[journal]\nfile = \"relayer.db\"\n",
    )
}

#[test]
fn of_the_indexer() -> Outcome {
    use greatseal_indexer::config::{Config, KEYS};
    agrees::<Config>(
        "indexer.toml",
        KEYS,
        "[deployment]\nfile = \"deployment.json\"\n[database]\nfile = \"audit.db\"\n",
    )
}

fn agrees<C>(name: &str, keys: &'static [Key], least: &str) -> Outcome
where
    C: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug,
{
    let reference = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/config").join(name))?;
    let home = tempfile::tempdir()?;
    let settle = |text: &str| -> Outcome<C> {
        let file = home.path().join("service.toml");
        fs::write(&file, text)?;
        let settled = Draft::begin(keys, Some(&file)).and_then(Draft::settle::<C>);
        Ok(settled.map_err(|error| format!("{name}: {error}\nin\n{text}"))?.config)
    };

    let least = settle(least)?;
    assert_eq!(settle(&reference)?, least, "{name} as it stands is the least that is required");
    assert_eq!(settle(&with(&reference, "# "))?, least, "a commented default is not the real one");

    // Examples and other kinds are taken, and what the types hold is what the files and the tables of keys name.
    let mut written = paths(&toml::from_str(&with(&reference, "# "))?);
    let mut held = paths(&toml::Table::try_from(&least)?);
    for other in examples(&with(&reference, "# ")).into_iter().chain(kinds(&reference)) {
        let config = settle(&other)?;
        written.extend(paths(&toml::from_str(&other)?));
        held.extend(paths(&toml::Table::try_from(&config)?));
    }
    let known: BTreeSet<_> = keys.iter().map(|key| key.path.to_owned()).collect();
    assert_eq!(written, known, "{name} and the table of keys");
    assert_eq!(held, known, "the type and the table of keys");
    for key in keys {
        let switch = key.switch.is_none_or(|switch| reference.contains(switch));
        assert!(switch, "{name} does not name {:?} of {}", key.switch, key.path);
        let secret = key.path.ends_with("_file");
        assert_eq!(secret, key.kind == Kind::SecretFile, "{}: `_file` is for files with secrets", key.path);
    }
    Ok(())
}

/// With every default stated.
fn with(reference: &str, mark: &str) -> String {
    let line = |line: &str| match line.strip_prefix(mark) {
        Some(value) if is_assignment(value) => format!("{value}\n"),
        _ => format!("{line}\n"),
    };
    reference.lines().map(line).collect()
}

/// The reference with an example instead of its default, for each example.
fn examples(reference: &str) -> Vec<String> {
    let lines: Vec<&str> = reference.lines().collect();
    let example = |(place, line): (usize, &&str)| {
        let example = line.strip_prefix("# Example: ")?;
        let name = example.split_inclusive(" = ").next()?;
        // An example stands above its key.
        let next = lines.iter().skip(place).position(|line| line.starts_with(name))?.saturating_add(place);
        let changed = lines.iter().enumerate().map(|(at, line)| if at == next { example } else { line });
        Some(changed.collect::<Vec<_>>().join("\n"))
    };
    let examples: Vec<_> = lines.iter().enumerate().filter_map(example).collect();
    let stated = lines.iter().filter(|line| line.starts_with("# Example: ")).count();
    assert_eq!(examples.len(), stated, "an example stands without its key");
    examples
}

/// The reference with what is indented in it, for each block: what has no default. A block begins with `kind`, or with its section.
fn kinds(reference: &str) -> Vec<String> {
    let (mut section, mut blocks) = ("", Vec::<(&str, String)>::new());
    for line in reference.lines() {
        if line.starts_with('[') {
            section = line;
        }
        let Some(line) = line.strip_prefix("#   ").filter(|line| is_assignment(line)) else { continue };
        match blocks.last_mut().filter(|(of, _)| *of == section && !line.starts_with("kind = ")) {
            Some((_, block)) => block.push_str(&format!("{line}\n")),
            None => blocks.push((section, format!("{line}\n"))),
        }
    }
    let with = |(section, block): &(&str, String)| reference.replace(&format!("{section}\n"), &format!("{section}\n{block}"));
    blocks.iter().map(with).collect()
}

fn is_assignment(line: &str) -> bool {
    let name = line.split(" = ").next().unwrap_or_default();
    line.contains(" = ") && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

fn paths(table: &toml::Table) -> BTreeSet<String> {
    let sections = table.iter().filter_map(|(section, value)| Some((section, value.as_table()?)));
    sections.flat_map(|(section, values)| values.keys().map(move |name| format!("{section}.{name}"))).collect()
}
