//! `payment_*`: what a transaction would cost.

use std::sync::Arc;

use jsonrpsee::{RpcModule, core::RegisterMethodError, types::Params};
use parity_scale_codec::{Decode, DecodeAll, Encode};
use serde_json::{Value, json};
use sp_core::{Bytes, H256};
use sp_runtime::OpaqueExtrinsic;

use crate::{
    execute::Scratch,
    node::Node,
    rpc::{
        block_at,
        errors::{Answer, bad_format, execution},
    },
    runtime::{Balance, FeeDetails, RuntimeDispatchInfo},
};

pub(super) fn register(module: &mut RpcModule<Arc<Node>>) -> Result<(), RegisterMethodError> {
    module.register_blocking_method("payment_queryInfo", |params, node, _| {
        ask::<RuntimeDispatchInfo<Balance>>(&params, &node, "TransactionPaymentApi_query_info").map(|info| {
            json!({
                "weight": info.weight,
                "class": info.class,
                "partialFee": info.partial_fee.to_string(),
            })
        })
    })?;
    module.register_blocking_method("payment_queryFeeDetails", |params, node, _| {
        ask::<FeeDetails<Balance>>(&params, &node, "TransactionPaymentApi_query_fee_details")
            .map(|details| fee_details(&details))
    })?;
    Ok(())
}

fn ask<T: DecodeAll>(params: &Params<'_>, node: &Node, method: &'static str) -> Answer<T> {
    let mut params = params.sequence();
    let bytes: Bytes = params.next()?;
    let at: Option<H256> = params.optional_next()?;
    let extrinsic = OpaqueExtrinsic::decode(&mut bytes.as_ref()).map_err(|error| bad_format(&error))?;
    let block = block_at(node, at)?;
    let length = u32::try_from(extrinsic.encoded_size()).unwrap_or(u32::MAX);
    Scratch::new(node.chain().archive(), block.header.state_root)
        .ask(method, (extrinsic, length))
        .map_err(|trap| execution(&trap))
}

fn fee_details(details: &FeeDetails<Balance>) -> Value {
    let hex = |amount: Balance| format!("{amount:#x}");
    let inclusion = details.inclusion_fee.as_ref().map(|fee| {
        json!({
            "baseFee": hex(fee.base_fee),
            "lenFee": hex(fee.len_fee),
            "adjustedWeightFee": hex(fee.adjusted_weight_fee),
        })
    });
    json!({ "inclusionFee": inclusion })
}
