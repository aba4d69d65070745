//! The transaction pool: who waits for whom, and what goes into the next block.
//!
//! It is told what the runtime thinks of a transaction and knows nothing of state. A transaction is
//! *ready* when every tag it requires is provided by a ready one; otherwise it is *future*.

mod tags;
#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap},
};

use parity_scale_codec::Encode;
use sp_core::H256;
use sp_runtime::{OpaqueExtrinsic, transaction_validity::ValidTransaction};

use crate::{
    pool::tags::Tags,
    runtime::BlockNumber,
    watch::{Status, Watchers},
};

/// A transaction with the runtime's opinion of it.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// BLAKE2-256 of its bytes.
    pub hash: H256,
    /// Its bytes.
    pub bytes: OpaqueExtrinsic,
    /// What the runtime said.
    pub validity: ValidTransaction,
    /// The block at which the runtime said so.
    pub checked_at: BlockNumber,
}

/// How much the pool holds.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Transactions.
    pub count: usize,
    /// Bytes of all transactions together.
    pub bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { count: 8192, bytes: 20 * 1024 * 1024 }
    }
}

/// Why a valid transaction was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is there already.
    #[error("Transaction Already Imported")]
    AlreadyImported(H256),
    /// Another one takes its place (same nonce) and pays at least as much.
    #[error("Priority is too low: ({old} vs {new})")]
    TooLowPriority {
        /// Priority of what is there.
        old: u64,
        /// Priority of the newcomer.
        new: u64,
    },
    /// The pool is full.
    #[error("Immediately Dropped")]
    Full,
}

/// Transactions that wait for a block.
#[derive(Debug, Default)]
pub struct Pool {
    limits: Limits,
    entries: HashMap<H256, Entry>,
    tags: Tags,
    bytes: usize,
    arrivals: u64,
}

#[derive(Debug)]
struct Entry {
    transaction: Transaction,
    arrival: u64,
    stage: Option<Stage>,
    watchers: Watchers,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Future,
    Ready,
}

impl Pool {
    /// An empty pool with these limits.
    pub fn with_limits(limits: Limits) -> Self {
        Self { limits, ..Self::default() }
    }

    /// Whether that transaction is here.
    pub fn contains(&self, hash: &H256) -> bool {
        self.entries.contains_key(hash)
    }

    /// Takes a transaction in, and replaces the ones whose place it takes.
    ///
    /// # Errors
    /// See [`Refusal`]; the pool is as before.
    pub fn insert(&mut self, transaction: Transaction, watchers: Watchers) -> Result<(), Refusal> {
        let hash = transaction.hash;
        if self.contains(&hash) {
            return Err(Refusal::AlreadyImported(hash));
        }
        let rivals: BTreeSet<H256> =
            transaction.validity.provides.iter().filter_map(|tag| self.tags.provider(tag)).collect();
        let old = rivals
            .iter()
            .filter_map(|rival| self.entries.get(rival))
            .fold(0_u64, |sum, entry| sum.saturating_add(entry.transaction.validity.priority));
        let new = transaction.validity.priority;
        if !rivals.is_empty() && old >= new {
            return Err(Refusal::TooLowPriority { old, new });
        }
        let size = transaction.bytes.encoded_size();
        let full = self.entries.len() >= self.limits.count || self.bytes.saturating_add(size) > self.limits.bytes;
        if rivals.is_empty() && full {
            return Err(Refusal::Full);
        }
        for rival in rivals {
            self.remove(&rival, Status::Usurped(hash));
        }

        self.arrivals = self.arrivals.saturating_add(1);
        self.bytes = self.bytes.saturating_add(size);
        self.tags.note(&transaction);
        let entry = Entry { transaction, arrival: self.arrivals, stage: None, watchers };
        self.entries.insert(hash, entry);
        self.place(hash);
        Ok(())
    }

    /// Takes a transaction out and tells its watchers why.
    pub fn remove(&mut self, hash: &H256, why: Status) {
        if let Some(mut entry) = self.take(hash) {
            entry.watchers.tell(why);
        }
    }

    /// Takes out what was included in `block`; what required it is no longer held up by it.
    pub fn include(&mut self, hashes: &[H256], block: H256) -> Vec<(H256, Watchers)> {
        let mut included = Vec::new();
        for hash in hashes {
            let Some(mut entry) = self.take(hash) else { continue };
            for tag in &entry.transaction.validity.provides {
                for waiting in self.tags.release(tag) {
                    if let Some(entry) = self.entries.get_mut(&waiting) {
                        entry.transaction.validity.requires.retain(|required| required != tag);
                    }
                }
            }
            entry.watchers.tell(Status::InBlock(block));
            included.push((*hash, entry.watchers));
        }
        included
    }

