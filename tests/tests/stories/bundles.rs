//! What an auditor is handed: a folder, a tar, or a selection, verified without anybody.

use std::{collections::BTreeSet, fs, process::Command};

use greatseal_bundle::{Bundle, parts::Part};
use greatseal_tests::{
    Outcome,
    program::Answer,
    world::{Options, World},
};
use serde_json::{Value, json};

use crate::programmes;

const OFFLINE: [&str; 4] = ["audit", "verify", "--offline", "--bundle"];

/// `greatseal-audit` on what an export wrote, with the deployment file of the world.
async fn audited(world: &World, bundle: &str) -> Outcome<Answer> {
    let mut command = greatseal_tests::program::command("greatseal-audit", &world.file(""))?;
    command.args(["--json", "--deployment", "deployment.json", bundle]);
    Ok(greatseal_tests::program::run(command).await?)
}

async fn paused(world: &World) -> Outcome<(String, String)> {
    let pause = world.propose_pause("E0", "route:1").await?;
    world.all_approve(&["E0", "E1"], &pause).await?;
    world.execute(&pause).await?.done()?;
    world.escalate("route:1").await?.done()?;
    // Waits for the indexer, which the log does not.
    world.greatseal(&["audit", "verify"]).await?.done()?;
    let log = world.greatseal(&["governance", "log"]).await?.done()?;
    let rows = log["events"].as_array().ok_or("no events")?;
    let row = rows.iter().find(|row| row["event"]["kind"] == "Paused").ok_or("no pause")?;
    let incident = row["event"]["fields"]["pause"]["incident"].as_str().ok_or("no incident")?;
    Ok((pause, incident.to_owned()))
}

#[tokio::test]
async fn a_tar_is_verified_offline_and_is_the_folder() -> Outcome {
    let world = World::start(Options { relayer: true, ..Options::default() }).await?;
    paused(&world).await?;
    let folder = world.greatseal(&["audit", "export", "--out", "evidence"]).await?.done()?;
    let tar = world.greatseal(&["audit", "export", "--tar", "evidence.tar"]).await?.done()?;
    assert_eq!(
        (&folder["folder"], &tar["tar"], &tar["folder"]),
        (&json!("evidence"), &json!("evidence.tar"), &Value::Null)
    );
    if folder["last_block"] == tar["last_block"] {
        assert_eq!(folder["bundle"], tar["bundle"], "the same log, the same bytes");
    }
    let head = tar["head"].as_str().ok_or("no head")?;
    for bundle in ["evidence", "evidence.tar"] {
        let verified = world.greatseal(&[&OFFLINE[..], &[bundle, "--expect-head", head]].concat()).await?.done()?;
        assert_eq!(verified["head"], head);
        assert!(verified["bundle"]["manifest_sha256"].is_string(), "{verified}");
        let alone = audited(&world, bundle).await?.done()?;
        assert_eq!(alone["bundle"]["manifest"], verified["bundle"]["manifest_sha256"]);
    }
    assert_eq!(audited(&world, "evidence").await?.done()?["bundle"]["manifest"], folder["bundle"]["manifest_sha256"]);
    // Programs of others read both.
    let mut listed = Command::new("sha256sum");
    listed.args(["-c", "--quiet", "MANIFEST.sha256"]).current_dir(world.file("evidence"));
    assert!(listed.status()?.success());
    // What is there is not replaced.
    let again = world.greatseal(&["audit", "export", "--tar", "evidence.tar"]).await?;
    assert!(again.code == 3 && again.stderr.contains("exists already"), "{again:?}");
    // The papers that its events name are in it, each under its address.
    papers(&world, &folder).await?;
    // A part that says something else is found, and named with its event.
    let path = world.file("evidence").join(Part::Exceptions.name());
    let honest = fs::read_to_string(&path)?;
    fs::write(&path, honest.replacen("route:1", "route:2", 1))?;
    let forged = world.greatseal(&[&OFFLINE[..], &["evidence"]].concat()).await?;
    assert!(forged.code == 8 && forged.stderr.contains("parts/exceptions.json is not what event "), "{forged:?}");
    fs::write(&path, honest)?;
    fs::write(world.file("evidence/note.txt"), "all is well")?;
    let planted = world.greatseal(&[&OFFLINE[..], &["evidence"]].concat()).await?;
    assert!(planted.code == 8 && planted.stderr.contains("note.txt is not in MANIFEST.sha256"), "{planted:?}");
    // A tar that was cut off.
    let bytes = fs::read(world.file("evidence.tar"))?;
    fs::write(world.file("cut.tar"), bytes.get(..bytes.len() / 2).unwrap_or_default())?;
    let cut = world.greatseal(&[&OFFLINE[..], &["cut.tar"]].concat()).await?;
    assert_eq!(cut.code, 3, "{cut:?}");
    Ok(())
}

