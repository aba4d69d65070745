//! A verifiable trail: append-only histories that anybody can check, and that witnesses have seen.
//!
//! - [`tree`]: Merkle trees of RFC 9162, with inclusion and consistency proofs.
//! - [`note`]: signed notes, <https://c2sp.org/signed-note>.
//! - [`checkpoint`]: heads of a tree, signed by its log, <https://c2sp.org/tlog-checkpoint>.
//! - [`cosignature`]: what witnesses sign, <https://c2sp.org/tlog-cosignature>, and how many of them it takes.
//! - [`tile`]: the tree as static files, <https://c2sp.org/tlog-tiles>.
//! - [`witness`]: what a witness answers, <https://c2sp.org/tlog-witness>.
//!
//! `docs/protocol/trail.md` is the normative text. There is no I/O, no clock and no secret here: a caller brings the bytes and the
//! time, and signs by itself. Everything that is read is bounded and has one spelling. Nothing panics: the lints below
//! forbid what could.

#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

pub mod checkpoint;
pub mod cosignature;
pub mod note;
pub mod tile;
pub mod tree;
pub mod witness;

mod text;
