//! What cannot be used is said in a sentence, with what to do next and an exit code that stays; nothing is touched.

use std::{fs, net::TcpListener, process::Command};

use greatseal_tests::{
    Outcome,
    devnet::Devnet,
    program::{Answer, command, run},
    tokens::write_secret,
    world::{NOWHERE, Options, World, change_deployment},
};

const BARE: Options<'_> = Options { devnet: &[], relayer: false, indexer: false };
const SERVICES: [(&str, [&str; 2]); 2] =
    [("greatseal-relayer", ["--journal", "new.db"]), ("greatseal-indexer", ["--database", "new.db"])];

#[tokio::test]
async fn a_token_that_cannot_be_used() -> Outcome {
    let world = World::start(BARE).await?;
    let list = ["key", "list", "--token", "E0", "--pin-file", "pins/E0"];
    fails(&world, &["key", "list", "--module", "/nowhere.so", "--token", "E0", "--pin-file", "pins/E0"], 6).await?;
    fails(&world, &["key", "list", "--module", "/etc/passwd", "--token", "E0", "--pin-file", "pins/E0"], 6).await?;
    fails(&world, &["key", "list", "--token", "nobody", "--pin-file", "pins/E0"], 6).await?;
    fails(&world, &["key", "list", "--token", "E0", "--pin-file", "pins/E1"], 6).await?;
    fails(&world, &["key", "list", "--token", "E0", "--pin-file", "pins/nobody"], 6).await?;
    fails(&world, &["key", "generate", "--token", "E0", "--pin-file", "pins/E0"], 6).await?;
    write_secret(&world.file("open"), &fs::read_to_string(world.file("pins/E0"))?)?;
    fs::set_permissions(world.file("open"), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    fails(&world, &["key", "list", "--token", "E0", "--pin-file", "open"], 6).await?;
    let key = world.greatseal(&list).await?.done()?;
    assert_eq!(key["keys"].as_array().map(Vec::len), Some(1), "the token is as it was: {key}");
    Ok(())
}

#[tokio::test]
async fn a_node_that_is_not_there_or_another_one() -> Outcome {
    let world = World::start(BARE).await?;
    let nowhere = format!("ws://{NOWHERE}");
    let other = Devnet::start().await?;
    for (node, code) in [(nowhere.as_str(), 5), (other.url(), 7)] {
        fails(&world, &["status", "--node", node], code).await?;
        for (name, args) in SERVICES {
            silent_failure(&run(world.service(name, node, &args)?).await?, code)?;
        }
    }
    fails(&world, &["--node", &nowhere, "deploy", "--seats", "seats.json", "--artefact", &released(), "--out", "x"], 5)
        .await?;
    assert!(!world.file("new.db").exists(), "nothing was begun");
    Ok(())
}

#[tokio::test]
async fn a_deployment_file_that_is_not_of_this_contract() -> Outcome {
    let world = World::start(BARE).await?;
    let word = format!("0x{}", "5a".repeat(32));
    change_deployment(&world, "code_hash", &word, "code.json")?;
    change_deployment(&world, "deployment", &word, "deployment-id.json")?;
    change_deployment(&world, "contract", &format!("0x{}", "5a".repeat(20)), "contract.json")?;
    change_deployment(&world, "unknown", "entry", "unknown.json")?;
    fs::write(world.file("words.json"), "not JSON")?;
    let files = [("code.json", 7), ("contract.json", 7), ("unknown.json", 3), ("words.json", 3), ("missing.json", 3)];
    for (file, code) in files {
        fails(&world, &["--deployment", file, "status"], code).await?;
        for (name, args) in SERVICES {
            silent_failure(&run(with(service(&world, name, file)?, &args)).await?, code)
                .map_err(|error| format!("{name} with {file}: {error}"))?;
        }
    }
    // The same contract under another deployment's name.
    fails(&world, &["--deployment", "deployment-id.json", "status"], 7).await?;
    let [(relayer, journal), (indexer, database)] = SERVICES;
    silent_failure(&run(with(service(&world, relayer, "deployment-id.json")?, &journal)).await?, 7)?;
    // The indexer finds out by the first event that it reads; told to, it ends then.
    let mut indexer = with(service(&world, indexer, "deployment-id.json")?, &database);
    indexer.arg("--exit-on-stop");
    sentence_and_help(&run(indexer).await?, 1)?;
    Ok(())
}

#[tokio::test]
async fn files_of_the_wrong_kind() -> Outcome {
    let world = World::start(BARE).await?;
    fs::write(world.file("words"), "neither an envelope nor a list of seats")?;
    fails(&world, &["governance", "submit", "words"], 3).await?;
    fails(&world, &["governance", "submit", "missing"], 3).await?;
    let artefact = released();
    let deploy = |seats| ["deploy", "--seats", seats, "--artefact", &artefact, "--out", "x"];
    fails(&world, &deploy("words"), 3).await?;
    fails(&world, &deploy("missing"), 3).await?;
    let seats = fs::read_to_string(world.file("seats.json"))?;
    let changed = [
        ("unknown field", seats.replacen("\"seat\"", "\"chair\"", 1)),
        ("twice", seats.replacen("\"S1\"", "\"S0\"", 1)),
        ("no key", seats.replacen("ed25519:", "ed25519:zz", 1)),
        ("a seat is missing", seats.replacen("\"S1\"", "\"S3\"", 1)),
        ("one organisation has two seats of three", seats.replacen("\"presidency\"", "\"cabinet\"", 1)),
        ("nobody", "[]".to_owned()),
    ];
    for (what, text) in changed {
        fs::write(world.file("changed.json"), text)?;
        fails(&world, &deploy("changed.json"), 3).await.map_err(|error| format!("{what}: {error}"))?;
    }
    fails(&world, &["deploy", "--seats", "seats.json", "--artefact", "missing", "--out", "x"], 3).await?;
    assert!(!world.file("x").exists());
    Ok(())
}

#[tokio::test]
async fn databases_of_something_else_are_left_as_they_are() -> Outcome {
    let mut world = World::start(Options::default()).await?;
    world.deploy("other.json").await?.done()?;
    world.pause("route:1").await?;
    // Both end well, so that all that they wrote is in the one file.
    for program in [world.take_relayer(), world.take_indexer()] {
        assert_eq!(program.ok_or("it was not started")?.end().await?, 0);
    }
    fs::write(
        world.file("letter.db"),
        "Dear reader, this is not a database, but it is longer than its header. ".repeat(9),
    )?;
    let foreign = [
        ("greatseal-relayer", "--journal", "letter.db", "deployment.json"),
        ("greatseal-relayer", "--journal", "audit.db", "deployment.json"),
        ("greatseal-relayer", "--journal", "relayer.db", "other.json"),
        ("greatseal-indexer", "--database", "letter.db", "deployment.json"),
        ("greatseal-indexer", "--database", "relayer.db", "deployment.json"),
        ("greatseal-indexer", "--database", "audit.db", "other.json"),
    ];
    for (name, flag, file, deployment) in foreign {
        let before = fs::read(world.file(file))?;
        assert!(!before.is_empty());
        let answer = run(with(service(&world, name, deployment)?, &[flag, file])).await?;
        silent_failure(&answer, 7).map_err(|error| format!("{name} on {file}: {error}"))?;
        assert!(fs::read(world.file(file))? == before, "{name} has changed {file}");
    }
    // Their own programs still take them.
    world.start_relayer().await?;
    world.start_indexer().await?;
    world.greatseal(&["audit", "verify"]).await?.done()?;
    Ok(())
}

#[tokio::test]
async fn ports_that_are_taken() -> Outcome {
    let world = World::start(BARE).await?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    let devnet = command("greatseal-devnet", &world.file(""))?;
    silent_failure(&run(with(devnet, &["--listen", &address])).await?, 9)?;
    for (name, args) in SERVICES {
        let mut service = command(name, &world.file(""))?;
        service.args(["--deployment", "deployment.json", "--node", world.node().url(), "--listen", &address]);
        silent_failure(&run(with(service, &args)).await?, 9).map_err(|error| format!("{name}: {error}"))?;
    }
    Ok(())
}

/// For people nothing stands on standard output; for programs the same is said in JSON.
async fn fails(world: &World, args: &[&str], code: i32) -> Outcome {
    let told = |error| format!("{args:?}: {error}");
    silent_failure(&run(world.command(args)?).await?, code).map_err(told)?;
    let answer = world.greatseal(args).await?;
    sentence_and_help(&answer, code).map_err(told)?;
    match answer.json["exit_code"] == code && answer.json["error"].is_string() && answer.json["help"].is_string() {
        true => Ok(()),
        false => Err(format!("{args:?}: not in JSON: {}", answer.stdout).into()),
    }
}

fn silent_failure(answer: &Answer, code: i32) -> Result<(), String> {
    sentence_and_help(answer, code)?;
    answer.stdout.is_empty().then_some(()).ok_or_else(|| format!("standard output: {}", answer.stdout))
}

fn sentence_and_help(answer: &Answer, code: i32) -> Result<(), String> {
    let said =
        |word: &str| answer.stderr.lines().any(|line| line.strip_prefix(word).is_some_and(|text| text.len() > 10));
    match answer.code == code && said("error: ") && said("help: ") {
        true => Ok(()),
        false => Err(format!("exit code {}, not {code}: {}{}", answer.code, answer.stdout, answer.stderr)),
    }
}

fn with(mut command: Command, args: &[&str]) -> Command {
    command.args(args);
    command
}

/// A service with this deployment file, on a free port.
fn service(world: &World, name: &str, deployment: &str) -> Outcome<Command> {
    let service = command(name, &world.file(""))?;
    Ok(with(service, &["--deployment", deployment, "--node", world.node().url(), "--listen", "127.0.0.1:0"]))
}

fn released() -> String {
    greatseal_tests::world::artefact().to_string_lossy().into_owned()
}
