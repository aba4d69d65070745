//! `chain_subscribe*`: every head, in order, to everyone who listens.

use std::sync::Arc;

use jsonrpsee::{
    PendingSubscriptionSink, RpcModule, SubscriptionSink,
    core::{RegisterMethodError, SubscriptionError, SubscriptionResult},
};
use serde::Serialize;

use crate::{chain::Heads, node::Node, runtime::BlockNumber};

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

/// Sends the current head and then every later one; who is slow catches up by number.
async fn follow(
    pending: PendingSubscriptionSink,
    node: Arc<Node>,
    which: fn(&Heads) -> BlockNumber,
) -> SubscriptionResult {
    let sink = pending.accept().await?;
    let mut heads = node.chain().follow();
    let mut next = which(&heads.borrow_and_update());
    loop {
        let head = which(&heads.borrow_and_update());
        while next <= head {
            if let Some(block) = node.chain().numbered(next) {
                send(&sink, &block.header).await?;
            }
            next = next.saturating_add(1);
        }
        tokio::select! {
            () = sink.closed() => return Ok(()),
            moved = heads.changed() => if moved.is_err() { return Ok(()) },
        }
    }
}

/// Sends one notification. Fails when the client has gone, which ends the subscription.
pub(super) async fn send(sink: &SubscriptionSink, message: &impl Serialize) -> Result<(), SubscriptionError> {
    let json = serde_json::value::to_raw_value(message)?;
    sink.send(json).await?;
    Ok(())
}
