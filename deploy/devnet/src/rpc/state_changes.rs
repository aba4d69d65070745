//! `state_queryStorage*` and `state_subscribe*`: how values change from block to block.

use std::sync::Arc;

use jsonrpsee::{
    PendingSubscriptionSink, RpcModule,
    core::{RegisterMethodError, SubscriptionResult},
    types::Params,
};
use serde::Serialize;
use sp_core::{Bytes, H256};
use sp_state_machine::Backend;

use crate::{
    chain::Block,
    node::Node,
    rpc::{
        block_at,
        errors::{Answer, invalid_parameter},
        heads::send,
        state::{read, view},
        texts::Key,
    },
    runtime::VERSION,
};

/// The most keys that one subscription may watch.
const MAX_KEYS: usize = 4096;

#[derive(Debug, Clone, Serialize)]
struct ChangeSet {
    block: H256,
    changes: Vec<(Bytes, Option<Bytes>)>,
}

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("state_queryStorageAt", |params, node, _| {
        let mut params = params.sequence();
        let keys: Vec<Key> = params.next()?;
        let block = block_at(&node, params.optional_next()?)?;
        Ok(vec![ChangeSet { block: block.hash, changes: values(&node, &block, &keys)? }]) as Answer<Vec<ChangeSet>>
    })?;
    module.register_blocking_method("state_queryStorage", |params, node, _| {
        let mut params = params.sequence();
        let keys: Vec<Key> = params.next()?;
        let from = block_at(&node, Some(params.next()?))?;
        let to = block_at(&node, params.optional_next()?)?;
        history(&node, &keys, &from, &to)
    })?;
    module.register_subscription(
        "state_subscribeStorage",
        "state_storage",
        "state_unsubscribeStorage",
        |params, pending, node, _| follow_storage(params, pending, Arc::clone(&node)),
    )?;
    module.register_subscription(
        "state_subscribeRuntimeVersion",
        "state_runtimeVersion",
        "state_unsubscribeRuntimeVersion",
        // The runtime is part of this program: its version is told once and never changes.
        |_, pending, node, _| async move {
            let sink = pending.accept().await?;
            send(&node, &sink, &VERSION).await?;
            sink.closed().await;
            Ok(()) as SubscriptionResult
        },
    )?;
    for (alias, name) in [
        ("chain_subscribeRuntimeVersion", "state_subscribeRuntimeVersion"),
        ("chain_unsubscribeRuntimeVersion", "state_unsubscribeRuntimeVersion"),
    ] {
        module.register_alias(alias, name)?;
    }
    Ok(())
}

fn values(node: &Node, block: &Block, keys: &[Key]) -> Answer<Vec<(Bytes, Option<Bytes>)>> {
    let view = view(node, block);
    keys.iter().map(|key| Ok((Bytes(key.0.clone()), read(view.storage(&key.0))?.map(Bytes)))).collect()
}

/// The values at `from`, and from then on those that changed.
fn history(node: &Node, keys: &[Key], from: &Block, to: &Block) -> Answer<Vec<ChangeSet>> {
    if from.header.number > to.header.number {
        return Err(invalid_parameter("the first block is later than the last one"));
    }
    let mut last = values(node, from, keys)?;
    let mut sets = vec![ChangeSet { block: from.hash, changes: last.clone() }];
    for number in from.header.number.saturating_add(1)..=to.header.number {
        let Some(block) = node.chain().numbered(number) else { break };
        let now = values(node, &block, keys)?;
        let changes = differences(&last, &now);
        if !changes.is_empty() {
            sets.push(ChangeSet { block: block.hash, changes });
        }
        last = now;
    }
    Ok(sets)
}

fn differences(before: &[(Bytes, Option<Bytes>)], now: &[(Bytes, Option<Bytes>)]) -> Vec<(Bytes, Option<Bytes>)> {
    before.iter().zip(now).filter(|(old, new)| old != new).map(|(_, new)| new.clone()).collect()
}

async fn follow_storage(
    params: Params<'static>,
    pending: PendingSubscriptionSink,
    node: Arc<Node>,
) -> SubscriptionResult {
    let keys = match watched_keys(&params) {
        Ok(keys) => keys,
        Err(error) => {
            pending.reject(error).await;
            return Ok(());
        }
    };
    let mut heads = node.chain().follow();
    let mut last = node.chain().best();
    let mut values_told = values(&node, &last, &keys)?;
    let sink = pending.accept().await?;
    send(&node, &sink, &ChangeSet { block: last.hash, changes: values_told.clone() }).await?;
    loop {
        let best = heads.borrow_and_update().best;
        while let Some(block) = node.chain().after(&last).filter(|block| block.header.number <= best) {
            let now = values(&node, &block, &keys)?;
            let changes = differences(&values_told, &now);
            if !changes.is_empty() {
                send(&node, &sink, &ChangeSet { block: block.hash, changes }).await?;
            }
            (last, values_told) = (block, now);
        }
        tokio::select! {
            () = sink.closed() => return Ok(()),
            moved = heads.changed() => if moved.is_err() { return Ok(()) },
        }
    }
}

fn watched_keys(params: &Params<'_>) -> Answer<Vec<Key>> {
    let keys: Option<Vec<Key>> = params.sequence().optional_next()?;
    match keys {
        Some(keys) if keys.len() <= MAX_KEYS => Ok(keys),
        Some(_) => Err(invalid_parameter(format!("at most {MAX_KEYS} keys"))),
        None => Err(invalid_parameter("name the keys to watch: all of them are too many")),
    }
}
