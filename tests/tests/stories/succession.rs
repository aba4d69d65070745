//! The upgrade drill: govern, retire, bring the state over, govern again; one history over both addresses.

use std::time::Duration;

use greatseal_client::Chain;
use greatseal_protocol::bytes::{ContractAddress, parse_hex};
use greatseal_tests::{
    Outcome,
    acts::pause,
    program::Program,
    proxy::{Manner, Proxy},
    wait::eventually,
    world::{Options, World, artefact},
};
use serde_json::Value;

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

    world.decide("P0", &["retire", "--successor", &successor], &["S0", "S1", "P0", "T0", "T1"], DAY * 7).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!(status["contract"], first.as_str());
    assert_eq!(status["successor"], successor.as_str(), "{status}");
    assert_eq!(status["listing"]["complete"], true, "{status}");
    world.propose("E0", &pause("route:2")).await?.refused(921)?;
    let retired = relayer_says(&world, "status", "retired").await?;
    assert_eq!((&retired["contract"], &retired["successor"]), (&first.as_str().into(), &successor.as_str().into()));
    assert!(retired["help"].as_str().is_some_and(|help| help.contains("succeed import")), "{retired}");
    // What is signed for the old address.
    let kept = {
        world
            .sign("O0", &["escalate", "--scope", "money", "--report", "report.txt", "--envelope-out", "kept.hex"])
            .await?
            .done()?;
        std::fs::read_to_string(world.file("kept.hex"))?
    };
    world.greatseal(&["audit", "verify"]).await?.done()?;

    let brought = world.greatseal(&import).await?.done()?;
    assert_eq!(brought["cells"], brought["brought"]);
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!((&status["contract"], &status["successor"]), (&successor.as_str().into(), &Value::Null));
    assert_eq!(status["listing"]["source"], "node", "its own book-keeping is no cell of the state: {status}");

    // Relayer and indexer have followed by themselves.
    let followed = relayer_says(&world, "contract", &successor).await?;
    assert_eq!((&followed["status"], &followed["successor"]), (&"ok".into(), &Value::Null));
    let refused = world.post(kept.trim()).await?;
    assert_eq!(refused["code"], "refusal_103", "{refused}");
    world.pause("route:2").await?;
    // One that starts looks where the history goes on.
    world.start_relayer().await?;
    relayer_says(&world, "contract", &successor).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert!(status["pauses"].to_string().contains("\"route:2\""), "{status}");

    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    assert_eq!(verified["verified"], "yes");
    world.greatseal(&["audit", "export", "--out", "history"]).await?.done()?;
    let head = verified["head"].as_str().ok_or("no head")?;
    let offline = ["audit", "verify", "--bundle", "history", "--offline", "--expect-head", head];
    world.greatseal(&offline).await?.done()?;
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
    let honest = greatseal_made::Log::read(&world.file("history"));
    let forged = honest.parts().forged(|record, _, _| record.event.kind() != "Retired");
    forged.log(honest.deployment.clone()).write(&world.file("forged"));
    assert_eq!(world.greatseal(&["audit", "verify", "--bundle", "forged", "--offline"]).await?.code, 8);
    Ok(())
}

#[tokio::test]
async fn an_import_that_is_killed_again_and_again_is_taken_up_where_it_was() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    let artefact = artefact();
    let artefact = artefact.to_string_lossy();
    let [account, relaying] = world.node().payers();
    let deployed =
        world.greatseal(&["succeed", "deploy", "--account", &account, "--artefact", &artefact]).await?.done()?;
    let successor = deployed["successor"].as_str().ok_or("no successor")?.to_owned();
    world.decide("P0", &["retire", "--successor", &successor], &["S0", "S1", "P0", "T0", "T1"], DAY * 7).await?;
    drop(world.take_relayer());
    let successor = ContractAddress(parse_hex(successor.trim_start_matches("0x"))?);
    let chain = Chain::connect(world.node().url()).await?;
    let import = ["succeed", "import", "--account", &account];

    // Between two of its calls, or in the middle of one.
    let mut midway = 0;
    for _ in 0..2 {
        let victim = Program::spawn(world.command(&import)?)?;
        midway = beyond(&chain, successor, midway).await?;
        victim.kill();
    }
    // The node has what was sent last, and whoever sent it is gone before it is final.
    let proxy = Proxy::before(world.node()).await?;
    proxy.set(Manner::HoldAfter);
    let victim = Program::spawn(world.command(&[&import[..], &["--node", proxy.url()]].concat())?)?;
    proxy.held(1).await?;
    victim.kill();

    // Another account goes on at the same time: neither is in the other's way.
    let another = ["succeed", "import", "--account", &relaying];
    let (one, other) = tokio::join!(world.greatseal(&import), world.greatseal(&another));
    let (one, other) = (one?.done()?, other?.done()?);
    let brought = [&one, &other].map(|answer| answer["brought"].as_u64());
    let [Some(one_brought), Some(other_brought)] = brought else { return Err(format!("{one} {other}").into()) };
    let cells = one["cells"].as_u64().ok_or("no cells")?;
    assert!(midway > 0 && one_brought < cells && other_brought < cells, "{midway} {one} {other}");
    assert_eq!(one["events"], other["events"]);

    // Whoever was cut off after the last call learns that all is in.
    let again = world.greatseal(&import).await?.done()?;
    assert_eq!((&again["brought"], &again["events"]), (&0.into(), &one["events"]));
    world.start_relayer().await?;
    world.pause("route:2").await?;
    assert_eq!(world.greatseal(&["audit", "verify"]).await?.done()?["verified"], "yes");
    Ok(())
}

/// Waits until the successor has more cells than so many, and not yet all; answers how many.
async fn beyond(chain: &Chain, successor: ContractAddress, before: u32) -> Outcome<u32> {
    let look = async || {
        let at = chain.finalized().await.map_err(|error| error.to_string())?;
        match chain.awaiting(successor, &at).await {
            Ok(Some(import)) if import.cells > before => Ok(import.cells),
            other => Err(format!("{other:?}")),
        }
    };
    Ok(eventually("some cells are in", Duration::from_secs(30), look).await?)
}

/// Waits until the relayer's health says this; answers all that it says.
async fn relayer_says(world: &World, key: &str, value: &str) -> Outcome<Value> {
    let look = async || {
        let health =
            reqwest::get(format!("{}/health", world.relayer_url())).await.map_err(|error| error.to_string())?;
        let health: Value = health.json().await.map_err(|error| error.to_string())?;
        if health[key] == value { Ok(health) } else { Err(health.to_string()) }
    };
    Ok(eventually("the relayer says so", Duration::from_secs(30), look).await?)
}
