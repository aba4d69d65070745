//! Finality that lags, forks, outages, late answers, notifications that come twice: each on demand.

use std::time::{Duration, Instant};

use greatseal_tests::{Outcome, devnet::Devnet, wait::eventually};
use serde_json::{Value, json};
use subxt::{
    OnlineClient, PolkadotConfig,
    rpcs::{RpcClient, rpc_params},
};
use tokio::time::timeout;

use crate::devnet::{Params, nonce, signed, transfer};

const PATIENCE: Duration = Duration::from_secs(10);
const LAG: [&str; 2] = ["--finality-lag", "3"];

type Heads = subxt::rpcs::client::RpcSubscription<Value>;

#[tokio::test]
async fn finality_lags_and_can_be_pushed() -> Outcome {
    let devnet = Devnet::start_with(&LAG).await?;
    let socket = RpcClient::from_insecure_url(devnet.url()).await?;
    let mut finalized = heads(&socket, "chain_subscribeFinalizedHeads").await?;
    assert_eq!(number(&next(&mut finalized).await?)?, 0);
    devnet.seal(5).await?;
    for expected in 1..=2 {
        assert_eq!(number(&next(&mut finalized).await?)?, expected);
    }
    assert_eq!(final_number(&devnet).await?, 2);
    let pushed = devnet.rpc("devnet_finalize", json!([4])).await?;
    assert_eq!(pushed["number"], 4);
    assert_eq!(devnet.rpc("chain_getFinalizedHead", json!([])).await?, pushed["hash"]);
    assert_eq!(devnet.rpc("devnet_finalize", json!([1])).await?, pushed, "it never goes back");
    devnet.seal(1).await?;
    assert_eq!(final_number(&devnet).await?, 4, "6 less 3 is behind what was pushed");
    assert_eq!(devnet.rpc("devnet_finalize", json!([])).await?["number"], 6);
    for expected in 3..=6 {
        assert_eq!(number(&next(&mut finalized).await?)?, expected);
    }
    Ok(())
}

#[tokio::test]
async fn a_transaction_is_told_where_it_is_through_a_fork() -> Outcome {
    let devnet = Devnet::start_with(&LAG).await?;
    let client = OnlineClient::<PolkadotConfig>::from_insecure_url(devnet.url()).await?;
    let socket = RpcClient::from_insecure_url(devnet.url()).await?;
    let first = signed(&client, &transfer(1_000_000_000), Params::new().nonce(0).immortal()).await?;
    let second = signed(&client, &transfer(1_000_000_000), Params::new().nonce(1).immortal()).await?;
    let watch = |bytes: Vec<u8>| {
        let params = rpc_params![format!("0x{}", hex::encode(bytes))];
        socket.subscribe::<Value>("author_submitAndWatchExtrinsic", params, "author_unwatchExtrinsic")
    };
    let mut first = watch(first).await?;
    assert_eq!(next(&mut first).await?, "ready");
    let old = in_block(&next(&mut first).await?)?;
    let mut second = watch(second).await?;
    assert_eq!(next(&mut second).await?, "ready");
    let second_old = in_block(&next(&mut second).await?)?;
    assert_eq!(nonce(&devnet).await?, 2);

    let forked = devnet.rpc("devnet_fork", json!([2])).await?;
    assert_eq!(forked["replaced"], json!([old, second_old]));
    assert_eq!(next(&mut first).await?, json!({ "retracted": old }));
    assert_eq!(next(&mut first).await?, "ready");
    let new = in_block(&next(&mut first).await?)?;
    assert_ne!(new, old);
    assert_eq!(next(&mut second).await?, json!({ "retracted": second_old }));
    loop {
        match next(&mut second).await? {
            Value::String(waiting) => assert!(["ready", "future"].contains(&waiting.as_str()), "{waiting}"),
            included => break assert_ne!(in_block(&included)?, second_old),
        }
    }
    assert_eq!(nonce(&devnet).await?, 2, "both are in once");
    devnet.seal(3).await?;
    assert_eq!(next(&mut first).await?, json!({ "finalized": new }));
    Ok(())
}