/// Every content of the world is in the export; one that is changed or taken away is found, or named as missing.
async fn papers(world: &World, exported: &Value) -> Outcome {
    let text = fs::read_to_string(world.file("evidence").join(Part::Contents.name()))?;
    let lines = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let kinds: BTreeSet<_> = lines.iter().filter_map(|line| line["kind"].as_str()).collect();
    assert!(["document", "reason", "report"].iter().all(|kind| kinds.contains(kind)), "{kinds:?}");
    let addresses: BTreeSet<_> = lines.iter().filter_map(|line| line["address"].as_str()).collect();
    let (all, none) = (json!(addresses.len().to_string()), json!("0"));
    let told = &exported["contents"];
    assert_eq!((&told["public"], &told["encrypted"], &told["missing"]), (&all, &none, &none), "{told}");
    let verified = world.greatseal(&[&OFFLINE[..], &["evidence"]].concat()).await?;
    let found = &verified.json["contents"];
    assert_eq!((&found["public"], &found["missing"]), (&all, &none), "{verified:?}");
    assert_eq!(&audited(world, "evidence").await?.done()?["contents"]["public"], &all);
    let report = lines.iter().find(|line| line["kind"] == "report").ok_or("no report")?;
    let (scheme, digits) = report["address"].as_str().and_then(|text| text.split_once(':')).ok_or("no address")?;
    let name = format!("contents/{scheme}/{}/{digits}", digits.get(..2).unwrap_or_default());
    let path = world.file("evidence").join(&name);
    let honest = fs::read(&path)?;
    fs::write(&path, [&honest[..], b"and all was well\n"].concat())?;
    let forged = world.greatseal(&[&OFFLINE[..], &["evidence"]].concat()).await?;
    let event = format!("{name}, which event {} names", report["seq"].as_str().unwrap_or_default());
    assert!(forged.code == 8 && forged.stderr.contains(&event), "{forged:?}");
    fs::write(&path, honest)?;
    // Somebody who does not want it read takes it away, and writes the manifest anew.
    let bare = world.greatseal(&["audit", "export", "--out", "bare", "--no-contents"]).await?.done()?;
    assert_eq!(bare["contents"], Value::Null);
    let lacking = world.greatseal(&[&OFFLINE[..], &["bare"]].concat()).await?;
    let found = &lacking.json["contents"];
    assert_eq!((&found["public"], &found["missing"]), (&none, &all), "{lacking:?}");
    let named = found["lacking"].as_array().ok_or("nothing is named")?;
    assert!(named.iter().any(|one| one["address"] == report["address"] && one["why"] == "missing"), "{found}");
    let open = lacking.json["not_checked"].as_array().ok_or("nothing is open")?;
    assert!(open.iter().any(|open| open["what"] == "contents"), "{lacking:?}");
    Ok(())
}

