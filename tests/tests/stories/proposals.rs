//! Everything that can be proposed, once: under its row, with what it builds on read from the chain.

use std::fs;

use greatseal_tests::{
    Outcome, tokens,
    world::{Options, World},
};

#[tokio::test]
async fn every_action_finds_its_row() -> Outcome {
    let world = World::start(Options::default()).await?;
    let key = |name: &str| -> Outcome<String> {
        Ok(tokens::add(&world.file(""), name)?.as_str().ok_or("no key")?.to_owned())
    };
    let (one, two) = (key("one")?, key("two")?);
    let council = format!("council = \"X\"\n[[added]]\nkey = \"{one}\"\norganisation = \"ext-auditor-3\"\n");
    fs::write(world.file("council.toml"), council)?;
    let recover = format!("council = \"S\"\n[[seats]]\nseat = \"S1\"\nkey = \"{one}\"\n");
    fs::write(world.file("recover.toml"), recover)?;
    let seat = serde_json::json!({ "key": two, "role": "chair", "valid_until": "+100 d" });
    fs::write(world.file("seat.json"), seat.to_string())?;
    fs::write(world.file("row.toml"), "row = \"document-only\"\nwindow = \"2 d\"\n")?;
    let entry =
        "entry = \"schema:https://schemas.example/person/1\"\nvalid_from = \"+1 d\"\nvalid_until = \"+300 d\"\n";
    fs::write(world.file("entry.toml"), entry)?;
    world.escalate("money").await?.done()?;
    let incident = ["--severity", "2", "--reason", "why"];
    let with_incident = |args: &[&'static str]| [args, &incident].concat();

    let proposals: &[(&str, Vec<&str>, &str)] = &[
        ("S0", with_incident(&["pause", "--scope", "everything", "--minutes", "120"]), "sovereign-pause"),
        (
            "E0",
            with_incident(&["pause", "--scope", "program:1", "--minutes", "5", "--allow-unknown"]),
            "emergency-pause",
        ),
        ("E0", with_incident(&["mode", "limited", "--minutes", "5"]), "degraded-mode"),
        ("S0", with_incident(&["mode", "limited", "--minutes", "90"]), "manual-override"),
        ("E0", vec!["suspend", "T1", "--reason", "why"], "seat-suspension"),
        ("S0", vec!["suspend", "T1", "--reason", "why"], "sovereign-suspension"),
        ("S0", vec!["row", "routine-upgrade", "--delay", "2 h"], "policy-table"),
        ("P0", vec!["row", "--file", "row.toml"], "policy-table"),
        ("S0", vec!["reconstitute", "--file", "council.toml"], "policy-table"),
        ("P0", vec!["rotate", "S1", "--new-key", &one], "rotate-sovereign"),
        ("S0", vec!["rotate", "O1", "--file", "seat.json"], "rotate-operator"),
        ("S0", vec!["rotate", "Pr:1-0", "--new-key", &one], "rotate-program"),
        ("C0", vec!["recover", "--file", "recover.toml"], "recover-sovereign"),
        ("T0", vec!["register", "component:node", "--kind", "node", "--risk", "high"], "high-risk-upgrade"),
        ("I0", vec!["register", "issuer:did:web:a.example", "--organisation", "civil-registry"], "registry-identity"),
        ("I0", vec!["register", "--file", "entry.toml"], "registry-identity"),
        ("C0", vec!["register", "custody:root-key", "--value", "report.txt"], "custody"),
        ("S0", vec!["register", "asset:eip155:1/slip44:60"], "registry-money"),
        ("M0", vec!["register", "party:bank-a", "--organisation", "bank-a"], "registry-money"),
        ("M0", vec!["register", PAYER, "--allow-unknown"], "registry-money"),
        ("P0", vec!["baseline", "mint-rate", "60"], "config-outside-band"),
        ("P0", vec!["adopt", "privacy-notice", "--text", "report.txt"], "document-only"),
    ];
    for (author, action, row) in proposals {
        let answer = world.propose(author, action).await?;
        let id = world.opened(answer).await.map_err(|error| format!("{action:?}: {error}"))?;
        let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
        assert_eq!(shown["row"], *row, "{action:?}: {shown}");
        // Four of an author at a time.
        world.sign(author, &["cancel", &id]).await?.done()?;
    }
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_cannot_be_built_on() -> Outcome {
    let world = World::start(Options::default()).await?;
    let before = world.events().await?;
    let refused: &[(&str, &[&str], u16)] = &[
        ("S0", &["lift", "--scope", "upgrades"], 503),
        ("S0", &["leave-mode"], 503),
        ("S0", &["reinstate", "T1", "--reason", "why"], 601),
        ("S0", &["consent", "--scope", "upgrades", "--evidence", "report.txt"], 504),
        ("S0", &["renew-profile", "--days", "30"], 303),
        ("I0", &["revoke", "issuer:did:web:a.example", "--reason", "why"], 620),
        ("S0", &["register", "asset:eip155:1/slip44:60"], 414),
        ("I0", &["register", "issuer:did:web:b.example", "--organisation", "infra-operator"], 208),
        ("E0", &["rotate", "E1", "--new-key", KEY, "--organisation", "cert"], 209),
        ("E0", &["rotate", "E1", "--new-key", KEY, "--valid-until", "+300 d"], 605),
    ];
    for (author, action, number) in refused {
        let told = |error| format!("{action:?}: {error}");
        world.propose(author, action).await?.refused(*number).map_err(told)?;
    }
    for (author, action) in [
        ("S0", &["suspend", "T9", "--reason", "why"][..]),
        ("S0", &["suspend", "nobody", "--reason", "why"]),
        ("S0", &["rotate", "S1", "--new-key", "ed25519:ff"]),
        ("S0", &["recover", "--file", "missing.toml"]),
        ("S0", &["row", "routine-upgrade", "--delay", "soon"]),
        ("S0", &["row", "no-such-row", "--delay", "2 h"]),
        ("I0", &["register", "issuer", "--organisation", "a"]),
        ("T0", &["register", "component:relayer", "--kind", "toy", "--risk", "routine"]),
        ("P0", &["baseline", "no-such-parameter", "1"]),
        ("P0", &["adopt", "Privacy Notice", "--text", "report.txt"]),
    ] {
        let answer = world.propose(author, action).await?;
        assert_eq!(answer.code, 3, "{action:?}: {answer:?}");
        assert!(answer.stderr.contains("\nhelp: "), "{action:?}: {answer:?}");
    }
    assert_eq!(world.events().await?, before, "nothing is on record");
    Ok(())
}

/// //Dave's account, as people write it.
const PAYER: &str = "payer:306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20:1";
/// A sound key of nobody: the first test vector of RFC 8032.
const KEY: &str = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

#[tokio::test]
async fn one_signature_for_several_proposals() -> Outcome {
    let world = World::start(Options::default()).await?;
    let mut ids = Vec::new();
    for name in ["issuer:did:web:a.example", "issuer:did:web:b.example", "issuer:did:web:c.example"] {
        let answer = world.propose("I0", &["register", name, "--organisation", "civil-registry"]).await?;
        ids.push(world.opened(answer).await?);
    }
    let [first, second, third] = ids.as_slice() else { return Err("three were opened".into()) };
    world.sign("I0", &["cancel", second]).await?.done()?;

    // In any order; what has ended meanwhile is skipped and listed.
    let signed = world.sign("I1", &["approve", third, second, first]).await?.done()?;
    assert_eq!((&signed["order"], &signed["approve"]), (&"decide-together".into(), &ids.clone().into()), "{signed}");
    let shown = world.greatseal(&["governance", "show", third]).await?.done()?;
    assert_eq!(shown["decisions"][0]["approve"], serde_json::json!(["I1"]), "{shown}");

    // One that is named twice is a mistake, one that protects is signed for alone: nothing is signed.
    let twice = world.sign("I2", &["approve", first, first]).await?;
    assert_eq!(twice.code, 3, "{twice:?}");
    let pause = ["pause", "--scope", "upgrades", "--minutes", "5", "--severity", "2", "--reason", "why"];
    let answer = world.propose("S0", &pause).await?;
    let protecting = world.opened(answer).await?;
    let alone = world.sign("S1", &["reject", first, &protecting]).await?;
    assert_eq!(alone.code, 4, "{alone:?}");
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}
