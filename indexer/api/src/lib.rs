//! Wire types of everything served over HTTP, and the hash link of the audit database.
//!
//! Integers that may exceed 2^53 are decimal strings; hashes are lower-case hexadecimal; unknown fields are refused.

pub mod deployment;
pub mod link;
pub mod render;
pub mod wire;
