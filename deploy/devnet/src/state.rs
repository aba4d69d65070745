//! Every trie node that was ever written: the state of any past block can be read.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
};

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

/// An append-only store of trie nodes.
///
/// Nothing is ever removed, so a root that was valid once stays readable. Nodes of blocks that were
/// drafted and thrown away never get here: only [`Archive::keep`] writes.
#[derive(Debug)]
pub struct Archive {
    nodes: RwLock<HashMap<Vec<u8>, DBValue>>,
    empty_root: H256,
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
        self.keep(nodes);
        root
    }

    /// Keeps the nodes that a block wrote. What it dropped stays: older blocks need it.
    pub fn keep(&self, mut written: BackendTransaction<Hasher>) {
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        for (key, (value, references)) in written.drain() {
            if references > 0 {
                nodes.insert(key, value);
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
        Ok(nodes.get(&prefixed_key::<Hasher>(key, prefix)).cloned())
    }
}
