//! A block as the bytes that a node hands out: nothing of it is believed here. `greatseal-block` says what the bytes prove.

use crate::{BlockRef, Chain, ChainError};
use greatseal_protocol::{
    bytes::{parse_hex_bytes, to_hex},
    scale::Encode as _,
};
use serde_json::{Value, json};
use subxt::utils::H256;

/// A block's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawBlock {
    /// Where the node says that it stands.
    pub at: BlockRef,
    /// SCALE bytes of its header, whose BLAKE2-256 has to be the block's hash.
    pub header: Vec<u8>,
    /// Its transactions, in order.
    pub transactions: Vec<Vec<u8>>,
    /// Nodes of its state's trie (`state_getReadProof`): the values of the keys that were asked for, up to the state root.
    pub proof: Vec<Vec<u8>>,
    /// SCALE bytes of what proves that it is final, where the node keeps that: engine and justification of each.
    pub justifications: Option<Vec<u8>>,
}

impl Chain {
    /// The block of this height, and a proof of these keys in its state; none where the node has no such block. That it is
    /// final is for the caller to know.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the node no longer has it, [`ChainError::Undecodable`] where the answer has another shape.
    pub async fn raw_block(&self, number: u64, keys: &[Vec<u8>]) -> Result<Option<RawBlock>, ChainError> {
        let Some(hash) = self.block_hash(number).await? else { return Ok(None) };
        let at = BlockRef { number, hash };
        let keys: Vec<_> = keys.iter().map(|key| prefixed(key)).collect();
        let asked = [json!(prefixed(&hash))];
        let proof_of = [json!(keys), json!(prefixed(&hash))];
        let block = self.request("chain_getBlock", &asked);
        let proof = self.request("state_getReadProof", &proof_of);
        let (block, proof) = futures::try_join!(block, proof)?;
        let body = block["block"]["extrinsics"].as_array().ok_or_else(|| shapeless("a block"))?;
        let nodes = proof["proof"].as_array().ok_or_else(|| shapeless("a read proof"))?;
        Ok(Some(RawBlock {
            at,
            header: header(&block["block"]["header"])?,
            transactions: body.iter().map(bytes).collect::<Result<_, _>>()?,
            proof: nodes.iter().map(bytes).collect::<Result<_, _>>()?,
            justifications: justifications(&block["justifications"])?,
        }))
    }

    /// The metadata by which the state of a block is read.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`] where the node no longer has the block's state.
    pub async fn raw_metadata(&self, block: &BlockRef) -> Result<Vec<u8>, ChainError> {
        bytes(&self.request("state_getMetadata", &[json!(prefixed(&block.hash))]).await?)
    }

    /// Version of the runtime that made a block, as the node says.
    ///
    /// # Errors
    ///
    /// [`ChainError::Reading`], [`ChainError::Undecodable`].
    pub async fn spec_version(&self, block: &BlockRef) -> Result<u32, ChainError> {
        let version = self.request("state_getRuntimeVersion", &[json!(prefixed(&block.hash))]).await?;
        let version = version["specVersion"].as_u64().and_then(|version| u32::try_from(version).ok());
        version.ok_or_else(|| shapeless("a runtime's version"))
    }
}

/// A header's bytes from its JSON: digest items travel as bytes already.
fn header(json: &Value) -> Result<Vec<u8>, ChainError> {
    let wrong = || shapeless("a header");
    let hash = |name: &str| -> Result<H256, ChainError> {
        let bytes = bytes(&json[name])?;
        <[u8; 32]>::try_from(bytes).map(H256).map_err(|_| wrong())
    };
    let number = json["number"].as_str().and_then(|text| text.strip_prefix("0x")).ok_or_else(wrong)?;
    let number = u32::from_str_radix(number, 16).map_err(|_| wrong())?;
    let logs = json["digest"]["logs"].as_array().ok_or_else(wrong)?;
    let mut all = Vec::new();
    hash("parentHash")?.encode_to(&mut all);
    parity_scale_codec::Compact(number).encode_to(&mut all);
    hash("stateRoot")?.encode_to(&mut all);
    hash("extrinsicsRoot")?.encode_to(&mut all);
    let count = u32::try_from(logs.len()).map_err(|_| wrong())?;
    parity_scale_codec::Compact(count).encode_to(&mut all);
    for log in logs {
        all.extend(bytes(log)?);
    }
    Ok(all)
}

/// The list of (engine, justification), as the official node gives it: each a list of numbers, or hexadecimal.
fn justifications(json: &Value) -> Result<Option<Vec<u8>>, ChainError> {
    let Some(list) = json.as_array() else { return Ok(None) };
    let wrong = || shapeless("a justification");
    let octets = |value: &Value| -> Result<Vec<u8>, ChainError> {
        match value {
            Value::String(_) => bytes(value),
            Value::Array(list) => {
                let octet = |value: &Value| value.as_u64().and_then(|octet| u8::try_from(octet).ok());
                list.iter().map(octet).collect::<Option<_>>().ok_or_else(wrong)
            }
            _ => Err(wrong()),
        }
    };
    let pair = |value: &Value| -> Result<([u8; 4], Vec<u8>), ChainError> {
        let engine = octets(&value[0])?.try_into().map_err(|_| wrong())?;
        Ok((engine, octets(&value[1])?))
    };
    let pairs = list.iter().map(pair).collect::<Result<Vec<_>, _>>()?;
    Ok((!pairs.is_empty()).then(|| pairs.encode()))
}

fn bytes(json: &Value) -> Result<Vec<u8>, ChainError> {
    let hex = json.as_str().and_then(|text| text.strip_prefix("0x")).ok_or_else(|| shapeless("bytes"))?;
    parse_hex_bytes(hex).map_err(|_| shapeless("bytes"))
}

fn prefixed(bytes: &[u8]) -> String {
    format!("0x{}", to_hex(bytes))
}

fn shapeless(what: &str) -> ChainError {
    ChainError::Undecodable(format!("the node's answer is not {what}"))
}
