//! From the bytes that a node hands out to a block: what they do not prove is refused, so that no node can make events up.

use crate::block::{Block, Transaction};
use greatseal_block::{
    Malformed, blake2_256,
    contracts::{self, Emission},
    extrinsics::{self, WrongBody},
    header::Header,
    metadata::{Metadata, MetadataError},
    read_proof::ReadProof,
};
use greatseal_client::{ContractEvent, RawBlock};
use greatseal_protocol::bytes::ContractAddress;

/// What a node's bytes fail to prove.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The header is not the block's.
    #[error("the header is not the one that hashes to the block")]
    OtherHeader,
    /// The transactions are not the block's.
    #[error(transparent)]
    Body(#[from] WrongBody),
    /// Its state does not prove time and events.
    #[error(transparent)]
    State(#[from] contracts::Unproved),
    /// The metadata cannot be used.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// The node's metadata are of another runtime than the one that made the block.
    #[error("the node gives the metadata of another runtime than version {0}, which made the block")]
    OtherRuntime(u32),
    /// Bytes have another form.
    #[error(transparent)]
    Malformed(#[from] Malformed),
}

/// The version of the runtime that made a block, as its state proves it; none where the state does not say so.
///
/// # Errors
///
/// [`Unproved`].
pub fn spec_version(raw: &RawBlock) -> Result<Option<u32>, Unproved> {
    let (header, proof) = parts(raw)?;
    Ok(contracts::spec_version(&header, &proof)?)
}

/// The block, by the metadata of the runtime that made it.
///
/// # Errors
///
/// [`Unproved`]: a node that says so is not followed.
pub fn block(raw: RawBlock, spec_version: u32, metadata: &Metadata) -> Result<Block, Unproved> {
    let (header, proof) = parts(&raw)?;
    extrinsics::verify(header.extrinsics_root, &raw.transactions)?;
    let found = contracts::emitted(&header, &proof, metadata)?;
    let needed = proof.needed(header.state_root, &contracts::keys(metadata)?).map_err(contracts::Unproved::from)?;
    let proof = needed.into_iter().map(<[u8]>::to_vec).collect();
    let RawBlock { at, header: bytes, transactions, justifications, .. } = raw;
    let transaction = |bytes: Vec<u8>| Transaction { hash: blake2_256(&bytes), bytes };
    Ok(Block {
        at,
        parent: header.parent,
        time_ms: found.time_ms,
        events: found.events.into_iter().map(event).collect(),
        transactions: transactions.into_iter().map(transaction).collect(),
        header: bytes,
        spec_version,
        proof,
        justifications,
    })
}

fn event(emission: Emission) -> ContractEvent {
    let Emission { extrinsic, index, contract, topics, data } = emission;
    ContractEvent { extrinsic, index, contract: ContractAddress(contract), topics, data }
}

fn parts(raw: &RawBlock) -> Result<(Header, ReadProof), Unproved> {
    let header = Header::decode(&raw.header)?;
    if header.hash() != raw.at.hash || u64::from(header.number) != raw.at.number {
        return Err(Unproved::OtherHeader);
    }
    Ok((header, ReadProof::new(raw.proof.iter().cloned())?))
}
