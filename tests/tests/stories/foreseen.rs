//! What the rules would refuse is refused before the key is used, with the reason that the cells show.

use std::time::Duration;

use greatseal_tests::{
    Outcome, tokens,
    world::{Options, World},
};

const TICK: Duration = Duration::from_secs(2);

#[tokio::test]
async fn a_seat_that_may_not_decide_or_has_decided_signs_nothing() -> Outcome {
    let world = World::start(Options::default()).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    let stranger = world.approve("T1", &id).await?;
    stranger.refused(204)?;
    assert!(stranger.stderr.contains("T1 is of Technical, and under emergency-pause Emergency decide"), "{stranger:?}");
    assert_eq!(world.used("T1").await?, [""; 0], "nothing was signed");

    world.approve("E0", &id).await?.done()?;
    world.node().pass(TICK).await?;
    let uses = world.used("E0").await?;
    let again = world.approve("E0", &id).await?;
    again.refused(402)?;
    assert!(again.stderr.contains(&format!("E0 has approved {id} already")), "{again:?}");
    assert_eq!(world.used("E0").await?, uses, "nothing was signed");

    // The relayer is not asked either: nobody has to be there to hear that it is in vain.
    world.sign("E1", &["cancel", &id]).await?.refused(206)?;
    world.sign("E1", &["approve", &id, "--epoch", "1"]).await?.refused(205)?;
    assert_eq!(world.used("E1").await?, [""; 0]);
    // What is kept for later is signed: it may be for an epoch that has not come.
    let kept = ["approve", &id, "--epoch", "1", "--envelope-out", "kept.hex"];
    world.sign("E1", &kept).await?.done()?;
    world.greatseal(&["governance", "submit", "kept.hex"]).await?.refused(205)?;
    Ok(())
}

#[tokio::test]
async fn whoever_stands_in_the_way_of_a_seat_is_named() -> Outcome {
    let world = World::start(Options { indexer: false, ..Options::default() }).await?;
    let keys = world.greatseal(&["key", "list", "--token", "C1", "--pin-file", "pins/C1"]).await?.done()?;
    let taken = keys["keys"][0]["key"].as_str().ok_or("no key")?.to_owned();
    let fresh = tokens::add(&world.file(""), "next")?;
    let fresh = fresh.as_str().ok_or("no key")?;
    for (key, organisation, number, told) in [
        (taken.as_str(), "presidency", 210, "for S2 sits or sat in C1"),
        (fresh, "audit-court", 208, "organisation audit-court for S2 would sit in Sovereign and audits (1)"),
        (fresh, "cabinet", 209, "organisation cabinet for S2 has S0 already"),
    ] {
        let refused = world.propose("S0", &["rotate", "S2", "--new-key", key, "--organisation", organisation]).await?;
        refused.refused(number)?;
        assert!(refused.stderr.contains(told), "{refused:?}");
    }
    assert_eq!(world.used("S0").await?, [""; 0], "nothing was signed");
    Ok(())
}

#[tokio::test]
async fn whatever_time_heals_is_left_to_the_chain() -> Outcome {
    let world = World::start(Options { relayer: false, ..Options::default() }).await?;
    // Nothing is wrong with it: without a relayer it is signed, and cannot be submitted.
    let escalate = ["escalate", "--scope", "money", "--report", "report.txt"];
    assert_eq!(world.sign("A0", &escalate).await?.code, 5);
    assert_eq!(world.used("A0").await?, ["escalate"]);
    // An order that no rule lets through is refused without one.
    world.sign("E0", &escalate).await?.refused(204)?;
    Ok(())
}
