//! The rules are asked before anybody is: a refusal needs no PIN and leaves nothing in the signing journal, and the prompt says what
//! will happen.

use std::{fs, time::Duration};

use greatseal_tests::{
    Outcome,
    acts::{ROUTE, pause},
    program::Answer,
    terminal::{Terminal, words},
    world::{Options, World, artefact},
};
use serde_json::{Value, json};

const TICK: Duration = Duration::from_secs(2);

/// A command of a seat whose PIN nobody has.
async fn without_pin(world: &World, seat: &str, command: &[&str]) -> Outcome<Answer> {
    let signer = ["--token", seat, "--pin-file", "pins/nowhere", "--yes"];
    Ok(world.greatseal(&[command, &signer].concat()).await?)
}

async fn propose(world: &World, seat: &str, action: &[&str]) -> Outcome<Answer> {
    let signer = ["--token", seat, "--pin-file", "pins/nowhere", "--yes"];
    let propose = ["governance", "propose", "--document", "why.json"];
    Ok(world.greatseal(&[&propose, &signer[..], action].concat()).await?)
}

#[tokio::test]
async fn a_refusal_of_every_kind_comes_before_the_pin() -> Outcome {
    let world = World::start(Options::default()).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E0", &id).await?.done()?;
    world.node().pass(TICK).await?;
    let before = world.events().await?;
    let seats = ["S0", "M0", "T1", "E0", "E1", "O0", "A0"];
    let mut used = Vec::new();
    for seat in seats {
        used.push(world.used(seat).await?);
    }

    let escalate = ["governance", "escalate", "--scope", "money", "--report", "report.txt"];
    let settle = ["batch", "free", &"ab".repeat(32), "--entry", "0"];
    for (seat, command, number) in [
        // Who it is: another council, another author, another epoch.
        ("T1", &["governance", "approve", &id][..], 204),
        ("E0", &escalate, 204),
        ("S0", &["seat", "heartbeat"], 204),
        ("E1", &["governance", "cancel", &id], 206),
        ("E1", &["governance", "approve", &id, "--epoch", "1"], 205),
        // When: decided already, not approved yet, nothing there.
        ("E0", &["governance", "approve", &id], 402),
        ("O0", &["governance", "execute", &id], 404),
        ("O0", &settle, 812),
        // How: an account is no door for what a row keeps to envelopes.
        ("S0", &["seat", "accept", "--direct"], 600),
    ] {
        without_pin(&world, seat, command).await?.refused(number)?;
    }
    let longer = ["pause", "--scope", "everything", "--minutes", "61", "--severity", "1", "--reason", "why"];
    let row = ["--direct", "row", "routine-upgrade", "--delay", "2 h"];
    for (seat, action, number) in
        [("M0", &pause("route:1")[..], 206), ("E0", &longer, 501), ("S0", &ROUTE, 414), ("S0", &row, 109)]
    {
        propose(&world, seat, action).await?.refused(number)?;
    }
    // What the rules let through needs the PIN.
    let missing = without_pin(&world, "E1", &["governance", "approve", &id]).await?;
    assert_eq!(missing.code, 6, "{missing:?}");

    assert_eq!(world.events().await?, before, "nothing is on record");
    for (seat, used) in seats.iter().zip(used) {
        assert_eq!(world.used(seat).await?, used, "{seat} signed nothing");
    }
    Ok(())
}

/// A micronode pauses for half an hour at most. Nobody signs a longer pause, and the reason is this deployment's.
#[tokio::test]
async fn a_micronodes_pause_that_is_too_long_is_not_signed() -> Outcome {
    let mut world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    let seats: Vec<Value> = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    let few = ["S0", "S1", "O0", "A0"];
    let few = seats.iter().filter(|entry| few.iter().any(|name| entry["seat"] == *name)).collect::<Vec<_>>();
    fs::write(world.file("two.json"), json!(few).to_string())?;
    let (released, file) = (artefact(), world.file("deployment.json"));
    fs::remove_file(file)?;
    let deploy = ["deploy", "--seats", "two.json", "--profile", "micronode", "--yes", "--artefact"];
    let [account, _] = world.node().payers();
    let paid = [&*released.to_string_lossy(), "--account", &account];
    world.greatseal(&[&deploy[..], &paid].concat()).await?.done()?;
    world.start_relayer().await?;
    world.start_indexer().await?;

    let refused = propose(&world, "S0", &pause("everything")).await?;
    refused.refused(501)?;
    assert!(refused.stderr.contains("1 h at once, and under sovereign-pause at most 30 min"), "{refused:?}");
    assert_eq!(world.used("S0").await?, [""; 0], "nothing was signed");
    let half = ["pause", "--scope", "everything", "--minutes", "30", "--severity", "1", "--reason", "why"];
    let opened = world.propose("S0", &[&["--approve"], &half[..]].concat()).await?;
    let opened = opened.done()?;
    assert_eq!(opened["row"], json!("sovereign-pause"), "the row is found from the rules: {opened}");
    assert_eq!(opened["approval"]["missing"]["approvals"], 0, "{opened}");
    assert!(opened["approval"]["quorum"]["from"].is_string(), "{opened}");
    Ok(())
}

#[tokio::test]
async fn the_prompt_says_what_will_happen_and_what_will_be_missing() -> Outcome {
    let world = World::start(Options::default()).await?;
    let propose =
        ["governance", "propose", "--document", "why.json", "--approve", "--token", "E0", "--pin-file", "pins/nowhere"];
    let mut terminal = Terminal::start(world.command(&[&propose[..], &pause("route:1")].concat())?, 60, 100)?;
    let shown = words(&terminal.shows("Type yes to sign:").await?);
    for told in [
        "will happen Opened: proposal 1.E0.0, under emergency-pause, approvals until ",
        "will happen Decided: proposal 1.E0.0, seat E0, decision approve, quorum false",
        "still missing 1 approval, at least 1 of Emergency",
        "executable as soon as the quorum stands, for 1 h",
    ] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    terminal.types("no")?;
    assert_eq!(terminal.end().await?.0, 1, "the PIN was not asked for");
    assert_eq!(world.used("E0").await?, [""; 0]);

    let id = world.opened(world.propose("E0", &[&["--approve"], &pause("route:1")[..]].concat()).await?).await?;
    let approve = ["governance", "approve", &id, "--token", "E1", "--pin-file", "pins/E1"];
    let mut terminal = Terminal::start(world.command(&approve)?, 60, 100)?;
    let shown = words(&terminal.shows("Type yes to sign:").await?);
    for told in ["will happen QuorumReached: ", "still missing nothing", "executable from 2"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    terminal.types("yes")?;
    let (code, rows) = terminal.end().await?;
    assert_eq!(code, 0, "{rows:#?}");

    let execute = ["governance", "execute", &id, "--token", "O0", "--pin-file", "pins/O0"];
    let terminal = Terminal::start(world.command(&execute)?, 60, 100)?;
    let shown = words(&terminal.shows("Type yes to sign:").await?);
    for told in ["will happen Executed: ", "will happen Paused: ", "scope route:1"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(!shown.contains("still missing"), "{shown}");
    Ok(())
}
