//! JSON-RPC: the methods of the official node's legacy family, under the same names.
//!
//! Nothing is advertised that is not answered, and no name begins with `chainHead_`, `archive_` or
//! `transaction_`: clients choose their protocol by these prefixes.

mod author;
mod chain;
mod child_state;
mod devnet;
mod errors;
mod heads;
mod payment;
mod state;
mod state_changes;
mod system;
mod texts;

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError};
use serde_json::json;
use sp_core::H256;

use crate::{
    chain::Block,
    node::Node,
    rpc::errors::{Answer, discarded_state, unknown_block},
};

/// All methods, and `rpc_methods` which lists them.
///
/// # Errors
/// If two methods have one name: a defect of this program.
pub fn methods(node: Arc<Node>) -> Result<RpcModule<Arc<Node>>, RegisterMethodError> {
    let mut module = RpcModule::new(node);
    author::register(&mut module)?;
    chain::register(&mut module)?;
    child_state::register(&mut module)?;
    devnet::register(&mut module)?;
    heads::register(&mut module)?;
    payment::register(&mut module)?;
    state::register(&mut module)?;
    state_changes::register(&mut module)?;
    system::register(&mut module)?;

    let mut names: Vec<_> = module.method_names().chain(["rpc_methods"]).collect();
    names.sort_unstable();
    module.register_method("rpc_methods", move |_, _, _| json!({ "methods": names }))?;
    Ok(module)
}

/// The block whose state a request is about: the best one unless it names another.
fn block_at(node: &Node, hash: Option<H256>) -> Answer<Arc<Block>> {
    let block = match hash {
        None => node.chain().best(),
        Some(hash) => node.chain().block(hash).ok_or_else(|| unknown_block(hash))?,
    };
    if node.chain().has_state(&block) { Ok(block) } else { Err(discarded_state(block.hash)) }
}