#[tokio::test]
async fn a_fork_replaces_blocks_down_to_the_final_one() -> Outcome {
    let folder = tempfile::tempdir()?;
    let args = ["--finality-lag", "3", "--state", "chain"];
    let devnet = Devnet::start_in(folder.path(), &args).await?;
    let socket = RpcClient::from_insecure_url(devnet.url()).await?;
    devnet.seal(10).await?;
    let mut best = heads(&socket, "chain_subscribeNewHeads").await?;
    let last = next(&mut best).await?;
    let mut hashes = Vec::new();
    for number in 7..=10 {
        hashes.push(devnet.rpc("chain_getBlockHash", json!([number])).await?);
    }
    for refused in [0, 4] {
        let refused = devnet.rpc("devnet_fork", json!([refused])).await;
        assert_eq!(refused.err().map(|error| error.code), Some(-32602));
    }
    let forked = devnet.rpc("devnet_fork", json!([3])).await?;
    assert_eq!(forked["common"]["hash"], hashes[0]);
    assert_eq!(forked["replaced"], json!(hashes[1..]));
    assert_eq!((&forked["best"]["number"], number(&last)?), (&json!(11), 10));
    let mut parent = hashes[0].clone();
    for expected in 8..=11 {
        let head = next(&mut best).await?;
        assert_eq!((number(&head)?, &head["parentHash"]), (expected, &parent));
        parent = devnet.rpc("chain_getBlockHash", json!([expected])).await?;
        assert!(!hashes.contains(&parent));
    }
    assert_eq!(parent, forked["best"]["hash"]);
    let replaced = devnet.rpc("chain_getHeader", json!([hashes[3]])).await?;
    assert_eq!(number(&replaced)?, 10, "whoever saw it can still ask for it");

    drop(devnet);
    let devnet = Devnet::start_in(folder.path(), &args).await?;
    assert_eq!(devnet.rpc("chain_getBlockHash", json!([])).await?, parent, "the branch was written down");
    assert_eq!(final_number(&devnet).await?, 8);
    Ok(())
}

#[tokio::test]
async fn an_outage_cuts_everybody_and_ends() -> Outcome {
    let devnet = Devnet::start().await?;
    let socket = RpcClient::from_insecure_url(devnet.url()).await?;
    let mut best = heads(&socket, "chain_subscribeNewHeads").await?;
    next(&mut best).await?;
    devnet.rpc("devnet_outage", json!([1500])).await?;
    let cut = timeout(PATIENCE, async { while let Some(Ok(_)) = best.next().await {} }).await;
    assert!(cut.is_ok(), "the connection ends");
    assert_eq!(devnet.rpc("system_health", json!([])).await.err().map(|error| error.code), Some(0), "nobody answers");
    assert!(RpcClient::from_insecure_url(devnet.url()).await.is_err());
    let back = async || devnet.seal(1).await.map_err(|error| error.to_string());
    eventually("it is back", PATIENCE, back).await?;
    let socket = RpcClient::from_insecure_url(devnet.url()).await?;
    next(&mut heads(&socket, "chain_subscribeNewHeads").await?).await?;
    Ok(())
}

