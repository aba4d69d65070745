//! Answers of the indexer, and documents of proposals.

pub mod document;
pub mod render;
pub mod wire;

pub use greatseal_spelling as spelling;
