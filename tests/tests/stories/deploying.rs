//! Putting the contract on a chain: what is a mistake is found out before anybody pays, and nothing that was paid is lost.

use std::{
    fs,
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use greatseal_client::{Account as _, Chain, DevAccount};
use greatseal_tests::{
    Outcome,
    program::{Answer, run},
    wait::eventually,
    world::{Options, World, artefact},
};
use serde_json::{Value, json};

const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };
const MICRONODE: [&str; 2] = ["--profile", "micronode"];

#[tokio::test]
async fn rule_37_a_table_that_can_never_be_used_again_is_not_deployed() -> Outcome {
    let world = World::start(BARE).await?;
    let before = funds(&world).await?;
    for (names, profile, told) in [
        (&["S0", "S1", "S2"][..], &[][..], "the table has no row policy-table"),
        (&["S0", "S1", "S2", "T0", "T1", "T2", "O0", "A0"], &[], "the table has no row policy-table"),
        (&["S0", "S1", "O0"], &MICRONODE, "there is no Auditor seat"),
        (&["S0", "S1", "A0"], &MICRONODE, "there is no Operator seat"),
        (&[], &[], "the table has no row policy-table"),
    ] {
        keep(&world, names)?;
        for how in ["--yes", "--dry-run"] {
            let answer = deploy(&world, &[profile, &["--out", "x.json", how]].concat()).await?;
            assert_eq!(answer.code, 3, "{names:?}: {answer:?}");
            assert!(answer.stderr.contains("a dead end: ") && answer.stderr.contains(told), "{names:?}: {answer:?}");
            assert!(answer.stderr.contains("\nhelp: "), "{answer:?}");
        }
    }
    assert!(!world.file("x.json").exists());
    assert_eq!(funds(&world).await?, before, "nobody paid");

    // Where nobody reviews, nobody pauses under a row that asks for a review; auditors and row can come later.
    keep(&world, &["S0", "S1", "S2", "P0", "P1", "E0", "E1", "E2"])?;
    let silent = deploy(&world, &["--out", "silent.json", "--dry-run"]).await?.done()?;
    let told = |list: &str, name: &str, value: &str| {
        silent[list].as_array().is_some_and(|all| all.iter().any(|one| one[name] == value))
    };
    assert!(told("cannot", "gap", "no-auditor") && told("rows", "row", "sovereign-pause"), "{silent}");
    for reviewed in ["emergency-pause", "seat-suspension", "degraded-mode"] {
        assert!(told("left_out", "row", reviewed) && !told("rows", "row", reviewed), "{reviewed}: {silent}");
    }

    // The least that can change itself.
    keep(&world, &["S0", "S1", "S2", "P0", "P1"])?;
    let least = deploy(&world, &["--out", "least.json", "--yes"]).await?.done()?;
    let cannot = least["cannot"].as_array().cloned().unwrap_or_default();
    assert!(cannot.iter().any(|gap| gap["gap"] == "no-recovery"), "{least}");
    Ok(())
}

#[tokio::test]
async fn nobody_pays_for_what_nobody_has_agreed_to() -> Outcome {
    let world = World::start(BARE).await?;
    let (before, height) = (funds(&world).await?, world.node().height().await?);
    // For people: without a terminal the answer is no, and all of it has been shown.
    let asked = run(command(&world, &["--out", "x.json"])?).await?;
    assert_eq!(asked.code, 1, "{asked:?}");
    for shown in
        ["S0 ", "Sovereign, cabinet, member, ed25519:", "policy-table", "fee about", "deposit about", "holders"]
    {
        assert!(asked.stderr.contains(shown), "{shown}: {asked:?}");
    }
    assert!(asked.stderr.contains("error: not confirmed") && asked.stdout.is_empty(), "{asked:?}");

    let tried = deploy(&world, &["--out", "x.json", "--dry-run"]).await?.done()?;
    let councils = tried["councils"].as_array().map(Vec::len);
    assert_eq!(
        (&tried["dry_run"], councils, tried["rows"].as_array().map(Vec::len)),
        (&json!(true), Some(11), Some(39))
    );
    let seat = &tried["councils"][0]["seats"][0];
    assert_eq!(
        (&seat["seat"], &seat["organisation"], &seat["holder_named"]),
        (&json!("S0"), &json!("cabinet"), &json!(false))
    );
    assert!(seat["valid_until"].is_string(), "{seat}");
    assert_eq!((&tried["cannot"], &tried["left_out"]), (&json!([]), &json!([])));
    assert!(!world.file("x.json").exists());
    assert_eq!((funds(&world).await?, world.node().height().await?), (before, height), "nothing was touched");

    // What was estimated is what is then paid and held, about.
    world.deploy("x.json").await?.done()?;
    let paid = before.saturating_sub(funds(&world).await?);
    let amount = |name: &str| tried["cost"][name].as_str().and_then(|text| text.parse::<u128>().ok());
    let estimate = amount("fee").zip(amount("deposit")).map(|(fee, deposit)| fee.saturating_add(deposit));
    let estimate = estimate.ok_or_else(|| format!("no cost: {tried}"))?;
    assert!(paid > estimate / 2 && paid < estimate.saturating_mul(3) / 2, "{paid} of about {estimate}");
    Ok(())
}

