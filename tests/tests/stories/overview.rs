//! Nobody has to know what to ask for: what stands on the chain is found and shown, whatever its number or name.

use std::{fs, time::Duration};

use greatseal_tests::{
    Outcome,
    acts::pause,
    program::run,
    proxy::Proxy,
    tokens,
    world::{Options, World},
};
use serde_json::{Value, json};

const TICK: Duration = Duration::from_secs(2);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether one of these begins like this.
fn begins(value: &Value, start: &str) -> bool {
    texts(value).iter().any(|text| text.starts_with(start))
}

#[tokio::test]
async fn whatever_is_stopped_is_seen() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    let account = format!("account:{}", "ab".repeat(32));
    world.pause(&account).await?;
    world.pause("route:1").await?;
    // The Sovereign's pauses leave no duty behind.
    for scope in ["route:20", "program:12"] {
        world.decide("S0", &pause(scope), &["S0", "S1"], TICK).await?;
    }
    let stopped = [&account, "route:1", "route:20", "program:12"];
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!((&status["complete"], status["not_listed"].is_null()), (&json!(true), true), "{status}");
    assert!(status["listed"].as_str().is_some_and(|text| text.ends_with("by the node")), "{status}");
    for scope in stopped {
        assert!(begins(&status["paused"], &format!("{scope} until ")), "{scope}: {status}");
    }
    for scope in [&account, "route:1"] {
        assert!(begins(&status["review_due"], &format!("{scope} incident ")), "{scope}: {status}");
    }
    let text = run(world.command(&["status"])?).await?.stdout;
    for scope in stopped {
        let told = text.lines().any(|line| line.starts_with("paused ") && line.contains(&format!(" {scope} until ")));
        assert!(told, "{scope}: {text}");
    }

    // A node that does not list what contracts store: the indexer's history is as good.
    let deaf = Proxy::without(world.node(), |method| method.starts_with("childstate_")).await?;
    let ask = ["status", "--node", deaf.url()];
    let by_history = world.greatseal(&ask).await?.done()?;
    assert!(
        by_history["listed"].as_str().is_some_and(|text| text.ends_with("by the indexer's history")),
        "{by_history}"
    );
    for list in ["paused", "review_due", "proposal", "complete"] {
        assert_eq!(by_history[list], status[list], "{list}");
    }
    // Without either, what was not looked for is said, and what can be guessed is shown.
    world.take_indexer();
    let guessed = world.greatseal(&ask).await?.done()?;
    assert_eq!(guessed["complete"], false, "{guessed}");
    assert!(begins(&guessed["not_listed"], "what stands on the chain under other names: "), "{guessed}");
    assert!(begins(&guessed["not_listed"], "frozen accounts, routes from 16 and programmes from 9 on"), "{guessed}");
    assert!(begins(&guessed["paused"], "route:1 until ") && !begins(&guessed["paused"], "route:20 "), "{guessed}");
    Ok(())
}

#[tokio::test]
async fn a_programme_is_seen_whatever_its_number() -> Outcome {
    let mut world = World::start(BARE).await?;
    // The same seats, of a programme that is not the first.
    let seats = fs::read_to_string(world.file("seats.json"))?.replace("\"Pr:1-", "\"Pr:2-");
    fs::write(world.file("seats.json"), seats)?;
    fs::remove_file(world.file("deployment.json"))?;
    world.deploy("deployment.json").await?.done()?;
    world.start_relayer().await?;
    world.start_indexer().await?;
    let key = tokens::add(&world.file(""), "newcomer")?;
    let rotate = ["rotate", "Pr:2-1", "--new-key", key.as_str().ok_or("no key")?];
    let id = world.opened(world.propose("Pr:1-0", &rotate).await?).await?;
    assert!(world.node().pass(50 * DAY).await?);
    let again = world.propose("Pr:1-0", &rotate).await?;
    let again = world.opened(again).await?;
    let status = world.greatseal(&["status"]).await?.done()?;
    let council = texts(&status["Program_2"]);
    assert_eq!(council, ["epoch 0: social-ministry, treasury, inspectorate"], "{status}");
    for seat in ["Pr:2-0", "Pr:2-1"] {
        assert!(begins(&status["seat_expires"], &format!("{seat} at ")), "{status}");
    }
    let waiting = texts(&status["proposal"]);
    assert!(waiting.len() == 1 && waiting[0].starts_with(&format!("{again} rotate-program: open")), "{id}: {status}");
    Ok(())
}

