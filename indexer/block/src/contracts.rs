//! What the state of a block proves of contracts: the time that they saw, and what they emitted.

use crate::{
    Hash, Malformed,
    bytes::exactly,
    events::{self, EventsError, Known, Phase},
    header::Header,
    metadata::{self, Metadata, MetadataError},
    read_proof::{ProofError, ReadProof},
};

/// What contracts emitted in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emitted {
    /// Time of the block: milliseconds since 1970.
    pub time_ms: u64,
    /// In order. What a contract emits outside of a transaction is not among them.
    pub events: Vec<Emission>,
}

/// An event of a contract, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emission {
    /// Index of the transaction in its block.
    pub extrinsic: u32,
    /// Index of the event among all events of the block.
    pub index: u32,
    /// The contract's address.
    pub contract: [u8; 20],
    /// Its topics, in their order.
    pub topics: Vec<Hash>,
    /// Its data.
    pub data: Vec<u8>,
}

/// What a block's bytes fail to prove.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproved {
    /// The proof does not come to the header's state root.
    #[error("time and events of the block are not proved: {0}")]
    State(#[from] ProofError),
    /// Nothing is stored where every block has something.
    #[error("the block's state has no {0}")]
    Lacking(&'static str),
    /// The events are not what the metadata say.
    #[error(transparent)]
    Events(#[from] EventsError),
    /// The metadata cannot be used.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// A value has another form.
    #[error("a value in the block's state has another form: {0}")]
    Malformed(#[from] Malformed),
}

/// Storage keys that a proof of a block has to cover.
///
/// # Errors
///
/// [`MetadataError::Lacks`].
pub fn keys(metadata: &Metadata) -> Result<[Vec<u8>; 3], MetadataError> {
    Ok([metadata.events_key()?, metadata.now_key()?, metadata::last_upgrade_key()])
}

/// Version of the runtime that made the block, as its state says (`System.LastRuntimeUpgrade`, which the Executive pallet writes
/// before anything else when a new runtime makes its first block); `None` where it does not say so.
///
/// # Errors
///
/// [`Unproved`].
pub fn spec_version(header: &Header, proof: &ReadProof) -> Result<Option<u32>, Unproved> {
    let value = proof.read(header.state_root, &metadata::last_upgrade_key())?;
    let version = |value| {
        exactly(value, |reader| {
            let version = reader.compact_u32()?;
            reader.prefixed().map(|_name| version)
        })
    };
    Ok(value.map(version).transpose()?)
}

/// What contracts emitted in the block of this header, by the metadata of the runtime that made it.
///
/// # Errors
///
/// [`Unproved`].
pub fn emitted(header: &Header, proof: &ReadProof, metadata: &Metadata) -> Result<Emitted, Unproved> {
    let now = proof.read(header.state_root, &metadata.now_key()?)?.ok_or(Unproved::Lacking("time"))?;
    let value = proof.read(header.state_root, &metadata.events_key()?)?.ok_or(Unproved::Lacking("events"))?;
    let mut found = Vec::new();
    for (index, event) in (0_u32..).zip(events::decode(metadata, value)?) {
        let Phase::ApplyExtrinsic(extrinsic) = event.phase else { continue };
        let Known::ContractEmitted(emitted) = event.known()? else { continue };
        let events::ContractEmitted { contract, data, topics } = emitted;
        found.push(Emission { extrinsic, index, contract, topics, data: data.to_vec() });
    }
    Ok(Emitted { time_ms: metadata::decode_now(now)?, events: found })
}
