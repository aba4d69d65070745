//! `chain_subscribe*`: every head, in order, to everyone who listens.

use std::sync::Arc;

use jsonrpsee::{
    PendingSubscriptionSink, RpcModule, SubscriptionSink,
    core::{RegisterMethodError, SubscriptionError, SubscriptionResult},
};
use serde::Serialize;

use crate::{chain::Heads, faults::SECOND_COPY_AFTER, node::Node, runtime::BlockNumber};

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_subscription(
        "chain_subscribeAllHeads",
        "chain_allHead",
        "chain_unsubscribeAllHeads",
        |_, pending, node, _| follow(pending, Arc::clone(&node), |heads| heads.best),
    )?;
    module.register_subscription(
        "chain_subscribeNewHeads",
        "chain_newHead",
        "chain_unsubscribeNewHeads",
        |_, pending, node, _| follow(pending, Arc::clone(&node), |heads| heads.best),
    )?;
    module.register_subscription(
        "chain_subscribeFinalizedHeads",
        "chain_finalizedHead",
        "chain_unsubscribeFinalizedHeads",
        |_, pending, node, _| follow(pending, Arc::clone(&node), |heads| heads.finalized),
    )?;
    for (alias, name) in [
        ("subscribe_newHead", "chain_subscribeNewHeads"),
        ("chain_subscribeNewHead", "chain_subscribeNewHeads"),
        ("unsubscribe_newHead", "chain_unsubscribeNewHeads"),
        ("chain_unsubscribeNewHead", "chain_unsubscribeNewHeads"),
        ("chain_subscribeFinalisedHeads", "chain_subscribeFinalizedHeads"),
        ("chain_unsubscribeFinalisedHeads", "chain_unsubscribeFinalizedHeads"),
    ] {
        module.register_alias(alias, name)?;
    }
    Ok(())
}

/// Sends the current head and then every later one; who is slow catches up. After a re-organisation the blocks of the
/// new branch come, from the first one that is not in the old branch.
async fn follow(
    pending: PendingSubscriptionSink,
    node: Arc<Node>,
    which: fn(&Heads) -> BlockNumber,
) -> SubscriptionResult {
    let sink = pending.accept().await?;
    let mut heads = node.chain().follow();
    let first = which(&heads.borrow_and_update());
    let mut last = node.chain().numbered(first).unwrap_or_else(|| node.chain().best());
    send(&node, &sink, &last.header).await?;
    loop {
        let head = which(&heads.borrow_and_update());
        while let Some(block) = node.chain().after(&last).filter(|block| block.header.number <= head) {
            send(&node, &sink, &block.header).await?;
            last = block;
        }
        tokio::select! {
            () = sink.closed() => return Ok(()),
            moved = heads.changed() => if moved.is_err() { return Ok(()) },
        }
    }
}

/// Sends one notification. Fails when the client has gone, which ends the subscription.
pub(super) async fn send(
    node: &Node,
    sink: &SubscriptionSink,
    message: &impl Serialize,
) -> Result<(), SubscriptionError> {
    let json = serde_json::value::to_raw_value(message)?;
    if node.faults().twice() {
        let (sink, json) = (sink.clone(), json.clone());
        tokio::spawn(async move {
            tokio::time::sleep(SECOND_COPY_AFTER).await;
            // The client may have gone meanwhile.
            let _ = sink.send(json).await;
        });
    }
    sink.send(json).await?;
    Ok(())
}
