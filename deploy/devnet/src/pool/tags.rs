//! Which transaction provides a tag, and which ones wait for it.

use std::collections::{BTreeSet, HashMap};

use sp_core::H256;
use sp_runtime::transaction_validity::TransactionTag;

use crate::pool::Transaction;

#[derive(Debug, Default)]
pub(super) struct Tags {
    providers: HashMap<TransactionTag, H256>,
    requirers: HashMap<TransactionTag, BTreeSet<H256>>,
}

impl Tags {
    pub(super) fn note(&mut self, transaction: &Transaction) {
        for tag in &transaction.validity.provides {
            self.providers.insert(tag.clone(), transaction.hash);
        }
        for tag in &transaction.validity.requires {
            self.requirers.entry(tag.clone()).or_default().insert(transaction.hash);
        }
    }

    pub(super) fn forget(&mut self, transaction: &Transaction) {
        for tag in &transaction.validity.provides {
            if self.providers.get(tag) == Some(&transaction.hash) {
                self.providers.remove(tag);
            }
        }
        for tag in &transaction.validity.requires {
            if let Some(waiting) = self.requirers.get_mut(tag) {
                waiting.remove(&transaction.hash);
                if waiting.is_empty() {
                    self.requirers.remove(tag);
                }
            }
        }
    }

    pub(super) fn provider(&self, tag: &[u8]) -> Option<H256> {
        self.providers.get(tag).copied()
    }

    pub(super) fn requirers(&self, tag: &[u8]) -> impl Iterator<Item = &H256> {
        self.requirers.get(tag).into_iter().flatten()
    }

    /// Nobody waits for that tag any more: it was provided for good.
    pub(super) fn release(&mut self, tag: &[u8]) -> BTreeSet<H256> {
        self.requirers.remove(tag).unwrap_or_default()
    }
}
