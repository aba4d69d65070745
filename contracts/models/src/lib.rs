//! Explores the rules as they are: nothing here says a second time what `decide` and `evolve` say.
//!
//! [`town`] founds deployments of any size. [`fuzz`] has the bodies of the fuzz targets in `contracts/protocol/fuzz`;
//! the suite of this crate runs them over the committed corpus with the stable toolchain. The suite also explores small
//! worlds exhaustively (`tests/suite`).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a model fails by panicking: that is how a fuzzer and a test hear of it"
)]

pub mod fuzz;
pub mod town;
