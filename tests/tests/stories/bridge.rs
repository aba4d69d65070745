//! The bridge: whom a route serves, what it lets through, what the Treasury gives its word for, and what stops it.

use greatseal_tests::{
    Outcome,
    program::Answer,
    world::{Options, World},
};
use serde_json::{Value, json};
use std::{fs, time::Duration};

const HOUR: Duration = Duration::from_secs(3600);
const ALICE: &str = "1010101010101010101010101010101010101010101010101010101010101010";
const BOB: &str = "2020202020202020202020202020202020202020202020202020202020202020";
const CAROL: &str = "3030303030303030303030303030303030303030303030303030303030303030";

/// Asks for a conversion, with both lists.
async fn authorize(world: &World, account: &str, amount: &str) -> Outcome<Answer> {
    let lists = ["--served", "served.txt", "--excluded", "excluded.txt"];
    let ask = ["bridge", "authorize", "1", "--account", account, "--amount", amount];
    Ok(world.order("O0", &[&ask[..], &lists].concat()).await?)
}

/// What was carried out, as a line of a file.
fn carried(account: &str, amount: u64, fee: u64) -> String {
    let (result, check) = (amount - fee, "0c".repeat(32));
    let reference = format!("rtgs:national:UETR {amount}");
    let line = json!({
        "account": account, "amount": amount.to_string(), "fee": fee.to_string(), "result": result.to_string(),
        "reference": reference, "check": check,
    });
    format!("{line}\n")
}

/// The number of the refusal that a command ended with.
fn refusal(answer: &Answer) -> Outcome<u64> {
    assert_eq!(answer.code, 4, "{answer:?}");
    let told: Value = serde_json::from_str(answer.stdout.trim())?;
    Ok(told["refusal"].as_u64().ok_or("no number")?)
}

async fn bridge(world: &World) -> Outcome {
    world.register_assets().await?;
    world.escalate("route:1").await?.done()?;
    world.decide("M0", &["route", "--route", "1", "--economics", "economics.json"], &["S0", "S1", "M0"], HOUR).await?;
    fs::write(world.file("served.txt"), format!("# who is served\n{CAROL}\n{ALICE}\n"))?;
    fs::write(world.file("excluded.txt"), format!("{BOB}\n"))?;
    world.escalate("route:1").await?.done()?;
    let open = ["compliance", "--route", "1", "--enable", "--policy", "report.txt", "--min-finality", "12"];
    let lists = ["--served", "served.txt", "--excluded", "excluded.txt"];
    world.decide("M0", &[&open[..], &lists].concat(), &["S0", "S1", "M0"], HOUR).await?;
    Ok(())
}

#[tokio::test]
async fn a_route_carries_what_its_limits_and_lists_let_through() -> Outcome {
    let world = World::start(Options::default()).await?;
    assert_eq!(refusal(&authorize(&world, ALICE, "100").await?)?, 701);
    bridge(&world).await?;

    let done = authorize(&world, ALICE, "500").await?.done()?;
    assert_eq!((&done["fee"], &done["arrives"]), (&"1".into(), &"499".into()), "{done}");
    // Over the most of one conversion, and from the large amount on without the Treasury's word.
    assert_eq!(refusal(&authorize(&world, ALICE, "1001").await?)?, 704);
    assert_eq!(refusal(&authorize(&world, ALICE, "900").await?)?, 713);
    let word = ["bridge", "promise", "1", "--account", ALICE, "--amount", "900"];
    assert_eq!(refusal(&world.order("O1", &word).await?)?, 204);
    world.order("M1", &word).await?.done()?;
    authorize(&world, ALICE, "900").await?.done()?;
    // Who is excluded, or on no list; and a list that is another than the route's.
    assert_eq!(refusal(&authorize(&world, BOB, "100").await?)?, 708);
    fs::write(world.file("served.txt"), format!("{ALICE}\n"))?;
    let other = authorize(&world, ALICE, "100").await?;
    assert!(other.code == 3 && other.stderr.contains("not the list"), "{other:?}");
    fs::write(world.file("served.txt"), format!("{ALICE}\n{CAROL}\n"))?;

    // Said too early that nothing was paid; the next statement says what was.
    world.order("O0", &["bridge", "release", "1", "1", "--reason", "no answer"]).await?.done()?;
    fs::write(world.file("carried.jsonl"), carried(ALICE, 500, 1))?;
    let stated = world.order("O1", &["bridge", "complete", "1", "1", "--carried", "carried.jsonl"]).await?.done()?;
    assert_eq!((&stated["version"], &stated["count"], &stated["amount"]), (&2.into(), &1.into(), &"500".into()));
    world.order("O1", &["bridge", "release", "1", "3", "--reason", "closed"]).await?.done()?;
    assert_eq!(refusal(&world.order("O1", &["bridge", "release", "1", "2", "--reason", "no"]).await?)?, 715);

    // A pause of the account freezes it, and nobody else.
    world.pause(&format!("account:{ALICE}")).await?;
    assert_eq!(refusal(&authorize(&world, ALICE, "100").await?)?, 500);
    authorize(&world, CAROL, "100").await?.done()?;

    let shown = world.greatseal(&["bridge", "show", "1", "--account", ALICE]).await?.done()?;
    let by = json!({ "account": ALICE, "amount": "1400" });
    let used = json!({ "all": "1500", "lots": "0", "conversions": "3", "account": by });
    assert_eq!(shown["used"], used, "{shown}");
    // Without the Treasury's word the number was not used up.
    let traffic = json!({ "next": "7", "authorised": "3", "refused": "3", "ended": "2", "restated": 0 });
    assert_eq!(shown["traffic"], traffic, "{shown}");
    assert_eq!(shown["without_end"].as_array().map(Vec::len), Some(1), "{shown}");
    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    assert_eq!(verified["chain"]["later_events"], "0", "{verified}");
    Ok(())
}

