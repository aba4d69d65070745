//! Follows the finalised chain by height: fetch, judge, store, show, in this order.
//!
//! [`crate::interruption`] says what is retried with back-off and what stops following. A stop loses nothing: the
//! database ends before the block that was not accepted.

use crate::{
    interruption::{Interruption, Stop},
    ledger::Breach,
    live::Live,
    store::{Judged, Store},
};
use greatseal_client::{BlockRef, Chain, ChainError};
use greatseal_deployment::Deployment;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// Most blocks of one transaction.
const BATCH: usize = 64;
const POLL: Duration = Duration::from_millis(300);
/// A node that says nothing for so long has gone.
const SILENCE: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

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

impl Node {
    /// Tells a node that is gone from one that answers and keeps no state of the block: that one never will.
    async fn explain(&self, block: u64, interruption: Interruption) -> Interruption {
        if !matches!(interruption, Interruption::Lost(ChainError::Reading(_))) {
            return interruption;
        }
        match patiently(self.0.keeps_state(block)).await {
            Ok(Some(false)) => Stop::Pruned { block }.into(),
            Ok(_) | Err(_) => interruption,
        }
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
                Err(waiting @ Interruption::Waiting { .. }) => self.wait_for_database(&waiting, &mut pause).await,
                Err(lost) => match self.reconnect(lost, &mut pause).await {
                    Ok(fresh) => node = fresh,
                    Err(stop) => break stop,
                },
            }
        };
        tracing::error!(reason = %stop, "following has stopped");
        self.live.stopped(&stop);
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
                Err(interruption) => ended = Err(node.explain(after.next(), interruption).await),
            }
        }
        // What was accepted before the end is kept: a refused block has changed nothing.
        if !blocks.is_empty() {
            self.store.append(&before, &after, &blocks).await?;
            tracing::debug!(indexed_to = after.next().saturating_sub(1), rows = after.count(), "stored");
            self.live.advance(after, &blocks);
        }
        ended.map(|()| blocks.len() == BATCH)
    }

    /// A database that is full, held or unreadable for a while: what was judged is fetched and judged again.
    async fn wait_for_database(&self, waiting: &Interruption, pause: &mut Duration) {
        tracing::warn!(reason = %waiting, "the database cannot be written; trying again");
        self.live.lost(waiting);
        sleep(*pause).await;
        *pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
    }

    /// Tries for ever; a node that comes back as another one is refused.
    async fn reconnect(&self, mut lost: Interruption, pause: &mut Duration) -> Result<Node, Stop> {
        loop {
            tracing::warn!(reason = %lost, "the node is lost; trying again");
            self.live.lost(&lost);
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
