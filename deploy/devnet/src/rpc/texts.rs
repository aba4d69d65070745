//! Parameters as clients write them.

use serde::Deserialize;
use sp_core::{
    Bytes,
    storage::{ChildInfo, PrefixedStorageKey},
};

use crate::rpc::errors::{Answer, invalid_parameter};

/// A storage key in hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "Bytes")]
pub(super) struct Key(pub(super) Vec<u8>);

impl From<Bytes> for Key {
    fn from(bytes: Bytes) -> Self {
        Self(bytes.0)
    }
}

/// Reads the prefixed key of a child trie (`:child_storage:default:` and its name).
pub(super) fn child(key: Key) -> Answer<ChildInfo> {
    let key = PrefixedStorageKey::new(key.0);
    match sp_core::storage::ChildType::from_prefixed_key(&key) {
        Some((sp_core::storage::ChildType::ParentKeyId, name)) => Ok(ChildInfo::new_default(name)),
        None => Err(invalid_parameter("Invalid child storage key")),
    }
}