#[tokio::test]
async fn answers_are_late_when_asked_for() -> Outcome {
    let devnet = Devnet::start().await?;
    devnet.rpc("devnet_delayAnswers", json!([300])).await?;
    let since = Instant::now();
    let batch = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "system_chain" },
        { "jsonrpc": "2.0", "id": 2, "method": "no_such_method" },
    ]);
    devnet.rpc("system_health", json!([])).await?;
    assert!(since.elapsed() >= Duration::from_millis(300));
    let url = devnet.url().replacen("ws", "http", 1);
    let answers: Value = reqwest::Client::new().post(url).json(&batch).send().await?.json().await?;
    assert!(since.elapsed() >= Duration::from_millis(600), "a batch is late as well");
    assert_eq!((&answers[0]["result"], &answers[1]["error"]["code"]), (&json!("Great Seal Devnet"), &json!(-32601)));
    devnet.rpc("devnet_delayAnswers", json!([0])).await?;
    let refused = devnet.rpc("devnet_delayAnswers", json!([60_001])).await;
    assert_eq!(refused.err().map(|error| error.code), Some(-32602));
    Ok(())
}

#[tokio::test]
async fn notifications_come_twice_when_asked_for() -> Outcome {
    let devnet = Devnet::start().await?;
    let socket = RpcClient::from_insecure_url(devnet.url()).await?;
    let mut best = heads(&socket, "chain_subscribeNewHeads").await?;
    next(&mut best).await?;
    devnet.rpc("devnet_duplicateNotifications", json!([true])).await?;
    devnet.seal(2).await?;
    let mut numbers = Vec::new();
    for _ in 0..4 {
        numbers.push(number(&next(&mut best).await?)?);
    }
    assert_eq!(numbers[..2], [1, 2]);
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 1, 2, 2]);
    devnet.rpc("devnet_duplicateNotifications", json!([false])).await?;
    devnet.seal(2).await?;
    for expected in [3, 4] {
        assert_eq!(number(&next(&mut best).await?)?, expected);
    }
    Ok(())
}

#[tokio::test]
async fn metrics_are_served_on_the_same_port() -> Outcome {
    let devnet = Devnet::start_with(&LAG).await?;
    devnet.seal(5).await?;
    let _ = devnet.rpc("devnet_fork", json!([9])).await;
    let _ = devnet.rpc("made_up", json!([])).await;
    let _ = devnet.rpc("author_submitExtrinsic", json!(["0x00"])).await;
    let answer = reqwest::get(format!("{}/metrics", devnet.url().replacen("ws", "http", 1))).await?;
    let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let text = answer.text().await?;
    for line in [
        "greatseal_devnet_blocks_total 5",
        "greatseal_devnet_head{head=\"best\"} 5",
        "greatseal_devnet_head{head=\"finalized\"} 2",
        "greatseal_devnet_pool_transactions{stage=\"ready\"} 0",
        "greatseal_devnet_rpc_calls_total{method=\"devnet_seal\",outcome=\"ok\"} 1",
        "greatseal_devnet_rpc_calls_total{method=\"devnet_fork\",outcome=\"error\"} 1",
        "greatseal_devnet_rpc_calls_total{method=\"unknown\",outcome=\"error\"} 1",
        "greatseal_devnet_rpc_call_seconds_count{method=\"devnet_seal\"} 1",
    ] {
        assert!(text.lines().any(|said| said == line), "no {line} in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
    Ok(())
}

async fn heads(socket: &RpcClient, method: &str) -> Outcome<Heads> {
    let end = method.replacen("_subscribe", "_unsubscribe", 1);
    Ok(socket.subscribe(method, rpc_params![], &end).await?)
}

async fn next(subscription: &mut Heads) -> Outcome<Value> {
    Ok(timeout(PATIENCE, subscription.next()).await?.ok_or("the subscription has ended")??)
}

fn in_block(status: &Value) -> Outcome<Value> {
    Ok(status.get("inBlock").ok_or_else(|| format!("not in a block: {status}"))?.clone())
}

fn number(header: &Value) -> Outcome<u64> {
    Ok(u64::from_str_radix(header["number"].as_str().unwrap_or_default().trim_start_matches("0x"), 16)?)
}

async fn final_number(devnet: &Devnet) -> Outcome<u64> {
    let hash = devnet.rpc("chain_getFinalizedHead", json!([])).await?;
    number(&devnet.rpc("chain_getHeader", json!([hash])).await?)
}
