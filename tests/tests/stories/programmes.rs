//! Money: an authority and its programme, batches that are paid, stated, confirmed and final, and everything that is refused on
//! the way.

use std::{fmt::Write as _, fs, time::Duration};

use greatseal_tests::{
    Outcome,
    program::run,
    proxy::Proxy,
    terminal::{Terminal, words},
    tokens,
    world::{Options, World, fact},
};
use serde_json::{Value, json};

use crate::{
    lying_indexer::{Lie, lie},
    manifests::{entries, lines},
};

const TICK: Duration = Duration::from_secs(2);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// //Dave's account, as people write it.
pub(crate) const PAYER: &str = "306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20";
const ASSET: &str = "eip155:1/slip44:60";
const SEATS: [(&str, &str); 3] =
    [("Pr:2-0", "pension-office"), ("Pr:2-1", "labour-ministry"), ("Pr:2-2", "inspectorate")];
/// The transaction on the rail.
const TX: &str = "eip155:1:0xa1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

/// A world in which programme 2 pays from one account in one asset: 1,000 in a century, small batches up to 100.
pub(crate) async fn world() -> Outcome<World> {
    let world = World::start(Options::default()).await?;
    let mut authority = "authority = 2\n".to_owned();
    for (seat, organisation) in SEATS {
        let key = tokens::add(&world.file(""), seat)?;
        let key = key.as_str().ok_or("no key")?;
        write!(authority, "[[seats]]\nkey = \"{key}\"\norganisation = \"{organisation}\"\n")?;
    }
    fs::write(world.file("authority.toml"), authority)?;
    fs::write(world.file("program.toml"), PROGRAM)?;
    world.decide("S0", &["authority-create", "--file", "authority.toml"], &["S0", "S1", "P0"], DAY).await?;
    for (seat, _) in SEATS {
        world.order(seat, &["seat", "accept"]).await?.done()?;
    }
    world.decide("S0", &["program-create", "--file", "program.toml"], &["S0", "S1", "P0"], DAY).await?;
    let payer = format!("payer:{PAYER}:2");
    for register in [&["register", &format!("asset:{ASSET}")][..], &["register", &payer]] {
        world.escalate("money").await?.done()?;
        world.decide("M0", register, &["M0", "S0", "S1"], HOUR).await?;
    }
    Ok(world)
}

/// Makes a manifest of these entries, and answers its hash.
pub(crate) async fn make(world: &World, name: &str, paid: &[Value], more: &[&str]) -> Outcome<String> {
    fs::write(world.file("entries.jsonl"), lines(paid))?;
    let of = ["manifest", "make", "entries.jsonl", "--program", "2", "--asset", ASSET, "--payer", PAYER];
    let more = [&["--line", "1", "--pay-on", "+0 d", "--out", name], more].concat();
    let made = world.greatseal(&[&of[..], &more].concat()).await?.done()?;
    Ok(made["manifest"].as_str().ok_or("no hash")?.to_owned())
}

/// A batch of a manifest's file.
pub(crate) fn batch(manifest: &str) -> [&str; 3] {
    ["batch", "--manifest", manifest]
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test]
async fn a_large_batch_from_its_programme_to_its_end() -> Outcome {
    let world = world().await?;
    let root = make(&world, "large.jsonl", &entries(0, &[50; 10]), &[]).await?;
    world.greatseal(&["batch", "show", &root]).await?.refused(812)?;
    world.propose("Pr:1-0", &batch("large.jsonl")).await?.refused(206)?;
    world.propose("Pr:2-0", &[&["--row", "batch-small"], &batch("large.jsonl")[..]].concat()).await?.refused(808)?;
    let id = world.opened(world.propose("Pr:2-0", &batch("large.jsonl")).await?).await?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    let of = |name: &str| fact(&shown["action"], name);
    assert_eq!(
        (&shown["row"], of("line"), of("count"), of("total"), of("rules")),
        (&json!("batch-large"), json!(1), json!(10), json!("500"), json!(1))
    );
    // Nobody approves other entries.
    make(&world, "other.jsonl", &entries(0, &[51; 10]), &[]).await?;
    let other = world.sign("Pr:2-0", &["approve", &id, "--manifest", "other.jsonl"]).await?;
    assert!(other.code == 8 && other.stderr.contains("is not the manifest of the proposal"), "{other:?}");
    world.all_approve_batch(&["Pr:2-0"], &id, "large.jsonl").await?;
    // Without the file the entries are looked at that the indexer holds.
    world.approve("Pr:2-1", &id).await?.done()?;
    world.execute(&id).await?.done()?;
    world.propose("Pr:2-0", &batch("large.jsonl")).await?.refused(809)?;

    stated(&world).await?;
    disputed(&world, &root).await?;
    corrected(&world, &root).await?;
    let verified = world.greatseal(&["audit", "verify"]).await?.done()?;
    assert_eq!((&verified["verified"], &verified["money"]["batches"]), (&json!("yes"), &json!("2")));
    files(&world, &root).await?;
    Ok(())
}