#[tokio::test]
async fn a_route_is_closed_at_once_and_opened_after_an_hour() -> Outcome {
    let world = World::start(Options::default()).await?;
    bridge(&world).await?;
    authorize(&world, ALICE, "100").await?.done()?;
    let close = ["compliance", "--route", "1", "--disable"];
    world.decide("M1", &close, &["S0", "S1", "M1"], Duration::ZERO).await?;
    assert_eq!(refusal(&authorize(&world, ALICE, "100").await?)?, 702);
    // To open it again somebody has to look, and an hour passes.
    let open = ["compliance", "--route", "1", "--enable"];
    assert_eq!(refusal(&world.propose("M1", &open).await?)?, 414);
    world.escalate("route:1").await?.done()?;
    world.decide("M1", &open, &["S0", "S1", "M1"], HOUR).await?;
    authorize(&world, ALICE, "100").await?.done()?;
    Ok(())
}

#[tokio::test]
async fn lists_and_bad_input() -> Outcome {
    let world = World::start(Options::default()).await?;
    fs::write(world.file("one.txt"), format!("{CAROL}\n{ALICE}\n\n{ALICE}\n"))?;
    fs::write(world.file("two.txt"), format!("# the same\n{ALICE}\n{CAROL}\n"))?;
    let (one, two) = (
        world.greatseal(&["bridge", "list", "one.txt"]).await?,
        world.greatseal(&["bridge", "list", "two.txt"]).await?,
    );
    let (one, two) = (one.done()?, two.done()?);
    assert_eq!((&one["size"], &one["root"]), (&two["size"], &two["root"]), "sorted, each once");
    assert_eq!(one["size"], 2);
    let excluded = world.greatseal(&["bridge", "list", "one.txt", "--excluded"]).await?.done()?;
    assert_eq!(excluded["size"], 4);
    fs::write(world.file("bad.txt"), format!("{ALICE}\nnobody\n"))?;
    fs::write(world.file("empty.txt"), "# nobody\n")?;
    // Another spelling of an account is none: with a prefix, or as some chain shows it.
    fs::write(world.file("prefix.txt"), format!("0x{ALICE}\n"))?;
    fs::write(world.file("ss58.txt"), "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\n")?;
    for file in ["bad.txt", "empty.txt", "missing.txt", "prefix.txt", "ss58.txt"] {
        let answer = world.greatseal(&["bridge", "list", file]).await?;
        assert!(answer.code == 3 && answer.stderr.contains("help:"), "{answer:?}");
    }
    let answer = world.order("O0", &["bridge", "authorize", "1", "--account", "nobody", "--amount", "1"]).await?;
    assert_eq!(answer.code, 3, "{answer:?}");
    let answer = world.propose("M0", &["compliance", "--route", "1", "--enable"]).await?;
    assert!(answer.code == 3 && answer.stderr.contains("--policy"), "{answer:?}");
    Ok(())
}
