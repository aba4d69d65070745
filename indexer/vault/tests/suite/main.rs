//! What a vault promises, in a folder and in an S3-compatible store.
//!
//! The store's address comes from GREATSEAL_S3_URL (bucket `greatseal`, keys `S3RVER`): the story of contents starts one.

#![allow(clippy::panic, reason = "a test ends where it finds something wrong")]

mod hostile;
mod promises;
mod silent;

type Outcome = Result<(), Box<dyn std::error::Error>>;
