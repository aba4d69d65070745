//! What the indexer says when its node, its disk or the state that it needs is gone: it waits for what may pass, and stops
//! where somebody must act.

use std::{process::Command, time::Duration};

use greatseal_tests::{
    Outcome,
    program::{Program, run},
    proxy::Proxy,
    wait::eventually,
    world::{Options, World},
};
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_secs(60);
/// States that the pruned node keeps.
const KEPT: &str = "64";
/// Bytes of the largest file; the first block with the metadata has less, and two thousand blocks have more.
const FULL: u64 = 768 * 1024;
const BLOCKS: u32 = 2000;

#[tokio::test]
async fn a_node_without_the_state_of_a_block_stops_the_indexer_with_a_reason() -> Outcome {
    let options = Options { devnet: &["--keep-states", KEPT], relayer: false, indexer: false };
    let world = World::start(options).await?;
    if world.node().is_foreign() {
        return Ok(());
    }
    world.node().seal(100).await?;
    let indexer = world.another_indexer("audit.db").await?;
    let told = says(&indexer, "stopped").await?;
    assert_eq!(told["reasons"][0]["code"], "state_pruned", "{told}");
    let text = told["reasons"][0]["text"].as_str().unwrap_or_default();
    assert!(text.starts_with("the node keeps no state of block ") && text.contains("archive node"), "{text}");
    assert_eq!(ready(&indexer).await?, 503);

    let args = ["--database", "other.db", "--exit-on-stop"];
    let answer = run(world.service("greatseal-indexer", world.node().url(), &args)?).await?;
    assert_eq!(answer.code, 5, "{}", answer.stderr);
    assert!(answer.stderr.contains("keeps no state of block") && answer.stderr.contains("help: name an archive node"));
    Ok(())
}

#[tokio::test]
async fn a_node_that_is_gone_is_told_and_waited_for() -> Outcome {
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    if world.node().is_foreign() {
        return Ok(());
    }
    let indexer = world.another_indexer("audit.db").await?;
    let told = says(&indexer, "ok").await?;
    assert_eq!((ready(&indexer).await?, &told["reasons"]), (200, &json!([])));
    world.node().rpc("devnet_outage", json!([5_000])).await?;
    let told = says(&indexer, "degraded").await?;
    assert_eq!((&told["reasons"][0]["code"], &told["database"]), (&json!("node_unreachable"), &json!("ok")), "{told}");
    assert_eq!(ready(&indexer).await?, 503);
    let told = says(&indexer, "ok").await?;
    assert_eq!(told["last_error"]["code"], "node_unreachable", "what was is still told: {told}");
    assert_eq!(ready(&indexer).await?, 200);
    Ok(())
}

#[tokio::test]
async fn a_disk_that_is_full_is_waited_for_and_nothing_is_lost() -> Outcome {
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    world.node().seal(BLOCKS).await?;
    let height = world.node().height().await?;
    let indexer = Program::start(with_small_files(&world.indexer_command("audit.db")?)).await?;
    let told = says(&indexer, "degraded").await?;
    let code = told["reasons"][0]["code"].as_str().unwrap_or_default();
    assert!(["database_io", "database_full"].contains(&code), "{told}");
    assert_eq!((&told["database"], ready(&indexer).await?), (&json!("waiting"), 503));
    let page: Value = reqwest::get(format!("{}/v1/events", indexer.url())).await?.json().await?;
    assert_eq!(page["events"][0]["event"]["kind"], "Deployed", "whoever asks is answered meanwhile");

    let room = Command::new("prlimit").args(["--pid", &indexer.id().to_string(), "--fsize=unlimited"]).status()?;
    assert!(room.success());
    eventually("it goes on by itself", PATIENCE, async || match health(&indexer).await {
        Ok(told) if told["status"] == "ok" && told["indexed_to"].as_str() == Some(&*height.to_string()) => Ok(()),
        other => Err(format!("{other:?}")),
    })
    .await?;
    let url = indexer.url().to_owned();
    world.greatseal(&["--indexer", &url, "audit", "verify"]).await?.done()?;
    assert_eq!(indexer.end().await?, 0);
    // Every row is judged again at the start.
    let again = world.another_indexer("audit.db").await?;
    says(&again, "ok").await?;
    Ok(())
}

