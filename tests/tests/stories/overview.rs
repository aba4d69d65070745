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

/// A field of each.
fn each(list: &Value, field: &str) -> Vec<String> {
    let text = |one: &Value| one[field].as_str().unwrap_or_default().to_owned();
    list.as_array().into_iter().flatten().map(text).collect()
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
    let listing = &status["listing"];
    assert_eq!((&listing["complete"], &listing["source"]), (&json!(true), &json!("node")), "{status}");
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    assert_eq!(sorted(each(&status["pauses"], "scope")), sorted(stopped.map(str::to_owned).to_vec()), "{status}");
    assert_eq!(sorted(each(&status["reviews"], "scope")), [&account, "route:1"], "{status}");
    let text = run(world.command(&["status"])?).await?.stdout;
    for scope in stopped {
        let told = text.lines().any(|line| line.starts_with("paused ") && line.contains(&format!(" {scope} until ")));
        assert!(told, "{scope}: {text}");
    }

    // A node that does not list what contracts store: the indexer's history is as good.
    let deaf = Proxy::without(world.node(), |method| method.starts_with("childstate_")).await?;
    let ask = ["status", "--node", deaf.url()];
    let by_history = world.greatseal(&ask).await?.done()?;
    let listing = &by_history["listing"];
    assert_eq!((&listing["complete"], &listing["source"]), (&json!(true), &json!("indexer")), "{by_history}");
    for list in ["pauses", "reviews", "proposals", "councils"] {
        assert_eq!(by_history[list], status[list], "{list}");
    }
    // Without either, what was not looked for is said, and what can be guessed is shown.
    world.take_indexer();
    let guessed = world.greatseal(&ask).await?.done()?;
    let listing = &guessed["listing"];
    assert_eq!((&listing["complete"], &listing["source"]), (&json!(false), &json!("nobody")), "{guessed}");
    let below = (&listing["guessed"]["routes_below"], &listing["guessed"]["programs_below"]);
    assert_eq!(below, (&json!(16), &json!(9)), "{guessed}");
    assert_eq!(each(&guessed["pauses"], "scope"), ["route:1"], "{guessed}");
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
    let councils = status["councils"].as_array().ok_or("no councils")?;
    let council = councils.iter().find(|council| council["council"] == "Program 2").ok_or("not there")?;
    let organisations = each(&council["seats"], "organisation");
    assert_eq!(organisations, ["social-ministry", "treasury", "inspectorate"], "{status}");
    let text = run(world.command(&["status"])?).await?.stdout;
    for seat in ["Pr:2-0", "Pr:2-1"] {
        assert!(text.contains(&format!("{seat} at ")), "{text}");
    }
    let waiting = status["proposals"].as_array().ok_or("no proposals")?;
    let first = (&waiting[0]["proposal"], &waiting[0]["row"], &waiting[0]["status"]);
    assert_eq!(first, (&json!(again), &json!("rotate-program"), &json!("open")), "{id}: {status}");
    assert_eq!(waiting.len(), 1, "{status}");
    Ok(())
}

#[tokio::test]
async fn the_registry_is_looked_up() -> Outcome {
    let world = World::start(Options::default()).await?;
    let none = world.greatseal(&["registry", "show"]).await?.done()?;
    assert_eq!((&none["entries"], &none["listing"]["complete"]), (&json!([]), &json!(true)), "{none}");
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
    assert!(shown["value"].as_str().is_some_and(|value| value.len() == 64), "{shown}");
    let all = world.greatseal(&["registry", "show"]).await?.done()?;
    assert_eq!(all["entries"].as_array().map(Vec::len), Some(2), "{all}");
    let custody = world.greatseal(&["registry", "show", "--kind", "custody"]).await?.done()?;
    let entries = custody["entries"].as_array().ok_or("no entries")?;
    assert!(entries.len() == 1 && entries[0]["entry"] == shown["entry"], "{custody}");
    assert_eq!((&entries[0]["kind"], &entries[0]["value"]), (&json!("custody"), &shown["value"]), "{custody}");

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
    assert_eq!((&none["escalations"], &none["listing"]["complete"]), (&json!([]), &json!(true)), "{none}");
    for scope in ["route:1", "money"] {
        world.escalate(scope).await?.done()?;
    }
    world.decide("M0", &["register", "asset:eip155:1/slip44:60"], &["M0", "S0", "S1"], HOUR).await?;
    let told = open().await?.done()?;
    let left = told["escalations"].as_array().ok_or("no list")?;
    assert_eq!(left.len(), 1, "the change has used the other one up: {left:?}");
    assert_eq!(
        (&left[0]["scope"], &left[0]["seat"], &left[0]["usable"]),
        (&json!("route:1"), &json!("A0"), &json!(true))
    );
    let now = number(&told["block"]["time"]).ok_or("no time")?;
    assert!(number(&left[0]["at"]).is_some_and(|at| now - at >= HOUR.as_secs()), "{told}");
    let status = run(world.command(&["status"])?).await?.stdout;
    assert!(status.contains("route:1 by A0 1 h "), "{status}");

    // Too old is what the contract does not take any more, and nothing else.
    let until = number(&left[0]["until"]).ok_or("no end")?;
    world.node().pass(Duration::from_secs(until - now) - HOUR).await?;
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
