//! The embedded chain: the real FRAME pallets, run natively behind JSON-RPC.
//!
//! One process makes every block. There is no network, no consensus and no Wasm: what is real is the
//! runtime, the state (a Merkle trie whose history is kept), the transaction pool's rules and
//! the interface that wallets and subxt speak.
//!
//! Read it from the inside out: [`state`] keeps trie nodes, [`execute`] runs the runtime over them,
//! [`author`] drafts one block, [`chain`] remembers blocks, [`pool`] orders transactions, [`node`]
//! joins them, [`disk`] remembers across restarts, [`seal`] decides when a block is made, [`rpc`]
//! answers clients through [`serve`], [`faults`] are what tests ask for.

pub mod args;
pub mod author;
pub mod chain;
pub mod clock;
pub mod disk;
pub mod execute;
pub mod faults;
pub mod metrics;
pub mod node;
pub mod pool;
pub mod rpc;
pub mod seal;
pub mod serve;
pub mod state;
pub mod watch;

pub use greatseal_devnet_runtime as runtime;
