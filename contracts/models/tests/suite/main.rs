//! Small worlds explored to their ends over the real rules, and the fuzzers' corpus on the stable toolchain.

#![allow(clippy::print_stdout, reason = "how many states were seen is what a person wants to know")]
#![allow(clippy::explicit_counter_loop, clippy::ptr_arg, reason = "explorers count, and worlds are lists of rows")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests fail by panicking")]

mod corpus;
mod explore;
mod worlds;
