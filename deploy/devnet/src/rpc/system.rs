//! `system_*`: what this node is.

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use parity_scale_codec::{Decode, Encode};
use serde_json::{Value, json};
use sp_core::{
    Bytes, H256,
    crypto::{AccountId32, Ss58Codec},
};
use sp_runtime::OpaqueExtrinsic;

use crate::{
    author::Draft,
    execute::Scratch,
    node::Node,
    rpc::{
        block_at,
        errors::{Answer, authoring, bad_format, execution, invalid_parameter},
    },
    runtime::{Nonce, SS58_PREFIX},
};

/// The identity of no peer: 32 zero bytes as a libp2p key. Wallets only display it.
const LOCAL_PEER: &str = "12D3KooW9pNAk8aiBuGVQtWRdbkLmo5qVL3e2h5UxbN2Nz9ttwiw";

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_method("system_name", |_, _, _| "Great Seal devnet")?;
    module.register_method("system_version", |_, _, _| env!("CARGO_PKG_VERSION"))?;
    module.register_method("system_chain", |_, _, _| "Great Seal Devnet")?;
    module.register_method("system_chainType", |_, _, _| "Development")?;
    module.register_method(
        "system_properties",
        |_, _, _| json!({ "tokenSymbol": "UNIT", "tokenDecimals": 12, "ss58Format": SS58_PREFIX }),
    )?;
    module.register_method(
        "system_health",
        |_, _, _| json!({ "peers": 0, "isSyncing": false, "shouldHavePeers": false }),
    )?;
    module.register_method("system_localPeerId", |_, _, _| LOCAL_PEER)?;
    module.register_method("system_localListenAddresses", |_, _, _| Vec::<String>::new())?;
    module.register_method("system_peers", |_, _, _| Vec::<Value>::new())?;
    module.register_method("system_nodeRoles", |_, _, _| ["Authority"])?;
    module.register_method("system_syncState", |_, node, _| {
        let best = node.chain().heads().best;
        json!({ "startingBlock": 0, "currentBlock": best, "highestBlock": best })
    })?;
    module.register_blocking_method("system_accountNextIndex", |params, node, _| {
        next_index(&node, &params.one::<String>()?)
    })?;
    module.register_blocking_method("system_dryRun", |params, node, _| {
        let mut params = params.sequence();
        let bytes: Bytes = params.next()?;
        let at: Option<H256> = params.optional_next()?;
        dry_run(&node, &bytes, at)
    })?;
    module.register_alias("account_nextIndex", "system_accountNextIndex")?;
    module.register_alias("system_dryRunAt", "system_dryRun")?;
    Ok(())
}

/// The nonce for the next transaction: after those that are ready in the pool.
fn next_index(node: &Node, address: &str) -> Answer<Nonce> {
    let account = AccountId32::from_string(address)
        .map_err(|error| invalid_parameter(format!("{address:?} is no address: {error:?}")))?;
    loop {
        let best = node.chain().best();
        let mut nonce: Nonce = Scratch::new(node.chain().archive(), best.header.state_root)
            .ask("AccountNonceApi_account_nonce", &account)
            .map_err(|trap| execution(&trap))?;
        let pool = node.pool();
        // A block that came meanwhile may have taken what was in the pool: its nonce would be told once more.
        if node.chain().best().hash != best.hash {
            continue;
        }
        while pool.provides(&(&account, nonce).encode()) {
            nonce = nonce.saturating_add(1);
        }
        return Ok(nonce);
    }
}

/// What would become of a transaction, were it alone in the next block.
fn dry_run(node: &Node, bytes: &Bytes, at: Option<H256>) -> Answer<Bytes> {
    let extrinsic = OpaqueExtrinsic::decode(&mut bytes.as_ref()).map_err(|error| bad_format(&error))?;
    let block = block_at(node, at)?;
    let mut draft =
        Draft::begin(node.chain().archive(), &block.header, block.time.saturating_add(1)).map_err(authoring)?;
    let outcome = draft.apply(&extrinsic).map_err(|trap| execution(&trap))?;
    Ok(Bytes(outcome.encode()))
}
