//! `state_*`: storage, metadata and calls, at any block.

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde_json::{Value, json};
use sp_core::{Bytes, H256, OpaqueMetadata, storage::ChildInfo};
use sp_state_machine::{Backend, IterArgs};
use sp_version::RuntimeVersion;

use crate::{
    chain::Block,
    execute::Scratch,
    node::Node,
    rpc::{
        block_at,
        errors::{Answer, client, execution, too_many},
        texts::Key,
    },
    state::View,
};

/// The longest page of keys, as in the official node.
pub(super) const MAX_PAGE: u32 = 1000;

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("state_call", |params, node, _| {
        let mut params = params.sequence();
        let (method, data): (String, Bytes) = (params.next()?, params.next()?);
        let block = block_at(&node, params.optional_next()?)?;
        Scratch::new(node.chain().archive(), block.header.state_root)
            .call(&method, &data)
            .map(Bytes)
            .map_err(|trap| execution(&trap))
    })?;
    module.register_blocking_method("state_getMetadata", |params, node, _| {
        let block = block_at(&node, params.sequence().optional_next()?)?;
        let metadata: OpaqueMetadata = ask(&node, &block, "Metadata_metadata")?;
        Ok(Bytes(metadata.to_vec())) as Answer<Bytes>
    })?;
    module.register_blocking_method("state_getRuntimeVersion", |params, node, _| {
        let block = block_at(&node, params.sequence().optional_next()?)?;
        ask::<RuntimeVersion>(&node, &block, "Core_version")
    })?;
    register_values(module)?;
    register_keys(module)?;
    for (alias, name) in [
        ("state_callAt", "state_call"),
        ("state_getStorageAt", "state_getStorage"),
        ("state_getStorageHashAt", "state_getStorageHash"),
        ("state_getStorageSizeAt", "state_getStorageSize"),
        ("state_getKeysPagedAt", "state_getKeysPaged"),
        ("chain_getRuntimeVersion", "state_getRuntimeVersion"),
    ] {
        module.register_alias(alias, name)?;
    }
    Ok(())
}

fn register_values(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("state_getStorage", |params, node, _| {
        let mut params = params.sequence();
        let key: Key = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        Ok(read(view(&node, &block).storage(&key.0))?.map(Bytes)) as Answer<Option<Bytes>>
    })?;
    module.register_blocking_method("state_getStorageHash", |params, node, _| {
        let mut params = params.sequence();
        let key: Key = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        read(view(&node, &block).storage_hash(&key.0)) as Answer<Option<H256>>
    })?;
    module.register_blocking_method("state_getStorageSize", |params, node, _| {
        let mut params = params.sequence();
        let key: Key = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        Ok(read(view(&node, &block).storage(&key.0))?.map(|value| value.len())) as Answer<Option<usize>>
    })?;
    module.register_blocking_method("state_getReadProof", |params, node, _| {
        let mut params = params.sequence();
        let keys: Vec<Key> = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        let keys = keys.into_iter().map(|key| key.0);
        let proof =
            sp_state_machine::prove_read(view(&node, &block), keys).map_err(|error| client(&error.to_string()))?;
        Ok(proof_of(&block, proof)) as Answer<Value>
    })?;
    Ok(())
}

fn register_keys(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("state_getKeysPaged", |params, node, _| {
        let mut params = params.sequence();
        let prefix: Option<Key> = params.optional_next()?;
        let count: u32 = params.next()?;
        let start: Option<Key> = params.optional_next()?;
        let block = block_at(&node, params.optional_next()?)?;
        if count > MAX_PAGE {
            return Err(too_many(count, MAX_PAGE));
        }
        keys(&view(&node, &block), range(None, prefix.as_ref(), start.as_ref()), page(count))
    })?;
    module.register_blocking_method("state_getKeys", |params, node, _| {
        let mut params = params.sequence();
        let prefix: Key = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        keys(&view(&node, &block), range(None, Some(&prefix), None), usize::MAX)
    })?;
    module.register_blocking_method("state_getPairs", |params, node, _| {
        let mut params = params.sequence();
        let prefix: Key = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        let view = view(&node, &block);
        read(view.pairs(range(None, Some(&prefix), None)))?
            .map(|pair| read(pair).map(|(key, value)| (Bytes(key), Bytes(value))))
            .collect::<Answer<Vec<_>>>()
    })?;
    Ok(())
}

/// The state of a block.
pub(super) fn view<'a>(node: &'a Node, block: &Block) -> View<'a> {
    node.chain().archive().at(block.header.state_root)
}

/// Up to `count` keys.
pub(super) fn keys(view: &View<'_>, args: IterArgs<'_>, count: usize) -> Answer<Vec<Bytes>> {
    read(view.keys(args))?.take(count).map(|key| read(key).map(Bytes)).collect()
}

/// The keys with that prefix, behind the key `after`.
pub(super) fn range<'a>(child: Option<ChildInfo>, prefix: Option<&'a Key>, after: Option<&'a Key>) -> IterArgs<'a> {
    let mut range = IterArgs::default();
    range.child_info = child;
    range.prefix = prefix.map(|key| key.0.as_slice());
    range.start_at = after.map(|key| key.0.as_slice());
    range.start_at_exclusive = true;
    range
}

/// How many entries a page has.
pub(super) fn page(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// A state that cannot be read is the node's fault, not the client's.
pub(super) fn read<T>(outcome: Result<T, String>) -> Answer<T> {
    outcome.map_err(|error| client(&error))
}

/// A proof as clients expect it.
pub(super) fn proof_of(block: &Block, proof: sp_trie::StorageProof) -> Value {
    let nodes: Vec<_> = proof.into_iter_nodes().map(Bytes).collect();
    json!({ "at": block.hash, "proof": nodes })
}

fn ask<T: parity_scale_codec::DecodeAll>(node: &Node, block: &Block, method: &'static str) -> Answer<T> {
    Scratch::new(node.chain().archive(), block.header.state_root).ask(method, ()).map_err(|trap| execution(&trap))
}
