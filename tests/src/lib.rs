//! Harness of the end-to-end stories: whole programs on an embedded chain, with software tokens.
//!
//! Every test starts a world of its own on free ports in a folder of its own, so that stories run side by side, and
//! nothing of it is left when it ends.

pub mod acts;
pub mod costs;
pub mod devnet;
pub mod node;
pub mod npm;
pub mod program;
pub mod proxy;
pub mod schema;
pub mod terminal;
pub mod tokens;
pub mod wait;
pub mod world;

/// What a story ends with.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;
