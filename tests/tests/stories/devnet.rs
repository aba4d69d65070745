//! The embedded chain behaves as a real one: to subxt, to plain JSON-RPC, and in its refusals.

use std::{error::Error, time::Duration};

use greatseal_tests::devnet::{Devnet, RpcError};
use parity_scale_codec::Decode;
use serde_json::{Value, json};
use sp_core::{Blake2Hasher, H256};
use sp_trie::{LayoutV1, TrieConfiguration};
use subxt::{
    OnlineClient, PolkadotConfig,
    config::DefaultExtrinsicParamsBuilder,
    dynamic::{self, Value as Dynamic},
    rpcs::RpcClient,
};
use subxt_signer::sr25519::{Keypair, dev};
use tokio::time::timeout;

pub(crate) type Client = OnlineClient<PolkadotConfig>;
pub(crate) type Params = DefaultExtrinsicParamsBuilder<PolkadotConfig>;
/// Keys and values.
pub(crate) type Pairs = Vec<(Vec<u8>, Vec<u8>)>;
type Outcome = Result<(), Box<dyn Error>>;

const UNIT: u128 = 1_000_000_000_000;
/// `twox128("Timestamp") ++ twox128("Now")`
const TIMESTAMP_NOW: &str = "0xf0c365c3cf59d671eb72da0e7a4113c49f1f0515f462cdcf84e0f1d6045dfcbb";
/// EVM code that stores 42 in slot 0 and deploys one `STOP`.
const STORES_A_NUMBER: [u8; 10] = [0x60, 42, 0x60, 0, 0x55, 0x60, 1, 0x60, 0, 0xf3];

#[tokio::test]
async fn a_transfer_pays_a_fee_and_emits_events() -> Outcome {
    let devnet = Devnet::start().await?;
    let client = Client::from_insecure_url(devnet.url()).await?;
    let before = free(&client, &dev::alice()).await?;

    let progress = client
        .at_current_block()
        .await?
        .transactions()
        .sign_and_submit_then_watch_default(&transfer(UNIT), &dev::alice())
        .await?;
    let events = timeout(Duration::from_secs(10), progress.wait_for_finalized_success()).await??;

    let mut names = Vec::new();
    for event in events.iter() {
        let event = event?;
        names.push(format!("{}.{}", event.pallet_name(), event.event_name()));
    }
    for expected in ["Balances.Transfer", "TransactionPayment.TransactionFeePaid", "System.ExtrinsicSuccess"] {
        assert!(names.iter().any(|name| name == expected), "no {expected} among {names:?}");
    }
    let paid = before - free(&client, &dev::alice()).await?;
    assert!(paid > UNIT, "the sender pays the amount and a fee, not {paid}");
    assert!(paid < UNIT + UNIT / 100, "a transfer costs less than a hundredth of a token, not {}", paid - UNIT);
    Ok(())
}

#[tokio::test]
async fn storage_of_block_1_is_readable_after_a_thousand_blocks() -> Outcome {
    let devnet = Devnet::start_with(&["--genesis-time", "1700000000"]).await?;
    let first = devnet.seal(1).await?;
    let last = devnet.seal(1000).await?;
    assert_eq!(last["number"], 1001);
    assert_eq!(now_at(&devnet, &first["hash"]).await?, millis(&first));
    assert_eq!(now_at(&devnet, &last["hash"]).await?, millis(&last));
    assert!(millis(&first) >= 1_700_000_000_000, "{first}");

    let client = Client::from_insecure_url(devnet.url()).await?;
    let at_first = client.at_block(1_u32).await?;
    let now = at_first.storage().fetch(dynamic::storage::<(), u64>("Timestamp", "Now"), ()).await?.decode()?;
    assert_eq!(now, millis(&first));
    Ok(())
}

#[tokio::test]
async fn the_state_root_is_the_root_of_all_pairs() -> Outcome {
    let devnet = Devnet::start().await?;
    let client = Client::from_insecure_url(devnet.url()).await?;
    send(&devnet, &client, &dynamic::transaction("Revive", "map_account", ()), Params::new().nonce(0)).await?;
    let code = Dynamic::from_bytes(STORES_A_NUMBER);
    let weight = Dynamic::named_composite([
        ("ref_time", Dynamic::u128(500_000_000_000)),
        ("proof_size", Dynamic::u128(1_000_000)),
    ]);
    let call = dynamic::transaction(
        "Revive",
        "instantiate_with_code",
        vec![
            Dynamic::u128(0),
            weight,
            Dynamic::u128(UNIT * 100),
            code,
            Dynamic::from_bytes([]),
            Dynamic::unnamed_variant("None", []),
        ],
    );
    send(&devnet, &client, &call, Params::new().nonce(1)).await?;
    devnet.reach(2).await?;

    let best = devnet.rpc("chain_getBlockHash", json!([])).await?;
    let header = devnet.rpc("chain_getHeader", json!([best])).await?;
    let top = pairs(devnet.rpc("state_getPairs", json!(["0x", best])).await?)?;
    let root = LayoutV1::<Blake2Hasher>::trie_root(top.clone());
    assert_eq!(json!(root), header["stateRoot"]);

    let prefix = b":child_storage:default:";
    let children: Vec<_> = top.iter().filter(|(key, _)| key.starts_with(prefix)).collect();
    assert_eq!(children.len(), 1, "the contract has a trie of its own");
    for (key, child_root) in children {
        let trie = format!("0x{}", hex::encode(key));
        let keys: Vec<String> = serde_json::from_value(
            devnet.rpc("childstate_getKeysPaged", json!([trie, "0x", 1000, null, best])).await?,
        )?;
        let mut child = Vec::new();
        for key in keys {
            let value = devnet.rpc("childstate_getStorage", json!([trie, key, best])).await?;
            child.push((bytes(&json!(key))?, bytes(&value)?));
        }
        assert!(!child.is_empty());
        assert_eq!(LayoutV1::<Blake2Hasher>::trie_root(child), H256::decode(&mut child_root.as_slice())?);
    }
    Ok(())
}

