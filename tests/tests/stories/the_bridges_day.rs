//! A day of the bridge: conversions of named accounts, lots, the Treasury's word, a rate and lists of the day, an outage, a
//! change of the period, and an outsider who sends everything again that was public.

use greatseal_tests::{
    Outcome,
    acts::economics,
    program::Answer,
    world::{Options, World},
};
use serde_json::{Value, json};
use std::{fs, time::Duration};

const HOUR: Duration = Duration::from_secs(3600);
const ALICE: &str = "eip155:1:0xab16a96d359ec26a11e2c2b3d8f8b8942d5bfcdb";
const BOB: &str = "rtgs:national:bob-bank";
const CAROL: &str = "3030303030303030303030303030303030303030303030303030303030303030";

fn refusal(answer: &Answer) -> Outcome<u64> {
    assert_eq!(answer.code, 4, "{answer:?}");
    let told: Value = serde_json::from_str(answer.stdout.trim())?;
    Ok(told["refusal"].as_u64().ok_or("no number")?)
}

/// Economics of route 1 from now on.
async fn economise(world: &World, change: &[(&str, Value)]) -> Outcome {
    let mut economics = economics();
    economics["rate_num"] = json!("1000");
    economics["rate_den"] = json!("1000");
    economics["lot_max"] = json!("900");
    economics["rate_band_bps"] = json!(200);
    change.iter().for_each(|(name, value)| economics[name] = value.clone());
    fs::write(world.file("day.json"), serde_json::to_vec(&economics)?)?;
    world.escalate("route:1").await?.done()?;
    let route = ["route", "--route", "1", "--economics", "day.json"];
    world.decide("M0", &route, &["S0", "S1", "M0"], HOUR).await?;
    Ok(())
}

async fn opened(world: &World) -> Outcome {
    world.register_assets().await?;
    economise(world, &[]).await?;
    fs::write(world.file("served.txt"), format!("{ALICE}\n{CAROL}\n"))?;
    fs::write(world.file("excluded.txt"), format!("{BOB}\n"))?;
    world.escalate("route:1").await?.done()?;
    let open = ["compliance", "--route", "1", "--enable", "--policy", "report.txt", "--min-finality", "12"];
    let lists = ["--served", "served.txt", "--excluded", "excluded.txt", "--daily-lists"];
    world.decide("M0", &[&open[..], &lists].concat(), &["S0", "S1", "M0"], HOUR).await?;
    Ok(())
}

/// Asks for a conversion of an account, with the lists that hold now.
async fn named(world: &World, account: &str, amount: &str) -> Outcome<Answer> {
    let ask = ["bridge", "authorize", "1", "--account", account, "--amount", amount];
    Ok(world.order("O0", &[&ask[..], &["--served", "served.txt", "--excluded", "excluded.txt"]].concat()).await?)
}

async fn lot(world: &World, count: &str, amount: &str) -> Outcome<Answer> {
    Ok(world.order("O0", &["bridge", "authorize", "1", "--lot", count, "--amount", amount]).await?)
}

/// Signs an order and keeps its envelope, which is public from then on, and lets it take effect.
async fn public(world: &World, seat: &str, args: &[&str], kept: &mut Vec<String>) -> Outcome<Value> {
    let out = format!("public-{}.hex", kept.len());
    world.order(seat, &[args, &["--envelope-out", &out]].concat()).await?.done()?;
    kept.push(fs::read_to_string(world.file(&out))?.trim().to_owned());
    world.greatseal(&["governance", "submit", &out]).await?.done()
}

