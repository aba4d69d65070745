//! The policy table in words, and a table that is checked before anybody proposes it.

use std::{fs, time::Duration};

use greatseal_tests::{
    Outcome,
    program::run,
    world::{Options, World, artefact},
};
use serde_json::{Value, json};

const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };

#[tokio::test]
async fn a_table_is_shown_and_checked() -> Outcome {
    let world = World::start(BARE).await?;
    let deployed = world.greatseal(&["policy", "show"]).await?.done()?;
    let default = world.greatseal(&["policy", "show", "--default"]).await?.done()?;
    assert_eq!(deployed["rows"], default["rows"], "all councils have seats: no row was left out");
    assert_eq!((&deployed["councils"], &deployed["profile"]), (&default["councils"], &json!("standard")));
    let rows = deployed["rows"].as_array().ok_or("no rows")?;
    let of = |name: &str| rows.iter().find(|row| row["row"] == name).cloned().unwrap_or_default();
    assert_eq!(rows.len(), 37);
    assert_eq!((&of("policy-table")["delay"], &of("policy-table")["approvals"]), (&json!(172_800), &json!(4)));
    let words = of("bridge-loosen")["words"].as_str().unwrap_or_default().to_owned();
    assert!(
        words.starts_with("3 of 5 of Sovereign (at least 1), Treasury (at least 1); decided within 1 d"),
        "{words}"
    );

    for (args, file) in [
        (&["policy", "show", "--toml"][..], "deployed.toml"),
        (&["policy", "show", "--default", "--profile", "micronode", "--toml"], "micronode.toml"),
    ] {
        let shown = run(world.command(args)?).await?;
        assert_eq!(shown.code, 0, "{shown:?}");
        fs::write(world.file(file), &shown.stdout)?;
        let checked = world.greatseal(&["policy", "check", file]).await?.done()?;
        assert_eq!(checked["holds"], "yes");
    }
    let table = fs::read_to_string(world.file("deployed.toml"))?;
    for (change, invariant, row) in [
        (changed(&table, "policy-table", "delay = \"2 d\"", "delay = \"1 d\"")?, 9, "policy-table"),
        (changed(&table, "routine-upgrade", "delay = \"1 h\"", "delay = \"0 s\"")?, 11, "routine-upgrade"),
        (changed(&table, "custody", "approvals = 2", "approvals = 1")?, 2, "custody"),
        (changed(&table, "emergency-pause", "window = \"1 h\"", "window = \"30 min\"")?, 9, "emergency-pause"),
    ] {
        fs::write(world.file("changed.toml"), change)?;
        let checked = world.greatseal(&["policy", "check", "changed.toml"]).await?;
        assert_eq!(checked.code, 8, "{row}: {checked:?}");
        assert_eq!((&checked.json["invariant"], &checked.json["row"]), (&json!(invariant), &json!(row)), "{checked:?}");
        assert!(checked.stderr.contains(&format!("invariant {invariant} (")), "{checked:?}");
    }
    fs::write(world.file("words.toml"), "neither = a table")?;
    fs::write(world.file("unknown.toml"), table.replacen("approvals", "aprovals", 1))?;
    fs::write(world.file("row.toml"), table.replacen("custody", "costody", 1))?;
    for file in ["words.toml", "unknown.toml", "row.toml", "missing.toml"] {
        let checked = world.greatseal(&["policy", "check", file]).await?;
        assert_eq!((checked.code, checked.json["help"].is_string()), (3, true), "{file}: {checked:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_deployment_says_how_strict_it_is_and_what_it_leaves_out() -> Outcome {
    let world = World::start(BARE).await?;
    let artefact = artefact();
    let artefact = artefact.to_string_lossy();
    let seats: Vec<Value> = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    let only = |names: &[&str]| -> Vec<Value> {
        seats.iter().filter(|entry| names.iter().any(|name| entry["seat"] == *name)).cloned().collect()
    };
    fs::write(world.file("two.json"), json!(only(&["S0", "S1", "O0", "A0"])).to_string())?;
    let deploy = |out| ["deploy", "--seats", "two.json", "--artefact", &artefact, "--out", out];
    let micronode = ["--profile", "micronode", "--profile-until", "60"];
    let until = world.greatseal(&[&deploy("x.json")[..], &["--profile-until", "60"]].concat()).await?;
    assert_eq!(until.code, 3, "only a micronode's time ends: {until:?}");
    let deployed = world.greatseal(&[&deploy("micronode.json")[..], &micronode].concat()).await?.done()?;
    assert!(deployed["rows_left_out"].is_null(), "{deployed}");
    let on = ["--deployment", "micronode.json"];
    let status = world.greatseal(&[&on[..], &["status"]].concat()).await?.done()?;
    assert!(status["profile"].as_str().is_some_and(|text| text.starts_with("micronode: loosens until ")), "{status}");
    assert!(status["seat_expires"][0].as_str().is_some_and(|text| text.starts_with("S1 at ")), "{status}");
    let table = world.greatseal(&[&on[..], &["policy", "show"]].concat()).await?.done()?;
    assert_eq!(table["rows"].as_array().map(Vec::len), Some(23), "{table}");
    if world.node().pass(Duration::from_secs(61 * 24 * 3600)).await? {
        let status = world.greatseal(&[&on[..], &["status"]].concat()).await?.done()?;
        assert!(status["profile"].as_str().is_some_and(|text| text.contains("nothing loosens since")), "{status}");
        assert!(status["seat_overdue"][0].as_str().is_some_and(|text| text.starts_with("S1 since ")), "{status}");
        assert!(status["seat_expires"][0].as_str().is_some_and(|text| text.starts_with("S0 at ")), "{status}");
    }

    let names = ["S0", "S1", "S2", "P0", "P1", "M0", "M1", "E0", "E1", "E2", "O0", "A0"];
    fs::write(world.file("two.json"), json!(only(&names)).to_string())?;
    let deployed = world.greatseal(&deploy("few.json")).await?.done()?;
    let left_out = deployed["rows_left_out"].as_str().unwrap_or_default();
    for row in ["routine-upgrade", "custody", "batch-small", "rotate-identity", "recover-sovereign"] {
        assert!(left_out.contains(row), "{row}: {deployed}");
    }
    assert!(!left_out.contains("policy-table"), "{deployed}");
    Ok(())
}

/// The table with one line of one row changed.
fn changed(table: &str, row: &str, from: &str, to: &str) -> Outcome<String> {
    let at = table.find(&format!("row = \"{row}\"")).ok_or("no such row")?;
    let (head, rest) = table.split_at(at);
    match rest.split_once(from) {
        Some((before, after)) if !before.contains("[[rows]]") => Ok(format!("{head}{before}{to}{after}")),
        _ => Err(format!("{row} has no {from}").into()),
    }
}
