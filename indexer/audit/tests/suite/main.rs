//! What a log shows by itself, tried on the golden histories: every kind of event is in them.

// Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../../../contracts/protocol/tests/suite/json.rs"]
mod json;

mod bundles;
mod checkpoints;
mod contents;
mod forgeries;
mod history;
mod places;
mod program;
mod selections;
mod signed;
mod tampered;
mod vectors;
