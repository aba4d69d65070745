//! The texts that explain proposals: what they may hold, and how they come to those who approve when no indexer helps.

use ed25519_dalek::{Signer as _, SigningKey};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, Label},
    command::{Capacity, Command, Order},
    council::{Council, SeatId},
    digest::{document_hash, signed_message},
    envelope::Envelope,
    key::{Key, Signature},
    language::{
        policy,
        proposal::{self, Open},
    },
    row::RowId,
};
use greatseal_tests::{
    Outcome,
    acts::pause,
    world::{Options, World, fact},
};
use serde_json::{Value, json};
use std::{fs, time::Duration};

const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };

fn why() -> Value {
    json!({
        "title": "Route 1",
        "rationale": "the rate feed was compromised",
        "impact": { "security": "stops the loss", "availability": "route 1 waits", "privacy": "none" },
        "risk": "low",
        "rollback": "it expires by itself",
    })
}

#[tokio::test]
async fn what_people_do_not_see_is_refused_before_anything_is_signed() -> Outcome {
    let world = World::start(BARE).await?;
    let with = |pointer: &str, text: Value| {
        let mut value = why();
        if pointer == "attachments" {
            value[pointer] = text;
        } else if let Some(place) = value.pointer_mut(pointer) {
            *place = text;
        }
        value
    };
    let hash = "ab".repeat(32);
    for (document, told) in [
        (with("/title", json!("Notice\u{1b}[2J\u{1b}[3A")), "U+001B (escape)"),
        (with("/rollback", json!("fine\nneeds   1 approval")), "U+000A (line break)"),
        (with("/title", json!("\u{202e}ecitoN")), "U+202E (right-to-left override)"),
        (with("/risk", json!("\u{200b}")), "U+200B (zero width space)"),
        (with("/impact/privacy", json!("\u{2800}")), "U+2800 (blank Braille pattern)"),
        (with("/risk", json!("  ")), "risk is empty"),
        (with("attachments", json!([{ "name": "a.pdf", "sha256": "deadbeef" }])), "attachments[0].sha256"),
        (with("attachments", json!([{ "name": "", "sha256": hash }])), "attachments[0].name is empty"),
        (with("attachments", json!([{ "name": "a\u{2066}.pdf", "sha256": hash }])), "U+2066"),
    ] {
        fs::write(world.file("hostile.json"), document.to_string())?;
        for words in [
            &["document", "check", "hostile.json"][..],
            &["document", "put", "hostile.json"],
            &[
                &[
                    "governance",
                    "propose",
                    "--document",
                    "hostile.json",
                    "--token",
                    "E0",
                    "--pin-file",
                    "pins/E0",
                    "--yes",
                ],
                &pause("route:1")[..],
            ]
            .concat(),
        ] {
            let answer = world.greatseal(words).await?;
            assert!(answer.code == 3 && answer.stderr.contains(told), "{words:?} {told}: {answer:?}");
            assert!(!answer.stderr.contains('\u{1b}') && !answer.stderr.contains('\u{202e}'), "{answer:?}");
        }
    }
    assert_eq!(world.used("E0").await?, Vec::<String>::new());
    assert_eq!(world.greatseal(&["document", "check", "why.json"]).await?.code, 0);
    Ok(())
}

