//! Harness, conformance and end-to-end stories

pub mod devnet;
