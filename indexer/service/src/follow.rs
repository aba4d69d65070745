//! Follows the finalised chain by height: fetch, judge, store, show, in this order.
//!
//! [`crate::interruption`] says what is retried with back-off and what stops following. A stop loses nothing: the
//! database ends before the block that was not accepted.

use crate::{
    block::Block,
    interruption::{Interruption, Stop},
    ledger::{Breach, Ledger},
    live::Live,
    node::{Node, patiently},
    store::{Judged, Store, StoreError},
};
use futures::{StreamExt as _, stream};
use greatseal_client::BlockRef;
use greatseal_deployment::Deployment;
use std::{sync::Arc, time::Duration};
use tokio::time::sleep;

/// Most blocks of one transaction.
const BATCH: usize = 64;
const POLL: Duration = Duration::from_millis(300);
/// Most blocks that a node is asked for at once.
const AT_ONCE: usize = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

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
        // A copy of its own goes ahead; the shared one catches up when all is stored.
        let mut ahead = self.live.read().ledger.clone();
        let stop = loop {
            let step = self.step(&mut node, &mut ahead).await;
            if step.is_err() {
                ahead = self.live.read().ledger.clone();
            }
            match step {
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
    async fn step(&self, node: &mut Node, ahead: &mut Ledger) -> Result<bool, Interruption> {
        let finalized = patiently(node.chain().finalized()).await?;
        self.live.seen(finalized.number);
        let (next, last) = self.live.place();
        if finalized.number < next {
            return same_head(&finalized, next, last).map(|()| false).map_err(|breach| Stop::Breach(breach).into());
        }
        let before = ahead.place();
        let mut blocks = Vec::new();
        let mut ended = Ok(());
        // Several are on their way; they are judged in order.
        let wanted = stream::iter((next..=finalized.number).take(BATCH));
        let asked = node.asked();
        let mut raw = wanted.map(|number| asked.block(number)).buffered(AT_ONCE);
        while let Some(raw) = raw.next().await {
            let block = match raw {
                Ok(Some(raw)) => node.prove(raw, &self.store).await,
                // Another node behind the same address, which is not so far yet.
                Ok(None) => break,
                Err(interruption) => Err(node.explain(ahead.next(), interruption).await),
            };
            match block.and_then(|block| judged(ahead, block)) {
                Ok(block) => blocks.push(block),
                Err(interruption) => {
                    ended = Err(interruption);
                    break;
                }
            }
        }
        drop(raw);
        // What was accepted before the end is kept: a refused block has changed nothing.
        let mut more = blocks.len() == BATCH;
        if !blocks.is_empty() {
            match self.store.append(before, ahead, &blocks).await {
                Ok(()) => {
                    tracing::debug!(indexed_to = ahead.next().saturating_sub(1), rows = ahead.count(), "stored");
                    self.live.advance(ahead, &blocks);
                }
                Err(StoreError::Stored) => {
                    read_on(&self.store, &self.live).await?;
                    *ahead = self.live.read().ledger.clone();
                    more = true;
                }
                Err(error) => return Err(error.into()),
            }
        }
        ended.map(|()| more)
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

/// Shows what is stored behind what is shown: an attempt was committed whose answer was lost.
///
/// # Errors
///
/// Where what is stored does not follow.
pub async fn read_on(store: &Store, live: &Live) -> Result<(), StoreError> {
    let shown = live.read().fold();
    let fold = store.replay_behind(shown).await?;
    tracing::warn!(next = fold.ledger.next(), "an attempt was stored after all: going on from it");
    live.resume(fold);
    Ok(())
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

/// A block with what the ledger makes of it.
fn judged(after: &mut Ledger, block: Block) -> Result<Judged, Interruption> {
    let entries = after.take(&block).map_err(Stop::Breach)?;
    Ok(Judged::new(block, entries, after.head()))
}
