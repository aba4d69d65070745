//! `author_*`: transactions come in.

use std::{sync::Arc, time::Duration};

use jsonrpsee::{
    PendingSubscriptionSink, RpcModule,
    core::{RegisterMethodError, SubscriptionResult},
    types::Params,
};
use parity_scale_codec::{Decode, Encode};
use sp_core::{Bytes, H256};
use sp_runtime::OpaqueExtrinsic;

use crate::{
    node::Node,
    rpc::{
        errors::{Answer, authoring, bad_format, rejection},
        heads::send,
    },
    watch::{Status, Updates},
};

/// How long watchers may enjoy "in block" before they hear "finalized". Both are true at the same
/// moment here, but Polkadot-JS forgets the first when the second follows on its heels.
const AFTER_INCLUSION: Duration = Duration::from_millis(100);

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("author_submitExtrinsic", |params, node, _| {
        let extrinsic = extrinsic(&params)?;
        node.submit(extrinsic).map_err(|error| rejection(&error)) as Answer<H256>
    })?;
    module.register_blocking_method("author_pendingExtrinsics", |_, node, _| {
        node.pool().ready().iter().map(|transaction| Bytes(transaction.bytes.encode())).collect::<Vec<_>>()
    })?;
    module.register_subscription(
        "author_submitAndWatchExtrinsic",
        "author_extrinsicUpdate",
        "author_unwatchExtrinsic",
        |params, pending, node, _| submit_and_watch(params, pending, Arc::clone(&node)),
    )?;
    Ok(())
}

/// Reads a transaction's bytes.
pub(super) fn extrinsic(params: &Params<'_>) -> Answer<OpaqueExtrinsic> {
    let bytes: Bytes = params.sequence().next()?;
    OpaqueExtrinsic::decode(&mut bytes.as_ref()).map_err(|error| bad_format(&error))
}

async fn submit_and_watch(
    params: Params<'static>,
    pending: PendingSubscriptionSink,
    node: Arc<Node>,
) -> SubscriptionResult {
    let pool = Arc::clone(&node);
    let submitted = tokio::task::spawn_blocking(move || -> Answer<Updates> {
        let extrinsic = extrinsic(&params)?;
        pool.submit_and_watch(extrinsic).map_err(|error| rejection(&error))
    });
    let mut updates = match submitted.await.unwrap_or_else(|stopped| Err(authoring(stopped))) {
        Ok(updates) => updates,
        Err(error) => {
            pending.reject(error).await;
            return Ok(());
        }
    };
    let sink = pending.accept().await?;
    loop {
        tokio::select! {
            () = sink.closed() => return Ok(()),
            update = updates.recv() => match update {
                Some(status) => {
                    send(&node, &sink, &status).await?;
                    if matches!(status, Status::InBlock(_)) {
                        tokio::time::sleep(AFTER_INCLUSION).await;
                    }
                }
                None => return Ok(()),
            },
        }
    }
}
