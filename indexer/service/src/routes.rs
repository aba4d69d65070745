//! One file a resource.

pub(crate) mod checkpoint;
pub(crate) mod contents;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod proposals;
mod query;

use crate::{contents::Contents, live::Live, store::Store};

/// What the routes work with.
#[derive(Clone, Debug)]
pub struct App {
    /// The database.
    pub store: Store,
    /// What it amounts to.
    pub live: Live,
    /// What stands behind hashes.
    pub contents: Contents,
}
