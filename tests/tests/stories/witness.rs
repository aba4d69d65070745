//! Checkpoints of the audit database, and auditors' witnesses who cosign them: what grows is published once they have seen it,
//! what was rewritten is refused, and rewound databases do not start.

use std::{fs, path::Path, process::Command, time::Duration};

use greatseal_signing::{Growth, HeadFile, Keyring, Sealed, SecretSource, Store};
use greatseal_tests::{
    Outcome,
    program::{Program, command, run},
    tokens::write_secret,
    wait::eventually,
    world::{Options, World},
};
use greatseal_trail::{
    checkpoint::{Checkpoint, Signed},
    tree::{Hash, Head, Memory, leaf_hash, root},
    witness::AddCheckpoint,
};
use serde_json::{Value, json};

const SOON: Duration = Duration::from_secs(30);
const PASSPHRASE: [&str; 2] = ["--passphrase-file", "passphrase"];
/// The key of the log in a sealed file.
const SEALED: &str = "[checkpoint]\nkind = \"sealed\"\npath = \"log-keys\"\nkey = \"audit\"\npassphrase_file = \"passphrase\"\n\
                      interval = \"1s\"\n";

async fn world() -> Outcome<World> {
    let world = World::start(Options { indexer: false, ..Options::default() }).await?;
    write_secret(&world.file("passphrase"), "the cat sat on a seal\n")?;
    Ok(world)
}

/// Makes a witness's key; answers its vkey.
async fn witness_key(world: &World, name: &str) -> Outcome<String> {
    let store = [&["--sealed", name][..], &PASSPHRASE].concat();
    world.greatseal(&[&["key", "generate", "--purpose", "witness"][..], &store].concat()).await?.done()?;
    let named = format!("{name}.example/w");
    let shown = [&["key", "vkey", "--key", "witness", "--name", &named][..], &store].concat();
    text(&world.greatseal(&shown).await?.done()?["vkey"])
}

/// Makes the log's key in a sealed file; answers its vkey.
async fn log_key(world: &World) -> Outcome<String> {
    let store = [&["--sealed", "log-keys"][..], &PASSPHRASE].concat();
    let made = world.greatseal(&[&["key", "generate", "--purpose", "audit"][..], &store].concat()).await?.done()?;
    assert_eq!((&made["keys"][0]["purpose"], &made["keys"][0]["account"]), (&json!("audit"), &Value::Null), "{made}");
    text(&world.greatseal(&[&["key", "vkey"][..], &store].concat()).await?.done()?["vkey"])
}

fn text(value: &Value) -> Outcome<String> {
    Ok(value.as_str().ok_or_else(|| format!("{value} is no text"))?.to_owned())
}

/// How a witness of this world's log is started.
fn witness(world: &World, name: &str, log: &str, more: &[&str]) -> Outcome<Command> {
    let mut command = command("greatseal", &world.file(""))?;
    let (named, state, log) = (format!("{name}.example/w"), format!("{name}.state"), format!("deployment.json={log}"));
    command.args(["witness", "--name", &named, "--sealed", name, "--state", &state, "--log", &log]);
    command.args(PASSPHRASE).args(["--listen", "127.0.0.1:0", "--exit-with-parent"]).args(more);
    Ok(command)
}

/// How the indexer is started with a key and witnesses.
fn indexer(world: &World, checkpoint: &str, witnesses: &[(&str, &Program)], quorum: usize) -> Outcome<Command> {
    let list: String = witnesses.iter().map(|(vkey, witness)| format!("{vkey} {}\n", witness.url())).collect();
    let list = format!("[witnesses]\nlist = \"\"\"\n{list}\"\"\"\nquorum = {quorum}\n");
    fs::write(world.file("indexer.toml"), format!("{checkpoint}{list}"))?;
    let args = ["--config", "indexer.toml", "--database", "audit.db", "--exit-with-parent"];
    let mut command = world.service("greatseal-indexer", world.node().url(), &args)?;
    command.env("SOFTHSM2_CONF", world.file("softhsm2.conf"));
    Ok(command)
}

async fn health(service: &Program) -> Result<Value, String> {
    let answer = reqwest::get(format!("{}/health", service.url())).await.map_err(|error| error.to_string())?;
    answer.json().await.map_err(|error| error.to_string())
}

/// Waits until everything that the contract has emitted is in the published checkpoint; answers its size.
async fn published(world: &World, service: &Program) -> Outcome<String> {
    let block =
        world.greatseal(&["status"]).await?.done()?["block"]["number"].as_str().ok_or("no block")?.parse::<u64>()?;
    let size = eventually("the checkpoint of all events", SOON, async || {
        let health = health(service).await?;
        let reached =
            health["indexed_to"].as_str().and_then(|number| number.parse().ok()).is_some_and(|to: u64| to >= block);
        let size = &health["checkpoint"]["size"];
        let whole = reached && size.is_string() && *size == health["events"];
        if whole { Ok(size.as_str().unwrap_or_default().to_owned()) } else { Err(health.to_string()) }
    });
    Ok(size.await?)
}