#[tokio::test]
async fn the_bridges_day() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    opened(&world).await?;
    let mut kept = Vec::new();
    let show = async |world: &World| world.greatseal(&["bridge", "show", "1"]).await?.done();

    // Named, on the lists, and with the Treasury's word from the large amount on: the slice that reaches it asks.
    assert_eq!(refusal(&named(&world, BOB, "100").await?)?, 708);
    named(&world, ALICE, "600").await?.done()?;
    assert_eq!(refusal(&named(&world, ALICE, "300").await?)?, 713);
    let word = ["bridge", "promise", "1", "--account", ALICE, "--amount", "300"];
    public(&world, "M0", &word, &mut kept).await?;
    named(&world, ALICE, "300").await?.done()?;
    // A word that its seat has thought better of.
    public(&world, "M0", &word, &mut kept).await?;
    public(&world, "M0", &["bridge", "withdraw", "1"], &mut kept).await?;
    assert_eq!(refusal(&named(&world, ALICE, "300").await?)?, 713);

    // Lots: slices do not slip under what is large.
    lot(&world, "20", "500").await?.done()?;
    assert_eq!(refusal(&lot(&world, "20", "400").await?)?, 713);
    lot(&world, "20", "399").await?.done()?;
    assert_eq!(refusal(&lot(&world, "1", "901").await?)?, 704);

    // A rate of the day within its band, by both organisations, and not outside of it.
    let until =
        (show(&world).await?["block"]["time"].as_str().ok_or("no time")?.parse::<u64>()? + 6 * 3600).to_string();
    let rate = |num: &'static str| ["bridge", "rate", "1", "--num", num, "--until", &until].map(str::to_owned);
    let state = async |world: &World, seat: &str, num: &'static str| {
        let args = rate(num);
        world.order(seat, &args.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    assert_eq!(refusal(&state(&world, "M0", "1021").await?)?, 721);
    let args = rate("1010");
    public(&world, "M0", &args.iter().map(String::as_str).collect::<Vec<_>>(), &mut kept).await?;
    assert_eq!(show(&world).await?["rate"], Value::Null, "one has said it");
    state(&world, "M1", "1010").await?.done()?;
    assert_eq!(show(&world).await?["rate"]["num"], "1010");
    let done = named(&world, CAROL, "200").await?.done()?;
    assert_eq!((&done["fee"], &done["arrives"]), (&"1".into(), &"200".into()), "{done}");
    public(&world, "M1", &["bridge", "withdraw-rate", "1"], &mut kept).await?;

    // Lists of the day: published, and said by two organisations.
    fs::write(world.file("served.txt"), format!("{ALICE}\n"))?;
    let lists = ["bridge", "lists", "1", "--served", "served.txt", "--excluded", "excluded.txt"];
    public(&world, "I0", &lists, &mut kept).await?;
    world.order("I1", &lists).await?.done()?;
    assert_eq!(show(&world).await?["lists"]["version"], 1);
    assert_eq!(refusal(&named(&world, CAROL, "100").await?)?, 708);

    // An outage: nothing is known, and so nothing is said to have been paid. The truth comes later.
    public(&world, "O0", &["bridge", "release", "1", "2", "--reason", "the rail does not answer"], &mut kept).await?;
    let line = json!({
        "account": ALICE, "amount": "600", "fee": "1", "result": "599", "reference": "rtgs:national:INV 2026-1",
        "check": "0c".repeat(32),
    });
    fs::write(world.file("carried.jsonl"), format!("{line}\n"))?;
    let sums = world.greatseal(&["bridge", "carried", "carried.jsonl"]).await?.done()?;
    let stated = world.order("O1", &["bridge", "complete", "1", "2", "--carried", "carried.jsonl"]).await?.done()?;
    assert_eq!((&stated["version"], &stated["root"]), (&2.into(), &sums["root"]), "{stated}");

    // Long, short, long: what was used stays used.
    let used = show(&world).await?["used"]["lots"].clone();
    economise(&world, &[("period", json!(86_400)), ("large", json!("100000"))]).await?;
    economise(&world, &[("period", json!(480)), ("large", json!("100000"))]).await?;
    economise(&world, &[("period", json!(86_400)), ("large", json!("100000"))]).await?;
    named(&world, ALICE, "10").await?.done()?;
    let after = show(&world).await?;
    assert_eq!(after["used"]["lots"], used, "{after}");

    // An outsider with a relayer of its own sends every public envelope again. Nothing comes back.
    drop(world.take_relayer());
    world.start_relayer_on("outsider.db").await?;
    for envelope in &kept {
        world.post(envelope).await?;
    }
    world.order("O1", &["bridge", "complete", "1", "2", "--carried", "carried.jsonl"]).await?.done()?;
    let last = show(&world).await?;
    for field in ["rate", "lists", "said", "used", "traffic", "without_end"] {
        assert_eq!(last[field], after[field], "{field}: {last}");
    }
    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    assert_eq!(verified["chain"]["later_events"], "0", "{verified}");
    files(&world).await
}

/// What the bridge carried out stands in a file, which has the root on record or is no file of it.
async fn files(world: &World) -> Outcome {
    let folder = world.file("money");
    fs::create_dir(&folder)?;
    let verify = async || world.greatseal(&["audit", "verify", "--files", "money"]).await;
    let carried = fs::read_to_string(world.file("carried.jsonl"))?;
    fs::write(folder.join("lot"), carried.replacen("\"fee\":\"1\"", "\"fee\":\"2\"", 1))?;
    let other = verify().await?;
    let found = &other.json["files"];
    assert_eq!(
        (other.code, &found["carried"], &found["bridge_statements"]),
        (10, &json!("0"), &json!("1")),
        "{other:?}"
    );
    let missing = json!([{ "what": "conversions", "manifest": null, "route": 1, "number": "2" }]);
    assert_eq!((&found["missing"], &found["strangers"][0]["file"]), (&missing, &json!("lot")), "{other:?}");
    fs::write(folder.join("lot"), carried)?;
    let whole = verify().await?.done()?;
    assert_eq!((&whole["verified"], &whole["files"]["carried"]), (&json!("yes"), &json!("1")), "{whole}");
    Ok(())
}
