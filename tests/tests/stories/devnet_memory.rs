//! Ten thousand blocks in bounded memory, for those who do not need every state.

use greatseal_tests::{Outcome, devnet::Devnet};
use serde_json::json;
use sp_core::{Blake2Hasher, H256};
use sp_trie::{LayoutV1, TrieConfiguration};
use subxt::{OnlineClient, PolkadotConfig};

use crate::devnet::{Params, now_at, pairs, signed, submit, transfer};

/// Measured: 24 MB, of which 14 MB are there at block 0; 101 MB with all states of as many empty blocks.
const LIMIT_KB: u64 = 64 * 1024;
const KEPT: u64 = 64;

#[tokio::test]
async fn ten_thousand_blocks_fit_into_64_megabytes_where_64_states_are_kept() -> Outcome {
    let devnet = Devnet::start_with(&["--keep-states", "64"]).await?;
    let client = OnlineClient::<PolkadotConfig>::from_insecure_url(devnet.url()).await?;
    let first = devnet.seal(1).await?;
    for round in 0..100_u64 {
        let transaction = signed(&client, &transfer(1_000_000_000), Params::new().nonce(round).immortal()).await?;
        submit(&devnet, &transaction).await?;
        devnet.seal(100).await?;
    }
    let height = devnet.height().await?;
    assert!(height > 10_000, "{height}");
    let resident = devnet.resident_kb()?;
    assert!(resident < LIMIT_KB, "{resident} kB");

    for (number, readable) in [(1, false), (height - KEPT, false), (height - KEPT + 1, true), (height, true)] {
        let hash = devnet.rpc("chain_getBlockHash", json!([number])).await?;
        match now_at(&devnet, &hash).await {
            Ok(_) => assert!(readable, "block {number}"),
            Err(error) => {
                assert!(!readable, "block {number}: {error}");
                assert!(error.to_string().contains("State already discarded for 0x"), "{error}");
            }
        }
        let block = devnet.rpc("chain_getBlock", json!([hash])).await?;
        assert!(block["block"]["extrinsics"].is_array(), "what happened can always be read");
        let all = devnet.rpc("state_getPairs", json!(["0x", hash])).await;
        if readable {
            let root: H256 = LayoutV1::<Blake2Hasher>::trie_root(pairs(all?)?);
            assert_eq!(json!(root), block["block"]["header"]["stateRoot"], "nothing is missing in it");
        }
    }
    assert_eq!(first["number"], 1);
    Ok(())
}