#[tokio::test]
async fn refusals_have_the_words_of_polkadot() -> Outcome {
    let devnet = Devnet::start().await?;
    let client = Client::from_insecure_url(devnet.url()).await?;

    let mut forged = signed(&client, &transfer(UNIT), Params::new().nonce(0)).await?;
    forged[50] ^= 1;
    assert_eq!(refused(submit(&devnet, &forged).await)?, (1010, "Transaction has a bad signature".to_owned()));

    let first = signed(&client, &transfer(UNIT), Params::new().nonce(0)).await?;
    submit(&devnet, &first).await?;
    devnet.reach(1).await?;
    assert_eq!(refused(submit(&devnet, &first).await)?, (1010, "Transaction is outdated".to_owned()));

    let broke = signed(&client, &transfer(UNIT), Params::new().nonce(1).tip(2_000_000 * UNIT)).await?;
    let words = "Inability to pay some fees (e.g. account balance too low)".to_owned();
    assert_eq!(refused(submit(&devnet, &broke).await)?, (1010, words));

    // Long eras begin at multiples of 16; subxt signs for the current block as it is.
    devnet.seal(15).await?;
    // An era that has ended: the runtime takes it for the next era of the same phase, whose first
    // block is another one than was signed.
    let brief = signed(&client, &transfer(UNIT), Params::new().nonce(1).mortal(4)).await?;
    // An era whose first block the runtime has forgotten (it remembers 4,096).
    let ancient = signed(&client, &transfer(UNIT), Params::new().nonce(1).mortal(65_536)).await?;
    devnet.seal(10).await?;
    assert_eq!(refused(submit(&devnet, &brief).await)?, (1010, "Transaction has a bad signature".to_owned()));
    devnet.seal(4_100).await?;
    assert_eq!(refused(submit(&devnet, &ancient).await)?, (1010, "Transaction has an ancient birth block".to_owned()));
    Ok(())
}

#[tokio::test]
async fn a_nonce_gap_waits_and_twins_are_refused() -> Outcome {
    let devnet = Devnet::start_with(&["--block-time", "500"]).await?;
    let client = Client::from_insecure_url(devnet.url()).await?;
    let first = signed(&client, &transfer(UNIT), Params::new().nonce(0)).await?;
    let second = signed(&client, &transfer(UNIT), Params::new().nonce(1)).await?;
    let twin = signed(&client, &transfer(2 * UNIT), Params::new().nonce(1)).await?;

    submit(&devnet, &second).await?;
    assert_eq!(devnet.rpc("author_pendingExtrinsics", json!([])).await?, json!([]), "a future one is not pending");
    assert_eq!(submit(&devnet, &second).await.err().map(|error| error.code), Some(1013));
    assert_eq!(submit(&devnet, &twin).await.err().map(|error| error.code), Some(1014));
    let height_before = devnet.height().await?;
    devnet.reach(height_before + 2).await?;
    assert_eq!(nonce(&devnet).await?, 0, "the gap holds the second one up");

    submit(&devnet, &first).await?;
    assert_eq!(nonce(&devnet).await?, 2, "both count as pending at once");
    let height_before = devnet.height().await?;
    devnet.reach(height_before + 2).await?;
    assert_eq!(devnet.rpc("author_pendingExtrinsics", json!([])).await?, json!([]));
    assert_eq!(nonce(&devnet).await?, 2);
    Ok(())
}

#[tokio::test]
async fn time_moves_when_told_to() -> Outcome {
    let devnet = Devnet::start().await?;
    // Block 1 is a millisecond after block 0 at least, even where the clock has not come so far.
    tokio::time::sleep(Duration::from_millis(5)).await;
    let before = devnet.seal(1).await?;
    let after = devnet.advance_time(Duration::from_secs(7 * 24 * 3600)).await?;
    assert_eq!(after["number"], 2);
    assert!(millis(&after) - millis(&before) >= 7 * 24 * 3600 * 1000, "{before} {after}");
    assert_eq!(now_at(&devnet, &after["hash"]).await?, millis(&after));
    Ok(())
}

