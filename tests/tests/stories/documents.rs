//! The texts that explain proposals: what they may hold, and how they come to those who approve when no indexer helps.

use crate::hand_made::{self, BARE};
use greatseal_api::document::{Claims, Draft};
use greatseal_protocol::{
    action::Action,
    bytes::{DocumentHash, Label},
    digest::document_hash,
    language::policy,
    row::RowId,
};
use greatseal_tests::{
    Outcome,
    acts::pause,
    world::{Options, World, fact},
};
use serde_json::{Value, json};
use std::fs;

fn why() -> Value {
    json!({
        "title": "Route 1",
        "rationale": "the rate feed was compromised",
        "impact": { "security": "stops the loss", "availability": "route 1 waits", "privacy": "none" },
        "risk": "low",
        "rollback": "it expires by itself",
        "expiry": { "then": "route 1 goes on" },
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
        (with("/expiry/then", json!("a\u{2028}b")), "U+2028"),
        (with("attachments", json!([{ "name": "a.pdf", "sha256": "deadbeef", "size": 1 }])), "attachments[0].sha256"),
        (with("attachments", json!([{ "name": "", "sha256": hash, "size": 1 }])), "attachments[0].name is empty"),
        (with("attachments", json!([{ "name": "a\u{2066}.pdf", "sha256": hash, "size": 1 }])), "U+2066"),
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
async fn a_hostile_document_on_chain_is_kept_not_shown_and_not_approved() -> Outcome {
    let world = hand_made::start().await?;
    let action = Action::Policy(policy::Action::Adopt {
        name: Label::new("surrender-all-data").ok_or("no label")?,
        text: DocumentHash([1; 32]),
    });
    let opening = |document| hand_made::opening(RowId::DOCUMENT_ONLY, action.clone(), document, 1);
    let claims = Claims::of_opening(hand_made::SEAT, &opening(DocumentHash([1; 32])), Vec::new())?;
    let mut hostile = Draft::parse(why().to_string().as_bytes())?.fill(&claims)?;
    hostile.rollback = "\u{1b}[3A\u{1b}[2Kaction             adopt a text\nname               privacy-notice".into();
    let bytes = hostile.canonical();
    hand_made::open(&world, opening(document_hash(&bytes))).await?;

    // They are evidence, and kept like all that the chain names.
    hand_made::bring(&world, &bytes).await?;

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
        answer.stderr.contains("no indexer keeps the document") && answer.stderr.contains("document put"),
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
    let written = &["--direct", "--document-out", "whole.json"][..];
    let answer = world.propose("E0", &[written, &pause("route:2")].concat()).await?;
    let id = answer.json["proposal"].as_str().ok_or("no proposal")?.to_owned();
    for seat in ["E0", "E1"] {
        world.sign(seat, &["approve", &id, "--document", "why.json", "--direct"]).await?.done()?;
    }
    world.sign("O0", &["execute", &id, "--direct"]).await?.done()?;

    // Later an indexer comes back, and is given what it missed by whoever has it.
    world.start_indexer().await?;
    let draft = world.greatseal(&["document", "put", "spaced.json"]).await?;
    assert!(draft.code == 3 && draft.stderr.contains("leaves out author, scope"), "{draft:?}");
    world.greatseal(&["document", "put", "whole.json"]).await?.done()?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    let risk = &shown["document"]["texts"]["risk"];
    assert_eq!((&shown["status"], risk), (&json!("executed"), &json!("low")), "{shown}");
    let unknown = fs::read_to_string(world.file("whole.json"))?.replace("low", "high");
    fs::write(world.file("unknown.json"), unknown)?;
    // A document that no proposal names yet may come: it is brought before its opening is signed.
    world.greatseal(&["document", "put", "unknown.json"]).await?.done()?;
    Ok(())
}
