//! Follows the finalised chain by height: fetch, judge, store, show, in this order.
//!
//! What passes by itself is waited for and tried again for ever; what a later attempt cannot mend stops following.
//! A stop loses nothing: the database ends before the block that was not accepted.

use crate::{
    ledger::Breach,
    live::Live,
    store::{Judged, Store, StoreError},
};
use greatseal_api::deployment::Deployment;
use greatseal_chain::{BlockRef, Chain, ChainError};
use greatseal_protocol::bytes::to_hex;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// Most blocks of one transaction.
const BATCH: usize = 64;
const POLL: Duration = Duration::from_millis(300);
/// A node that says nothing for so long has gone.
const SILENCE: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Why a node is not followed, or not any more. Nothing of it mends itself.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// The node is of another chain.
    #[error("the node's chain has genesis 0x{}, the deployment file says 0x{}", to_hex(.found), to_hex(.expected))]
    WrongChain {
        /// The deployment file's.
        expected: [u8; 32],
        /// The node's.
        found: [u8; 32],
    },
    /// The contract runs other code.
    #[error("the contract runs code 0x{}, the deployment file says 0x{}", to_hex(.found), to_hex(.expected))]
    WrongCode {
        /// The deployment file's.
        expected: [u8; 32],
        /// The chain's.
        found: [u8; 32],
    },
    /// A block is not accepted.
    #[error(transparent)]
    Breach(#[from] Breach),
    /// The chain's answer is final and no use.
    #[error(transparent)]
    Chain(ChainError),
    /// The database fails, or is not this program's alone.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What ends one attempt.
#[derive(Debug, thiserror::Error)]
pub enum Interruption {
    /// The node does not answer; try again.
    #[error("{0}")]
    Lost(#[source] ChainError),
    /// The node has said nothing for too long; try again.
    #[error("the node says nothing")]
    Silent,
    /// The node has not come to the deployment's block yet; try again.
    #[error("the node has finalised block {finalized} so far; the deployment is in block {needed}")]
    TooEarly {
        /// Its last finalised block.
        finalized: u64,
        /// The deployment's.
        needed: u64,
    },
    /// Trying again is of no use.
    #[error(transparent)]
    Stop(#[from] Stop),
}

impl From<ChainError> for Interruption {
    fn from(error: ChainError) -> Self {
        match error.passing() {
            true => Self::Lost(error),
            false => Self::Stop(Stop::Chain(error)),
        }
    }
}

/// A node whose chain and contract are the deployment's.
#[derive(Debug)]
pub struct Node(Chain);

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
        Ok(Self(chain))
    }
}

/// Mirrors one contract into one database.
#[derive(Debug)]
pub struct Follower {
    url: String,
    store: Store,
    live: Live,
    deployment: Arc<Deployment>,
}

impl Follower {
    /// What to follow, and where to keep it.
    pub fn new(url: String, store: Store, live: Live, deployment: Arc<Deployment>) -> Self {
        Self { url, store, live, deployment }
    }

    /// Follows until it must stop; the reason is shown by `/health` already.
    pub async fn run(self, mut node: Node) -> Stop {
        let mut pause = FIRST_PAUSE;
        let stop = loop {
            match self.step(&node).await {
                Ok(more) => {
                    self.live.answered();
                    pause = FIRST_PAUSE;
                    if !more {
                        sleep(POLL).await;
                    }
                }
                Err(Interruption::Stop(stop)) => break stop,
                Err(lost) => match self.reconnect(lost, &mut pause).await {
                    Ok(fresh) => node = fresh,
                    Err(stop) => break stop,
                },
            }
        };
        tracing::error!(reason = %stop, "following has stopped");
        self.live.stopped(stop.to_string());
        stop
    }

    /// Takes up to a batch of blocks; says whether there are more.
    async fn step(&self, node: &Node) -> Result<bool, Interruption> {
        let finalized = patiently(node.0.finalized()).await?;
        self.live.seen(finalized.number);
        let (next, last) = self.live.place();
        if finalized.number < next {
            return same_head(&finalized, next, last).map(|()| false).map_err(|breach| Stop::Breach(breach).into());
        }
        let before = self.live.read().ledger.clone();
        let mut after = before.clone();
        let mut blocks = Vec::new();
        let mut ended = Ok(());
        while ended.is_ok() && blocks.len() < BATCH && after.next() <= finalized.number {
            match patiently(node.0.finalized_block(after.next())).await {
                Ok(Some(block)) => match after.take(&block) {
                    Ok(entries) => blocks.push(Judged::new(&block, entries)),
                    Err(breach) => ended = Err(Stop::Breach(breach).into()),
                },
                // Another node behind the same address, which is not so far yet.
                Ok(None) => break,
                Err(interruption) => ended = Err(interruption),
            }
        }
        // What was accepted before the end is kept: a refused block has changed nothing.
        if !blocks.is_empty() {
            self.store.append(&before, &after, &blocks).await.map_err(Stop::Store)?;
            tracing::debug!(indexed_to = after.next().saturating_sub(1), rows = after.count(), "stored");
            self.live.advance(after, &blocks);
        }
        ended.map(|()| blocks.len() == BATCH)
    }

    /// Tries for ever; a node that comes back as another one is refused.
    async fn reconnect(&self, mut lost: Interruption, pause: &mut Duration) -> Result<Node, Stop> {
        loop {
            tracing::warn!(reason = %lost, "the node is lost; trying again");
            self.live.lost(lost.to_string());
            sleep(*pause).await;
            *pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
            match Node::connect(&self.url, &self.deployment).await {
                Ok(node) => return Ok(node),
                Err(Interruption::Stop(stop)) => return Err(stop),
                Err(again) => lost = again,
            }
        }
    }
}

/// Where the node is at our last block, it must be the same block.
fn same_head(finalized: &BlockRef, next: u64, last: Option<[u8; 32]>) -> Result<(), Breach> {
    let BlockRef { number, hash: found } = *finalized;
    match last {
        Some(expected) if number.saturating_add(1) == next && expected != found => {
            Err(Breach::Fork { number, expected, found })
        }
        _ => Ok(()),
    }
}

async fn patiently<T>(request: impl Future<Output = Result<T, ChainError>>) -> Result<T, Interruption> {
    match timeout(SILENCE, request).await {
        Ok(answer) => answer.map_err(Interruption::from),
        Err(_) => Err(Interruption::Silent),
    }
}
