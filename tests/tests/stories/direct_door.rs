//! A member acts from its own chain account: no envelope, no relayer, and the audit database says which door it was.

use std::fs;

use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_api::deployment::Deployment;
use greatseal_chain::{Account, AccountSignature, Chain, ChainError, DevAccount, address};
use greatseal_protocol::{
    bytes::ReferenceHash,
    command::{Capacity, Command, Order},
    council::Council,
    refusal::Refusal,
    scope::Watched,
    submit::{Outcome as Became, Undone},
};
use greatseal_tests::{
    Outcome,
    world::{Options, World, artefact},
};
use serde_json::{Value, json};

/// A member's key that no token holds.
struct Member(SigningKey);

impl Account for Member {
    fn id(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    async fn sign(&self, payload: &[u8]) -> Result<AccountSignature, ChainError> {
        Ok(AccountSignature::Ed25519(self.0.sign(payload).to_bytes()))
    }
}

#[tokio::test]
async fn a_member_acts_from_its_own_account() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    let member = Member(SigningKey::from_bytes(&[0x17; 32]));
    let mut seats: Value = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    for seat in seats.as_array_mut().ok_or("no seats")?.iter_mut().filter(|seat| seat["seat"] == "A0") {
        seat["key"] = json!(format!("ed25519:{}", hex::encode(member.id())));
    }
    fs::write(world.file("direct.json"), seats.to_string())?;
    let artefact = artefact();
    let artefact = artefact.to_string_lossy();
    fs::remove_file(world.file("deployment.json"))?;
    world.greatseal(&["deploy", "--seats", "direct.json", "--artefact", &artefact]).await?.done()?;
    world.greatseal(&["key", "fund", &address(member.id()), "--amount", "1000"]).await?.done()?;

    let chain = Chain::connect(world.node().url()).await?;
    let deployment: Deployment = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let contract = deployment.contract();
    chain.map_account(&member).await?;
    let expiry = chain.time(&chain.finalized().await?).await?.saturating_add(1800);
    let escalate = |nonce| Command {
        capacity: Capacity::Seat { council: Council::Auditor, epoch: 0 },
        expiry,
        order: Order::Escalate { watched: Watched::Route(1), reference: ReferenceHash([1; 32]), nonce },
    };

    // Nobody acts for another: the key must be the caller's account.
    let stranger = DevAccount::named("dev:bob")?;
    let undone = chain.dry_run_act(contract, stranger.id(), &escalate(1)).await?.outcomes;
    let unknown = |undone: &Undone| matches!(undone, Undone::NothingAuthentic(became) if matches!(became[..], [Became::Ignored { .. }]));
    assert!(undone.as_ref().is_err_and(unknown), "{undone:?}");

    let dry_run = chain.dry_run_act(contract, member.id(), &escalate(1)).await?;
    assert!(matches!(dry_run.outcomes.as_deref(), Ok([Became::Applied { .. }])), "{dry_run:?}");
    let prepared = chain.prepare_act(&member, contract, &escalate(1), &dry_run).await?;
    chain.send(&prepared).await?;
    let (block, found) = chain.settle(&prepared).await?;
    assert!(found.success && block.number > deployment.block_number);
    // The nonce is used up, through this door as through the other.
    let again = chain.dry_run_act(contract, member.id(), &escalate(1)).await?.outcomes;
    assert!(matches!(again.as_deref(), Ok([Became::Refused { refusal: Refusal::Replayed, .. }])), "{again:?}");

    let indexer = world.another_indexer("direct.db").await?;
    let on = ["--indexer", indexer.url()];
    world.greatseal(&[&on[..], &["audit", "verify"]].concat()).await?.done()?;
    let log = world.greatseal(&[&on[..], &["governance", "log"]].concat()).await?.done()?;
    let told = &log["events"][1];
    assert_eq!(
        (&told["kind"], &told["door"], &told["envelope"]),
        (&json!("Escalated"), &json!("direct"), &Value::Null)
    );
    Ok(())
}
