//! The commands; one file each.

pub mod audit;
pub mod batch;
pub mod bridge;
pub mod deploy;
pub mod dispute;
pub mod document;
pub mod governance;
pub mod history;
pub mod key;
pub mod listing;
pub mod manifest;
pub mod node;
pub mod operate;
pub mod order;
pub mod outcome;
pub mod parameter;
pub mod policy;
pub mod program;
pub mod registry;
pub mod review;
pub mod seat;
pub mod seats;
pub mod status;
pub mod succeed;
mod unknown;