#[tokio::test]
async fn selections_are_verified_offline_and_say_what_they_lack() -> Outcome {
    let world = programmes::world().await?;
    let (pause, incident) = paused(&world).await?;
    let all = world.greatseal(&["status"]).await?.done()?["events"].as_str().ok_or("no events")?.to_owned();
    let exported = async |out: &str, of: &[&str]| -> Outcome<Value> {
        world.greatseal(&[&["audit", "export", "--out", out], of].concat()).await?.done()
    };
    for (out, of) in [
        ("incident", &["--incident", &incident][..]),
        ("proposal", &["--proposal", &pause]),
        ("programme", &["--programme", "2"]),
        ("since", &["--since", "2020-01-01"]),
        ("none", &["--until", "2020-01-01"]),
    ] {
        let told = exported(out, of).await?;
        let events = &told["selection"]["events"];
        let verified = world.greatseal(&[&OFFLINE[..], &[out]].concat()).await?;
        assert_eq!(verified.code, 10, "{out}: {verified:?}");
        let told = &verified.json;
        assert_eq!(
            (&told["events"], &told["of_events"], &told["verified"]),
            (events, &json!(all), &json!("in-part")),
            "{out}"
        );
        assert_eq!(
            told["not_shown"],
            json!(["completeness", "rules", "tree", "headers", "chain", "metadata"]),
            "{out}"
        );
        let head = told["head"].as_str().ok_or("no head")?;
        let known = world.greatseal(&[&OFFLINE[..], &[out, "--expect-head", head]].concat()).await?;
        assert_eq!(known.json["not_shown"], json!(["completeness", "rules", "headers", "chain", "metadata"]), "{out}");
        let online = world.greatseal(&["audit", "verify", "--bundle", out]).await?;
        assert_eq!((online.code, &online.json["on_chain"]), (10, &json!(true)), "{out}: {online:?}");
        let alone = audited(&world, out).await?;
        assert_eq!((alone.code, &alone.json["selection"]["events"]), (10, events), "{out}: {alone:?}");
        // It is no log, and has none.
        assert!(!world.file(out).join("log/head").exists() && Bundle::open(&world.file(out))?.has("selection.json")?);
        match out {
            "since" => assert_eq!(*events, json!(all)),
            "none" => assert_eq!(*events, json!("1"), "the deployment frames every selection"),
            _ => assert_ne!(*events, json!(all)),
        }
    }
    let parts = fs::read_to_string(world.file("incident").join(Part::Exceptions.name()))?;
    assert!(parts.contains("\"Paused\"") && parts.contains(&incident), "{parts}");
    let approvals = fs::read_to_string(world.file("incident").join(Part::Approvals.name()))?;
    assert_eq!(approvals.lines().count(), 2 + 1, "the opening and both approvals: {approvals}");
    for (switch, value) in [("--proposal", "12"), ("--incident", "5f"), ("--since", "yesterday")] {
        let refused = world.greatseal(&["audit", "export", "--out", "wrong", switch, value]).await?;
        assert!(refused.code == 3 && refused.stderr.contains(switch), "{refused:?}");
    }
    let left = fs::read_dir(world.file(""))?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let left: Vec<_> = left.filter(|name| name.contains(".part-") || name.contains(".chosen-")).collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

#[tokio::test]
async fn two_logs_are_compared_event_by_event() -> Outcome {
    let world = World::start(Options::default()).await?;
    paused(&world).await?;
    world.greatseal(&["audit", "export", "--out", "older"]).await?.done()?;
    world.order("E2", &["seat", "heartbeat"]).await?.done()?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    world.greatseal(&["audit", "export", "--tar", "newer.tar"]).await?.done()?;
    let same = world.greatseal(&["audit", "diff", "newer.tar"]).await?.done()?;
    assert_eq!((&same["relation"], &same["right"]["source"]), (&json!("same"), &json!("the indexer")));
    let longer = world.greatseal(&["audit", "diff", "older", "newer.tar"]).await?;
    let told = &longer.json;
    assert_eq!(
        (longer.code, &told["relation"], &told["right"]["more_events"]),
        (10, &json!("right-longer"), &json!("1"))
    );
    assert_eq!(world.greatseal(&["audit", "diff", "newer.tar", "older"]).await?.json["relation"], "left-longer");
    // Somebody who has left an event out, with hashes that fit.
    let honest = greatseal_made::Log::read(&world.file("older"));
    let seq = honest.parts().records().iter().position(|record| record.event.kind() == "Executed").ok_or("none")?;
    let forged = honest.parts().forged(|record, _, _| record.event.kind() != "Executed");
    forged.log(honest.deployment.clone()).write(&world.file("forged"));
    let differ = world.greatseal(&["audit", "diff", "older", "forged"]).await?;
    let told = &differ.json;
    assert_eq!(
        (differ.code, &told["relation"], &told["common_events"]),
        (8, &json!("contradict"), &json!(seq.to_string()))
    );
    let first = &told["first_difference"];
    assert_eq!(
        (&first["seq"], &first["left"]["kind"], &first["right"]["kind"]),
        (&json!(seq.to_string()), &json!("Executed"), &json!("Paused"))
    );
    // A selection is no log.
    world.greatseal(&["audit", "export", "--out", "some", "--since", "2020-01-01"]).await?.done()?;
    let refused = world.greatseal(&["audit", "diff", "older", "some"]).await?;
    assert!(refused.code == 3 && refused.stderr.contains("is a selection"), "{refused:?}");
    Ok(())
}
