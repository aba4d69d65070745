//! Bundles as files: names, manifests, tars.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod manifests;
mod tars;
