//! Bytes of blocks: those of two real chains, those that the Polkadot SDK makes, and those of strangers.

// Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod made;
mod recorded;

mod bodies;
mod eras;
mod events;
mod headers;
mod hostile;
mod hostile_types;
mod proofs;
mod story;
mod transactions;
