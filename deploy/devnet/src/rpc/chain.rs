//! `chain_*`: blocks, headers and hashes.

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sp_core::H256;

use crate::{
    chain::Block,
    node::Node,
    rpc::errors::{Answer, invalid_parameter},
    runtime::{BlockNumber, Header},
};

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_method("chain_getBlockHash", |params, node, _| {
        let which: Option<OneOrMany> = params.sequence().optional_next()?;
        block_hash(node, which)
    })?;
    module.register_method("chain_getHeader", |params, node, _| {
        let block = block(node, params.sequence().optional_next()?);
        Ok(block.map(|block| block.header.clone())) as Answer<Option<Header>>
    })?;
    module.register_method("chain_getBlock", |params, node, _| {
        let block = block(node, params.sequence().optional_next()?);
        Ok(block.map(|block| {
            json!({
                "block": { "header": block.header, "extrinsics": block.body },
                "justifications": null,
            })
        })) as Answer<Option<Value>>
    })?;
    module.register_method("chain_getFinalizedHead", |_, node, _| Ok(node.chain().finalized().hash) as Answer<H256>)?;
    for (alias, name) in [("chain_getHead", "chain_getBlockHash"), ("chain_getFinalisedHead", "chain_getFinalizedHead")]
    {
        module.register_alias(alias, name)?;
    }
    Ok(())
}

fn block(node: &Node, hash: Option<H256>) -> Option<Arc<Block>> {
    match hash {
        None => Some(node.chain().best()),
        Some(hash) => node.chain().block(hash),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(NumberOrHex),
    Many(Vec<NumberOrHex>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrHex {
    Number(u64),
    Hex(String),
}

#[derive(Serialize, Clone)]
#[serde(untagged)]
enum Hashes {
    One(Option<H256>),
    Many(Vec<Option<H256>>),
}

fn block_hash(node: &Node, which: Option<OneOrMany>) -> Answer<Hashes> {
    match which {
        None => Ok(Hashes::One(Some(node.chain().best().hash))),
        Some(OneOrMany::One(number)) => Ok(Hashes::One(hash_of(node, &number)?)),
        Some(OneOrMany::Many(numbers)) => {
            let hashes: Answer<_> = numbers.iter().map(|number| hash_of(node, number)).collect();
            Ok(Hashes::Many(hashes?))
        }
    }
}

fn hash_of(node: &Node, number: &NumberOrHex) -> Answer<Option<H256>> {
    let number = match number {
        NumberOrHex::Number(number) => *number,
        NumberOrHex::Hex(text) => text
            .strip_prefix("0x")
            .and_then(|digits| u64::from_str_radix(digits, 16).ok())
            .ok_or_else(|| invalid_parameter(format!("{text:?} is no block number")))?,
    };
    let number = BlockNumber::try_from(number)
        .map_err(|_| invalid_parameter(format!("`{number}` > u32::MAX, the max block number is u32.")))?;
    Ok(node.chain().numbered(number).map(|block| block.hash))
}
