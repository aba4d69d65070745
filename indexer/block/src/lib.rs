//! What the bytes of a block of a Polkadot SDK chain prove by themselves.
//!
//! The chain behind them is `Header<u32, BlakeTwo256>` with FRAME pallets. From a block hash that somebody trusts, the
//! steps are: [`header::Header`] (the hash), [`extrinsics`] (the body), [`read_proof::ReadProof`] (storage),
//! [`metadata::Metadata`] (which bytes mean what), [`events`] and [`contracts`], [`transaction::Transaction`] and [`call`].
//! `docs/protocol/blocks.md` is the normative text.
//!
//! No I/O. Every byte is taken for hostile: depth, size and work are bounded, nothing is allocated because a length is
//! claimed, and no input panics. **The metadata is not proved by a block**: whoever trusts it trusts its giver, or
//! compares several.

mod bytes;
mod error;
mod skip;
mod trie;

pub mod call;
pub mod contracts;
pub mod era;
pub mod events;
pub mod extrinsics;
pub mod header;
pub mod metadata;
pub mod read_proof;
pub mod transaction;

pub use bytes::{Hash, blake2_256};
pub use error::Malformed;
