//! What the rules refuse is refused by number, before anybody pays for it, and leaves no trace on the chain.

use std::{fs, time::Duration};

use greatseal_tests::{
    Outcome,
    acts::{ROUTE, economics, pause},
    world::{Options, World},
};

const DELAY: Duration = Duration::from_secs(3600);
/// The same command signed within the same second is the same envelope, and has the same answer.
const TICK: Duration = Duration::from_secs(2);

#[tokio::test]
async fn pauses_need_their_council_their_quorum_and_their_cap() -> Outcome {
    let world = World::start(Options::default()).await?;
    let before = world.events().await?;
    world.propose("M0", &pause("route:1")).await?.refused(206)?;
    let too_long = ["pause", "--scope", "route:1", "--minutes", "61", "--severity", "1", "--reason", "why"];
    let too_long = [&too_long[..], &["--allow-unknown"]].concat();
    world.propose("E0", &too_long).await?.refused(501)?;
    world.propose("S0", &["lift", "--scope", "route:1"]).await?.refused(503)?;
    world.sign("E0", &["escalate", "--scope", "money", "--report", "report.txt"]).await?.refused(204)?;
    assert_eq!(world.events().await?, before);

    let id = world.propose_pause("E0", "route:1").await?;
    world.approve("E0", &id).await?.done()?;
    let before = world.events().await?;
    world.execute(&id).await?.refused(404)?;
    world.approve("S0", &id).await?.refused(204)?;
    world.node().pass(TICK).await?;
    world.approve("E0", &id).await?.refused(402)?;
    world.sign("E1", &["cancel", &id]).await?.refused(206)?;
    assert_eq!(world.events().await?, before);

    world.approve("E1", &id).await?.done()?;
    world.execute(&id).await?.done()?;
    let before = world.events().await?;
    world.node().pass(TICK).await?;
    world.execute(&id).await?.refused(409)?;
    world.sign("E1", &["reject", &id, "--withdraw-approval"]).await?.refused(409)?;
    assert_eq!(world.events().await?, before);
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn bridge_parameters_need_an_escalation_a_delay_and_an_open_route() -> Outcome {
    let world = World::start(Options::default()).await?;
    let before = world.events().await?;
    world.propose("S0", &ROUTE).await?.refused(414)?;
    world.propose("E0", &ROUTE).await?.refused(206)?;
    assert_eq!(world.events().await?, before);

    world.escalate("route:1").await?.done()?;
    let first = world.propose_route("S0").await?;
    let second = world.propose_route("M0").await?;
    world.all_approve(&["S0", "M0", "S1"], &first).await?;
    world.all_approve(&["S0", "M0", "S1"], &second).await?;
    let before = world.events().await?;
    world.execute(&first).await?.refused(405)?;
    assert_eq!(world.events().await?, before);

    if !world.node().pass(DELAY).await? {
        return Ok(());
    }
    world.pause("route:1").await?;
    let before = world.events().await?;
    world.execute(&first).await?.refused(500)?;
    assert_eq!(world.events().await?, before);

    if !world.node().pass(DELAY).await? {
        return Ok(());
    }
    world.execute(&first).await?.done()?;
    let before = world.events().await?;
    // It was to replace nothing, and now there is something: both were approved, one took effect.
    world.execute(&second).await?.refused(411)?;
    // The escalation record is used up; to loosen again, somebody must look again.
    let mut loose = economics();
    loose["tx_max"] = "5000".into();
    fs::write(world.file("economics.json"), loose.to_string())?;
    world.propose("S0", &ROUTE).await?.refused(414)?;
    assert_eq!(world.events().await?, before);

    // To tighten, nobody need have looked: the same command finds the other row by comparing.
    let mut tight = economics();
    tight["tx_max"] = "500".into();
    fs::write(world.file("economics.json"), tight.to_string())?;
    let third = world.propose("M0", &ROUTE).await?.done()?;
    assert_eq!(third["row"], "bridge-tighten");
    Ok(())
}

#[tokio::test]
async fn an_envelope_counts_once_and_only_as_it_was_signed() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    let id = world.propose_pause("E0", "route:1").await?;
    let envelope = world.approval("E1", &id).await?;
    let submit = ["governance", "submit", "approval-E1.hex"];

    let before = world.events().await?;
    for (place, number) in [(envelope.len() - 1, 104), (envelope.len() / 2, 104), (2, 103), (0, 102)] {
        let altered = flipped(&envelope, place)?;
        fs::write(world.file("altered.hex"), altered)?;
        world.greatseal(&["governance", "submit", "altered.hex"]).await?.refused(number)?;
    }
    fs::write(world.file("altered.hex"), format!("{envelope}00"))?;
    world.greatseal(&["governance", "submit", "altered.hex"]).await?.refused(100)?;
    assert_eq!(world.events().await?, before);

    let applied = world.greatseal(&submit).await?.done()?;
    assert_eq!(applied["state"], "applied");
    let after = world.events().await?;
    assert_eq!(after, before + 1);
    assert_eq!(world.greatseal(&submit).await?.done()?, applied, "the same request has the same answer");

    // A relayer that never heard of it asks the chain.
    world.start_relayer_on("another.db").await?;
    world.greatseal(&submit).await?.refused(402)?;
    assert_eq!(world.events().await?, after);
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn an_opening_cannot_be_replayed() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    let escalate = ["escalate", "--scope", "money", "--report", "report.txt", "--envelope-out", "escalation.hex"];
    world.sign("A0", &escalate).await?.done()?;
    let submit = ["governance", "submit", "escalation.hex"];
    world.greatseal(&submit).await?.done()?;
    let after = world.events().await?;
    world.start_relayer_on("another.db").await?;
    world.greatseal(&submit).await?.refused(108)?;
    // Without a relayer's memory and after its time, it is not even looked at.
    if !world.node().pass(DELAY).await? {
        return Ok(());
    }
    world.greatseal(&submit).await?.refused(106)?;
    assert_eq!(world.events().await?, after);
    Ok(())
}

/// One hexadecimal digit becomes another one.
fn flipped(envelope: &str, place: usize) -> Outcome<String> {
    let mut digits: Vec<char> = envelope.chars().collect();
    let digit = digits.get_mut(place).ok_or("the envelope is too short")?;
    *digit = if *digit == '0' { '1' } else { '0' };
    Ok(digits.into_iter().collect())
}
