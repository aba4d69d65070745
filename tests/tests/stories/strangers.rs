//! Anybody can sign. What the contract would not look at is not written down either, as far as the node can be asked.

use std::fs;

use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::ReferenceHash,
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    digest,
    envelope::Envelope,
    key::{Key, Signature},
    language::operation,
    scope::Watched,
};
use greatseal_tests::{
    Outcome,
    proxy::Proxy,
    world::{Options, World},
};

#[tokio::test]
async fn a_key_without_a_seat_leaves_nothing_in_the_journal() -> Outcome {
    let world = World::start(Options::default()).await?;
    let envelope = stranger(&world, Capacity::Seat { seat: SeatId { council: Council::Auditor, index: 0 }, epoch: 1 })?;
    for _ in 0..2 {
        let refused = world.post(&envelope).await?;
        assert_eq!(refused["code"], "refusal_200", "{refused}");
        assert!(refused["help"].is_string());
    }
    assert_eq!(world.state(&envelope).await?["code"], "unknown_envelope");

    // Nor does what nobody in particular wants, where the contract would not even put its refusal on record.
    let anyone = stranger(&world, Capacity::Anyone)?;
    let refused = world.post(&anyone).await?;
    assert!(refused["code"].as_str().is_some_and(|code| code.starts_with("refusal_")), "{refused}");
    assert_eq!(world.state(&anyone).await?["code"], "unknown_envelope");
    // And who has a seat is taken in as ever.
    world.escalate("route:1").await?.done()?;
    Ok(())
}

#[tokio::test]
async fn while_the_node_is_away_nothing_is_lost() -> Outcome {
    let mut world = World::start(Options { indexer: false, relayer: false, ..Options::default() }).await?;
    let proxy = Proxy::before(world.node()).await?;
    world.start_relayer_with(proxy.url(), "relayer.db").await?;
    let envelope = stranger(&world, Capacity::Seat { seat: SeatId { council: Council::Auditor, index: 0 }, epoch: 1 })?;
    drop(proxy);
    let taken = world.post(&envelope).await?;
    assert_eq!(taken["state"], "accepted", "{taken}");
    assert_eq!(world.state(&envelope).await?["state"], "accepted");
    Ok(())
}

/// A well-signed escalation of a key that nobody has seen before.
fn stranger(world: &World, capacity: Capacity) -> Outcome<String> {
    let deployment: Deployment = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let domain = deployment.domain();
    let secret = SigningKey::from_bytes(&[0x5a; 32]);
    let key = Key::Ed25519(secret.verifying_key().to_bytes());
    let order = Order::Operation(operation::Order::Escalate {
        watched: Watched::Route(1),
        reference: ReferenceHash([1; 32]),
        nonce: 1,
    });
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let command = Command { capacity, expiry: now + 1800, order };
    let signature = secret.sign(&digest::signed_message(&domain, &key, &command));
    let envelope = Envelope::seal(&domain, command, key, Signature::Ed25519(signature.to_bytes()));
    Ok(hex::encode(envelope.to_bytes()))
}
