//! Parts of a programme by themselves: one budget line, one rule set; and a batch that several proposals name.

use std::{fs, time::Duration};

use greatseal_tests::{
    Outcome,
    program::Answer,
    world::{World, fact},
};
use serde_json::{Value, json};

use crate::{
    manifests::entries,
    programmes::{batch, make, world},
};

const HOUR: Duration = Duration::from_secs(3600);
const OTHERS: [&str; 2] = ["Pr:2-0", "Pr:2-1"];

/// What a seat proposes of one part, with its own approval.
async fn propose(world: &World, part: &[&str]) -> Outcome<Answer> {
    Ok(world.order("S0", &[part, &["--document", "why.json", "--approve"]].concat()).await?)
}

/// From the proposal to its end.
async fn decided(world: &World, part: &[&str]) -> Outcome<Value> {
    let answer = propose(world, part).await?;
    let opened = answer.json.clone();
    let id = world.opened(answer).await?;
    world.all_approve(&OTHERS, &id).await?;
    world.node().pass(HOUR).await?;
    world.execute(&id).await?.done()?;
    Ok(opened)
}

#[tokio::test]
async fn a_line_and_a_rule_set_change_by_themselves() -> Outcome {
    let world = world().await?;
    let line = async || world.greatseal(&["line", "show", "2", "1"]).await?.done();
    let before = line().await?;
    let of = |shown: &Value, names: [&str; 5]| names.map(|name| shown[name].clone());
    let terms = ["version", "limit", "credit_max", "small_one", "small_all"];
    assert_eq!(of(&before, terms), [json!(1), json!("1000"), json!("50"), json!("100"), json!("100")], "{before}");
    for (command, number) in [
        (&["line", "show", "2", "9"][..], 803),
        (&["line", "show", "9", "1"], 800),
        (&["line", "list", "9"], 800),
        (&["rules", "show", "2", "9"], 804),
        (&["rules", "list", "9"], 800),
        (&["program", "show", "9"], 800),
    ] {
        world.greatseal(command).await?.refused(number)?;
    }

    // What cannot be is refused before anything is signed.
    let used = world.used("S0").await?;
    for (set, told) in [
        (&["line", "set", "2", "1"][..], "nothing of it is named"),
        (&["line", "set", "2", "3", "--limit", "10"], "line 3: asset: missing"),
        (&["line", "set", "2", "1", "--limit", "ten"], "line 1: limit"),
    ] {
        let answer = propose(&world, set).await?;
        let right = answer.code == 3 && answer.stderr.contains(told) && answer.stderr.contains("\nhelp: ");
        assert!(right, "{set:?}: {answer:?}");
    }
    propose(&world, &["line", "set", "2", "1", "--from", "+5 d"]).await?.refused(831)?;
    propose(&world, &["line", "set", "9", "1", "--limit", "10"]).await?.refused(800)?;
    propose(&world, &["rules", "end", "2", "9", "--until", "+5 d"]).await?.refused(804)?;
    assert_eq!(world.used("S0").await?, used, "nothing was signed");

    // Only what is named changes.
    let opened = decided(&world, &["line", "set", "2", "1", "--limit", "2000"]).await?;
    assert_eq!((&opened["order"], &opened["row"]), (&json!("open"), &json!("program-change")), "{opened}");
    assert_eq!(fact(&opened["action"], "lines")[0]["terms"]["limit"], "2000", "{opened}");
    let after = line().await?;
    assert_eq!(of(&after, terms), [json!(2), json!("2000"), json!("50"), json!("100"), json!("100")], "{after}");
    assert_eq!((&after["until"], &after["from"]), (&before["until"], &before["from"]), "{after}");
    let new = ["--asset", "eip155:1/slip44:60", "--from", "+1 d", "--until", "+30 d", "--limit", "500"];
    let small = ["--small-one", "5", "--small-all", "50"];
    decided(&world, &[&["line", "set", "2", "3"], &new[..], &small].concat()).await?;
    let lines = world.greatseal(&["line", "list", "2"]).await?.done()?;
    let numbers: Vec<_> = lines["lines"].as_array().into_iter().flatten().map(|line| line["line"].clone()).collect();
    assert_eq!((numbers, &lines["listing"]["complete"]), (vec![json!(1), json!(3)], &json!(true)), "{lines}");
    rule_sets(&world).await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

/// One that begins beside another, which ends then.
async fn rule_sets(world: &World) -> Outcome {
    let hash = async |file: &str| world.greatseal(&["rules", "hash", file]).await?.done();
    let first = world.greatseal(&["rules", "show", "2", "1"]).await?.done()?;
    assert_eq!((&first["hash"], &first["in_effect"]), (&hash("why.json").await?["hash"], &json!(true)), "{first}");
    fs::write(world.file("next.json"), "{\"to\": 2, \"from\": [1, 2]}")?;
    fs::write(world.file("same.json"), "{\n  \"from\": [1,2],\n  \"to\": 2\n}\n")?;
    assert_eq!(hash("next.json").await?, hash("same.json").await?, "blanks and order say nothing");
    let none = world.greatseal(&["rules", "hash", "report.txt"]).await?;
    assert!(none.code == 3 && none.stderr.contains("\nhelp: "), "{none:?}");

    let begin = ["rules", "add", "2", "next.json", "--from", "+60 d"];
    decided(world, &begin).await?;
    decided(world, &["rules", "end", "2", "1", "--until", "+60 d"]).await?;
    let all = world.greatseal(&["rules", "list", "2"]).await?.done()?;
    let of = |place: usize| &all["rule_sets"][place];
    assert_eq!((&of(0)["version"], &of(1)["version"]), (&json!(1), &json!(2)), "{all}");
    assert_eq!((&of(1)["hash"], &of(1)["in_effect"]), (&hash("same.json").await?["hash"], &json!(false)), "{all}");
    assert!(of(0)["effective_until"].is_string() && of(1)["effective_until"].is_null(), "{all}");
    Ok(())
}

#[tokio::test]
async fn manifests_are_compared_where_a_batch_is_approved_and_nowhere_else() -> Outcome {
    let world = world().await?;
    for (name, person, amount) in [("first.jsonl", 0, 300), ("second.jsonl", 10, 200), ("third.jsonl", 20, 150)] {
        make(&world, name, &entries(person, &[amount]), &[]).await?;
    }
    let text = fs::read_to_string(world.file("first.jsonl"))?;
    fs::write(world.file("header.json"), text.lines().next().unwrap_or_default())?;
    let with_help = |answer: &Answer, told: &str| {
        assert!(answer.code == 3 && answer.stderr.contains(told) && answer.stderr.contains("\nhelp: "), "{answer:?}");
    };

    // An approval that comes with the opening has looked at the entries as well.
    let header = world.propose("Pr:2-0", &["--approve", "batch", "--header", "header.json"]).await?;
    with_help(&header, "a header alone does not show the entries");
    // Nor does anybody propose entries that nobody holds.
    let unheld = world.propose("Pr:2-0", &["batch", "--header", "header.json"]).await?;
    with_help(&unheld, "the bytes of the entries entries:");
    world.greatseal(&["content", "put", "first.jsonl", "--as", "entries"]).await?.done()?;
    let first = world.opened(world.propose("Pr:2-0", &["batch", "--header", "header.json"]).await?).await?;
    let approved = world.propose("Pr:2-0", &[&["--approve"], &batch("second.jsonl")[..]].concat()).await?;
    assert_eq!(approved.json["approval"]["seat"], "Pr:2-0", "{approved:?}");
    let second = world.opened(approved).await?;
    let change = ["line", "set", "2", "1", "--limit", "2000"];
    let change = world.opened(propose(&world, &change).await?).await?;

    for answer in [
        world.sign("Pr:2-1", &["approve", &change, "--manifest", "first.jsonl"]).await?,
        world.sign("Pr:2-1", &["reject", &first, "--manifest", "first.jsonl"]).await?,
        world.sign("Pr:2-1", &["reject", &first, &second, "--manifest", "first.jsonl"]).await?,
        world.sign("Pr:2-0", &["cancel", &first, "--manifest", "first.jsonl"]).await?,
        world.sign("S1", &["veto", &first, "--manifest", "first.jsonl"]).await?,
    ] {
        with_help(&answer, "says nothing here");
    }
    // Several at once: each file is read once, and is one's.
    let both = ["approve", &first, &second];
    let with = |files: &[&'static str]| {
        let files = files.iter().flat_map(|file| ["--manifest", *file]);
        both.iter().copied().chain(files).map(str::to_owned).collect::<Vec<_>>()
    };
    let sign = async |args: Vec<String>| {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        world.sign("Pr:2-1", &args).await
    };
    let stray = sign(with(&["first.jsonl", "second.jsonl", "third.jsonl"])).await?;
    assert!(stray.code == 8 && stray.stderr.contains("third.jsonl is the manifest of none"), "{stray:?}");
    // The entries of the other one are those that the indexer holds.
    let signed = sign(with(&["second.jsonl"])).await?.done()?;
    assert_eq!(signed["order"], "decide-together", "{signed}");
    assert_eq!(signed["digests"].as_array().map(Vec::len), Some(2), "{signed}");
    Ok(())
}

#[tokio::test]
async fn whoever_disputes_a_proposal_of_a_batch_disputes_the_batch() -> Outcome {
    let world = world().await?;
    let hash = make(&world, "paid.jsonl", &entries(0, &[300]), &[]).await?;
    let mut ids = Vec::new();
    for seat in ["Pr:2-0", "Pr:2-1"] {
        ids.push(world.opened(world.propose(seat, &batch("paid.jsonl")).await?).await?);
    }
    let [first, second] = ids.as_slice() else { return Err("two were opened".into()) };
    world.all_approve_batch(&OTHERS, second, "paid.jsonl").await?;
    let open = |named: String, more: &'static [&'static str]| {
        let words = ["dispute", "open", &named, "--reason", "not what was decided"].map(str::to_owned);
        words.into_iter().chain(more.iter().map(|word| (*word).to_owned())).collect::<Vec<_>>()
    };
    let order = async |seat: &str, args: Vec<String>| {
        let args: Vec<_> = args.iter().map(String::as_str).collect();
        world.order(seat, &args).await
    };
    let named = format!("proposal:{first}");
    let alone = order("A1", open(named.clone(), &["--only-proposal"])).await?.done()?;
    let subject = alone["subject"].as_str().unwrap_or_default();
    assert!(subject.starts_with(&named) && alone["proposal"].is_null(), "{alone}");
    let shown = world.greatseal(&["batch", "show", &hash]).await?;
    shown.refused(812)?;

    let disputed = order("A0", open(named, &[])).await?.done()?;
    let subject = json!(format!("batch:{hash}"));
    assert_eq!((&disputed["subject"], &disputed["proposal"]), (&subject, &json!(first)), "{disputed}");
    assert_eq!(disputed["unknown"], json!([]), "{disputed}");
    // Who named the other proposal, which nobody disputes, means the batch as well.
    let named = format!("proposal:{second}");
    let found = world.greatseal(&["dispute", "show", &named]).await?.done()?;
    assert_eq!((&found["subject"], &found["seat"]), (&subject, &json!("A0")), "{found}");
    // The other proposal of the same batch waits as well, and the batch shows why.
    world.execute(second).await?.refused(823)?;
    let shown = world.greatseal(&["batch", "show", "paid.jsonl"]).await?.done()?;
    let dispute = &shown["disputes"][0];
    assert_eq!((&dispute["seat"], &dispute["open"]), (&json!("A0"), &json!(true)), "{shown}");
    assert_eq!((&shown["manifest"], &shown["stopped_at"]), (&json!(hash), &Value::Null), "{shown}");
    Ok(())
}
