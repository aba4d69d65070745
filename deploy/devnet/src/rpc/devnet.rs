//! `devnet_*`: what only a development chain can do.

use std::{sync::Arc, time::Duration};

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde_json::{Value, json};
use sp_core::H256;

use crate::{
    chain::Block,
    faults::BEFORE_OUTAGE,
    node::{Contents, Forked, NoFork, Node},
    rpc::errors::{Answer, authoring, invalid_parameter},
    runtime::BlockNumber,
};

/// The longest step of the clock: a hundred years.
const MAX_ADVANCE_SECONDS: u64 = 100 * 365 * 24 * 60 * 60;
/// The most blocks that one request may make.
const MAX_BLOCKS: u32 = 100_000;
/// The longest outage and the longest delay, in milliseconds: an hour, and a minute.
const MAX_OUTAGE: u64 = 60 * 60 * 1000;
const MAX_DELAY: u64 = 60 * 1000;

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("devnet_advanceTime", |params, node, _| {
        let seconds: u64 = params.one()?;
        if seconds > MAX_ADVANCE_SECONDS {
            return Err(invalid_parameter(format!("the clock moves by at most {MAX_ADVANCE_SECONDS} seconds at once")));
        }
        let block = node.advance_time(Duration::from_secs(seconds)).map_err(authoring)?;
        Ok(describe(&block.unwrap_or_else(|| node.chain().best())))
    })?;
    module.register_blocking_method("devnet_seal", |params, node, _| {
        let count: u32 = params.one()?;
        if count > MAX_BLOCKS {
            return Err(invalid_parameter(format!("at most {MAX_BLOCKS} blocks at once")));
        }
        let mut last = node.chain().best();
        for _ in 0..count {
            if let Some(block) = node.make_block(Contents::Empty).map_err(authoring)? {
                last = block;
            }
        }
        Ok(describe(&last)) as Answer<Value>
    })?;
    module.register_blocking_method("devnet_finalize", |params, node, _| {
        let number: Option<BlockNumber> = params.sequence().optional_next()?;
        let block = node.finalize(number.unwrap_or(BlockNumber::MAX)).map_err(authoring)?;
        Ok(describe(&block)) as Answer<Value>
    })?;
    module.register_blocking_method("devnet_fork", |params, node, _| {
        let forked = node.fork(params.one()?).map_err(|error| match error {
            NoFork::Depth { .. } => invalid_parameter(error.to_string()),
            NoFork::Failed(failure) => authoring(failure),
        })?;
        Ok(describe_fork(&forked)) as Answer<Value>
    })?;
    register_faults(module)
}

fn register_faults(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_async_method("devnet_outage", |params, node, _| async move {
        let lasting = milliseconds(params.one()?, MAX_OUTAGE)?;
        tokio::spawn(async move {
            tokio::time::sleep(BEFORE_OUTAGE).await;
            node.faults().begin_outage(lasting);
        });
        Ok(Value::Null) as Answer<Value>
    })?;
    module.register_method("devnet_delayAnswers", |params, node, _| {
        node.faults().set_delay(milliseconds(params.one()?, MAX_DELAY)?);
        Ok(Value::Null) as Answer<Value>
    })?;
    module.register_method("devnet_duplicateNotifications", |params, node, _| {
        node.faults().set_twice(params.one()?);
        Ok(Value::Null) as Answer<Value>
    })?;
    Ok(())
}

fn milliseconds(milliseconds: u64, at_most: u64) -> Answer<Duration> {
    if milliseconds > at_most {
        return Err(invalid_parameter(format!("at most {at_most} milliseconds")));
    }
    Ok(Duration::from_millis(milliseconds))
}

/// The timestamp is in milliseconds, as `Timestamp::Now` is.
fn describe(block: &Block) -> Value {
    json!({ "number": block.header.number, "hash": block.hash, "timestamp": block.time })
}

fn describe_fork(forked: &Forked) -> Value {
    let replaced: Vec<H256> = forked.replaced.iter().map(|block| block.hash).collect();
    json!({ "common": describe(&forked.common), "replaced": replaced, "best": describe(&forked.best) })
}
