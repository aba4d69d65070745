//! What Great Seal is for: an emergency stops a route within its hour, new bridge parameters wait for three councils and
//! a delay, and anybody can check all of it afterwards.

use std::time::Duration;

use greatseal_tests::{
    Outcome, costs,
    world::{Options, World},
};
use serde_json::{Value, json};

#[tokio::test]
async fn a_pause_and_new_bridge_parameters_from_the_proposal_to_the_evidence() -> Outcome {
    let world = World::start(Options::default()).await?;

    let pause = world.propose_pause("E0", "route:1").await?;
    world.all_approve(&["E0", "E1"], &pause).await?;
    world.execute(&pause).await?.done()?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!(only(&status["pauses"])?["scope"], "route:1", "{status}");

    world.escalate("route:1").await?.done()?;
    let change = world.propose_route("S0").await?;
    world.all_approve(&["S0", "M0", "S1"], &change).await?;
    if !world.node().pass(Duration::from_secs(3600)).await? {
        return Ok(());
    }
    world.execute(&change).await?.done()?;
    let status = world.greatseal(&["status"]).await?.done()?;
    let route = only(&status["routes"])?;
    assert_eq!(
        (&route["route"], &route["version"], &route["tx_max"]),
        (&json!(1), &json!(1), &json!("1000")),
        "{status}"
    );
    assert_eq!(status["pauses"], json!([]), "the pause has ended by itself: {status}");
    assert_eq!(status["proposals"], json!([]), "nothing is left to decide: {status}");

    // Waits for the indexer, which the log does not.
    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    let log = world.greatseal(&["governance", "log"]).await?.done()?;
    let told: Vec<_> = rows(&log).iter().filter_map(|row| row["event"]["kind"].as_str()).collect();
    let pause_told = ["Deployed", "Opened", "Decided", "Decided", "QuorumReached", "Executed", "Paused"];
    let change_told =
        ["Escalated", "Opened", "Decided", "Decided", "Decided", "QuorumReached", "Executed", "RouteChanged"];
    assert_eq!(told, [&pause_told[..], &change_told[..]].concat());
    assert_eq!(status["events"], told.len().to_string());
    let of_pause = world.greatseal(&["governance", "log", "--proposal", &pause]).await?.done()?;
    assert_eq!(rows(&of_pause).len(), pause_told.len() - 1, "all but the deployment: {of_pause}");
    assert_eq!(verified["events"], told.len().to_string());
    assert_eq!(verified["chain"]["later_events"], "0", "{verified}");
    world.greatseal(&["audit", "export", "--out", "evidence"]).await?.done()?;
    let head = verified["head"].as_str().ok_or("no head")?;
    let offline = ["audit", "verify", "--bundle", "evidence", "--offline", "--expect-head", head];
    assert_eq!(world.greatseal(&offline).await?.done()?["head"], verified["head"]);

    // Evidence in which one fact was changed is none.
    let leaves = world.file(&format!("evidence/log/tile/entries/000.p/{}", told.len()));
    let mut bytes = std::fs::read(&leaves)?;
    *bytes.last_mut().ok_or("no leaves")? ^= 1;
    std::fs::write(&leaves, bytes)?;
    assert_eq!(world.greatseal(&offline).await?.code, 8);
    costs::tell(&world).await?;
    Ok(())
}

fn rows(log: &Value) -> &[Value] {
    log["events"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn only(list: &Value) -> Outcome<&Value> {
    match list.as_array().map(Vec::as_slice) {
        Some([one]) => Ok(one),
        _ => Err(format!("not one: {list}").into()),
    }
}
