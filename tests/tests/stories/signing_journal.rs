//! Every use of a key is written down before it happens, and a key does not contradict itself.

use std::fs;

use greatseal_tests::{
    Outcome,
    world::{Options, World},
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_key_does_not_contradict_itself() -> Outcome {
    let world = World::start(Options::default()).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E1", &id).await?.done()?;
    let contradiction = world.sign("E1", &["reject", &id]).await?;
    assert_eq!(contradiction.code, 6, "{contradiction:?}");
    assert!(contradiction.stderr.contains("--withdraw-approval"), "{contradiction:?}");
    let before = world.events().await?;
    world.sign("E1", &["reject", &id, "--withdraw-approval"]).await?.done()?;
    assert!(world.events().await? > before, "the contract has counted the rejection");
    // The contract would not take it either, and that is told first; what is kept for later only the journal stops.
    let again = world.approve("E1", &id).await?;
    again.refused(402)?;
    assert!(again.stderr.contains("E1 has rejected"), "{again:?}");
    let contradiction = world.sign("E1", &["approve", &id, "--envelope-out", "kept.hex"]).await?;
    assert_eq!(contradiction.code, 6, "{contradiction:?}");

    let journal = world.greatseal(&["key", "journal", "--token", "E1"]).await?.done()?;
    let lines = journal["lines"].as_array().ok_or("no lines")?;
    let decisions: Vec<_> = lines.iter().map(|line| &line["entry"]["intended"]["decides"][0]).collect();
    let decisions: Vec<_> =
        decisions.iter().filter_map(|it| Some((it["decision"].as_str()?, &it["withdraws"]))).collect();
    assert_eq!(decisions, [("approve", &json!(false)), ("reject", &json!(true))]);
    assert_eq!(journal["unreleased"], json!([]));
    assert!(lines.iter().all(|line| line["at"].is_u64()));
    Ok(())
}

#[tokio::test]
async fn a_lost_or_damaged_journal_signs_nothing() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    let escalate = ["escalate", "--scope", "money", "--report", "report.txt", "--envelope-out", "signed.hex"];
    let show = ["key", "journal", "--token", "A0"];
    let path = world.file("state/greatseal/A0.journal");
    world.sign("A0", &escalate).await?.done()?;
    let whole = fs::read_to_string(&path)?;
    fs::remove_file(world.file("signed.hex"))?;

    fs::write(&path, whole.replacen("escalate", "approve", 1))?;
    assert_eq!(world.sign("A0", &escalate).await?.code, 6);
    let shown = world.greatseal(&show).await?;
    assert_eq!((shown.code, shown.stderr.contains("line 2")), (8, true), "{shown:?}");

    fs::remove_file(&path)?;
    let missing = world.sign("A0", &escalate).await?;
    assert_eq!((missing.code, missing.stderr.contains("key journal --start")), (6, true), "{missing:?}");
    assert_eq!(world.greatseal(&show).await?.code, 6);
    assert!(!world.file("signed.hex").exists(), "nothing was released");

    let started = world.greatseal(&[&show[..], &["--start"]].concat()).await?.done()?;
    assert_eq!(started["lines"].as_array().map(Vec::len), Some(1), "{started}");
    assert_eq!(world.greatseal(&[&show[..], &["--start"]].concat()).await?.code, 6, "never replaced");
    world.sign("A0", &escalate).await?.done()?;

    // Elsewhere, where it was told to be.
    let elsewhere = [&escalate[..], &["--journal", "elsewhere"]].concat();
    assert_eq!(world.sign("A0", &elsewhere).await?.code, 6);
    world.greatseal(&["key", "journal", "--journal", "elsewhere", "--start"]).await?.done()?;
    world.sign("A0", &elsewhere).await?.done()?;
    let shown = world.greatseal(&["key", "journal", "--journal", "elsewhere"]).await?.done()?;
    assert_eq!(shown["lines"].as_array().map(Vec::len), Some(3), "{shown}");
    assert_ne!(shown["head"], Value::Null);
    Ok(())
}
