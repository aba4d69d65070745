//! What an auditor is handed: a log, or a selection of it, as a folder or a tar, with readable parts and a manifest of files.
//!
//! `docs/protocol/log.md` is the normative text. Whoever writes and whoever verifies use the code in here; what is in a bundle is
//! judged by `indexer/audit`.

pub mod contents;
pub mod filter;
pub mod history;
pub mod manifest;
mod name;
pub mod parts;
mod place;
pub mod seal;
pub mod select;
pub mod selection;
mod tar;

pub use name::is_name;
pub use place::{Bundle, BundleError, Reader, pieces};
pub use tar::{MOST_FILES, NotATar};
