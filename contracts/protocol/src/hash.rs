//! SHA-256 in software.

use sha2::{Digest as _, Sha256};

/// SHA-256 (FIPS 180-4) over the parts, one after the other, in software. Where the chain offers it for less, cells and
/// [`crate::key::Crypto`] bring it with them.
pub fn sha256(parts: &[&[u8]]) -> [u8; 32] {
    // Not chained: a hasher that is handed on is copied every time.
    let mut hasher = Sha256::new();
    parts.iter().for_each(|part| hasher.update(part));
    hasher.finalize().into()
}
