//! Against the references: field arithmetic with a machine-checked proof, points and signatures of the dalek crates.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

mod fields;
mod points;
mod scalars;
mod signatures;
