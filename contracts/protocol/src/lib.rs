//! Rules and bytes of Great Seal: no I/O, no clock, no chain.
//!
//! Contracts decide, the relayer submits, the indexer remembers; all of them speak this crate.
//! Two functions hold the rules: [`decide`](decide::decide) says which events a command causes, or refuses;
//! [`evolve`](evolve::evolve) is the only way that state changes. `docs/protocol` is the normative text.
//!
//! Times are seconds since the Unix epoch (`u64`), intervals are half-open `[from, until)`, amounts are
//! `u128` base units. Nothing here panics: the lints below forbid what could.

// `as_conversions` would fire on what the codec's derive writes; `tests/conformance` looks for casts in the text instead.
#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod action;
pub mod ask;
pub mod batch;
pub mod bytes;
pub mod cells;
pub mod clock;
pub mod command;
#[cfg(feature = "std")]
pub mod companion;
pub mod content;
pub mod conversion;
pub mod council;
pub mod daily;
pub mod decide;
pub mod digest;
pub mod dispute;
pub mod emergency;
pub mod envelope;
pub mod event;
pub mod evolve;
pub mod genesis;
pub mod hash;
pub mod key;
pub mod language;
pub mod line;
pub mod manifest;
pub mod memory;
pub mod merkle;
pub mod outcome;
pub mod parameter;
pub mod phase;
pub mod policy;
pub mod program;
pub mod proposal;
pub mod proposal_id;
pub mod refusal;
pub mod registry;
pub mod route;
pub mod row;
pub mod scope;
pub mod selector;
pub mod settlement;
pub mod spelling;
pub mod standing;
pub mod state;
pub mod submit;
pub mod succession;
pub mod table;
pub mod text;
#[cfg(feature = "std")]
pub mod types;
pub mod wide;
pub mod window;
pub mod words;

pub use parity_scale_codec as scale;
