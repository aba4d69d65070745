//! The commands; one file each.

pub mod audit;
pub mod deploy;
pub mod governance;
pub mod key;
pub mod node;
pub mod status;
