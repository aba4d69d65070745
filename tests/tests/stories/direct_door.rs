//! A member acts from its own chain account: no envelope, no relayer, and the audit database says which door it was.

use std::{fs, time::Duration};

use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_client::{Account, AccountSignature, Chain, ChainError, DevAccount, address};
use greatseal_deployment::Deployment;
use greatseal_protocol::{
    bytes::ReferenceHash,
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    language::operation,
    outcome::{Outcome as Became, Undone},
    refusal::Refusal,
    scope::Watched,
};
use greatseal_tests::{
    Outcome,
    acts::pause,
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
    world.greatseal(&["deploy", "--seats", "direct.json", "--artefact", &artefact, "--yes"]).await?.done()?;
    world.greatseal(&["key", "fund", &address(member.id()), "--amount", "1000"]).await?.done()?;

    let chain = Chain::connect(world.node().url()).await?;
    let deployment: Deployment = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let contract = deployment.contract();
    chain.map_account(&member).await?;
    let expiry = chain.time(&chain.finalized().await?).await?.saturating_add(1800);
    let escalate = |nonce| Command {
        capacity: Capacity::Seat { seat: SeatId { council: Council::Auditor, index: 0 }, epoch: 0 },
        expiry,
        order: Order::Operation(operation::Order::Escalate {
            watched: Watched::Route(1),
            reference: ReferenceHash([1; 32]),
            nonce,
        }),
    };

    // Nobody acts for another: the key must be the caller's account.
    let stranger = DevAccount::named("dev:bob")?;
    let undone = chain.dry_run_act(contract, stranger.id(), &escalate(1)).await?.outcomes;
    let unknown = |undone: &Undone| matches!(undone, Undone::NothingAuthentic(became) if matches!(became[..], [Became::Ignored { .. }]));
    assert!(undone.as_ref().is_err_and(unknown), "{undone:?}");

    let dry_run = chain.dry_run_act(contract, member.id(), &escalate(1)).await?;
    assert!(matches!(dry_run.outcomes.as_deref(), Ok([Became::Applied { .. }])), "{dry_run:?}");
    let nonce = chain.finalized_nonce(member.id()).await?;
    let draft = chain.draft_act(member.id(), nonce, contract, &escalate(1), &dry_run).await?;
    let prepared = draft.signed(member.sign(&draft.payload()?).await?)?;
    chain.send(&prepared).await?;
    let (block, found) = chain.settle(&prepared).await?;
    assert!(found.success && block.number > deployment.block_number);
    // The nonce is used up, through this door as through the other.
    let again = chain.dry_run_act(contract, member.id(), &escalate(1)).await?.outcomes;
    let replayed = |undone: &Undone| matches!(undone, Undone::NothingAuthentic(became) if matches!(became[..], [Became::Ignored { refusal: Refusal::Replayed }]));
    assert!(again.as_ref().is_err_and(replayed), "{again:?}");

    let indexer = world.another_indexer("direct.db").await?;
    let on = ["--indexer", indexer.url()];
    let verified = world.greatseal(&[&on[..], &["audit", "verify"]].concat()).await?.done()?;
    // Who signed these transactions is verified over what was signed.
    assert!(verified["signed"]["by_transaction"] != "0" && verified["signed"]["by_block"] == json!([]), "{verified}");
    let log = world.greatseal(&[&on[..], &["governance", "log"]].concat()).await?.done()?;
    let told = &log["events"][1];
    assert_eq!(
        (&told["event"]["kind"], &told["door"], &told["envelope"]),
        (&json!("Escalated"), &json!("direct"), &Value::Null)
    );
    Ok(())
}

