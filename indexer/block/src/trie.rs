//! Nodes of a trie.
