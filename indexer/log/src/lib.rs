//! The form of the log: its leaves, the evidence beside them, and the files in which both are handed out.
//!
//! `docs/protocol/log.md` is the normative text.

pub mod evidence;
pub mod files;
pub mod leaf;

pub use greatseal_spelling::decimal;

use greatseal_protocol::bytes::DeploymentId;
use greatseal_trail::checkpoint::{CheckpointError, Origin};

/// First line of every checkpoint of a deployment's log, and name of its key.
///
/// # Errors
///
/// None that a deployment id can cause.
pub fn origin(deployment: &DeploymentId) -> Result<Origin, CheckpointError> {
    Origin::new(format!("greatseal/{deployment}"))
}
