//! Contents: the bytes behind the hashes that stand on chain.
//!
//! [`check`] tells whether bytes fit an address while they go by, in constant memory. [`restricted`] encrypts contents to the
//! audit keys of their readers, in the age format. docs/protocol/contents.md is normative. Nothing here is kept or fetched.

pub mod check;
mod name;
pub mod restricted;
mod sealed;

pub use name::Name;
pub use sealed::{NotSealed, Sealed};

/// Most ciphertexts of a content that a store or a bundle has.
pub const MOST_CIPHERTEXTS: usize = 8;
/// Longest content in bytes, encrypted or not: 2 GiB.
pub const MAX: u64 = 2 << 30;
