//! Wire types of everything served over HTTP, the hash link of the audit database, and what its rows show by themselves.
//!
//! [`spelling`] says how numbers and bytes are written.

pub mod deployment;
pub mod document;
pub mod link;
pub mod render;
pub mod spelling;
pub mod verify;
pub mod wire;
