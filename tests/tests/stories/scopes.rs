//! A wrong number in an emergency does not look like success: what the chain does not know is named, and in scripts refused.

use greatseal_tests::{
    Outcome,
    world::{Options, World, fact},
};
use serde_json::{Value, json};

const INCIDENT: [&str; 6] = ["--minutes", "30", "--severity", "1", "--reason", "compromised"];
const ALLOWED: &str = "--allow-unknown";

#[tokio::test]
async fn what_the_chain_does_not_know_is_refused_in_scripts_unless_it_is_allowed() -> Outcome {
    let world = World::start(Options::default()).await?;
    let pause = |scope: &'static str| [&["pause", "--scope", scope][..], &INCIDENT].concat();
    let payer = "payer:eip155:1:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb:99";
    let before = world.events().await?;
    for (seat, action, told) in [
        ("E0", pause("route:77"), "there is no route 77"),
        ("E0", pause("program:99"), "there is no programme 99"),
        // Authority 1 is there from the beginning, and has no programme.
        ("E0", pause("program:1"), "there is no programme 1 at block"),
        ("M0", vec!["register", payer], "there is no programme 99"),
    ] {
        let answer = world.propose(seat, &action).await?;
        let right = answer.code == 3 && answer.stderr.contains(told) && answer.stderr.contains(ALLOWED);
        assert!(right, "{action:?}: {answer:?}");
        assert_eq!(world.used(seat).await?, [""; 0], "nothing was signed");
    }
    let escalate = ["escalate", "--scope", "route:77", "--report", "report.txt"];
    let subject = "ab".repeat(32);
    let dispute = ["dispute", "open", &subject, "--reason", "entry 7 was paid twice"];
    for answer in [world.sign("A0", &escalate).await?, world.order("A0", &dispute).await?] {
        assert!(answer.code == 3 && answer.stderr.contains(ALLOWED), "{answer:?}");
    }
    assert_eq!(world.events().await?, before, "nothing happened");

    // Whoever means it says so, and is told all the same.
    let paused = world.propose("E0", &[&pause("route:77")[..], &[ALLOWED]].concat()).await?.done()?;
    let names = |told: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        told["unknown"].as_array().into_iter().flatten().map(|one| (text(&one["kind"]), text(&one["name"]))).collect()
    };
    let route = [("route".to_owned(), "route:77".to_owned())];
    assert_eq!(names(&paused), route, "{paused}");
    let escalated = world.sign("A0", &[&escalate[..], &[ALLOWED]].concat()).await?.done()?;
    assert_eq!(names(&escalated), route, "{escalated}");
    let disputed = world.order("A0", &[&dispute[..], &[ALLOWED]].concat()).await?.done()?;
    assert_eq!(names(&disputed), [("subject".to_owned(), format!("other:{subject}"))], "{disputed}");
    Ok(())
}

#[tokio::test]
async fn what_is_there_needs_no_word() -> Outcome {
    let world = World::start(Options::default()).await?;
    let pause = |scope: &'static str| [&["pause", "--scope", scope][..], &INCIDENT].concat();
    // Accounts cannot be looked for.
    let account = "account:eip155:1:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb";
    for scope in ["everything", "upgrades", account] {
        let proposed = world.propose("E1", &pause(scope)).await?.done()?;
        assert_eq!(proposed["unknown"], json!([]), "{scope}");
    }
    let typo = account.replacen('b', "B", 1);
    let answer = world.propose("E0", &[&["pause", "--scope", &typo][..], &INCIDENT].concat()).await?;
    assert_eq!(answer.code, 3, "another spelling: {answer:?}");

    world.escalate("route:1").await?.done()?;
    let proposed = world.propose("S0", &greatseal_tests::acts::ROUTE).await?;
    assert_eq!(proposed.json["new_route"], 1, "{proposed:?}");
    let digest = proposed.json["digest"].as_str().unwrap_or_default().to_owned();
    let id = world.opened(proposed).await?;
    // A proposal that the chain holds is a subject, before and after its execution.
    let dispute = ["dispute", "open", &digest, "--reason", "not what was decided"];
    let disputed = world.order("A0", &dispute).await?.done()?;
    assert_eq!(disputed["unknown"], json!([]), "{disputed}");
    assert_eq!(fact(&disputed, "subject"), json!(format!("proposal:{id}:{digest}")), "{disputed}");
    world.all_approve(&["S0", "M0", "S1"], &id).await?;
    if !world.node().pass(std::time::Duration::from_secs(3600)).await? {
        return Ok(());
    }
    // It would let money go: it waits, until whoever disputes it takes that back.
    world.execute(&id).await?.refused(823)?;
    world.order("A0", &["dispute", "retract", &digest, "--reason", "it is"]).await?.done()?;
    world.execute(&id).await?.done()?;
    let disputed = world.order("A1", &dispute).await?.done()?;
    assert_eq!(disputed["unknown"], json!([]), "{disputed}");
    let proposed = world.propose("E0", &pause("route:1")).await?.done()?;
    assert_eq!(proposed["unknown"], json!([]), "{proposed}");
    let escalated = world.sign("A0", &["escalate", "--scope", "route:1", "--report", "report.txt"]).await?.done()?;
    assert_eq!(escalated["unknown"], json!([]), "{escalated}");
    Ok(())
}
