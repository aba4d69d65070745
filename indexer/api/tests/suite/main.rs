//! What rows show by themselves, tried on the histories of the golden vectors: every kind of event is in them.

// Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../../../contracts/protocol/tests/suite/json.rs"]
mod json;

mod documents;
mod rows;
mod schemas;
mod types;
mod vectors;
