//! End-to-end stories: whole programs, a real chain.

mod devnet;
