//! What operators and auditors do: registry, releases and the way back, parameters, drills, disputes and their ties.

use std::time::Duration;

use greatseal_tests::{
    Outcome,
    world::{Options, World},
};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::test]
async fn a_release_runs_and_is_taken_back() -> Outcome {
    let world = World::start(Options::default()).await?;
    let release =
        |version| ["release", "relayer", version, "--code", "report.txt", "--sbom", "why.json", "--not-after", "+6 d"];
    world.propose("T0", &release("v1")).await?.refused(620)?;
    let register = ["register", "component:relayer", "--kind", "service", "--risk", "routine"];
    world.decide("T0", &register, &["T0", "T1", "P0"], DAY).await?;
    world.order("O0", &["release", "roll-back", "relayer"]).await?.refused(620)?;
    world.greatseal(&["release", "show", "relayer"]).await?.refused(620)?;
    world.decide("T0", &release("v1"), &["T0", "T1"], HOUR).await?;
    world.order("O0", &["release", "roll-back", "relayer"]).await?.refused(624)?;
    world.decide("T1", &release("v2"), &["T0", "T2"], HOUR).await?;
    world.order("T0", &["release", "roll-back", "relayer"]).await?.refused(204)?;
    let runs = world.greatseal(&["release", "show", "relayer"]).await?.done()?;
    assert_eq!((&runs["runs"]["version"], &runs["before"]["version"]), (&"v2".into(), &"v1".into()), "{runs}");
    assert_eq!((&runs["rollback"], runs["rollback_until"].is_string()), (&"allowed".into(), true), "{runs}");
    let back = world.order("O0", &["release", "roll-back", "relayer"]).await?.done()?;
    assert_eq!((&back["from"], &back["to"]), (&"v2".into(), &"v1".into()));
    let runs = world.greatseal(&["release", "show"]).await?.done()?;
    let (of, all) = (&runs["components"][0], &runs["listing"]["complete"]);
    assert_eq!((&of["component"], &of["runs"]["version"], all), (&"relayer".into(), &"v1".into(), &true.into()));
    assert_eq!((of["before"].is_null(), &of["rollback"]), (true, &"first-release".into()), "{runs}");

    let revoke = ["revoke", "component:relayer", "--reason", "nobody maintains it"];
    world.decide("T0", &revoke, &["T0", "T1", "P1"], DAY).await?;
    world.propose("T0", &release("v3")).await?.refused(620)?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn parameters_move_within_their_band() -> Outcome {
    let world = World::start(Options::default()).await?;
    world.order("O0", &["tune", "cache-ttl", "310"]).await?.refused(900)?;
    world.decide("P0", &["baseline", "cache-ttl", "300"], &["P0", "T0", "T1"], HOUR).await?;
    world.order("O0", &["tune", "cache-ttl", "310"]).await?.refused(902)?;
    world.node().pass(HOUR).await?;
    world.order("O0", &["tune", "cache-ttl", "361"]).await?.refused(901)?;
    world.order("A0", &["tune", "cache-ttl", "310"]).await?.refused(204)?;
    let tuned = world.order("O0", &["tune", "cache-ttl", "330"]).await?.done()?;
    assert_eq!((&tuned["from"], &tuned["to"]), (&"300".into(), &"330".into()));
    let status = world.greatseal(&["status"]).await?.done()?;
    let shown = world.greatseal(&["parameter", "show", "cache-ttl"]).await?.done()?;
    assert_eq!(status["parameters"], shown["parameters"]);
    let shown = &shown["parameters"][0];
    assert_eq!(
        (&shown["value"], &shown["least"], &shown["most"]),
        (&"330".into(), &"240".into(), &"360".into()),
        "{shown}"
    );
    world.greatseal(&["parameter", "show", "inflight"]).await?.refused(900)?;
    assert_eq!(world.greatseal(&["parameter", "show", "speed"]).await?.code, 3);

    world.order("A0", &["drill", "key-loss", "--report", "report.txt"]).await?.done()?;
    world.order("S0", &["drill", "key-loss", "--report", "report.txt"]).await?.refused(204)?;
    assert_eq!(world.order("A0", &["drill", "Key Loss", "--report", "report.txt"]).await?.code, 3);
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn a_tie_on_a_dispute_is_broken_by_the_panel() -> Outcome {
    let world = World::start(Options::default()).await?;
    let subject = "d1".repeat(32);
    let resolve = ["resolve", &subject, "--answer", "upheld", "--statement", "report.txt"];
    world.propose("S0", &resolve).await?.refused(641)?;
    let dispute = ["dispute", "open", &subject, "--reason", "not what was decided", "--allow-unknown"];
    world.order("S0", &dispute).await?.refused(204)?;
    world.order("A0", &dispute).await?.done()?;
    world.order("A0", &dispute).await?.refused(640)?;
    // A dispute of another seat about the same is another one.
    world.order("A1", &dispute).await?.done()?;
    let whose = world.propose("S0", &resolve).await?;
    assert!(whose.code == 3 && whose.stderr.contains("A0 and A1 dispute it"), "{whose:?}");
    answered_in_order(&world, &subject).await?;

    // The other one is answered by the panel, which nobody chooses, and by then nobody waits for a triage.
    let id = world.opened(world.propose("S0", &resolve).await?).await?;
    world.approve("S0", &id).await?.done()?;
    world.sign("A0", &["call-panel", &id]).await?.refused(417)?;
    if !world.node().pass(DAY).await? {
        return Ok(());
    }
    world.sign("E0", &["call-panel", &id]).await?.refused(204)?;
    world.sign("A0", &["call-panel", &id]).await?.done()?;
    let status = world.greatseal(&["status"]).await?.done()?;
    let told = status["proposals"].as_array().and_then(|all| all.iter().find(|told| told["proposal"] == *id));
    let told = told.ok_or_else(|| format!("no tie in {status}"))?;
    assert!(told["status"] == "deadlocked" && told["from"].is_string() && told["until"].is_string(), "{status}");
    world.sign("X0", &["panel-approve", &id]).await?.refused(418)?;
    world.node().pass(2 * DAY).await?;
    // The first seat of the panel that has no part in it.
    world.sign("X1", &["panel-approve", &id]).await?.refused(418)?;
    world.sign("X0", &["panel-approve", &id]).await?.done()?;
    world.execute(&id).await?.done()?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    let listed: serde_json::Value =
        reqwest::get(format!("{}/v1/proposals/{id}", world.indexer_url())).await?.json().await?;
    assert_eq!((&listed["status"], &listed["row"]), (&"executed".into(), &"dispute-override".into()));
    Ok(())
}

/// The answer to a dispute waits until an auditor of another organisation has looked at it.
async fn answered_in_order(world: &World, subject: &str) -> Outcome {
    let which = [subject, "--of", "A1"];
    let resolve = [&["resolve"], &which[..], &["--answer", "dismissed", "--statement", "report.txt"]].concat();
    let id = world.opened(world.propose("S1", &resolve).await?).await?;
    world.all_approve(&["S0", "S1"], &id).await?;
    world.execute(&id).await?.refused(644)?;
    world.order("O0", &[&["dispute", "acknowledge"], &which[..]].concat()).await?.done()?;
    let triage = [&["dispute", "triage"], &which[..], &["--reason", "it is what was decided"]].concat();
    world.order("A1", &triage).await?.refused(208)?;
    world.order("A0", &triage).await?.done()?;
    world.execute(&id).await?.done()?;
    let shown = world.greatseal(&[&["dispute", "show"], &which[..]].concat()).await?.done()?;
    let told = (&shown["subject"], &shown["answer"], &shown["open"]);
    assert_eq!(told, (&format!("other:{subject}").into(), &"dismissed".into(), &false.into()), "{shown}");
    Ok(())
}
