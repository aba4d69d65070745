//! The proofs of the rules: stories with names, properties, golden vectors, and what the text itself must keep.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    missing_docs,
    reason = "tests fail by panicking"
)]

mod arbitrary;
mod checks;
mod codec;
mod deployments;
mod dice;
mod fixture;
mod invariants;
mod json;
mod policy_table;
mod recoverable;
mod oracle;
mod plans;
mod rules_authority;
mod rules_councils;
mod rules_emergency;
mod rules_panel;
mod rules_recovery;
mod rules_registry;
mod rules_counting;
mod rules_envelope;
mod rules_opening;
mod rules_proposal;
mod rules_route_and_pause;
mod sequences;
mod source;
mod steps;
mod story;
mod tale;
mod vectors;
mod world;
