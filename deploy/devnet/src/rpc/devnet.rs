//! `devnet_*`: what only a development chain can do.

use std::{sync::Arc, time::Duration};

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde_json::{Value, json};

use crate::{
    chain::Block,
    node::{Contents, Node},
    rpc::errors::{Answer, authoring, invalid_parameter},
};

/// The longest step of the clock: a hundred years.
const MAX_ADVANCE_SECONDS: u64 = 100 * 365 * 24 * 60 * 60;
/// The most blocks that one request may make.
const MAX_BLOCKS: u32 = 100_000;

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
    Ok(())
}

/// The timestamp is in milliseconds, as `Timestamp::Now` is.
fn describe(block: &Block) -> Value {
    json!({ "number": block.header.number, "hash": block.hash, "timestamp": block.time })
}
