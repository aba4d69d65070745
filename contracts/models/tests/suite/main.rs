//! Small worlds explored to their ends over the real rules, and the fuzzers' corpus on the stable toolchain.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests fail by panicking")]

mod corpus;
mod explore;
mod worlds;
