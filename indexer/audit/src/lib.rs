//! Verifies the log of an audit database from its bytes alone: whoever gave them need not be believed.
//!
//! [`Verification`] asks for one file of the log after the other and takes its bytes; where they come from (a folder, an
//! indexer) is for others. Memory grows with the replayed state alone.
//!
//! For each leaf: its block's header is linked to the deployment's block; the block's time and events are proved to be in
//! the header's state; the leaf is the next event of the contract in it; what brought it is signed by the actor's key; the
//! contract's own `submit` and `act`, run again in the state before, give this record and no other; the leaves make up the
//! tree. What could not be shown that way is counted, and named, as resting on the block or on the metadata.

mod basis;
mod chain;
pub mod checkpoint;
mod commands;
mod contents;
mod expected;
mod fault;
pub mod folder;
mod parts;
mod rules;
pub mod selection;
mod tiles;
pub mod verdict;
mod verification;

pub use basis::{Bases, Basis, Resting};
pub use contents::{Contents, Lack, Mention};
pub use expected::{Expected, parse_head};
pub use fault::{BlockFault, Cause, ContentFault, Fault, FileFault, PartFault};
pub use parts::{Handed, Held, PartError};
pub use verification::{Entry, Verification, Verified};
