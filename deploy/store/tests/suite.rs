//! The promises of the port, on a file and on a real server: each test runs on both, but those about one of them.

// Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "suite/backups.rs"]
mod backups;
#[path = "suite/migrations.rs"]
mod migrations;
#[path = "suite/places.rs"]
mod places;
#[path = "suite/server.rs"]
mod server;
#[path = "suite/writing.rs"]
mod writing;
