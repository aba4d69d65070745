//! From the bytes that a node hands out to a block: what they do not prove is refused, so that no node can make events up.

use crate::block::{Block, Transaction};
use greatseal_block::{
    Malformed, blake2_256,
    events::{self, EventsError, Known, Phase},
    extrinsics::{self, WrongBody},
    header::Header,
    metadata::{self, Metadata, MetadataError},
    read_proof::{ProofError, ReadProof},
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
    #[error("{0}")]
    Body(#[from] WrongBody),
    /// The proof does not come to the header's state root.
    #[error("time and events of the block are not proved: {0}")]
    State(#[from] ProofError),
    /// Nothing is stored where every block has something.
    #[error("the block's state has no {0}")]
    Lacking(&'static str),
    /// The state is not what the metadata say.
    #[error("{0}")]
    Events(#[from] EventsError),
    /// The metadata cannot be used.
    #[error("{0}")]
    Metadata(#[from] MetadataError),
    /// Bytes have another form.
    #[error("{0}")]
    Malformed(#[from] Malformed),
    /// The node's metadata are of another runtime than the one that made the block.
    #[error("the node gives the metadata of another runtime than version {0}, which made the block")]
    OtherRuntime(u32),
    /// An event is said to be of a transaction that the block does not have.
    #[error("an event is of a transaction that the block does not have")]
    NoTransaction,
}

/// The keys whose values prove a block: events, time, version of the runtime.
///
/// # Errors
///
/// [`MetadataError`] where the runtime has no such storage.
pub fn keys(metadata: &Metadata) -> Result<Vec<Vec<u8>>, MetadataError> {
    Ok(vec![metadata.events_key()?, metadata.now_key()?, metadata::LAST_UPGRADE_KEY.to_vec()])
}

/// The version of the runtime that made a block, as its state proves it; none where the state does not say so.
///
/// # Errors
///
/// [`Unproved`].
pub fn spec_version(raw: &RawBlock) -> Result<Option<u32>, Unproved> {
    let (header, proof) = parts(raw)?;
    let value = proof.read(header.state_root, &metadata::LAST_UPGRADE_KEY)?;
    Ok(value.map(metadata::decode_last_upgrade).transpose()?)
}

/// The block, by the metadata of the runtime that made it.
///
/// # Errors
///
/// [`Unproved`]: a node that says so is not followed.
pub fn block(raw: RawBlock, spec_version: u32, metadata: &Metadata) -> Result<Block, Unproved> {
    let (header, proof) = parts(&raw)?;
    extrinsics::verify(header.extrinsics_root, &raw.transactions)?;
    let now = proof.read(header.state_root, &metadata.now_key()?)?.ok_or(Unproved::Lacking("time"))?;
    let value = proof.read(header.state_root, &metadata.events_key()?)?.ok_or(Unproved::Lacking("events"))?;
    let mut found = Vec::new();
    for (index, event) in (0_u32..).zip(events::decode(metadata, value)?) {
        let Known::ContractEmitted(emitted) = event.known()? else { continue };
        // What a hook emits is no transaction's: none of our contract's messages runs in one.
        let Phase::ApplyExtrinsic(extrinsic) = event.phase else { continue };
        let place = usize::try_from(extrinsic).map_err(|_| Unproved::NoTransaction)?;
        raw.transactions.get(place).ok_or(Unproved::NoTransaction)?;
        found.push(ContractEvent {
            extrinsic,
            index,
            contract: ContractAddress(emitted.contract),
            topics: emitted.topics,
            data: emitted.data.to_vec(),
        });
    }
    let time_ms = metadata::decode_now(now)?;
    let RawBlock { at, header: bytes, transactions, proof, justifications } = raw;
    let transaction = |bytes: Vec<u8>| Transaction { hash: blake2_256(&bytes), bytes };
    Ok(Block {
        at,
        parent: header.parent,
        time_ms,
        events: found,
        transactions: transactions.into_iter().map(transaction).collect(),
        header: bytes,
        spec_version,
        proof,
        justifications,
    })
}

fn parts(raw: &RawBlock) -> Result<(Header, ReadProof), Unproved> {
    let header = Header::decode(&raw.header)?;
    if header.hash() != raw.at.hash || u64::from(header.number) != raw.at.number {
        return Err(Unproved::OtherHeader);
    }
    Ok((header, ReadProof::new(raw.proof.iter().cloned())?))
}
