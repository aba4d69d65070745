//! The contract on the real pallets in one process: no node, no network, a millisecond a call.
//!
//! What the embedded chain executes behind JSON-RPC is executed here directly, so that thousands of random commands can
//! be compared with the protocol's own `decide` and `evolve`, and weights be read without a block around them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a laboratory: what does not hold ends the test, and nobody else calls it"
)]

pub mod chain;
pub mod companion;
pub mod genesis;

pub use chain::{Answer, Beginning, Lab};