#[tokio::test]
async fn where_the_deployment_file_cannot_be_written_nobody_pays() -> Outcome {
    let world = World::start(BARE).await?;
    let before = funds(&world).await?;
    fs::write(world.file("letter"), "dear")?;
    for out in ["nofolder/deployment.json", "letter/deployment.json", "letter", "deployment.json", "tokens"] {
        let answer = deploy(&world, &["--out", out, "--yes"]).await?;
        assert_eq!(answer.code, 3, "{out}: {answer:?}");
    }
    // A disk that takes no byte more.
    let whole = command(&world, &["--out", "full.json", "--yes"])?;
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\""]).arg(whole.get_program()).args(whole.get_args());
    full.current_dir(world.file(""));
    for (name, value) in whole.get_envs() {
        match value {
            Some(value) => full.env(name, value),
            None => full.env_remove(name),
        };
    }
    let answer = run(full).await?;
    assert!(answer.code == 3 && answer.stderr.contains("nothing was paid"), "{answer:?}");
    assert!(!world.file("full.json").exists(), "no empty file is left behind");
    assert_eq!(fs::read_to_string(world.file("letter"))?, "dear");
    assert_eq!(funds(&world).await?, before, "nobody paid");
    Ok(())
}

/// The dry run sees the time of the last block, which may be long ago; the transaction sees its own block's.
#[tokio::test]
async fn a_micronode_is_deployed_however_old_the_last_block_is() -> Outcome {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let genesis = (now - 3 * 3600).to_string();
    let world = World::start(Options { devnet: &["--genesis-time", &genesis], ..BARE }).await?;
    keep(&world, &["S0", "S1", "O0", "A0"])?;
    let deployed = deploy(&world, &[&MICRONODE[..], &["--out", "micronode.json", "--yes"]].concat()).await?.done()?;
    assert_eq!(deployed["profile"]["name"], "micronode", "{deployed}");
    Ok(())
}

#[tokio::test]
async fn seats_that_could_never_be_used_are_found_out_before_anybody_pays() -> Outcome {
    let world = World::start(BARE).await?;
    let before = funds(&world).await?;
    let original = seats(&world)?;
    let off_curve = "p256:02fd4bf61763b46581fd9174d623516cf3c81edd40e29ffa2777fb6cb0ae3ce535";
    for (field, value, told) in [
        // Milliseconds, as JavaScript counts them.
        ("valid_until", "1803662461000", "valid_until: `1803662461000` is in the year 59"),
        ("valid_until", "+4000 d", "more than a year away"),
        ("valid_until", "2026-01-01", "is over"),
        // On no curve, and of small order.
        ("key", off_curve, "nobody can sign with it"),
        ("key", "ed25519:0100000000000000000000000000000000000000000000000000000000000000", "nobody can sign with it"),
        ("organisation", "presidency!", "is no name"),
    ] {
        let mut seats = original.clone();
        seats[2][field] = json!(value);
        fs::write(world.file("seats.json"), json!(seats).to_string())?;
        let answer = deploy(&world, &["--out", "x.json", "--yes"]).await?;
        assert_eq!(answer.code, 3, "{value}: {answer:?}");
        assert!(answer.stderr.contains("entry 3, S2: ") && answer.stderr.contains(told), "{value}: {answer:?}");
    }
    // The other ways to a seat read keys and times with the same eyes.
    for action in [
        &["rotate", "S1", "--new-key", off_curve][..],
        &[
            "rotate",
            "S1",
            "--new-key",
            original[0]["key"].as_str().unwrap_or_default(),
            "--valid-until",
            "1803662461000",
        ],
    ] {
        let answer = world.propose("S0", action).await?;
        assert_eq!(answer.code, 3, "{action:?}: {answer:?}");
    }
    assert_eq!(world.order("S0", &["seat", "name-successor", off_curve]).await?.code, 3);
    assert!(!world.file("x.json").exists());
    assert_eq!(funds(&world).await?, before, "nobody paid");
    Ok(())
}

