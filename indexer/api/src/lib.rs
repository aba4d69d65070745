//! Wire types of everything served over HTTP, and the hash link of the audit database.
//!
//! [`spelling`] says how numbers and bytes are written.

pub mod deployment;
pub mod document;
pub mod link;
pub mod render;
pub mod spelling;
pub mod wire;
