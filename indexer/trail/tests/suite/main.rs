//! Trees, notes, checkpoints, tiles and witnesses: against the specifications, and against implementations of others.

mod checkpoints;
mod cosignatures;
mod go;
mod keys;
mod notes;
mod others;
mod proofs;
mod tiles;
mod trees;
mod witness;

/// What a test gives.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