async fn get(service: &Program, path: &str) -> Outcome<(u16, String)> {
    let answer = reqwest::get(format!("{}{path}", service.url())).await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

async fn post(witness: &Program, request: &AddCheckpoint) -> Outcome<(u16, String)> {
    let url = format!("{}/add-checkpoint", witness.url());
    let answer = reqwest::Client::new().post(url).body(request.to_string()).send().await?;
    Ok((answer.status().as_u16(), answer.text().await?))
}

/// A log's key in a token, two witnesses, and a killed indexer: growth is signed, seen by both, and verified by their keys alone.
#[tokio::test]
async fn rule_27_growth_is_published_once_the_witnesses_have_seen_it() -> Outcome {
    let world = world().await?;
    let token = ["--token", "A0", "--pin-file", "pins/A0"];
    world.greatseal(&[&["key", "generate", "--purpose", "audit"][..], &token].concat()).await?.done()?;
    let log = text(&world.greatseal(&[&["key", "vkey"][..], &token].concat()).await?.done()?["vkey"])?;
    let seat = world.greatseal(&[&["key", "vkey", "--key", "seat"][..], &token].concat()).await?;
    assert!(seat.code == 3 && seat.stderr.contains("is a seat's key"), "{seat:?}");
    let (one_key, two_key) = (witness_key(&world, "one").await?, witness_key(&world, "two").await?);
    let one = Program::start(witness(&world, "one", &log, &[])?).await?;
    let two = Program::start(witness(&world, "two", &log, &[])?).await?;
    let checkpoint = "[checkpoint]\nkind = \"token\"\nmodule = \"/usr/lib/softhsm/libsofthsm2.so\"\ntoken = \"A0\"\n\
                      key = \"audit\"\npin_file = \"pins/A0\"\ninterval = \"1s\"\n";
    let witnesses = [(one_key.as_str(), &one), (two_key.as_str(), &two)];
    let start = || indexer(&world, checkpoint, &witnesses, 2);
    let mut service = Program::start(start()?).await?;
    let mut check = command("greatseal-indexer", &world.file(""))?;
    check.args([
        "config",
        "check",
        "--config",
        "indexer.toml",
        "--deployment",
        "deployment.json",
        "--database",
        "audit.db",
    ]);
    let checked = run(check).await?;
    assert!(checked.code == 0 && checked.stdout.contains("2 of 2 have to cosign"), "{checked:?}");

    let mut sizes = vec![published(&world, &service).await?];
    for round in 0..3 {
        world.order("E2", &["seat", "heartbeat"]).await?.done()?;
        if round == 1 {
            // Somewhere between block, promise, signature and cosignatures.
            service.kill();
            service = Program::start(start()?).await?;
        }
        sizes.push(published(&world, &service).await?);
    }
    assert!(sizes.is_sorted() && sizes.first() != sizes.last(), "{sizes:?}");
    let last = sizes.last().ok_or("no size")?;
    for witness in [&one, &two] {
        assert_eq!(health(witness).await?["logs"][0]["size"], *last);
    }
    let (status, note) = get(&service, "/log/checkpoint").await?;
    assert_eq!((status, note.matches("\u{2014} ").count()), (200, 3), "{note}");
    assert_eq!(get(&service, &format!("/log/checkpoint/{last}")).await?.0, 200);
    let (_, metrics) = get(&one, "/metrics").await?;
    assert!(
        metrics.lines().any(|line| line.starts_with("greatseal_witness_leaves{") && line.ends_with(last)),
        "{metrics}"
    );
    let (_, metrics) = get(&service, "/metrics").await?;
    assert!(metrics.lines().any(|line| line == "greatseal_witnesses_answering 2"), "{metrics}");

    let keys = ["--log-key", &log, "--witness", &one_key, "--witness", &two_key];
    let ask = ["--indexer", service.url()];
    let verified = world.greatseal(&[&ask[..], &["audit", "verify"], &keys].concat()).await?.done()?;
    assert_eq!((&verified["checkpoint"]["events"], &verified["checkpoint"]["signed_by"]), (&json!(last), &json!(log)));
    let witnessed = &verified["checkpoint"]["witnessed"];
    assert_eq!((&witnessed["needed"], &witnessed["known"]), (&json!("2"), &json!("2")), "{witnessed}");
    assert_eq!(witnessed["cosigned"].as_array().map(Vec::len), Some(2), "{witnessed}");

    // Anybody's copy, and nobody to be asked: what the witnesses have seen is whole. Without their keys that stays open.
    world.greatseal(&[&ask[..], &["audit", "export", "--out", "evidence"]].concat()).await?.done()?;
    let offline = ["audit", "verify", "--bundle", "evidence", "--offline"];
    let whole = world.greatseal(&[&offline[..], &keys].concat()).await?.done()?;
    assert_eq!(whole["checkpoint"]["events"], *last);
    let open = world.greatseal(&offline).await?;
    assert!(
        open.code == 10 && open.stdout.contains("\"completeness\"") && open.stdout.contains("\"checkpoint\""),
        "{open:?}"
    );
    let unseen = world.greatseal(&[&offline[..], &keys[..2]].concat()).await?;
    assert!(unseen.code == 10 && unseen.stdout.contains("\"witnesses\""), "{unseen:?}");
    // Others' keys, and one witness more than there is.
    let other = witness_key(&world, "other").await?;
    let third = [&offline[..], &keys, &["--witness", &other]].concat();
    let lacks = world.greatseal(&third).await?;
    assert!(lacks.code == 8 && lacks.stderr.contains("2 witnesses have cosigned, 3 are needed"), "{lacks:?}");
    world.greatseal(&[&third[..], &["--witnesses", "2"]].concat()).await?.done()?;
    let other_log = log_key(&world).await?;
    let foreign = world.greatseal(&[&offline[..], &["--log-key", &other_log]].concat()).await?;
    assert!(foreign.code == 8 && foreign.stderr.contains("no known key has signed"), "{foreign:?}");
    // A checkpoint that is not there, or of another history.
    let path = world.file("evidence/log/checkpoint");
    let note = fs::read_to_string(&path)?;
    fs::write(&path, note.replacen('\n', "\n1", 1))?;
    assert_eq!(world.greatseal(&[&offline[..], &keys].concat()).await?.code, 8);
    fs::remove_file(&path)?;
    let gone = world.greatseal(&[&offline[..], &keys].concat()).await?;
    assert!(gone.code == 8 && gone.stderr.contains("there is no checkpoint"), "{gone:?}");
    drop(service);
    Ok(())
}

/// Another database under the same key: its checkpoint is refused, kept as evidence, and the log is not cosigned again until a
/// person has dealt with it.
#[tokio::test]
async fn rule_27_a_forked_log_is_refused_and_alarmed() -> Outcome {
    let world = world().await?;
    let log = log_key(&world).await?;
    let (one_key, strict_key) = (witness_key(&world, "one").await?, witness_key(&world, "strict").await?);
    let one = Program::start(witness(&world, "one", &log, &[])?).await?;
    let strict = Program::start(witness(&world, "strict", &log, &["--exit-on-alarm"])?).await?;
    let witnesses = [(one_key.as_str(), &one), (strict_key.as_str(), &strict)];
    let service = Program::start(indexer(&world, SEALED, &witnesses, 1)?).await?;
    world.order("E2", &["seat", "heartbeat"]).await?.done()?;
    let size: u64 = published(&world, &service).await?.parse()?;
    eventually("both witnesses", SOON, async || match health(&strict).await? {
        health if health["logs"][0]["size"].as_str() == Some(&*size.to_string()) => Ok(()),
        health => Err(health.to_string()),
    })
    .await?;

    // Whoever holds the log's key signs two other histories: a larger one, and one of this size.
    let honest = Signed::parse(get(&service, "/log/checkpoint").await?.1.as_bytes())?;
    for (grown, status, alarm) in [(3, 422, false), (0, 422, true)] {
        let forged = forge(&world, &honest, size + grown).await?;
        let proof = if grown == 0 { Vec::new() } else { vec![Hash::new([7; 32]); 3] };
        let request = AddCheckpoint { old_size: size, proof, checkpoint: forged };
        let answer = post(&one, &request).await?;
        assert_eq!(answer.0, status, "{answer:?}");
        assert_eq!(health(&one).await?["status"], if alarm { "alarm" } else { "ok" });
        if alarm {
            // The strict one answers, and ends.
            let _answer = post(&strict, &request).await;
        }
    }
    assert_eq!(strict.end().await?, 8);
    let again = run(witness(&world, "strict", &log, &["--exit-on-alarm"])?).await?;
    assert!(again.code == 8 && again.stderr.contains("two trees of one size"), "{again:?}");

    // The evidence convinces whoever has the log's key.
    let path = health(&one).await?["logs"][0]["alarm"].as_str().ok_or("no evidence")?.to_owned();
    let evidence: Value = serde_json::from_slice(&fs::read(world.file(&path))?)?;
    let known = [log.parse::<greatseal_trail::note::VerifierKey>()?];
    let mut heads = Vec::new();
    for note in ["kept", "submitted"] {
        let signed = Signed::parse(text(&evidence[note])?.as_bytes())?;
        signed.note().open(&known)?;
        heads.push(*signed.checkpoint().head());
    }
    assert!(heads[0].size == heads[1].size && heads[0].root != heads[1].root, "{heads:?}");
    let (_, metrics) = get(&one, "/metrics").await?;
    assert!(
        metrics.lines().any(|line| line.starts_with("greatseal_witness_alarm{") && line.ends_with(" 1")),
        "{metrics}"
    );

    // Growth is not cosigned any more, also not after a restart.
    world.order("E2", &["seat", "heartbeat"]).await?.done()?;
    eventually("the refusal", SOON, async || match health(&service).await? {
        health if health["checkpoint"]["witnesses"][0]["reason"]["code"] == "witness_refuses" => Ok(()),
        health => Err(health.to_string()),
    })
    .await?;
    assert_eq!(health(&service).await?["checkpoint"]["size"], size.to_string());
    drop(one);
    let one = Program::start(witness(&world, "one", &log, &[])?).await?;
    assert_eq!(health(&one).await?["status"], "alarm");
    // A person has looked into it.
    fs::remove_file(world.file(&path))?;
    drop(service);
    let service = Program::start(indexer(&world, SEALED, &[(one_key.as_str(), &one)], 1)?).await?;
    let later: u64 = published(&world, &service).await?.parse()?;
    assert!(later > size);
    Ok(())
}

/// Signs another history of this size with the log's key, as a second database would.
async fn forge(world: &World, honest: &Signed, size: u64) -> Outcome<Signed> {
    let passphrase = SecretSource::File(world.file("passphrase"));
    let keyring = Keyring::open_without_journal(Store::Sealed(Sealed::new(world.file("log-keys"), passphrase))).await?;
    let origin = honest.checkpoint().origin().clone();
    let heads = HeadFile::open(&world.file(&format!("second-{size}.head")))?;
    let key = keyring.audit_key("audit", origin.clone(), heads).await?;
    let mut other = Memory::new();
    for leaf in 0..size {
        other.push(leaf_hash(format!("made up {leaf}").as_bytes()))?;
    }
    let checkpoint = Checkpoint::new(origin.clone(), Head { size, root: root(&mut other, size)? });
    Ok(key.sign(&Growth::judge(&origin, None, checkpoint, &[])?).await?)
}

#[tokio::test]
async fn rule_26_an_older_database_does_not_start() -> Outcome {
    let world = world().await?;
    log_key(&world).await?;
    let start = || indexer(&world, SEALED, &[], 0);
    let service = Program::start(start()?).await?;
    let size = published(&world, &service).await?;
    assert_eq!(service.end().await?, 0);
    fs::copy(world.file("audit.db"), world.file("backup.db"))?;
    let service = Program::start(start()?).await?;
    world.order("E2", &["seat", "heartbeat"]).await?.done()?;
    let later = published(&world, &service).await?;
    assert_ne!(size, later);
    assert_eq!(service.end().await?, 0);

    fs::rename(world.file("audit.db"), world.file("newest.db"))?;
    fs::copy(world.file("backup.db"), world.file("audit.db"))?;
    let before = fs::read(world.file("audit.db"))?;
    // It ends by itself, although nobody holds its standard input.
    let args = ["--config", "indexer.toml", "--database", "audit.db"];
    let refused = run(world.service("greatseal-indexer", world.node().url(), &args)?).await?;
    assert_eq!(refused.code, 7, "{refused:?}");
    let said = [format!("it has {size} leaves"), format!("a checkpoint of {later} was signed")];
    assert!(said.iter().all(|said| refused.stderr.contains(said)), "{refused:?}");
    assert!(refused.stderr.contains("(database_rewound)\nhelp: bring the newer database back"), "{refused:?}");
    assert_eq!(fs::read(world.file("audit.db"))?, before, "it is left as it is");
    // What the help says: index anew without the key, then with it.
    remove(&world.file("audit.db"))?;
    let bare = Program::start(world.indexer_command("audit.db")?).await?;
    eventually("all events", SOON, async || match health(&bare).await? {
        health if health["events"] == later => Ok(()),
        health => Err(health.to_string()),
    })
    .await?;
    assert_eq!(bare.end().await?, 0);
    let service = Program::start(start()?).await?;
    assert_eq!(published(&world, &service).await?, later);
    Ok(())
}

fn remove(path: &Path) -> Outcome {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}
