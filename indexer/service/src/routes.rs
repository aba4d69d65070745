//! One file a resource.

pub(crate) mod documents;
pub(crate) mod events;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod proposals;
mod query;