#[tokio::test]
async fn every_advertised_method_is_there() -> Outcome {
    let devnet = Devnet::start().await?;
    let websocket = RpcClient::from_insecure_url(devnet.url()).await?;
    let over_websocket: Value = websocket.request("rpc_methods", Default::default()).await?;
    assert_eq!(over_websocket, devnet.rpc("rpc_methods", json!([])).await?, "HTTP and WebSocket agree");

    let methods: Vec<String> = serde_json::from_value(over_websocket["methods"].clone())?;
    assert!(methods.len() > 50, "{methods:?}");
    for method in methods {
        for prefix in ["chainHead_", "archive_", "transaction_"] {
            assert!(!method.starts_with(prefix), "{method} would make clients choose another protocol");
        }
        if let Err(error) = websocket.request::<Value>(&method, Default::default()).await {
            assert!(
                !error.to_string().contains("-32601") && !error.to_string().contains("Method not found"),
                "{method}: {error}"
            );
        }
    }
    Ok(())
}

#[tokio::test]
async fn the_seed_decides_the_genesis_hash() -> Outcome {
    let seed = "0x0101010101010101010101010101010101010101010101010101010101010101";
    let args = ["--seed", seed, "--genesis-time", "1700000000"];
    let (one, twin, other) =
        (Devnet::start_with(&args).await?, Devnet::start_with(&args).await?, Devnet::start_with(&args[2..]).await?);
    assert_eq!(one.genesis(), twin.genesis());
    assert_ne!(one.genesis(), other.genesis());
    Ok(())
}

pub(crate) fn transfer(
    amount: u128,
) -> subxt::transactions::DynamicPayload<(subxt::utils::MultiAddress<subxt::utils::AccountId32, ()>, u128)> {
    dynamic::transaction("Balances", "transfer_keep_alive", (dev::bob().public_key().to_address::<()>(), amount))
}

pub(crate) async fn signed(
    client: &Client,
    call: &impl subxt::transactions::Payload,
    params: Params,
) -> Result<Vec<u8>, Box<dyn Error>> {
    let at = client.at_current_block().await?;
    Ok(at.transactions().create_signed(call, &dev::alice(), params.build()).await?.into_encoded())
}

pub(crate) async fn submit(devnet: &Devnet, transaction: &[u8]) -> Result<Value, RpcError> {
    devnet.rpc("author_submitExtrinsic", json!([format!("0x{}", hex::encode(transaction))])).await
}

async fn send(devnet: &Devnet, client: &Client, call: &impl subxt::transactions::Payload, params: Params) -> Outcome {
    submit(devnet, &signed(client, call, params).await?).await?;
    Ok(())
}

fn refused(outcome: Result<Value, RpcError>) -> Result<(i64, String), Box<dyn Error>> {
    match outcome {
        Ok(hash) => Err(format!("accepted as {hash}").into()),
        Err(error) => Ok((error.code, error.data.as_str().unwrap_or_default().to_owned())),
    }
}

pub(crate) async fn nonce(devnet: &Devnet) -> Result<u64, Box<dyn Error>> {
    let alice = dev::alice().public_key().to_account_id().to_string();
    Ok(devnet.rpc("system_accountNextIndex", json!([alice])).await?.as_u64().unwrap_or_default())
}

async fn free(client: &Client, who: &Keypair) -> Result<u128, Box<dyn Error>> {
    let account = dynamic::storage::<([u8; 32],), Dynamic>("System", "Account");
    let at = client.at_current_block().await?;
    let info = at.storage().fetch(account, (who.public_key().0,)).await?;
    #[derive(subxt::ext::scale_decode::DecodeAsType)]
    #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
    struct Account {
        data: Data,
    }
    #[derive(subxt::ext::scale_decode::DecodeAsType)]
    #[decode_as_type(crate_path = "subxt::ext::scale_decode")]
    struct Data {
        free: u128,
    }
    Ok(info.decode_as::<Account>()?.data.free)
}

pub(crate) async fn now_at(devnet: &Devnet, block: &Value) -> Result<u64, Box<dyn Error>> {
    let value = devnet.rpc("state_getStorage", json!([TIMESTAMP_NOW, block])).await?;
    Ok(u64::decode(&mut bytes(&value)?.as_slice())?)
}

fn millis(block: &Value) -> u64 {
    block["timestamp"].as_u64().unwrap_or_default()
}

pub(crate) fn pairs(value: Value) -> Result<Pairs, Box<dyn Error>> {
    let texts: Vec<(Value, Value)> = serde_json::from_value(value)?;
    texts.iter().map(|(key, value)| Ok((bytes(key)?, bytes(value)?))).collect()
}

fn bytes(value: &Value) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(hex::decode(value.as_str().unwrap_or_default().trim_start_matches("0x"))?)
}
