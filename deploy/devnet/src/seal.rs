//! Decides when a block is made.

use std::{sync::Arc, time::Duration};

use tokio::time::MissedTickBehavior;

use crate::node::{Contents, Node};

/// When a block is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealing {
    /// A block is made once a transaction is ready.
    Instant,
    /// At a steady pace, with or without transactions.
    Every(Duration),
}

impl Sealing {
    /// Makes blocks until the task is aborted.
    pub async fn run(self, node: Arc<Node>) {
        match self {
            Self::Instant => loop {
                node.transaction_arrived().await;
                // Left-overs of a full block are ready at once; what can never fit was refused.
                while node.pool().has_ready() {
                    if !make(&node, Contents::SomeTransactions).await {
                        break;
                    }
                }
            },
            Self::Every(pace) => {
                let mut ticks = tokio::time::interval(pace);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                ticks.tick().await;
                loop {
                    ticks.tick().await;
                    make(&node, Contents::Transactions).await;
                }
            }
        }
    }
}

/// Whether a block was made.
async fn make(node: &Arc<Node>, contents: Contents) -> bool {
    let author = Arc::clone(node);
    match tokio::task::spawn_blocking(move || author.make_block(contents)).await {
        Ok(Ok(block)) => block.is_some(),
        Ok(Err(failure)) => {
            tracing::error!(%failure, "no block could be made");
            false
        }
        Err(stopped) => {
            tracing::error!(%stopped, "the author stopped");
            false
        }
    }
}
