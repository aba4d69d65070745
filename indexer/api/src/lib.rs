//! Answers of the indexer, the leaves of its log, and the evidence that is kept beside them.

pub mod document;
pub mod evidence;
pub mod leaf;
pub mod log;
pub mod render;
pub mod wire;

pub use greatseal_spelling as spelling;
