//! What a pool or a dry run says is no outcome: the relayer waits and tries again, and its journal never says what the chain
//! does not.

use std::time::Duration;

use greatseal_tests::{
    Outcome,
    proxy::{Manner, Proxy},
    wait::eventually,
    world::{Options, World},
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(60);
/// Longer than a transaction lives.
const ERA: u32 = 70;
/// "Priority is too low", "Transaction is temporarily banned", "Immediately Dropped": other people's business.
const BUSY: [i32; 3] = [1014, 1012, 1016];

/// Several nodes behind one address, of which one has a full pool.
#[tokio::test]
async fn rule_44_applied_on_chain_is_never_refused_in_the_journal() -> Outcome {
    let (world, proxy, envelope) = about_to_approve(&[]).await?;
    let before = world.events().await?;
    proxy.set(Manner::SwallowAnswer);
    world.post(&envelope).await?;
    let applied = outcome(&world, &envelope).await?;
    assert_eq!((&applied["state"], &applied["seq"]), (&json!("applied"), &json!(before.to_string())), "{applied}");
    assert_eq!(world.events().await?, before + 2, "once");
    Ok(())
}

#[tokio::test]
async fn rule_44_a_pools_word_ends_nothing_and_the_same_bytes_are_sent_again() -> Outcome {
    let (world, proxy, envelope) = about_to_approve(&[]).await?;
    let before = proxy.seen().len();
    for (place, code) in BUSY.into_iter().enumerate() {
        proxy.set(Manner::Refuse(code));
        if place == 0 {
            world.post(&envelope).await?;
        }
        proxy.came(proxy.seen().len() + 1).await?;
        let state = world.state(&envelope).await?;
        assert_eq!(state["state"], "submitted", "{code}: {state}");
    }
    // The node hears nothing, and the relayer that all is well.
    proxy.set(Manner::Drop);
    proxy.came(proxy.seen().len() + 1).await?;
    proxy.set(Manner::Pass);
    assert_eq!(outcome(&world, &envelope).await?["state"], "applied");
    let sent = proxy.seen().split_off(before);
    assert!(sent.len() > BUSY.len() && sent.iter().all(|transaction| *transaction == sent[0]), "the same bytes");
    Ok(())
}

#[tokio::test]
async fn rule_19_a_nonce_is_free_only_when_its_era_has_been_searched() -> Outcome {
    let (world, proxy, envelope) = about_to_approve(&[]).await?;
    if world.node().is_foreign() {
        eprintln!("SKIPPED: nobody makes 70 blocks at once there");
        return Ok(());
    }
    let before = proxy.seen().len();
    proxy.set(Manner::Refuse(1016));
    world.post(&envelope).await?;
    proxy.came(before + 1).await?;
    world.node().seal(ERA - 20).await?;
    proxy.came(before + 3).await?;
    let sent = proxy.seen().split_off(before);
    assert!(sent.iter().all(|transaction| *transaction == sent[0]), "the era has not ended: no other is made");
    world.node().seal(20).await?;
    let another = async || match proxy.seen().last() {
        Some(last) if *last != sent[0] => Ok(()),
        other => Err(format!("{other:?}")),
    };
    eventually("the era is over: another one is made", SOON, another).await?;
    proxy.set(Manner::Pass);
    assert_eq!(outcome(&world, &envelope).await?["state"], "applied");
    Ok(())
}

/// Kept by whoever saw it, a transaction of the relayer is worth nothing after its era, whatever becomes of the account.
#[tokio::test]
async fn rule_9_the_relayers_transactions_are_mortal() -> Outcome {
    let (mut world, proxy, envelope) = about_to_approve(&[]).await?;
    if world.node().is_foreign() {
        eprintln!("SKIPPED: nobody makes 70 blocks at once there");
        return Ok(());
    }
    let before = world.events().await?;
    proxy.set(Manner::HoldBefore);
    world.post(&envelope).await?;
    proxy.held(1).await?;
    drop(world.take_relayer());
    let kept = proxy.seen().pop().ok_or("nothing was sent")?;
    world.node().seal(ERA).await?;
    let refused = world.node().rpc("author_submitExtrinsic", kept).await;
    let refused = refused.err().ok_or("taken after its era")?;
    assert_eq!(refused.code, 1010, "{refused}");
    world.node().seal(1).await?;
    assert_eq!(world.events().await?, before);
    Ok(())
}

#[tokio::test]
async fn a_slow_node_with_fast_blocks_is_sent_to_all_the_same() -> Outcome {
    let (world, _proxy, envelope) = about_to_approve(&["--block-time", "1000"]).await?;
    if world.node().is_foreign() {
        eprintln!("SKIPPED: nobody makes this node slower");
        return Ok(());
    }
    world.node().rpc("devnet_delayAnswers", json!([150])).await?;
    let posted = world.post(&envelope).await?;
    assert_eq!(posted["state"], "accepted", "{posted}");
    assert_eq!(outcome(&world, &envelope).await?["state"], "applied");
    Ok(())
}

#[tokio::test]
async fn rule_44_what_the_contract_would_refuse_now_waits_and_takes_effect_later() -> Outcome {
    let world = World::start(Options::default()).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E0", &id).await?.done()?;
    // Executed by whoever wants to, before the quorum stands: kept, and not in anybody's way.
    let execute = ["execute", &id, "--envelope-out", "execute.hex"];
    world.sign("O0", &execute).await?.done()?;
    let early = std::fs::read_to_string(world.file("execute.hex"))?.trim().to_owned();
    let before = world.events().await?;
    assert_eq!(world.post(&early).await?["state"], "accepted");
    let expected = async || match world.state(&early).await {
        Ok(state) if state["waiting"]["refusal"] == 404 => Ok(state),
        other => Err(format!("{other:?}")),
    };
    let waiting = eventually("the relayer says what it expects", SOON, expected).await?;
    assert_eq!((&waiting["state"], &waiting["waiting"]["code"]), (&json!("accepted"), &json!("refused")), "{waiting}");
    assert!(waiting["refusal"].is_null() && waiting["expires"].is_string(), "{waiting}");
    assert_eq!(world.events().await?, before, "nobody paid for a refusal");
    // The command line leaves nothing behind that it was told is refused.
    world.approve("S0", &id).await?.refused(204)?;

    world.approve("E1", &id).await?.done()?;
    assert_eq!(outcome(&world, &early).await?["state"], "applied");
    Ok(())
}

#[tokio::test]
async fn rule_44_expiry_is_proved_by_the_time_of_a_final_block() -> Outcome {
    let world = World::start(Options::default()).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    let execute = ["execute", &id, "--envelope-out", "execute.hex"];
    world.sign("O0", &execute).await?.done()?;
    let early = std::fs::read_to_string(world.file("execute.hex"))?.trim().to_owned();
    assert_eq!(world.post(&early).await?["state"], "accepted");
    if !world.node().pass(Duration::from_secs(61 * 60)).await? {
        return Ok(());
    }
    let expired = outcome(&world, &early).await?;
    assert_eq!((&expired["state"], &expired["refusal"]), (&json!("refused"), &json!(106)), "{expired}");
    assert!(expired["block_number"].is_string() && expired["fee_paid"] == false, "{expired}");
    // It is on record; a stranger to the journal is turned away without leaving anything.
    assert_eq!(world.post(&early).await?["code"], "refusal_106");
    Ok(())
}

/// A pause that lacks one approval, and that approval signed. The relayer reaches the node through the proxy only.
async fn about_to_approve(devnet: &[&str]) -> Outcome<(World, Proxy, String)> {
    let mut world = World::start(Options { devnet, relayer: false, ..Options::default() }).await?;
    let proxy = Proxy::before(world.node()).await?;
    world.start_relayer_with(proxy.url(), "relayer.db").await?;
    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E0", &id).await?.done()?;
    let envelope = world.approval("E1", &id).await?;
    Ok((world, proxy, envelope))
}

/// What the relayer says in the end.
async fn outcome(world: &World, envelope: &str) -> Outcome<Value> {
    let look = async || match world.state(envelope).await {
        Ok(state) if ["applied", "refused", "failed"].contains(&state["state"].as_str().unwrap_or_default()) => {
            Ok(state)
        }
        other => Err(format!("{other:?}")),
    };
    Ok(eventually("an outcome", SOON, look).await?)
}
