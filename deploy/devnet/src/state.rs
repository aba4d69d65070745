//! The trie nodes of every state that is kept: past blocks can be read as long as nothing of theirs was released.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

use parity_scale_codec::{Decode, Encode};
use sp_core::{H256, storage::Storage};
use sp_runtime::{StateVersion, traits::BlakeTwo256};
use sp_state_machine::{Backend, BackendTransaction, DBValue, TrieBackend, TrieBackendBuilder, TrieBackendStorage};
use sp_trie::{LayoutV1, empty_trie_root, prefixed_key};

/// The hash function of state and blocks.
pub type Hasher = BlakeTwo256;
/// State at one root.
pub type View<'a> = TrieBackend<&'a Archive, Hasher>;

/// How trie nodes are laid out; the runtime's `system_version` says version 1.
pub const STATE_VERSION: StateVersion = StateVersion::V1;

/// What the trie code expects to find for the root of an empty trie.
const EMPTY_NODE: &[u8] = &[0];

/// A store of trie nodes that counts how many of the kept states brought each of them.
///
/// A node's key is its place in the trie and its hash, so that one state has it once at most. What a block dropped
/// stays until somebody releases it: older states need it.
#[derive(Debug)]
pub struct Archive {
    nodes: RwLock<HashMap<Vec<u8>, Kept>>,
    empty_root: H256,
}

#[derive(Debug)]
struct Kept {
    value: DBValue,
    count: u32,
}

/// How a block changes the trie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Changes {
    /// Nodes by key that its state has and its parent's has not.
    pub written: Vec<(Vec<u8>, DBValue)>,
    /// Keys of nodes that its parent's state has and its own has not.
    pub dropped: Vec<Vec<u8>>,
}

impl From<BackendTransaction<Hasher>> for Changes {
    fn from(mut transaction: BackendTransaction<Hasher>) -> Self {
        let mut changes = Self::default();
        for (key, (value, references)) in transaction.drain() {
            match references {
                1.. => changes.written.push((key, value)),
                0 => {}
                _ => changes.dropped.push(key),
            }
        }
        changes
    }
}

impl Default for Archive {
    fn default() -> Self {
        Self { nodes: RwLock::default(), empty_root: empty_trie_root::<LayoutV1<Hasher>>() }
    }
}

impl Archive {
    /// The state whose root is `root`.
    pub fn at(&self, root: H256) -> View<'_> {
        TrieBackendBuilder::new(self, root).build()
    }

    /// Writes the first state and returns its root.
    pub fn found(&self, genesis: Storage) -> H256 {
        let top: Vec<_> = genesis.top.into_iter().map(|(key, value)| (key, Some(value))).collect();
        let children: Vec<_> = genesis
            .children_default
            .into_values()
            .map(|child| (child.child_info, child.data.into_iter().collect::<Vec<_>>()))
            .collect();
        let (root, nodes) = self.at(self.empty_root).full_storage_root(
            top.iter().map(|(key, value)| (key.as_slice(), value.as_deref())),
            children
                .iter()
                .map(|(info, data)| (info, data.iter().map(|(key, value)| (key.as_slice(), Some(value.as_slice()))))),
            STATE_VERSION,
        );
        self.keep(&nodes.into());
        root
    }

    /// Keeps the nodes that a block wrote. What it dropped stays: older blocks need it.
    pub fn keep(&self, changes: &Changes) {
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in &changes.written {
            let kept = nodes.entry(key.clone()).or_insert_with(|| Kept { value: value.clone(), count: 0 });
            kept.count = kept.count.saturating_add(1);
        }
    }

    /// Takes back one count of each of these nodes; a node without any goes.
    pub fn release<'k>(&self, keys: impl IntoIterator<Item = &'k Vec<u8>>) {
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            let Some(kept) = nodes.get_mut(key) else { continue };
            kept.count = kept.count.saturating_sub(1);
            if kept.count == 0 {
                nodes.remove(key);
            }
        }
    }

    /// How many trie nodes are kept.
    pub fn len(&self) -> usize {
        self.nodes.read().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether nothing was kept yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl TrieBackendStorage<Hasher> for Archive {
    fn get(&self, key: &H256, prefix: (&[u8], Option<u8>)) -> Result<Option<DBValue>, String> {
        if *key == self.empty_root {
            return Ok(Some(EMPTY_NODE.to_vec()));
        }
        let nodes = self.nodes.read().unwrap_or_else(PoisonError::into_inner);
        Ok(nodes.get(&prefixed_key::<Hasher>(key, prefix)).map(|kept| kept.value.clone()))
    }
}