    /// Replaces the runtime's opinion of a transaction that is here. Call [`Self::settle`] afterwards.
    pub fn reconsider(&mut self, hash: &H256, validity: ValidTransaction, at: BlockNumber) {
        let Some(mut entry) = self.entries.remove(hash) else { return };
        self.tags.forget(&entry.transaction);
        entry.transaction.validity = validity;
        entry.transaction.checked_at = at;
        self.tags.note(&entry.transaction);
        self.entries.insert(*hash, entry);
    }

    /// Places every transaction anew, after several have gone or changed.
    pub fn settle(&mut self) {
        let ready: BTreeSet<H256> = self.in_order().into_iter().collect();
        for (hash, entry) in &mut self.entries {
            let stage = if ready.contains(hash) { Stage::Ready } else { Stage::Future };
            entry.enter(stage);
        }
    }

    /// The ready transactions: each after those it requires, then by priority, then by arrival.
    pub fn ready(&self) -> Vec<Transaction> {
        self.in_order()
            .into_iter()
            .filter_map(|hash| self.entries.get(&hash))
            .map(|entry| entry.transaction.clone())
            .collect()
    }

    /// Whether a block could be made of what is here.
    pub fn has_ready(&self) -> bool {
        self.entries.values().any(|entry| entry.stage == Some(Stage::Ready))
    }

    /// How many transactions are ready, and how many wait for another one.
    pub fn sizes(&self) -> (usize, usize) {
        let ready = self.entries.values().filter(|entry| entry.stage == Some(Stage::Ready)).count();
        (ready, self.entries.len().saturating_sub(ready))
    }

    /// Whether a ready transaction provides that tag.
    pub fn provides(&self, tag: &[u8]) -> bool {
        self.tags
            .provider(tag)
            .and_then(|hash| self.entries.get(&hash))
            .is_some_and(|entry| entry.stage == Some(Stage::Ready))
    }

    /// The transactions whose opinion is oldest.
    pub fn oldest_checked(&self, count: usize) -> Vec<Transaction> {
        let mut all: Vec<_> = self.entries.values().map(|entry| &entry.transaction).collect();
        all.sort_by_key(|transaction| (transaction.checked_at, transaction.hash));
        all.into_iter().take(count).cloned().collect()
    }

    /// The transactions whose validity has ended at block `now`.
    pub fn expired(&self, now: BlockNumber) -> Vec<H256> {
        self.entries
            .values()
            .map(|entry| &entry.transaction)
            .filter(|transaction| {
                u64::from(transaction.checked_at).saturating_add(transaction.validity.longevity) < u64::from(now)
            })
            .map(|transaction| transaction.hash)
            .collect()
    }

    /// Places one newcomer, and promotes those who waited for it.
    fn place(&mut self, newcomer: H256) {
        let mut queue = vec![newcomer];
        while let Some(hash) = queue.pop() {
            let Some(entry) = self.entries.get(&hash) else { continue };
            if entry.stage == Some(Stage::Ready) {
                continue;
            }
            let ready = entry.transaction.validity.requires.iter().all(|tag| self.provides(tag));
            let promoted = if ready { entry.transaction.validity.provides.clone() } else { vec![] };
            if let Some(entry) = self.entries.get_mut(&hash) {
                entry.enter(if ready { Stage::Ready } else { Stage::Future });
            }
            for tag in promoted {
                queue.extend(self.tags.requirers(&tag));
            }
        }
    }

    fn in_order(&self) -> Vec<H256> {
        let mut missing: BTreeMap<H256, usize> = BTreeMap::new();
        let mut open = BinaryHeap::new();
        for (hash, entry) in &self.entries {
            let count = entry.transaction.validity.requires.len();
            missing.insert(*hash, count);
            if count == 0 {
                open.push(entry.rank());
            }
        }
        let mut order = Vec::new();
        while let Some((_, _, hash)) = open.pop() {
            order.push(hash);
            let Some(entry) = self.entries.get(&hash) else { continue };
            for tag in &entry.transaction.validity.provides {
                for waiting in self.tags.requirers(tag) {
                    let Some(count) = missing.get_mut(waiting) else { continue };
                    *count = count.saturating_sub(1);
                    if *count == 0 {
                        open.extend(self.entries.get(waiting).map(Entry::rank));
                    }
                }
            }
        }
        order
    }

    fn take(&mut self, hash: &H256) -> Option<Entry> {
        let entry = self.entries.remove(hash)?;
        self.tags.forget(&entry.transaction);
        self.bytes = self.bytes.saturating_sub(entry.transaction.bytes.encoded_size());
        Some(entry)
    }
}

impl Entry {
    fn rank(&self) -> (u64, Reverse<u64>, H256) {
        (self.transaction.validity.priority, Reverse(self.arrival), self.transaction.hash)
    }

    fn enter(&mut self, stage: Stage) {
        if self.stage == Some(stage) {
            return;
        }
        self.stage = Some(stage);
        self.watchers.tell(match stage {
            Stage::Future => Status::Future,
            Stage::Ready => Status::Ready,
        });
    }
}
