//! Manifests: files of entries, checked without any chain.

use std::{fmt::Write as _, fs, path::Path};

use greatseal_tests::{
    Outcome,
    program::{Answer, command, run},
};
use serde_json::{Value, json};

/// `greatseal --json manifest …` in a folder.
pub(crate) async fn manifest(folder: &Path, args: &[&str]) -> Outcome<Answer> {
    let mut greatseal = command("greatseal", folder)?;
    greatseal.arg("--json").arg("manifest").args(args);
    Ok(run(greatseal).await?)
}

/// Entries of these amounts, from this person on.
pub(crate) fn entries(person: u32, amounts: &[u32]) -> Vec<Value> {
    let entry = |(index, amount): (u32, &u32)| {
        let unique = |kind: u32, digits: usize| format!("{:0>digits$x}", (kind << 16) + person + index);
        json!({
            "index": index,
            "person": { "key": "pensions-2026", "code": unique(1, 64) },
            "destination": format!("eip155:1:0x{}", unique(2, 40)),
            "amount": amount.to_string(),
            "eligibility": unique(3, 64), "revocation": unique(4, 64), "salt": unique(5, 32),
        })
    };
    (0..).zip(amounts).map(entry).collect()
}

/// One a line, as in a file.
pub(crate) fn lines(entries: &[Value]) -> String {
    entries.iter().fold(String::new(), |mut text, entry| {
        let _ = writeln!(text, "{entry}");
        text
    })
}

/// A header of the entries that were checked.
pub(crate) fn header(checked: &Value) -> Value {
    let hex = "11".repeat(32);
    json!({ "header": {
        "version": 1, "deployment": hex, "program": 2, "asset": hex, "payer": hex, "rail": "queryable", "rules": 1,
        "line": 1, "pay_on": "1800000000", "count": checked["count"], "total": checked["total"], "root": checked["root"],
        "parent": null,
    }})
}

/// A header in the first line says what the batch commits to, and is compared with the entries.
async fn headed(folder: &Path, first: &Value, sound: &[Value]) -> Outcome {
    let header = header(first);
    let file = folder.join("headed.jsonl");
    fs::write(&file, format!("{header}\n{}", lines(sound)))?;
    let done = manifest(folder, &["check", "headed.jsonl"]).await?.done()?;
    let mut bare = command("greatseal", folder)?;
    bare.args(["manifest", "hash", "headed.jsonl"]);
    assert_eq!(run(bare).await?.stdout.trim(), done["manifest"].as_str().unwrap_or("no hash"));
    let mut other = header.clone();
    other["header"]["total"] = json!("61");
    fs::write(&file, format!("{other}\n{}", lines(sound)))?;
    let answer = manifest(folder, &["check", "headed.jsonl"]).await?;
    assert!(answer.code == 3 && answer.stderr.contains("the header has 3 entries, 61"), "{answer:?}");
    // One header, in front of all entries; without one nothing is named.
    let text = lines(sound);
    let (one, others) = text.split_once('\n').ok_or("one entry")?;
    let mut again = sound.to_vec();
    again[1]["repays"] = json!(4);
    for (content, reason) in [
        (format!("{header}\n{header}\n{text}"), "line 2: is a second header: the one of line 1 names the batch"),
        (format!("{one}\n{header}\n{others}"), "line 2: is a header behind entries"),
        (format!("\n{header}\n{text}{header}\n"), "line 6: is a second header: the one of line 2"),
        (format!("{header}\n{}", lines(&again)), "line 3: has `repays`, and there is no parent"),
        (
            header.to_string().replace("null", &format!("\"{}\"", "22".repeat(32))) + "\n" + &text,
            "line 2: does not say with `repays`",
        ),
    ] {
        fs::write(&file, content)?;
        for command in ["check", "hash"] {
            let answer = manifest(folder, &[command, "headed.jsonl"]).await?;
            let other: Vec<_> = answer.stderr.lines().filter(|line| line.contains("index")).collect();
            assert!(answer.code == 3 && answer.stderr.contains(reason) && other.is_empty(), "{reason}: {answer:?}");
        }
    }
    fs::write(&file, text)?;
    manifest(folder, &["check", "headed.jsonl"]).await?.done()?;
    let answer = manifest(folder, &["hash", "headed.jsonl"]).await?;
    assert!(answer.code == 3 && answer.stderr.contains("headed.jsonl: has no header"), "{answer:?}");
    Ok(())
}

#[tokio::test]
async fn manifests_and_files_that_are_none() -> Outcome {
    let folder = tempfile::tempdir()?;
    let check = async |args: &[&str]| manifest(folder.path(), args).await;
    let sound = entries(0, &[10, 20, 30]);
    fs::write(folder.path().join("sound.jsonl"), lines(&sound))?;
    fs::write(folder.path().join("list.json"), json!(sound).to_string())?;
    fs::write(folder.path().join("whole.json"), json!({ "entries": sound }).to_string())?;
    let first = check(&["check", "sound.jsonl"]).await?.done()?;
    assert_eq!((&first["count"], &first["total"], &first["rail"]), (&json!(3), &json!("60"), &json!("queryable")));
    for file in ["list.json", "whole.json"] {
        assert_eq!(check(&["check", file]).await?.done()?["root"], first["root"], "{file}");
    }
    headed(folder.path(), &first, &sound).await?;

    let changed = |at: usize, field: &str, value: Value| {
        let mut entries = sound.clone();
        entries[at][field] = value;
        lines(&entries)
    };
    for (what, text, reason) in [
        ("index", changed(1, "index", json!(2)), "line 2: index 2 stands where 1 is expected"),
        ("nothing", changed(2, "amount", json!("0")), "line 3: pays nothing"),
        ("number", changed(2, "amount", json!("1.5")), "line 3: amount `1.5` is no whole number"),
        ("overflow", changed(2, "amount", json!(u128::MAX.to_string())), "line 3: with it the total is more than"),
        ("person", changed(1, "person", sound[0]["person"].clone()), "line 2: pays the person of line 1 again"),
        ("salt", changed(1, "salt", sound[0]["salt"].clone()), "line 2: has the salt of line 1"),
        ("short salt", changed(1, "salt", json!("aa")), "line 2: salt `aa` is not 32 hexadecimal digits"),
        ("place", changed(0, "destination", json!("nowhere")), "line 1: destination `nowhere` is no CAIP-10 account"),
        ("nowhere", changed(0, "destination", Value::Null), "line 1: does not say where it is paid to"),
        ("unknown", changed(1, "note", json!("x")), "unknown field `note`"),
        ("empty", String::new(), "a manifest has at least one entry"),
        ("words", "neither JSON nor entries\n".to_owned(), "line 1: column 2: expected"),
    ] {
        fs::write(folder.path().join("changed.jsonl"), text)?;
        let answer = check(&["check", "changed.jsonl"]).await?;
        let said = answer.stderr.contains(reason) && answer.stderr.contains("\nhelp: ");
        assert!(answer.code == 3 && said, "{what}: {answer:?}");
    }
    fs::write(folder.path().join("opaque.jsonl"), changed(0, "destination", Value::Null))?;
    check(&["check", "opaque.jsonl", "--rail", "opaque"]).await?.done()?;
    for args in [&["check", "missing.jsonl"][..], &["hash", "missing.jsonl"], &["check", "sound.jsonl", "--rail", "x"]]
    {
        assert_eq!(check(args).await?.code, 3, "{args:?}");
    }
    Ok(())
}