/// The code's hash is looked at before anybody pays for code that nobody would talk to.
#[tokio::test]
async fn a_fingerprint_of_other_code_is_found_out_before_anybody_pays() -> Outcome {
    let world = World::start(BARE).await?;
    let before = funds(&world).await?;
    let copy = world.file("artefact");
    fs::create_dir(&copy)?;
    for entry in fs::read_dir(artefact())? {
        let entry = entry?;
        fs::copy(entry.path(), copy.join(entry.file_name()))?;
    }
    let path = copy.join("fingerprint.json");
    let mut fingerprint: Value = serde_json::from_slice(&fs::read(&path)?)?;
    fingerprint["code_hash"] = json!("ab".repeat(32));
    fs::write(&path, fingerprint.to_string())?;
    let [payer, _] = world.node().payers();
    for how in ["--yes", "--dry-run"] {
        let always = ["deploy", "--seats", "seats.json", "--account", &payer, "--artefact", "artefact"];
        let answer = world.greatseal(&[&always[..], &["--out", "x.json", how]].concat()).await?;
        assert!(answer.code == 3 && answer.stderr.contains("code hash"), "{answer:?}");
    }
    assert!(!world.file("x.json").exists());
    assert_eq!(funds(&world).await?, before, "nobody paid");
    Ok(())
}

#[tokio::test]
async fn a_node_that_is_lost_while_the_deployment_is_under_way_is_asked_again() -> Outcome {
    let world = World::start(Options { devnet: &["--block-time", "2500"], ..BARE }).await?;
    let cutting = async {
        let sent = async || match world.node().rpc("author_pendingExtrinsics", json!([])).await {
            Ok(pool) if pool.as_array().is_some_and(|pool| !pool.is_empty()) => Ok(()),
            other => Err(format!("{other:?}")),
        };
        eventually("the transaction is in the pool", Duration::from_secs(60), sent).await?;
        world.node().rpc("devnet_outage", json!([1_000])).await?;
        Ok::<_, Box<dyn std::error::Error>>(())
    };
    let (answer, cut) = tokio::join!(deploy(&world, &["--out", "again.json", "--yes"]), cutting);
    cut?;
    let told = answer?.done()?;
    let kept: Value = serde_json::from_slice(&fs::read(world.file("again.json"))?)?;
    assert_eq!(kept["contract"], told["contract"], "{told}");
    Ok(())
}

/// `greatseal deploy` with these switches besides the ones that every story needs.
async fn deploy(world: &World, args: &[&str]) -> Outcome<Answer> {
    let mut command = command(world, args)?;
    command.arg("--json");
    Ok(run(command).await?)
}

fn command(world: &World, args: &[&str]) -> Outcome<Command> {
    let [payer, _] = world.node().payers();
    let artefact = artefact();
    let always = ["deploy", "--seats", "seats.json", "--account", &payer, "--artefact", &artefact.to_string_lossy()];
    Ok(world.command(&[&always[..], args].concat())?)
}

fn seats(world: &World) -> Outcome<Vec<Value>> {
    let path = world.file("all.json");
    if !path.exists() {
        fs::copy(world.file("seats.json"), &path)?;
    }
    Ok(serde_json::from_slice(&fs::read(path)?)?)
}

/// The seats file has these seats only.
fn keep(world: &World, names: &[&str]) -> Outcome {
    let mut seats = seats(world)?;
    seats.retain(|entry| names.iter().any(|name| entry["seat"] == *name));
    Ok(fs::write(world.file("seats.json"), json!(seats).to_string())?)
}

/// What the paying account has.
async fn funds(world: &World) -> Outcome<u128> {
    let chain = Chain::connect(world.node().url()).await?;
    let [payer, _] = world.node().payers();
    Ok(chain.funds(DevAccount::named(&payer)?.id()).await?.free)
}
