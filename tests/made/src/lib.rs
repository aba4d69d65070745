//! Logs that are made up for tests, with everything in them as a chain would have it: headers that hash and link, states
//! whose tries prove time and events, metadata by which they are read, envelopes that were signed, a tree over the leaves.
//!
//! Only a test may do so: it panics where something cannot be.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::arithmetic_side_effects
)]

mod busy;
mod log;
mod runtime;
mod state;

pub use log::{Log, Made, Parts};
pub use runtime::{SPEC_VERSION, metadata};
