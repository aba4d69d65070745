//! The form of the log: its leaves, the evidence beside them, and the files in which both are handed out.
//!
//! `docs/protocol/log.md` is the normative text.

pub mod evidence;
pub mod files;
pub mod leaf;
