//! The contract on the real pallets in one process: no node, no network, a millisecond a call.
//!
//! What the embedded chain executes behind JSON-RPC is executed here directly, so that thousands of random commands can
//! be compared with the protocol's own `decide` and `evolve`, and weights be read without a block around them.

mod chain;
pub mod genesis;

pub use chain::{Answer, Beginning, Lab};