#[tokio::test]
async fn rule_23_only_final_blocks_are_indexed_and_a_fork_above_them_changes_nothing() -> Outcome {
    let options = Options { devnet: &["--block-time", "200", "--finality-lag", "3"], relayer: false, indexer: false };
    let world = World::start(options).await?;
    if world.node().is_foreign() {
        return Ok(());
    }
    let indexer = world.another_indexer("audit.db").await?;
    says(&indexer, "ok").await?;
    for _ in 0..5 {
        let height = indexed(&health(&indexer).await?)?;
        let best = world.node().height().await?;
        assert!(height > 0 && height + 3 <= best, "{height} of {best}");
        let forked = world.node().rpc("devnet_fork", json!([3])).await?;
        let replaced = forked["best"]["number"].as_u64().ok_or("no fork")?;
        eventually("the other branch is final and indexed", PATIENCE, async || {
            let told = health(&indexer).await.map_err(|error| error.to_string())?;
            let there = told["status"] == "ok" && indexed(&told).is_ok_and(|indexed| indexed >= replaced);
            if there { Ok(()) } else { Err(told.to_string()) }
        })
        .await?;
    }
    let url = indexer.url().to_owned();
    world.greatseal(&["--indexer", &url, "audit", "verify"]).await?.done()?;
    Ok(())
}

fn indexed(health: &Value) -> Outcome<u64> {
    Ok(health["indexed_to"].as_str().ok_or("no height")?.parse()?)
}

/// A node that makes something up of a block is not believed: not for its events, its transactions, its header or its time.
#[tokio::test]
async fn rule_23_a_node_that_makes_a_block_up_is_not_followed() -> Outcome {
    let world = World::start(Options { relayer: false, indexer: false, ..Options::default() }).await?;
    let height = world.node().height().await?;
    type Lie = (&'static str, fn(&str, &mut Value));
    let lies: [Lie; 5] = [
        ("events", |method, answer| {
            if method == "state_getReadProof" {
                answer["proof"].as_array_mut().into_iter().flatten().for_each(flip);
            }
        }),
        ("no events", |method, answer| {
            if method == "state_getReadProof" {
                answer["proof"] = json!([]);
            }
        }),
        ("transactions", |method, answer| {
            if method == "chain_getBlock" {
                answer["block"]["extrinsics"].as_array_mut().map(Vec::pop);
            }
        }),
        ("header", |method, answer| {
            if method == "chain_getBlock" {
                flip(&mut answer["block"]["header"]["stateRoot"]);
            }
        }),
        ("metadata", |method, answer| {
            if method == "state_getMetadata" {
                *answer = json!("0x6d657461");
            }
        }),
    ];
    for (what, lie) in lies {
        let liar = Proxy::lying(world.node(), lie).await?;
        let args = ["--database", "audit.db", "--exit-on-stop"];
        let answer = run(world.service("greatseal-indexer", liar.url(), &args)?).await?;
        assert_eq!(answer.code, 1, "{what}: {answer:?}");
        assert!(answer.stderr.contains("does not prove block") && answer.stderr.contains("help: name another node"));
    }
    // Nothing of it was stored: the truth follows.
    let indexer = world.another_indexer("audit.db").await?;
    eventually("it follows", PATIENCE, async || {
        let told = health(&indexer).await.map_err(|error| error.to_string())?;
        if indexed(&told).is_ok_and(|indexed| indexed >= height) { Ok(()) } else { Err(told.to_string()) }
    })
    .await?;
    let url = indexer.url().to_owned();
    world.greatseal(&["--indexer", &url, "audit", "verify"]).await?.done()?;
    Ok(())
}

/// Another last byte, in hexadecimal.
fn flip(hex: &mut Value) {
    let text = hex.as_str().unwrap_or_default();
    let (rest, last) = text.split_at(text.len().saturating_sub(1));
    *hex = json!(format!("{rest}{}", if last == "0" { "1" } else { "0" }));
}

/// A program whose files cannot grow beyond a size: a write then fails, as on a disk that is full.
fn with_small_files(command: &Command) -> Command {
    let mut limited = Command::new("sh");
    limited.args(["-c", &format!("trap '' XFSZ; exec prlimit --fsize={FULL}:unlimited \"$@\""), "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    if let Some(folder) = command.get_current_dir() {
        limited.current_dir(folder);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited
}

async fn health(indexer: &Program) -> Outcome<Value> {
    Ok(reqwest::get(format!("{}/health", indexer.url())).await?.json().await?)
}

async fn ready(indexer: &Program) -> Outcome<u16> {
    Ok(reqwest::get(format!("{}/ready", indexer.url())).await?.status().as_u16())
}

/// Waits until its health has this status; answers all that it says.
async fn says(indexer: &Program, status: &str) -> Outcome<Value> {
    let there = async || match health(indexer).await {
        Ok(told) if told["status"] == status => Ok(told),
        other => Err(format!("{other:?}")),
    };
    Ok(eventually(&format!("its health is {status}"), PATIENCE, there).await?)
}
