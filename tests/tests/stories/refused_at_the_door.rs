//! What was signed for another contract, another chain, another time or by somebody else is refused by number, before the
//! chain sees it: its payer has as much afterwards as before.

use greatseal_client::{Account, Chain, DevAccount};
use greatseal_tests::{
    Outcome,
    devnet::Devnet,
    program::Answer,
    tokens,
    world::{Options, World, artefact},
};
use std::time::Duration;

/// Longer than any envelope lives.
const LATER: Duration = Duration::from_secs(61 * 60);

#[tokio::test]
async fn envelopes_of_another_place_time_epoch_or_person() -> Outcome {
    let world = World::start(Options { indexer: true, ..Options::default() }).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E0", &id).await?.done()?;
    let (events, funds) = (world.events().await?, funds(&world).await?);

    // Another contract on this chain, with the same seats.
    world.deploy("other.json").await?.done()?;
    sign_escalation(&world, &["--deployment", "other.json"], "other-contract.hex").await?;
    submit(&world, "other-contract.hex").await?.refused(103)?;

    // Another chain, with the same seats.
    let chain = Devnet::start().await?;
    let released = artefact();
    let released = released.to_string_lossy();
    let deploy = ["deploy", "--seats", "seats.json", "--artefact", &released, "--yes", "--out", "elsewhere.json"];
    world.greatseal(&[&["--node", chain.url()][..], &deploy].concat()).await?.done()?;
    let elsewhere = ["--node", chain.url(), "--deployment", "elsewhere.json"];
    sign_escalation(&world, &elsewhere, "other-chain.hex").await?;
    submit(&world, "other-chain.hex").await?.refused(103)?;

    // An epoch that the council is not in.
    world.sign("E1", &["approve", &id, "--epoch", "1"]).await?.refused(205)?;
    // A council that the row does not have, and the same seat once more.
    world.approve("M0", &id).await?.refused(204)?;
    if world.node().pass(Duration::from_secs(2)).await? {
        world.approve("E0", &id).await?.refused(402)?;
    }

    // A key that is no seat's: a token of somebody who was never appointed.
    tokens::add(&world.file(""), "stranger")?;
    world.approve("stranger", &id).await?.refused(200)?;

    // Signed in time and submitted too late.
    sign_escalation(&world, &[], "late.hex").await?;
    if world.node().pass(LATER).await? {
        submit(&world, "late.hex").await?.refused(106)?;
    }
    assert_eq!(world.events().await?, events, "nothing is on record");
    assert_eq!(self::funds(&world).await?, funds, "nobody paid");
    Ok(())
}

async fn sign_escalation(world: &World, globals: &[&str], out: &str) -> Outcome {
    let escalate = ["governance", "escalate", "--scope", "route:1", "--report", "report.txt", "--envelope-out", out];
    let signer = ["--allow-unknown", "--token", "A0", "--pin-file", "pins/A0", "--yes"];
    world.greatseal(&[globals, &escalate, &signer].concat()).await?.done()?;
    Ok(())
}

async fn submit(world: &World, envelope: &str) -> Outcome<Answer> {
    Ok(world.greatseal(&["governance", "submit", envelope]).await?)
}

/// What the relayer's account has.
async fn funds(world: &World) -> Outcome<u128> {
    let chain = Chain::connect(world.node().url()).await?;
    let [_, payer] = world.node().payers();
    Ok(chain.funds(DevAccount::named(&payer)?.id()).await?.free)
}
