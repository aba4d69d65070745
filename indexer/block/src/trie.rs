//! The radix-16 trie of the Polkadot SDK (`sp-trie`, without extension nodes).

mod build;
mod node;

pub(crate) use build::root;
pub(crate) use node::{Child, Node, Value};

/// Every nibble of a key, high half first.
pub(crate) fn nibbles(key: &[u8]) -> Vec<u8> {
    key.iter().flat_map(|byte| [byte >> 4, byte & 15]).collect()
}
