//! The node that is followed: asked for bytes, and believed in nothing that they do not prove.

use crate::{
    block::Block,
    interruption::{Interruption, Stop},
    prove::{self, Unproved},
    store::Store,
};
use greatseal_block::{contracts, header::Header, metadata::Metadata};
use greatseal_client::{BlockRef, Chain, ChainError, RawBlock};
use greatseal_deployment::Deployment;
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// A node that says nothing for so long has gone.
const SILENCE: Duration = Duration::from_secs(30);

/// A node whose chain and contract are the deployment's.
#[derive(Debug)]
pub struct Node {
    asked: Asked,
    /// Last final block when it was connected to.
    finalized: u64,
    /// Of the runtime that made the last block.
    metadata: Option<(u32, Arc<Metadata>)>,
}

/// What blocks are asked for with; several at once.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    chain: Chain,
    keys: Arc<[Vec<u8>; 3]>,
}

impl Node {
    /// Connects, and compares genesis and code with the deployment file.
    ///
    /// # Errors
    ///
    /// [`Interruption::Stop`] where the node or the contract is another one.
    pub async fn connect(url: &str, deployment: &Deployment) -> Result<Self, Interruption> {
        let chain = patiently(Chain::connect(url)).await?;
        let (expected, found) = (deployment.chain_genesis, chain.genesis().0);
        if found != expected {
            return Err(Stop::WrongChain { expected, found }.into());
        }
        let finalized = patiently(chain.finalized()).await?;
        if finalized.number < deployment.block_number {
            return Err(Interruption::TooEarly { finalized: finalized.number, needed: deployment.block_number });
        }
        let (expected, found) =
            (deployment.code_hash, patiently(chain.code_hash(deployment.contract(), &finalized)).await?);
        if found != expected {
            return Err(Stop::WrongCode { expected, found }.into());
        }
        let bytes = patiently(chain.raw_metadata(&finalized)).await?;
        let unproved = |reason: Unproved| Stop::Unproved { block: finalized.number, reason };
        let metadata = Metadata::decode(&bytes).map_err(|error| unproved(error.into()))?;
        let keys = contracts::keys(&metadata).map_err(|error| unproved(error.into()))?;
        Ok(Self { asked: Asked { chain, keys: Arc::new(keys) }, finalized: finalized.number, metadata: None })
    }

    /// Its last final block when it was connected to.
    pub(crate) fn finalized(&self) -> u64 {
        self.finalized
    }

    pub(crate) fn chain(&self) -> &Chain {
        &self.asked.chain
    }

    /// A handle to ask with, while the node proves what came.
    pub(crate) fn asked(&self) -> Asked {
        self.asked.clone()
    }

    /// What the bytes prove, by the metadata of the runtime that made the block.
    pub(crate) async fn prove(&mut self, raw: RawBlock, store: &Store) -> Result<Block, Interruption> {
        let number = raw.at.number;
        let unproved = |reason: Unproved| Stop::Unproved { block: number, reason };
        let spec_version = match prove::spec_version(&raw).map_err(unproved)? {
            Some(version) => version,
            // The runtime that makes a block is in the state before it.
            None => patiently(self.chain().spec_version(&parent(&raw).map_err(unproved)?)).await?,
        };
        let known = self.metadata.as_ref().filter(|(version, _)| *version == spec_version);
        let metadata = match known {
            Some((_, metadata)) => Arc::clone(metadata),
            None => {
                let metadata = Arc::new(self.metadata(&raw, spec_version, store).await?);
                self.metadata = Some((spec_version, Arc::clone(&metadata)));
                metadata
            }
        };
        prove::block(raw, spec_version, &metadata).map_err(|reason| unproved(reason).into())
    }

    /// The metadata of a version: kept ones, or the node's, which are then kept.
    async fn metadata(&self, raw: &RawBlock, spec_version: u32, store: &Store) -> Result<Metadata, Interruption> {
        let unproved = |reason: Unproved| Interruption::from(Stop::Unproved { block: raw.at.number, reason });
        let decode = |bytes: &[u8]| Metadata::decode(bytes).map_err(|error| unproved(error.into()));
        if let Some(kept) = store.metadata(spec_version).await? {
            return decode(&kept);
        }
        let header = Header::decode(&raw.header).map_err(|error| unproved(error.into()))?;
        // A block that changes the runtime was made by the one before: its state already has the new one.
        let at = if header.changes_runtime() { parent(raw).map_err(unproved)? } else { raw.at };
        let bytes = patiently(self.chain().raw_metadata(&at)).await?;
        let metadata = decode(&bytes)?;
        if metadata.runtime().is_some_and(|runtime| runtime.spec_version != spec_version) {
            return Err(unproved(Unproved::OtherRuntime(spec_version)));
        }
        store.keep_metadata(spec_version, &bytes).await?;
        Ok(metadata)
    }

    /// Tells a node that is gone from one that answers and keeps no state of the block: that one never will.
    pub(crate) async fn explain(&self, block: u64, interruption: Interruption) -> Interruption {
        if !matches!(interruption, Interruption::Lost(ChainError::Reading(_))) {
            return interruption;
        }
        match patiently(self.chain().keeps_state(block)).await {
            Ok(Some(false)) => Stop::Pruned { block }.into(),
            Ok(_) | Err(_) => interruption,
        }
    }
}

/// The block before.
fn parent(raw: &RawBlock) -> Result<BlockRef, Unproved> {
    let header = Header::decode(&raw.header)?;
    Ok(BlockRef { number: raw.at.number.saturating_sub(1), hash: header.parent })
}

impl Asked {
    /// The bytes of the block of this height; none where the node is not so far.
    pub(crate) async fn block(&self, number: u64) -> Result<Option<RawBlock>, Interruption> {
        patiently(self.chain.raw_block(number, self.keys.as_slice())).await
    }
}

/// Waits for an answer, but not for ever.
pub(crate) async fn patiently<T>(request: impl Future<Output = Result<T, ChainError>>) -> Result<T, Interruption> {
    match timeout(SILENCE, request).await {
        Ok(answer) => answer.map_err(Interruption::from),
        Err(_) => Err(Interruption::Silent),
    }
}
