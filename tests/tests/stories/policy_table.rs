//! The policy table in words, and a table that is checked before anybody proposes it.

use std::{fs, time::Duration};

use greatseal_tests::{
    Outcome,
    program::run,
    wait::eventually,
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
    assert_eq!((&deployed["councils"], &deployed["profile"]), (&default["councils"], &default["profile"]));
    let rows = deployed["rows"].as_array().ok_or("no rows")?;
    let of = |name: &str| rows.iter().find(|row| row["row"] == name).cloned().unwrap_or_default();
    assert_eq!(rows.len(), 39);
    assert_eq!((&of("policy-table")["delay"], &of("policy-table")["approvals"]), (&json!(172_800), &json!(4)));
    let minima = json!({ "Sovereign": 1, "Treasury": 1 });
    assert_eq!((&of("bridge-loosen")["approvals"], &of("bridge-loosen")["minima"]), (&json!(3), &minima));
    let words = run(world.command(&["policy", "show"])?).await?.stdout;
    let told = "3 of 5 of Sovereign (at least 1), Treasury (at least 1); decided within 1 d";
    assert!(words.contains(told), "{words}");

    for (args, file) in [
        (&["policy", "show", "--toml"][..], "deployed.toml"),
        (&["policy", "show", "--default", "--profile", "micronode", "--toml"], "micronode.toml"),
    ] {
        let shown = run(world.command(args)?).await?;
        assert_eq!(shown.code, 0, "{shown:?}");
        fs::write(world.file(file), &shown.stdout)?;
        let checked = world.greatseal(&["policy", "check", file]).await?.done()?;
        assert_eq!(checked["denied"], json!([]), "{checked}");
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
        let broken = &checked.json["broken"][0];
        assert_eq!((&broken["invariant"], &broken["row"]), (&json!(invariant), &json!(row)), "{checked:?}");
        assert!(checked.stderr.contains(&format!("invariant {invariant} (")), "{checked:?}");
    }
    // All that is wrong at once, and a council that no contract would take.
    let wrong = changed(&table, "custody", "approvals = 2", "approvals = 1")?;
    let wrong =
        changed(&wrong, "routine-upgrade", "delay = \"1 h\"", "delay = \"0 s\"")?.replacen("T = 3", "T = 40", 1);
    fs::write(world.file("wrong.toml"), wrong)?;
    let checked = world.greatseal(&["policy", "check", "wrong.toml"]).await?;
    let first = &checked.json["broken"][0];
    assert_eq!((checked.code, &first["invariant"], first["row"].is_null()), (8, &json!(1), true), "{checked:?}");
    for told in ["broken by the size of Technical: 40 seats", "broken by routine-upgrade", "broken by custody"] {
        assert!(checked.stderr.contains(told), "{told}: {checked:?}");
    }
    let broken = checked.json["broken"].as_array().ok_or("no list")?;
    assert!(broken.iter().any(|one| one["invariant"] == 2 && one["row"] == "custody"), "{checked:?}");
    // A candidate is explained as the deployed table is, whether it holds or not.
    let candidate = changed(&table, "custody", "delay = \"1 h\"", "delay = \"3 h\"")?;
    fs::write(world.file("candidate.toml"), candidate)?;
    let shown = world.greatseal(&["policy", "show", "candidate.toml", "--node", "ws://127.0.0.1:1"]).await?.done()?;
    let differ: Vec<_> = rows.iter().zip(shown["rows"].as_array().ok_or("no rows")?).filter(|(a, b)| a != b).collect();
    assert!(differ.len() == 1 && differ[0].1["row"] == "custody", "{shown}");
    assert_eq!(differ[0].1["delay"], 3 * 3600, "{shown}");
    let programs = table.replacen("Pr = 3", "\"Pr:7\" = 3", 1);
    fs::write(world.file("programs.toml"), programs)?;
    fs::write(world.file("words.toml"), "neither = a table")?;
    fs::write(world.file("unknown.toml"), table.replacen("approvals", "aprovals", 1))?;
    fs::write(world.file("row.toml"), table.replacen("custody", "costody", 1))?;
    for file in ["words.toml", "unknown.toml", "row.toml", "programs.toml", "missing.toml"] {
        let checked = world.greatseal(&["policy", "check", file]).await?;
        assert_eq!((checked.code, checked.json["help"].is_string()), (3, true), "{file}: {checked:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_deployment_says_how_strict_it_is_and_what_it_leaves_out() -> Outcome {
    let mut world = World::start(BARE).await?;
    let artefact = artefact();
    let artefact = artefact.to_string_lossy();
    let seats: Vec<Value> = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    let only = |names: &[&str]| -> Vec<Value> {
        seats.iter().filter(|entry| names.iter().any(|name| entry["seat"] == *name)).cloned().collect()
    };
    fs::write(world.file("two.json"), json!(only(&["S0", "S1", "O0", "A0"])).to_string())?;
    let deploy = |out| ["deploy", "--seats", "two.json", "--artefact", &artefact, "--yes", "--out", out];
    let micronode = ["--profile", "micronode", "--profile-until", "60"];
    let until = world.greatseal(&[&deploy("x.json")[..], &["--profile-until", "60"]].concat()).await?;
    assert_eq!(until.code, 3, "only a micronode's time ends: {until:?}");
    let deployed = world.greatseal(&[&deploy("micronode.json")[..], &micronode].concat()).await?.done()?;
    assert_eq!(deployed["left_out"], json!([]), "{deployed}");
    let on = ["--deployment", "micronode.json"];
    let status = world.greatseal(&[&on[..], &["status"]].concat()).await?.done()?;
    assert!(status["profile"]["name"] == "micronode" && status["profile"]["until"].is_string(), "{status}");
    let told = run(world.command(&[&on[..], &["status"]].concat())?).await?.stdout;
    assert!(told.contains("micronode: loosens until ") && line(&told, "seat expires", "S1 at "), "{told}");
    let table = world.greatseal(&[&on[..], &["policy", "show"]].concat()).await?.done()?;
    assert_eq!(table["rows"].as_array().map(Vec::len), Some(24), "{table}");
    // Whatever answers how things are says it.
    fs::copy(world.file("micronode.json"), world.file("deployment.json"))?;
    world.start_relayer().await?;
    world.start_indexer().await?;
    for url in [world.relayer_url(), world.indexer_url()] {
        let told = async || {
            let told = reqwest::get(format!("{url}/health")).await.map_err(|error| error.to_string())?;
            let told: Value = told.json().await.map_err(|error| error.to_string())?;
            if told["profile"] == "micronode" { Ok(()) } else { Err(told.to_string()) }
        };
        eventually("the profile is told", Duration::from_secs(30), told).await?;
    }
    if world.node().pass(Duration::from_secs(61 * 24 * 3600)).await? {
        let told = run(world.command(&[&on[..], &["status"]].concat())?).await?.stdout;
        assert!(told.contains("nothing loosens since"), "{told}");
        assert!(line(&told, "seat overdue", "S1 since ") && line(&told, "seat expires", "S0 at "), "{told}");
    }

    let names = ["S0", "S1", "S2", "P0", "P1", "M0", "M1", "E0", "E1", "E2", "O0", "A0"];
    fs::write(world.file("two.json"), json!(only(&names)).to_string())?;
    let deployed = world.greatseal(&deploy("few.json")).await?.done()?;
    let left_out = deployed["left_out"].to_string();
    for row in ["routine-upgrade", "custody", "batch-small", "rotate-identity", "recover-sovereign"] {
        assert!(left_out.contains(row), "{row}: {deployed}");
    }
    assert!(!left_out.contains("policy-table"), "{deployed}");
    Ok(())
}

#[tokio::test]
async fn a_row_that_was_left_out_is_added() -> Outcome {
    let mut world = World::start(BARE).await?;
    let seats: Vec<Value> = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    let there = |entry: &&Value| entry["seat"].as_str().is_some_and(|seat| !seat.starts_with(['T', 'C', 'I']));
    fs::write(world.file("seats.json"), json!(seats.iter().filter(there).collect::<Vec<_>>()).to_string())?;
    fs::remove_file(world.file("deployment.json"))?;
    world.deploy("deployment.json").await?.done()?;
    world.start_relayer().await?;
    world.start_indexer().await?;
    let rows = || async {
        let table = world.greatseal(&["policy", "show"]).await?.done()?;
        Ok::<_, Box<dyn std::error::Error>>(table["rows"].as_array().cloned().unwrap_or_default())
    };
    let before = rows().await?;
    assert!(before.iter().all(|row| row["row"] != "routine-upgrade"), "{before:?}");

    // What is not said is the default table's: the Technical council decides, which has no seats.
    let denied = world.propose("S0", &["row", "routine-upgrade", "--delay", "2 h"]).await?;
    assert_eq!((denied.code, &denied.json["broken"][0]["row"]), (8, &json!("routine-upgrade")), "{denied:?}");
    let row = ["row", "routine-upgrade", "--approvals", "3", "--minimum", "P=1", "--minimum", "M=1"];
    let proposed = world.propose("S0", &row).await?.done()?;
    assert_eq!(proposed["new_rows"], json!(["routine-upgrade"]), "{proposed}");
    let id = proposed["proposal"].as_str().ok_or("no id")?;
    world.all_approve(&["S0", "S1", "P0", "P1"], id).await?;
    world.node().pass(Duration::from_secs(48 * 3600)).await?;
    world.execute(id).await?.done()?;
    let after = rows().await?;
    let added = after.iter().find(|row| row["row"] == "routine-upgrade").ok_or("not there")?;
    assert_eq!(
        (&added["version"], &added["approvals"], &added["delay"]),
        (&json!(1), &json!(3), &json!(3600)),
        "{added}"
    );
    assert_eq!(after.len(), before.len() + 1);
    // From now on it is changed as any other.
    let changed = world.propose("S1", &["row", "routine-upgrade", "--window", "2 d"]).await?.done()?;
    assert_eq!(changed["new_rows"], json!([]), "{changed}");
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

/// Whether a line for people has this label, and a value that begins so.
fn line(text: &str, label: &str, value: &str) -> bool {
    text.lines().filter_map(|line| line.strip_prefix(label)).any(|rest| rest.trim_start().starts_with(value))
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