#[tokio::test]
async fn the_registry_is_looked_up() -> Outcome {
    let world = World::start(Options::default()).await?;
    let none = world.greatseal(&["registry", "show"]).await?.done()?;
    assert_eq!((&none["entries"], &none["complete"]), (&json!([]), &json!(true)), "{none}");
    let issuer = "issuer:did:web:registry.example";
    world.greatseal(&["registry", "show", issuer]).await?.refused(620)?;
    assert_eq!(world.greatseal(&["registry", "show", "issuers:x"]).await?.code, 3);

    let register = ["register", issuer, "--organisation", "registrar", "--valid-until", "+30 d"];
    world.decide("I0", &register, &["I0", "I1"], HOUR).await?;
    let setting = ["register", "custody:root-key:tenant-a", "--value", "report.txt", "--valid-until", "+2 d"];
    world.decide("C0", &setting, &["C0", "C1"], HOUR).await?;
    let shown = world.greatseal(&["registry", "show", issuer]).await?.done()?;
    let said = (&shown["organisation"], &shown["version"], &shown["holds"]);
    assert_eq!(said, (&json!("registrar"), &json!(1), &json!(true)), "{shown}");
    let shown = world.greatseal(&["registry", "show", "custody:root-key:tenant-a"]).await?.done()?;
    assert!(shown["value"].as_str().is_some_and(|value| value.starts_with("sha256:")), "{shown}");
    let all = world.greatseal(&["registry", "show"]).await?.done()?;
    assert_eq!(all["entries"].as_array().map(Vec::len), Some(2), "{all}");
    let custody = world.greatseal(&["registry", "show", "--kind", "custody"]).await?.done()?;
    assert_eq!(custody["entries"], json!([shown]), "{custody}");

    world.decide("I0", &["revoke", issuer, "--reason", "its key was published"], &["I0", "I2"], TICK).await?;
    world.node().pass(3 * DAY).await?;
    let revoked = world.greatseal(&["registry", "show", issuer]).await?.done()?;
    assert_eq!((&revoked["holds"], revoked["revoked"]["at"].is_string()), (&json!(false), true), "{revoked}");
    let text = run(world.command(&["registry", "show"])?).await?.stdout;
    assert!(text.contains("no: revoked at ") && text.contains("no longer: it ended at "), "{text}");
    Ok(())
}

#[tokio::test]
async fn escalations_that_nothing_has_used_are_seen() -> Outcome {
    let world = World::start(Options::default()).await?;
    let open = || world.greatseal(&["governance", "escalations"]);
    let none = open().await?.done()?;
    assert_eq!((&none["escalations"], &none["complete"]), (&json!([]), &json!(true)), "{none}");
    for scope in ["route:1", "money"] {
        world.escalate(scope).await?.done()?;
    }
    world.decide("M0", &["register", "asset:eip155:1/slip44:60"], &["M0", "S0", "S1"], HOUR).await?;
    let left = open().await?.done()?;
    let left = left["escalations"].as_array().ok_or("no list")?;
    assert_eq!(left.len(), 1, "the change has used the other one up: {left:?}");
    assert_eq!(
        (&left[0]["scope"], &left[0]["by"], &left[0]["usable"]),
        (&json!("route:1"), &json!("A0"), &json!(true))
    );
    assert!(number(&left[0]["age"]).is_some_and(|age| age >= HOUR.as_secs()), "{left:?}");
    let status = world.greatseal(&["status"]).await?.done()?;
    assert!(begins(&status["escalation"], "route:1 by A0 1 h "), "{status}");

    // Too old is what the contract does not take any more, and nothing else.
    let until = number(&left[0]["until"]).ok_or("no end")?;
    let before = until - number(&left[0]["at"]).ok_or("no beginning")? - number(&left[0]["age"]).ok_or("no age")?;
    world.node().pass(Duration::from_secs(before) - HOUR).await?;
    world.propose_route("M0").await?;
    assert_eq!(open().await?.done()?["escalations"][0]["usable"], true);
    world.node().pass(2 * HOUR).await?;
    let route = greatseal_tests::acts::ROUTE;
    world.propose("M1", &route).await?.refused(414)?;
    assert_eq!(open().await?.done()?["escalations"][0]["usable"], false);
    let text = run(world.command(&["governance", "escalations"])?).await?.stdout;
    assert!(text.contains("too old to be used"), "{text}");
    Ok(())
}

/// A number of 64 bits, as JSON has it: in a string.
fn number(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}
