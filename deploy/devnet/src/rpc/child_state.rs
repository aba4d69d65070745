//! `childstate_*`: the tries of their own in which contracts keep their storage.

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde_json::Value;
use sp_core::{Bytes, H256};
use sp_state_machine::Backend;

use crate::{
    node::Node,
    rpc::{
        block_at,
        errors::{Answer, client, too_many},
        state::{MAX_PAGE, keys, page, proof_of, range, read, view},
        texts::{Key, child},
    },
};

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("childstate_getStorage", |params, node, _| {
        let mut params = params.sequence();
        let (trie, key): (Key, Key) = (params.next()?, params.next()?);
        let block = block_at(&node, params.optional_next()?)?;
        Ok(read(view(&node, &block).child_storage(&child(trie)?, &key.0))?.map(Bytes)) as Answer<Option<Bytes>>
    })?;
    module.register_blocking_method("childstate_getStorageHash", |params, node, _| {
        let mut params = params.sequence();
        let (trie, key): (Key, Key) = (params.next()?, params.next()?);
        let block = block_at(&node, params.optional_next()?)?;
        read(view(&node, &block).child_storage_hash(&child(trie)?, &key.0)) as Answer<Option<H256>>
    })?;
    module.register_blocking_method("childstate_getStorageSize", |params, node, _| {
        let mut params = params.sequence();
        let (trie, key): (Key, Key) = (params.next()?, params.next()?);
        let block = block_at(&node, params.optional_next()?)?;
        let value = read(view(&node, &block).child_storage(&child(trie)?, &key.0))?;
        Ok(value.map(|value| value.len())) as Answer<Option<usize>>
    })?;
    module.register_blocking_method("childstate_getKeys", |params, node, _| {
        let mut params = params.sequence();
        let (trie, prefix): (Key, Key) = (params.next()?, params.next()?);
        let block = block_at(&node, params.optional_next()?)?;
        keys(&view(&node, &block), range(Some(child(trie)?), Some(&prefix), None), usize::MAX)
    })?;
    module.register_blocking_method("childstate_getKeysPaged", |params, node, _| {
        let mut params = params.sequence();
        let trie: Key = params.next()?;
        let prefix: Option<Key> = params.optional_next()?;
        let count: u32 = params.next()?;
        let start: Option<Key> = params.optional_next()?;
        let block = block_at(&node, params.optional_next()?)?;
        if count > MAX_PAGE {
            return Err(too_many(count, MAX_PAGE));
        }
        let range = range(Some(child(trie)?), prefix.as_ref(), start.as_ref());
        keys(&view(&node, &block), range, page(count))
    })?;
    module.register_blocking_method("state_getChildReadProof", |params, node, _| {
        let mut params = params.sequence();
        let trie: Key = params.next()?;
        let keys: Vec<Key> = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        let keys = keys.into_iter().map(|key| key.0);
        let proof = sp_state_machine::prove_child_read(view(&node, &block), &child(trie)?, keys)
            .map_err(|error| client(&error.to_string()))?;
        Ok(proof_of(&block, proof)) as Answer<Value>
    })?;
    module.register_alias("childstate_getKeysPagedAt", "childstate_getKeysPaged")?;
    Ok(())
}
