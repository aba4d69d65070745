//! Answers of the indexer, the hash link of the audit database, and what its rows show by themselves.

pub mod document;
pub mod link;
pub mod render;
pub mod verify;
pub mod wire;

pub use greatseal_spelling as spelling;
