//! The relayer dies at the worst moments; what it had acknowledged happens exactly once.

use std::time::Duration;

use greatseal_tests::{
    Outcome,
    proxy::{Manner, Proxy},
    wait::eventually,
    world::{Options, World},
};
use serde_json::{Value, json};

const JOURNAL: &str = "relayer.db";
/// Longer than a transaction lives.
const ERA: u32 = 70;

#[tokio::test]
async fn killed_after_it_wrote_down_and_before_the_node_got_it() -> Outcome {
    let (mut world, proxy, envelope) = about_to_approve().await?;
    let before = world.events().await?;
    proxy.set(Manner::HoldBefore);
    let acknowledged = world.post(&envelope).await?;
    assert_eq!(acknowledged["state"], "accepted");
    proxy.held(1).await?;
    kill(&mut world)?;
    assert_eq!(world.events().await?, before, "the node has not got it");

    // It comes back, and must send the very same transaction again; that one is held as well.
    world.start_relayer_with(proxy.url(), JOURNAL).await?;
    let remembered = world.state(&envelope).await?;
    assert_eq!(remembered["state"], "submitted", "written down before it was sent: {remembered}");
    proxy.held(2).await?;
    kill(&mut world)?;
    assert_eq!(world.events().await?, before, "the node still has not got it");

    world.start_relayer().await?;
    let applied = applied(&world, &envelope).await?;
    assert_eq!(applied["transaction"], remembered["transaction"], "the same bytes, not new ones");
    exactly_once(&world, before).await
}

#[tokio::test]
async fn killed_after_the_node_got_it_and_before_the_answer() -> Outcome {
    let (mut world, proxy, envelope) = about_to_approve().await?;
    let before = world.events().await?;
    proxy.set(Manner::HoldAfter);
    world.post(&envelope).await?;
    proxy.held(1).await?;
    kill(&mut world)?;
    eventually("the approval is on chain", Duration::from_secs(10), async || match world.events().await {
        Ok(now) if now == before + 2 => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await?;

    world.start_relayer().await?;
    let applied = applied(&world, &envelope).await?;
    assert_eq!(applied["seq"], before.to_string(), "found in the block in which it had been all the time");
    exactly_once(&world, before).await
}

#[tokio::test]
async fn killed_for_longer_than_its_transaction_lived() -> Outcome {
    let (mut world, proxy, envelope) = about_to_approve().await?;
    if world.node().is_foreign() {
        eprintln!("SKIPPED: where blocks carry their own time, the envelope expires before the transaction does");
        return Ok(());
    }
    let before = world.events().await?;
    proxy.set(Manner::HoldBefore);
    world.post(&envelope).await?;
    proxy.held(1).await?;
    let lost = world.state(&envelope).await?;
    kill(&mut world)?;
    world.node().seal(ERA).await?;

    world.start_relayer().await?;
    let applied = applied(&world, &envelope).await?;
    assert_ne!(applied["transaction"], lost["transaction"], "the old one can no longer come: a new one was made");
    exactly_once(&world, before).await
}

/// The node has it in a block that is not final yet, and calls the same bytes stale: that is no refusal.
#[tokio::test]
async fn killed_between_inclusion_and_finality() -> Outcome {
    let lagging = ["--finality-lag", "12", "--block-time", "250"];
    let mut world = World::start(Options { devnet: &lagging, ..Options::default() }).await?;
    if world.node().is_foreign() {
        eprintln!("SKIPPED: this node's finality does not lag when it is told to");
        return Ok(());
    }
    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E0", &id).await?.done()?;
    let envelope = world.approval("E1", &id).await?;
    let before = world.events().await?;
    world.post(&envelope).await?;
    let included = async || {
        let state = world.state(&envelope).await.map_err(|error| error.to_string())?;
        let waiting =
            world.node().rpc("author_pendingExtrinsics", json!([])).await.map_err(|error| error.to_string())?;
        match state["state"] == "submitted" && waiting == json!([]) {
            true => Ok(state),
            false => Err(format!("{state} {waiting}")),
        }
    };
    let included = eventually("the transaction is in a block", Duration::from_secs(10), included).await?;
    assert_eq!(world.events().await?, before, "and that block is not final");
    kill(&mut world)?;
    world.start_relayer().await?;
    let applied = applied(&world, &envelope).await?;
    assert_eq!(applied["transaction"], included["transaction"], "no other was made");
    exactly_once(&world, before).await
}

/// A pause that lacks one approval, and that approval signed. The relayer reaches the node through the proxy only.
async fn about_to_approve() -> Outcome<(World, Proxy, String)> {
    let mut world = World::start(Options { relayer: false, ..Options::default() }).await?;
    let proxy = Proxy::before(world.node()).await?;
    world.start_relayer_with(proxy.url(), JOURNAL).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E0", &id).await?.done()?;
    let envelope = world.approval("E1", &id).await?;
    Ok((world, proxy, envelope))
}

fn kill(world: &mut World) -> Outcome {
    world.take_relayer().ok_or("there is no relayer")?.kill();
    Ok(())
}

async fn applied(world: &World, envelope: &str) -> Outcome<Value> {
    let look = async || match world.state(envelope).await {
        Ok(state) if state["state"] == "applied" => Ok(state),
        other => Err(format!("{other:?}")),
    };
    Ok(eventually("the approval is applied", Duration::from_secs(30), look).await?)
}

/// A decision and the quorum that it made, once; and the audit database says the same as the chain.
async fn exactly_once(world: &World, before: u64) -> Outcome {
    assert_eq!(world.events().await?, before + 2);
    let again = world.greatseal(&["governance", "submit", "approval-E1.hex"]).await?.done()?;
    assert_eq!(again["state"], "applied");
    assert_eq!(world.events().await?, before + 2, "the same envelope again changes nothing");
    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    assert_eq!(verified["events"], (before + 2).to_string());
    world.execute("1.E0.0").await?.done()?;
    Ok(())
}
