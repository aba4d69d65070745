//! Facts of every event of the golden histories.

// Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod facts;
mod golden;
mod history;