/// A pause, from the proposal to its execution, by keys in tokens and without a relayer.
#[tokio::test]
async fn seats_act_from_their_tokens_own_accounts() -> Outcome {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: true }).await?;
    let sign = async |seat: &str, args: &[&str]| world.sign(seat, &[args, &["--direct"]].concat()).await;
    let propose = async |seat: &str, action: &[&str]| {
        let pin = format!("pins/{seat}");
        let proposal = ["governance", "propose", "--document", "why.json", "--direct", "--yes"];
        let signer = ["--token", seat, "--pin-file", &pin];
        world.greatseal(&[&proposal[..], &signer[..], action].concat()).await
    };

    // Whoever has no money is told where to send some, before the key is used. On a foreign node the accounts may have
    // what another run has given them: the keys are the same.
    if !world.node().is_foreign() {
        let poor = propose("E0", &pause("route:1")).await?;
        assert_eq!(poor.code, 1, "{poor:?}");
        assert!(poor.stderr.contains("has 0 ") && poor.stderr.contains("greatseal key fund"), "{poor:?}");
        assert_eq!(world.used("E0").await?, [""; 0]);
    }

    let e0 = world.fund("E0").await?;
    let id = world.opened(propose("E0", &pause("route:1")).await?).await?;
    // The account's first act makes it known to pallet-revive, on record like the rest. Some chains do it by themselves.
    let mapped = world.used("E0").await?.len() == 1;
    assert_eq!(world.used("E0").await?, if mapped { &["open"][..] } else { &["map the account", "open"] });
    assert!(world.node().is_foreign() || !mapped);

    world.fund("E1").await?;
    sign("E0", &["approve", &id]).await?.done()?;
    let before = world.events().await?;
    let approved = sign("E1", &["approve", &id]).await?.done()?;
    assert_eq!(approved["state"], json!("applied"));
    assert_eq!(approved["door"], json!("direct"));
    assert!(approved["transaction"].as_str().is_some_and(|hash| hash.len() == 64), "{approved}");
    assert!(world.events().await? > before);

    // One journal for both doors: the key that approved here does not reject there.
    let contradiction = world.sign("E1", &["reject", &id]).await?;
    assert_eq!(contradiction.code, 6, "{contradiction:?}");
    // What the contract would refuse is refused before the key is used.
    let uses = world.used("E1").await?.len();
    let again = sign("E1", &["approve", &id]).await?;
    assert_eq!(again.code, 4, "{again:?}");
    assert_eq!(world.used("E1").await?.len(), uses);

    world.fund("O0").await?;
    sign("O0", &["execute", &id]).await?.done()?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    assert_eq!(shown["status"], json!("executed"), "{shown}");

    // The policy table is nothing for this door.
    world.fund("S0").await?;
    let refused = propose("S0", &["row", "routine-upgrade", "--delay", "2 h"]).await?;
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.stderr.contains("109") && refused.stderr.contains("no fee paid"), "{refused:?}");
    assert_eq!(world.used("S0").await?, [""; 0]);

    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    assert!(verified["signed"]["by_transaction"] != "0", "{verified}");
    // A selection has no headers in between: the hash in which a transaction's life begins stands beside it, and is signed.
    world.greatseal(&["audit", "export", "--out", "all", "--since", "2020-01-01"]).await?.done()?;
    let chosen = world.greatseal(&["audit", "verify", "--offline", "--bundle", "all"]).await?;
    assert_eq!(
        (chosen.code, &chosen.json["events"], &chosen.json["signed"]),
        (10, &verified["events"], &verified["signed"]),
        "{chosen:?}"
    );
    let log = world.greatseal(&["governance", "log"]).await?.done()?;
    let told: Vec<_> = log["events"].as_array().ok_or("no events")?.iter().skip(1).collect();
    assert!(told.len() >= 4 && told.iter().all(|event| event["door"] == json!("direct")), "{log}");
    assert_eq!(told[0]["actor"], json!(e0), "{log}");
    Ok(())
}

/// A seat whose token signs with P-256: envelopes count, and there is no account to act from.
#[tokio::test]
async fn a_p256_seat_signs_envelopes_and_has_no_account() -> Outcome {
    let mut world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    let make = ["key", "generate", "--token", "A0", "--pin-file", "pins/A0", "--label", "ecdsa", "--algorithm", "p256"];
    let made = world.greatseal(&make).await?.done()?;
    let key = &made["keys"][0]["key"];
    assert!(key.as_str().is_some_and(|key| key.starts_with("p256:")), "{made}");
    assert_eq!(made["keys"][0]["account"], Value::Null);
    let mut seats: Value = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    for seat in seats.as_array_mut().ok_or("no seats")?.iter_mut().filter(|seat| seat["seat"] == "A0") {
        seat["key"] = key.clone();
    }
    fs::write(world.file("seats.json"), seats.to_string())?;
    fs::remove_file(world.file("deployment.json"))?;
    world.deploy("deployment.json").await?.done()?;
    world.start_relayer().await?;
    world.start_indexer().await?;

    // The chain looks at no curve: whoever has the key shows it once, before the seat may do anything.
    let escalate = ["escalate", "--scope", "route:1", "--report", "report.txt", "--allow-unknown", "--key", "ecdsa"];
    world.sign("A0", &escalate).await?.refused(201)?;
    world.order("A0", &["seat", "accept", "--key", "ecdsa"]).await?.done()?;
    world.node().pass(Duration::from_secs(2)).await?;
    let used = world.used("A0").await?;
    assert_eq!(used.len(), 1, "{used:?}");
    let before = world.events().await?;
    let refused = world.sign("A0", &[&escalate[..], &["--direct"]].concat()).await?;
    assert_eq!(refused.code, 4, "{refused:?}");
    assert!(refused.stderr.contains("110"), "{refused:?}");
    assert_eq!(world.used("A0").await?, used);
    assert_eq!(world.events().await?, before);
    let done = world.sign("A0", &escalate).await?.done()?;
    assert_eq!(done["state"], json!("applied"), "{done}");
    assert_eq!(world.events().await?, before + 1);
    Ok(())
}
