//! What the embedded chain can do, in memory and on disk.

use std::{
    fs,
    time::{Duration, Instant},
};

use greatseal_tests::{
    Outcome,
    devnet::{Devnet, RpcError},
    wait::eventually,
    world::{Options, World, artefact},
};
use serde_json::{Value, json};
use sp_core::{Pair as _, sr25519::Pair};

use crate::{row, row_beside, transfer::Transfers};

const EMPTY_BLOCKS: u32 = 2_000;
const TRANSFERS_EACH: u32 = 250;
const READERS: usize = 8;
const READS_EACH: usize = 50;
const QUESTIONS: usize = 5_000;
const PATIENCE: Duration = Duration::from_secs(120);

/// Blocks, transfers, calls of the contract and answers, per second or in milliseconds.
pub(crate) async fn measure() -> Outcome {
    let folder = tempfile::tempdir()?;
    let memory = Devnet::start().await?;
    let disk = Devnet::start_in(folder.path(), &["--state", "chain"]).await?;

    let in_memory = empty_blocks(&memory).await?;
    row("devnet", "empty blocks in memory", in_memory.clone(), "blocks/s", None);
    row_beside("devnet", "empty blocks with --state", empty_blocks(&disk).await?, "blocks/s", None, in_memory);

    let in_memory = transfers(&memory).await?;
    let metric = "transfers of six accounts, submitted in parallel over HTTP and included";
    row("devnet", metric, in_memory.clone(), "transfers/s", None);
    row_beside("devnet", &format!("{metric}, with --state"), transfers(&disk).await?, "transfers/s", None, in_memory);

    let p99 = p99_of_a_question(&memory).await?;
    row("devnet", "p99 of chain_getHeader over HTTP, one client", p99, "ms", None);
    drop((memory, disk));

    let metric = "calls of the contract's message `cell` by state_call (ReviveApi_call), eight clients";
    row("devnet", metric, contract_calls().await?, "calls/s", None);
    Ok(())
}

async fn empty_blocks(devnet: &Devnet) -> Outcome<Value> {
    let since = Instant::now();
    devnet.seal(EMPTY_BLOCKS).await?;
    Ok(rate(f64::from(EMPTY_BLOCKS), since))
}

/// Signing is not measured; validating, ordering, including and answering is.
async fn transfers(devnet: &Devnet) -> Outcome<Value> {
    let signing = Transfers::on(devnet).await?;
    let mut accounts = Vec::new();
    for name in ["Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie"] {
        accounts.push(Pair::from_string(&format!("//{name}"), None).map_err(|error| format!("{error:?}"))?);
    }
    let queue = |account| (0..TRANSFERS_EACH).map(|nonce| signing.signed(account, nonce)).collect::<Vec<_>>();
    let queues: Vec<_> = accounts.iter().map(queue).collect();
    let since = Instant::now();
    let submissions = queues.into_iter().map(|queue| async {
        for transaction in queue {
            devnet.rpc("author_submitExtrinsic", json!([transaction])).await?;
        }
        Ok::<_, RpcError>(())
    });
    futures::future::try_join_all(submissions).await?;
    let none_waits = async || match pending(devnet).await {
        Ok(0) => Ok(()),
        other => Err(format!("{other:?}")),
    };
    eventually("every transfer is in a block", PATIENCE, none_waits).await?;
    let rate = rate(accounts.len() as f64 * f64::from(TRANSFERS_EACH), since);
    let sent = u128::from(TRANSFERS_EACH) * accounts.len() as u128;
    match signing.arrived(devnet).await? {
        arrived if arrived == sent => Ok(rate),
        arrived => Err(format!("{arrived} of {sent} transfers have arrived").into()),
    }
}

/// How many wait for a block.
async fn pending(devnet: &Devnet) -> Outcome<usize> {
    let pending = devnet.rpc("author_pendingExtrinsics", json!([])).await?;
    Ok(pending.as_array().map_or(usize::MAX, Vec::len))
}

async fn p99_of_a_question(devnet: &Devnet) -> Outcome<Value> {
    let mut took = Vec::with_capacity(QUESTIONS);
    for _ in 0..QUESTIONS {
        let since = Instant::now();
        devnet.rpc("chain_getHeader", json!([])).await?;
        took.push(since.elapsed());
    }
    took.sort_unstable();
    let p99 = took.get(QUESTIONS * 99 / 100).copied().unwrap_or_default();
    Ok(rounded(p99.as_secs_f64() * 1_000.0))
}

/// The contract's code runs each time; no transaction, no block.
async fn contract_calls() -> Outcome<Value> {
    let world = World::start(Options { devnet: &[], relayer: false, indexer: false }).await?;
    let deployment: Value = serde_json::from_slice(&fs::read(world.file("deployment.json"))?)?;
    let call = call_of_cell(&deployment)?;
    let id = deployment["deployment"].as_str().unwrap_or_default().trim_start_matches("0x");
    let since = Instant::now();
    let readers = (0..READERS).map(|_| async {
        for _ in 0..READS_EACH {
            let answer = world.node().rpc("state_call", json!(["ReviveApi_call", call])).await?;
            if id.is_empty() || !answer.as_str().is_some_and(|answer| answer.contains(id)) {
                return Err(format!("the contract did not answer with its head: {answer}").into());
            }
        }
        Outcome::Ok(())
    });
    futures::future::try_join_all(readers).await?;
    let rate = rate((READERS * READS_EACH) as f64, since);
    world.done()?;
    Ok(rate)
}

/// Arguments of `ReviveApi_call`: origin, contract, no value, no limits, and `cell(Head)`.
fn call_of_cell(deployment: &Value) -> Outcome<String> {
    let metadata: Value = serde_json::from_slice(&fs::read(artefact().join("governance.json"))?)?;
    let messages = metadata["spec"]["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let cell = messages.iter().find(|message| message["label"] == "cell").ok_or("no message `cell`")?;
    let text = |value: &Value| value.as_str().unwrap_or_default().trim_start_matches("0x").to_owned();
    let origin = hex::encode([1; 32]);
    let (contract, selector) = (text(&deployment["contract"]), text(&cell["selector"]));
    // Five bytes of input: their length as a compact number, the selector, the variant of the key.
    Ok(format!("0x{origin}{contract}{}000014{selector}00", "00".repeat(16)))
}

fn rate(count: f64, since: Instant) -> Value {
    rounded(count / since.elapsed().as_secs_f64())
}

fn rounded(value: f64) -> Value {
    json!((value * 100.0).round() / 100.0)
}