/// A member who signs with a program of her own is not kept from naming whatever she likes on chain.
#[tokio::test]
async fn a_hostile_document_on_chain_is_not_kept_not_shown_and_not_approved() -> Outcome {
    let mut world = World::start(BARE).await?;
    // The seat P0 has a key that this story knows.
    let secret = SigningKey::from_bytes(&[77; 32]);
    let key = Key::Ed25519(secret.verifying_key().to_bytes());
    let mut seats: Value = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    for seat in seats.as_array_mut().ok_or("no seats")? {
        if seat["seat"] == "P0" {
            seat["key"] = json!(key.to_string());
        }
    }
    fs::write(world.file("seats.json"), seats.to_string())?;
    fs::remove_file(world.file("deployment.json"))?;
    world.deploy("deployment.json").await?.done()?;
    world.start_relayer().await?;
    world.start_indexer().await?;

    let mut hostile = why();
    hostile["rollback"] = json!("\u{1b}[3A\u{1b}[2Kaction             adopt a text\nname               privacy-notice");
    let bytes = serde_json::to_vec(&hostile)?;
    let hash = document_hash(&bytes);
    let domain =
        greatseal_deployment::Deployment::domain(&serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?);
    let action = Action::Policy(policy::Action::Adopt {
        name: Label::new("surrender-all-data").ok_or("no label")?,
        text: DocumentHash([1; 32]),
    });
    let open = Open {
        row: RowId::DOCUMENT_ONLY,
        action,
        document: hash,
        approve_within: 3_600,
        execute_within: 3_600,
        nonce: 1,
        approve: true,
    };
    let status = world.greatseal(&["status"]).await?.done()?;
    let now: u64 = status["block"]["time"].as_str().unwrap_or_default().parse()?;
    let command = Command {
        capacity: Capacity::Seat { seat: SeatId { council: Council::Policy, index: 0 }, epoch: 0 },
        expiry: now.max(since_1970()) + 1_800,
        order: Order::Proposal(proposal::Order::Open(Box::new(open))),
    };
    let signature = secret.sign(&signed_message(&domain, &key, &command)).to_bytes();
    let envelope = Envelope::seal(&domain, command, key, Signature::Ed25519(signature)).to_bytes();
    fs::write(world.file("open.hex"), hex::encode(envelope))?;
    world.greatseal(&["governance", "submit", "open.hex"]).await?.done()?;

    // The indexer keeps no such bytes, in whatever form they come.
    let url = format!("{}/v1/documents", world.indexer_url());
    let client = reqwest::Client::new();
    let put =
        async || Ok::<_, reqwest::Error>(client.post(&url).body(bytes.clone()).send().await?.json::<Value>().await?);
    let mut refused = put().await?;
    for _ in 0..200 {
        if refused["code"] != "unknown_document" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        refused = put().await?;
    }
    assert_eq!(refused["code"], "hidden_characters", "{refused}");

    // Nobody approves it, with or without the file; everybody sees what it does, and may stop it.
    let id = "1.P0.0";
    fs::write(world.file("hostile.json"), &bytes)?;
    for file in [&[][..], &["--document", "hostile.json"]] {
        let answer = world.sign("P1", &[&["approve", id][..], file].concat()).await?;
        assert!(answer.code == 8 && answer.stderr.contains("do not sign"), "{answer:?}");
        let shown = world.command(&[&["governance", "show", id][..], file].concat())?.output()?;
        let text = String::from_utf8(shown.stdout)?;
        assert!(shown.status.success() && text.contains("surrender-all-data"), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains("\nname               privacy-notice"), "{text:?}");
    }
    let other = world.sign("P1", &["approve", id, "--document", "why.json"]).await?;
    assert!(other.code == 3 && other.stderr.contains("the proposal names"), "{other:?}");
    assert_eq!(world.used("P1").await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn rule_30_an_emergency_needs_no_indexer() -> Outcome {
    let mut world = World::start(Options { indexer: false, ..Options::default() }).await?;
    let answer = world.propose("E0", &pause("route:1")).await?;
    // It is open, and its author learns that nobody can read why.
    assert_eq!(answer.code, 5, "{answer:?}");
    assert!(
        answer.stderr.contains("no indexer holds its document") && answer.stderr.contains("document put"),
        "{answer:?}"
    );
    let id = answer.json["proposal"].as_str().ok_or("no proposal")?.to_owned();
    let blind = world.approve("E0", &id).await?;
    assert!(blind.code == 8 && blind.stderr.contains("--document FILE"), "{blind:?}");
    let number = id.split('.').next().unwrap_or_default().to_owned();
    let numbered = world.sign("E0", &["approve", &number, "--document", "why.json"]).await?;
    assert!(numbered.code == 3 && numbered.stderr.contains("whole id"), "{numbered:?}");
    // In another form it is the same document.
    let spaced = serde_json::to_string_pretty(&serde_json::from_slice::<Value>(&fs::read(world.file("why.json"))?)?)?;
    fs::write(world.file("spaced.json"), format!("\n{spaced}\n"))?;
    let shown = world.greatseal(&["governance", "show", &id, "--document", "spaced.json"]).await?.done()?;
    let scope = fact(&shown["action"], "scope");
    assert_eq!((scope, &shown["document"]["texts"]["risk"]), (json!("route:1"), &json!("low")), "{shown}");
    for seat in ["E0", "E1"] {
        world.sign(seat, &["approve", &id, "--document", "spaced.json"]).await?.done()?;
    }
    world.sign("O0", &["execute", &id]).await?.done()?;

    // Even the relayer may be gone.
    world.take_relayer();
    for seat in ["E0", "E1", "O0"] {
        world.fund(seat).await?;
    }
    let answer = world.propose("E0", &[&["--direct"][..], &pause("route:2")].concat()).await?;
    let id = answer.json["proposal"].as_str().ok_or("no proposal")?.to_owned();
    for seat in ["E0", "E1"] {
        world.sign(seat, &["approve", &id, "--document", "why.json", "--direct"]).await?.done()?;
    }
    world.sign("O0", &["execute", &id, "--direct"]).await?.done()?;

    // Later an indexer comes back, and is given what it missed by whoever has it.
    world.start_indexer().await?;
    world.greatseal(&["document", "put", "spaced.json"]).await?.done()?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    let risk = &shown["document"]["texts"]["risk"];
    assert_eq!((&shown["status"], risk), (&json!("executed"), &json!("low")), "{shown}");
    fs::write(world.file("unknown.json"), why().to_string().replace("low", "high"))?;
    let unknown = world.greatseal(&["document", "put", "unknown.json"]).await?;
    assert!(unknown.code == 1 && unknown.stderr.contains("no proposal names"), "{unknown:?}");
    Ok(())
}

fn since_1970() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs()
}
