//! Seats change hands: named, proposed, approved, executed after the delay, accepted. And they are set aside.

use std::time::Duration;

use greatseal_tests::{
    Outcome, tokens,
    world::{Options, World, fact},
};
use serde_json::Value;

const HOUR: Duration = Duration::from_secs(3600);
const TICK: Duration = Duration::from_secs(2);
const HEARTBEAT: [&str; 2] = ["seat", "heartbeat"];

/// A seat as the status has it.
fn seat<'a>(status: &'a Value, id: &str) -> Option<&'a Value> {
    let councils = status["councils"].as_array()?;
    councils.iter().filter_map(|council| council["seats"].as_array()).flatten().find(|seat| seat["seat"] == id)
}

#[tokio::test]
async fn a_seat_gets_another_key_and_both_say_so() -> Outcome {
    let world = World::start(Options::default()).await?;
    let key = tokens::add(&world.file(""), "E2-next")?;
    let key = key.as_str().ok_or("no key")?;
    world.order("E2-next", &["seat", "accept"]).await?.refused(200)?;
    world.order("E2", &["seat", "name-successor", key]).await?.done()?;
    let id = world.opened(world.propose("E0", &["rotate", "E2", "--new-key", key]).await?).await?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    let organisation = fact(&shown["action"], "organisation");
    assert_eq!((&shown["row"], organisation), (&"rotate-emergency".into(), "central-bank-risk".into()));
    world.all_approve(&["E0", "E1", "S0", "S1"], &id).await?;
    world.execute(&id).await?.refused(405)?;
    if !world.node().pass(HOUR).await? {
        return Ok(());
    }
    world.execute(&id).await?.done()?;
    let status = world.greatseal(&["status"]).await?.done()?;
    let waits = seat(&status, "E2").ok_or("no E2")?;
    assert!(waits["accepted_at"].is_null() && waits["key"] == key, "{status}");

    let uses = world.used("E2").await?;
    for (token, reason) in [("E2-next", "E2 was not accepted by this key yet"), ("E2", "was rotated out of E2")] {
        let refused = world.order(token, &HEARTBEAT).await?;
        refused.refused(201)?;
        assert!(refused.stderr.contains(reason), "{refused:?}");
        assert_eq!(refused.stderr.contains("seat accept"), token == "E2-next", "{refused:?}");
    }
    assert_eq!(world.used("E2").await?, uses, "nothing was signed");
    world.order("E2-next", &["seat", "accept"]).await?.done()?;
    world.node().pass(TICK).await?;
    world.order("E2-next", &["seat", "accept"]).await?.refused(600)?;
    world.order("E2-next", &HEARTBEAT).await?.done()?;
    world.order("S0", &HEARTBEAT).await?.refused(204)?;
    world.greatseal(&["audit", "verify"]).await?.done()?;

    let log = world.greatseal(&["governance", "log"]).await?.done()?;
    let rows = log["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |kind: &str| rows.iter().find(|row| row["event"]["kind"] == kind).map(|row| &row["event"]["fields"]);
    assert!(
        of("SeatReplaced").is_some_and(|fields| fields["continuity"] == true && fields["new"]["key"] == key),
        "{log}"
    );
    let follows = of("SeatAccepted").and_then(|fields| fields["previous"].as_str());
    assert!(follows.is_some_and(|previous| previous.starts_with("ed25519:")), "{log}");
    Ok(())
}

#[tokio::test]
async fn a_seat_is_set_aside_by_others_and_by_itself() -> Outcome {
    let world = World::start(Options::default()).await?;
    let key = tokens::add(&world.file(""), "next")?;
    let key = key.as_str().ok_or("no key")?;
    let suspend = ["suspend", "T1", "--reason", "the token is missing"];
    let reinstate = ["reinstate", "T1", "--reason", "the token was found"];
    world.propose("S0", &reinstate).await?.refused(601)?;
    world.decide("E0", &suspend, &["E0", "E1"], TICK).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    let told = &seat(&status, "T1").ok_or("no T1")?["suspended"];
    assert!(told["by"] == "emergency" && told["until"].is_string(), "{status}");
    world.order("T1", &["seat", "name-successor", key]).await?.refused(202)?;
    // The Sovereign council makes it last, and ends it.
    let confirmed = world.decide("S0", &suspend, &["S0", "S1"], TICK).await?;
    let shown = world.greatseal(&["governance", "show", &confirmed]).await?.done()?;
    assert_eq!(shown["row"], "sovereign-suspension");
    world.decide("S1", &reinstate, &["S0", "S1"], TICK).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    assert!(seat(&status, "T1").ok_or("no T1")?["suspended"].is_null(), "{status}");

    world.order("C1", &["seat", "suspend-self"]).await?.done()?;
    // In the same second the envelope would be the same, and have the same answer.
    world.node().pass(TICK).await?;
    world.order("C1", &["seat", "suspend-self"]).await?.refused(602)?;
    world.order("C1", &["seat", "name-successor", key]).await?.refused(202)?;
    world.propose("S2", &["reinstate", "C1", "--reason", "a mistake"]).await?.refused(604)?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn what_is_approved_is_stopped_while_its_delay_runs() -> Outcome {
    let world = World::start(Options::default()).await?;
    let change = ["row", "custody", "--delay", "2 h"];
    // Nothing is easier to change than what it decides: the rotation of the council would be quicker.
    let cheap = world.propose("S0", &change).await?;
    assert_eq!(
        (cheap.code, &cheap.json["broken"][0]["invariant"], &cheap.json["broken"][0]["row"]),
        (8, &12.into(), &"custody".into())
    );
    let id = world.opened(world.propose("S0", &["row", "routine-upgrade", "--delay", "2 h"]).await?).await?;
    world.sign("S2", &["veto", &id]).await?.refused(416)?;
    world.all_approve(&["S0", "S1", "P0", "P1"], &id).await?;
    let contradiction = world.sign("S0", &["veto", &id]).await?;
    assert_eq!(contradiction.code, 6, "it has approved: {contradiction:?}");
    world.sign("P0", &["veto", &id, "--withdraw-approval"]).await?.refused(204)?;
    world.sign("S0", &["veto", &id, "--withdraw-approval"]).await?.done()?;
    world.sign("S2", &["veto", &id]).await?.done()?;
    world.execute(&id).await?.refused(408)?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}
