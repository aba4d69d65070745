//! Emergency power ends by itself, and leaves a duty behind: what was paused is reviewed before it is paused again.

use std::time::Duration;

use greatseal_tests::{
    Outcome,
    acts::pause,
    world::{Options, World},
};
use serde_json::{Value, json};

const HOUR: Duration = Duration::from_secs(3600);
const TICK: Duration = Duration::from_secs(2);
const FILE: [&str; 8] = ["review", "file", "--scope", "route:1", "--severity", "2", "--report", "report.txt"];
const ATTEST: [&str; 6] = ["review", "attest", "--scope", "route:1", "--report", "report.txt"];

#[tokio::test]
async fn a_pause_is_reviewed_before_the_next() -> Outcome {
    let world = World::start(Options::default()).await?;
    world.order("E0", &FILE).await?.refused(504)?;
    world.pause("route:1").await?;
    world.order("E0", &FILE).await?.refused(507)?;
    let owed = review(&world).await?;
    assert!(owed["scope"] == "route:1" && owed["paused_until"].is_string(), "{owed}");

    world.node().pass(HOUR).await?;
    world.propose("E0", &pause("route:1")).await?.refused(502)?;
    world.order("A0", &ATTEST).await?.refused(505)?;
    assert_eq!(review(&world).await?["reports"], json!([]));
    world.order("A0", &FILE).await?.refused(204)?;
    world.order("S0", &FILE).await?.done()?;
    world.node().pass(TICK).await?;
    world.order("S1", &FILE).await?.done()?;
    world.order("S0", &FILE).await?.done()?;
    let reports = review(&world).await?["reports"].clone();
    let told = |seat: &str| reports.as_array()?.iter().find(|report| report["seat"] == seat)?["version"].as_u64();
    assert_eq!((told("S0"), told("S1")), (Some(2), Some(1)), "an auditor has to attest one: {reports}");
    // The auditor has read another report.
    let other = world.order("A0", &["review", "attest", "--scope", "route:1", "--report", "why.json"]).await?;
    other.refused(411)?;
    assert!(other.stderr.contains("the report that S0 filed for route:1 has SHA-256 "), "{other:?}");
    assert!(other.stderr.contains("help: attest the very file that was filed"), "{other:?}");
    assert_eq!(world.used("A0").await?, [""; 0], "nothing was signed");
    world.order("A0", &ATTEST).await?.done()?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!(status["reviews"], json!([]), "{status}");
    world.propose_pause("E0", "route:1").await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn the_sovereign_consents_lifts_and_narrows() -> Outcome {
    let world = World::start(Options::default()).await?;
    let lift = ["lift", "--scope", "route:1"];
    world.pause("route:1").await?;
    world.decide("S0", &lift, &["S0", "S1"], TICK).await?;
    world.propose("E0", &pause("route:1")).await?.refused(502)?;
    let consent = ["consent", "--scope", "route:1", "--evidence", "report.txt"];
    let consented = world.opened(world.propose("S0", &consent).await?).await?;
    world.all_approve(&["S0", "S2"], &consented).await?;
    world.execute(&consented).await?.done()?;
    world.pause("route:1").await?;

    // Its own pauses are longer and owe nothing.
    let long = ["pause", "--scope", "upgrades", "--minutes", "120", "--severity", "2", "--reason", "a doubt"];
    world.propose("E0", &long).await?.refused(501)?;
    let paused = world.propose("S0", &long).await?.done()?;
    assert_eq!(paused["row"], "sovereign-pause");

    let mode = ["mode", "read-only", "--minutes", "30", "--severity", "2", "--reason", "two nodes disagree"];
    world.propose("S0", &["leave-mode"]).await?.refused(503)?;
    world.decide("E1", &mode, &["E1", "E2"], TICK).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert!(status["mode"]["mode"] == "read-only" && status["mode"]["until"].is_string(), "{status}");
    world.decide("S1", &["leave-mode"], &["S1", "S2"], TICK).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert!(status["mode"].is_null(), "{status}");
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

/// The one review that is owed.
async fn review(world: &World) -> Outcome<Value> {
    let status = world.greatseal(&["status"]).await?.done()?;
    match status["reviews"].as_array().map(Vec::as_slice) {
        Some([review]) => Ok(review.clone()),
        _ => Err(format!("not one review: {status}").into()),
    }
}