/// The files behind the batches, whole, missing, and tampered with.
async fn files(world: &World, root: &str) -> Outcome {
    let folder = world.file("money");
    fs::create_dir(&folder)?;
    let verify = async || world.greatseal(&["audit", "verify", "--files", "money"]).await;
    fs::copy(world.file("large.jsonl"), folder.join("a manifest"))?;
    fs::copy(world.file("report.txt"), folder.join("report.txt"))?;
    let part = verify().await?;
    let mut missing: Vec<_> =
        list(&part.json["files"]["missing"]).iter().map(|missing| missing["what"].to_string()).collect();
    missing.sort();
    assert_eq!((part.code, missing), (10, vec!["\"manifest\"".into(), "\"outcomes\"".into()]), "{part:?}");
    fs::copy(world.file("outcomes.jsonl"), folder.join("became"))?;
    fs::copy(world.file("wrong.jsonl"), folder.join("stated before"))?;
    fs::copy(world.file("again.jsonl"), folder.join("again.jsonl"))?;
    let whole = verify().await?.done()?;
    let found = &whole["files"];
    assert_eq!(
        (&whole["verified"], &found["missing"], &found["contradictions"]),
        (&json!("yes"), &json!([]), &json!([]))
    );
    assert_eq!(
        (&found["manifests"], &found["outcomes"], &found["search"]["transfers"]),
        (&json!("2"), &json!("1"), &json!("8"))
    );
    let parent = &found["search"]["parents"][0];
    assert_eq!((&parent["parent"], &parent["entries"], &parent["left_entries"]), (&json!(root), &json!(2), &json!(0)));
    let strangers: Vec<_> = list(&found["strangers"]).iter().map(|stranger| &stranger["file"]).collect();
    assert_eq!(strangers, [&json!("report.txt")], "{found}");

    // A field of an entry: the header names the batch, the entries are others.
    let manifest = fs::read_to_string(world.file("large.jsonl"))?;
    fs::write(folder.join("a manifest"), manifest.replacen("\"amount\":\"50\"", "\"amount\":\"51\"", 1))?;
    let tampered = verify().await?;
    let told = &tampered.json["files"]["contradictions"];
    assert_eq!((tampered.code, &tampered.json["verified"]), (8, &json!("no")), "{tampered:?}");
    assert_eq!(
        (&told[0]["file"], &told[0]["what"], &told[0]["manifest"]),
        (&json!("a manifest"), &json!("entries"), &json!(root))
    );
    // A field of the header: the entries are the batch's, the header is another.
    fs::write(folder.join("a manifest"), manifest.replacen("\"line\":1", "\"line\":2", 1))?;
    let tampered = verify().await?;
    assert_eq!(
        (tampered.code, &tampered.json["files"]["contradictions"][0]["what"]),
        (8, &json!("header")),
        "{tampered:?}"
    );
    fs::write(folder.join("a manifest"), manifest)?;
    // Outcomes that nobody has stated belong to nothing, and those that were stated are missing.
    fs::write(folder.join("became"), outcomes(&[4, 6]))?;
    let tampered = verify().await?;
    let missing = &tampered.json["files"]["missing"];
    assert_eq!((tampered.code, list(missing).len(), &missing[0]["what"]), (10, 1, &json!("outcomes")), "{tampered:?}");
    let strangers = list(&tampered.json["files"]["strangers"]);
    assert!(strangers.iter().any(|stranger| stranger["file"] == "became"), "{tampered:?}");
    Ok(())
}

