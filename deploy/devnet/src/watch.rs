//! What somebody who watches a transaction is told.

use serde::Serialize;
use sp_core::H256;
use tokio::sync::mpsc;

/// The stages of a transaction, in the words of the official node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// Waits for another transaction of the same sender.
    Future,
    /// Can go into the next block.
    Ready,
    /// Is in that block.
    InBlock(H256),
    /// That block was replaced by another branch; the transaction waits again.
    Retracted(H256),
    /// Is in that block, for good. The last one.
    Finalized(H256),
    /// Was replaced by that transaction. The last one.
    Usurped(H256),
    /// Left the pool without having become invalid. The last one.
    Dropped,
    /// Can never be included. The last one.
    Invalid,
}

/// Receives stages; closed after the last one.
pub type Updates = mpsc::UnboundedReceiver<Status>;

/// The watchers of one transaction. A transaction has a handful of stages, so the queue is short.
#[derive(Debug, Clone, Default)]
pub struct Watchers(Vec<mpsc::UnboundedSender<Status>>);

impl Watchers {
    /// One watcher and its end.
    pub fn one() -> (Self, Updates) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(vec![sender]), receiver)
    }

    /// Tells every watcher; those who left are forgotten.
    pub fn tell(&mut self, status: Status) {
        self.0.retain(|watcher| watcher.send(status).is_ok());
    }
}
