//! The indexer, driven with real protocol records: only the block frames are made up.

// Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "suite/api.rs"]
mod api;
#[path = "suite/checkpoints.rs"]
mod checkpoints;
#[path = "suite/contents.rs"]
mod contents;
#[path = "suite/databases.rs"]
mod databases;
#[path = "suite/history.rs"]
mod history;
#[path = "suite/ledger.rs"]
mod ledger;
#[path = "suite/program.rs"]
mod program;
#[path = "suite/snapshots.rs"]
mod snapshots;
#[path = "suite/store.rs"]
mod store;