/// What became of ten entries of 50: two came back, the others were paid.
pub(crate) fn outcomes(back: &[usize]) -> String {
    let hex = "e1".repeat(32);
    let outcome = |index: usize| {
        let came_back = back.contains(&index);
        let (paid, reason) = if came_back { ("0", json!("account-closed")) } else { ("50", Value::Null) };
        let reference = json!({ "transaction": TX, "log": index, "amount": "50", "share": "50" });
        json!({
            "index": index, "state": "closed", "paid": paid, "reason": reason, "evidence": hex,
            "references": if came_back { json!([]) } else { json!([reference]) },
        })
    };
    (0..10).fold(String::new(), |text, index| text + &outcome(index).to_string() + "\n")
}

/// The operator says what the rail did, twice; the auditor looks at it, and confirms what is so.
async fn stated(world: &World) -> Outcome {
    fs::write(world.file("wrong.jsonl"), outcomes(&[4]))?;
    fs::write(world.file("outcomes.jsonl"), outcomes(&[4, 5]))?;
    let check = ["outcome", "check", "outcomes.jsonl", "--manifest", "large.jsonl"];
    let checked = world.greatseal(&check).await?.done()?;
    let checked = &checked["outcomes"][0];
    let sums = (&checked["closed"], &checked["paid"], &checked["unpaid"]);
    assert_eq!(sums, (&json!(10), &json!("400"), &json!("100")), "{checked}");
    fs::write(world.file("more.jsonl"), outcomes(&[]).replace("\"paid\":\"50\"", "\"paid\":\"51\""))?;
    let more = world.greatseal(&["outcome", "check", "more.jsonl", "--manifest", "large.jsonl"]).await?;
    assert!(more.code == 3 && more.stderr.contains("line 1: paid 51 of 50"), "{more:?}");

    let state = |file: &'static str| ["batch", "state", "large.jsonl", "--outcome", file];
    world.order("A0", &state("wrong.jsonl")).await?.refused(204)?;
    world.order("Pr:2-0", &state("wrong.jsonl")).await?.refused(204)?;
    world.order("O0", &state("wrong.jsonl")).await?.done()?;
    let vote = |verdict: &'static str| {
        ["batch", "vote", "large.jsonl", "--recorder", "O0", "--verdict", verdict, "--evidence", "report.txt"]
    };
    let confirm = |file: &'static str| [&vote("confirmed")[..], &["--outcome", file]].concat();
    let false_yes = world.order("A0", &confirm("outcomes.jsonl")).await?;
    assert!(false_yes.code == 8 && false_yes.stderr.contains("is not what O0 has stated"), "{false_yes:?}");
    world.order("A0", &vote("contradicted")).await?.done()?;
    world.node().pass(DAY).await?;
    let finalise = ["batch", "finalise", "large.jsonl", "--recorder", "O0"];
    world.order("O1", &finalise).await?.refused(841)?;
    debited(world, &state("outcomes.jsonl"), &confirm("outcomes.jsonl")).await?;
    world.order("O0", &state("outcomes.jsonl")).await?.done()?;
    withdrawn(world).await?;
    world.order("O0", &confirm("outcomes.jsonl")).await?.refused(204)?;
    world.order("A0", &confirm("outcomes.jsonl")).await?.done()?;
    world.order("O1", &finalise).await?.refused(842)?;
    let hold = ["batch", "hold", "large.jsonl", "--entry", "7", "--until", "+30 d", "--reason", "has died"];
    world.order("O0", &hold).await?.refused(204)?;
    world.order("Pr:2-0", &hold).await?.done()?;
    world.order("Pr:2-1", &["batch", "free", "large.jsonl", "--entry", "7"]).await?.done()?;
    Ok(())
}

