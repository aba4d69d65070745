//! The whole system on a chain whose finality lags, that re-organises all the time, answers late, tells everything twice
//! and goes out now and then: everything happens once, and what is remembered is what happened.

use std::time::Duration;

use greatseal_tests::{
    Outcome,
    devnet::Devnet,
    node::Node,
    wait::eventually,
    world::{Options, World},
};
use serde_json::json;

const STORM: [&str; 4] = ["--finality-lag", "3", "--block-time", "300"];
const BETWEEN_FORKS: Duration = Duration::from_millis(1600);
const OUTAGE: Duration = Duration::from_millis(1500);

#[tokio::test]
async fn everything_happens_once_whatever_the_node_does() -> Outcome {
    let world = World::start(Options { devnet: &STORM, ..Options::default() }).await?;
    let Node::Devnet(node) = world.node() else { return Err("this story is of the embedded chain".into()) };
    node.rpc("devnet_delayAnswers", json!([10])).await?;
    node.rpc("devnet_duplicateNotifications", json!([true])).await?;
    tokio::select! {
        told = story(&world, node) => told?,
        never = forks(node) => never?,
    }
    node.rpc("devnet_delayAnswers", json!([0])).await?;

    world.greatseal(&["audit", "verify"]).await?.done()?;
    let log = world.greatseal(&["governance", "log"]).await?.done()?;
    let rows = log["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    let told: Vec<_> = rows.iter().filter_map(|row| row["event"]["kind"].as_str()).collect();
    let pause = ["Deployed", "Opened", "Decided", "Decided", "QuorumReached", "Executed", "Paused"];
    let change = ["Escalated", "Opened", "Decided", "Decided", "Decided", "QuorumReached", "Executed", "RouteChanged"];
    assert_eq!(told, [&pause[..], &change[..]].concat());
    assert_eq!(world.events().await?, 15);
    assert!(replaced(node).await? > 5, "there were to be forks");
    Ok(())
}

/// The main story; approvals are posted, and then nobody answers for a while.
async fn story(world: &World, node: &Devnet) -> Outcome {
    let pause = world.propose_pause("E0", "route:1").await?;
    approved_in_an_outage(world, &["E0", "E1"], &pause).await?;
    world.execute(&pause).await?.done()?;
    world.escalate("route:1").await?.done()?;
    let change = world.propose_route("S0").await?;
    approved_in_an_outage(world, &["S0", "M0", "S1"], &change).await?;
    node.advance_time(Duration::from_secs(3600)).await?;
    final_now(node).await?;
    world.execute(&change).await?.done()?;
    Ok(())
}

async fn approved_in_an_outage(world: &World, seats: &[&str], proposal: &str) -> Outcome {
    let mut envelopes = Vec::new();
    for seat in seats {
        envelopes.push(world.approval(seat, proposal).await?);
    }
    for envelope in &envelopes {
        world.post(envelope).await?;
        let lasting = u64::try_from(OUTAGE.as_millis())?;
        world.node().rpc("devnet_outage", json!([lasting])).await?;
        let applied = async || match world.state(envelope).await {
            Ok(state) if state["state"] == "applied" => Ok(()),
            other => Err(format!("{other:?}")),
        };
        eventually("the approval is applied", Duration::from_secs(120), applied).await?;
    }
    Ok(())
}

/// What commands see is what is final: the new time must be.
async fn final_now(node: &Devnet) -> Outcome {
    let height = node.height().await?;
    Ok(node.reach(height + 4).await?)
}

/// Never ends by itself; nobody answers during an outage.
async fn forks(node: &Devnet) -> Outcome {
    for depth in [3, 1, 2].into_iter().cycle() {
        let _ = node.rpc("devnet_fork", json!([depth])).await;
        tokio::time::sleep(BETWEEN_FORKS).await;
    }
    Ok(())
}

async fn replaced(node: &Devnet) -> Outcome<u64> {
    let metrics = reqwest::get(format!("{}/metrics", node.url().replacen("ws", "http", 1))).await?.text().await?;
    let line = metrics.lines().find_map(|line| line.strip_prefix("greatseal_devnet_blocks_replaced_total "));
    Ok(line.unwrap_or_default().parse()?)
}
