//! The upgrade drill: govern, retire, bring the state over, govern again; one history over both addresses.

use std::time::Duration;

use greatseal_tests::{
    Outcome,
    acts::pause,
    world::{Options, World, artefact},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn another_contract_goes_on_and_everything_follows() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    world.pause("route:1").await?;

    // The successor lies there before anything is decided, and does nothing.
    let artefact = artefact();
    let artefact = artefact.to_string_lossy();
    let [account, _] = world.node().payers();
    let deployed =
        world.greatseal(&["succeed", "deploy", "--account", &account, "--artefact", &artefact]).await?.done()?;
    let successor = deployed["successor"].as_str().ok_or("no successor")?.to_owned();
    let first = deployed["predecessor"].as_str().ok_or("no predecessor")?.to_owned();
    let import = ["succeed", "import", "--account", &account];
    assert_eq!(world.greatseal(&import).await?.code, 3, "not retired yet");
    // Not even proposed in favour of a contract that awaits nothing.
    assert_eq!(world.propose("P0", &["retire", "--successor", &first]).await?.code, 3);

    world.decide("P0", &["retire", "--successor", &successor], &["P0", "P1", "T0"], DAY).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!(status["contract"], first.as_str());
    assert!(status["retired"].as_str().is_some_and(|text| text.contains(&successor)), "{status}");
    world.propose("E0", &pause("route:2")).await?.refused(921)?;
    // What is signed for the old address.
    let kept = {
        world
            .sign("O0", &["escalate", "--scope", "route:1", "--report", "report.txt", "--envelope-out", "kept.hex"])
            .await?
            .done()?;
        std::fs::read_to_string(world.file("kept.hex"))?
    };
    world.greatseal(&["audit", "verify"]).await?.done()?;

    let brought = world.greatseal(&import).await?.done()?;
    assert_eq!(brought["cells"], brought["brought"]);
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!((&status["contract"], &status["retired"]), (&successor.as_str().into(), &serde_json::Value::Null));

    // A relayer looks where the history goes on when it starts; the indexer has followed by itself.
    world.start_relayer().await?;
    let refused = world.post(kept.trim()).await?;
    assert_eq!(refused["code"], "refusal_103", "{refused}");
    world.pause("route:2").await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert!(status["pause"].to_string().contains("route:1") || status.to_string().contains("route:1"), "{status}");

    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    assert_eq!(verified["verified"], "yes");
    world.greatseal(&["audit", "export", "--out", "history.jsonl"]).await?.done()?;
    world.greatseal(&["audit", "verify", "--file", "history.jsonl", "--offline"]).await?.done()?;
    // One that begins anew comes to the same head.
    let another = world.another_indexer("another.db").await?;
    let again = world.greatseal(&["--indexer", another.url(), "audit", "verify"]).await?.done()?;
    assert_eq!(again["head"], verified["head"]);
    // And one that has stored the whole story replays it.
    drop(another);
    let another = world.another_indexer("another.db").await?;
    let again = world.greatseal(&["--indexer", another.url(), "audit", "verify"]).await?.done()?;
    assert_eq!(again["head"], verified["head"]);
    // A history whose state was not taken over as it was is not one.
    let text = std::fs::read_to_string(world.file("history.jsonl"))?;
    let forged: String =
        text.lines().filter(|row| !row.contains("\"Retired\"")).map(|row| format!("{row}\n")).collect();
    std::fs::write(world.file("forged.jsonl"), forged)?;
    assert_ne!(world.greatseal(&["audit", "verify", "--file", "forged.jsonl", "--offline"]).await?.code, 0);
    Ok(())
}