/// A vote is taken back without naming the statement that it is about, which its recorder has replaced since.
async fn withdrawn(world: &World) -> Outcome {
    let withdraw = ["batch", "vote", "large.jsonl", "--verdict", "withdrawn", "--evidence", "report.txt"];
    let none = world.order("A1", &withdraw).await?;
    assert!(none.code == 3 && none.stderr.contains("A1 has no vote on the batch"), "{none:?}");
    let other = world.order("A0", &[&withdraw[..], &["--recorder", "M0"]].concat()).await?;
    assert!(other.code == 3 && other.stderr.contains("is on a statement of O0"), "{other:?}");
    let taken = world.order("A0", &withdraw).await?.done()?;
    assert_eq!((&taken["recorder"], &taken["version"]), (&json!("O0"), &json!(0)), "{taken}");
    let shown = world.greatseal(&["batch", "show", "large.jsonl"]).await?.done()?;
    assert_eq!(shown["votes"][0]["verdict"], "withdrawn", "{shown}");
    Ok(())
}

/// What left the payer's account is said and compared too; whoever confirms reads what was stated. What is only kept says as much.
async fn debited(world: &World, state: &[&str], confirm: &[&str]) -> Outcome {
    let kept =
        world.order("O0", &[state, &["--debited", "450", "--envelope-out", "kept.hex"]].concat()).await?.done()?;
    let sums = ["closed", "paid", "unpaid", "debited"].map(|sum| kept[sum].clone());
    assert_eq!(sums, [json!(10), json!("400"), json!("100"), json!("450")], "{kept}");
    assert_eq!((&kept["state"], kept["previous"].is_string()), (&json!("signed"), true), "{kept}");
    world.order("O0", &[state, &["--debited", "450"]].concat()).await?.done()?;
    let other = world.order("A0", confirm).await?;
    assert!(other.code == 8 && other.stderr.contains("debited is 400 and was stated as 450"), "{other:?}");
    let signer = ["--debited", "450", "--token", "A0", "--pin-file", "pins/A0"];
    let terminal = Terminal::start(world.command(&[confirm, &signer].concat())?, 60, 100)?;
    let shown = words(&terminal.shows("Type yes to sign:").await?);
    for told in
        ["stated by O0 at 20", "closed entries 10", "paid 400", "unpaid 100", "debited 450", "verdict confirmed"]
    {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    Ok(())
}

/// A dispute is in the way of the end for a while, once, and of nothing else.
async fn disputed(world: &World, root: &str) -> Outcome {
    let reason = ["--reason", "entry 7 was paid twice"];
    let about = |step: &'static str| ["dispute", step, root];
    world.greatseal(&about("show")).await?.refused(641)?;
    world.order("S0", &[&about("open")[..], &reason].concat()).await?.refused(204)?;
    world.order("A0", &[&about("open")[..], &reason].concat()).await?.done()?;
    let finalise = ["batch", "finalise", root, "--recorder", "O0"];
    world.order("O0", &finalise).await?.refused(823)?;
    let status = world.greatseal(&["status"]).await?.done()?;
    let told = list(&status["disputes"]);
    assert!(
        told.len() == 1 && told[0]["subject"] == format!("batch:{root}") && told[0]["acknowledged_at"].is_null(),
        "{status}"
    );
    let batch = &status["batches"][0];
    let steps = json!([{ "step": "final-statement" }, { "step": "dispute-answer" }]);
    assert_eq!((&batch["last"], &batch["waits_for"]), (&Value::Null, &steps));

    world.order("A0", &[&about("triage")[..], &reason].concat()).await?.refused(644)?;
    world.order("A0", &about("acknowledge")).await?.refused(204)?;
    world.node().pass(HOUR).await?;
    world.order("O0", &about("acknowledge")).await?.done()?;
    world.order("S0", &about("acknowledge")).await?.refused(643)?;
    let extend = ["extend-dispute", root, "--until", "+7 d", "--reason", "the rail has to answer"];
    world.propose("S0", &extend).await?.refused(644)?;
    world.order("A0", &[&about("triage")[..], &reason].concat()).await?.refused(208)?;
    world.order("A1", &[&about("triage")[..], &reason].concat()).await?.done()?;
    let before = world.greatseal(&about("show")).await?.done()?;
    assert_eq!((&before["late"], &before["open"]), (&json!(true), &json!(true)), "acknowledged after its hour");
    world.decide("S0", &extend, &["S0", "S1"], TICK).await?;
    let after = world.greatseal(&about("show")).await?.done()?;
    assert_ne!(before["decide_by"], after["decide_by"], "more time");

    world.order("A1", &[&about("retract")[..], &reason].concat()).await?.refused(641)?;
    world.order("O0", &finalise).await?.refused(823)?;
    world.order("A0", &[&about("retract")[..], &reason].concat()).await?.done()?;
    let closed = world.greatseal(&about("show")).await?.done()?;
    assert!(closed["open"] == false && closed["retracted_at"].is_string(), "{closed}");
    world.order("A0", &[&about("open")[..], &reason].concat()).await?.refused(646)?;
    world.order("O0", &finalise).await?.refused(842)?;
    // The authority appeals for whoever was not paid. The end was held once: nobody holds it again.
    let appeal = format!("batch:{root}");
    world.order("Pr:1-0", &[&["dispute", "open", &appeal][..], &reason].concat()).await?.refused(204)?;
    world.order("Pr:2-0", &[&["dispute", "open", &appeal][..], &reason].concat()).await?.done()?;
    world.order("Pr:2-1", &about("acknowledge")).await?.done()?;
    let appealed = world.greatseal(&about("show")).await?.done()?;
    assert_eq!((&appealed["seat"], &appealed["open"]), (&json!("Pr:2-0"), &json!(true)), "{appealed}");
    world.order("O0", &finalise).await?.refused(842)?;
    world.node().pass(DAY).await?;
    let before = world.greatseal(&["batch", "show", root]).await?.done()?;
    let of = |shown: &Value| list(&shown["statements"]).first().map(|said| said["refusal"].clone());
    assert_eq!(of(&before), Some(Value::Null), "anybody may make it final: {before}");
    tokens::add(&world.file(""), "nobody")?;
    let ended = world.order("nobody", &finalise).await?.done()?;
    assert_eq!((&ended["order"], &ended["seat"]), (&json!("finalise"), &Value::Null), "no seat is needed: {ended}");
    world.order("O0", &finalise).await?.refused(838)?;
    let after = world.greatseal(&["batch", "show", root]).await?.done()?;
    assert_eq!(of(&after), Some(json!(838)), "{after}");
    world.order("Pr:2-0", &[&about("retract")[..], &reason].concat()).await?.done()?;
    let first = world.greatseal(&[&about("show")[..], &["--of", "A0"]].concat()).await?.done()?;
    assert_eq!((&first["seat"], &first["open"]), (&json!("A0"), &json!(false)), "{first}");
    Ok(())
}

/// What came back is paid by another batch, out of the same line.
async fn corrected(world: &World, root: &str) -> Outcome {
    let (mut again, first) = (entries(100, &[50, 50]), entries(0, &[50; 10]));
    (again[0]["repays"], again[1]["repays"]) = (json!(4), json!(5));
    let strangers = make(world, "again.jsonl", &again, &["--parent", "large.jsonl"]).await;
    assert!(strangers.is_err_and(|told| told.to_string().contains("pays entry 4")), "other persons are not paid again");
    for (entry, of) in again.iter_mut().zip([4, 5]) {
        entry["person"] = first[of]["person"].clone();
    }
    let other = make(world, "again.jsonl", &again, &["--parent", root]).await?;
    world.propose("Pr:2-0", &[&["--row", "batch-small"], &batch("again.jsonl")[..]].concat()).await?.refused(808)?;
    let id = world.opened(world.propose("Pr:2-0", &batch("again.jsonl")).await?).await?;
    world.all_approve_batch(&["Pr:2-0", "Pr:2-2"], &id, "again.jsonl").await?;
    world.execute(&id).await?.done()?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    assert_eq!((fact(&shown["action"], "parent"), &shown["row"]), (json!(root), &json!("batch-large")), "{shown}");

    let show = world.greatseal(&["batch", "show", "large.jsonl"]).await?.done()?;
    let last = &show["last"];
    let sums = (&last["paid"], &last["unpaid"], &last["credit"], &last["recorder"]);
    assert_eq!(sums, (&json!("400"), &json!("100"), &json!("100"), &json!("O0")), "{show}");
    assert_eq!(show["waits_for"], json!([]), "{show}");
    assert_eq!(
        (&show["votes"][0]["verdict"], &show["executed"]["small"]),
        (&json!("confirmed"), &json!(false)),
        "{show}"
    );
    let status = world.greatseal(&["status"]).await?.done()?;
    let line = &status["programs"][0]["lines"][0];
    assert_eq!((&line["left"], &line["credited"]), (&json!("450"), &json!("50")), "{status}");
    assert_eq!((&status["disputes"], &status["listing"]["complete"]), (&json!([]), &json!(true)), "{status}");
    let waiting = list(&status["batches"]);
    assert!(waiting.len() == 1 && waiting[0]["manifest"] == other, "{status}");

    // All of it is stopped, for good; what was never executed as well.
    let stop = |file| ["batch-stop", "--manifest", file, "--reason", "a wrong list"];
    world.decide("Pr:2-0", &stop("again.jsonl"), &["Pr:2-0", "Pr:2-1"], TICK).await?;
    make(world, "never.jsonl", &entries(300, &[50]), &[]).await?;
    world.decide("Pr:2-0", &stop("never.jsonl"), &["Pr:2-0", "Pr:2-1"], TICK).await?;
    let never = world.greatseal(&["batch", "show", "never.jsonl"]).await?.done()?;
    assert!(never["stopped_at"].is_string() && never["disputes"] == json!([]), "{never}");
    world.propose("Pr:2-0", &stop("never.jsonl")).await?.refused(836)?;
    world.propose("Pr:2-0", &batch("never.jsonl")).await?.refused(836)?;
    Ok(())
}

/// A manifest with something to look at.
async fn what_is_asked_before_money_goes(world: &World) -> Outcome {
    // Two persons with one account: whoever signs reads it before the question.
    let mut couple = entries(70, &[1, 1]);
    couple[1]["destination"] = couple[0]["destination"].clone();
    make(world, "couple.jsonl", &couple, &[]).await?;
    let propose = ["governance", "propose", "--document", "why.json", "--token", "Pr:2-0", "--pin-file", "pins/Pr:2-0"];
    let asked = run(world.command(&[&propose[..], &batch("couple.jsonl")].concat())?).await?;
    let shown = asked.stderr.contains("shared account") && asked.stderr.contains("on the lines 2, 3");
    assert!(asked.code == 1 && shown, "{asked:?}");
    Ok(())
}

#[tokio::test]
async fn small_batches_and_the_budget() -> Outcome {
    let world = world().await?;
    for (name, person, amounts) in [
        ("small", 0, &[20, 20][..]),
        ("next", 10, &[61]),
        ("most", 20, &[600]),
        ("too-much", 30, &[401]),
        ("more-than-all", 40, &[1051]),
    ] {
        make(&world, &format!("{name}.jsonl"), &entries(person, amounts), &[]).await?;
    }
    let approving = ["--approve"];
    world.propose("Pr:2-0", &[&approving, &batch("small.jsonl")[..]].concat()).await?.refused(811)?;
    let id = world.opened(world.propose("Pr:2-0", &batch("small.jsonl")).await?).await?;
    let shown = world.greatseal(&["governance", "show", &id]).await?.done()?;
    assert_eq!(shown["row"], "batch-small");
    world.sign("Pr:2-0", &["approve", &id, "--manifest", "small.jsonl"]).await?.refused(811)?;
    world.all_approve_batch(&["Pr:2-1"], &id, "small.jsonl").await?;
    world.execute(&id).await?.done()?;
    what_is_asked_before_money_goes(&world).await?;
    // With the small one before it this is too large for one approval, though it is not by itself.
    let small = ["--row", "batch-small"];
    world.propose("Pr:2-0", &[&small, &batch("next.jsonl")[..]].concat()).await?.refused(808)?;
    let next = world.opened(world.propose("O0", &batch("next.jsonl")).await?).await?;
    assert_eq!(world.greatseal(&["governance", "show", &next]).await?.done()?["row"], "batch-large");

    world.propose("Pr:2-0", &batch("more-than-all.jsonl")).await?.refused(807)?;
    let most = world.opened(world.propose("Pr:2-0", &batch("most.jsonl")).await?).await?;
    let much = world.opened(world.propose("Pr:2-1", &batch("too-much.jsonl")).await?).await?;
    for (id, file) in [(&most, "most.jsonl"), (&much, "too-much.jsonl")] {
        world.all_approve_batch(&["Pr:2-1", "Pr:2-2"], id, file).await?;
    }
    world.execute(&most).await?.done()?;
    world.execute(&much).await?.refused(807)?;
    let change = "program = 2\n[[lines]]\nline = 1\nlimit = \"2000\"\nsmall_one = \"0\"\nsmall_all = \"0\"\n";
    fs::write(world.file("change.toml"), change)?;
    let change = ["program-change", "--file", "change.toml"];
    world.decide("S0", &change, &["S0", "Pr:2-0", "Pr:2-1"], HOUR).await?;
    world.execute(&much).await?.done()?;
    let status = world.greatseal(&["status"]).await?.done()?;
    let program = &status["programs"][0];
    let told = (&program["version"], &program["rule_sets"][0]["version"], &program["privacy"], &program["batches"]);
    assert_eq!(told, (&json!(1), &json!(1), &json!("public"), &json!(3)), "{status}");
    let shown = world.greatseal(&["program", "show", "2"]).await?.done()?;
    let line = &shown["lines"][0];
    let told = (&line["version"], &line["left"], &line["limit"]);
    assert_eq!(told, (&json!(2), &json!("959"), &json!("2000")), "{shown}");

    // From the operator's own account, without the relayer.
    let seats: Value = serde_json::from_slice(&fs::read(world.file("seats.json"))?)?;
    let operator = seats.as_array().and_then(|seats| seats.iter().find(|seat| seat["seat"] == "O0"));
    let key = operator.and_then(|seat| seat["key"].as_str()).ok_or("no O0")?;
    world.greatseal(&["key", "fund", key, "--amount", "10"]).await?.done()?;
    let hex = "e1".repeat(32);
    let reference = |index| json!({ "transaction": TX, "log": index, "amount": "20", "share": "20" });
    let paid = |index| json!({ "index": index, "state": "closed", "paid": "20", "references": [reference(index)], "evidence": hex });
    fs::write(world.file("paid.jsonl"), lines(&[paid(0), paid(1)]))?;
    let all = ["batch", "state", "small.jsonl", "--outcome", "paid.jsonl", "--direct"];
    assert_eq!(world.order("O0", &all).await?.done()?["door"], "direct");
    let confirm = ["batch", "vote", "small.jsonl", "--recorder", "O0", "--verdict", "confirmed"];
    let with = ["--outcome", "paid.jsonl", "--evidence", "report.txt"];
    world.order("A0", &[&confirm[..], &with].concat()).await?.done()?;
    world.node().pass(DAY).await?;
    world.order("Pr:2-2", &["batch", "finalise", "small.jsonl", "--recorder", "O0"]).await?.done()?;
    left_out(&world).await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

/// What the indexer leaves out is missed: the chain knows the counts.
async fn left_out(world: &World) -> Outcome {
    let deaf = Proxy::without(world.node(), |method| method.starts_with("childstate_")).await?;
    for (kind, args, code, told) in [
        ("BatchExecuted", &["status", "--node", deaf.url()][..], 0, "\"complete\":false"),
        ("BatchExecuted", &["status"], 0, "\"complete\":true"),
        ("BatchExecuted", &["program", "show", "2", "--node", deaf.url()], 0, "\"complete\":false"),
        ("BatchExecuted", &["program", "show", "2"], 0, "\"batches_not_listed\":0"),
    ] {
        let (url, lying) = lie(world, Lie::Forgets(kind)).await?;
        let answer = world.greatseal(&[args, &["--indexer", &url]].concat()).await?;
        assert!(answer.code == code && answer.stdout.contains(told), "{kind}: {answer:?}");
        if args.contains(&"--node") {
            assert!(answer.stdout.contains("\"batches_not_listed\":3"), "{answer:?}");
            // Rule sets and lines are found by number all the same.
            assert!(answer.stdout.contains("\"limit\":\"2000\""), "{answer:?}");
        }
        lying.abort();
    }
    Ok(())
}

#[tokio::test]
async fn what_does_not_name_money() -> Outcome {
    let world = World::start(Options { indexer: false, ..Options::default() }).await?;
    fs::write(world.file("sound.jsonl"), lines(&entries(0, &[10])))?;
    fs::write(world.file("unknown.toml"), "program = 2\nbudget = \"10\"\n")?;
    fs::write(world.file("privacy.toml"), PROGRAM.replacen("public", "secret", 1))?;
    fs::write(world.file("period.toml"), PROGRAM.replacen("+3650 d", "a month", 1))?;
    fs::write(world.file("budget.toml"), PROGRAM.replacen("\"1000\"", "\"ten\"", 1))?;
    fs::write(world.file("rules.toml"), PROGRAM.replacen("why.json", "report.txt", 1))?;
    fs::write(world.file("asset.toml"), PROGRAM.replacen("eip155:1/slip44:60", "ether", 1))?;
    let hex = "d1".repeat(32);
    let files =
        ["unknown.toml", "privacy.toml", "period.toml", "budget.toml", "rules.toml", "asset.toml", "missing.toml"];
    let mut bad: Vec<Vec<&str>> = files.iter().map(|file| vec!["program-create", "--file", file]).collect();
    bad.extend([
        vec!["program-change", "--file", "unknown.toml"],
        vec!["batch", "--manifest", "sound.jsonl"],
        vec!["batch", "--manifest", "report.txt"],
        vec!["batch", "--header", "report.txt"],
        vec!["batch-stop", "--manifest", "sound.jsonl", "--reason", "why"],
        vec!["overrule", "no-hash", "--auditor", "A0", "--reason", "why"],
        vec!["extend-dispute", "no-subject", "--until", "+1 d", "--reason", "why"],
    ]);
    for action in &bad {
        let answer = world.propose("S0", action).await?;
        assert!(answer.code == 3 && answer.stderr.contains("\nhelp: "), "{action:?}: {answer:?}");
    }
    let orders: &[&[&str]] = &[
        &["batch", "state", "report.txt", "--outcome", "report.txt"],
        &["batch", "finalise", "no-hash", "--recorder", "O0"],
        &["batch", "finalise", &hex, "--recorder", "nobody"],
        &["batch", "vote", &hex, "--recorder", "O0", "--verdict", "perhaps", "--evidence", "report.txt"],
        &["dispute", "open", "no-subject", "--reason", "why"],
    ];
    for order in orders {
        let answer = world.order("O0", order).await?;
        assert!(answer.code == 3 && answer.stderr.contains("\nhelp: "), "{order:?}: {answer:?}");
    }
    world.propose("S0", &["overrule", &hex, "--auditor", "A0", "--reason", "why"]).await?.refused(843)?;
    world.order("O0", &["batch", "finalise", &hex, "--recorder", "O0"]).await?.refused(837)?;
    fs::write(world.file("change.toml"), "program = 2\nprivacy = \"confidential\"\n")?;
    world.propose("S0", &["program-change", "--file", "change.toml"]).await?.refused(800)?;
    let words = ["manifest", "make", "sound.jsonl", "--program", "2", "--asset", ASSET, "--payer", PAYER];
    let more = ["--line", "1", "--pay-on", "+0 d", "--out", "made.jsonl"];
    world.greatseal(&[&words[..], &more].concat()).await?.refused(800)?;
    // The status needs no indexer where the node lists the cells; where nobody does, it says what is missing.
    let doubt = world.order("A0", &["dispute", "open", &hex, "--reason", "why", "--allow-unknown"]).await?;
    assert_eq!((doubt.code, &doubt.json["state"]), (5, &json!("applied")), "a dispute holds, whoever keeps its reason");
    let status = world.greatseal(&["status"]).await?.done()?;
    assert_eq!(
        (&status["disputes"][0]["subject"], &status["disputes_not_listed"]),
        (&json!(format!("other:{hex}")), &json!(0)),
        "{status}"
    );
    let deaf = Proxy::without(world.node(), |method| method.starts_with("childstate_")).await?;
    let status = world.greatseal(&["status", "--node", deaf.url()]).await?.done()?;
    assert_eq!((&status["disputes"], &status["disputes_not_listed"]), (&json!([]), &json!(1)), "{status}");
    Ok(())
}

const PROGRAM: &str = "program = 2\nauthority = 2\nprivacy = \"public\"\nschedule = \"report.txt\"\n[[rules]]\n\
                       set = \"why.json\"\n[[lines]]\nline = 1\nasset = \"eip155:1/slip44:60\"\nfrom = \"+0 d\"\n\
                       until = \"+3650 d\"\nlimit = \"1000\"\nsmall_one = \"100\"\nsmall_all = \"100\"\n";
